package dispatch

import (
	"context"
	"strings"
	"time"

	"github.com/paulmach/orb"
	"golang.org/x/text/unicode/norm"

	"onemap/geo"
)

// Post is where a unit stands by for a coverage rule instead of at its base
// (移防驻点). Where no live fix says otherwise it is taken to be there.
type Post struct {
	Lon    float64   `json:"lon"`
	Lat    float64   `json:"lat"`
	Name   string    `json:"name,omitempty"`
	Rule   *ID       `json:"rule,omitempty"`
	Reason string    `json:"reason"`
	Since  time.Time `json:"since"`
}

// Posting is a wish to move a unit up; a nil Point sends it back to its base.
type Posting struct {
	Unit   ID
	Point  *orb.Point
	Name   string
	Rule   *ID
	Reason string
}

// PostUnit moves an available unit up to a post, or back to its base. Its row
// is locked, so of a posting and an order the first wins. It refuses with
// ErrUnitBusy a unit that was sent, and with ErrNotDispatchable one that is not
// available.
func (d *Desk) PostUnit(ctx context.Context, c Command, v Posting) (Receipt, error) {
	if c.Actor.May("ledger.operate") != InArea {
		return Receipt{}, ErrForbidden
	}
	if v.Rule != nil {
		if rule := d.Picture().Entry(CoverageRules, *v.Rule); rule == nil || !c.Actor.Sees(rule.Division, rule.Sensitivity) {
			return Receipt{}, ErrNotFound.With("no coverage rule of that id")
		}
	}
	return d.Journal.Change(ctx, c, func(tx Tx) (Outcome, error) {
		unit, err := unitToOrder(ctx, tx, c.Actor, v.Unit)
		if err != nil {
			return Outcome{}, err
		}
		if err := expect(c, unit); err != nil {
			return Outcome{}, err
		}
		if err := free(ctx, tx, unit.ID, ErrUnitBusy); err != nil {
			return Outcome{}, err
		}
		return unit.Repost(v, d.Now())
	})
}

// Repost decides on a unit's post. The caller knows that it is free.
func (e Entry) Repost(v Posting, now time.Time) (Outcome, error) {
	u := *e.Detail.(*Unit)
	if StatusClass(u.Duty) != "available" {
		return Outcome{}, ErrNotDispatchable.With("%s is %s", e.Code, u.Duty)
	}
	var p Problems
	reason, name := strings.TrimSpace(norm.NFC.String(v.Reason)), strings.TrimSpace(norm.NFC.String(v.Name))
	p.text("name", name, 0, 80)
	if p.free("reason", reason, 400); reason == "" {
		p.Add("reason", "required", "say why")
	}
	if v.Point != nil {
		if err := geo.Check(*v.Point); err != nil {
			p.Add("point", "out_of_range", "%v", err)
		}
	}
	if err := p.Err(); err != nil {
		return Outcome{}, err
	}
	u.Post = nil
	if at := v.Point; at != nil {
		u.Post = &Post{Lon: at[0], Lat: at[1], Name: name, Rule: v.Rule, Reason: reason, Since: now}
	}
	e.Detail = &u
	return Outcome{[]Fact{&EntryRecorded{e, reason}}}, nil
}

// keepPost lets a unit stay at its post whatever an edit of the ledger says:
// only PostUnit moves it.
func (e *Entry) keepPost(old Entity) {
	u, ok := e.Detail.(*Unit)
	if !ok {
		return
	}
	u.Post = nil
	if was, ok := old.(*Entry); ok && was != nil && !was.Removed {
		u.Post = was.Detail.(*Unit).Post
	}
}
