package dispatch

import (
	"cmp"
	"slices"
	"time"

	"github.com/paulmach/orb"

	"onemap/geo"
)

// MostLines is how many events an after-action report shows; the first ones,
// for how it began explains the rest.
const MostLines = 5000

// aroundIncident is how far from an incident a closure still has to do with it.
const aroundIncident = geo.Metres(20_000)

// LeftOut are the codes that say what a report lacks, and why.
var LeftOut = []string{"notes_redacted", "reasons_redacted", "no_assignments", "no_alarms", "no_tracks", "own_track_only", "timeline_cut", "tracks_thinned", "eta_error"}

// AfterAction is all there is of one incident for the review afterwards (复盘),
// as far as its reader may see it.
type AfterAction struct {
	Incident  *Incident
	At        time.Time // when it was drawn up
	Seq       Seq
	Lines     []AfterLine
	Sent      []AfterSent // in the order in which they were ordered
	Intervals []AfterInterval
	Notes     []*Note
	Closures  []*Entry // that held near it
	LeftOut   []string
}

// AfterLine is one event, said in Chinese and in English.
type AfterLine struct {
	Event
	Text [2]string
}

// AfterSent is one assignment with the track of its unit while it was bound;
// nil where none was kept, or the reader may not see positions.
type AfterSent struct {
	*Assignment
	UnitCode, UnitName, UnitKind string
	Track                        *Track
}

// AfterInterval is how long one thing took; nil: a milestone is missing.
type AfterInterval struct {
	Code   string
	Unit   *ID // nil: of the whole incident
	Took   *time.Duration
	Target time.Duration // 0: none is set
}

// AfterMaterial is what a report is made of, read under the reader's rights.
// Events are those of the incident, its assignments, alarms and notes by number,
// one more than MostLines when there are more.
type AfterMaterial struct {
	Incident    *Incident
	Events      []Event
	Assignments []*Assignment
	Notes       []*Note
	Tracks      []Track
}

// AfterAction draws up a report.
func (p *Picture) AfterAction(a Actor, m AfterMaterial, now time.Time) AfterAction {
	out := AfterAction{Incident: m.Incident, At: now, Seq: p.Seq, Notes: m.Notes, LeftOut: p.notShown(a, m.Incident)}
	tracks := map[ID]*Track{}
	for i := range m.Tracks {
		tracks[m.Tracks[i].Assignment] = &m.Tracks[i]
	}
	slices.SortFunc(m.Assignments, func(x, y *Assignment) int {
		return cmp.Or(x.OrderedAt.Compare(y.OrderedAt), slices.Compare(x.ID[:], y.ID[:]))
	})
	names := map[ID]string{}
	for _, as := range m.Assignments {
		sent := p.afterSent(as, tracks[as.ID])
		names[as.ID] = sent.UnitName
		out.Sent = append(out.Sent, sent)
	}
	if len(m.Events) > MostLines {
		m.Events, out.LeftOut = m.Events[:MostLines], append(out.LeftOut, "timeline_cut")
	}
	say := saying{names, p.ReadsNotes(a, m.Incident)}
	for _, e := range m.Events {
		out.Lines = append(out.Lines, AfterLine{e, say.event(e.Fact)})
	}
	if slices.ContainsFunc(m.Tracks, func(t Track) bool { return t.Fixes > len(t.Points) }) {
		out.LeftOut = append(out.LeftOut, "tracks_thinned")
	}
	out.Intervals = afterIntervals(m.Incident, m.Assignments)
	out.Closures = p.closuresBy(a, m.Incident, now)
	return out
}

// notShown says what of an incident an actor does not get to see.
func (p *Picture) notShown(a Actor, in *Incident) []string {
	out := []string{}
	if !p.ReadsNotes(a, in) {
		out = append(out, "notes_redacted", "reasons_redacted")
	}
	for _, of := range []struct {
		right Action
		code  string
	}{{"assignment.read", "no_assignments"}, {"alarm.read", "no_alarms"}, {"position.read", "no_tracks"}} {
		if a.May(of.right) == Denied {
			out = append(out, of.code)
		}
	}
	if a.May("position.read") == OwnOnly {
		out = append(out, "own_track_only")
	}
	return append(out, "eta_error")
}

func (p *Picture) afterSent(as *Assignment, track *Track) AfterSent {
	sent := AfterSent{Assignment: as, UnitName: as.Unit.String()[:8], Track: track}
	if e := p.Entry(Units, as.Unit); e != nil {
		u := e.Detail.(*Unit)
		sent.UnitCode, sent.UnitName, sent.UnitKind = e.Code, cmp.Or(u.CallSign, e.Name), u.Kind
	}
	return sent
}

// afterIntervals are the intervals of one incident and of each unit sent, those
// that are over. How far the foretold arrival was off is not kept.
func afterIntervals(in *Incident, sent []*Assignment) []AfterInterval {
	whole := tally{}
	tallies{in.Kind, []tally{whole}}.incident(in, sent)
	list := whole.single(in.Kind, nil)
	for _, as := range sent {
		own := tally{}
		tallies{in.Kind, []tally{own}}.assignment(as)
		list = append(list, own.single(in.Kind, &as.Unit)...)
	}
	return list
}

// single writes a tally of one incident or one assignment.
func (t tally) single(kind string, unit *ID) []AfterInterval {
	var list []AfterInterval
	for _, v := range t.intervals() {
		if v.Code == "eta_error" || v.N+v.Missing == 0 {
			continue
		}
		out := AfterInterval{Code: v.Code, Unit: unit}
		out.Target, _ = targetOf(v.Code, kind)
		if v.N > 0 {
			out.Took = &v.P50
		}
		list = append(list, out)
	}
	return list
}

// closuresBy are the closures in the actor's scope that were made for an
// incident, or held near it at some time while it was open.
func (p *Picture) closuresBy(a Actor, in *Incident, now time.Time) []*Entry {
	if a.May("ledger.read") == Denied {
		return nil
	}
	until := now
	if in.ClosedAt != nil {
		until = *in.ClosedAt
	}
	var list []*Entry
	for _, e := range p.Shelf(Closures).ByCode() {
		c := e.Detail.(*Closure)
		late, early := c.From != nil && c.From.After(until), c.Until != nil && c.Until.Before(in.ReceivedAt)
		its := c.Incident != nil && *c.Incident == in.ID
		if late || early || !a.Sees(e.Division, e.Sensitivity) || !its && !closeTo(e.Geometry.Bound(), in.Point()) {
			continue
		}
		list = append(list, e)
	}
	return list
}

func closeTo(b orb.Bound, at orb.Point) bool {
	return geo.GreatCircle(at, nearestOf(b, at)) <= aroundIncident
}
