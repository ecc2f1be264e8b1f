// Package cover says who is reached and who is not: the share of people and
// ground within a limit of some sites, and the gaps that are left.
//
// Sums are of whole people and whole square metres, so that the townships add
// up to their county and the counties to the whole, to the last digit.
package cover

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"onemap/geo"
	"onemap/geo/index"
)

// Cell is one square of the population grid (人口网格).
type Cell struct {
	Index    int // the caller's number, of no meaning here
	Centre   orb.Point
	People   int64
	AreaM2   int64
	Township string
	County   string
}

// Site is a place from which cells are reached (选址点).
type Site struct {
	ID    string
	Point orb.Point
}

// Cost is the price of the way between a site and a cell, both by their place
// in their lists, in the unit of the limit. NaN and infinity mean no way.
type Cost func(site, cell int) float64

// ErrLimit says that a limit is no number of zero or more.
var ErrLimit = errors.New("limit must be zero or more")

// Field is a population grid made ready for many questions. It does not change,
// and any number of goroutines may ask it.
type Field struct {
	cells     []Cell
	near      *index.Packed[int32]
	townships []Group // in order of county and township, sums of all cells
	township  []int32 // of each cell
}

// most is the greatest sum that is surely exact in JSON and JavaScript too.
const most = int64(1) << 53

// NewField refuses cells that are nowhere, have fewer than no people, or are
// too many people to count. It keeps cells: do not change them afterwards.
func NewField(cells []Cell) (*Field, error) {
	items := make([]index.Item[int32], len(cells))
	var all Sum
	for i, c := range cells {
		if err := geo.Check(c.Centre); err != nil {
			return nil, fmt.Errorf("cell %d: %w", i, err)
		}
		if c.People < 0 || c.AreaM2 < 0 || c.People > most-all.People || c.AreaM2 > most-all.AreaM2 {
			return nil, fmt.Errorf("cell %d: %d people on %d m² cannot be counted", i, c.People, c.AreaM2)
		}
		all.add(c)
		items[i] = index.PointItem(int32(i), c.Centre)
	}
	near, err := index.NewPacked(items, func(a, b int32) int { return int(a) - int(b) })
	if err != nil {
		return nil, fmt.Errorf("index cells: %w", err)
	}
	f := &Field{cells: cells, near: near}
	f.group()
	return f, nil
}

// group numbers the townships and sums up their cells.
func (f *Field) group() {
	type name struct{ county, township string }
	number := make(map[name]int32)
	for _, c := range f.cells {
		n := name{c.County, c.Township}
		if _, ok := number[n]; !ok {
			number[n] = 0
			f.townships = append(f.townships, Group{County: c.County, Township: c.Township})
		}
	}
	slices.SortFunc(f.townships, compareGroups)
	for i, g := range f.townships {
		number[name{g.County, g.Township}] = int32(i)
	}
	f.township = make([]int32, len(f.cells))
	for i, c := range f.cells {
		f.township[i] = number[name{c.County, c.Township}]
		f.townships[f.township[i]].All.add(c)
	}
}

// Share is Field.Share, for a single question.
func Share(cells []Cell, sites []Site, limit float64, cost Cost) (Report, error) {
	f, err := NewField(cells)
	if err != nil {
		return Report{}, err
	}
	return f.Share(sites, limit, cost)
}

// Share counts who is reached from at least one site at no more than limit. A
// nil cost is the distance on the ground, and limit then in metres: exact, and
// a few milliseconds for 31,000 cells and 200 sites. Any other cost is asked
// once for each pair. It refuses with ErrLimit, and sites that are nowhere.
func (f *Field) Share(sites []Site, limit float64, cost Cost) (Report, error) {
	if !(limit >= 0) {
		return Report{}, fmt.Errorf("%v: %w", limit, ErrLimit)
	}
	reached := make([]int32, len(f.cells))
	for s, site := range sites {
		if cost != nil {
			for c := range f.cells {
				if v := cost(s, c); v <= limit && !math.IsInf(v, 0) {
					reached[c]++
				}
			}
			continue
		}
		if err := geo.Check(site.Point); err != nil {
			return Report{}, fmt.Errorf("site %d (%s): %w", s, site.ID, err)
		}
		for c := range f.near.Around(site.Point, geo.Metres(limit)) {
			reached[c]++
		}
	}
	return f.report(limit, reached), nil
}
