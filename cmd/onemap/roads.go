package main

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"onemap/geo/road"
)

type roadsCmd struct{}

// Run prints what is said of the road network in use.
func (roadsCmd) Run(ctx context.Context, s *settings, log *slog.Logger) error {
	db, err := s.open(ctx, log)
	if err != nil {
		return err
	}
	defer db.close()
	about, err := db.RoadInfo(ctx)
	if err != nil {
		return err
	}
	say("roads of %s, version %s, loaded %s (%.0f h ago), %.1f MB",
		about.Source, about.Version, about.MadeAt.Local().Format(time.DateTime), time.Since(about.MadeAt).Hours(), float64(about.Bytes)/1e6)
	for _, line := range describeRoads(about.Report) {
		sayLine(line)
	}
	return nil
}

// How many of each, and of each reason, a report tells of; the rest is counted.
const (
	islandsTold  = 5
	rejectedTold = 5
)

// reportKinds is the order in which a report tells of kinds of vehicle.
var reportKinds = []road.Kind{"car", "emergency", "bus", "truck", "foot"}

// describeRoads puts a report into words, a line a subject.
func describeRoads(r road.Report) (lines []string) {
	add := func(what, format string, args ...any) {
		lines = append(lines, fmt.Sprintf("  %-18s %s", what, fmt.Sprintf(format, args...)))
	}
	add("length", "%.1f km", float64(r.Length)/1000)
	add("junctions", "%d, joined by %d segments", r.Nodes, r.Segments)
	add("turn restrictions", "%d in force", r.Restrictions)
	add("gates", "%d", r.Gates)
	add("signals", "%d", r.Signals)
	shares := ""
	for _, kind := range reportKinds {
		if share, ok := r.Core[kind]; ok {
			shares += fmt.Sprintf("%s %.1f %%, ", kind, share*100)
		}
	}
	add("core", "%sshare of the junctions open to each that all reach each other", shares)
	add("islands", "%d", r.IslandCount)
	for _, i := range r.Islands[:min(islandsTold, len(r.Islands))] {
		name := i.Name
		if name == "" {
			name = "without a name"
		}
		add("", "%.5f, %.5f: %s, %d junctions, %.1f km", i.At[0], i.At[1], name, i.Nodes, float64(i.Length)/1000)
	}
	examples := map[string][]string{}
	for _, rejected := range r.Rejected {
		reason := rejected.What + ": " + rejected.Reason
		if len(examples[reason]) < rejectedTold {
			examples[reason] = append(examples[reason], strconv.FormatInt(rejected.ID, 10))
		}
	}
	for _, reason := range r.Reasons() {
		add("left out", "%d × %s", r.RejectedBy[reason], reason)
		if ids := examples[reason]; len(ids) > 0 {
			add("", "such as %s", strings.Join(ids, ", "))
		}
	}
	return lines
}
