package dispatch

import "fmt"

// places finds where a requirement of stock or of shelter places is met: the
// first to arrive, until the quantity is there. A place beyond the time that
// was set is not taken.
func (c *choice) places(i int, out *Recommendation) error {
	n := c.needs[i]
	q := NearestQuery{Point: c.in.Point(), Kinds: []Ledger{Depots}, Stock: &Need{n.Item, 1}, MaxFixAge: FixLimit}
	short := "stock_out"
	if n.Type == "shelter_places" {
		q.Kinds, q.Stock, q.FreePlaces, short = []Ledger{Shelters}, nil, 1, "no_places"
	}
	if c.roads == nil {
		q.Basis = CrowFlies
	}
	var hits []Hit
	for q.K = 1; ; q.K *= 4 {
		q.K = min(q.K, 100)
		found, err := c.p.Nearest(c.a, q, c.pos, c.now)
		if err != nil && !errOffRoad.Is(err) {
			return fmt.Errorf("find places for %s: %w", n.Type, err)
		}
		hits = found.Results
		if sum := quantity(hits); sum >= n.Wanted || len(hits) < q.K || q.K == 100 {
			break
		}
	}
	for _, h := range hits {
		arrival := likely(h.Distance)
		if h.Trip != nil {
			arrival = h.Trip.Arrival()
		}
		if n.WithinMin > 0 && arrival > n.within() {
			short = "too_far"
			break
		}
		take := min(n.Wanted-n.Picked, holds(h))
		if take == 0 {
			break
		}
		n.Picked += take
		out.Places = append(out.Places, RecommendedPlace{h.Entry, take, n.Item, arrival, i})
	}
	if left := n.Wanted - n.Picked; left > 0 {
		out.Shortfalls = append(out.Shortfalls, shortfall(i, left, short))
	}
	return nil
}

func quantity(hits []Hit) (sum int) {
	for _, h := range hits {
		sum += holds(h)
	}
	return sum
}

// holds is what a place has of what was asked for.
func holds(h Hit) int {
	switch {
	case h.Stock != nil:
		return *h.Stock
	case h.FreePlaces != nil:
		return *h.FreePlaces
	}
	return 0
}
