package dispatch

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"onemap/geo"
	"onemap/geo/road"
	"onemap/geo/road/roadtest"
)

// riverside is a town on two banks: a square cell about each junction named,
// the n-th with 100·n people, a team at B and a shelter at C.
type riverside struct {
	*testing.T
	town *roadtest.Town
	rows []Entity
}

func newRiverside(t *testing.T, cells string) *riverside {
	r := &riverside{T: t, town: roadtest.Draw(t, 100, `
		A---B======C---E
		|              |
		D--------------F`)}
	county := "130302"
	r.add(Divisions, 1, "130302", &Division{Level: "county"}, orb.Bound{Min: orb.Point{119, 39}, Max: orb.Point{120, 41}}.ToPolygon())
	for i, name := range strings.Split(cells, "") {
		at := r.town.At(name)
		r.add(Cells, 10+i, county, &Cell{People: 100 * (i + 1), AreaM2: 10_000},
			orb.Bound{Min: orb.Point{at[0] - 0.0005, at[1] - 0.0005}, Max: orb.Point{at[0] + 0.0005, at[1] + 0.0005}}.ToPolygon())
	}
	r.add(Teams, 2, county, &Team{Readiness: "ready"}, r.town.At("AB"))
	r.add(Shelters, 3, county, &Shelter{State: "ready", Capacity: 100}, r.town.At("CE"))
	return r
}

func (r *riverside) add(l Ledger, n int, division string, d Detail, g orb.Geometry) {
	var id ID
	id[15] = byte(n)
	r.rows = append(r.rows, &Entry{Ledger: l, ID: id, Head: Head{Code: fmt.Sprintf("%s-%02d", l, n), Division: division}, Detail: d, Geometry: g, Version: 1})
}

func (r *riverside) picture() *Picture {
	r.Helper()
	p, err := NewPicture(1, "", r.rows).OnRoads(NewRoads(r.town.Now().Graph()), noon)
	if err != nil {
		r.Fatal(err)
	}
	return p
}

func (r *riverside) ask(p *Picture, q CoverageQuery) CoverageAnswer {
	r.Helper()
	got, err := p.Coverage(r.Context(), Actor{Role: Planner, Clearance: 3}, q, noon)
	if err != nil {
		r.Fatal(err)
	}
	return got
}

func byRoad(limits ...time.Duration) CoverageQuery {
	return CoverageQuery{Kinds: []Ledger{Teams}, Limits: limits, Gaps: true, Arrivals: true}
}

func TestAClosedBridgeTakesTheFarBankOutOfCover(t *testing.T) {
	r := newRiverside(t, "ACE")
	open := r.ask(r.picture(), byRoad(3*time.Minute))
	if open.Results[0].Total.PeopleCovered != 600 || len(open.Results[0].Gaps) != 0 || open.Closures != nil {
		t.Fatalf("open: %+v, closures %v", open.Results[0].Total, open.Closures)
	}
	r.add(Closures, 9, "130302", &Closure{Cause: "flood", Confidence: "verified"}, r.town.At("BC"))
	p := r.picture()
	closed := r.ask(p, byRoad(3*time.Minute))
	total := closed.Results[0].Total
	if total.PeopleCovered != 100 || total.Overlap != [4]int64{500, 100} {
		t.Errorf("closed: %+v", total)
	}
	if len(closed.Closures) != 1 || closed.Closures[0].Code != "closure-09" {
		t.Errorf("closures %v", closed.Closures)
	}
	if closed.Inputs == open.Inputs || closed.Inputs != r.ask(p, byRoad(3*time.Minute)).Inputs {
		t.Error("inputs do not follow the closures")
	}
	for i, was := range open.Arrivals {
		is := closed.Arrivals[i]
		if is.Code != was.Code || (i > 0) != (*is.Time > *was.Time) {
			t.Errorf("%s: %v, before %v", is.Code, is.Time, was.Time)
		}
	}
}

func TestFiguresByRoadAgreeWithEachOther(t *testing.T) {
	r := newRiverside(t, "ABCDEF")
	q := byRoad(10*time.Minute, 40*time.Second)
	q.Kinds = []Ledger{Teams, Shelters}
	for _, result := range r.ask(r.picture(), q).Results {
		gaps := int64(0)
		for _, g := range result.Gaps {
			gaps += g.People
		}
		var counties, townships Share
		for to, rows := range map[*Share][]CoverageRow{&counties: result.Counties, &townships: result.Townships} {
			for _, row := range rows {
				to.People, to.PeopleCovered, to.Overlap = to.People+row.People, to.PeopleCovered+row.PeopleCovered, plus(to.Overlap, row.Overlap)
				to.AreaM2, to.AreaCoveredM2 = to.AreaM2+row.AreaM2, to.AreaCoveredM2+row.AreaCoveredM2
			}
		}
		if counties != result.Total || townships != result.Total {
			t.Errorf("%s: %+v, counties %+v, townships %+v", result.Limit, result.Total, counties, townships)
		}
		if gaps != result.Total.Overlap[0] || gaps != result.Total.People-result.Total.PeopleCovered {
			t.Errorf("%s: %d people in gaps, overlap %v", result.Limit, gaps, result.Total.Overlap)
		}
	}
}

func TestPeopleWalkToAShelterAndHelpDrivesOut(t *testing.T) {
	r := newRiverside(t, "AE")
	p := r.picture()
	q := byRoad(time.Hour)
	q.Kinds, q.Candidates = []Ledger{Teams, Shelters}, []orb.Point{r.town.At("D")}
	mixed := r.ask(p, q)
	want := []string{"team: fire_engine, away from the site", "shelter: foot, toward the site", "candidate: fire_engine, away from the site",
		"free-flow speeds, without traffic", "ordinary turn delays are left out"}
	if diff := cmp.Diff(want, mixed.Assumptions); diff != "" {
		t.Errorf("assumptions (-want +got):\n%s", diff)
	}
	q.Kinds = []Ledger{Shelters}
	if alone := r.ask(p, q); !slices.Contains(alone.Assumptions, "candidate: foot, toward the site") {
		t.Errorf("beside shelters alone: %v", alone.Assumptions)
	}
	away := road.Away
	q.Profile, q.Direction = "ambulance", &away
	if own := r.ask(p, q); own.Assumptions[0] != "shelter: ambulance, away from the site" || own.Inputs == mixed.Inputs {
		t.Errorf("as asked: %v", own.Assumptions)
	}
}

func TestWhatIsOffTheRoadIsSaid(t *testing.T) {
	r := newRiverside(t, "A")
	sea := orb.Point{119.6, 39.8}
	r.add(Teams, 4, "130302", &Team{Readiness: "ready"}, sea)
	r.add(Units, 5, "130302", &Unit{Kind: "helicopter"}, r.town.At("A"))
	r.add(Cells, 30, "130302", &Cell{People: 7, AreaM2: 10_000}, orb.Bound{Min: sea, Max: orb.Point{sea[0] + 0.001, sea[1] + 0.001}}.ToPolygon())
	q := byRoad(time.Hour)
	q.Kinds = []Ledger{Teams, Units}
	got := r.ask(r.picture(), q)
	want := []string{"unit: counted at its base, not where it is now", "unit: 1 do not go by road",
		"1 sites have no road near: they reach nobody", "1 cells with 7 people have no road near: counted as not covered"}
	if diff := cmp.Diff(want, got.LeftOut); diff != "" {
		t.Errorf("left out (-want +got):\n%s", diff)
	}
	if got.Sites != 2 || got.Results[0].Total.Overlap != [4]int64{7, 100} || got.Arrivals[1].Time != nil {
		t.Errorf("%d sites, %+v, %+v", got.Sites, got.Results[0].Total, got.Arrivals)
	}
}

func TestCoverageIsAskedOneWayOnly(t *testing.T) {
	r := newRiverside(t, "A")
	p := r.picture()
	toward := road.Toward
	none, err := p.OnRoads(nil, noon)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		on   *Picture
		q    CoverageQuery
		code string
	}{
		"both":                  {p, CoverageQuery{Distances: []geo.Metres{1}, Limits: []time.Duration{1}}, "either_or"},
		"neither":               {p, CoverageQuery{}, "required"},
		"six limits":            {p, CoverageQuery{Limits: slices.Repeat([]time.Duration{1}, 6)}, "out_of_range"},
		"a limit beyond":        {p, CoverageQuery{Limits: []time.Duration{7 * time.Hour}}, "out_of_range"},
		"a limit of nothing":    {p, CoverageQuery{Limits: []time.Duration{0}}, "out_of_range"},
		"an ox cart":            {p, CoverageQuery{Limits: []time.Duration{1}, Profile: "ox_cart"}, "bad_enum"},
		"a profile by distance": {p, CoverageQuery{Distances: []geo.Metres{1}, Direction: &toward}, "required"},
		"no roads":              {none, CoverageQuery{Limits: []time.Duration{1}}, "no_roads"},
	} {
		_, err := c.on.Coverage(t.Context(), Actor{Role: Planner}, c.q, noon)
		var refused *Error
		if !errors.As(err, &refused) || refused.Code != c.code {
			t.Errorf("%s: %v", name, err)
		}
	}
}
