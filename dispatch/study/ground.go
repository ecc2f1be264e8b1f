package study

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"onemap/dispatch"
)

// cell is one square of the population grid (人口格网), or some that were put
// together for a coarse answer.
type cell struct {
	entry            *dispatch.Entry // of several: the one with most people
	index            int             // its place in the picture's grid, by code
	at               orb.Point
	people, areaM2   int64
	township, county string
}

// ground is the part of the population grid that a study may look at.
type ground struct {
	cells          []cell
	names          map[string]string // of divisions, by code
	county         map[string]string // of townships, that their people are counted in
	people, areaM2 int64
	merged         bool // some cells stand for others
}

// ground returns the cells of a division that are in the asker's scope, in the
// order of their codes; about a fourth as many for a coarse answer, with the
// same sums by township.
func (in *Input) ground(division string) *ground {
	g := &ground{names: map[string]string{}, county: map[string]string{}}
	for _, e := range in.Picture.Shelf(dispatch.Divisions).ByCode() {
		d := e.Detail.(*dispatch.Division)
		g.names[e.Code] = e.Name
		if d.Level == "township" {
			g.county[e.Code] = d.County
		}
	}
	for i, e := range in.Picture.Shelf(dispatch.Cells).ByCode() {
		if !in.Actor.Sees(e.Division, e.Sensitivity) || !dispatch.Within(e.Division, division) {
			continue
		}
		d := e.Detail.(*dispatch.Cell)
		g.cells = append(g.cells, cell{e, i, e.Point(), int64(d.People), int64(d.AreaM2), e.Division, g.home(e.Division)})
		g.people, g.areaM2 = g.people+int64(d.People), g.areaM2+int64(d.AreaM2)
	}
	if in.Coarse {
		g.merge()
	}
	return g
}

// desert says that nobody lives on a ground, so that its shares are not known.
func (r *Result) desert(cells int, people int64) {
	switch {
	case cells == 0:
		r.leave("范围内没有人口格网，无法统计人口", "no population cells in the area: nobody can be counted")
	case people == 0:
		r.leave("范围内没有人口，各项占比未知", "nobody lives in the area: shares of people are not known")
	}
}

// home is the county of a division.
func (g *ground) home(division string) string {
	return cmp.Or(g.county[division], division[:min(6, len(division))])
}

// merge puts the cells of a township that lie in one square of twice their
// width together, at the one with most people.
func (g *ground) merge() {
	type square struct {
		township string
		x, y     int
	}
	largest := int64(0)
	for _, c := range g.cells {
		largest = max(largest, c.areaM2)
	}
	const metresADegree = 111_195
	high := 2 * math.Sqrt(float64(largest)) / metresADegree
	at := map[square]int{}
	var all []cell
	most := []int64{}
	for _, c := range g.cells {
		wide := high / math.Max(0.1, math.Cos(math.Floor(c.at[1])*math.Pi/180))
		key := square{c.township, int(math.Floor(c.at[0] / wide)), int(math.Floor(c.at[1] / high))}
		n, ok := at[key]
		if !ok {
			at[key] = len(all)
			all, most = append(all, c), append(most, c.people)
			continue
		}
		people, area := all[n].people+c.people, all[n].areaM2+c.areaM2
		if c.people > most[n] {
			all[n], most[n] = c, c.people
		}
		all[n].people, all[n].areaM2 = people, area
	}
	g.cells, g.merged = all, true
}

// inhabited is the ground without the cells where nobody lives.
func (g *ground) inhabited() *ground {
	next := *g
	next.cells = slices.DeleteFunc(slices.Clone(g.cells), func(c cell) bool { return c.people == 0 })
	return &next
}

// place is where people are helped or taken to: an entry, or a candidate.
type place struct {
	entry      *dispatch.Entry // nil: a candidate
	code, name string
	at         orb.Point
	room       int64
}

// places are the entries of a ledger in the asker's scope that keep accepts, by
// code, and of them only those asked for by id when any were.
func (in *Input) places(l dispatch.Ledger, keep func(*dispatch.Entry) bool) (all []place) {
	for _, e := range in.Picture.Shelf(l).ByCode() {
		if !in.Actor.Sees(e.Division, e.Sensitivity) || len(in.Params.IDs) > 0 && !slices.Contains(in.Params.IDs, e.ID) {
			continue
		}
		if in.named != nil {
			in.named[e.ID] = true
		}
		if keep == nil || keep(e) {
			all = append(all, place{entry: e, code: e.Code, name: e.Name, at: e.Point()})
		}
	}
	return all
}

// candidates are the places the asker drew.
func (in *Input) candidates() (all []place, err error) {
	for i, c := range in.Params.Candidates {
		at, ok := c.place()
		if !ok {
			return nil, dispatch.ErrInvalid.With("candidate %d is no point", i+1)
		}
		name := cmp.Or(c.Name, fmt.Sprintf("#%d", i+1))
		all = append(all, place{code: fmt.Sprintf("candidate-%d", i+1), name: name, at: at, room: cmp.Or(c.Capacity, in.Params.Capacity)})
	}
	return all, nil
}
