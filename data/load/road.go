package load

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"onemap/data"
	"onemap/data/osm"
	"onemap/dispatch"
	"onemap/geo/road"
)

// Network is what one file of roads gives: their picture for the base map and
// the graph for travel times, from the same ways.
type Network struct {
	Source   string // where it comes from: the file's name
	Graph    *road.Graph
	Features []data.BaseFeature
	Broken   int // pieces of road that cannot be drawn
	Found    osm.Found
}

var errNoRoads = &dispatch.Error{Kind: dispatch.Invalid, Code: "empty", Text: "the file holds no roads"}

// Roads reads a road network from an OpenStreetMap file (PBF, XML, or XML in
// gzip) called name and makes it ready for use. progress gets a line a step.
// It refuses with code bad_osm what is damaged or no such file, with too_large
// what no city needs, and with empty what holds no roads.
func Roads(ctx context.Context, name string, r io.Reader, progress func(line string)) (Network, error) {
	in, begun := &meter{ctx: ctx, in: r}, time.Now()
	source, found, err := osm.Read(in, "", func(f osm.Found) {
		progress(fmt.Sprintf("  … %.0f MB: %d nodes, %d ways", in.megabytes(), f.Nodes, f.Ways))
	})
	if err != nil {
		return Network{}, refusedRoads(ctx, err)
	}
	progress(fmt.Sprintf("read %s: %.1f MB, %d nodes, %d ways, of which %d roads, %d turn restrictions; %s",
		name, in.megabytes(), found.Nodes, found.Ways, len(source.Ways), found.Rules, since(begun)))
	n := Network{Source: name, Found: found}
	begun = time.Now()
	n.Features, n.Broken = drawn(source)
	n.Graph, _ = road.Build(source)
	if n.Graph.Segments() == 0 {
		return Network{}, errNoRoads
	}
	progress(fmt.Sprintf("built: %d junctions, %d segments; %s", n.Graph.Nodes(), n.Graph.Segments(), since(begun)))
	if err := ctx.Err(); err != nil {
		return Network{}, err
	}
	begun = time.Now()
	n.Graph.Prepare()
	progress(fmt.Sprintf("ordered for many-to-many times; %s", since(begun)))
	return n, nil
}

// Save replaces the roads of the base map and the graph, both or neither.
func (n Network) Save(ctx context.Context, db *data.DB, progress func(line string)) error {
	begun := time.Now()
	if err := db.SaveRoadMap(ctx, n.Graph, n.Source, n.Features); err != nil {
		return err
	}
	progress(fmt.Sprintf("saved: version %016x, %d roads on the base map; %s", n.Graph.Version(), len(n.Features), since(begun)))
	return nil
}

func since(begun time.Time) string { return fmt.Sprintf("%.1f s", time.Since(begun).Seconds()) }

// meter counts what is read, and stops reading when nobody waits any more.
type meter struct {
	ctx   context.Context
	in    io.Reader
	bytes int64
}

func (m *meter) Read(p []byte) (int, error) {
	if err := m.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := m.in.Read(p)
	m.bytes += int64(n)
	return n, err
}

func (m *meter) megabytes() float64 { return float64(m.bytes) / 1e6 }

func refusedRoads(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, osm.ErrTooLarge):
		return ErrTooLarge.With("%v", err)
	}
	return &dispatch.Error{Kind: dispatch.Malformed, Code: "bad_osm", Text: err.Error()}
}
