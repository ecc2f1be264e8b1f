package cover

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"onemap/geo/road"
	"onemap/geo/road/roadtest"
)

// The ways of a town by the bridge BC and by the long way round.
const riverTown = `
	A---B======C---E
	|   |      |   |
	D---G      H---F
	|              |
	I--------------J`

// streetsOf are the streets of riverTown that may be closed.
var streetsOf = []string{"AB", "BC", "CE", "AD", "BG", "CH", "EF", "DG", "HF", "DI", "FJ", "IJ"}

// visit is a town with cells and sites in its streets.
type visit struct {
	town  *roadtest.Town
	cells []Cell
	fleet Fleet
}

func (v visit) travels(t interface{ Fatal(...any) }, limits ...time.Duration) Travel {
	got, err := Travels(context.Background(), v.town.Now(), []Fleet{v.fleet}, len(v.cells), limits)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func (v *visit) put(name string) {
	v.fleet.Sites = append(v.fleet.Sites, v.town.Stop(name, v.fleet.Ask.Profile))
}

// newVisit has cells at the places named, a hundred people more in each.
func newVisit(t testing.TB, way road.Direction, places ...string) *visit {
	v := &visit{town: roadtest.Draw(t, 100, riverTown), fleet: Fleet{Direction: way, Ask: road.Ask{Profile: "fire_engine"}}}
	for i, name := range places {
		v.cells = append(v.cells, Cell{Index: i, Centre: v.town.At(name), People: int64(100 * (i + 1)), AreaM2: 10_000, County: "Haigang"})
		v.fleet.Cells = append(v.fleet.Cells, v.town.Stop(name, "fire_engine"))
	}
	return v
}

func TestAClosedBridgeMovesTheFarBankOutOfReach(t *testing.T) {
	v := newVisit(t, road.Away, "A", "C", "E")
	v.put("AB")
	open := v.travels(t, 3*time.Minute)
	if want := []int32{1, 1, 1}; !slices.Equal(open.Reached[0], want) || open.Closures != nil {
		t.Fatalf("open: %v in %v, closures %v", open.Reached, open.Least, open.Closures)
	}
	v.town.Close("BC")
	closed := v.travels(t, 3*time.Minute)
	if want := []int32{1, 0, 0}; !slices.Equal(closed.Reached[0], want) || !slices.Equal(closed.Closures, []string{"BC"}) {
		t.Errorf("closed: %v in %v, closures %v", closed.Reached, closed.Least, closed.Closures)
	}
	if closed.Least[0] != open.Least[0] || closed.Least[1] <= open.Least[1] {
		t.Errorf("open %v, closed %v", open.Least, closed.Least)
	}
}

func TestOffTheRoadNobodyIsReached(t *testing.T) {
	v := newVisit(t, road.Toward, "A", "E")
	v.put("A")
	v.fleet.Sites = append(v.fleet.Sites, road.Stop{})
	v.fleet.Cells[1] = road.Stop{}
	got := v.travels(t, time.Hour)
	if !slices.Equal(got.Reached[0], []int32{1, 0}) || got.Least[1] != Never {
		t.Errorf("%v, %v", got.Reached, got.Least)
	}
}

func TestWithoutSitesOrCellsNobodyIsReached(t *testing.T) {
	v := newVisit(t, road.Away, "A")
	if got := v.travels(t, time.Hour); got.Reached[0][0] != 0 || got.Least[0] != Never {
		t.Errorf("without sites: %+v", got)
	}
	v.cells, v.fleet.Cells = nil, nil
	v.put("A")
	if got := v.travels(t, time.Hour); len(got.Least) != 0 {
		t.Errorf("without cells: %+v", got)
	}
}

func TestNobodyMeasuresForOneWhoHasLeft(t *testing.T) {
	v := newVisit(t, road.Away, "A")
	v.put("B")
	ctx, leave := context.WithCancel(t.Context())
	leave()
	if _, err := Travels(ctx, v.town.Now(), []Fleet{v.fleet}, 1, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if _, err := Travels(t.Context(), v.town.Now(), []Fleet{v.fleet}, 2, nil); err == nil {
		t.Error("cells of another grid were accepted")
	}
}

// anyVisit puts cells and sites in any streets of the town, and closes some.
func anyVisit(t *testing.T, r *rapid.T) *visit {
	way := rapid.SampledFrom([]road.Direction{road.Toward, road.Away}).Draw(r, "way")
	place := rapid.SampledFrom(append([]string{"A", "E", "J", "D"}, streetsOf...))
	v := newVisit(t, way, rapid.SliceOfN(place, 1, 12).Draw(r, "cells")...)
	v.town.Close(rapid.SliceOfNDistinct(rapid.SampledFrom(streetsOf), 0, 3, rapid.ID).Draw(r, "closed")...)
	for _, name := range rapid.SliceOfN(place, 1, 4).Draw(r, "sites") {
		v.put(name)
	}
	return v
}

var anyLimits = rapid.Custom(func(t *rapid.T) []time.Duration {
	short := rapid.IntRange(1, 2400).Draw(t, "tenths")
	return []time.Duration{time.Duration(short) * 100 * time.Millisecond, time.Duration(short+rapid.IntRange(0, 600).Draw(t, "more")) * 100 * time.Millisecond}
})

func TestMoreIsNeverLess(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		v, limits := anyVisit(t, r), anyLimits.Draw(r, "limits")
		before := v.travels(r, limits...)
		alone := Travel{Reached: [][]int32{make([]int32, len(v.cells))}}
		for _, s := range v.fleet.Sites {
			one := *v
			one.fleet.Sites = []road.Stop{s}
			for c, n := range one.travels(r, limits[0]).Reached[0] {
				alone.Reached[0][c] += n
			}
		}
		more := *v
		more.put(rapid.SampledFrom(streetsOf).Draw(r, "one more"))
		after := more.travels(r, limits...)
		v.town.Close(rapid.SampledFrom(streetsOf).Draw(r, "one street less"))
		closed := v.travels(r, limits...)
		for c := range v.cells {
			was := before.Reached[0][c]
			switch {
			case was != alone.Reached[0][c]:
				r.Fatalf("cell %d is reached by %d sites, one by one by %d", c, was, alone.Reached[0][c])
			case before.Reached[1][c] < was:
				r.Fatalf("cell %d is lost by a longer limit", c)
			case after.Reached[0][c] < was || after.Least[c] == Never && before.Least[c] != Never || after.Least[c] > before.Least[c] && before.Least[c] != Never:
				r.Fatalf("cell %d is lost by one more site", c)
			case closed.Reached[0][c] > was || before.Least[c] == Never && closed.Least[c] != Never || closed.Least[c] < before.Least[c] && closed.Least[c] != Never:
				r.Fatalf("cell %d gains by a closed street: %v, %v", c, before.Least[c], closed.Least[c])
			case was > 0 != (before.Least[c] != Never && before.Least[c] <= limits[0]):
				r.Fatalf("cell %d: %d sites in reach, the nearest %v away", c, was, before.Least[c])
			}
		}
	})
}

func TestArrivalsAreThoseOfTheReferenceSearch(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		v := anyVisit(t, r)
		got := v.travels(r)
		ask := v.fleet.Ask
		ask.Plain = true
		want, err := v.town.Now().Arrivals(v.fleet.Sites, v.fleet.Cells, road.Bounds{Direction: v.fleet.Direction}, ask)
		if err != nil {
			r.Fatal(err)
		}
		for c, a := range want.Cells {
			if a.Known != (got.Least[c] != Never) || a.Known && a.Time != got.Least[c] {
				r.Fatalf("cell %d: %v, the reference says %+v", c, got.Least[c], a)
			}
		}
	})
}

func TestPeopleAreNeverCountedTwice(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		v, limits := anyVisit(t, r), anyLimits.Draw(r, "limits")
		f, err := NewField(v.cells)
		if err != nil {
			r.Fatal(err)
		}
		count := func(sites []road.Stop) int64 {
			one := *v
			one.fleet.Sites = sites
			report, err := f.Counted(limits[0].Seconds(), one.travels(r, limits[0]).Reached[0])
			if err != nil {
				r.Fatal(err)
			}
			return report.Total.Covered.People
		}
		sum := int64(0)
		for i := range v.fleet.Sites {
			sum += count(v.fleet.Sites[i : i+1])
		}
		if union := count(v.fleet.Sites); union > sum {
			r.Fatalf("together %d, one by one %d", union, sum)
		}
	})
}

func TestBoxesInARowAreOneStripHoweverTheyAreWritten(t *testing.T) {
	var row []orb.Geometry
	for i := range 10 {
		box := orb.Bound{Min: orb.Point{119 + 0.01*float64(i), 39.9}, Max: orb.Point{119.01 + 0.01*float64(i), 39.91}}.ToPolygon()
		if row = append(row, box); i%2 == 0 {
			row[i] = orb.MultiPolygon{box}
		}
	}
	if n := len(strips(row)); n != 1 {
		t.Errorf("%d strips are left to unite, want 1", n)
	}
}

func TestGapsOfAnyShapeHoldTheirCells(t *testing.T) {
	cells := village(9) // of townships of four, counties of eight
	shapes := make([]orb.Geometry, len(cells))
	for i := range cells {
		x := 119 + 0.01*float64(i)
		shapes[i] = orb.MultiPolygon{orb.Bound{Min: orb.Point{x, 39.9}, Max: orb.Point{x + 0.01, 39.91}}.ToPolygon()}
		cells[i].Centre = orb.Point{x + 0.005, 39.905}
	}
	shapes[8] = nil
	f, err := NewField(cells)
	if err != nil {
		t.Fatal(err)
	}
	r, err := f.Counted(900, []int32{0, 0, 1, 0, 2, 0, 0, 0, 0})
	if err != nil {
		t.Fatal(err)
	}
	m, err := f.GapShapes(shapes, r)
	if err != nil {
		t.Fatal(err)
	}
	var got []Sum
	sum := m.Stray
	for _, g := range m.Gaps {
		got = append(got, g.Sum)
		sum.plus(g.Sum)
		if g.County != "county 0" || g.AreaM2 != g.Sum.AreaM2 {
			t.Errorf("gap %+v", g)
		}
	}
	if diff := cmp.Diff([]Sum{{2, 200, 2e6}, {1, 100, 1e6}, {3, 300, 3e6}}, got); diff != "" {
		t.Errorf("gaps (-want +got):\n%s", diff)
	}
	if m.Stray != (Sum{1, 100, 1e6}) || sum != r.Overlap[0] || m.AreaM2 != 6e6 {
		t.Errorf("stray %+v, all %+v of %+v, %d m²", m.Stray, sum, r.Overlap[0], m.AreaM2)
	}
	if _, err := f.GapShapes(shapes[1:], r); err == nil {
		t.Error("shapes of other cells were accepted")
	}
	if _, err := f.Counted(900, nil); err == nil {
		t.Error("counts of other cells were accepted")
	}
}
