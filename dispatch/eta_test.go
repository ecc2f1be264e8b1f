package dispatch

import (
	"errors"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"onemap/geo"
	"onemap/geo/road"
	"onemap/geo/road/roadtest"
)

// outing is a story of units sent over the harbour's roads.
type outing struct {
	*testing.T
	town *roadtest.Town
	rows []Entity
	at   fleet
	off  bool // without a road network
}

func goOut(t *testing.T) *outing {
	return &outing{T: t, town: roadtest.Draw(t, 200, harbour), at: fleet{fixes: map[ID]Fix{}}}
}

func (o *outing) unit(kind, at string) *Entry {
	u := entry(Units, "U-"+at, o.town.At(at), &Unit{Kind: kind, Duty: "available_base", MobiliseMin: 2})
	o.rows = append(o.rows, u)
	return u
}

// send orders a unit to a place, two minutes before noon unless said otherwise.
func (o *outing) send(u *Entry, to orb.Point, state AssignmentState, ago time.Duration) *Assignment {
	in := standing(Responding)
	in.Geometry = to
	as := &Assignment{ID: NewID(), Incident: in.ID, Unit: u.ID, Division: in.Division, State: state, OrderedAt: noon.Add(-ago)}
	o.rows = append(o.rows, in, as)
	return as
}

func (o *outing) close(code, street string, sensitivity int) {
	c := entry(Closures, code, o.town.At(street), &Closure{Cause: "flood", Confidence: "verified"})
	c.Name, c.Sensitivity = "水淹", sensitivity
	o.rows = append(o.rows, c)
}

func (o *outing) picture() *Picture {
	o.Helper()
	p := NewPicture(1, "e", o.rows)
	if o.off {
		return p
	}
	p, err := p.OnRoads(NewRoads(o.town.Now().Graph()), noon)
	if err != nil {
		o.Fatal(err)
	}
	return p
}

func (o *outing) etas(p *Picture) map[ID]ETA {
	o.Helper()
	all, err := p.ETAs(&o.at, noon, func(*Assignment) bool { return true })
	if err != nil {
		o.Fatal(err)
	}
	byID := map[ID]ETA{}
	for i, e := range all {
		byID[e.Assignment.ID] = e
		if i > 0 && (all[i-1].Basis == "" && e.Basis != "" || e.Basis != "" && all[i-1].ArriveAt.After(e.ArriveAt)) {
			o.Errorf("%d is not in its place", i)
		}
	}
	return byID
}

func TestMobilisingCountsFromTheOrderUntilTheUnitIsOnItsWay(t *testing.T) {
	o := goOut(t)
	want := map[ID]time.Duration{}
	for i, c := range []struct {
		state AssignmentState
		ago   time.Duration
		left  time.Duration
	}{
		{Ordered, 0, 2 * time.Minute}, {Ordered, 30 * time.Second, 90 * time.Second}, {Acknowledged, time.Minute, time.Minute},
		{Ordered, time.Hour, 0}, {Enroute, 0, 0}, {Staged, 0, 0},
	} {
		want[o.send(o.unit("engine", string(rune('A'+i))), o.town.At("M"), c.state, c.ago).ID] = c.left
	}
	for _, done := range []AssignmentState{OnScene, ToFacility, Returning, Released} {
		o.send(o.unit("engine", "F"), o.town.At("M"), done, 0)
	}
	got := o.etas(o.picture())
	if len(got) != len(want) {
		t.Errorf("%d arrivals, want %d", len(got), len(want))
	}
	for id, left := range want {
		e := got[id]
		if e.Mobilise != left || e.Travel <= 0 || !e.ArriveAt.Equal(noon.Add(left+e.Travel)) || e.Basis != ByRoad {
			t.Errorf("%s: %s to go out, %s on the way, there at %s", e.Assignment.State, e.Mobilise, e.Travel, e.ArriveAt)
		}
	}
}

func TestWhoeverRollsWhenOrderedNeedsNoTimeToLeave(t *testing.T) {
	o := goOut(t)
	patrol, parked := o.unit("engine", "A"), o.unit("engine", "A")
	fast, slow := 11.0, 0.0
	o.at.fixes[patrol.ID] = Fix{Unit: patrol.ID, Point: o.town.At("K"), DeviceAt: noon, SpeedMPS: &fast}
	o.at.fixes[parked.ID] = Fix{Unit: parked.ID, Point: o.town.At("K"), DeviceAt: noon, SpeedMPS: &slow}
	rolls, stands := o.send(patrol, o.town.At("M"), Ordered, 0), o.send(parked, o.town.At("M"), Ordered, 0)
	got := o.etas(o.picture())
	if got[rolls.ID].Mobilise != 0 || got[stands.ID].Mobilise != 2*time.Minute {
		t.Errorf("rolling %s, standing %s, want 0 and 2m", got[rolls.ID].Mobilise, got[stands.ID].Mobilise)
	}
}

func TestArrivalStartsWhereTheUnitIs(t *testing.T) {
	o := goOut(t)
	base, there, old := o.unit("engine", "A"), o.unit("engine", "A"), o.unit("engine", "A")
	o.at.fixes[there.ID] = Fix{Unit: there.ID, Point: o.town.At("K"), DeviceAt: noon.Add(-time.Minute)}
	o.at.fixes[old.ID] = Fix{Unit: old.ID, Point: o.town.At("K"), DeviceAt: noon.Add(-FixLimit - time.Second)}
	var sent []*Assignment
	for _, u := range []*Entry{base, there, old} {
		sent = append(sent, o.send(u, o.town.At("L"), Enroute, 0))
	}
	got := o.etas(o.picture())
	home, fix, lost := got[sent[0].ID], got[sent[1].ID], got[sent[2].ID]
	if home.Source != "base" || home.Health != Never || fix.Source != "fix" || fix.Health != Live || lost.Source != "base" || lost.Health != Lost {
		t.Errorf("%s %s, %s %s, %s %s", home.Source, home.Health, fix.Source, fix.Health, lost.Source, lost.Health)
	}
	if fix.Travel*3 > home.Travel || lost.Travel != home.Travel {
		t.Errorf("from the base %s, from near by %s, from an old place %s", home.Travel, fix.Travel, lost.Travel)
	}
}

func TestClosedBridgeSlowsOrCutsOffAndIsNamed(t *testing.T) {
	o := goOut(t)
	u := o.unit("engine", "S")
	round := o.send(u, o.town.At("X"), Enroute, 0)
	before := o.etas(o.picture())[round.ID]
	o.close("X-1", "VW", 0)
	p := o.picture()
	after := o.etas(p)[round.ID]
	desk := Actor{Role: Dispatcher, Area: "130300", Clearance: 1}
	if after.Travel <= before.Travel || after.Without != before.Travel || len(p.ClosureRefs(desk, after.Closures)) != 1 {
		t.Errorf("%s before, %s after, %s without %v", before.Travel, after.Travel, after.Without, after.Closures)
	}
	o.close("X-2", "RX", 2)
	p = o.picture()
	cut := o.etas(p)[round.ID]
	if cut.Basis != "" || !cut.ArriveAt.IsZero() {
		t.Fatalf("there at %s", cut.ArriveAt)
	}
	if no := p.WhyNot(desk, &cut); no.Code != "closed" || len(no.Closures) != 1 || no.Closures[0].Code != "X-1" {
		t.Errorf("it says %+v", no)
	}
}

func TestArrivalThatIsNotKnownSaysWhy(t *testing.T) {
	o := goOut(t)
	desk := Actor{Role: Dispatcher, Area: "130300"}
	wood, isle := o.town.At("A"), o.town.At("4")
	wood[1] += 0.1
	why := map[ID]string{
		o.send(o.unit("engine", "A"), wood, Enroute, 0).ID: "off_road",
		o.send(o.unit("engine", "B"), isle, Enroute, 0).ID: "island",
	}
	flying := o.send(o.unit("helicopter", "C"), isle, Ordered, 0)
	p := o.picture()
	got := o.etas(p)
	for id, code := range why {
		if e := got[id]; e.Basis != "" || p.WhyNot(desk, &e).Code != code {
			t.Errorf("%+v, want %s", p.WhyNot(desk, &e), code)
		}
	}
	air := got[flying.ID]
	if air.Basis != ByAir || p.WhyNot(desk, &air) != nil || air.Travel != inSeconds(float64(geo.Distance(o.town.At("C"), isle))/airSpeed) {
		t.Errorf("by %s in %s", air.Basis, air.Travel)
	}
	o.off = true
	p = o.picture()
	for id, e := range o.etas(p) {
		if no := p.WhyNot(desk, &e); (id == flying.ID) != (no == nil) || no != nil && no.Code != "no_roads" {
			t.Errorf("without roads %+v", no)
		}
	}
}

// TestArrivalIsTheRoute: however units are grouped, each arrival is that of the
// route of its own, under any closures.
func TestArrivalIsTheRoute(t *testing.T) {
	g := roadtest.Draw(t, 200, harbour).Now().Graph()
	rapid.Check(t, func(t *rapid.T) {
		moving := &fleet{fixes: map[ID]Fix{}}
		var rows []Entity
		for range rapid.IntRange(1, 3).Draw(t, "incidents") {
			in := standing(Responding)
			in.Geometry = about(t, g)
			rows = append(rows, in)
			for range rapid.IntRange(0, 5).Draw(t, "units") {
				u := entry(Units, "U", about(t, g), &Unit{Kind: rapid.SampledFrom(UnitKinds[:8]).Draw(t, "kind")})
				if rapid.Bool().Draw(t, "heard") {
					moving.fixes[u.ID] = Fix{Unit: u.ID, Point: about(t, g), DeviceAt: noon}
				}
				rows = append(rows, u, &Assignment{ID: NewID(), Incident: in.ID, Unit: u.ID, State: Enroute, OrderedAt: noon})
			}
		}
		for range rapid.IntRange(0, 3).Draw(t, "closures") {
			rows = append(rows, anyClosure(t, g))
		}
		p, err := NewPicture(1, "e", rows).OnRoads(NewRoads(g), noon)
		if err != nil && !errors.Is(err, road.ErrBadClosure) {
			t.Fatal(err)
		}
		etas, err := p.ETAs(moving, noon, func(*Assignment) bool { return true })
		if err != nil || len(etas) != len(p.Assignments) {
			t.Fatalf("%d arrivals of %d, %v", len(etas), len(p.Assignments), err)
		}
		for _, e := range etas {
			sameAsRoute(t, p, moving, e)
		}
	})
}

func sameAsRoute(t *rapid.T, p *Picture, moving *fleet, e ETA) {
	u, in := p.Entry(Units, e.Assignment.Unit), p.Incidents[e.Assignment.Incident]
	at := u.Point()
	if f, heard := moving.At(u.ID); heard {
		at = f.Point
	}
	ask, _, _ := Driving(u)
	from, offFrom := p.Roads.Stop(u.ID, ask.Profile, at, nil, 0)
	to, offTo := p.Roads.Place(in.Point(), ask.Profile)
	if offFrom != nil || offTo != nil {
		if e.Basis != "" {
			t.Fatalf("%s off the road is there in %s", u.Code, e.Travel)
		}
		return
	}
	r, err := p.Roads.Now.Route(from, to, ask)
	if known := err == nil; known != (e.Basis == ByRoad) || known && r.Time != e.Travel {
		t.Fatalf("route %s %v, arrival %q %s", r.Time, err, e.Basis, e.Travel)
	}
}
