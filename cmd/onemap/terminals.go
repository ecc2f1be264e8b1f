package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"onemap/dispatch/wire/jt808"
)

// demoTerminals is where the demo listens to JT/T 808 when nobody says
// otherwise and the port is free: on this machine only.
const demoTerminals = "127.0.0.1:7808"

// listenTerminals opens the port of JT/T 808; nil when there is none to open.
func (c *serveCmd) listenTerminals(ctx context.Context) (net.Listener, error) {
	address, must := c.JT808Listen, true
	if address == "" {
		if !c.Demo {
			return nil, nil
		}
		address, must = demoTerminals, false
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	switch {
	case err == nil:
		say("· terminals (JT/T 808) at %s", l.Addr())
		return l, nil
	case must:
		return nil, fmt.Errorf("listen for terminals on %s: %w", address, err)
	}
	return nil, nil // another demo has it
}

// hearTerminals serves the terminals until ctx ends.
func (h *hall) hearTerminals(ctx context.Context) error {
	s := &jt808.Server{Intake: h.gate, Log: h.log, Now: time.Now}
	if err := s.Serve(ctx, h.terminals); err != nil && !errors.Is(err, net.ErrClosed) {
		return fmt.Errorf("serve terminals on %s: %w", h.terminals.Addr(), err)
	}
	return nil
}
