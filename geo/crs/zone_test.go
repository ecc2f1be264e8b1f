package crs

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"

	"onemap/geo"
)

func mustZone(t *testing.T, epsg int) Zone {
	t.Helper()
	z, err := ZoneByEPSG(epsg)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func TestZonesAgreeWithPROJ(t *testing.T) {
	cases := []struct {
		epsg        int
		p           orb.Point
		east, north float64
	}{
		{4549, orb.Point{119.58936, 39.94104}, 464903.6724, 4423063.2054},
		{4528, orb.Point{119.58936, 39.94104}, 40464903.6724, 4423063.2054},
		{4509, orb.Point{119.58936, 39.94104}, 721318.8849, 4426194.3074},
		{4498, orb.Point{119.58936, 39.94104}, 20721318.8849, 4426194.3074},
		{4549, orb.Point{122.5, 20}, 761681.7608, 2214319.7195},
		{4509, orb.Point{115.1, 53.5}, 373924.5385, 5931946.5148},
		{4509, orb.Point{122.5, 20}, 1076241.5988, 2221846.1317},
	}
	for _, c := range cases {
		z := mustZone(t, c.epsg)
		en, err := z.FromLonLat(c.p)
		if err != nil || math.Hypot(en[0]-c.east, en[1]-c.north) > 0.0001 {
			t.Errorf("EPSG:%d of %v: %.4f, %v", c.epsg, c.p, en, err)
		}
		p, err := z.ToLonLat(orb.Point{c.east, c.north})
		if err != nil {
			t.Errorf("EPSG:%d: %v", c.epsg, err)
		}
		wantNear(t, "back", p, c.p, 0.0001)
	}
}

func TestTheCityAgreesWithItsSurvey(t *testing.T) {
	var places []struct {
		Name   string
		LonLat orb.Point
		Grid   orb.Point `json:"epsg4549_east_north"`
	}
	shared(t, "cgcs2000-gk120.json", &places)
	if len(places) == 0 {
		t.Fatal("no places")
	}
	for _, c := range places {
		p, err := mustZone(t, 4549).ToLonLat(c.Grid)
		if err != nil {
			t.Errorf("%s: %v", c.Name, err)
		}
		wantNear(t, c.Name, p, c.LonLat, 0.001)
	}
}

func TestEveryCodeHasItsMeridian(t *testing.T) {
	cases := map[int]Zone{
		4491: {75, 6, 13}, 4501: {135, 6, 23}, 4502: {75, 6, 0}, 4512: {135, 6, 0},
		4513: {75, 3, 25}, 4533: {135, 3, 45}, 4534: {75, 3, 0}, 4549: {120, 3, 0}, 4554: {135, 3, 0},
	}
	for code, want := range cases {
		if got := mustZone(t, code); got != want {
			t.Errorf("EPSG:%d = %v, want %v", code, got, want)
		}
	}
	for _, code := range []int{4326, 4490, 4555, 0, -1} {
		if _, err := ZoneByEPSG(code); !errors.Is(err, ErrUnknownZone) {
			t.Errorf("EPSG:%d: %v", code, err)
		}
	}
}

func TestThereAndBackIsAMicrometre(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 5000 {
		z := mustZone(t, 4491+r.IntN(4555-4491))
		p := orb.Point{z.Central + (r.Float64()*2-1)*z.Width*0.999, r.Float64()*178 - 89}
		en, err := z.FromLonLat(p)
		if err != nil {
			t.Fatalf("%v of %v: %v", z, p, err)
		}
		back, err := z.ToLonLat(en)
		if err != nil {
			t.Fatalf("%v of %v: %v", z, en, err)
		}
		wantNear(t, "back", back, p, 1e-6)
	}
}

func TestWhatIsNotInTheZoneIsRefused(t *testing.T) {
	plain, prefixed := mustZone(t, 4549), mustZone(t, 4528)
	for name, refused := range map[string]func() (orb.Point, error){
		"northing first":      func() (orb.Point, error) { return plain.ToLonLat(orb.Point{4423063, 464903}) },
		"a prefix too many":   func() (orb.Point, error) { return plain.ToLonLat(orb.Point{40464903, 4423063}) },
		"a prefix too few":    func() (orb.Point, error) { return prefixed.ToLonLat(orb.Point{464903, 4423063}) },
		"not a number":        func() (orb.Point, error) { return plain.ToLonLat(orb.Point{math.NaN(), 4423063}) },
		"beyond the pole":     func() (orb.Point, error) { return plain.ToLonLat(orb.Point{500000, 2e7}) },
		"another meridian":    func() (orb.Point, error) { return plain.FromLonLat(orb.Point{110, 39}) },
		"too far at 80 north": func() (orb.Point, error) { return plain.ToLonLat(orb.Point{800000, 8_900_000}) },
	} {
		if p, err := refused(); !errors.Is(err, ErrOutOfZone) {
			t.Errorf("%s: %v, %v", name, p, err)
		}
	}
	if _, err := plain.FromLonLat(orb.Point{39, 120}); !errors.Is(err, geo.ErrOutOfRange) {
		t.Errorf("swapped: %v", err)
	}
}

func FuzzZoneRoundTrip(f *testing.F) {
	f.Add(4549, 464903.672, 4423063.205)
	f.Add(4498, 20721318.8849, 4426194.3074)
	f.Add(4534, 500000.0, 10_001_000.0)
	f.Fuzz(func(t *testing.T, epsg int, east, north float64) {
		z, err := ZoneByEPSG(epsg)
		if err != nil {
			t.Skip()
		}
		p, err := z.ToLonLat(orb.Point{east, north})
		if err != nil {
			return
		}
		if err := geo.Check(p); err != nil {
			t.Fatalf("EPSG:%d %f %f: %v", epsg, east, north, err)
		}
		en, err := z.FromLonLat(p)
		if err != nil || math.Abs(p[1]) > 89.9 {
			return // on the rim, or where all meridians meet
		}
		if math.Hypot(en[0]-east, en[1]-north) > 1e-5 {
			t.Fatalf("EPSG:%d: %f %f came back as %f", epsg, east, north, en)
		}
	})
}
