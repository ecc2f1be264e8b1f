package live

import (
	"slices"
	"sync"
	"time"

	"github.com/paulmach/orb"

	"onemap/dispatch"
	"onemap/geo/index"
)

// mover is one unit on the board.
type mover struct {
	id          dispatch.ID
	handle      uint32
	division    string
	sensitivity int
	entry       *dispatch.Entry // as it stood when the board last looked
	base        orb.Point
	fix         dispatch.Fix // the one shown
	heard       bool
	quiet       bool // not heard within dispatch.FixLimit: stands at its base
	dirty       bool
	suspects    []dispatch.Fix // fixes far from the shown one, waiting for company
	keptAt      time.Time      // device time of the last fix that went to the track
	hearing                    // what duties ask for
}

// asked is what a query looks at for every unit it passes by.
type asked struct {
	entry *dispatch.Entry
	at    orb.Point
	heard time.Time // by the device's clock
}

// Board holds the last position of every unit, the newest by the device's
// clock whatever the order of arrival.
type Board struct {
	mu       sync.RWMutex
	movers   map[dispatch.ID]*mover
	byHandle []*mover            // handle-1 → mover; a handle is never used again
	asked    []asked             // likewise: all that a query looks at, close together in memory
	dirty    []*mover            // moved since the last tick
	index    *index.Grid[uint32] // where they are: those that are not quiet
	bases    *index.Grid[uint32] // where the quiet ones belong
	room     int                 // units the grid was laid for
	hits     sync.Pool           // of *[]index.Hit[uint32], for answers on their way
	track    []dispatch.Fix      // to be saved
	dropped  int                 // fixes the full track had no room for, since the last drain
	cries    []dispatch.Fix      // presses of SOS nobody has answered yet
	units    *dispatch.Shelf
}

func newBoard() *Board {
	b := &Board{movers: map[dispatch.ID]*mover{}}
	b.hits.New = func() any { return new([]index.Hit[uint32]) }
	b.lay(orb.Bound{Min: orb.Point{118.5, 39.3}, Max: orb.Point{119.9, 40.7}}, 1000)
	return b
}

// lay puts the known positions into new grids over an area for about n units.
func (b *Board) lay(area orb.Bound, n int) {
	byID := func(x, y uint32) int { return slices.Compare(b.byHandle[x-1].id[:], b.byHandle[y-1].id[:]) }
	moving, err := index.NewGrid(area, n, byID)
	if err != nil {
		return // an area that cannot be gridded: the old grids still find everything
	}
	bases, err := index.NewGrid(area, n, byID)
	if err != nil {
		return
	}
	b.index, b.bases, b.room = moving, bases, n
	for _, m := range b.movers {
		b.enter(m)
	}
}

// enter puts a unit into the grid it belongs to, and out of the other.
func (b *Board) enter(m *mover) {
	to, from, at := b.index, b.bases, m.fix.Point
	if m.quiet {
		to, from, at = from, to, m.base
	}
	b.asked[m.handle-1] = asked{m.entry, at, m.fix.DeviceAt}
	from.Remove(m.handle)
	if err := to.Upsert(m.handle, at); err != nil {
		to.Remove(m.handle) // not on this earth; the doors refuse these before
	}
}

// sweep sends units that were not heard for too long back to their bases.
func (b *Board) sweep(now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, m := range b.byHandle {
		if m != nil && !m.quiet && now.Sub(m.fix.DeviceAt) > dispatch.FixLimit {
			m.quiet = true
			b.enter(m)
		}
	}
}

// follow takes over which units there are.
func (b *Board) follow(p *dispatch.Picture) {
	units := p.Shelf(dispatch.Units)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.units == units {
		return
	}
	b.units = units
	if n := len(units.Entries); n > 4*b.room || b.room > 4*n && n > 1000 {
		b.lay(p.Bound(), n)
	}
	for _, e := range units.ByCode() {
		m := b.movers[e.ID]
		if m == nil {
			m = &mover{id: e.ID, handle: uint32(len(b.byHandle) + 1), quiet: true}
			b.movers[e.ID] = m
			b.byHandle = append(b.byHandle, m)
			b.asked = append(b.asked, asked{})
		}
		m.entry, m.division, m.sensitivity = e, e.Division, e.Sensitivity
		b.asked[m.handle-1].entry = e
		if at := e.Point(); m.base != at {
			m.base = at
			b.enter(m)
		}
	}
	for id, m := range b.movers {
		if units.Entries[id] == nil {
			delete(b.movers, id)
			b.byHandle[m.handle-1] = nil
			b.index.Remove(m.handle)
			b.bases.Remove(m.handle)
			b.dirty = slices.DeleteFunc(b.dirty, func(d *mover) bool { return d == m })
		}
	}
}

// Handle returns the number a unit goes by in frames, 0 when it is not known.
func (b *Board) Handle(id dispatch.ID) uint32 {
	b.mu.RLock()
	defer b.mu.RUnlock()
	if m := b.movers[id]; m != nil {
		return m.handle
	}
	return 0
}

// At returns the last position of a unit; false when it was never heard.
func (b *Board) At(id dispatch.ID) (dispatch.Fix, bool) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	if m := b.movers[id]; m != nil && m.heard {
		return m.fix, true
	}
	return dispatch.Fix{}, false
}

// Near returns the k heard units nearest to p that keep accepts, nearest first.
func (b *Board) Near(p orb.Point, k int, keep func(*dispatch.Entry, orb.Point) bool) []dispatch.Near {
	b.mu.RLock()
	defer b.mu.RUnlock()
	hits := b.hits.Get().(*[]index.Hit[uint32])
	defer b.hits.Put(hits)
	*hits = b.index.AppendNearest((*hits)[:0], p, k, func(h uint32) bool {
		a := &b.asked[h-1]
		return keep(a.entry, a.at)
	})
	near := make([]dispatch.Near, len(*hits))
	for i, h := range *hits {
		a := &b.asked[h.Key-1]
		near[i] = dispatch.Near{Unit: a.entry.ID, Point: a.at, DeviceAt: a.heard, Distance: h.Distance}
	}
	return near
}

// Silent returns the k units nearest to p by their bases, of those not heard
// within dispatch.FixLimit.
func (b *Board) Silent(p orb.Point, k int, keep func(*dispatch.Entry) bool) []dispatch.ID {
	b.mu.RLock()
	defer b.mu.RUnlock()
	hits := b.bases.Nearest(p, k, func(h uint32) bool { return keep(b.asked[h-1].entry) })
	ids := make([]dispatch.ID, len(hits))
	for i, h := range hits {
		ids[i] = b.byHandle[h.Key-1].id
	}
	return ids
}

// Heard counts the units heard since a moment.
func (b *Board) Heard(since time.Time) (n int) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	for _, m := range b.movers {
		if m.heard && m.fix.DeviceAt.After(since) {
			n++
		}
	}
	return n
}

// Restore puts the last positions of an earlier run back, as old as they are.
func (b *Board) Restore(fixes []dispatch.Fix) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, f := range fixes {
		if m := b.movers[f.Unit]; m != nil && (!m.heard || m.fix.DeviceAt.Before(f.DeviceAt)) {
			b.show(m, f)
			b.recall(m, f)
		}
	}
}

func (b *Board) show(m *mover, f dispatch.Fix) {
	m.fix, m.heard, m.quiet, m.suspects = f, true, false, m.suspects[:0]
	b.enter(m)
	if !m.dirty {
		m.dirty = true
		b.dirty = append(b.dirty, m)
	}
}

// drain hands over the fixes that wait for the track, and how many found no
// room in it.
func (b *Board) drain() (batch []dispatch.Fix, dropped int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	batch, dropped = b.track, b.dropped
	b.track, b.dropped = nil, 0
	return batch, dropped
}

// refill puts a batch that could not be saved back in front; what is more than
// the backlog holds is lost from its old end, and counted.
func (b *Board) refill(batch []dispatch.Fix) (lost int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.track = append(batch, b.track...)
	if lost = len(b.track) - maxBacklog; lost > 0 {
		b.track = b.track[lost:]
		return lost
	}
	return 0
}
