// Package frontend embeds the built client.
package frontend

import "embed"

// Dist is the output of `npm run build`; before the first build it holds only
// its placeholder.
//
//go:embed all:dist
var Dist embed.FS
