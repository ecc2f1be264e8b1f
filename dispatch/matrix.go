package dispatch

import (
	"time"

	"github.com/paulmach/orb"

	"onemap/geo/road"
)

// MatrixQuery asks for the times from each of some points to each of others.
type MatrixQuery struct {
	From, To []orb.Point
	Profile  string
	Size     *Profile
}

// MatrixAnswer is true at Seq. Times has a row for each From, in seconds;
// negative where no way leads, as from and to places off the road.
type MatrixAnswer struct {
	Seq            Seq
	AsOf           time.Time
	Profile        string
	Times          [][]float64
	OffFrom, OffTo []int
	Closures       []ClosureRef
}

// Most places on one side of a matrix, and most pairs.
const (
	mostPlaces = 5_000
	mostPairs  = 1_000_000
)

// Matrix prices all pairs by the hierarchy, without the delays of ordinary
// turns.
func (p *Picture) Matrix(a Actor, q MatrixQuery, now time.Time) (MatrixAnswer, error) {
	answer := MatrixAnswer{Seq: p.Seq, AsOf: now}
	if p.Roads == nil {
		return answer, ErrNoRoads
	}
	if err := q.check(); err != nil {
		return answer, err
	}
	ask := askFor(q.Profile, q.Size)
	answer.Profile = ask.Profile
	from, off, err := p.Roads.putAll(q.From, ask)
	if err != nil {
		return answer, err
	}
	answer.OffFrom = off
	to, off, err := p.Roads.putAll(q.To, ask)
	if err != nil {
		return answer, err
	}
	answer.OffTo = off
	m, err := p.Roads.Now.Matrix(from, to, ask)
	if err != nil {
		return answer, roadRefusal(err)
	}
	answer.Times = tabled(m)
	named, err := p.Roads.shaped(m, from, to, ask)
	if err != nil {
		return answer, err
	}
	answer.Closures = p.ClosureRefs(a, named)
	return answer, nil
}

func (q *MatrixQuery) check() error {
	var p Problems
	p.places("from", q.From, mostPlaces)
	p.places("to", q.To, mostPlaces)
	if err := p.Err(); err != nil {
		return err
	}
	if n := len(q.From) * len(q.To); n > mostPairs {
		return errTooMuch.With("%d pairs, at most %d", n, mostPairs)
	}
	return nil
}

// tabled copies a matrix out in seconds.
func tabled(m *road.Matrix) [][]float64 {
	rows, all := make([][]float64, m.Rows), make([]float64, m.Rows*m.Columns)
	for i := range rows {
		rows[i] = all[i*m.Columns : (i+1)*m.Columns]
		for j := range rows[i] {
			if t, ok := m.At(i, j); ok {
				rows[i][j] = t.Seconds()
			} else {
				rows[i][j] = -1
			}
		}
	}
	return rows
}
