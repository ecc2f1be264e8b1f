package bench

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
)

// A story is one incident of the load, from report to close, with two units.
type story struct {
	id      uuid.UUID
	version int // of the incident; 0: to be read
	next    int
	units   [2]*loadUnit
	orders  [2]struct {
		id      uuid.UUID
		version int
	}
}

// plot is the course of every story: fifteen commands.
var plot = []struct {
	kind string
	do   func(s *story, ctx context.Context, r *run) (Receipt, error)
}{
	{"report", (*story).report},
	{"confirm", moveTo("confirmed")},
	{"order", (*story).order},
	{"acknowledge", crew(0, "acknowledged")}, {"acknowledge", crew(1, "acknowledged")},
	{"enroute", crew(0, "enroute")}, {"enroute", crew(1, "enroute")},
	{"on scene", crew(0, "on_scene")}, {"on scene", crew(1, "on_scene")},
	{"amend", (*story).amend},
	{"contain", moveTo("contained")},
	{"release", crew(0, "released")}, {"release", crew(1, "released")},
	{"recover", moveTo("recovering")},
	{"close", (*story).close},
}

// pick takes the story that waits longest, or begins one; nil when no unit is
// left. As many wait as there are commands a second, so that a story's next step
// comes a second after its last, and all kinds are soon in the mix. A story whose
// last command is still unanswered is not waiting.
func (r *run) pick() *story {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.ready) > 0 && (float64(len(r.ready)) >= r.Rate || len(r.free) < 2) {
		s := r.ready[0]
		r.ready = r.ready[1:]
		return s
	}
	if len(r.free) < 2 {
		return nil
	}
	s := &story{id: newID(), units: [2]*loadUnit{r.free[0], r.free[1]}}
	r.free = r.free[2:]
	return s
}

// step gives a story's next command. One that is refused ends the story; its
// units stay out of the load, and are let go of after it.
func (r *run) step(ctx context.Context, s *story, due time.Time) {
	act := plot[s.next]
	receipt, err := act.do(s, ctx, r)
	took := time.Since(due)
	if err != nil {
		r.refuse(codeOf(err))
		r.mu.Lock()
		r.dropped = append(r.dropped, s)
		r.mu.Unlock()
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.byKind[act.kind] == nil {
		r.byKind[act.kind] = &sample{}
	}
	r.byKind[act.kind].add(took)
	r.acked = append(r.acked, acked{receipt.Seq, due})
	if s.next++; s.next < len(plot) {
		r.ready = append(r.ready, s)
	} else {
		r.free = append(r.free, s.units[:]...)
	}
}

// tidy plays what was begun to its end, unmeasured, and lets go of the units
// of what was refused: the city is left as it was found, but for its incidents.
func (r *run) tidy(ctx context.Context) {
	for _, s := range r.ready {
		for ; s.next < len(plot); s.next++ {
			if _, err := plot[s.next].do(s, ctx, r); err != nil {
				r.refuse("tidy_" + codeOf(err))
				r.dropped = append(r.dropped, s)
				break
			}
		}
	}
	for _, s := range r.dropped {
		for i := range s.orders {
			if err := r.letGo(ctx, s.orders[i].id); err != nil {
				r.refuse("tidy_" + codeOf(err))
			}
		}
	}
}

// letGo ends an assignment whatever state it is in; one that was never made is
// none to end.
func (r *run) letGo(ctx context.Context, id uuid.UUID) error {
	if id == uuid.Nil {
		return nil
	}
	var now struct {
		Version int
		State   string
		EndedAt *time.Time `json:"ended_at"`
	}
	path := "/api/assignments/" + id.String()
	err := r.ask(ctx, "GET", path, nil, &now)
	if refusal, ok := errors.AsType[*Refusal](err); ok && refusal.Status == 404 || err == nil && now.EndedAt != nil {
		return nil
	}
	if err != nil {
		return err
	}
	to := "cancelled"
	if now.State == "on_scene" {
		to = "released"
	}
	_, err = r.command(ctx, "POST", path+"/advance", map[string]any{"to": to, "reason": "bench"}, now.Version)
	return err
}

func (s *story) path() string { return "/api/incidents/" + s.id.String() }

func (s *story) report(ctx context.Context, r *run) (Receipt, error) {
	return s.kept(r.command(ctx, "PUT", s.path(), map[string]any{
		"type": "Feature", "geometry": map[string]any{"type": "Point", "coordinates": s.units[0].home.point()},
		"properties": map[string]any{"kind": "traffic", "title": "bench", "priority": 3, "source": "call"},
	}, 0))
}

// kept notes the incident's version.
func (s *story) kept(receipt Receipt, err error) (Receipt, error) {
	s.version = receipt.Version
	return receipt, err
}

// order sends both units. It leaves the incident at a version to be read.
func (s *story) order(ctx context.Context, r *run) (Receipt, error) {
	list := []any{}
	for i := range s.orders {
		s.orders[i].id, s.orders[i].version = newID(), 1
		list = append(list, map[string]uuid.UUID{"assignment": s.orders[i].id, "unit": s.units[i].id})
	}
	s.version = 0
	return r.command(ctx, "POST", s.path()+"/orders", map[string]any{"orders": list}, 0)
}

// amend says what is known of the losses, which containing asks for. What it
// reads first is part of its time: a dispatcher waits for both.
func (s *story) amend(ctx context.Context, r *run) (Receipt, error) {
	seen, err := r.version(ctx, s.path())
	if err != nil {
		return Receipt{}, err
	}
	return s.kept(r.command(ctx, "PATCH", s.path(), map[string]any{"properties": map[string]any{"dead": 0, "missing": 0, "injured": 0}}, seen))
}

func (s *story) close(ctx context.Context, r *run) (Receipt, error) {
	return s.kept(r.command(ctx, "POST", s.path()+"/close", map[string]any{"disposition": "resolved", "reason": "bench"}, s.version))
}

func moveTo(state string) func(*story, context.Context, *run) (Receipt, error) {
	return func(s *story, ctx context.Context, r *run) (Receipt, error) {
		return s.kept(r.command(ctx, "POST", s.path()+"/advance", map[string]any{"to": state}, s.version))
	}
}

func crew(i int, state string) func(*story, context.Context, *run) (Receipt, error) {
	return func(s *story, ctx context.Context, r *run) (Receipt, error) {
		as := &s.orders[i]
		receipt, err := r.command(ctx, "POST", "/api/assignments/"+as.id.String()+"/advance", map[string]any{"to": state}, as.version)
		as.version = receipt.Version
		return receipt, err
	}
}
