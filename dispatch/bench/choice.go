package bench

import (
	"context"
	"slices"
	"time"

	"github.com/paulmach/orb"

	"onemap/geo"
)

// hit is one unit of an answer to "who is nearest".
type hit struct {
	Code      string
	DistanceM float64 `json:"distance_m"`
}

// nearest asks for the free units nearest to a place, by the straight line:
// the server has no roads of the recorded city.
func (p *player) nearest(ctx context.Context, at orb.Point) ([]hit, error) {
	var answer struct{ Results []hit }
	err := p.ask(ctx, "POST", "/api/nearest", map[string]any{
		"point": map[string]any{"type": "Point", "coordinates": at}, "kinds": []string{"unit"}, "k": 100,
		"status": []string{"available"}, "basis": "crow_flies",
	}, &answer)
	return answer.Results, err
}

// Choice compares the first unit the server would have sent with the one that
// was first on scene. Any counts the nearest of all types, Typed the nearest of
// the type that came, Numbered the same where that is an engine or a truck, whose
// station is known.
type Choice struct {
	Compared     int // calls at which somebody arrived
	None         int // of them, those for which the server named nobody of that type
	Any, Typed   Agreement
	OfNumbered   int // calls at which an engine or a truck was first
	Numbered     Agreement
	SameType     int     // nearest of all types: of the type that came
	Sent         int     // nearest of all types: among those the record sent
	Ours, Theirs []int64 // metres from the station, straight: of the typed choice, of who came
}

// Agreement counts how far two choices agree.
type Agreement struct{ Unit, Station int }

// compare fills in the choice over all calls.
func (p *player) compare() Choice {
	var out Choice
	for _, c := range p.Calls {
		first := c.first()
		if len(first) == 0 {
			continue
		}
		out.Compared++
		p.compareOne(&out, c, first)
	}
	slices.Sort(out.Ours)
	slices.Sort(out.Theirs)
	return out
}

func (p *player) compareOne(out *Choice, c *Call, first []string) {
	theirs := p.fleet[first[0]]
	numbered := theirs.kind == "ENGINE" || theirs.kind == "TRUCK"
	if numbered {
		out.OfNumbered++
	}
	hits := p.played[c].foretold
	if len(hits) > 0 {
		p.agree(&out.Any, hits[0].Code, first)
		if p.fleet[hits[0].Code].kind == theirs.kind {
			out.SameType++
		}
		if slices.ContainsFunc(c.Responses, func(r Response) bool { return r.Unit == hits[0].Code }) {
			out.Sent++
		}
	}
	typed := slices.IndexFunc(hits, func(h hit) bool { return p.fleet[h.Code].kind == theirs.kind })
	if typed < 0 {
		out.None++
		return
	}
	p.agree(&out.Typed, hits[typed].Code, first)
	if numbered {
		p.agree(&out.Numbered, hits[typed].Code, first)
	}
	out.Ours = append(out.Ours, int64(hits[typed].DistanceM))
	out.Theirs = append(out.Theirs, int64(geo.Distance(theirs.at, c.At)))
}

func (p *player) agree(a *Agreement, ours string, first []string) {
	if slices.Contains(first, ours) {
		a.Unit++
	}
	if slices.ContainsFunc(first, func(code string) bool { return p.fleet[code].station == p.fleet[ours].station }) {
		a.Station++
	}
}

// first names who was first on scene, several when in the same second.
func (c *Call) first() (units []string) {
	var best time.Time
	for _, r := range c.Responses {
		switch {
		case r.Arrived.IsZero() || !best.IsZero() && r.Arrived.After(best):
		case r.Arrived.Equal(best):
			units = append(units, r.Unit)
		default:
			best, units = r.Arrived, []string{r.Unit}
		}
	}
	return units
}
