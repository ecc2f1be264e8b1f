package road

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// lanes is how many rows of a table are swept together: the prices are then
// fetched once for all of them.
const lanes = 8

// job is one table to compute: the seeds of its rows and columns. Rows rise,
// columns are sunk to; with way 1 the trips run from columns to rows.
type job struct {
	rows, columns [][]seed
	way           int
}

// fill computes the table row by row, tenths of a second, never where there
// is no way. Method: restricted sweeps over the columns' ancestors (RPHAST).
func (t *tree) fill(j job, out [][]uint32) {
	if len(j.rows) <= 2 {
		t.fillThin(j, out)
		return
	}
	n := len(t.h.rank)
	columns := newClimb(n)
	for _, seeds := range j.columns {
		for _, s := range seeds {
			columns.include(t.h, s.rank)
		}
	}
	f := t.fieldOf(columns.chain, 1-j.way)
	var next atomic.Int64
	var work sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		work.Go(func() {
			b := worker{t, &j, f, out, newClimb(n), make([][lanes]uint32, len(columns.chain))}
			for {
				at := int(next.Add(lanes)) - lanes
				if at >= len(j.rows) {
					return
				}
				b.fill(at)
			}
		})
	}
	work.Wait()
}

// worker is what one worker needs to fill rows.
type worker struct {
	*tree
	*job
	field *field
	out   [][]uint32
	up    *climb
	d     [][lanes]uint32
}

// fill fills as many rows as there are lanes, from row at on.
func (b *worker) fill(at int) {
	batch := b.rows[at:min(at+lanes, len(b.rows))]
	for i := range b.d {
		for k := range lanes {
			b.d[i][k] = never
		}
	}
	for k, seeds := range batch {
		b.up.reset()
		b.rise(b.up, seeds, b.way)
		for _, r := range b.up.chain {
			if i := b.field.place[r]; i > 0 {
				b.d[i-1][k] = b.up.dist[r]
			}
		}
	}
	b.field.sink(b.d)
	for k := range batch {
		row := b.out[at+k]
		for c, seeds := range b.columns {
			for _, s := range seeds {
				row[c] = min(row[c], b.d[b.field.place[s.rank]-1][k]+s.time)
			}
		}
	}
}

// fillThin serves one or two rows without laying out a field.
func (t *tree) fillThin(j job, out [][]uint32) {
	columns, up := t.take(), t.take()
	defer t.give(columns)
	defer t.give(up)
	for _, seeds := range j.columns {
		for _, s := range seeds {
			columns.include(t.h, s.rank)
		}
	}
	for i, seeds := range j.rows {
		t.rise(up, seeds, j.way)
		t.sink(columns.chain, up.dist, j.way)
		for c, seeds := range j.columns {
			for _, s := range seeds {
				out[i][c] = min(out[i][c], up.dist[s.rank]+s.time)
			}
		}
		for _, r := range columns.chain {
			up.dist[r] = never
		}
		up.reset()
	}
}

func (t *tree) take() *climb {
	if c, ok := t.h.pool.Get().(*climb); ok {
		return c
	}
	return newClimb(len(t.h.rank))
}

func (t *tree) give(c *climb) {
	c.reset()
	t.h.pool.Put(c)
}

// field is the part of a tree above some columns, laid out in the order in
// which it is swept.
type field struct {
	place []uint32 // rank → 1 + place in the field; 0 outside
	first []uint32
	edges []fieldEdge
}

type fieldEdge struct{ to, time uint32 }

func (t *tree) fieldOf(chain []uint32, way int) *field {
	f := &field{place: make([]uint32, len(t.h.rank)), first: make([]uint32, 1, len(chain)+1)}
	for i, r := range chain {
		f.place[r] = uint32(i) + 1
		for e := t.h.first[r]; e < t.h.first[r+1]; e++ {
			if time := t.w[e][way]; time < never {
				f.edges = append(f.edges, fieldEdge{f.place[t.h.up[e]] - 1, time})
			}
		}
		f.first = append(f.first, uint32(len(f.edges)))
	}
	return f
}

// sink carries the times of all lanes down.
func (f *field) sink(d [][lanes]uint32) {
	for i := range d {
		best := d[i]
		for _, e := range f.edges[f.first[i]:f.first[i+1]] {
			from := &d[e.to]
			for k := range lanes {
				if t := from[k] + e.time; t < best[k] {
					best[k] = t
				}
			}
		}
		d[i] = best
	}
}
