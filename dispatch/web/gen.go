// Package web is the door people and machines use: the HTTP API of openapi.yaml,
// the live channel, tiles, the client's files and the figures for monitoring.
package web

//go:generate go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.8.2 -config oapi.yaml openapi.yaml
