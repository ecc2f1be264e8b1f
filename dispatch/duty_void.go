package dispatch

import (
	"context"
	"fmt"
	"time"
)

const (
	voidEvery = 5 * time.Second // between looks at the coverage rules
	voidLooks = 2               // in a row, before an alarm is raised or ended
)

// voidWatch raises an alarm for a coverage rule that does not hold (覆盖盲区),
// and ends it when it holds again. It works without any incident. Two servers
// that look at the same picture raise the same alarm.
type voidWatch struct {
	last  time.Time
	runs  map[ID]run
	quiet map[ID]bool // ended by hand while it does not hold: nobody wants to hear it again
}

// run is how often a rule was found the same way in a row.
type run struct {
	holds bool
	looks int
	since time.Time
}

func newVoidWatch() *voidWatch { return &voidWatch{runs: map[ID]run{}, quiet: map[ID]bool{}} }

// Look implements Watchman.
func (k *voidWatch) Look(w Watch) (all []Duty) {
	if w.Now.Sub(k.last) < voidEvery {
		return nil
	}
	k.last = w.Now
	look, err := w.Picture.watch(System, w.Board, w.Now)
	if err != nil {
		return nil // the same question by hand says why; a rule that cannot be measured is neither kept nor broken
	}
	open, over := w.Picture.voidAlarms()
	runs := map[ID]run{}
	for _, g := range look.guards {
		r, was := k.runs[g.rule.ID], g.holds()
		if r.looks == 0 || r.holds != was {
			r = run{was, 0, w.Now}
		}
		r.looks++
		runs[g.rule.ID] = r
		al := open[g.rule.ID]
		switch {
		case r.looks < voidLooks:
		case was && al != nil:
			all = append(all, clearing(al, nil))
		case was:
			delete(k.quiet, g.rule.ID)
		case al == nil && !k.mute(g.rule.ID, over, r.since):
			all = append(all, k.raise(g, over[g.rule.ID], r.since))
		}
	}
	for id, al := range open {
		if w.Picture.Entry(CoverageRules, id) == nil {
			all = append(all, clearing(al, nil))
		}
	}
	k.runs = runs
	return all
}

// mute reports whether somebody ended the alarm of this very void.
func (k *voidWatch) mute(rule ID, over map[ID]*Alarm, since time.Time) bool {
	if al := over[rule]; al != nil && al.Outcome != "cleared" && !al.EndedAt.Before(since) {
		k.quiet[rule] = true
	}
	return k.quiet[rule]
}

// voidAlarms are the open alarms by rule, and the last that ended.
func (p *Picture) voidAlarms() (open, over map[ID]*Alarm) {
	open, over = map[ID]*Alarm{}, map[ID]*Alarm{}
	for _, al := range p.Alarms {
		if al.Kind != AlarmVoid || al.Rule == nil {
			continue
		}
		if al.State != AlarmOver {
			open[*al.Rule] = al
		} else if old := over[*al.Rule]; old == nil || old.EndedAt.Before(*al.EndedAt) {
			over[*al.Rule] = al
		}
	}
	return open, over
}

// raise names the void by the alarm before it, or by the hour it was found.
func (k *voidWatch) raise(g *guard, before *Alarm, since time.Time) Duty {
	rule, step := g.rule.ID, since.UTC().Format("2006-01-02T15")
	if before != nil {
		step = before.ID.String()
	}
	at := g.rule.Point()
	al := Alarm{Kind: AlarmVoid, Division: g.rule.Division, Sensitivity: g.rule.Sensitivity, Rule: &rule, Point: &at}
	al.Note = fmt.Sprintf("%s %s：%d 分钟内覆盖 %s，要求 %s", g.rule.Code, g.rule.Name, g.r.WithinMin, percent(g.share()), percent(g.r.Wanted()))
	return raising(al, rule, step, func(ctx context.Context, tx Tx, _ *Alarm) error {
		rule, err := locked[*Entry](ctx, tx, g.rule.Ref())
		if err == nil && rule.Removed {
			return errNotDue
		}
		return err
	})
}
