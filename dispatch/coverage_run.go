package dispatch

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"github.com/paulmach/orb"

	"onemap/geo"
	"onemap/geo/cover"
)

// ground is the population grid of one picture, made ready for questions.
type ground struct {
	field    *cover.Field
	cells    []cover.Cell
	township []int  // of each cell: its place among the report's townships
	hash     []byte // of all cells
}

// placed is one site: an entry, or a candidate, which has none.
type placed struct {
	cover.Site
	entry *Entry
}

// Coverage measures between sites and the centres of cells: by the geodesic,
// or by road with ErrNoRoads when there is no network.
func (p *Picture) Coverage(ctx context.Context, a Actor, q CoverageQuery, now time.Time) (CoverageAnswer, error) {
	if err := q.check(); err != nil {
		return CoverageAnswer{}, err
	}
	if len(q.Limits) > 0 && p.Roads == nil {
		return CoverageAnswer{}, ErrNoRoads
	}
	land, err := p.ground(a, q.Division)
	if err != nil {
		return CoverageAnswer{}, err
	}
	answer := CoverageAnswer{Seq: p.Seq, AsOf: now, Basis: CrowFlies, Cells: len(land.cells)}
	all := p.sites(a, q, &answer.LeftOut)
	answer.Sites = len(all)
	if len(land.cells) == 0 {
		answer.LeftOut = append(answer.LeftOut, "no population cells in the area: nothing could be counted")
	}
	if len(all) == 0 {
		answer.LeftOut = append(answer.LeftOut, "no sites: nobody is reached")
	}
	if len(q.Limits) > 0 {
		err := p.coverByRoad(ctx, a, q, land, all, &answer)
		return answer, err
	}
	sites := make([]cover.Site, len(all))
	for i, s := range all {
		sites[i] = s.Site
	}
	answer.Inputs = inputs(land, sites, q)
	for _, d := range q.Distances {
		if err := ctx.Err(); err != nil {
			return CoverageAnswer{}, fmt.Errorf("measure coverage: %w", err)
		}
		result, err := p.within(a, q, land, sites, d, &answer.LeftOut)
		if err != nil {
			return CoverageAnswer{}, fmt.Errorf("measure coverage within %.0f m: %w", float64(d), err)
		}
		answer.Results = append(answer.Results, result)
	}
	return answer, nil
}

func (q *CoverageQuery) check() error {
	var p Problems
	q.checkBasis(&p)
	for i, d := range q.Distances {
		if !(d > 0 && d <= 200_000) {
			p.Add(fmt.Sprintf("distances_m[%d]", i), "out_of_range", "a distance lies between 0 and 200 km")
		}
	}
	for i, c := range q.Candidates {
		if err := geo.Check(c); err != nil {
			p.Add(fmt.Sprintf("candidates[%d]", i), "out_of_range", "%v", err)
		}
	}
	if q.Division != "" && !divisionCode.MatchString(q.Division) {
		p.Add("division", "bad_division", "%q is not a code of six or nine digits", q.Division)
	}
	return p.Err()
}

// ground returns the cells of a division that are in the actor's scope. The
// whole grid is made ready once a picture of it; a part of it each time.
func (p *Picture) ground(a Actor, division string) (*ground, error) {
	shelf := p.shelves[Cells]
	shelf.groundOnce.Do(func() {
		shelf.ground, shelf.groundErr = p.prepare(func(*Entry) bool { return true })
	})
	if shelf.groundErr != nil {
		return nil, fmt.Errorf("prepare grid: %w", shelf.groundErr)
	}
	whole := true
	keep := func(e *Entry) bool { return a.Sees(e.Division, e.Sensitivity) && Within(e.Division, division) }
	for _, e := range shelf.ByCode() {
		if !keep(e) {
			whole = false
			break
		}
	}
	if whole {
		return shelf.ground, nil
	}
	return p.prepare(keep)
}

func (p *Picture) prepare(keep func(*Entry) bool) (*ground, error) {
	county := map[string]string{}
	for _, e := range p.shelves[Divisions].ByCode() {
		if d := e.Detail.(*Division); d.Level == "township" {
			county[e.Code] = d.County
		}
	}
	g, sum := &ground{}, sha256.New()
	for i, e := range p.shelves[Cells].ByCode() {
		if !keep(e) {
			continue
		}
		c := e.Detail.(*Cell)
		home := county[e.Division]
		if home == "" {
			home = e.Division[:min(6, len(e.Division))]
		}
		g.cells = append(g.cells, cover.Cell{Index: i, Centre: e.Point(), People: int64(c.People), AreaM2: int64(c.AreaM2), Township: e.Division, County: home})
		fmt.Fprintf(sum, "%s %s %v %d %d\n", e.Code, e.Division, e.Point(), c.People, c.AreaM2)
	}
	g.hash = sum.Sum(nil)
	var err error
	if g.field, err = cover.NewField(g.cells); err != nil {
		return nil, err
	}
	none, err := g.field.Share(nil, 0, nil)
	at := map[string]int{}
	for i, t := range none.Townships {
		at[t.Township] = i
	}
	g.township = make([]int, len(g.cells))
	for i, c := range g.cells {
		g.township[i] = at[c.Township]
	}
	return g, err
}

// sites gathers where people are reached from, and says what was left out.
func (p *Picture) sites(a Actor, q CoverageQuery, leftOut *[]string) (sites []placed) {
	found := map[ID]bool{}
	for _, l := range q.Kinds {
		unusable := 0
		for _, e := range p.shelves[l].ByCode() {
			if !a.Sees(e.Division, e.Sensitivity) || len(q.IDs) > 0 && !slices.Contains(q.IDs, e.ID) {
				continue
			}
			found[e.ID] = true
			if s, ok := e.Detail.(*Shelter); ok && !q.AnyState && !s.Stands() {
				unusable++
				continue
			}
			sites = append(sites, placed{cover.Site{ID: e.ID.String(), Point: e.Point()}, e})
		}
		if unusable > 0 {
			*leftOut = append(*leftOut, fmt.Sprintf("%s: %d planned, in maintenance or unsafe", l, unusable))
		}
		if l == Units {
			*leftOut = append(*leftOut, "unit: counted at its base, not where it is now")
		}
	}
	for _, id := range q.IDs {
		if !found[id] {
			*leftOut = append(*leftOut, fmt.Sprintf("%s: none of the kinds asked for, or not in your scope", id))
		}
	}
	for i, c := range q.Candidates {
		sites = append(sites, placed{cover.Site{ID: fmt.Sprintf("candidate %d", i+1), Point: c}, nil})
	}
	return sites
}

func inputs(land *ground, sites []cover.Site, q CoverageQuery) string {
	sum := sha256.New()
	sum.Write(land.hash)
	for _, s := range sites {
		fmt.Fprintf(sum, "%v\n", s.Point)
	}
	fmt.Fprintf(sum, "%v %s %s", q.Distances, q.Division, CrowFlies)
	return hex.EncodeToString(sum.Sum(nil))
}

// within answers for one distance.
func (p *Picture) within(a Actor, q CoverageQuery, land *ground, sites []cover.Site, d geo.Metres, leftOut *[]string) (CoverageResult, error) {
	report, err := land.field.Share(sites, float64(d), nil)
	if err != nil {
		return CoverageResult{}, err
	}
	result := p.tabulate(land, report)
	result.Distance = d
	if q.Gaps {
		gaps, err := land.field.GapPolygons(p.zones(a, q.Division), sites, report)
		if err != nil {
			return CoverageResult{}, err
		}
		for _, g := range gaps.Gaps {
			result.Gaps = append(result.Gaps, Gap{g.Polygon, g.County, g.Sum.People, g.AreaM2})
		}
		if gaps.Stray.People > 0 {
			*leftOut = append(*leftOut, fmt.Sprintf("gaps at %.0f m: %d people in cells outside every boundary drawn", float64(d), gaps.Stray.People))
		}
	}
	return result, nil
}

// tabulate puts a report into rows by division, with names and overlap.
func (p *Picture) tabulate(land *ground, report cover.Report) (result CoverageResult) {
	overlap := make([][4]int64, len(report.Townships))
	for i, c := range land.cells {
		overlap[land.township[i]][min(report.Reached[i], 3)] += c.People
	}
	names, byCounty := p.names(), map[string][4]int64{}
	for i, g := range report.Townships {
		result.Townships = append(result.Townships, CoverageRow{share(g, overlap[i]), g.Township, names[g.Township], g.County})
		byCounty[g.County] = plus(byCounty[g.County], overlap[i])
	}
	var all [4]int64
	for _, g := range report.Counties {
		result.Counties = append(result.Counties, CoverageRow{share(g, byCounty[g.County]), g.County, names[g.County], ""})
		all = plus(all, byCounty[g.County])
	}
	result.Total = share(report.Total, all)
	return result
}

func plus(a, b [4]int64) [4]int64 {
	return [4]int64{a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3]}
}

func share(g cover.Group, overlap [4]int64) Share {
	return Share{g.All.People, g.Covered.People, g.All.AreaM2, g.Covered.AreaM2, overlap}
}

func (p *Picture) names() map[string]string {
	names := map[string]string{}
	for _, e := range p.shelves[Divisions].ByCode() {
		names[e.Code] = e.Name
	}
	return names
}

// zones are the grounds gaps are drawn in: the division asked for, or the
// counties of the actor's area. Functional zones lie inside counties.
func (p *Picture) zones(a Actor, division string) (zones []cover.Zone) {
	if division == "" {
		division = a.Area
	}
	for _, e := range p.shelves[Divisions].ByCode() {
		d := e.Detail.(*Division)
		city := len(division) == 0 || AreaPrefix(division) != division
		if city && d.Level == "county" && !d.Zone && Within(e.Code, division) || !city && e.Code == division {
			zones = append(zones, cover.Zone{County: e.Code, Area: multi(e.Geometry)})
		}
	}
	return zones
}

func multi(g orb.Geometry) orb.MultiPolygon {
	switch g := g.(type) {
	case orb.Polygon:
		return orb.MultiPolygon{g}
	case orb.MultiPolygon:
		return g
	}
	return nil
}
