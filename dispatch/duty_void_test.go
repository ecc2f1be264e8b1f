package dispatch

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"
)

// bookTx reads everything there is from a picture.
type bookTx struct {
	Tx
	p *Picture
}

func (x bookTx) Entity(_ context.Context, ref Ref) (Entity, error) {
	var e Entity
	switch ref.Kind {
	case KindIncident:
		if row := x.p.Incidents[ref.ID]; row != nil {
			e = row
		}
	case KindAssignment:
		if row := x.p.Assignments[ref.ID]; row != nil {
			e = row
		}
	case KindAlarm:
		if row := x.p.Alarms[ref.ID]; row != nil {
			e = row
		}
	default:
		if row := x.p.Entry(Ledger(ref.Kind), ref.ID); row != nil {
			e = row
		}
	}
	if e == nil {
		return nil, ErrNotFound
	}
	return e, nil
}

func (x bookTx) OpenAssignments(_ context.Context, of ID) (open []*Assignment, err error) {
	for _, as := range x.p.Assignments {
		if as.State.Open() && (as.Unit == of || as.Incident == of) {
			open = append(open, as)
		}
	}
	return open, nil
}

// book is a journal in memory over a whole picture.
type book struct {
	p        *Picture
	now      time.Time
	receipts map[ID]Receipt
	facts    []Fact
}

func newBook(p *Picture) *book { return &book{p: p, now: noon, receipts: map[ID]Receipt{}} }

func (b *book) Change(_ context.Context, c Command, decide func(Tx) (Outcome, error)) (Receipt, error) {
	if r, ok := b.receipts[c.ID]; ok {
		return r, nil
	}
	out, err := decide(bookTx{p: b.p})
	if err != nil {
		return Receipt{}, err
	}
	b.take(out.Facts...)
	b.receipts[c.ID] = Receipt{Seq: b.p.Seq}
	return b.receipts[c.ID], nil
}

func (b *book) take(facts ...Fact) {
	for _, f := range facts {
		b.p = b.p.Next([]Event{{Seq: b.p.Seq + 1, Fact: f, Version: 1 << 20, RecordedAt: b.now}})
		b.facts = append(b.facts, f)
	}
}

func (b *book) desk() *Desk {
	return &Desk{Journal: b, Picture: func() *Picture { return b.p }, Now: func() time.Time { return b.now },
		Written: func(r *Recommendation) (json.RawMessage, error) { return json.Marshal(r.Inputs) }}
}

// round lets watchmen look after some time, and does what is due.
func (b *book) round(t *testing.T, after time.Duration, watchmen ...Watchman) {
	t.Helper()
	b.now = b.now.Add(after)
	var due []Duty
	for _, w := range watchmen {
		due = append(due, w.Look(Watch{Picture: b.p, Board: ears{}, Now: b.now})...)
	}
	for _, y := range due {
		if _, err := b.desk().Perform(context.Background(), y); err != nil {
			t.Fatal(err)
		}
	}
}

// count counts the facts of a type.
func (b *book) count(kind string) (n int) {
	for _, f := range b.facts {
		if f.Type() == kind {
			n++
		}
	}
	return n
}

func (b *book) duty(unit *Entry, to string) {
	e := *b.p.Entry(Units, unit.ID)
	u := *e.Detail.(*Unit)
	u.Duty, e.Detail = to, &u
	b.take(&EntryRecorded{Entry: e})
}

// TestAVoidIsSaidOnceAndEndsByItself: two servers look; one gap is one alarm,
// after two looks, ended after two; the next gap is another.
func TestAVoidIsSaidOnceAndEndsByItself(t *testing.T) {
	unit := standingAt("A", "engine", "available_base")
	b := newBook(guarded(t, map[string]*CoverageRule{"ab": rule(1, 5, 0)}, []string{"A90", "B10"}, unit))
	one, two := newVoidWatch(), newVoidWatch()
	step := func(looks, raised, ended int) {
		t.Helper()
		for range looks {
			b.round(t, voidEvery, one, two)
		}
		if b.count("alarm.raised") != raised || b.count("alarm.advanced") != ended {
			t.Fatalf("%d raised, %d ended; want %d and %d", b.count("alarm.raised"), b.count("alarm.advanced"), raised, ended)
		}
	}
	step(3, 0, 0)
	b.duty(unit, "maintenance")
	step(1, 0, 0)
	step(1, 1, 0)
	step(5, 1, 0)
	b.duty(unit, "available_base")
	step(1, 1, 0)
	step(1, 1, 1)
	b.duty(unit, "maintenance")
	step(4, 2, 1)
	al := b.open()
	if al.Rule == nil || al.Division != "130302001" || !strings.Contains(al.Note, "0 %") {
		t.Errorf("%+v", al)
	}
	by := Actor{ID: NewID(), Name: "duty", Role: DutyOfficer}
	out, err := al.Advance(by, AlarmStep{To: AlarmOver, Outcome: "handled"}, b.now)
	if err != nil {
		t.Fatal(err)
	}
	b.take(out.Facts...)
	step(4, 2, 2) // who ended it knows
	b.duty(unit, "available_base")
	step(3, 2, 2)
	b.duty(unit, "maintenance")
	step(3, 3, 2)
	b.take(&EntryRemoved{CoverageRules, *b.open().Rule, "130302001", 0})
	step(1, 3, 3)
}

func (b *book) open() *Alarm {
	for _, al := range b.p.Alarms {
		if al.State != AlarmOver {
			return al
		}
	}
	return nil
}

// auto is a confirmed fire at A under a card in mode auto, three engines about.
func auto(t *testing.T) (*book, *Incident) {
	social := entry(Teams, "A-social", orb.Point{}, &Team{OwnerSystem: "social"})
	asked := standingAt("A0", "engine", "available_base")
	asked.Detail.(*Unit).Team = social.ID
	p, ins := severalAt(t, []Requirement{{Type: "unit_kind", Quantity: 3, Kinds: []string{"engine"}}}, []string{"A1"},
		social, asked, standingAt("B", "engine", "available_base"), standingAt("C", "engine", "available_base"))
	for _, card := range p.Shelf(RunCards).ByCode() {
		card.Detail.(*RunCard).Mode = "auto"
	}
	ins[0].ReceivedAt = noon
	return newBook(p), ins[0]
}

func TestACardInModeAutoOrdersOnceAndSaysSo(t *testing.T) {
	b, in := auto(t)
	one, two := newAutoWatch(), newAutoWatch()
	b.round(t, time.Second, one, two)
	if b.count("incident.activated") != 1 || b.count("assignment.ordered") != 2 || b.p.Incidents[in.ID].State != Responding {
		t.Fatalf("%d activations, %d orders", b.count("incident.activated"), b.count("assignment.ordered"))
	}
	if f := b.facts[0].(*IncidentActivated); f.By != System.ID || len(f.Recommendation) == 0 {
		t.Errorf("%+v", f)
	}
	for range 5 {
		b.round(t, time.Second, one, two)
	}
	if al := b.open(); b.count("alarm.raised") != 1 || *al.Incident != in.ID || !strings.Contains(al.Note, "B、C") {
		t.Fatalf("%d alarms, %+v", b.count("alarm.raised"), al)
	}
	as := slices.Collect(maps.Values(b.p.Assignments))
	b.take(&AssignmentAdvanced{ID: as[0].ID, From: Ordered, To: Enroute, When: b.now})
	facts, err := b.desk().undoAuto(context.Background(), bookTx{p: b.p}, b.open())
	if err != nil || len(facts) != 1 || facts[0].Subject().ID != as[1].ID || facts[0].(*AssignmentAdvanced).Reason != "自动派单被撤销" {
		t.Errorf("taken back: %+v, %v", facts, err)
	}
	b.now = b.now.Add(time.Minute)
	if _, err := b.desk().undoAuto(context.Background(), bookTx{p: b.p}, b.open()); !ErrUndoLate.Is(err) {
		t.Errorf("a minute later: %v", err)
	}
	b.take(&IncidentAdvanced{ID: in.ID, From: Responding, To: Contained, When: b.now}, &IncidentClosed{ID: in.ID, When: b.now})
	b.round(t, time.Second, one)
	if b.open() != nil {
		t.Error("the alarm outlives the incident")
	}
}

func TestNobodyIsOrderedUnasked(t *testing.T) {
	for name, change := range map[string]func(*book, *Incident){
		"not confirmed": func(b *book, in *Incident) { in.State = Reported },
		"sent already": func(b *book, in *Incident) {
			b.p = b.p.bind(&Assignment{ID: NewID(), Incident: in.ID, Unit: NewID(), State: Released, OrderedAt: noon})
		},
		"confirmed a day later": func(b *book, in *Incident) { in.ReceivedAt = noon.Add(-25 * time.Hour) },
		"another mode":          func(b *book, _ *Incident) { b.p.Shelf(RunCards).ByCode()[0].Detail.(*RunCard).Mode = "prefill" },
	} {
		b, in := auto(t)
		change(b, in)
		if b.round(t, time.Second, newAutoWatch()); len(b.facts) != 0 {
			t.Errorf("%s: %v", name, b.facts)
		}
	}
	b, _ := auto(t)
	for _, e := range b.p.Shelf(Units).ByCode() {
		b.duty(e, "maintenance")
	}
	for range 3 {
		b.round(t, time.Second, newAutoWatch())
	}
	if al := b.open(); b.count("alarm.raised") != 1 || !strings.Contains(al.Note, "未能派出") {
		t.Errorf("nobody to send: %+v", al)
	}
}

// TestWhomNobodyCanBeSentToIsNotAskedAboutAllTheTime: an incident may wait for
// hours, and each look at it is a whole recommendation.
func TestWhomNobodyCanBeSentToIsNotAskedAboutAllTheTime(t *testing.T) {
	b, _ := auto(t)
	units := b.p.Shelf(Units).ByCode()
	for _, e := range units {
		b.duty(e, "maintenance")
	}
	k := newAutoWatch()
	b.round(t, time.Second, k)
	for _, e := range units {
		b.duty(e, "available_base")
	}
	looks := 0
	for ; b.count("assignment.ordered") == 0 && looks < 100; looks++ {
		b.round(t, time.Second, k)
	}
	if looks != int(autoAgain/time.Second) {
		t.Errorf("asked again after %d s, want %s", looks, autoAgain)
	}
}
