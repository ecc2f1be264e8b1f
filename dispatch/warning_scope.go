package dispatch

import (
	"fmt"
	"slices"

	"github.com/paulmach/orb"

	"onemap/geo/overlay"
)

// mostlyOurs is the share of a polygon that must lie within the jurisdiction: a
// hand-drawn edge may stray a little.
const mostlyOurs = 0.95

// SeesWarning reports whether a warning is in the actor's scope: one that is or
// was out, where its ground touches the actor's; one being prepared, where it
// was written, by those who may write too.
func (p *Picture) SeesWarning(a Actor, w *Warning) bool {
	return a.any(func(hat Actor) bool {
		switch {
		case hat.Incident != nil || hat.Role.May("warning.read") == Denied:
			return false
		case w.Text == nil:
			return hat.preparesWarning(w)
		}
		return w.Division != "" && Within(w.Division, hat.Area) || w.Text.touches(hat.Area)
	})
}

// PreparesWarning reports whether the actor may look at what is being prepared.
func (p *Picture) PreparesWarning(a Actor, w *Warning) bool {
	return a.any(func(hat Actor) bool { return hat.preparesWarning(w) })
}

func (a Actor) preparesWarning(w *Warning) bool {
	return a.Incident == nil && w.Foreign == nil && a.Role.May("warning.draft") != Denied && Within(w.Division, a.Area)
}

// touches reports whether a text warns somebody in an area; one whose ground
// nobody knows may warn anybody.
func (t *WarningText) touches(area string) bool {
	known := slices.Concat(t.Divisions, t.Reaches)
	return len(known) == 0 || slices.ContainsFunc(known, func(code string) bool { return Within(code, area) || Within(area, code) })
}

// Warned says whom a text would warn.
type Warned struct {
	People    int
	Townships []string // codes, sorted
}

// Warned counts the people on the ground of a text, on the population grid, and
// names the townships it lies in.
func (p *Picture) Warned(t *WarningText) (Warned, error) {
	var out Warned
	named := func(code string) bool {
		return slices.ContainsFunc(t.Divisions, func(division string) bool { return Within(code, division) })
	}
	var drawn orb.MultiPolygon
	if t.Polygon != nil {
		drawn = t.Polygon.MultiPolygon
	}
	bound := drawn.Bound()
	for _, e := range p.shelves[Divisions].ByCode() {
		if e.Detail.(*Division).Level != "township" {
			continue
		}
		in := named(e.Code)
		if !in && len(drawn) > 0 && e.Geometry.Bound().Intersects(bound) {
			var err error
			if in, err = overlay.Relate(overlay.Intersects, drawn, e.Geometry); err != nil {
				return out, fmt.Errorf("lay the warning over %s: %w", e.Name, err)
			}
		}
		if in {
			out.Townships = append(out.Townships, e.Code)
		}
	}
	for _, e := range p.shelves[Cells].ByCode() {
		if at := e.Point(); named(e.Division) || len(drawn) > 0 && bound.Contains(at) && contains(drawn, at) {
			out.People += e.Detail.(*Cell).People
		}
	}
	return out, nil
}

// jurisdiction refuses a text that warns people outside an area, and fills in
// where it reaches.
func (p *Picture) jurisdiction(area string, t *WarningText) error {
	for i, code := range t.Divisions {
		if !p.divided(code) || !Within(code, area) {
			return notOurs(fmt.Sprintf("divisions[%d]", i), "%s is not in your area", code)
		}
	}
	if t.Polygon != nil {
		if err := p.liesIn(area, t.Polygon.MultiPolygon); err != nil {
			return err
		}
	}
	warned, err := p.Warned(t)
	t.Reaches = warned.Townships
	return err
}

func notOurs(path, format string, args ...any) error {
	refusal := *ErrAreaNotOurs
	refusal.Fields = []Field{{path, refusal.Code, fmt.Sprintf(format, args...)}}
	return &refusal
}

// divided reports whether there is a division of that code.
func (p *Picture) divided(code string) bool { return p.division(code) != nil }

func (p *Picture) division(code string) *Entry {
	for _, e := range p.shelves[Divisions].ByCode() {
		if e.Code == code {
			return e
		}
	}
	return nil
}

// liesIn refuses a polygon that lies outside an area by more than a stray edge.
func (p *Picture) liesIn(area string, drawn orb.MultiPolygon) error {
	ours := p.division(area)
	if ours == nil {
		return notOurs("polygon", "the ground of %s is not known", area)
	}
	if err := overlay.Valid(drawn); err != nil {
		var p Problems
		p.Add("polygon", "invalid_geometry", "%v", err)
		return p.Err()
	}
	common, err := overlay.Intersection(drawn, ours.Geometry)
	if err != nil {
		return fmt.Errorf("lay the warning over %s: %w", ours.Name, err)
	}
	if whole := overlay.Area(drawn); whole <= 0 || overlay.Area(common) < mostlyOurs*whole {
		return notOurs("polygon", "%.0f %% of it lies in %s, %.0f %% must", 100*overlay.Area(common)/whole, ours.Name, 100*mostlyOurs)
	}
	return nil
}
