package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"onemap/data/demo"
	"onemap/data/load"
	"onemap/dispatch"
	"onemap/geo/crs"
)

type loadCmd struct {
	Into   string `arg:"" help:"A ledger code, 'roads' (OSM PBF or XML) or 'base' (GeoJSON of the base map)."`
	File   string `arg:"" type:"existingfile"`
	Datum  string `help:"Datum of the file's coordinates." enum:"wgs84,cgcs2000,gcj02,bd09" default:"wgs84"`
	DryRun bool   `help:"Say what would happen and change nothing."`

	Route   []float64 `help:"Of roads: also drive from the first place to the second." placeholder:"LON,LAT,LON,LAT"`
	Profile string    `help:"Vehicle of --route." default:"fire_engine"`
}

// Run takes one file in, all rows or none.
func (c *loadCmd) Run(ctx context.Context, s *settings, log *slog.Logger) error {
	file, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer file.Close()
	if c.Into == "roads" {
		return c.roads(ctx, s, log, file)
	}
	db, err := s.open(ctx, log)
	if err != nil {
		return err
	}
	defer db.close()
	if c.Into == "base" {
		return c.base(ctx, db, file)
	}
	format := strings.TrimPrefix(strings.ToLower(filepath.Ext(c.File)), ".")
	rows, notes, problems, err := load.Rows(dispatch.Ledger(c.Into), format, crs.Datum(c.Datum), file)
	if err != nil {
		return fmt.Errorf("read %s: %w", c.File, err)
	}
	taken := dispatch.Taken{Problems: problems}
	if len(problems) == 0 {
		desk := &dispatch.Desk{Journal: db, Now: time.Now}
		if taken, err = desk.Import(ctx, newCommand(dispatch.System), dispatch.Ledger(c.Into), rows, c.DryRun); err != nil {
			return fmt.Errorf("import %s: %w", c.File, err)
		}
	}
	for _, n := range notes {
		say("note: %s", n)
	}
	for _, p := range taken.Problems {
		say("row %d, %s: %s", p.Line, p.Path, p.Text)
	}
	say("%d rows: %d added, %d changed, %d unchanged, %d problems", len(rows), taken.Added, taken.Changed, taken.Unchanged, len(taken.Problems))
	if len(taken.Problems) > 0 {
		return errors.New("nothing was taken")
	}
	return nil
}

// base replaces the base map but its roads.
func (c *loadCmd) base(ctx context.Context, db *store, file *os.File) error {
	if !c.DryRun {
		return load.BaseMap(ctx, db.DB, file, sayLine)
	}
	features, err := load.Base(file)
	if err != nil {
		return fmt.Errorf("read %s: %w", c.File, err)
	}
	say("base: %d features; nothing was stored", len(features))
	return nil
}

// roads replaces the road network and the roads of the base map. The file is
// read to its end before the database is touched.
func (c *loadCmd) roads(ctx context.Context, s *settings, log *slog.Logger, file *os.File) error {
	network, err := load.Roads(ctx, filepath.Base(c.File), file, sayLine)
	if err != nil {
		return fmt.Errorf("read %s: %w", c.File, err)
	}
	if !c.DryRun {
		db, err := s.open(ctx, log)
		if err != nil {
			return err
		}
		defer db.close()
		if err := network.Save(ctx, db.DB, sayLine); err != nil {
			return err
		}
	}
	for _, line := range describeRoads(network.Graph.Report()) {
		sayLine(line)
	}
	if n := network.Found; n.Unread > 0 {
		say("  %-18s %d of %d turn restrictions: for some hours only, or not whole", "left out", n.Unread, n.Rules)
	}
	if network.Broken > 0 {
		say("  %-18s %d pieces of road that make no line", "not on the map", network.Broken)
	}
	if c.DryRun {
		say("a dry run: nothing was stored")
	}
	if len(c.Route) == 0 {
		return nil
	}
	return tryRoute(network.Graph, c.Route, c.Profile)
}

func sayLine(line string) { say("%s", line) }

type cityCmd struct {
	Dir string `arg:"" help:"Directory to write to." type:"path"`
}

// Run writes the demo city's files, the same bytes each time.
func (c *cityCmd) Run() error {
	city, err := demo.Build()
	if err != nil {
		return fmt.Errorf("make demo city: %w", err)
	}
	if err := os.MkdirAll(c.Dir, 0o755); err != nil {
		return err
	}
	for _, f := range city.Files {
		if err := os.WriteFile(filepath.Join(c.Dir, f.Name), f.Body, 0o644); err != nil {
			return err
		}
		say("%s (%d kB)", f.Name, len(f.Body)/1024)
	}
	return nil
}
