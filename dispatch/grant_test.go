package dispatch

import (
	"errors"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func lent(role Role, area string, clearance int) Grant {
	return Grant{ID: NewID(), Account: NewID(), Role: role, Area: area, Clearance: clearance, ValidUntil: noon.Add(time.Hour), Reason: "联合值守"}
}

func TestRightIsNotLentBeyondWhoLendsIt(t *testing.T) {
	chief := Actor{ID: NewID(), Role: DutyOfficer, Area: "130302", Clearance: 2}
	fire := standing(Responding)
	self := lent(Dispatcher, "130302", 1)
	self.Account = chief.ID
	long, past, later, both, gone := lent(Dispatcher, "130302", 1), lent(Dispatcher, "130302", 1), lent(Dispatcher, "130302", 1), lent(Dispatcher, "130302", 1), lent(Dispatcher, "", 1)
	long.ValidUntil, past.ValidUntil = noon.Add(72*time.Hour+time.Second), noon
	later.ValidFrom = noon.Add(time.Hour)
	both.Incident, gone.Incident = &fire.ID, &fire.ID
	silent := lent(Dispatcher, "130302", 1)
	silent.Reason = " "
	for name, c := range map[string]struct {
		giver Actor
		g     Grant
		in    *Incident
		code  string
	}{
		"a dispatcher's, in a part of the own area": {chief, lent(Dispatcher, "130302001", 2), nil, ""},
		"to himself":                                 {chief, self, nil, "self_grant"},
		"a role that may what he may not":            {chief, lent(Admin, "130302", 0), nil, "above_giver"},
		"by somebody who may lend nothing":           {Actor{ID: NewID(), Role: Dispatcher, Area: "130300", Clearance: 3}, lent(Viewer, "130302", 0), nil, "forbidden"},
		"by the administrator, who may not dispatch": {Actor{ID: NewID(), Role: Admin, Area: "130300", Clearance: 3}, lent(Dispatcher, "130302", 0), nil, "above_giver"},
		"in a wider area":                            {chief, lent(Dispatcher, "130300", 1), nil, "above_giver"},
		"of a higher clearance":                      {chief, lent(Dispatcher, "130302", 3), nil, "above_giver"},
		"for more than 72 hours":                     {chief, long, nil, "out_of_range"},
		"until now":                                  {chief, past, nil, "bad_time"},
		"that ends before it begins":                 {chief, later, nil, "bad_time"},
		"in an area and for an incident":             {chief, both, fire, "either_or"},
		"for an incident the giver does not see":     {chief, gone, nil, "not_found"},
		"for an incident that has ended":             {chief, gone, standing(Closed), "incident_closed"},
		"for an incident":                            {chief, gone, fire, ""},
		"for no reason":                              {chief, silent, nil, "required"},
	} {
		out, err := c.g.Give(c.giver, &Account{ID: c.g.Account}, c.in, noon)
		if c.code == "" {
			if err != nil || out.Facts[0].(*GrantGiven).By != c.giver.ID {
				t.Errorf("%s: %v", name, err)
			}
		} else if !errors.Is(err, &Error{Code: c.code}) {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
}

func TestBoundRightOutlivesItsIncidentByTwelveHours(t *testing.T) {
	chief, me, fire := &Account{ID: NewID(), Role: DutyOfficer, Area: "130300", Clearance: 3}, &Account{ID: NewID(), Role: Viewer, Area: "130321"}, standing(Closed)
	ended := noon
	fire.ClosedAt = &ended
	g := lent(Dispatcher, "", 1)
	g.Account, g.By, g.Incident, g.ValidFrom, g.ValidUntil = me.ID, chief.ID, &fire.ID, noon.Add(-time.Hour), noon.Add(48*time.Hour)
	p := NewPicture(1, "e", []Entity{chief, fire, &g})
	for after, want := range map[time.Duration]bool{11*time.Hour + 59*time.Minute: true, 12 * time.Hour: false} {
		a := p.ActorOf(me, noon.Add(after))
		if got := a.MayChange("incident.update", fire); got != want {
			t.Errorf("%s after the end: %t", after, got)
		}
		if a.Sees("130302001", 0) || a.Holds("130302001") {
			t.Error("the right reaches beyond its incident")
		}
	}
	if next, ok := p.GrantTurn(me.ID, noon); !ok || !next.Equal(noon.Add(12*time.Hour)) {
		t.Errorf("turns at %v", next)
	}
	other := lent(Dispatcher, "130302", 1)
	other.Account, other.By, other.ValidFrom = me.ID, chief.ID, noon
	p = p.Next([]Event{{Seq: 2, Fact: &GrantGiven{other}, RecordedAt: noon}, {Seq: 3, Fact: &GrantRevoked{g.ID, noon}, RecordedAt: noon}})
	if next, ok := p.GrantTurn(me.ID, noon); !ok || !next.Equal(other.ValidUntil) {
		t.Errorf("after the revocation it turns at %v", next)
	}
}

// TestRightsNeverGrow: whatever is lent to whom, expires, is revoked or loses
// its giver, nobody can do what neither his own role nor a giver's could (INV-15).
func TestRightsNeverGrow(t *testing.T) {
	roles := slices.DeleteFunc(slices.Clone(Roles), func(r Role) bool { return r == Machine })
	areas := []string{"130300", "130302", "130302001", "130321"}
	rapid.Check(t, func(t *rapid.T) {
		var rows []Entity
		var all []*Account
		for range 4 {
			a := &Account{ID: NewID(), Role: rapid.SampledFrom(roles).Draw(t, "role"), Area: rapid.SampledFrom(areas).Draw(t, "area"), Clearance: rapid.IntRange(0, 3).Draw(t, "clearance")}
			all, rows = append(all, a), append(rows, a)
		}
		p := NewPicture(1, "e", rows)
		for n := range rapid.IntRange(1, 12).Draw(t, "grants") {
			giver, to := rapid.SampledFrom(all).Draw(t, "giver"), rapid.SampledFrom(all).Draw(t, "to")
			g := lent(rapid.SampledFrom(roles).Draw(t, "lent"), rapid.SampledFrom(areas).Draw(t, "in"), rapid.IntRange(0, 3).Draw(t, "level"))
			g.Account = to.ID
			out, err := g.Give(giver.own(), to, nil, noon)
			if err == nil {
				p = p.Next([]Event{{Seq: p.Seq + Seq(n) + 1, Fact: out.Facts[0], RecordedAt: noon}})
			}
		}
		demoted := rapid.SampledFrom(all).Draw(t, "demoted")
		changed := *demoted
		changed.Role = Viewer
		p = p.Next([]Event{{Seq: p.Seq + 1, Fact: &AccountRecorded{changed}, RecordedAt: noon}})
		now := noon.Add(time.Duration(rapid.SampledFrom([]int{0, 59, 60}).Draw(t, "minutes")) * time.Minute)
		for _, account := range p.Accounts {
			a := p.ActorOf(account, now)
			if len(a.Lent) > 0 && !now.Before(noon.Add(time.Hour)) {
				t.Fatalf("%s has %d rights that have ended", account.Role, len(a.Lent))
			}
			for _, hat := range a.Lent {
				if !slices.ContainsFunc(all, func(giver *Account) bool {
					g := p.Accounts[giver.ID]
					return giver.ID != account.ID && g.Role.May("grant.manage") == InArea && Within(hat.Area, g.Area) && hat.Clearance <= g.Clearance && (hat.Role.May("incident.close") == Denied || g.Role.May("incident.close") != Denied)
				}) {
					t.Fatalf("%s has %s in %s at %d, which nobody could lend", account.Role, hat.Role, hat.Area, hat.Clearance)
				}
			}
		}
	})
}

// TestOneRightIsNotJoinedWithAnother: who reads the city by one right and edits
// a county by another does not edit the city.
func TestOneRightIsNotJoinedWithAnother(t *testing.T) {
	me := Actor{ID: NewID(), Role: Viewer, Area: "130300", Clearance: 1, Lent: []Actor{{Role: Planner, Area: "130321", Clearance: 0}}}
	if !me.Sees("130302001", 1) || !me.Sees("130321101", 1) {
		t.Error("the own right is gone")
	}
	editor := me.For("ledger.edit")
	if editor.Sees("130302001", 0) || editor.Sees("130321101", 1) || !editor.Sees("130321101", 0) {
		t.Errorf("editing reaches as %+v", editor)
	}
	if me.MasksEntry("130321101", 0) || !me.MasksEntry("130302001", 0) || !me.MasksEntry("130321101", 1) {
		t.Error("people are masked by the wrong right")
	}
	if best := me.Widest("layer.read"); best.Role != Viewer {
		t.Errorf("tiles are cut for %+v", best)
	}
	if got := me.At(noon).For("account.manage"); got.May("account.manage") != Denied || got.Sees("130321101", 0) {
		t.Errorf("who has no right left: %+v", got)
	}
}

// TestTheWidestRightIsOneOfThem: what is cut once for a whole area, tiles and
// frames of positions, is cut by one right as it was given, or by none. It may
// lack what another right shows, never show what none does.
func TestTheWidestRightIsOneOfThem(t *testing.T) {
	areas := []string{"130300", "130302", "130302001", "130321", nowhere}
	rapid.Check(t, func(t *rapid.T) {
		hat := func(label string) Actor {
			a := Actor{Role: rapid.SampledFrom(Roles).Draw(t, label+" role"), Area: rapid.SampledFrom(areas).Draw(t, label+" area"), Clearance: rapid.IntRange(0, 3).Draw(t, label+" clearance")}
			if a.Area == nowhere {
				incident := NewID()
				a.Incident = &incident
			}
			return a
		}
		me := hat("own")
		me.ID = NewID()
		for i := range rapid.IntRange(0, 3).Draw(t, "lent") {
			me.Lent = append(me.Lent, hat(string(rune('a'+i))))
		}
		for _, x := range []Action{"layer.read", "position.read", "incident.read"} {
			best, found := me.Widest(x), false
			for h := range me.hats {
				found = found || h.Role == best.Role && h.Area == best.Area && h.Clearance == best.Clearance && h.Incident == best.Incident
			}
			if len(best.Lent) > 0 || best.Role.May(x) != Denied && !found || me.May(x) == Denied && best.Role.May(x) != Denied {
				t.Fatalf("%s: %+v of %+v", x, best, me)
			}
		}
	})
}
