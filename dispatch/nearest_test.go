package dispatch

import (
	"cmp"
	"slices"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"onemap/geo"
)

// fleet is where units are, found by looking at each.
type fleet struct {
	fixes map[ID]Fix
	units []*Entry
}

func (f *fleet) At(id ID) (Fix, bool) { fix, ok := f.fixes[id]; return fix, ok }

func (f *fleet) heard(e *Entry) bool {
	fix, ok := f.fixes[e.ID]
	return ok && noon.Sub(fix.DeviceAt) <= FixLimit
}

func (f *fleet) Near(p orb.Point, k int, keep func(*Entry, orb.Point) bool) (near []Near) {
	for _, u := range f.units {
		if fix := f.fixes[u.ID]; f.heard(u) && keep(u, fix.Point) {
			near = append(near, Near{u.ID, fix.Point, fix.DeviceAt, geo.Distance(p, fix.Point)})
		}
	}
	slices.SortFunc(near, func(a, b Near) int {
		return cmp.Or(cmp.Compare(a.Distance, b.Distance), slices.Compare(a.Unit[:], b.Unit[:]))
	})
	return near[:min(k, len(near))]
}

func (f *fleet) Silent(p orb.Point, k int, keep func(*Entry) bool) (ids []ID) {
	var all []ranked
	for _, u := range f.units {
		if !f.heard(u) && keep(u) {
			all = append(all, ranked{u.ID, geo.Distance(p, u.Point())})
		}
	}
	slices.SortFunc(all, byRank)
	for _, r := range all[:min(k, len(all))] {
		ids = append(ids, r.ID)
	}
	return ids
}

func byRank(a, b ranked) int {
	return cmp.Or(cmp.Compare(a.Distance, b.Distance), slices.Compare(a.ID[:], b.ID[:]))
}

func place(t *rapid.T) orb.Point {
	return orb.Point{rapid.Float64Range(118.6, 119.8).Draw(t, "lon"), rapid.Float64Range(39.4, 40.6).Draw(t, "lat")}
}

var anybody = Actor{Role: Dispatcher, Area: "130300", Clearance: 3}

// TestNearestIsWhatLookingAtEachFinds: results and why-nots together are the
// nearest of all in scope, nothing missed and nothing twice.
func TestNearestIsWhatLookingAtEachFinds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var rows []Entity
		moving := &fleet{fixes: map[ID]Fix{}}
		for range rapid.IntRange(0, 40).Draw(t, "units") {
			u := entry(Units, "U", place(t), &Unit{Duty: rapid.SampledFrom([]string{"available_base", "off_duty"}).Draw(t, "duty"), Crew: 4, CrewMinimum: 4})
			rows, moving.units = append(rows, u), append(moving.units, u)
			if rapid.Bool().Draw(t, "heard") {
				age := time.Duration(rapid.IntRange(0, 1200).Draw(t, "age")) * time.Second
				moving.fixes[u.ID] = Fix{Unit: u.ID, Point: place(t), DeviceAt: noon.Add(-age)}
			}
		}
		for range rapid.IntRange(0, 20).Draw(t, "shelters") {
			rows = append(rows, entry(Shelters, "S", place(t), &Shelter{State: "ready", Capacity: rapid.IntRange(0, 100).Draw(t, "places")}))
		}
		q := NearestQuery{Point: place(t), Kinds: []Ledger{Units, Shelters}, K: rapid.IntRange(1, 10).Draw(t, "k"), Status: []string{"available"}, FreePlaces: 50, MaxFixAge: rapid.SampledFrom([]time.Duration{FixLimit, time.Minute}).Draw(t, "limit")}
		got, err := NewPicture(1, "e", rows).Nearest(anybody, q, moving, noon)
		if err != nil {
			t.Fatal(err)
		}
		want, limit := brute(rows, moving, q)
		if len(want) != len(got.Results) {
			t.Fatalf("%d results, want %d", len(got.Results), len(want))
		}
		for i, h := range got.Results {
			if h.Entry.ID != want[i].ID || h.Distance != want[i].Distance {
				t.Fatalf("result %d is %s at %.3f, want %s at %.3f", i, h.Entry.ID, h.Distance, want[i].ID, want[i].Distance)
			}
		}
		seen := map[ID]bool{}
		for _, r := range got.Rejected {
			if seen[r.Entry.ID] || len(r.Why) == 0 || r.Distance > limit {
				t.Fatalf("why-not of %s at %.0f m (limit %.0f): %v, repeated %v", r.Entry.ID, r.Distance, limit, r.Why, seen[r.Entry.ID])
			}
			seen[r.Entry.ID] = true
		}
	})
}

type ranked struct {
	ID       ID
	Distance geo.Metres
}

// brute ranks what fits by looking at each, and says how far why-nots reach.
func brute(rows []Entity, moving *fleet, q NearestQuery) (fit []ranked, limit geo.Metres) {
	for _, row := range rows {
		e := row.(*Entry)
		at := e.Point()
		if f, ok := moving.At(e.ID); ok && noon.Sub(f.DeviceAt) <= q.MaxFixAge {
			at = f.Point
		}
		if len(q.misfits(&Picture{}, e)) == 0 {
			fit = append(fit, ranked{e.ID, geo.Distance(q.Point, at)})
		}
	}
	slices.SortFunc(fit, byRank)
	limit = 1e9
	if len(fit) >= q.K {
		fit = fit[:q.K]
		limit = fit[q.K-1].Distance
	}
	return fit, limit
}

func TestAStaleFixFallsBackToTheBaseAndSaysSo(t *testing.T) {
	u := entry(Units, "U1", orb.Point{119.5, 39.9}, &Unit{Duty: "available_mobile"})
	p := NewPicture(3, "e", []Entity{u})
	moving := &fleet{fixes: map[ID]Fix{u.ID: {Unit: u.ID, Point: orb.Point{119.6, 39.9}, DeviceAt: noon.Add(-time.Hour)}}, units: []*Entry{u}}
	q := NearestQuery{Point: orb.Point{119.6, 39.9}, Kinds: []Ledger{Units}, K: 1, MaxFixAge: 10 * time.Minute}
	got, err := p.Nearest(anybody, q, moving, noon)
	if err != nil {
		t.Fatal(err)
	}
	h := got.Results[0]
	if h.Source != "base" || h.Health != Stale || *h.Age != time.Hour || h.Point != u.Point() || *got.OldestInput != time.Hour {
		t.Errorf("got %+v", h)
	}
}

func TestWhatIsNotInScopeIsNotEvenAWhyNot(t *testing.T) {
	secret := entry(Units, "U1", orb.Point{119.5, 39.9}, &Unit{Duty: "off_duty"})
	secret.Sensitivity = 3
	elsewhere := entry(Units, "U2", orb.Point{119.5, 39.9}, &Unit{Duty: "off_duty"})
	elsewhere.Division = "130321001"
	p := NewPicture(1, "e", []Entity{secret, elsewhere})
	got, err := p.Nearest(Actor{Role: Dispatcher, Area: "130302", Clearance: 1}, NearestQuery{Point: orb.Point{119.5, 39.9}, Kinds: []Ledger{Units}, K: 5, Status: []string{"available"}, MaxFixAge: FixLimit}, &fleet{units: []*Entry{secret, elsewhere}}, noon)
	if err != nil || len(got.Results)+len(got.Rejected) != 0 {
		t.Errorf("shown: %+v %+v %v", got.Results, got.Rejected, err)
	}
}
