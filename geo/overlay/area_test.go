package overlay

import (
	"encoding/json"
	"errors"
	"math"
	"os"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"onemap/geo"
)

func TestTheGlobeHasTheAreaOfWGS84(t *testing.T) {
	const surface = 510_065_621_724_088 // m²
	if got := Area(orb.Bound{Min: orb.Point{-180, -90}, Max: orb.Point{180, 90}}); math.Abs(got-surface) > 1e4 {
		t.Errorf("%.0f m²", got)
	}
}

func TestASmallBlockHasTheAreaOfItsSides(t *testing.T) {
	for _, lat := range []float64{0, 39.9, -62} {
		b := orb.Bound{Min: orb.Point{119.6, lat}, Max: orb.Point{119.601, lat + 0.001}}
		wide := geo.Distance(orb.Point{119.6, lat + 0.0005}, orb.Point{119.601, lat + 0.0005})
		tall := geo.Distance(b.Min, orb.Point{119.6, lat + 0.001})
		if got, want := Area(b), float64(wide*tall); math.Abs(got-want) > want*1e-8 {
			t.Errorf("at %v: %.6f m², want %.6f", lat, got, want)
		}
	}
}

func TestPartsAddUpToTheWhole(t *testing.T) {
	whole := orb.Polygon{{{118, 39}, {121, 39.5}, {120, 52}, {118, 39}}} // a side of 12°
	a := orb.Polygon{{{118, 39}, {121, 39.5}, {120.5, 45.75}, {118, 39}}}
	b := orb.Polygon{{{118, 39}, {120.5, 45.75}, {120, 52}, {118, 39}}}
	if sum, want := Area(a)+Area(b), Area(whole); math.Abs(sum-want) > want*1e-9 {
		t.Errorf("%.3f, want %.3f", sum, want)
	}
}

func TestHolesAndDirectionsDoNotMatter(t *testing.T) {
	shell, hole := block(0, 0, 2)[0], block(0, 0, 1)[0]
	turned := hole.Clone()
	turned.Reverse()
	want := Area(orb.Polygon{shell}) - Area(orb.Polygon{hole})
	wantArea(t, "hole", Area(orb.Polygon{shell, hole}), want)
	wantArea(t, "hole turned", Area(orb.Polygon{shell, turned}), want)
	wantArea(t, "a heap", Area(orb.Collection{orb.MultiPolygon{{shell, hole}}, orb.Point{1, 1}}), want)
	for _, g := range []orb.Geometry{nil, orb.Point{1, 1}, orb.LineString{{0, 0}, {1, 1}}, orb.Polygon{}, orb.Ring{{0, 0}}} {
		if a := Area(g); a != 0 {
			t.Errorf("%v has %v m²", g, a)
		}
	}
}

func TestTheCityIsAsLargeAsItSays(t *testing.T) {
	raw, err := os.ReadFile("../../../shared/testdata/01-qinhuangdao/county-boundaries-wgs84.geojson")
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("the shared test data are not here")
	}
	if err != nil {
		t.Fatal(err)
	}
	var counties geojson.FeatureCollection
	if err := json.Unmarshal(raw, &counties); err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for _, f := range counties.Features {
		sum += Area(f.Geometry)
	}
	const official = 7802e6 // m², land
	if len(counties.Features) != 7 || math.Abs(sum-official) > official*0.02 {
		t.Errorf("%d counties of %.0f km²", len(counties.Features), sum/1e6)
	}
}
