package demo

import (
	"fmt"

	"github.com/paulmach/orb"
)

type divisionProps struct {
	head
	Level  string `json:"level"`
	Parent string `json:"parent,omitempty"`
	County string `json:"county,omitempty"`
	Zone   bool   `json:"zone,omitempty"`
	People int    `json:"people,omitempty"`
	AreaM2 int64  `json:"area_m2,omitempty"`
}

const boundaryNote = "示意，非法定界线"

// divide gives every township its Voronoi cell within its county's ring.
func (g *ground) divide() {
	for _, c := range g.counties {
		known := snapper{}
		for _, p := range c.ring {
			known.snap(p)
		}
		for _, t := range c.members {
			t.parts = nil
			for _, r := range voronoi(c, t) {
				for i, p := range r {
					r[i] = known.snap(p)
				}
				if r = r.tidy(); len(r) > 2 && r.area() > 0 {
					t.parts = append(t.parts, r)
				}
			}
		}
	}
}

// voronoi cuts the county's ring down to the side of t, one rival at a time.
func voronoi(c *county, t *township) []ring {
	parts := []ring{c.ring}
	me := toPlane(t.Point)
	for _, rival := range c.members {
		if rival == t {
			continue
		}
		you := toPlane(rival.Point)
		mid := orb.Point{(me[0] + you[0]) / 2, (me[1] + you[1]) / 2}
		// The bisector, long enough to leave the city, with t on its left.
		far := 1e6 / distance(t.Point, rival.Point)
		dx, dy := (me[1]-you[1])*far, (you[0]-me[0])*far
		line := []orb.Point{
			fromPlane(orb.Point{mid[0] + dx, mid[1] + dy}),
			fromPlane(orb.Point{mid[0] - dx, mid[1] - dy}),
		}
		if side(line[0], line[1], t.Point) < 0 {
			line[0], line[1] = line[1], line[0]
		}
		var kept []ring
		for _, p := range parts {
			kept = append(kept, cutLeft(p, line, func(q orb.Point) bool { return side(line[0], line[1], q) > 0 })...)
		}
		parts = kept
	}
	return parts
}

// snapper gives points within a metre of each other the same coordinates, so
// that neighbours share their corners exactly.
type snapper map[[2]int][]orb.Point

func (s snapper) snap(p orb.Point) orb.Point {
	p = round6(p)
	const cell = 2e-5
	key := [2]int{int(p[0] / cell), int(p[1] / cell)}
	for dx := -1; dx <= 1; dx++ {
		for dy := -1; dy <= 1; dy++ {
			for _, q := range s[[2]int{key[0] + dx, key[1] + dy}] {
				if distance(p, q) < 1 {
					return q
				}
			}
		}
	}
	s[key] = append(s[key], p)
	return p
}

// area is the township's own polygons.
func (t *township) area() orb.MultiPolygon {
	var out orb.MultiPolygon
	for _, r := range t.parts {
		out = append(out, polygon(r))
	}
	return out
}

// divisions writes the tree: the city, its counties and zones, their townships.
func (g *ground) divisions() []entry {
	var out []entry
	for _, c := range g.counties {
		out = append(out, g.countyEntry(c))
	}
	for _, t := range g.townships {
		m2 := 0.0
		for _, r := range t.parts {
			m2 += r.squareMetres()
		}
		out = append(out, newEntry(single(t.area()), &divisionProps{
			head: head{Code: t.Code, Name: t.Name, Division: t.Code, Owner: t.parent.Bureau, Note: boundaryNote,
				Source: "S2 S3 generated", SourceDatum: "wgs84"},
			Level: "township", Parent: t.parent.Code, County: t.county.Code, People: t.people, AreaM2: int64(m2),
		}))
	}
	return out
}

func (g *ground) countyEntry(c *county) entry {
	props := &divisionProps{
		head: head{Code: c.Code, Name: c.Name, NameEN: c.NameEN, Division: c.Code, Owner: c.Bureau, Note: boundaryNote,
			Source: "S2 simplified", SourceDatum: "gcj02"},
		Level: "county", Parent: "130300", People: c.People,
	}
	var area orb.MultiPolygon
	switch c.Kind {
	case "city":
		props.Level, props.Parent = "city", ""
		area = g.cityArea()
	case "zone":
		props.Zone = true
		var parts []ring
		for _, t := range g.townships {
			if t.parent == c {
				parts = append(parts, t.parts...)
				props.People += t.people
			}
		}
		area = dissolve(parts)
		props.Note = fmt.Sprintf("%s；人口已计入所在县区", boundaryNote)
		props.SourceDatum = "wgs84"
	default:
		props.County = c.Code
		area = orb.MultiPolygon{polygon(c.ring)}
	}
	m2 := 0.0
	for _, p := range area {
		for i, r := range p {
			a := ring(r[:len(r)-1]).squareMetres()
			if i > 0 {
				a = -a
			}
			m2 += a
		}
	}
	props.AreaM2 = int64(m2)
	return newEntry(single(area), props)
}

// cityArea joins the seven counties along their common borders.
func (g *ground) cityArea() orb.MultiPolygon {
	var parts []ring
	for _, c := range g.counties {
		if c.ring != nil {
			parts = append(parts, c.ring)
		}
	}
	return dissolve(parts)
}

// single returns the polygon of a MultiPolygon of one.
func single(m orb.MultiPolygon) orb.Geometry {
	if len(m) == 1 {
		return m[0]
	}
	return m
}
