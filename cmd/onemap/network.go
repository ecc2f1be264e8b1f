package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"onemap/dispatch"
)

// takeRoads puts the picture on the stored road network. A server without
// one works on, by straight lines, and says so.
func (h *hall) takeRoads(ctx context.Context) error {
	started := time.Now()
	g, err := h.db.Roads(ctx)
	if errors.Is(err, dispatch.ErrNoRoads) {
		h.live.Drive(nil)
		say("· no road network: distances are straight lines (onemap load roads FILE.osm.pbf)")
		return nil
	}
	if err != nil {
		return err
	}
	roads := dispatch.NewRoads(g)
	if roads.Water, err = h.db.Water(ctx); err != nil {
		return fmt.Errorf("read water: %w", err)
	}
	h.live.Drive(roads)
	h.graph = g.Version()
	say("· road network %016x: %d junctions, %.0f km, ready in %.2f s", g.Version(), g.Nodes(), float64(g.Report().Length)/1000, time.Since(started).Seconds())
	return nil
}

// followRoads takes over a network that another process has loaded.
func (h *hall) followRoads(ctx context.Context) error {
	t := time.NewTicker(10 * time.Second)
	defer t.Stop()
	for {
		select {
		case <-t.C:
		case <-ctx.Done():
			return nil
		}
		version, _, _, ok, err := h.db.RoadVersion(ctx)
		if err == nil && ok && version != h.graph {
			err = h.takeRoads(ctx)
		}
		if err != nil && ctx.Err() == nil {
			h.log.Warn("follow the road network", "error", err)
		}
	}
}
