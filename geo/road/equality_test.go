package road

import (
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"onemap/geo"
)

// equality counts what TestEveryAnswerEqualsTheReference has compared.
type equality struct {
	queries, reached         int
	byClosure, byTurn, asked int // of asked, how many had another answer without
	oneSegment               int
	by                       map[string]int
}

// Every engine and every kind of answer must be, to the tenth of a second, what
// the oracle finds: Matrix, Times in both directions, with and without a
// number of nearest, Route and Arrivals; for every profile, between places at
// restricted junctions and within one segment in both orders, under closures
// of every kind.
func TestEveryAnswerEqualsTheReference(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(7, 2026))
	e := equality{by: map[string]int{}}
	for e.queries < 12_000 {
		source := randomSource(r)
		g, report := Build(source)
		if g.Segments() == 0 {
			continue
		}
		source.Restrictions = nil
		free, _ := Build(source)
		e.by["restrictions in force"] += report.Restrictions
		for _, s := range g.forbidden {
			if len(s.arcs) > 2 {
				e.by["forbidden series over ways"]++
			}
		}
		for range 2 {
			closures := randomClosures(r, g, e.by)
			snap := applyAll(t, g, closures)
			twin := applyAll(t, free, closures)
			for _, p := range Profiles() {
				e.compare(t, r, snap, twin, p)
			}
		}
	}
	t.Logf("%d queries, %d with a way, %d within one segment; of %d asked again, %d had another answer without closures, %d without turn restrictions",
		e.queries, e.reached, e.oneSegment, e.asked, e.byClosure, e.byTurn)
	for _, what := range slices.Sorted(maps.Keys(e.by)) {
		t.Logf("%s: %d", what, e.by[what])
	}
	if e.byClosure < e.asked/20 || e.byTurn < e.asked/100 || e.oneSegment < e.queries/20 {
		t.Error("closures, turns or segments decide too few of the answers to be tested by them")
	}
}

func applyAll(t *testing.T, g *Graph, closures []Closure) *Snapshot {
	t.Helper()
	snap, err := NewNetwork(g).Apply(closures, noon)
	if err != nil {
		t.Fatal(err)
	}
	return snap
}

// somePlaces are stops of every kind: on the way, at junctions with and
// without turn restrictions, and the last two within one segment.
func somePlaces(r *rand.Rand, g *Graph, p Profile) []Stop {
	var stops []Stop
	for i := range 4 {
		at := orb.Point{119.5 + r.Float64()*0.018, 39.9 + r.Float64()*0.018}
		if n := len(g.turns.nodes); i == 1 && n > 0 {
			at = g.nodes[g.turns.nodes[r.IntN(n)]].point()
		} else if i == 2 {
			at = g.nodes[r.IntN(len(g.nodes))].point()
		}
		how := Snap{Profile: p.Name, Place: r.IntN(2) == 0}
		if h := geo.Bearing(r.Float64() * 360); r.IntN(2) == 0 {
			how.Heading = &h
		}
		if s, err := g.Snap(at, how); err == nil {
			stops = append(stops, s)
		}
	}
	if len(stops) == 0 {
		return nil
	}
	c := stops[0].Candidates[0]
	for range 2 {
		c.Along, c.Distance = r.Float64(), geo.Metres(r.Float64()*20)
		c.At = g.pointAlong(c.Segment, c.Along)
		stops = append(stops, Stop{At: c.At, Candidates: []Candidate{c}})
	}
	return stops
}

// compare holds the answers for one profile against the oracle.
func (e *equality) compare(t *testing.T, r *rand.Rand, snap, twin *Snapshot, p Profile) {
	t.Helper()
	stops := somePlaces(r, snap.g, p)
	if len(stops) == 0 {
		return
	}
	ask := Ask{Profile: p.Name, Plain: r.IntN(2) == 0}
	if r.IntN(3) == 0 {
		ask.Load = &Load{Height: 1 + 4*r.Float64(), Width: 2.5, Weight: 1 + 40*r.Float64()}
	}
	want := make([][]uint32, len(stops))
	for i := range stops {
		want[i] = wanted(t, snap, ask, stops, i)
		for _, time := range want[i] {
			e.queries++
			if time < never {
				e.reached++
			}
		}
	}
	e.oneSegment += 2
	e.by[p.Name] += len(stops) * len(stops)
	open, unbound := wanted(t, snap.open(), ask, stops, 0), wanted(t, twin, ask, stops, 0)
	for j := range stops {
		e.asked++
		if want[0][j] != open[j] {
			e.byClosure++
		}
		if want[0][j] != unbound[j] {
			e.byTurn++
		}
	}
	c := comparison{t: t, snap: snap, ask: ask, stops: stops, want: want, open: open}
	c.matrix()
	c.times(r)
	c.routes()
	c.arrivals(r)
}

// open is the snapshot without closures.
func (s *Snapshot) open() *Snapshot {
	if s.free == nil {
		return s
	}
	return s.free
}

// wanted are the oracle's times from one stop to all.
func wanted(t *testing.T, s *Snapshot, ask Ask, stops []Stop, from int) []uint32 {
	t.Helper()
	l, err := s.lane(ask)
	if err != nil {
		t.Fatal(err)
	}
	v := l.view(ask)
	ends := make([][]mark, len(stops))
	for j := range stops {
		ends[j] = v.marks(stops[j], j, false)
	}
	return oracle(v, v.marks(stops[from], 0, true), ends)
}

// comparison is one set of stops with the oracle's times between them.
type comparison struct {
	t     *testing.T
	snap  *Snapshot
	ask   Ask
	stops []Stop
	want  [][]uint32
	open  []uint32 // from the first stop, without closures
}

func (c *comparison) same(what string, from, to int, got time.Duration, known bool, want uint32) {
	c.t.Helper()
	if known != (want < never) || known && got != duration(want) {
		c.t.Fatalf("%s from %d to %d: %v (%v), want %v; asked %+v, closures %v", what, from, to, got, known, duration(want), c.ask, c.snap.Closures())
	}
}

func (c *comparison) matrix() {
	c.t.Helper()
	if !c.ask.Plain {
		return
	}
	m, err := c.snap.Matrix(c.stops, c.stops, c.ask)
	if err != nil {
		c.t.Fatal(err)
	}
	for i := range c.stops {
		for j := range c.stops {
			got, ok := m.At(i, j)
			c.same("Matrix", i, j, got, ok, c.want[i][j])
		}
	}
}

func (c *comparison) times(r *rand.Rand) {
	c.t.Helper()
	for i := range c.stops {
		for _, d := range []Direction{Away, Toward} {
			column := slices.Clone(c.want[i])
			if d == Toward {
				for j := range column {
					column[j] = c.want[j][i]
				}
			}
			all := c.ask1(i, Bounds{Direction: d})
			for j, leg := range all.Legs {
				c.same("Times", i, j, leg.Time, leg.Known, column[j])
				if d == Away && i == 0 && leg.Known && leg.Without != duration(c.open[j]) {
					c.t.Fatalf("without closures %v, want %v", leg.Without, duration(c.open[j]))
				}
			}
			k := 1 + r.IntN(len(c.stops))
			var got []uint32
			for j, leg := range c.ask1(i, Bounds{Direction: d, Nearest: k}).Legs {
				if leg.Known {
					c.same("Times of the nearest", i, j, leg.Time, true, column[j])
					got = append(got, column[j])
				}
			}
			slices.Sort(got)
			slices.Sort(column)
			reached, _ := slices.BinarySearch(column, never)
			if len(got) < min(k, reached) || !slices.Equal(got, column[:len(got)]) {
				c.t.Fatalf("%d nearest: %v of %v", k, got, column)
			}
		}
	}
}

func (c *comparison) ask1(place int, how Bounds) Times {
	c.t.Helper()
	times, err := c.snap.Times(c.stops[place], c.stops, how, c.ask)
	if err != nil {
		c.t.Fatal(err)
	}
	return times
}

func (c *comparison) routes() {
	c.t.Helper()
	for i := range c.stops {
		for j := range c.stops {
			route, err := c.snap.Route(c.stops[i], c.stops[j], c.ask)
			c.same("Route", i, j, route.Time, err == nil, c.want[i][j])
		}
	}
}

// arrivals asks from the first few stops to all, and from all to the few.
func (c *comparison) arrivals(r *rand.Rand) {
	c.t.Helper()
	few := 1 + r.IntN(len(c.stops)-1)
	for _, d := range []Direction{Away, Toward} {
		a, err := c.snap.Arrivals(c.stops[:few], c.stops, Bounds{Direction: d}, c.ask)
		if err != nil {
			c.t.Fatal(err)
		}
		for j, cell := range a.Cells {
			between := func(source int) uint32 {
				if d == Toward {
					return c.want[j][source]
				}
				return c.want[source][j]
			}
			want := never
			for source := range few {
				want = min(want, between(source))
			}
			c.same("Arrivals", -1, j, cell.Time, cell.Known, want)
			if cell.Known && between(cell.Source) != want {
				c.t.Fatalf("cell %d: first from %d, which takes %v, not %v", j, cell.Source, duration(between(cell.Source)), duration(want))
			}
		}
	}
}
