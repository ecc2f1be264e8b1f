package geo

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
)

// The lengths are GeographicLib's (C. Karney), by way of PROJ's geod.
var geodesics = []struct {
	name    string
	a, b    orb.Point
	metres  float64
	azimuth float64
}{
	{"New York to London", orb.Point{-73.8, 40.6}, orb.Point{-0.5, 51.6}, 5551759.400319, 51.1988828456},
	{"Haigang to Qinglong", orb.Point{119.58936, 39.94104}, orb.Point{118.94604, 40.40329}, 75081.136303, -46.6656685835},
	{"Qinhuangdao to Beijing", orb.Point{119.58936, 39.94104}, orb.Point{116.39730, 39.90960}, 272886.809688, -89.7082724648},
	{"over the antimeridian", orb.Point{179.9, 39.9}, orb.Point{-179.9, 39.9}, 17103.655099, 89.9358549984},
	{"a step", orb.Point{119.58936, 39.94104}, orb.Point{119.58937, 39.94105}, 1.401181, 37.5870196206},
	{"along the equator", orb.Point{0, 0}, orb.Point{90, 0}, 10018754.171395, 90},
	{"from the pole", orb.Point{0, 90}, orb.Point{119.6, 39.9}, 5583540.066154, 60.4},
	{"near the antipode, where the iteration holds", orb.Point{0, 0}, orb.Point{179.5, 0.5}, 19936288.578965, 25.6718728683},
	{"nearer, where it does not", orb.Point{0, 0}, orb.Point{179.7, 0.5}, 19944127.420750, 15.5568827935},
	{"near the antipode by the south", orb.Point{10, -30}, orb.Point{-170.2, 29.9}, 19989832.827610, 161.8905247363},
}

func TestDistanceAgreesWithGeographicLib(t *testing.T) {
	for _, c := range geodesics {
		for _, way := range [][2]orb.Point{{c.a, c.b}, {c.b, c.a}} {
			if d := float64(Distance(way[0], way[1])); math.Abs(d-c.metres) > 0.0002 {
				t.Errorf("%s: %.6f m, want %.6f", c.name, d, c.metres)
			}
		}
	}
}

func TestTheWayToTheAntipodeGoesOverAPole(t *testing.T) {
	for _, b := range []orb.Point{{180, 0}, {-180, 0}} {
		if d := float64(Distance(orb.Point{0, 0}, b)); math.Abs(d-20003931.458625) > 0.001 {
			t.Errorf("to %v: %.6f m", b, d)
		}
	}
}

func TestInitialBearingAgreesWithGeographicLib(t *testing.T) {
	for _, c := range geodesics {
		got := float64(InitialBearing(c.a, c.b))
		if got < 0 || got >= 360 {
			t.Errorf("%s: bearing %v is not within 0 and 360", c.name, got)
		}
		allowed := 2e-6
		if c.metres > 19_900_000 {
			allowed = 1e-4 // length hardly depends on direction there
		}
		if off := math.Abs(math.Remainder(got-c.azimuth, 360)); off > allowed {
			t.Errorf("%s: bearing %.7f, want %.7f", c.name, got, c.azimuth)
		}
	}
}

// integrate walks the geodesic equations in small steps: it shares no formula
// with Distance and Destination.
func integrate(p orb.Point, to, d float64) orb.Point {
	const e2 = flattening * (2 - flattening)
	type state [3]float64 // latitude, longitude, azimuth
	slope := func(s state) state {
		w := 1 - e2*math.Sin(s[0])*math.Sin(s[0])
		across := semiMajor / math.Sqrt(w)
		along := semiMajor * (1 - e2) / math.Pow(w, 1.5)
		return state{math.Cos(s[2]) / along, math.Sin(s[2]) / (across * math.Cos(s[0])), math.Tan(s[0]) * math.Sin(s[2]) / across}
	}
	step := func(s, k state, h float64) state {
		return state{s[0] + h*k[0], s[1] + h*k[1], s[2] + h*k[2]}
	}
	const n = 2000
	h, s := d/n, state{radians(p[1]), radians(p[0]), radians(to)}
	for range n {
		k1 := slope(s)
		k2 := slope(step(s, k1, h/2))
		k3 := slope(step(s, k2, h/2))
		k4 := slope(step(s, k3, h))
		for i := range s {
			s[i] += h / 6 * (k1[i] + 2*k2[i] + 2*k3[i] + k4[i])
		}
	}
	return orb.Point{degrees(s[1]), degrees(s[0])}
}

func TestDistanceAgreesWithIntegrationAlongTheWay(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		p := orb.Point{r.Float64()*360 - 180, r.Float64()*140 - 70}
		to := r.Float64() * 360
		d := math.Pow(10, r.Float64()*6) // 1 m to 1,000 km
		q := integrate(p, to, d)
		if math.Abs(q[1]) > 80 {
			continue // the integration itself suffers near a pole
		}
		if got := float64(Distance(p, q)); math.Abs(got-d) > 0.0005 {
			t.Errorf("from %v towards %.1f: %.6f m, integrated %.6f", p, to, got, d)
		}
		if off := Distance(q, Destination(p, Bearing(to), Metres(d))); off > 0.0005 {
			t.Errorf("from %v towards %.1f for %.1f m: destination is %.6f m off", p, to, d, off)
		}
	}
}

func TestDestinationAndDistanceAreInverse(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		p := orb.Point{r.Float64()*360 - 180, r.Float64()*180 - 90}
		to, d := Bearing(r.Float64()*360), Metres(math.Pow(10, r.Float64()*7.27)) // to 18,600 km
		q := Destination(p, to, d)
		if err := Check(q); err != nil {
			t.Fatalf("Destination(%v, %v, %v) = %v: %v", p, to, d, q, err)
		}
		if back := Distance(p, q); math.Abs(float64(back-d)) > 0.001 {
			t.Errorf("from %v towards %v for %v: distance %v", p, to, d, back)
		}
	}
}

func TestTheGreatCircleIsNeverMoreThanSixThousandthsOff(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 5000 {
		a := orb.Point{r.Float64()*360 - 180, r.Float64()*180 - 90}
		b := Destination(a, Bearing(r.Float64()*360), Metres(math.Pow(10, r.Float64()*7)))
		exact, sphere := float64(Distance(a, b)), float64(GreatCircle(a, b))
		if math.Abs(exact-sphere) > 0.006*exact+1e-6 {
			t.Errorf("%v to %v: %f, on the sphere %f", a, b, exact, sphere)
		}
	}
}

func TestDistanceNeverFailsToAnswer(t *testing.T) {
	odd := []float64{-180, -179.9999999, -90, -1e-9, 0, 1e-300, 89.9999999, 90, 179.9999999, 180}
	for _, lon := range odd {
		for _, lat := range odd {
			for _, other := range odd {
				a, b := orb.Point{lon, 90}, orb.Point{other, lat}
				if inRange(other, lat) {
					if d := Distance(a, b); math.IsNaN(float64(d)) || d < 0 || d > 20_003_932 {
						t.Errorf("Distance(%v, %v) = %v", a, b, d)
					}
				}
			}
		}
	}
	if d := Distance(orb.Point{math.NaN(), 0}, orb.Point{1, 1}); !math.IsNaN(float64(d)) {
		t.Errorf("NaN became %v", d)
	}
}

func BenchmarkDistance(b *testing.B) {
	p, q := orb.Point{119.58936, 39.94104}, orb.Point{119.4, 39.8}
	for b.Loop() {
		Distance(p, q)
	}
}

func BenchmarkGreatCircle(b *testing.B) {
	p, q := orb.Point{119.58936, 39.94104}, orb.Point{119.4, 39.8}
	for b.Loop() {
		GreatCircle(p, q)
	}
}
