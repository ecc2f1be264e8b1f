package site

import (
	"math"
	"slices"
)

// ascend returns a bound on what covering the live rows costs, and its prices:
// every row pays, and a column is worth what its rows pay beyond its cost
// (Beasley 1990). On the way it makes choices, and keeps the best.
func (k *core) ascend(live []int32, taken []int, spent int64, from []float64) (float64, []float64) {
	if from == nil {
		k.opening(live)
	} else {
		copy(k.price, from)
	}
	steps := k.steps
	if from != nil {
		steps = 60
	}
	best, top := make([]float64, len(k.price)), math.Inf(-1)
	slope := make([]float64, len(k.price))
	reach, idle := 1.5, 0
	if from != nil {
		reach = 0.5
	}
	for round := range steps {
		v := k.reprice(live, k.price)
		if v > top+1e-9 {
			top, idle = v, 0
			copy(best, k.price)
		} else if idle++; idle == 15 {
			idle, reach = 0, reach/2
			copy(k.price, best)
			v = k.reprice(live, k.price)
		}
		if round%8 == 0 {
			k.greedy(live, taken, spent)
		}
		if spent+whole(top) >= k.value || reach < 1e-3 || k.halted() {
			break
		}
		norm := 0.0
		for _, i := range live {
			g := 1.0
			for _, j := range k.rows[i] {
				if !k.off[j] && k.gain[j] < 0 {
					g--
				}
			}
			slope[i] = 0.4*slope[i] + g
			norm += slope[i] * slope[i]
		}
		if norm < 1e-12 {
			break
		}
		step := reach * (1.01*float64(k.value-spent) - v) / norm
		for _, i := range live {
			k.price[i] = max(0, k.price[i]+step*slope[i])
		}
	}
	return top, best
}

// opening lets each row pay the least share of a column's cost.
func (k *core) opening(live []int32) {
	clear(k.count)
	for _, i := range live {
		k.count[i] = 1
	}
	for _, i := range live {
		k.price[i] = math.Inf(1)
		for _, j := range k.rows[i] {
			if k.off[j] {
				continue
			}
			n := 0
			for _, r := range k.columns[j] {
				n += int(k.count[r])
			}
			k.price[i] = min(k.price[i], float64(k.cost[j])/float64(n))
		}
	}
}

// reprice sets the reduced costs and returns the bound. A row that no column
// covers any more makes it infinite.
func (k *core) reprice(live []int32, price []float64) float64 {
	for j, c := range k.cost {
		k.gain[j] = float64(c)
	}
	sum := 0.0
	for _, i := range live {
		sum += price[i]
		open := false
		for _, j := range k.rows[i] {
			k.gain[j] -= price[i]
			open = open || !k.off[j]
		}
		if !open {
			return math.MaxInt32
		}
	}
	for j, g := range k.gain {
		if g < 0 && !k.off[j] {
			sum += g
		}
	}
	return sum
}

// greedy covers the live rows by columns of least reduced cost for each row,
// and drops what turns out needless.
func (k *core) greedy(live []int32, taken []int, spent int64) {
	clear(k.count)
	var chosen []int32
	for _, i := range live {
		if k.count[i] > 0 {
			continue
		}
		best := int32(-1)
		for _, j := range k.rows[i] {
			if !k.off[j] && (best < 0 || k.gain[j] < k.gain[best]) {
				best = j
			}
		}
		if best < 0 {
			return
		}
		chosen = append(chosen, best)
		for _, r := range k.columns[best] {
			k.count[r]++
		}
	}
	slices.SortStableFunc(chosen, func(a, b int32) int { return int(k.cost[b] - k.cost[a]) })
	alive := map[int32]bool{}
	for _, i := range live {
		alive[i] = true
	}
	all := slices.Clone(taken)
	for _, j := range chosen {
		needless := true
		for _, r := range k.columns[j] {
			needless = needless && (!alive[r] || k.count[r] > 1)
		}
		if needless {
			for _, r := range k.columns[j] {
				k.count[r]--
			}
			continue
		}
		all, spent = append(all, int(j)), spent+k.cost[j]
	}
	k.keep(all, spent)
}
