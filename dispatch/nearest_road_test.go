package dispatch

import (
	"cmp"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"onemap/geo"
	"onemap/geo/road"
	"onemap/geo/road/roadtest"
)

// harbour is a town of two banks, two bridges and an island.
const harbour = `
	A---B---C---D---E---F
	|   |   |   |   |   |
	G---H---I---J---K---L      1---2
	|       !       |   |      |   |
	M---N---O---P---Q---R      3---4
	|   |   |   |       !
	S---T---U---V-->W---X`

// onHarbour is a picture of rows on the harbour's roads.
func onHarbour(t *testing.T, rows ...Entity) (*Picture, *roadtest.Town) {
	town := roadtest.Draw(t, 200, harbour)
	p, err := NewPicture(1, "e", rows).OnRoads(NewRoads(town.Now().Graph()), noon)
	if err != nil {
		t.Fatal(err)
	}
	return p, town
}

// about is somewhere in the box of a network, or a little beside it.
func about(t *rapid.T, g *road.Graph) orb.Point {
	b := g.Bound().Pad(0.002)
	return orb.Point{rapid.Float64Range(b.Min[0], b.Max[0]).Draw(t, "lon"), rapid.Float64Range(b.Min[1], b.Max[1]).Draw(t, "lat")}
}

func anyEntry(t *rapid.T, g *road.Graph, moving *fleet) *Entry {
	at := about(t, g)
	switch rapid.IntRange(0, 6).Draw(t, "ledger") {
	case 0:
		return entry(Teams, "T", at, &Team{Readiness: rapid.SampledFrom(Readiness).Draw(t, "readiness"), MobiliseDayMin: 2, MobiliseNightMin: 5})
	case 1:
		return entry(Shelters, "S", at, &Shelter{State: "ready", Capacity: rapid.IntRange(0, 100).Draw(t, "places")})
	case 2:
		return entry(Depots, "D", at, &Depot{})
	}
	detail := &Unit{
		Kind: rapid.SampledFrom(UnitKinds).Draw(t, "kind"), Duty: rapid.SampledFrom(DutyStates).Draw(t, "duty"),
		MobiliseMin: rapid.IntRange(0, 4).Draw(t, "mobilise"), Crew: 4, CrewMinimum: 4,
	}
	if rapid.IntRange(0, 3).Draw(t, "sized") == 0 {
		detail.Profile = &Profile{HeightM: rapid.Float64Range(2, 4).Draw(t, "height")}
	}
	u := entry(Units, "U", at, detail)
	if moving.units = append(moving.units, u); rapid.Bool().Draw(t, "heard") {
		f := Fix{Unit: u.ID, Point: about(t, g), DeviceAt: noon.Add(-time.Duration(rapid.IntRange(0, 900).Draw(t, "age")) * time.Second)}
		if rapid.Bool().Draw(t, "moving") {
			heading, speed := geo.Bearing(rapid.IntRange(0, 359).Draw(t, "heading")), rapid.Float64Range(0, 20).Draw(t, "speed")
			f.Heading, f.SpeedMPS = &heading, &speed
		}
		moving.fixes[u.ID] = f
	}
	return u
}

func anyClosure(t *rapid.T, g *road.Graph) *Entry {
	c := &Closure{Cause: "flood", Confidence: "verified"}
	if rapid.Bool().Draw(t, "slowed") {
		c.SpeedFactor = 0.3
	}
	if rapid.Bool().Draw(t, "limit") {
		c.MaxHeightM = 3
	}
	s, _ := g.Segment(uint32(rapid.IntRange(0, g.Segments()-1).Draw(t, "segment")))
	return entry(Closures, "C", s.Line[0], c)
}

// raced is what looking at one candidate alone finds.
type raced struct {
	entry   *Entry
	fits    bool
	known   bool
	arrival time.Duration
	travel  time.Duration
	air     geo.Metres
}

// alone prices one candidate by a route of its own.
func alone(t *rapid.T, p *Picture, e *Entry, moving *fleet, q NearestQuery) raced {
	at, heading, rolling := e.Point(), (*geo.Bearing)(nil), false
	if f, ok := moving.At(e.ID); ok && noon.Sub(f.DeviceAt) <= q.MaxFixAge {
		at = f.Point
		if f.SpeedMPS != nil && *f.SpeedMPS > 2 {
			heading, rolling = f.Heading, true
		}
	}
	out := raced{entry: e, fits: len(q.misfits(p, e)) == 0, air: geo.Distance(q.Point, at)}
	switch d := e.Detail.(type) {
	case *Unit:
		if !rolling && d.Duty != "available_mobile" {
			out.arrival = time.Duration(d.MobiliseMin) * time.Minute
		}
	case *Team:
		out.arrival = time.Duration(d.MobiliseDayMin) * time.Minute // noon is noon in China
	}
	ask, way, byRoad := Driving(e)
	if !byRoad {
		out.known, out.travel = true, time.Duration(float64(out.air)/55*float64(time.Second))
		out.arrival += out.travel
		return out
	}
	g := p.Roads.Now.Graph()
	from, err1 := g.Snap(at, road.Snap{Profile: ask.Profile, Heading: heading})
	to, err2 := g.Snap(q.Point, road.Snap{Profile: ask.Profile, Place: true})
	if err := cmp.Or(err1, err2); err != nil {
		return out
	}
	if way == road.Away {
		from, to = to, from
	}
	route, err := p.Roads.Now.Route(from, to, ask)
	if err != nil && !errors.Is(err, road.ErrUnreachable) {
		t.Fatal(err)
	}
	out.known, out.travel = err == nil, route.Time
	out.arrival += route.Time
	return out
}

// TestRoadRankingIsWhatARouteToEachFinds: the first K by arrival, in order,
// whatever is closed; and of the others exactly those named that deserve it.
func TestRoadRankingIsWhatARouteToEachFinds(t *testing.T) {
	empty, _ := onHarbour(t)
	g := empty.Roads.Now.Graph()
	rapid.Check(t, func(t *rapid.T) {
		moving := &fleet{fixes: map[ID]Fix{}}
		var rows []Entity
		for range rapid.IntRange(0, 30).Draw(t, "candidates") {
			rows = append(rows, anyEntry(t, g, moving))
		}
		candidates := len(rows)
		for range rapid.IntRange(0, 6).Draw(t, "closures") {
			rows = append(rows, anyClosure(t, g))
		}
		p, err := NewPicture(1, "e", rows).OnRoads(NewRoads(g), noon)
		if err != nil {
			t.Fatal(err)
		}
		q := NearestQuery{
			Point: about(t, g), Kinds: []Ledger{Units, Teams, Shelters, Depots}, K: rapid.IntRange(1, 8).Draw(t, "k"),
			MaxFixAge: rapid.SampledFrom([]time.Duration{FixLimit, time.Minute}).Draw(t, "limit"),
		}
		if rapid.Bool().Draw(t, "filtered") {
			q.Status, q.FreePlaces = []string{"available", "delayed"}, 50
		}
		var all []raced
		for _, row := range rows[:candidates] {
			all = append(all, alone(t, p, row.(*Entry), moving, q))
		}
		got, err := p.Nearest(anybody, q, moving, noon)
		if errors.Is(err, errOffRoad) && !slices.ContainsFunc(all, func(c raced) bool { return c.fits && c.known }) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		checkResults(t, all, got, q.K)
		checkWhyNots(t, all, got, q.K)
	})
}

func checkResults(t *rapid.T, all []raced, got NearestAnswer, k int) {
	want := slices.DeleteFunc(slices.Clone(all), func(c raced) bool { return !c.fits || !c.known })
	slices.SortFunc(want, func(a, b raced) int { return nearerFirst(a.arrival, b.arrival, a.entry, b.entry) })
	if want = want[:min(k, len(want))]; len(want) != len(got.Results) {
		t.Fatalf("%d results, want %d", len(got.Results), len(want))
	}
	for i, h := range got.Results {
		if h.Entry != want[i].entry || h.Trip.Arrival() != want[i].arrival || h.Trip.Travel != want[i].travel {
			t.Fatalf("result %d is %s %s in %s, want %s %s in %s", i, h.Entry.Ledger, h.Entry.ID, h.Trip.Arrival(), want[i].entry.Ledger, want[i].entry.ID, want[i].arrival)
		}
		rank := 1
		for _, c := range all {
			if c.fits && nearerFirst(c.air, h.Distance, c.entry, h.Entry) < 0 {
				rank++
			}
		}
		if h.Trip.AirRank != rank {
			t.Fatalf("result %d has air rank %d, want %d", i, h.Trip.AirRank, rank)
		}
	}
}

func checkWhyNots(t *rapid.T, all []raced, got NearestAnswer, k int) {
	full := len(got.Results) == k
	last, results := got.Results[max(0, len(got.Results)-1):], map[*Entry]bool{}
	var farthest Hit // of those that drive
	for _, h := range got.Results {
		if results[h.Entry] = true; h.Trip.Basis == ByRoad && (farthest.Entry == nil || h.Trip.AirRank > farthest.Trip.AirRank) {
			farthest = h
		}
	}
	said := map[*Entry]WhyNot{}
	for _, no := range got.Rejected {
		said[no.Entry] = no
	}
	for _, c := range all {
		deserved := !full || c.fits && farthest.Entry != nil && nearerFirst(c.air, farthest.Distance, c.entry, farthest.Entry) < 0 ||
			!c.fits && c.known && nearerFirst(c.arrival, last[0].Trip.Arrival(), c.entry, last[0].Entry) < 0
		no, ok := said[c.entry]
		if want := deserved && !results[c.entry]; ok != want {
			t.Fatalf("%s %s is named: %v, want %v", c.entry.Ledger, c.entry.ID, ok, want)
		}
		if ok && (len(no.Why) == 0 || c.known != (no.Travel != nil) || c.known && *no.Travel != c.travel) {
			t.Fatalf("why-not of %s %s: %+v, alone %+v", c.entry.Ledger, c.entry.ID, no, c)
		}
	}
}

// TestNobodyBeyondTheFirstLookIsForgotten: more units than are looked at first,
// the nearest of them by air all on the other bank of a river without a bridge.
func TestNobodyBeyondTheFirstLookIsForgotten(t *testing.T) {
	town := roadtest.Draw(t, 200, `
		A-----------------------B
		|
		C-----------------------D`)
	moving := &fleet{}
	var rows []Entity
	join := func(code string, at orb.Point) {
		u := entry(Units, code, at, &Unit{Kind: "engine", Duty: "available_mobile", Crew: 4})
		rows, moving.units = append(rows, u), append(moving.units, u)
	}
	for range firstLook + 5 {
		join("far by road", town.At("D"))
	}
	join("near by road", orb.Point{town.At("A")[0], town.At("A")[1]})
	p, err := NewPicture(1, "e", rows).OnRoads(NewRoads(town.Now().Graph()), noon)
	if err != nil {
		t.Fatal(err)
	}
	got, err := p.Nearest(anybody, NearestQuery{Point: town.At("B"), Kinds: []Ledger{Units}, K: 1, MaxFixAge: FixLimit}, moving, noon)
	if err != nil {
		t.Fatal(err)
	}
	if h := got.Results[0]; h.Entry.Code != "near by road" || h.Trip.AirRank != firstLook+6 || len(got.Rejected) != maxRejected {
		t.Errorf("first is %s, air rank %d, %d why-nots", h.Entry.Code, h.Trip.AirRank, len(got.Rejected))
	}
}

func TestWhatRollsNeedsNoTimeToLeave(t *testing.T) {
	fast, slow := 5.0, 1.0
	night := noon.Add(12 * time.Hour)
	unit := func(duty string) Detail { return &Unit{Duty: duty, MobiliseMin: 3} }
	team := &Team{MobiliseDayMin: 10, MobiliseNightMin: 30}
	for _, c := range []struct {
		name   string
		detail Detail
		speed  *float64
		now    time.Time
		want   time.Duration
	}{
		{"at its base", unit("available_base"), nil, noon, 3 * time.Minute},
		{"at its base, drifting", unit("available_base"), &slow, noon, 3 * time.Minute},
		{"on standby", unit("standby"), nil, noon, 3 * time.Minute},
		{"driving", unit("available_base"), &fast, noon, 0},
		{"mobile", unit("available_mobile"), nil, noon, 0},
		{"a team by day", team, nil, noon, 10 * time.Minute},
		{"a team by night", team, nil, night, 30 * time.Minute},
		{"a depot", &Depot{}, nil, noon, 0},
	} {
		m := runner{entry: entry(Units, "X", orb.Point{119.6, 39.9}, c.detail)}
		m.moves(Fix{SpeedMPS: c.speed})
		r := race{search: &search{p: NewPicture(1, "e", nil), now: c.now}}
		if got := r.mobilise(&m); got != c.want {
			t.Errorf("%s: %s to leave, want %s", c.name, got, c.want)
		}
	}
}

func TestBasesThatNearestRefuses(t *testing.T) {
	empty := NewPicture(1, "e", nil)
	ask := func(q NearestQuery) error {
		q.Point, q.Kinds, q.K = orb.Point{119.6, 39.9}, []Ledger{Units}, max(q.K, 1)
		_, err := empty.Nearest(anybody, q, &fleet{}, noon)
		return err
	}
	for _, c := range []struct {
		q    NearestQuery
		code string
	}{
		{NearestQuery{Basis: ByRoad}, "no_roads"}, {NearestQuery{Basis: ByAir}, "out_of_range"}, {NearestQuery{Basis: "rail"}, "bad_enum"},
		{NearestQuery{Profile: "sledge"}, "bad_enum"}, {NearestQuery{K: 101}, "out_of_range"},
	} {
		if err := ask(c.q); !errors.Is(err, &Error{Code: c.code}) {
			t.Errorf("%+v: %v, want %s", c.q, err, c.code)
		}
	}
	if err := ask(NearestQuery{}); err != nil {
		t.Errorf("without a network, by the straight line: %v", err)
	}
}
