package bench

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb"
)

// Day plays recorded calls through the public API of an empty server: each is
// reported, confirmed, its units ordered and moved on as the record has it. The
// stamps sent are the record's, moved so that the last lies an hour ago: the
// intervals come out in the record's seconds at any speed.
type Day struct {
	Target, User, Password string
	Calls                  []*Call
	Stations               map[int]orb.Point
	Speed                  float64 // times the wall clock; 0: as fast as answers come
	Say                    func(format string, args ...any)
}

// player is a day being played.
type player struct {
	*Day
	*Client
	fleet  map[string]*fleetUnit
	shift  time.Duration // from the record's clock to ours
	played map[*Call]*playedCall
	bound  map[string]*playedUnit // by unit, what it is ordered to now
	sent   []*playedUnit
	report DayReport
}

// playedCall is a call as far as it has been played.
type playedCall struct {
	id       uuid.UUID
	left     int  // responses whose end is still to come
	ordered  bool // whether its first order was given
	foretold []hit
}

// playedUnit is an assignment as far as it has been played, with what was sent.
type playedUnit struct {
	id      uuid.UUID
	version int
	state   string
	call    *Call
	source  *Response
	stamps  map[string]time.Time // by state, "ended" for any end
	cut     bool                 // ended by a later order, not by the record
}

// Run plays the day and checks what came of it.
func (d *Day) Run(ctx context.Context) (*DayReport, error) {
	began := time.Now()
	p := &player{Day: d, played: map[*Call]*playedCall{}, bound: map[string]*playedUnit{}}
	p.report.Refused = map[string]int{}
	var err error
	if p.Client, err = officer(ctx, d.Target, d.User, d.Password); err != nil {
		return nil, err
	}
	if p.fleet, err = settle(ctx, p.Client, d.Calls, d.Stations); err != nil {
		return nil, fmt.Errorf("lay out the city: %w", err)
	}
	all := timetable(d.Calls)
	if len(all) == 0 {
		return nil, errors.New("there are no calls to play")
	}
	p.shift = time.Now().Add(-time.Hour).Sub(all[len(all)-1].at)
	d.Say("%d calls, %d units at %d stations, %d moments", len(d.Calls), len(p.fleet), len(d.Stations), len(all))
	if err := p.play(ctx, all); err != nil {
		return nil, err
	}
	if err := p.inspect(ctx, "at the end"); err != nil {
		return nil, err
	}
	if err := p.audit(ctx); err != nil {
		return nil, err
	}
	p.report.Took, p.report.Speed = time.Since(began), d.Speed
	return p.report.finish(p), nil
}

// officer signs in as who may run the desk. An administrator, who may not,
// makes one first.
func officer(ctx context.Context, target, name, password string) (*Client, error) {
	c, err := NewClient(target)
	if err != nil {
		return nil, err
	}
	who, err := c.signIn(ctx, name, password)
	if err != nil || who.Role != "admin" {
		return c, err
	}
	one := rand.Text()
	if _, err := c.command(ctx, "PUT", "/api/accounts/"+newID().String(), map[string]any{
		"name": "bench", "display": "bench", "role": "duty_officer", "area": who.Area, "clearance": 3, "password": one,
	}, 0); err != nil {
		return nil, fmt.Errorf("make an account: %w", err)
	}
	own, err := NewClient(target)
	if err != nil {
		return nil, err
	}
	_, err = own.signIn(ctx, "bench", one)
	return own, err
}

// play goes through the timetable. The invariants are looked at once an hour
// of the record, while units are under way.
func (p *player) play(ctx context.Context, all []moment) error {
	began, first := time.Now(), all[0].at
	hour := first.Truncate(time.Hour)
	for _, m := range all {
		if err := p.wait(ctx, began, m.at.Sub(first)); err != nil {
			return err
		}
		if next := m.at.Truncate(time.Hour); next.After(hour) {
			hour = next
			if err := p.inspect(ctx, hour.Format("15:04")); err != nil {
				return err
			}
			p.Say("%s  %d calls, %d orders, %d units bound", hour.Format("15:04"), p.report.Calls, len(p.sent), len(p.bound))
		}
		if err := p.do(ctx, m); err != nil {
			return fmt.Errorf("play %s of %s: %w", m.call.Type, m.call.Number, err)
		}
	}
	return nil
}

// wait waits until a moment of the record is due.
func (p *player) wait(ctx context.Context, began time.Time, into time.Duration) error {
	if p.Speed <= 0 {
		return ctx.Err()
	}
	due := began.Add(time.Duration(float64(into) / p.Speed))
	p.report.Late = max(p.report.Late, time.Since(due))
	return pause(ctx, due)
}

func (p *player) do(ctx context.Context, m moment) error {
	switch m.do {
	case doReport:
		return p.take(ctx, m)
	case doConfirm:
		return p.advanceIncident(ctx, m, "confirmed")
	case doOrder:
		return p.order(ctx, m)
	case doFree, doEnd:
		return p.free(ctx, m)
	}
	step := map[int]string{doLeave: "enroute", doArrive: "on_scene", doTransport: "to_facility", doHospital: "at_facility"}[m.do]
	held := p.bound[m.responses[0].Unit]
	if held == nil || held.source != m.responses[0] {
		p.report.Superseded++
		return nil
	}
	return p.advance(ctx, held, step, "", m.at)
}

// change sends a command and notes how long it took, and how it was refused.
func (p *player) change(ctx context.Context, method, path string, body any, seen int) (Receipt, error) {
	began := time.Now()
	receipt, err := p.command(ctx, method, path, body, seen)
	p.report.took.add(time.Since(began))
	if err != nil {
		p.report.Refused[codeOf(err)]++
	}
	return receipt, err
}

// incidentKinds turns the record's types of calls into ours.
var incidentKinds = map[string]string{
	"Medical Incident": "medical", "Alarms": "building_fire", "Structure Fire": "building_fire", "Traffic Collision": "traffic",
	"Gas Leak (Natural and LP Gases)": "hazmat",
}

// take reports a call as it comes in.
func (p *player) take(ctx context.Context, m moment) error {
	c, kind := m.call, cmp.Or(incidentKinds[m.call.Type], "other")
	body := map[string]any{
		"type": "Feature", "geometry": map[string]any{"type": "Point", "coordinates": c.At},
		"properties": map[string]any{
			"kind": kind, "title": c.Type + " " + c.Number, "priority": c.Priority, "place": c.Address, "source": "call", "occurred_at": p.stamp(m.at),
		},
	}
	id := newID()
	_, err := p.change(ctx, "PUT", "/api/incidents/"+id.String(), body, 0)
	p.played[c] = &playedCall{id: id, left: len(c.Responses)}
	p.report.Calls++
	return err
}

func (p *player) stamp(at time.Time) string { return at.Add(p.shift).UTC().Format(time.RFC3339Nano) }

// advanceIncident moves an incident on from the version it is at.
func (p *player) advanceIncident(ctx context.Context, m moment, to string) error {
	path := "/api/incidents/" + p.played[m.call].id.String()
	seen, err := p.version(ctx, path)
	if err != nil {
		return err
	}
	_, err = p.change(ctx, "POST", path+"/advance", map[string]any{"to": to, "occurred_at": p.stamp(m.at)}, seen)
	return err
}

// freed counts one response as ended, and closes the call with the last.
func (p *player) freed(ctx context.Context, m moment) error {
	c := p.played[m.call]
	if c.left--; c.left > 0 {
		return nil
	}
	if err := p.advanceIncident(ctx, m, "recovering"); err != nil {
		return err
	}
	path := "/api/incidents/" + c.id.String()
	seen, err := p.version(ctx, path)
	if err != nil {
		return err
	}
	reason := cmp.Or(m.call.Ended, "not recorded")
	_, err = p.change(ctx, "POST", path+"/close", map[string]any{"disposition": "resolved", "reason": reason, "occurred_at": p.stamp(m.at)}, seen)
	return err
}
