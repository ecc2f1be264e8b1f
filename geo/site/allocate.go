package site

import (
	"math"
	"slices"
)

// Allocation says how many people of each point go to which place.
type Allocation struct {
	Moves    []Move  // by point, then place
	Unplaced []int64 // by point: people for whom there is no room, or no way
	Cut      []bool  // by point: no place can be reached
	CutOff   int64   // people unplaced because no place can be reached
	NoRoom   int64   // people unplaced because what they can reach is full
	Split    int     // points whose people are not all together
	Cost     int64   // people times travel
	Relief   []int64 // by place: what one more place there would save at most; more than any travel where somebody has none
	Used     []int64 // by place
}

// Move is some people of a point going to a place.
type Move struct {
	Point, Place int
	People       int64
}

// Allocate sends people to places with room, as many as possible and of these
// ways the one with the least travel in all (a transportation problem). Travel
// is by place, then point; None is no way. One more unplaced person counts for
// more than any detour of others. Of ways that cost the same it keeps people of
// a point together where it can: there are never more moves, those to nowhere
// counted, than points with people and places together.
func Allocate(people []int64, room []int64, travel [][]int32) (Allocation, error) {
	p := Problem{Weight: people, Travel: travel}
	if err := p.check(); err != nil {
		return Allocation{}, err
	}
	if err := p.checkRoom(room); err != nil {
		return Allocation{}, err
	}
	n, m := len(people), len(room)
	far := (int64(m) + 2) * (int64(p.longest()) + 1)
	if far > math.MaxInt64/8/(int64(n+m)+4) {
		return Allocation{}, ErrTooLarge
	}
	t := carry(people, room, travel, math.MaxInt32, far, func() bool { return false })
	t.together(n)
	return t.read(people, room, travel), nil
}

// carry solves the transportation problem in which a person without a place costs
// far, and a way of none or more is no way. Nodes are points, places, then one
// place for who finds none and one point that fills what is left. It ends before
// it is done when it is told to stop.
func carry(people, room []int64, travel [][]int32, none int32, far int64, stop func() bool) *transport {
	n, m := len(people), len(room)
	nowhere, empty := n+m, n+m+1
	t := newTransport(n + m + 2)
	for j, row := range travel {
		for i, s := range row {
			if s != None && s < none && people[i] > 0 && room[j] > 0 {
				t.add(i, n+j, int64(s))
			}
		}
	}
	balance := make([]int64, n+m+2)
	for i, w := range people {
		balance[i] = w
		balance[nowhere] -= w
		t.add(i, nowhere, far)
	}
	for j, r := range room {
		balance[n+j] = -r
		balance[empty] += r
		t.add(empty, n+j, 0)
	}
	t.add(empty, nowhere, 0)
	t.solve(balance, far*int64(n+m+2), stop)
	return t
}

// read takes the answer from the ways that carry somebody.
func (t *transport) read(people, room []int64, travel [][]int32) Allocation {
	n, m := len(people), len(room)
	a := Allocation{Unplaced: make([]int64, n), Cut: make([]bool, n), Relief: make([]int64, m), Used: make([]int64, m)}
	parts := make([]int, n)
	for e, f := range t.flow {
		i, j := int(t.from[e]), int(t.to[e])-n
		if f == 0 || i >= n || j < 0 || j > m {
			continue
		}
		parts[i]++
		if j == m {
			a.Unplaced[i] = f
			continue
		}
		a.Moves = append(a.Moves, Move{i, j, f})
		a.Used[j] += f
		a.Cost += f * t.cost[e]
	}
	slices.SortFunc(a.Moves, func(x, y Move) int {
		if x.Point != y.Point {
			return x.Point - y.Point
		}
		return x.Place - y.Place
	})
	for i := range people {
		a.Cut[i] = !slices.ContainsFunc(travel, func(row []int32) bool { return row[i] != None })
		if a.Cut[i] {
			a.CutOff += a.Unplaced[i]
		} else {
			a.NoRoom += a.Unplaced[i]
		}
		if parts[i] > 1 {
			a.Split++
		}
	}
	for j := range room { // one place more is one more of the filling point's, and dearer to fill otherwise
		a.Relief[j] = max(0, t.price[n+m+1]-t.price[n+j])
	}
	return a
}
