package site

import (
	"fmt"
	"math"
	"math/bits"
	"slices"
)

// Cover finds the fewest sites, the fixed ones among them, that reach everybody
// within a limit whom any candidate reaches (location set covering, Toregas and
// others 1971). Value is how many; Out are the points that nobody reaches.
func Cover(p Problem, within int32, e Effort) (Answer, error) {
	if within < 0 {
		return Answer{}, fmt.Errorf("%d: %w", within, ErrThreshold)
	}
	if err := p.check(); err != nil {
		return Answer{}, err
	}
	c := &covering{cost: make([]int64, len(p.Travel))}
	for j := range c.cost {
		c.cost[j] = 1
	}
	held := make([]bool, len(p.Weight)) // by a fixed site
	for _, j := range p.Fixed {
		for i, t := range p.Travel[j] {
			held[i] = held[i] || t != None && t <= within
		}
	}
	var out []int
	for i, w := range p.Weight {
		var by []int32
		for j := range p.Travel {
			if t := p.Travel[j][i]; t != None && t <= within {
				by = append(by, int32(j))
			}
		}
		switch {
		case len(by) == 0:
			out = append(out, i)
		case w > 0 && !held[i]:
			c.rows = append(c.rows, by)
		}
	}
	if watch, held := e.Watch, int64(len(p.Fixed)); watch != nil {
		e.Watch = func(value, bound int64) bool { return watch(value+held, bound+held) }
	}
	a := c.solve(e.orElseCover())
	a.Sites = append(a.Sites, p.Fixed...)
	slices.Sort(a.Sites)
	a.Value, a.Bound, a.Out = a.Value+int64(len(p.Fixed)), a.Bound+int64(len(p.Fixed)), out
	return a, nil
}

// covering is a set covering problem: choose columns of least cost so that
// every row has one.
type covering struct {
	rows [][]int32 // the columns of each row
	cost []int64
}

// solve reduces the problem and branches over what is left.
func (c *covering) solve(e Effort) Answer {
	k := newCore(c, e)
	if k.reduce(); k.stopped {
		return givenUp()
	}
	k.branch(slices.Clone(k.live), nil, 0, nil)
	if k.value == math.MaxInt64 {
		return givenUp()
	}
	a := Answer{Sites: slices.Clone(k.best), Value: k.value, Bound: k.value, Proved: !k.cut, Method: "reduction, Lagrange, branch and bound", Stopped: k.stopped}
	if k.cut {
		a.Bound = k.floor
	}
	a.Proved = a.Bound == a.Value
	return a
}

// core is the problem while it is solved. live are the rows not yet covered.
type core struct {
	*covering
	columns [][]int32 // the rows of each column
	live    []int32
	off     []bool // columns that are out of the question
	best    []int
	value   int64
	floor   int64 // bound at the root
	nodes   int
	steps   int
	cut     bool // nodes ran out
	stopped bool
	watch   func(value, bound int64) bool
	stop    func() bool

	price []float64
	gain  []float64 // reduced costs
	count []int32
}

func newCore(c *covering, e Effort) *core {
	k := &core{
		covering: c, columns: make([][]int32, len(c.cost)), off: make([]bool, len(c.cost)), value: math.MaxInt64, nodes: e.Nodes * 50, steps: e.Steps,
		watch: e.Watch, stop: e.stopped, price: make([]float64, len(c.rows)), gain: make([]float64, len(c.cost)), count: make([]int32, len(c.rows)),
	}
	for i, row := range c.rows {
		k.live = append(k.live, int32(i))
		for _, j := range row {
			k.columns[j] = append(k.columns[j], int32(i))
		}
	}
	return k
}

// reduce drops rows that another row's covering covers too, and columns that a
// cheaper one covers for.
func (k *core) reduce() {
	words := (len(k.cost) + 63) / 64
	set := func(row []int32) []uint64 {
		bitset := make([]uint64, words)
		for _, j := range row {
			bitset[j/64] |= 1 << (j % 64)
		}
		return bitset
	}
	order := slices.Clone(k.live)
	slices.SortStableFunc(order, func(a, b int32) int { return len(k.rows[a]) - len(k.rows[b]) })
	var kept []int32
	var sets [][]uint64
	for n, i := range order { // a row with fewer columns may stand for one with more
		if n%64 == 0 && k.halted() {
			return
		}
		s := set(k.rows[i])
		if !slices.ContainsFunc(sets, func(o []uint64) bool { return within(o, s) }) {
			kept, sets = append(kept, i), append(sets, s)
		}
	}
	slices.Sort(kept)
	k.live = kept
	k.outdo(kept)
}

func within(a, b []uint64) bool {
	for i, w := range a {
		if w&^b[i] != 0 {
			return false
		}
	}
	return true
}

// outdo puts off columns whose rows another column has for no higher cost.
func (k *core) outdo(rows []int32) {
	words := (len(rows) + 63) / 64
	sets, size := make([][]uint64, len(k.cost)), make([]int, len(k.cost))
	for j := range sets {
		sets[j] = make([]uint64, words)
	}
	for place, i := range rows {
		for _, j := range k.rows[i] {
			sets[j][place/64] |= 1 << (place % 64)
		}
	}
	for j, s := range sets {
		for _, w := range s {
			size[j] += bits.OnesCount64(w)
		}
	}
	for j := range sets {
		if k.halted() {
			return
		}
		for o := range sets {
			if o != j && !k.off[o] && k.cost[o] <= k.cost[j] && size[o] >= size[j] &&
				(o < j || k.cost[o] < k.cost[j] || size[o] > size[j]) && within(sets[j], sets[o]) {
				k.off[j] = true
				break
			}
		}
	}
}

// branch looks for a better choice than the best, given the columns taken, what
// they cost and the rows they leave. from holds the prices of the node above.
func (k *core) branch(live []int32, taken []int, spent int64, from []float64) {
	if len(live) == 0 {
		k.keep(taken, spent)
		return
	}
	if k.nodes == 0 || k.halted() {
		k.cut = true
		return
	}
	k.nodes--
	top, price := k.ascend(live, taken, spent, from)
	low := spent + whole(top)
	if from == nil {
		k.floor = low
		k.tell()
	}
	if low >= k.value {
		return
	}
	// What is too dear to be in anything better is put off, here and below.
	var shut []int32
	k.reprice(live, price)
	for j, g := range k.gain {
		if !k.off[j] && g > 0 && spent+whole(top+g) >= k.value {
			k.off[j] = true
			shut = append(shut, int32(j))
		}
	}
	row, by := k.narrowest(live)
	if row >= 0 {
		for n, j := range by { // one of these must be; each is tried without those before it
			rest := slices.DeleteFunc(slices.Clone(live), func(i int32) bool { return slices.Contains(k.rows[i], j) })
			k.branch(rest, append(slices.Clone(taken), int(j)), spent+k.cost[j], price)
			k.off[by[n]] = true
			shut = append(shut, j)
		}
	}
	for _, j := range shut {
		k.off[j] = false
	}
}

func (k *core) keep(taken []int, spent int64) {
	if spent < k.value {
		k.value, k.best = spent, slices.Clone(taken)
		k.tell()
	}
}

// halted asks whether nobody wants an answer any more.
func (k *core) halted() bool {
	k.stopped = k.stopped || k.stop()
	return k.stopped
}

func (k *core) tell() {
	if k.watch != nil && k.value < math.MaxInt64 && !k.watch(k.value, min(k.floor, k.value)) {
		k.stopped = true
	}
}

// narrowest returns the row with fewest columns left, cheapest first.
func (k *core) narrowest(live []int32) (row int32, by []int32) {
	row = -1
	fewest := math.MaxInt
	for _, i := range live {
		n := 0
		for _, j := range k.rows[i] {
			if !k.off[j] {
				n++
			}
		}
		if n < fewest {
			row, fewest = i, n
		}
	}
	if row < 0 || fewest == 0 {
		return -1, nil
	}
	for _, j := range k.rows[row] {
		if !k.off[j] {
			by = append(by, j)
		}
	}
	slices.SortStableFunc(by, func(a, b int32) int {
		switch {
		case k.gain[a] < k.gain[b]:
			return -1
		case k.gain[a] > k.gain[b]:
			return 1
		}
		return int(a - b)
	})
	return row, by
}
