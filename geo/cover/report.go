package cover

import (
	"cmp"
	"slices"
	"strings"
)

// Sum is what some cells hold together.
type Sum struct {
	Cells  int
	People int64
	AreaM2 int64
}

func (s *Sum) add(c Cell) {
	s.Cells++
	s.People += c.People
	s.AreaM2 += c.AreaM2
}

func (s *Sum) plus(o Sum) {
	s.Cells += o.Cells
	s.People += o.People
	s.AreaM2 += o.AreaM2
}

// Group is the share of one division; the whole has no names, a county no
// township.
type Group struct {
	County   string
	Township string
	All      Sum
	Covered  Sum
}

// PeopleShare is the covered part of the people, 0 to 1; false when nobody
// lives there, for then there is no share.
func (g Group) PeopleShare() (float64, bool) {
	return float64(g.Covered.People) / float64(max(1, g.All.People)), g.All.People > 0
}

// AreaShare is the covered part of the ground, likewise.
func (g Group) AreaShare() (float64, bool) {
	return float64(g.Covered.AreaM2) / float64(max(1, g.All.AreaM2)), g.All.AreaM2 > 0
}

func compareGroups(a, b Group) int {
	return cmp.Or(strings.Compare(a.County, b.County), strings.Compare(a.Township, b.Township))
}

// Report is the answer to one question of coverage.
type Report struct {
	Limit     float64
	Reached   []int32 // from how many sites each cell is reached; 0 is a gap
	Overlap   [4]Sum  // cells reached from no site, one, two, three or more
	Total     Group
	Counties  []Group // by name
	Townships []Group // by county and name
}

// Covered tells whether cell i is reached.
func (r Report) Covered(i int) bool { return r.Reached[i] > 0 }

// Gaps returns the places in the list of the cells that nothing reaches, in
// order (盲区).
func Gaps(r Report) []int {
	var out []int
	for i, n := range r.Reached {
		if n == 0 {
			out = append(out, i)
		}
	}
	return out
}

func (f *Field) report(limit float64, reached []int32) Report {
	r := Report{Limit: limit, Reached: reached, Townships: slices.Clone(f.townships)}
	for i, c := range f.cells {
		r.Overlap[min(reached[i], 3)].add(c)
		if reached[i] > 0 {
			r.Townships[f.township[i]].Covered.add(c)
		}
	}
	for _, t := range r.Townships {
		if n := len(r.Counties); n == 0 || r.Counties[n-1].County != t.County {
			r.Counties = append(r.Counties, Group{County: t.County})
		}
		county := &r.Counties[len(r.Counties)-1]
		county.All.plus(t.All)
		county.Covered.plus(t.Covered)
	}
	for _, c := range r.Counties {
		r.Total.All.plus(c.All)
		r.Total.Covered.plus(c.Covered)
	}
	return r
}
