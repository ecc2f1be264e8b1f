package dispatch

import (
	"cmp"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"onemap/geo"
	"onemap/geo/index"
)

// Picture is the situation (态势) at one journal number: a value, never edited
// in place. Next builds the one after it.
type Picture struct {
	Seq         Seq
	Epoch       string             // names the journal; a restored database has another
	Incidents   map[ID]*Incident   // open, or ended within Remembered
	Assignments map[ID]*Assignment // open, or ended within Remembered
	Accounts    map[ID]*Account
	Tokens      map[ID]*Token
	Alarms      map[ID]*Alarm // open, or ended within Remembered
	Grants      map[ID]*Grant
	Studies     map[ID]*Study
	Terminals   map[ID]*Terminal
	Warnings    map[ID]*Warning // in force or being prepared, or ended within Remembered
	Roads       *Roads          // nil until a network is loaded
	shelves     map[Ledger]*Shelf
	bound       map[ID]*Assignment // the open ones, by unit
	called      map[called]ID      // terminals by what they name themselves
}

// Remembered is how long what has ended stays in the picture.
const Remembered = 24 * time.Hour

// NewPicture builds a picture from rows.
func NewPicture(seq Seq, epoch string, rows []Entity) *Picture {
	p := &Picture{
		Seq: seq, Epoch: epoch, Incidents: map[ID]*Incident{}, Assignments: map[ID]*Assignment{}, Accounts: map[ID]*Account{}, Tokens: map[ID]*Token{},
		Alarms: map[ID]*Alarm{}, Grants: map[ID]*Grant{}, Studies: map[ID]*Study{}, Terminals: map[ID]*Terminal{}, Warnings: map[ID]*Warning{}, called: map[called]ID{},
		shelves: map[Ledger]*Shelf{}, bound: map[ID]*Assignment{},
	}
	for _, l := range Ledgers {
		p.shelves[l] = &Shelf{Entries: map[ID]*Entry{}, changed: seq}
	}
	for _, row := range rows {
		p.put(row)
	}
	return p
}

func (p *Picture) put(row Entity) {
	switch row := row.(type) {
	case *Incident:
		p.Incidents[row.ID] = row
	case *Assignment:
		p.Assignments[row.ID] = row
		if row.State.Open() {
			p.bound[row.Unit] = row
		} else if held := p.bound[row.Unit]; held != nil && held.ID == row.ID {
			delete(p.bound, row.Unit)
		}
	case *Account:
		p.Accounts[row.ID] = row
	case *Token:
		p.Tokens[row.ID] = row
	case *Alarm:
		p.Alarms[row.ID] = row
	case *Grant:
		p.Grants[row.ID] = row
	case *Study:
		if row.Removed {
			delete(p.Studies, row.ID)
		} else {
			p.Studies[row.ID] = row
		}
	case *Terminal:
		p.putTerminal(row)
	case *Warning:
		p.Warnings[row.ID] = row
	case *Entry:
		if row.Removed {
			delete(p.shelves[row.Ledger].Entries, row.ID)
		} else {
			p.shelves[row.Ledger].Entries[row.ID] = row
		}
	}
}

// Shelf is one ledger in the picture. Its orders are built when first asked for.
type Shelf struct {
	Entries map[ID]*Entry
	once    sync.Once
	byCode  []*Entry

	treeOnce sync.Once
	tree     *index.Packed[int32]
	treeErr  error

	groundOnce sync.Once // of the cells only
	ground     *ground
	groundErr  error

	changed   Seq // the number of the event that changed it last, as far as is known
	sheetOnce sync.Once
	sheet     *sheet
	sheetErr  error
}

// ByCode returns the entries in the order of their codes.
func (s *Shelf) ByCode() []*Entry {
	s.once.Do(func() {
		s.byCode = slices.SortedFunc(maps.Values(s.Entries), func(a, b *Entry) int {
			return cmp.Or(cmp.Compare(a.Code, b.Code), slices.Compare(a.ID[:], b.ID[:]))
		})
	})
	return s.byCode
}

// Shelf returns a ledger.
func (p *Picture) Shelf(l Ledger) *Shelf { return p.shelves[l] }

// Entry returns one entry, or nil.
func (p *Picture) Entry(l Ledger, id ID) *Entry { return p.shelves[l].Entries[id] }

// Next returns the picture after events, which must follow it without a gap.
// Ledgers that no event touches are shared with the old picture.
func (p *Picture) Next(events []Event) *Picture {
	next := *p
	fresh := map[string]bool{}
	for _, e := range events {
		ref := e.Fact.Subject()
		if !fresh[ref.Kind] {
			next.own(ref.Kind, e.RecordedAt)
			fresh[ref.Kind] = true
		}
		next.put(next.applied(ref, e))
		next.Seq = e.Seq
		if shelf := next.shelves[Ledger(ref.Kind)]; shelf != nil {
			shelf.changed = e.Seq
		}
	}
	if fresh[KindIncident] {
		next.letGo(events)
	}
	return &next
}

// letGo drops the incidents that ended more than Remembered ago, but for those
// that these events are about: whoever is told of one still finds it.
func (p *Picture) letGo(events []Event) {
	at := events[len(events)-1].RecordedAt
	told := map[ID]bool{}
	for _, e := range events {
		told[e.Fact.Subject().ID] = true
	}
	maps.DeleteFunc(p.Incidents, func(id ID, in *Incident) bool { return !told[id] && !in.State.Open() && over(in.ClosedAt, at) })
}

// With returns the picture with rows put in that it had let go, at the same
// number. A row may be newer than the picture: Next passes over what it has seen.
func (p *Picture) With(old []Entity) *Picture {
	if len(old) == 0 {
		return p
	}
	next := *p
	next.own(KindIncident, time.Time{})
	for _, row := range old {
		next.put(row)
	}
	return &next
}

// own copies the map an event of that time is about to change.
func (p *Picture) own(kind string, at time.Time) {
	switch kind {
	case KindIncident:
		p.Incidents = maps.Clone(p.Incidents)
	case KindAssignment:
		p.Assignments, p.bound = maps.Clone(p.Assignments), maps.Clone(p.bound)
		maps.DeleteFunc(p.Assignments, func(_ ID, as *Assignment) bool {
			return as.EndedAt != nil && at.Sub(*as.EndedAt) > Remembered
		})
	case KindAccount:
		p.Accounts = maps.Clone(p.Accounts)
	case KindToken:
		p.Tokens = maps.Clone(p.Tokens)
	case KindAlarm:
		p.Alarms = maps.Clone(p.Alarms)
		maps.DeleteFunc(p.Alarms, func(_ ID, al *Alarm) bool { return al.EndedAt != nil && at.Sub(*al.EndedAt) > Remembered })
	case KindGrant:
		p.Grants = maps.Clone(p.Grants)
	case KindStudy:
		p.Studies = maps.Clone(p.Studies)
	case KindTerminal:
		p.Terminals, p.called = maps.Clone(p.Terminals), maps.Clone(p.called)
	case KindWarning:
		p.Warnings = maps.Clone(p.Warnings)
		maps.DeleteFunc(p.Warnings, func(_ ID, w *Warning) bool { return w.EndedAt != nil && at.Sub(*w.EndedAt) > Remembered })
	case KindNote: // notes are read from their rows
	default:
		p.shelves = maps.Clone(p.shelves)
		p.shelves[Ledger(kind)] = &Shelf{Entries: maps.Clone(p.shelves[Ledger(kind)].Entries)}
	}
}

// applied returns a copy of the subject with the event's fact folded in.
func (p *Picture) applied(ref Ref, e Event) Entity {
	var row Entity
	switch ref.Kind {
	case KindIncident:
		old := copyOf(p.Incidents[ref.ID], Incident{ID: ref.ID})
		if old.Version >= e.Version {
			return old
		}
		row = old
	case KindAssignment:
		row = copyOf(p.Assignments[ref.ID], Assignment{ID: ref.ID})
	case KindAccount:
		row = copyOf(p.Accounts[ref.ID], Account{ID: ref.ID})
	case KindToken:
		row = copyOf(p.Tokens[ref.ID], Token{ID: ref.ID})
	case KindAlarm:
		row = copyOf(p.Alarms[ref.ID], Alarm{ID: ref.ID})
	case KindGrant:
		row = copyOf(p.Grants[ref.ID], Grant{ID: ref.ID})
	case KindStudy:
		row = copyOf(p.Studies[ref.ID], Study{ID: ref.ID})
	case KindTerminal:
		row = copyOf(p.Terminals[ref.ID], Terminal{ID: ref.ID, Version: e.Version - 1})
	case KindWarning:
		row = copyOf(p.Warnings[ref.ID], Warning{ID: ref.ID, Version: e.Version - 1})
	case KindNote:
		row = &Note{ID: ref.ID}
	default:
		l := Ledger(ref.Kind)
		row = copyOf(p.Entry(l, ref.ID), Entry{Ledger: l, ID: ref.ID, Version: e.Version - 1})
	}
	row.Apply(e.Fact, e.RecordedAt)
	return row
}

// copyOf copies what there is; else it is an empty one.
func copyOf[T any](have *T, empty T) *T {
	if have != nil {
		empty = *have
	}
	return &empty
}

// Bound is the box round all divisions and the units' bases, a little wider.
func (p *Picture) Bound() (b orb.Bound) {
	for _, l := range []Ledger{Divisions, Units} {
		for _, e := range p.shelves[l].ByCode() {
			if b.IsZero() {
				b = e.Geometry.Bound()
			}
			b = b.Union(e.Geometry.Bound())
		}
	}
	return b.Pad(0.05)
}

// offshore is how far from land a place still belongs to the city: its sea
// area reaches about that far.
const offshore = 60_000

// DivisionAt returns the code of the township that holds p, or of the nearest
// one within 60 km, for what happens at sea; false farther away.
func (p *Picture) DivisionAt(at orb.Point) (string, bool) {
	best, bestAt := "", geo.Metres(offshore)
	for _, e := range p.shelves[Divisions].ByCode() {
		if e.Detail.(*Division).Level != "township" {
			continue
		}
		if e.Geometry.Bound().Contains(at) && contains(e.Geometry, at) {
			return e.Code, true
		}
		if d := geo.GreatCircle(at, nearestOf(e.Geometry.Bound(), at)); d < bestAt {
			best, bestAt = e.Code, d
		}
	}
	return best, best != ""
}

func contains(g orb.Geometry, at orb.Point) bool {
	switch g := g.(type) {
	case orb.Polygon:
		return planar.PolygonContains(g, at)
	case orb.MultiPolygon:
		return planar.MultiPolygonContains(g, at)
	}
	return false
}

func nearestOf(b orb.Bound, at orb.Point) orb.Point {
	return orb.Point{min(max(at[0], b.Min[0]), b.Max[0]), min(max(at[1], b.Min[1]), b.Max[1])}
}
