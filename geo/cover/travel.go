package cover

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"onemap/geo/road"
)

// Fleet is sites that are travelled from, or to, alike.
type Fleet struct {
	Sites     []road.Stop    // one that is off the road is empty, and reaches nobody
	Cells     []road.Stop    // all cells, in the field's order, put on this vehicle's roads
	Direction road.Direction // Away is from the sites to the cells
	Ask       road.Ask
}

// Travel is how soon the cells are reached by road (到达时间).
type Travel struct {
	Least    []time.Duration // of each cell, by its nearest site; Never where no road leads
	Reached  [][]int32       // for each limit, from how many sites each cell is reached in time
	Closures []string        // at the edge of what is reached within the longest limit, ascending
}

// Never is the time to where no road leads.
const Never = time.Duration(-1)

// blockPairs bounds a matrix: 32 MB of times, or twice that toward the sites.
const blockPairs = 8_000_000

// Travels measures the way between every site and every cell, without the
// delays of ordinary turns: some 50 ns of a core a pair on a city's network. Who is
// reached, from how many, and how soon come from the same times. It looks at
// ctx after every eight million pairs.
func Travels(ctx context.Context, now *road.Snapshot, fleets []Fleet, cells int, limits []time.Duration) (Travel, error) {
	t := Travel{Least: make([]time.Duration, cells), Reached: make([][]int32, len(limits))}
	for i := range t.Least {
		t.Least[i] = Never
	}
	for i := range t.Reached {
		t.Reached[i] = make([]int32, cells)
	}
	if cells == 0 {
		return t, nil
	}
	for n, f := range fleets {
		if len(f.Cells) != cells {
			return Travel{}, fmt.Errorf("fleet %d: %d cells on the road, not %d", n, len(f.Cells), cells)
		}
		for block := range slices.Chunk(f.Sites, max(1, blockPairs/cells)) {
			if err := ctx.Err(); err != nil {
				return Travel{}, fmt.Errorf("measure travel times: %w", err)
			}
			if err := t.add(now, f, block, limits); err != nil {
				return Travel{}, fmt.Errorf("measure travel times of fleet %d: %w", n, err)
			}
		}
		if err := t.met(now, f, limits); err != nil {
			return Travel{}, fmt.Errorf("name the closures fleet %d met: %w", n, err)
		}
	}
	slices.Sort(t.Closures)
	t.Closures = slices.Compact(t.Closures)
	return t, nil
}

// add counts some sites of a fleet in.
func (t *Travel) add(now *road.Snapshot, f Fleet, sites []road.Stop, limits []time.Duration) error {
	from, to := sites, f.Cells
	if f.Direction == road.Toward {
		from, to = to, from
	}
	m, err := now.Matrix(from, to, f.Ask)
	if errors.Is(err, road.ErrNothingAsked) {
		return nil
	}
	if err != nil {
		return err
	}
	for i := range m.Rows {
		for j := range m.Columns {
			time, ok := m.At(i, j)
			if !ok {
				continue
			}
			cell := j
			if f.Direction == road.Toward {
				cell = i
			}
			if t.Least[cell] == Never || time < t.Least[cell] {
				t.Least[cell] = time
			}
			for k, limit := range limits {
				if time <= limit {
					t.Reached[k][cell]++
				}
			}
		}
	}
	return nil
}

// met names the closures that the trips of a fleet came to the edge of within
// the longest limit: no other can have changed who is reached in time.
func (t *Travel) met(now *road.Snapshot, f Fleet, limits []time.Duration) error {
	if len(now.Closures()) == 0 || len(limits) == 0 {
		return nil
	}
	ask := f.Ask
	ask.Plain = true
	reach, err := now.Arrivals(f.Sites, f.Cells, road.Bounds{Direction: f.Direction, Limit: slices.Max(limits)}, ask)
	if errors.Is(err, road.ErrNothingAsked) {
		return nil
	}
	t.Closures = append(t.Closures, reach.Closures...)
	return err
}

// Counted is the report of who is reached from how many sites, as counted by
// the caller for each cell: the limit is only repeated in it.
func (f *Field) Counted(limit float64, reached []int32) (Report, error) {
	if len(reached) != len(f.cells) {
		return Report{}, fmt.Errorf("count %d cells, not %d", len(reached), len(f.cells))
	}
	return f.report(limit, reached), nil
}
