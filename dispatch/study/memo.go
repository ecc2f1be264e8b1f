package study

import (
	"context"
	"crypto/sha256"
	"slices"
	"sync"

	"onemap/dispatch"
	"onemap/geo/road"
)

// Memo keeps what one preview has measured for the next, while a slider is
// dragged: the cells put together, and the travel between them and places. It is
// known by all that it rests on, so that an answer is the same with it and
// without. The zero value is empty; several may use it at once.
type Memo struct {
	mu   sync.Mutex
	kept []memory // the latest last
}

// memory is one thing kept; size is its share of mostRemembered.
type memory struct {
	key, value any
	size       int
}

// mostRemembered is how many pairs of a place and a cell are kept: 128 MB.
const mostRemembered = 32_000_000

// find returns what is kept under a key.
func (m *Memo) find(key any) (any, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	at := slices.IndexFunc(m.kept, func(k memory) bool { return k.key == key })
	if at < 0 {
		return nil, false
	}
	k := m.kept[at]
	m.kept = append(slices.Delete(m.kept, at, at+1), k)
	return k.value, true
}

// keep remembers something, and forgets what nobody wanted for longest.
func (m *Memo) keep(key, value any, size int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.kept = append(slices.DeleteFunc(m.kept, func(k memory) bool { return k.key == key }), memory{key, value, size})
	sum := 0
	for _, k := range m.kept {
		sum += k.size
	}
	for sum > mostRemembered && len(m.kept) > 1 {
		sum -= m.kept[0].size
		m.kept = slices.Delete(m.kept, 0, 1)
	}
}

// landKey is all that the cells of a siting rest on.
type landKey struct {
	cells, divisions *dispatch.Shelf
	area, division   string
	clearance        int
	role             dispatch.Role
	room             bool
}

// remembered is the cells that are looked at, those that were put together for
// the preview before if nothing has changed since.
func (s *siting) remembered() *ground {
	in := s.in
	if in.Memo == nil || !in.Coarse || len(in.Actor.Lent) > 0 {
		return s.gather()
	}
	key := landKey{in.Picture.Shelf(dispatch.Cells), in.Picture.Shelf(dispatch.Divisions), in.Actor.Area, in.Params.Division, in.Actor.Clearance, in.Actor.Role, s.capacity}
	if had, ok := in.Memo.find(key); ok {
		return had.(*ground)
	}
	land := s.gather()
	in.Memo.keep(key, land, len(land.cells)*32)
	return land
}

// tripsKey is all that travel rests on. Cells are known by the ground that a memo
// keeps.
type tripsKey struct {
	now      *road.Snapshot
	closures *dispatch.Shelf
	land     *ground
	places   [sha256.Size]byte
	how      way
	byRoad   bool
	limit    int32
}

// heard is travel, with what was said about it.
type heard struct {
	*trips
	said Result
}

// trips measures between places and the cells, once for previews that ask for
// the same.
func (s *siting) trips(ctx context.Context, places []place, w way) (*trips, error) {
	in := s.in
	if in.Memo == nil || !in.Coarse {
		return in.trips(ctx, s.land, places, w, s.byRoad, s.reach(), s.out)
	}
	p := &pins{sha256.New()}
	p.places(places)
	key := tripsKey{closures: in.Picture.Shelf(dispatch.Closures), land: s.land, how: w, byRoad: s.byRoad, limit: s.reach()}
	copy(key.places[:], p.sum.Sum(nil))
	if in.Picture.Roads != nil {
		key.now = in.Picture.Roads.Now
	}
	had, ok := in.Memo.find(key)
	if !ok {
		fresh := heard{}
		var err error
		if fresh.trips, err = in.trips(ctx, s.land, places, w, s.byRoad, s.reach(), &fresh.said); err != nil {
			return nil, err
		}
		had = fresh
		in.Memo.keep(key, had, len(places)*len(s.land.cells))
	}
	m := had.(heard)
	s.out.Basis, s.out.Network = m.said.Basis, m.said.Network
	s.out.closed(in, m.closures)
	s.out.Assumptions, s.out.LeftOut = append(s.out.Assumptions, m.said.Assumptions...), append(s.out.LeftOut, m.said.LeftOut...)
	return m.trips, nil
}
