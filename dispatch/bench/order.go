package bench

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// order sends units as the record has it, after asking whom the server would
// have sent. A unit that the server holds elsewhere, because the record
// overlaps, is first taken off its old call, as a dispatcher would.
func (p *player) order(ctx context.Context, m moment) error {
	call := p.played[m.call]
	if !call.ordered {
		call.ordered = true
		found, err := p.nearest(ctx, m.call.At)
		if err != nil {
			return fmt.Errorf("ask for the nearest: %w", err)
		}
		call.foretold = found
	}
	err := p.orders(ctx, m, call)
	if refusal, ok := errors.AsType[*Refusal](err); ok && refusal.Code == "orders_refused" {
		if err := p.takeOff(ctx, m); err != nil {
			return err
		}
		return p.orders(ctx, m, call)
	}
	return err
}

func (p *player) orders(ctx context.Context, m moment, call *playedCall) error {
	list, sent := []any{}, []*playedUnit{}
	for _, r := range m.responses {
		one := &playedUnit{id: newID(), version: 1, state: "ordered", call: m.call, source: r, stamps: map[string]time.Time{"ordered": m.at}}
		list = append(list, map[string]uuid.UUID{"assignment": one.id, "unit": p.fleet[r.Unit].id})
		sent = append(sent, one)
	}
	body := map[string]any{"orders": list, "occurred_at": p.stamp(m.at)}
	if _, err := p.change(ctx, "POST", "/api/incidents/"+call.id.String()+"/orders", body, 0); err != nil {
		return err
	}
	for _, one := range sent {
		p.bound[one.source.Unit] = one
	}
	p.sent = append(p.sent, sent...)
	return nil
}

// takeOff frees the units of an order that are still bound by an earlier call.
func (p *player) takeOff(ctx context.Context, m moment) error {
	for _, r := range m.responses {
		held := p.bound[r.Unit]
		if held == nil {
			continue
		}
		p.report.Conflicts = append(p.report.Conflicts, fmt.Sprintf("%s %s: %s was %s for %s when sent to %s",
			m.at.Format("15:04:05"), r.Unit, r.Type, held.state, held.call.Number, m.call.Number))
		held.cut = true
		if err := p.end(ctx, held, "sent to "+m.call.Number, m.at); err != nil {
			return fmt.Errorf("take %s off %s: %w", r.Unit, held.call.Number, err)
		}
	}
	return nil
}

// free ends an assignment as the record has it: the unit is available again.
func (p *player) free(ctx context.Context, m moment) error {
	r := m.responses[0]
	if r.Cleared.IsZero() {
		p.report.Endless++
	}
	if held := p.bound[r.Unit]; held == nil || held.source != r {
		p.report.Superseded++
	} else if err := p.end(ctx, held, "available again before it arrived", m.at); err != nil {
		return err
	}
	return p.freed(ctx, m)
}

// end releases a unit that was there, and calls off one that was not.
func (p *player) end(ctx context.Context, held *playedUnit, reason string, at time.Time) error {
	to := "released"
	if held.state == "ordered" || held.state == "enroute" {
		to = "cancelled"
	}
	if err := p.advance(ctx, held, to, reason, at); err != nil {
		return err
	}
	delete(p.bound, held.source.Unit)
	return nil
}

// advance moves an assignment on. When somebody else has changed it meanwhile
// it is read and moved from there. A step that the record has in the wrong
// order is counted and left out.
func (p *player) advance(ctx context.Context, held *playedUnit, to, reason string, at time.Time) error {
	path := "/api/assignments/" + held.id.String()
	body := map[string]any{"to": to, "occurred_at": p.stamp(at)}
	if reason != "" {
		body["reason"] = reason
	}
	receipt, err := p.change(ctx, "POST", path+"/advance", body, held.version)
	if err != nil && codeOf(err) == "conflict_version" {
		seen, readErr := p.version(ctx, path)
		if readErr != nil {
			return fmt.Errorf("read %s again: %w", path, readErr)
		}
		receipt, err = p.change(ctx, "POST", path+"/advance", body, seen)
	}
	if err != nil && codeOf(err) == "wrong_step" {
		p.report.Disordered++
		return nil
	}
	if err != nil {
		return fmt.Errorf("%s to %s: %w", held.source.Unit, to, err)
	}
	held.version, held.state = receipt.Version, to
	if to == "released" || to == "cancelled" {
		to = "ended"
	}
	held.stamps[to] = at
	return nil
}
