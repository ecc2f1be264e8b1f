//go:build race

package site

// quick leaves the longest of the published instances out: nothing here runs at
// once, and the race detector takes ten times as long.
const quick = true
