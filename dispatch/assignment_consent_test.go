package dispatch

import (
	"errors"
	"testing"
	"time"
)

func orNil(id *ID) ID {
	if id == nil {
		return ID{}
	}
	return *id
}

// proposedTo is a unit proposed to an incident.
func proposedTo(t *testing.T, in *Incident, unit *Entry) Assignment {
	t.Helper()
	as := Assignment{ID: NewID(), Incident: in.ID, State: Proposed, OrderedBy: NewID()}
	out, err := as.Order(in, unit, noon, noon)
	if err != nil || len(out.Facts) != 1 {
		t.Fatalf("propose: %d facts, %v", len(out.Facts), err)
	}
	as.Apply(out.Facts[0], noon)
	return as
}

func TestWhatIsProposedIsOrderedWhenAnotherRecordsTheConsent(t *testing.T) {
	in, unit := standing(Confirmed), engine()
	as := proposedTo(t, in, unit)
	crew, other := Actor{ID: NewID(), Unit: &unit.ID}, Actor{ID: NewID()}
	for name, c := range map[string]struct {
		who    Actor
		reason string
		code   string
	}{
		"who proposed it":                  {Actor{ID: as.OrderedBy}, "队长同意", "needs_second_person"},
		"another who does not say who did": {other, " ", "required"},
		"another who does":                 {other, "李队长电话同意", ""},
		"the crew itself":                  {crew, "", ""},
	} {
		out, err := as.Consent(c.who, in, c.reason, noon.Add(time.Minute), noon.Add(time.Minute))
		if c.code != "" {
			if !errors.Is(err, &Error{Code: c.code}) {
				t.Errorf("%s: %v, want %s", name, err, c.code)
			}
			continue
		}
		if err != nil || len(out.Facts) != 2 || out.Facts[1].(*IncidentAdvanced).To != Responding {
			t.Errorf("%s: %+v, %v", name, out.Facts, err)
			continue
		}
		now := as
		now.Apply(out.Facts[0], noon.Add(time.Hour))
		if now.State != Ordered || !now.OrderedAt.Equal(noon.Add(time.Minute)) || *now.ConsentBy != c.who.ID || !now.ProposedAt.Equal(noon) || !now.ToldAt.Equal(noon.Add(time.Hour)) || !now.Sent() {
			t.Errorf("%s: %+v", name, now)
		}
	}
	if _, err := as.Advance(Acknowledged, "", noon, noon); !errors.Is(err, ErrWrongStep) {
		t.Errorf("acknowledged before anybody agreed: %v", err)
	}
	ordered := orderOf(t, in, unit)
	if _, err := ordered.Consent(other, in, "同意", noon, noon); !errors.Is(err, ErrWrongStep) {
		t.Errorf("consent to what needs none: %v", err)
	}
}

func TestWhoMustBeAsked(t *testing.T) {
	unit := engine()
	of := func(system string, joint bool) *Entry {
		return entry(Teams, "T-1", unit.Point(), &Team{OwnerSystem: system, Joint: joint})
	}
	far := engine()
	far.Division = "130200001"
	for name, c := range map[string]struct {
		unit, team *Entry
		want       bool
	}{
		"the fire brigade":        {unit, of("fire_rescue", false), false},
		"the military":            {unit, of("military_joint", false), true},
		"a joint team of anybody": {unit, of("professional", true), true},
		"a social force":          {unit, of("social", false), true},
		"a neighbouring city":     {far, of("fire_rescue", false), true},
		"a unit without a team":   {unit, nil, false},
	} {
		if got := asksOwner(c.unit, c.team, "130302001"); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

func TestDiversionIsOneStepThatNamesBothSides(t *testing.T) {
	from, to, unit := standing(Responding), standing(Confirmed), engine()
	as := orderOf(t, from, unit)
	next := Assignment{ID: NewID(), Incident: to.ID, OrderedBy: NewID()}
	out, err := as.Divert(next, to, unit, "火情更急", noon.Add(-time.Second), noon)
	if !errors.Is(err, &Error{Code: "bad_time"}) {
		t.Errorf("before it was ordered: %v", err)
	}
	out, err = as.Divert(next, to, unit, "火情更急", time.Time{}, noon.Add(time.Minute))
	if err != nil || len(out.Facts) != 3 {
		t.Fatalf("%+v, %v", out.Facts, err)
	}
	as.Apply(out.Facts[0], noon)
	next.Apply(out.Facts[1], noon)
	if as.State != Diverted || *as.DivertedTo != next.ID || *next.DivertedFrom != as.ID || next.State != Ordered || !next.OrderedAt.Equal(*as.EndedAt) {
		t.Errorf("left %+v, begun %+v", as, next)
	}
	for name, c := range map[string]struct {
		as     Assignment
		in     *Incident
		reason string
		code   string
	}{
		"to where it is":        {orderOf(t, from, unit), from, "x", "cycle"},
		"to what has ended":     {orderOf(t, from, unit), standing(Closed), "x", "incident_closed"},
		"in silence":            {orderOf(t, from, unit), to, "", "required"},
		"what has ended":        {as, standing(Confirmed), "x", "stale_assignment"},
		"what is only proposed": {proposedTo(t, from, unit), to, "x", "wrong_step"},
	} {
		if _, err := c.as.Divert(Assignment{ID: NewID(), Incident: c.in.ID}, c.in, unit, c.reason, noon, noon); !errors.Is(err, &Error{Code: c.code}) {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
}
