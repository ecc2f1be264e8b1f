package load

import (
	"github.com/paulmach/orb"

	"onemap/data"
	"onemap/geo"
	"onemap/geo/road"
)

// roadClass says from which zoom a class of road is drawn; the rank is what
// stays when a tile is full.
type roadClass struct {
	name          string
	link          string // the class a ramp belongs to
	rank, minZoom int
}

// roadClasses are the classes on the map. The others are streets' fittings:
// drives, paths, steps.
var roadClasses = map[road.Class]roadClass{
	road.Motorway: {"motorway", "", 1, 5}, road.Trunk: {"trunk", "", 2, 6}, road.Primary: {"primary", "", 3, 7},
	road.Secondary: {"secondary", "", 4, 9}, road.Tertiary: {"tertiary", "", 5, 9},
	road.Unclassified: {"unclassified", "", 6, 10}, road.Residential: {"residential", "", 7, 11},
	road.LivingStreet: {"residential", "", 7, 11},
	road.MotorwayLink: {"link", "motorway", 5, 10}, road.TrunkLink: {"link", "trunk", 5, 10},
	road.PrimaryLink: {"link", "primary", 5, 11}, road.SecondaryLink: {"link", "secondary", 6, 12},
	road.TertiaryLink: {"link", "tertiary", 6, 12},
}

// drawn makes the base map's features of a network: one a way, or one for each
// piece of a way of which nodes are missing, as at the edge of an extract.
// broken counts the pieces that are no line.
func drawn(source road.Source) (features []data.BaseFeature, broken int) {
	at := make(map[int64]orb.Point, len(source.Nodes))
	for _, n := range source.Nodes {
		at[n.ID] = n.At
	}
	for i := range source.Ways {
		w := &source.Ways[i]
		class, ok := roadClasses[w.Class]
		if !ok {
			continue
		}
		for _, line := range pieces(w, at) {
			line, _ = geo.Snap(line).(orb.LineString)
			if geo.CheckGeometry(line, maxVertices) != nil || beyondMap(line.Bound()) {
				broken++
				continue
			}
			features = append(features, drawnRoad(w, class, line))
		}
	}
	return features, broken
}

// beyondMap reports what web tiles do not show: the poles.
func beyondMap(b orb.Bound) bool { return b.Max[1] > mostLat || b.Min[1] < -mostLat }

const mostLat = 85.05

// pieces cuts a way where nodes are missing.
func pieces(w *road.Way, at map[int64]orb.Point) (lines []orb.LineString) {
	var line orb.LineString
	for _, id := range w.Nodes {
		if p, ok := at[id]; ok {
			line = append(line, p)
			continue
		}
		if len(line) > 1 {
			lines = append(lines, line)
		}
		line = nil
	}
	if len(line) > 1 {
		lines = append(lines, line)
	}
	return lines
}

func drawnRoad(w *road.Way, class roadClass, line orb.LineString) data.BaseFeature {
	shown := map[string]any{"class": class.name}
	if class.link != "" {
		shown["link"] = class.link
	}
	if w.Ref != "" {
		shown["ref"] = w.Ref
	}
	if w.Bridge {
		shown["bridge"] = true
	}
	if w.Tunnel {
		shown["tunnel"] = true
	}
	if w.Oneway {
		shown["oneway"] = true
		if backwards(w) {
			line.Reverse()
		}
	}
	return data.BaseFeature{
		Layer: "road", Name: w.Name, NameEN: w.NameEn, Rank: class.rank, MinZoom: class.minZoom,
		Tile: shown, Geometry: line,
	}
}

// backwards reports a one-way road driven against the order of its nodes:
// buses and walkers may have leave to go either way, others do not.
func backwards(w *road.Way) bool {
	const others = road.Cars | road.Emergency | road.Trucks
	return w.Forward&others == 0 && w.Backward&others != 0
}
