package crs

import (
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/paulmach/orb"

	"onemap/geo"
)

// shared reads a file of the shared test data, or skips.
func shared(t *testing.T, name string, into any) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("../../../shared/testdata/17-crs", name))
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("the shared test data are not here")
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, into); err != nil {
		t.Fatal(err)
	}
}

func wantNear(t *testing.T, what string, got, want orb.Point, within geo.Metres) {
	t.Helper()
	if d := geo.Distance(got, want); !(d <= within) {
		t.Errorf("%s: %v, want %v: %.4f m off", what, got, want, d)
	}
}

func convert(t *testing.T, f func(Datum, orb.Point) (orb.Point, error), d Datum, p orb.Point) orb.Point {
	t.Helper()
	q, err := f(d, p)
	if err != nil {
		t.Fatalf("%s %v: %v", d, p, err)
	}
	return q
}

func TestQinhuangdaoComesBackFromGCJ(t *testing.T) {
	var pairs []struct{ WGS84, GCJ02 orb.Point }
	shared(t, "qinhuangdao-wgs84-gcj02.json", &pairs)
	if len(pairs) == 0 {
		t.Fatal("no pairs")
	}
	for _, p := range pairs { // given to 1e-7 degrees
		wantNear(t, "to GCJ-02", convert(t, FromWGS84, GCJ02, p.WGS84), p.GCJ02, 0.02)
		wantNear(t, "from GCJ-02", convert(t, ToWGS84, GCJ02, p.GCJ02), p.WGS84, 0.02)
	}
}

func TestAllCitiesComeBackFromGCJAndBD(t *testing.T) {
	var cities []struct {
		Attrs  struct{ Name string }
		Coords struct{ WGS84, GCJ02, BD09 orb.Point }
	}
	shared(t, "china-cities-wgs84-gcj02-bd09.json", &cities)
	if len(cities) == 0 {
		t.Fatal("no cities")
	}
	for _, c := range cities {
		wantNear(t, c.Attrs.Name+" from GCJ-02", convert(t, ToWGS84, GCJ02, c.Coords.GCJ02), c.Coords.WGS84, 1)
		wantNear(t, c.Attrs.Name+" from BD-09", convert(t, ToWGS84, BD09, c.Coords.BD09), c.Coords.WGS84, 1)
		wantNear(t, c.Attrs.Name+" to BD-09", toBD(c.Coords.GCJ02), c.Coords.BD09, 1)
	}
}

func TestTheOlderVectorsAgreeToTheirOwnPrecision(t *testing.T) {
	var vectors []struct {
		Place    string
		WGS, GCJ orb.Point
	}
	shared(t, "eviltransform-vectors.json", &vectors)
	for _, v := range vectors { // computed on another ellipsoid
		wantNear(t, v.Place, convert(t, FromWGS84, GCJ02, v.WGS), v.GCJ, 1)
	}
}

func TestTheShiftIsUndoneToAMillimetre(t *testing.T) {
	for lon := 73.0; lon < 137; lon += 0.7 {
		for lat := 1.9; lat < 55; lat += 0.9 {
			p := orb.Point{lon, lat}
			for _, d := range []Datum{GCJ02, BD09} {
				shifted := convert(t, FromWGS84, d, p)
				wantNear(t, string(d), convert(t, ToWGS84, d, shifted), p, 0.001)
			}
		}
	}
}

func TestTheShiftIsWorthUndoing(t *testing.T) {
	p := orb.Point{119.6, 39.9}
	if d := geo.Distance(p, toGCJ(p)); d < 300 || d > 800 {
		t.Errorf("GCJ-02 shifts Qinhuangdao by %.1f m", d)
	}
	if d := geo.Distance(toGCJ(p), toBD(toGCJ(p))); d < 300 || d > 1300 {
		t.Errorf("BD-09 shifts it by another %.1f m", d)
	}
}

func TestTheWorldBeyondIsNotShifted(t *testing.T) {
	for _, p := range []orb.Point{{-73.8, 40.6}, {2.35, 48.85}, {151.2, -33.9}, {180, 90}, {0, 0}} {
		for _, d := range []Datum{GCJ02, BD09, CGCS2000, WGS84} {
			if q := convert(t, ToWGS84, d, p); q != p {
				t.Errorf("%s moved %v to %v", d, p, q)
			}
			if q := convert(t, FromWGS84, d, p); q != p {
				t.Errorf("%s moved %v to %v", d, p, q)
			}
		}
	}
}

func TestCGCS2000StaysAsItIs(t *testing.T) {
	p := orb.Point{119.6, 39.9}
	if q := convert(t, ToWGS84, CGCS2000, p); q != p {
		t.Errorf("moved to %v", q)
	}
}

func TestUnknownDatumsAndPlacesAreRefused(t *testing.T) {
	if _, err := ToWGS84("epsg:4490", orb.Point{119, 39}); !errors.Is(err, ErrUnknownDatum) {
		t.Errorf("got %v", err)
	}
	if _, err := FromWGS84("", orb.Point{119, 39}); !errors.Is(err, ErrUnknownDatum) {
		t.Errorf("got %v", err)
	}
	if _, err := ToWGS84(GCJ02, orb.Point{39.9, 119.6}); !errors.Is(err, geo.ErrOutOfRange) {
		t.Errorf("got %v", err)
	}
	if _, err := ToWGS84(WGS84, orb.Point{math.NaN(), 0}); !errors.Is(err, geo.ErrNotFinite) {
		t.Errorf("got %v", err)
	}
	for _, g := range []orb.Geometry{nil, orb.Bound{}, orb.LineString{{119, 39}, {39, 119}}} {
		if _, err := GeometryToWGS84(GCJ02, g); err == nil {
			t.Errorf("%v was accepted", g)
		}
	}
}

func TestEveryShapeIsShiftedOnceAndTheOriginalKept(t *testing.T) {
	p := orb.Point{119.6, 39.9}
	want := convert(t, ToWGS84, GCJ02, p)
	line := []orb.Point{p, p}
	shapes := []orb.Geometry{
		p, orb.MultiPoint(line), orb.LineString(line), orb.Ring(line), orb.MultiLineString{line},
		orb.Polygon{line}, orb.MultiPolygon{{line}}, orb.Collection{p, orb.Polygon{line}},
	}
	for _, g := range shapes {
		got, err := GeometryToWGS84(GCJ02, g)
		if err != nil {
			t.Fatal(err)
		}
		if b := got.Bound(); b.Min != want || b.Max != want {
			t.Errorf("%T: %v, want %v everywhere", g, got, want)
		}
		if b := g.Bound(); b.Min != p || b.Max != p {
			t.Errorf("%T: the original was moved", g)
		}
	}
}

func FuzzDatumRoundTrip(f *testing.F) {
	f.Add(119.6, 39.9)
	f.Add(105.0, 35.0)
	f.Add(72.01, 0.83)
	f.Add(137.83, 55.82)
	f.Add(-180.0, 90.0)
	f.Fuzz(func(t *testing.T, lon, lat float64) {
		p := orb.Point{lon, lat}
		if geo.Check(p) != nil {
			t.Skip()
		}
		// Near the rectangle's edge two places share one image.
		const edge = 0.03
		ambiguous := !inChina(orb.Point{lon - edge, lat - edge}) != !inChina(orb.Point{lon + edge, lat + edge}) ||
			inChina(orb.Point{lon + edge, lat - edge}) != inChina(orb.Point{lon - edge, lat + edge}) ||
			inChina(p) != inChina(orb.Point{lon + edge, lat + edge})
		for _, d := range []Datum{GCJ02, BD09} {
			shifted := convert(t, FromWGS84, d, p)
			back := convert(t, ToWGS84, d, shifted)
			if geo.Check(back) != nil {
				t.Fatalf("%s took %v to %v", d, p, back)
			}
			if !ambiguous {
				wantNear(t, string(d), back, p, 0.001)
			}
		}
	})
}

func BenchmarkFromGCJ(b *testing.B) {
	for b.Loop() {
		_ = fromGCJ(orb.Point{119.6, 39.9})
	}
}
