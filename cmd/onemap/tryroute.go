package main

import (
	"fmt"
	"time"

	"github.com/paulmach/orb"

	"onemap/dispatch"
	"onemap/geo/road"
)

// tryRoute drives from one place to another on a network just read, and prints
// the way: that a file loads says little, that it answers says more.
func tryRoute(g *road.Graph, ends []float64, profile string) error {
	if len(ends) != 4 {
		return fmt.Errorf("a route has two ends, lon,lat,lon,lat: %d numbers are given", len(ends))
	}
	roads := dispatch.NewRoads(g)
	var stops [2]road.Stop
	for i := range stops {
		at := orb.Point{ends[2*i], ends[2*i+1]}
		stop, err := roads.Place(at, profile)
		if err != nil {
			return fmt.Errorf("put %.5f,%.5f on the road: %w", at[0], at[1], err)
		}
		stops[i] = stop
	}
	started := time.Now()
	way, err := roads.Now.Route(stops[0], stops[1], road.Ask{Profile: profile})
	if err != nil {
		return fmt.Errorf("find the way: %w", err)
	}
	say("route: %.1f km, %s as %s, found in %.1f ms", float64(way.Length)/1000, way.Time.Round(time.Second), profile, float64(time.Since(started).Microseconds())/1000)
	for _, s := range way.Steps {
		say("  %6.0f m  %s · %s", float64(s.Length), s.ZH, s.EN)
	}
	return nil
}
