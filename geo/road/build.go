package road

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"onemap/geo"
)

// Build makes the network of a source. It leaves out what cannot be used and
// says so in the report; a source without a usable road gives an empty graph,
// on which every question is refused with ErrNoRoads. The same source gives
// the same graph, byte for byte.
func Build(source Source) (*Graph, Report) {
	b := &builder{source: source, g: &Graph{names: []string{""}}, name: map[string]uint32{"": 0}}
	b.indexNodes()
	b.readWays()
	b.cutSegments()
	b.numberNodes()
	b.g.link()
	b.report.Restrictions = b.addRestrictions()
	b.g.finish(&b.report)
	b.g.report = b.report
	b.g.version = b.g.checksum()
	return b.g, b.report
}

// builder holds the work of one Build. Source nodes are known by their index,
// junctions at first by the order they were met in.
type builder struct {
	source Source
	g      *Graph
	report Report
	name   map[string]uint32

	index  map[int64]int32 // source node by id
	halves []uint8         // road ends at a source node; 2 inside a way, capped
	ends   []bool          // a way starts or stops here

	runs     []run
	junction map[int32]uint32    // source node → junction
	gates    map[int32][2]uint32 // source node → junctions before and behind it
	places   []int32             // junction → source node
	ofWay    []wayRun            // segments of each way, for restrictions
}

// run is a stretch of a way whose nodes are all known.
type run struct {
	way   int32 // index into source.Ways
	attrs uint32
	nodes []int32
}

// wayRun says which segments a run became.
type wayRun struct {
	way        int64
	start, end uint32
}

func (b *builder) indexNodes() {
	b.index = make(map[int64]int32, len(b.source.Nodes))
	for i, n := range b.source.Nodes {
		if err := geo.Check(n.At); err != nil {
			b.report.reject("node", n.ID, "no place on earth")
			continue
		}
		if math.Abs(n.At[1]) > 89 {
			b.report.reject("node", n.ID, "at a pole")
			continue
		}
		if _, twice := b.index[n.ID]; twice {
			b.report.reject("node", n.ID, "given twice")
			continue
		}
		b.index[n.ID] = int32(i)
	}
	b.halves = make([]uint8, len(b.source.Nodes))
	b.ends = make([]bool, len(b.source.Nodes))
}

func (b *builder) readWays() {
	seen := make(map[int64]bool, len(b.source.Ways))
	for i := range b.source.Ways {
		w := &b.source.Ways[i]
		switch {
		case seen[w.ID]:
			b.report.reject("way", w.ID, "given twice")
		case (w.Forward|w.Backward)&Everyone == 0:
			b.report.reject("way", w.ID, "closed to everyone")
		case w.Class >= Gate:
			b.report.reject("way", w.ID, "unknown class")
		default:
			seen[w.ID] = true
			b.readRuns(int32(i), w)
		}
	}
}

// readRuns splits a way where nodes are unknown: at the edge of an extract.
func (b *builder) readRuns(i int32, w *Way) {
	var nodes []int32
	used, missing, tooLong := false, 0, 0
	attrs := uint32(len(b.g.ways))
	flush := func() {
		if len(nodes) >= 2 {
			b.addRun(run{way: i, attrs: attrs, nodes: nodes})
			used = true
		}
		nodes = nil
	}
	for _, id := range w.Nodes {
		at, ok := b.index[id]
		if !ok {
			missing++
			flush()
			continue
		}
		if len(nodes) == 0 {
			nodes = append(nodes, at)
			continue
		}
		gap := b.spot(nodes[len(nodes)-1]).metres(b.spot(at))
		if gap > longestPiece && w.Class != Ferry || gap > longestCrossing {
			tooLong++
			flush()
		}
		if gap > 0 {
			nodes = append(nodes, at)
		}
	}
	flush()
	switch {
	case used:
		b.g.ways = append(b.g.ways, b.attributes(w))
		if missing > 0 {
			b.report.reject("way", w.ID, "clipped where its nodes are missing")
		}
	case missing > 0:
		b.report.reject("way", w.ID, "nodes missing")
	default:
		b.report.reject("way", w.ID, "shorter than two points")
	}
	if tooLong > 0 {
		b.report.reject("way", w.ID, "straight pieces of more than 20 km left out")
	}
}

// No road runs dead straight for longer; a file that says so is broken.
const (
	longestPiece    = 20_000  // metres
	longestCrossing = 200_000 // by ferry
)

func (b *builder) spot(n int32) spot { return spotAt(b.source.Nodes[n].At) }

func (b *builder) addRun(r run) {
	b.runs = append(b.runs, r)
	last := len(r.nodes) - 1
	for k, n := range r.nodes {
		if k == 0 || k == last {
			b.ends[n] = true
			b.halves[n] = min(b.halves[n]+1, 100)
			continue
		}
		b.halves[n] = min(b.halves[n]+2, 100)
	}
}

func (b *builder) attributes(w *Way) attributes {
	a := attributes{
		ID: w.ID, Class: w.Class, Layer: w.Layer,
		Forward: w.Forward & Everyone, Backward: w.Backward & Everyone,
		Speed: scaled(w.Speed, 10), SpeedBack: scaled(w.SpeedBack, 10), Wait: scaled(w.Wait, 1),
		MaxHeight: scaled(w.MaxHeight, 100), MaxWidth: scaled(w.MaxWidth, 100),
		MaxWeight: scaled(w.MaxWeight, 100),
		Name:      b.text(w.Name), NameEn: b.text(w.NameEn), Ref: b.text(w.Ref),
	}
	for flag, set := range map[uint8]bool{
		flagOneway: w.Oneway, flagDestination: w.Destination, flagBridge: w.Bridge,
		flagTunnel: w.Tunnel, flagUnpaved: w.Unpaved, flagRoundabout: w.Roundabout,
	} {
		if set {
			a.Flags |= flag
		}
	}
	if w.Class == Ferry && w.Seconds > 0 {
		metres := 0.0
		for k := 1; k < len(w.Nodes); k++ {
			p, ok1 := b.index[w.Nodes[k-1]]
			q, ok2 := b.index[w.Nodes[k]]
			if ok1 && ok2 {
				metres += b.spot(p).metres(b.spot(q))
			}
		}
		a.Speed = scaled(metres/w.Seconds*3.6, 10)
		a.SpeedBack = a.Speed
	}
	return a
}

// scaled keeps a positive quantity in a few bits; what is known stays known.
func scaled(v, by float64) uint16 {
	if !(v > 0) {
		return 0
	}
	return uint16(min(max(math.Round(v*by), 1), math.MaxUint16))
}

func (b *builder) text(s string) uint32 {
	if len(s) > maxName {
		s = s[:maxName]
	}
	i, ok := b.name[s]
	if !ok {
		i = uint32(len(b.g.names))
		b.name[s] = i
		b.g.names = append(b.g.names, s)
	}
	return i
}

const maxName = 500 // bytes; longer names are mischief

// numberNodes gives junctions numbers by place, so that neighbours on the
// ground are neighbours in memory.
func (b *builder) numberNodes() {
	g := b.g
	order := make([]uint32, len(b.places))
	keys := make([]uint64, len(b.places))
	for i, n := range b.places {
		order[i] = uint32(i)
		keys[i] = morton(b.spot(n))
	}
	slices.SortFunc(order, func(i, j uint32) int {
		return cmp.Or(cmp.Compare(keys[i], keys[j]), cmp.Compare(i, j))
	})
	number := make([]uint32, len(order))
	g.nodes = make([]spot, len(order))
	g.flags = make([]uint8, len(order))
	g.bound = orb.Bound{Min: orb.Point{1, 1}, Max: orb.Point{-1, -1}}
	for i, old := range order {
		number[old] = uint32(i)
		n := b.source.Nodes[b.places[old]]
		g.nodes[i] = spotAt(n.At)
		if n.Signals {
			g.flags[i] |= nodeSignal
			b.report.Signals++
		}
	}
	for s := range g.segFrom {
		g.segFrom[s], g.segTo[s] = number[g.segFrom[s]], number[g.segTo[s]]
	}
	for id, j := range b.junction {
		b.junction[id] = number[j]
	}
}

// morton interleaves the bits of a position.
func morton(s spot) uint64 {
	return spread(uint32(s.Lon)^1<<31) | spread(uint32(s.Lat)^1<<31)<<1
}

func spread(v uint32) uint64 {
	x := uint64(v)
	x = (x | x<<16) & 0x0000ffff0000ffff
	x = (x | x<<8) & 0x00ff00ff00ff00ff
	x = (x | x<<4) & 0x0f0f0f0f0f0f0f0f
	x = (x | x<<2) & 0x3333333333333333
	return (x | x<<1) & 0x5555555555555555
}
