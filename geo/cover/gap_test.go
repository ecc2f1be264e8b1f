package cover

import (
	"math"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"onemap/geo"
	"onemap/geo/overlay"
)

func rectangle(west, south, east, north float64) orb.MultiPolygon {
	return orb.MultiPolygon{orb.Bound{Min: orb.Point{west, south}, Max: orb.Point{east, north}}.ToPolygon()}
}

func gapMap(t interface{ Fatal(...any) }, cells []Cell, zones []Zone, sites []Site, limit float64) (GapMap, Report) {
	f, err := NewField(cells)
	if err != nil {
		t.Fatal(err)
	}
	r, err := f.Share(sites, limit, nil)
	if err != nil {
		t.Fatal(err)
	}
	m, err := f.GapPolygons(zones, sites, r)
	if err != nil {
		t.Fatal(err)
	}
	return m, r
}

func TestASiteInTheMiddleLeavesARingAroundIt(t *testing.T) {
	zone := Zone{"Haigang", rectangle(119, 39.8, 119.4, 40)}
	middle := orb.Point{119.2, 39.9}
	cells := []Cell{
		{Centre: middle, People: 7, AreaM2: 10},
		{Centre: orb.Point{119.05, 39.9}, People: 30, AreaM2: 20},
		{Centre: orb.Point{119.35, 39.9}, People: 50, AreaM2: 40},
		{Centre: orb.Point{119.5, 39.9}, People: 1, AreaM2: 80}, // out at sea
	}
	m, _ := gapMap(t, cells, []Zone{zone}, []Site{site(middle)}, 5000)
	if len(m.Gaps) != 1 || len(m.Gaps[0].Polygon) != 2 {
		t.Fatalf("gaps %+v", m.Gaps)
	}
	g := m.Gaps[0]
	if g.County != "Haigang" || g.Sum != (Sum{2, 80, 60}) || m.Stray != (Sum{1, 1, 80}) {
		t.Errorf("gap %+v, stray %+v", g.Sum, m.Stray)
	}
	want := overlay.Area(zone.Area) - math.Pi*5000*5000
	if math.Abs(float64(m.AreaM2)-want) > 0.002*math.Pi*5000*5000 {
		t.Errorf("area %d, want about %.0f", m.AreaM2, want)
	}
	if err := geo.CheckGeometry(m.Area(), 1000); err != nil {
		t.Error(err)
	}
}

func TestWithoutSitesAllIsGap(t *testing.T) {
	zones := []Zone{{"a", rectangle(119, 39.8, 119.2, 40)}, {"b", rectangle(119.2, 39.8, 119.4, 40)}}
	m, _ := gapMap(t, nil, zones, nil, 5000)
	if len(m.Gaps) != 2 || m.Gaps[0].County != "a" || m.Gaps[1].County != "b" {
		t.Fatalf("gaps %+v", m.Gaps)
	}
	if want := overlay.Area(zones[0].Area) + overlay.Area(zones[1].Area); math.Abs(float64(m.AreaM2)-want) > 1 {
		t.Errorf("area %d, want %.0f", m.AreaM2, want)
	}
}

func TestEveryGapCellIsCountedOnce(t *testing.T) {
	zones := []Zone{{"a", rectangle(119, 39.7, 119.2, 40)}, {"b", rectangle(119.2, 39.7, 119.4, 40)}}
	rapid.Check(t, func(t *rapid.T) {
		cells, sites, limit := anyTown(t)
		m, r := gapMap(t, cells, zones, sites, limit)
		sum := m.Stray
		for _, g := range m.Gaps {
			sum.plus(g.Sum)
		}
		if sum != r.Overlap[0] {
			t.Fatalf("gaps hold %v, the report says %v", sum, r.Overlap[0])
		}
		if m.Stray.Cells > 0 {
			t.Fatalf("%+v lie in no gap, though in a zone", m.Stray)
		}
	})
}

func TestAReportOfOtherCellsIsRefused(t *testing.T) {
	f, err := NewField(village(3))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.GapPolygons(nil, nil, Report{}); err == nil {
		t.Error("accepted")
	}
}
