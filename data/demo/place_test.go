package demo

import (
	"math"
	"strings"
	"testing"

	"github.com/paulmach/orb"
)

func TestWhatStandsSomewhereStandsInItsDivision(t *testing.T) {
	t.Parallel()
	area := map[string]orb.MultiPolygon{}
	for _, f := range read(t, "division.geojson") {
		area[f.text("code")] = polygons(t, f)
	}
	for _, name := range []string{"team", "depot", "shelter", "hazard", "camera"} {
		for _, f := range read(t, name+".geojson") {
			m, ok := area[f.text("division")]
			if !ok {
				t.Errorf("%s stands in %s, which is not there", f.text("name"), f.text("division"))
			}
			if len(f.text("division")) == 9 && !within(m, point(t, f)) {
				t.Errorf("%s is not in %s", f.text("name"), f.text("division"))
			}
		}
	}
}

func within(m orb.MultiPolygon, p orb.Point) bool {
	for _, poly := range m {
		if ring(poly[0][:len(poly[0])-1]).contains(p) {
			return true
		}
	}
	return false
}

func TestWhatIsInventedSaysSo(t *testing.T) {
	t.Parallel()
	named := map[string]bool{"安子岭乡刘杖子村泥石流治理点": true, "安子岭乡康杖子村泥石流治理点": true} // the plan's own
	late, all := 0, 0
	for _, name := range []string{"team", "depot", "shelter", "hazard", "camera"} {
		for _, f := range read(t, name+".geojson") {
			if n := f.text("name"); !strings.Contains(n, "示例") && !named[n] {
				t.Errorf("%s %s does not say that it is invented", name, n)
			}
			delete(named, f.text("name"))
			for _, role := range []string{"leader", "liaison", "keeper"} {
				if p, ok := f.Properties[role].(map[string]any); ok && !strings.HasSuffix(p["name"].(string), "（示例）") {
					t.Errorf("%s %s: %v does not say that it is invented", name, f.text("name"), p["name"])
				}
			}
			all++
			if by := f.text("verify_by"); by != "" && by < "2026-11-23" {
				late++
			}
		}
	}
	if len(named) > 0 {
		t.Errorf("%v missing", named)
	}
	if late == 0 || late > all/5 {
		t.Errorf("%d of %d entries are past their day, want a few", late, all)
	}
}

func TestCamerasStandOnTheShoreAndLookOutToSea(t *testing.T) {
	t.Parallel()
	f, err := readFacts()
	if err != nil {
		t.Fatal(err)
	}
	g, err := newGround(f)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range read(t, "camera.geojson") {
		p := point(t, c)
		near := math.Inf(1)
		for i := 1; i < len(g.coast); i++ {
			near = min(near, offLine(p, g.coast[i-1], g.coast[i]))
		}
		look := float64(c.number("heading_deg")) * math.Pi / 180
		ahead := offset(p, 100*math.Sin(look), 100*math.Cos(look))
		if near > 120 || g.sea.contains(p) || !g.sea.contains(ahead) {
			t.Errorf("%s is %.0f m from the shore; in the sea %v, the sea before it %v", c.text("name"), near, g.sea.contains(p), g.sea.contains(ahead))
		}
	}
}

func TestPondsAndMinesLieWithinSixKilometresOfATown(t *testing.T) {
	t.Parallel()
	var towns []orb.Point
	for _, f := range read(t, "base.geojson") {
		if f.text("layer") == "place" {
			towns = append(towns, point(t, f))
		}
	}
	for _, f := range read(t, "hazard.geojson") {
		near := math.Inf(1)
		for _, p := range towns {
			near = min(near, distance(p, point(t, f)))
		}
		if near > 6100 {
			t.Errorf("%s is %.0f m from any town", f.text("name"), near)
		}
		if f.Properties["overhanging"] == true && f.text("kind") != "tailings_pond" {
			t.Errorf("%s hangs over people but is no pond", f.text("name"))
		}
	}
}
