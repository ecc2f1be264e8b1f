package demo

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/paulmach/orb"
)

// polygons decodes a Polygon or MultiPolygon.
func polygons(t *testing.T, f feature) orb.MultiPolygon {
	t.Helper()
	var m orb.MultiPolygon
	var err error
	if f.Geometry.Type == "Polygon" {
		m = make(orb.MultiPolygon, 1)
		err = json.Unmarshal(f.Geometry.Coordinates, &m[0])
	} else {
		err = json.Unmarshal(f.Geometry.Coordinates, &m)
	}
	if err != nil {
		t.Fatalf("%s: %v", f.text("code"), err)
	}
	return m
}

func TestEveryAreaIsValid(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"division", "risk_zone", "base"} {
		for _, f := range read(t, name+".geojson") {
			if f.Geometry.Type != "Polygon" && f.Geometry.Type != "MultiPolygon" {
				continue
			}
			var shells []ring
			for _, p := range polygons(t, f) {
				for i, r := range p {
					open := ring(r[:len(r)-1])
					if r[0] != r[len(r)-1] || !open.simple() {
						t.Errorf("%s %s: ring %d of %d points is not simple", name, f.text("name"), i, len(r))
					}
					if (open.area() > 0) != (i == 0) {
						t.Errorf("%s %s: ring %d turns the wrong way", name, f.text("name"), i)
					}
					if i > 0 && !ring(p[0][:len(p[0])-1]).contains(lerp(r[0], r[1], 0.5)) {
						t.Errorf("%s %s: hole %d is outside", name, f.text("name"), i)
					}
				}
				shells = append(shells, ring(p[0][:len(p[0])-1]))
			}
			for i := range shells {
				for j := i + 1; j < len(shells); j++ {
					if overlap(shells[i], shells[j]) {
						t.Errorf("%s %s: parts %d and %d overlap or share an edge", name, f.text("name"), i, j)
					}
				}
			}
		}
	}
}

// overlap reports whether two rings do more than touch at single corners.
func overlap(a, b ring) bool {
	for i, p := range a {
		q := a[(i+1)%len(a)]
		for j, r := range b {
			s := b[(j+1)%len(b)]
			if touch(p, q, r, s) && p != r && p != s && q != r && q != s {
				return true
			}
			if p == s && q == r || p == r && q == s {
				return true
			}
		}
	}
	return a.contains(lerp(b[0], b[1], 0.5)) || b.contains(lerp(a[0], a[1], 0.5))
}

func TestEveryTownshipHoldsItsPointAndAllFillTheirCounty(t *testing.T) {
	t.Parallel()
	f, err := readFacts()
	if err != nil {
		t.Fatal(err)
	}
	g, err := newGround(f)
	if err != nil {
		t.Fatal(err)
	}
	g.divide()
	for _, c := range g.counties {
		sum := 0.0
		for _, u := range c.members {
			holds := false
			for _, r := range u.parts {
				holds = holds || r.contains(u.Point)
				sum += r.area()
			}
			if !holds {
				t.Errorf("%s lies outside its own area of %d parts", u.Name, len(u.parts))
			}
		}
		if c.ring != nil && math.Abs(sum/c.ring.area()-1) > 1e-4 {
			t.Errorf("townships of %s cover %.5f of it", c.Name, sum/c.ring.area())
		}
	}
}

func TestPeopleAddUpToTheCensus(t *testing.T) {
	t.Parallel()
	census := map[string]int{}
	own := map[string]int{}
	county := map[string]string{}
	for _, f := range read(t, "division.geojson") {
		switch {
		case f.text("level") == "township":
			own[f.text("code")] = f.number("people")
			county[f.text("code")] = f.text("county")
		case f.Properties["zone"] == nil:
			census[f.text("code")] = f.number("people")
		}
	}
	byTownship, byCounty, city := map[string]int{}, map[string]int{}, 0
	cells := read(t, "cell.geojson")
	for _, f := range cells {
		n := f.number("people")
		byTownship[f.text("division")] += n
		byCounty[county[f.text("division")]] += n
		city += n
		if f.number("area_m2") > 250_000 || n < 0 {
			t.Fatalf("cell %s: %d people, %d m²", f.text("code"), n, f.number("area_m2"))
		}
	}
	for code, n := range own {
		if byTownship[code] != n || n == 0 {
			t.Errorf("township %s: cells hold %d, the division says %d", code, byTownship[code], n)
		}
	}
	for code, n := range byCounty {
		if census[code] != n {
			t.Errorf("county %s: cells hold %d, the census %d", code, n, census[code])
		}
	}
	if city != 3_136_879 || census["130300"] != city || len(cells) < 29_000 || len(cells) > 33_000 {
		t.Errorf("%d people in %d cells; want 3136879 in about 31000", city, len(cells))
	}
}

func TestACutLeavesSimpleParts(t *testing.T) {
	t.Parallel()
	comb := ring{{0, 0}, {7, 0}, {7, 4}, {6, 4}, {6, 1}, {4, 1}, {4, 4}, {3, 4}, {3, 1}, {1, 1}, {1, 4}, {0, 4}}
	path := []orb.Point{{8, 2}, {5, 2.5}, {-1, 2.2}}
	parts := cutLeft(comb, path, func(orb.Point) bool { return false })
	if len(parts) != 1 || !parts[0].simple() {
		t.Fatalf("the body of the comb: %d parts", len(parts))
	}
	path[0], path[2] = path[2], path[0]
	teeth := cutLeft(comb, path, func(orb.Point) bool { return false })
	sum := parts[0].area()
	for _, r := range teeth {
		sum += r.area()
	}
	if len(teeth) != 3 || math.Abs(sum-comb.area()) > 1e-9 {
		t.Errorf("%d teeth, areas sum to %g, want 3 and %g", len(teeth), sum, comb.area())
	}
}

func point(t *testing.T, f feature) orb.Point {
	t.Helper()
	var p orb.Point
	if err := json.Unmarshal(f.Geometry.Coordinates, &p); err != nil {
		t.Fatalf("%s: %v", f.text("name"), err)
	}
	return p
}
