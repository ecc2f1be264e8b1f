package road

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/paulmach/orb"
)

// Arrival is when the first of some sources reaches one cell, or when one cell
// reaches the first of them.
type Arrival struct {
	Known  bool
	Time   time.Duration
	Source int
}

// Arrivals is the time between each cell and the nearest of some sources.
type Arrivals struct {
	Version  uint64
	Cells    []Arrival
	Closures []string // at the edge of which the search came
}

// Arrivals answers for every cell by one search from all sources. Away is how
// soon help comes; Toward is how soon people are there. Cells without a road
// near them have an empty Stop and stay unknown.
func (s *Snapshot) Arrivals(sources, cells []Stop, how Bounds, ask Ask) (Arrivals, error) {
	if len(sources) == 0 || len(cells) == 0 {
		return Arrivals{}, ErrNothingAsked
	}
	l, err := s.lane(ask)
	if err != nil {
		return Arrivals{}, err
	}
	v := l.view(ask)
	away := how.Direction == Away
	var roots, marks []mark
	for i, stop := range sources {
		roots = append(roots, v.marks(stop, i, away)...)
	}
	room := 0
	for _, stop := range cells {
		room += 2 * len(stop.Candidates)
	}
	marks = make([]mark, 0, room)
	for i, stop := range cells {
		marks = append(marks, v.marks(stop, i, !away)...)
	}
	search := v.begin()
	defer search.end()
	limit := limitOf(how.Limit)
	goal := goal{stops: len(cells), limit: limit}
	var h *hunt
	if away {
		h = search.forward(roots, marks, goal, nil)
	} else {
		h = search.reverse(roots, marks, goal)
	}
	out := Arrivals{Version: s.version, Cells: make([]Arrival, len(cells))}
	origin := map[uint32]int32{}
	for i, best := range h.best {
		if best.time >= never || best.time > limit {
			continue
		}
		root := best.root
		if best.label != none {
			root = search.rootOf(h, best.label, origin)
		}
		out.Cells[i] = Arrival{Known: true, Time: duration(best.time), Source: int(h.root[root].stop)}
	}
	among := l.concerning()
	out.Closures = l.names(l.standing(search.touched(l, among, limit), among, sources))
	return out, nil
}

// rootOf follows a label back to its root and remembers the way.
func (s *search) rootOf(h *hunt, label uint32, origin map[uint32]int32) int32 {
	var path []uint32
	root := int32(0)
	for {
		if known, ok := origin[label]; ok {
			root = known
			break
		}
		path = append(path, label)
		parent := s.met[label].parent
		if at := int64(none) - 1 - int64(parent); at < int64(len(h.root)) {
			root = int32(at)
			break
		}
		label = parent
	}
	for _, l := range path {
		origin[l] = root
	}
	return root
}

// SnapAll puts many points on the road; those off it get an empty Stop. It
// refuses only what Snap refuses for every point: no roads, no such profile.
func (g *Graph) SnapAll(points []orb.Point, how Snap) ([]Stop, error) {
	if len(g.head) == 0 {
		return nil, ErrNoRoads
	}
	if _, err := profileNamed(how.Profile); err != nil {
		return nil, err
	}
	out := make([]Stop, len(points))
	const share = 512
	var next atomic.Int64
	var work sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		work.Go(func() {
			for {
				from := int(next.Add(share)) - share
				if from >= len(points) {
					return
				}
				for i := from; i < min(from+share, len(points)); i++ {
					if stop, err := g.Snap(points[i], how); err == nil {
						out[i] = stop
					}
				}
			}
		})
	}
	work.Wait()
	return out, nil
}
