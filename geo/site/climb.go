package site

import "math"

// ascend raises the bound by steps along the slope, and lets the search look at
// what the bound takes.
func (b *bound) ascend(f finder, steps int) {
	l := f.book()
	if l.value == math.MaxInt64 || l.done() {
		return
	}
	top := b.climb(l, steps, 1.5, func(round int) {
		if round%10 == 0 && b.taken > 0 {
			f.choose(b.rank[:b.taken])
			f.improve()
			f.keep()
		}
	})
	l.raise(whole(top))
	copy(b.price, b.best)
	b.fix(l, top)
}

// How the climb adapts: after idle steps without a better bound they become
// shorter; after span steps that closed less than a tenth of what was open, the
// slopes are averaged over longer.
const (
	idleSteps = 20
	spanSteps = 100
	shorter   = 0.66
)

// climb takes steps from the prices as they stand and returns the best bound,
// whose prices are in best. The direction is an average of the slopes seen, and
// each step starts from the best prices (the volume algorithm, Barahona and
// Anbil 2000): for covering, where slopes jump about, it comes far closer.
func (b *bound) climb(l *ledger, steps int, reach float64, each func(round int)) float64 {
	top, idle, longest, mark := b.value(), 0, 0.1, math.Inf(-1)
	copy(b.best, b.price)
	copy(b.slope, b.lean())
	for round := range steps {
		if whole(top) >= l.value || l.halted() || reach < 1e-5 {
			break
		}
		if round%spanSteps == spanSteps-1 {
			if top < mark+(float64(l.value)-mark)*0.1 {
				longest = max(1e-4, longest/2)
			}
			mark = top
		}
		norm := 0.0
		for _, g := range b.slope {
			norm += g * g
		}
		if norm < 1e-12 {
			break
		}
		step := reach * (float64(l.value) - top + 1) / norm
		for i, g := range b.slope {
			b.price[i] = min(b.most[i], max(0, b.best[i]+step*g))
		}
		v := b.value()
		along := b.blend(norm, longest)
		if each != nil {
			each(round)
		}
		if v > top {
			top, idle = v, 0
			copy(b.best, b.price)
			if along > 0 {
				reach = min(2, reach*1.1)
			}
		} else if idle++; idle == idleSteps {
			idle, reach = 0, reach*shorter
		}
	}
	return top
}

// blend moves the direction towards the slope where the prices stand, as far as
// makes it shortest within limits, and returns how far the two agreed.
func (b *bound) blend(norm, longest float64) (along float64) {
	own := 0.0
	for i, g := range b.lean() {
		along += g * b.slope[i]
		own += g * g
	}
	mix := longest
	if d := own + norm - 2*along; d > 0 {
		mix = min(longest, max(longest/10, (norm-along)/d))
	}
	for i, g := range b.fresh {
		b.slope[i] += mix * (g - b.slope[i])
	}
	return along
}
