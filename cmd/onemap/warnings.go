package main

import (
	"context"
	"fmt"
	"strings"

	"onemap/dispatch"
	"onemap/dispatch/web"
	"onemap/dispatch/wire/cap"
)

// house is as whom warnings go out.
func (c *serveCmd) house() (dispatch.House, error) {
	if c.CAPSender == "" || strings.ContainsAny(c.CAPSender, " ,<&\t\n") {
		return dispatch.House{}, fmt.Errorf("sender of warnings %q: a name without spaces, commas, < or &", c.CAPSender)
	}
	if len(c.CAPCode) != 8 || strings.Trim(c.CAPCode, "0123456789") != "" {
		return dispatch.House{}, fmt.Errorf("code of warnings %q: eight digits", c.CAPCode)
	}
	return dispatch.House{Sender: c.CAPSender, Name: c.CAPName, Code: c.CAPCode, Encoded: web.EncodeWarning}, nil
}

// takeFeed hands what a feed has to the server, which is there before the
// first is asked.
func (h *hall) takeFeed(ctx context.Context, source string, f *cap.Feed) (cap.Taken, error) {
	return h.server.TakeFeed(ctx, source, f)
}
