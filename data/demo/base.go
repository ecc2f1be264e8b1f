package demo

import (
	"fmt"
	"slices"

	"github.com/paulmach/orb"
)

// baseProps are what the base map's style goes by: layer, kind and rank.
type baseProps struct {
	id     string
	Layer  string `json:"layer"` // sea, land, county, township_line, water, river, coast, rail, place, poi
	Name   string `json:"name"`
	NameEN string `json:"name_en,omitempty"`
	Kind   string `json:"kind,omitempty"`
	Rank   int    `json:"rank,omitempty"` // 1 is shown first, 4 last
	Note   string `json:"note,omitempty"`
}

func (b *baseProps) key() string { return b.id }

// base is the base map, in the order it is drawn.
func (g *ground) base() []entry {
	var out []entry
	add := func(shape orb.Geometry, b baseProps) {
		b.id = fmt.Sprintf("%s %s %d", b.Layer, b.Name, len(out))
		out = append(out, newEntry(shape, &b))
	}
	add(polygon(g.sea.tidy()), baseProps{Layer: "sea", Name: "渤海", NameEN: "Bohai Sea", Kind: "sea"})
	frame := ring(g.frame["land"]).turned()
	add(single(g.ashore(frame)), baseProps{Layer: "land", Kind: "outside"})
	for _, p := range g.cityArea() {
		add(single(g.ashore(ring(p[0][:len(p[0])-1]))), baseProps{Layer: "land", Name: "秦皇岛市", NameEN: "Qinhuangdao", Kind: "city", Note: boundaryNote})
	}
	for _, c := range g.counties {
		if c.ring != nil {
			add(single(g.ashore(c.ring)), baseProps{Layer: "county", Name: c.Name, NameEN: c.NameEN, Rank: 2, Note: boundaryNote})
		}
	}
	for _, t := range g.townships {
		for _, p := range t.area() {
			add(orb.LineString(p[0]), baseProps{Layer: "township_line", Name: t.Name, Rank: 4, Note: boundaryNote})
		}
	}
	g.baseWaters(add)
	add(orb.LineString(g.coast), baseProps{Layer: "coast", Name: "海岸线", Kind: "coast"})
	g.baseRails(add)
	g.basePlaces(add)
	return out
}

// ashore is the part of a ring on the land side of the shore, islets of less
// than 5 hectares left out.
func (g *ground) ashore(r ring) orb.MultiPolygon {
	// A hair aside, so that no corner of a ring lies exactly on the shore.
	shore := slices.Clone(g.shore)
	for i, p := range shore {
		shore[i] = orb.Point{p[0] + 3e-8, p[1] - 2e-8}
	}
	var out orb.MultiPolygon
	for _, part := range cutLeft(r, shore, func(p orb.Point) bool { return !g.sea.contains(p) }) {
		if part = part.tidy(); len(part) > 2 && part.squareMetres() > 50_000 {
			out = append(out, polygon(part))
		}
	}
	return out
}

func (g *ground) baseWaters(add func(orb.Geometry, baseProps)) {
	for _, w := range g.waters {
		switch w.kind {
		case "river":
			rank := 3
			if w.name == "滦河" || w.name == "青龙河" {
				rank = 2
			}
			add(orb.LineString(w.line), baseProps{Layer: "river", Name: w.name, Kind: "river", Rank: rank})
		case "peak":
			add(w.line[0], baseProps{Layer: "poi", Name: w.name, Kind: "peak", Rank: 3, Note: w.note})
		default:
			add(polygon(w.area), baseProps{Layer: "water", Name: w.name, Kind: w.kind, Rank: 2, Note: w.note})
		}
	}
}

func (g *ground) baseRails(add func(orb.Geometry, baseProps)) {
	for _, r := range g.rails {
		if len(r.line) > 1 {
			add(orb.LineString(r.line), baseProps{Layer: "rail", Name: r.name, Kind: r.kind})
			continue
		}
		rank := 2
		if r.kind == "freight" {
			rank = 4
		}
		add(r.line[0], baseProps{Layer: "poi", Name: r.name, Kind: "station", Rank: rank})
	}
}

var poiRank = map[string]int{"airport": 1, "port": 2, "government": 2, "hospital": 3, "landmark": 3}

func (g *ground) basePlaces(add func(orb.Geometry, baseProps)) {
	for _, s := range g.sights {
		if s.kind != "zone" {
			add(s.line[0], baseProps{Layer: "poi", Name: s.name, Kind: s.kind, Rank: poiRank[s.kind], Note: s.note})
		}
	}
	for _, c := range g.counties {
		rank := map[string]int{"city": 1, "county": 2, "zone": 3}[c.Kind]
		add(c.Seat, baseProps{Layer: "place", Name: c.Name, NameEN: c.NameEN, Kind: c.Kind, Rank: rank})
	}
	for _, t := range g.townships {
		kind, rank := "town", 3
		if !t.town() {
			kind, rank = "subdistrict", 4
		}
		add(t.Point, baseProps{Layer: "place", Name: t.Name, Kind: kind, Rank: rank})
	}
}
