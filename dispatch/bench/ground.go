package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/google/uuid"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
)

// The divisions a recorded city is laid out in: a city, one county, and a grid
// of townships. A new server's first administrator has this city.
const (
	cityCode, countyCode = "130300", "130301"
	gridCols, gridRows   = 4, 3
	margin               = 0.01 // degrees beyond the outermost place
)

// kinds turns the record's types of units into ours.
var kinds = map[string]string{
	"ENGINE": "engine", "TRUCK": "ladder", "MEDIC": "ambulance", "PRIVATE": "ambulance", "CHIEF": "command", "RESCUE CAPTAIN": "command",
	"RESCUE SQUAD": "rescue", "SUPPORT": "transport", "INVESTIGATION": "command",
}

// fleetUnit is a unit of the record, at the station it is taken to stand at.
type fleetUnit struct {
	id, team uuid.UUID
	kind     string // the record's
	station  int
	at       orb.Point
}

// settle lays out the city on an empty server: divisions, a team a station, the
// units of the record. It returns the units by code.
func settle(ctx context.Context, c *Client, calls []*Call, stations map[int]orb.Point) (map[string]*fleetUnit, error) {
	var status struct{ Units int }
	if err := c.ask(ctx, "GET", "/api/status", nil, &status); err != nil {
		return nil, err
	}
	if status.Units > 0 {
		return nil, fmt.Errorf("the server has %d units: the day is played on an empty one", status.Units)
	}
	teams, fleet := map[int]uuid.UUID{}, fleetOf(calls, stations)
	team, unit := geojson.NewFeatureCollection(), geojson.NewFeatureCollection()
	for _, n := range slices.Sorted(maps.Keys(stations)) {
		teams[n] = newID()
		team.Append(feature(teams[n], stations[n], fmt.Sprintf("S%02d", n), fmt.Sprintf("Fire Station %d", n), countyCode, map[string]any{
			"owner_system": "fire_rescue", "capabilities": []any{}, "mobilise_day_min": 1, "mobilise_night_min": 1, "readiness": "ready",
		}))
	}
	for _, code := range slices.Sorted(maps.Keys(fleet)) {
		u := fleet[code]
		u.team = teams[u.station]
		unit.Append(feature(u.id, u.at, code, u.kind+" "+code, countyCode, map[string]any{
			"team": u.team, "call_sign": code, "kind": kinds[u.kind], "duty": "available_base", "crew": 4, "crew_minimum": 2, "mobilise_min": 1,
		}))
	}
	for _, file := range []struct {
		ledger string
		rows   *geojson.FeatureCollection
	}{{"division", divisions(calls, stations)}, {"team", team}, {"unit", unit}} {
		raw, err := json.Marshal(file.rows)
		if err != nil {
			return nil, fmt.Errorf("write %s: %w", file.ledger, err)
		}
		if err := c.importFile(ctx, file.ledger, "application/geo+json", raw); err != nil {
			return nil, err
		}
	}
	return fleet, nil
}

// feature is an entry of a ledger; what is in detail stands beside the head.
func feature(id uuid.UUID, g orb.Geometry, code, name, division string, detail map[string]any) *geojson.Feature {
	f := geojson.NewFeature(g)
	f.ID = id.String()
	f.Properties = geojson.Properties{"code": code, "name": name, "division": division, "source_datum": "wgs84", "sensitivity": 0, "source": "record"}
	maps.Copy(f.Properties, detail)
	return f
}

func divisions(calls []*Call, stations map[int]orb.Point) *geojson.FeatureCollection {
	all := slices.Collect(maps.Values(stations))
	for _, c := range calls {
		all = append(all, c.At)
	}
	b := orb.MultiPoint(all).Bound().Pad(margin)
	list := geojson.NewFeatureCollection()
	list.Append(feature(newID(), b.ToPolygon(), cityCode, "San Francisco", cityCode, map[string]any{"level": "city"}))
	list.Append(feature(newID(), b.ToPolygon(), countyCode, "San Francisco", countyCode, map[string]any{"level": "county", "parent": cityCode, "county": countyCode}))
	w, h := (b.Max[0]-b.Min[0])/gridCols, (b.Max[1]-b.Min[1])/gridRows
	for i := range gridCols * gridRows {
		x, y := b.Min[0]+w*float64(i%gridCols), b.Min[1]+h*float64(i/gridCols)
		cell, code := orb.Bound{Min: orb.Point{x, y}, Max: orb.Point{x + w, y + h}}, fmt.Sprintf("%s%03d", countyCode, i+1)
		list.Append(feature(newID(), cell.ToPolygon(), code, fmt.Sprintf("Grid %d", i+1), code, map[string]any{"level": "township", "parent": countyCode, "county": countyCode}))
	}
	return list
}

// fleetOf takes the units out of the record. Engines and trucks carry the
// number of their station; the record does not say where the others stand, so
// they are put where most of their calls were.
func fleetOf(calls []*Call, stations map[int]orb.Point) map[string]*fleetUnit {
	fleet, seen := map[string]*fleetUnit{}, map[string]map[int]int{}
	for _, c := range calls {
		for _, r := range c.Responses {
			if fleet[r.Unit] == nil {
				fleet[r.Unit], seen[r.Unit] = &fleetUnit{id: newID(), kind: r.Type}, map[int]int{}
			}
			if _, ok := stations[c.Area]; ok {
				seen[r.Unit][c.Area]++
			}
		}
	}
	for code, u := range fleet {
		u.station = home(code, u.kind, seen[code], stations)
		u.at = stations[u.station]
	}
	return fleet
}

func home(code, kind string, seen map[int]int, stations map[int]orb.Point) int {
	if kind == "ENGINE" || kind == "TRUCK" {
		if n, err := strconv.Atoi(code[1:]); err == nil && stations[n] != (orb.Point{}) {
			return n
		}
	}
	best := slices.Min(slices.Collect(maps.Keys(stations)))
	for _, n := range slices.Sorted(maps.Keys(seen)) {
		if seen[n] > seen[best] {
			best = n
		}
	}
	return best
}
