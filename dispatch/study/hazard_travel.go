package study

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"onemap/dispatch"
	"onemap/geo/road"
)

// column is units that drive alike.
type column struct {
	profile string
	sized   bool
	load    road.Load
}

// race finds when every unit is at every hazard, those that drive alike at once.
func (r *response) race(ctx context.Context, out *Result) error {
	groups := map[column][]*dispatch.Entry{}
	var order []column
	for _, e := range r.units {
		ask, _, byRoad := dispatch.Driving(e)
		if !byRoad {
			for n := range r.hazards {
				r.arrive(n, e, int32(math.Ceil(dispatch.Flight(e.Point(), r.hazards[n].at).Seconds()*10)))
			}
			continue
		}
		if p := r.in.Params.Profile; p != "" {
			ask = road.Ask{Profile: p}
		}
		key := column{profile: ask.Profile, sized: ask.Load != nil}
		if key.sized {
			key.load = *ask.Load
		}
		if groups[key] == nil {
			order = append(order, key)
		}
		groups[key] = append(groups[key], e)
	}
	off := map[string]bool{}
	for _, key := range order {
		if err := ctx.Err(); err != nil {
			return err
		}
		ask := road.Ask{Profile: key.profile}
		if key.sized {
			ask.Load = &key.load
		}
		if err := r.drive(groups[key], ask, off, out); err != nil {
			return fmt.Errorf("drive to hazards: %w", err)
		}
	}
	if len(off) > 0 {
		out.leave(fmt.Sprintf("%d 处危险源附近没有可供车辆通行的道路", len(off)), fmt.Sprintf("%d hazards have no road near that vehicles may use", len(off)))
	}
	return nil
}

func (r *response) drive(units []*dispatch.Entry, ask road.Ask, off map[string]bool, out *Result) error {
	from, at := make([]place, len(units)), make([]place, len(r.hazards))
	for i, e := range units {
		from[i] = place{entry: e, code: e.Code, name: e.Name, at: e.Point()}
	}
	for n, h := range r.hazards {
		at[n] = place{code: h.code, name: h.code, at: h.at}
	}
	starts, lost, err := r.in.stops(from, ask.Profile)
	if err != nil {
		return err
	}
	out.offRoad(lost, "驻地附近没有道路，到不了任何地方", "no road near the base, so they arrive nowhere")
	ends, lost, err := r.in.stops(at, ask.Profile)
	if err != nil {
		return err
	}
	for _, name := range lost {
		off[name] = true
	}
	if len(starts) == 0 || len(ends) == 0 {
		return nil
	}
	m, err := r.in.Picture.Roads.Now.Matrix(starts, ends, ask)
	if err != nil {
		return err
	}
	r.closures = append(r.closures, m.Closures...)
	for i, e := range units {
		for n := range r.hazards {
			if d, ok := m.At(i, n); ok {
				r.arrive(n, e, int32(d.Milliseconds()/100))
			}
		}
	}
	return nil
}

// arrive notes a unit at a hazard when it is among the first three wanted.
func (r *response) arrive(n int, e *dispatch.Entry, travel int32) {
	h, u := &r.hazards[n], e.Detail.(*dispatch.Unit)
	if !r.wanted(u.Kind, h.hazard) {
		return
	}
	h.come = append(h.come, arriving{e, travel + int32(600*u.MobiliseMin)})
	slices.SortStableFunc(h.come, func(a, b arriving) int {
		return cmp.Or(cmp.Compare(a.tenths, b.tenths), cmp.Compare(a.unit.Code, b.unit.Code), slices.Compare(a.unit.ID[:], b.unit.ID[:]))
	})
	h.come = h.come[:min(len(h.come), 3)]
}

func (r *response) nearest(places []place, profile string, to bool, of func(*threatened) *arrivalAt, out *Result) error {
	at := make([]place, len(r.hazards))
	for n, h := range r.hazards {
		at[n] = place{code: h.code, name: h.code, at: h.at}
	}
	from, _, err := r.in.stops(at, profile)
	if err != nil {
		return err
	}
	stops, _, err := r.in.stops(places, profile)
	if err != nil {
		return err
	}
	if len(from) == 0 || len(stops) == 0 {
		return nil
	}
	starts, ends := from, stops
	if !to {
		starts, ends = ends, starts
	}
	m, err := r.in.Picture.Roads.Now.Matrix(starts, ends, road.Ask{Profile: profile})
	if err != nil {
		return fmt.Errorf("find the nearest by %s: %w", profile, err)
	}
	r.closures = append(r.closures, m.Closures...)
	for n := range r.hazards {
		best := of(&r.hazards[n])
		for j := range places {
			a, b := n, j
			if !to {
				a, b = j, n
			}
			if d, ok := m.At(a, b); ok && (best.place < 0 || int32(d.Milliseconds()/100) < best.tenths) {
				*best = arrivalAt{j, int32(d.Milliseconds() / 100)}
			}
		}
	}
	return nil
}
