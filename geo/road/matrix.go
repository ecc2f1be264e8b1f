package road

import "time"

// Matrix is the time from each of some stops to each of others, at one
// snapshot, without the delays of ordinary turns.
type Matrix struct {
	Version       uint64
	Rows, Columns int
	Closures      []string // in force for this vehicle
	times         []uint32
}

const mostPairs = 20_000_000

// At is the time from row i to column j; false when there is no way.
func (m *Matrix) At(i, j int) (time.Duration, bool) {
	t := m.times[i*m.Columns+j]
	return duration(t), t < never
}

// Matrix computes all times between two sets of stops by the hierarchy. The
// first matrix after a change waits some milliseconds for its prices. It
// refuses more than 20 million pairs with ErrTooMuch.
func (s *Snapshot) Matrix(from, to []Stop, ask Ask) (*Matrix, error) {
	switch {
	case len(from) == 0 || len(to) == 0:
		return nil, ErrNothingAsked
	case len(from) > mostPairs/len(to):
		return nil, ErrTooMuch
	}
	l, err := s.lane(ask)
	if err != nil {
		return nil, err
	}
	ask.Plain = true
	v := l.view(ask)
	t := l.tree()
	mode := modeOf(l.metric.profile.Kind)
	starts := make([][]mark, len(from))
	ends := make([][]mark, len(to))
	rows, columns := make([][]seed, len(from)), make([][]seed, len(to))
	for i, stop := range from {
		starts[i] = v.marks(stop, i, true)
		for _, m := range starts[i] {
			rows[i] = v.leaving(t.h, mode, m, rows[i])
		}
	}
	for j, stop := range to {
		ends[j] = v.marks(stop, j, false)
		for _, m := range ends[j] {
			columns[j] = v.arriving(t.h, mode, m, columns[j])
		}
	}
	m := &Matrix{Version: s.version, Rows: len(from), Columns: len(to), Closures: l.names(l.concerning())}
	m.times = make([]uint32, len(from)*len(to))
	m.fill(t, rows, columns)
	m.direct(v, starts, ends)
	return m, nil
}

// fill sweeps from the smaller of the two sets.
func (m *Matrix) fill(t *tree, rows, columns [][]seed) {
	for i := range m.times {
		m.times[i] = never
	}
	if m.Rows <= m.Columns {
		out := make([][]uint32, m.Rows)
		for i := range out {
			out[i] = m.times[i*m.Columns : (i+1)*m.Columns]
		}
		t.fill(job{rows: rows, columns: columns}, out)
		return
	}
	out := make([][]uint32, m.Columns)
	for j := range out {
		out[j] = make([]uint32, m.Rows)
		for i := range out[j] {
			out[j][i] = never
		}
	}
	t.fill(job{rows: columns, columns: rows, way: 1}, out)
	for j := range out {
		for i, time := range out[j] {
			m.times[i*m.Columns+j] = time
		}
	}
}

// direct lowers the times of pairs that share an arc.
func (m *Matrix) direct(v *view, starts, ends [][]mark) {
	at := map[uint32][]mark{}
	for _, list := range starts {
		for _, s := range list {
			at[s.arc] = append(at[s.arc], s)
		}
	}
	for j, list := range ends {
		for _, e := range list {
			for _, s := range at[e.arc] {
				if time, ok := v.direct(s, e); ok {
					cell := &m.times[int(s.stop)*m.Columns+j]
					*cell = min(*cell, time)
				}
			}
		}
	}
}
