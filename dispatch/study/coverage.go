package study

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"onemap/dispatch"
	"onemap/geo"
)

// coverage says which share of people and ground lies within reach of places
// that serve, by travel time or distance, and where the gaps are (覆盖分析).
func coverage(ctx context.Context, in *Input, out *Result) error {
	helpers, err := in.helpers(out)
	if err != nil {
		return err
	}
	c := coverRun{in: in, out: out, places: helpers}
	if err := c.measure(ctx); err != nil {
		return err
	}
	if !in.Watch(0.7, nan, nan) {
		return context.Canceled
	}
	c.say()
	c.nearest()
	c.figures()
	c.tables()
	return c.layers()
}

// helpers are the places people are reached from: the entries of the kinds asked
// for that serve, and what the asker drew.
func (in *Input) helpers(out *Result) (all []place, err error) {
	for _, kind := range in.Params.Kinds {
		all = append(all, in.serving(dispatch.Ledger(kind), len(in.Params.LimitsS) > 0, out)...)
	}
	drawn, err := in.candidates()
	return append(all, drawn...), err
}

// coverRun is one study of coverage under way.
type coverRun struct {
	in     *Input
	out    *Result
	places []place
	answer dispatch.CoverageAnswer
	land   *ground
	least  []*float64 // of each cell: seconds or metres to the nearest place; nil is not known
	gaps   []coverGap // of the first limit, the most people first
}

// coverGap is a piece of land out of reach, with what is known of the way there.
type coverGap struct {
	dispatch.Gap
	nearest *float64
}

const gapsListed = 100

// measure asks the core.
func (c *coverRun) measure(ctx context.Context) error {
	whole := *c.in
	whole.Coarse = false // sums are as quick as thinned ones
	c.land = whole.ground(c.in.Params.Division)
	q := dispatch.CoverageQuery{Division: c.in.Params.Division, Profile: c.in.Params.Profile, Gaps: !c.in.Coarse, AnyState: true}
	for _, s := range c.places {
		if s.entry == nil {
			q.Candidates = append(q.Candidates, s.at)
			continue
		}
		q.IDs = append(q.IDs, s.entry.ID)
		if !slices.Contains(q.Kinds, s.entry.Ledger) {
			q.Kinds = append(q.Kinds, s.entry.Ledger)
		}
	}
	if len(q.Kinds) == 0 && len(c.in.Params.Kinds) == 1 { // a candidate travels as the kind does that was asked about
		q.Kinds, q.IDs = []dispatch.Ledger{dispatch.Ledger(c.in.Params.Kinds[0])}, []dispatch.ID{{}}
	}
	for _, d := range c.in.Params.DistancesM {
		q.Distances = append(q.Distances, geo.Metres(d))
	}
	for _, s := range c.in.Params.LimitsS {
		q.Limits = append(q.Limits, time.Duration(s*1000)*time.Millisecond)
	}
	q.Arrivals = len(q.Limits) > 0
	sum, err := c.in.pins("coverage")
	if err != nil {
		return err
	}
	if c.answer, err = c.in.Picture.Coverage(ctx, c.in.Actor, q, c.in.Now); err != nil {
		return fmt.Errorf("measure coverage: %w", err)
	}
	sum.note(c.answer.Inputs)
	sum.places(c.places)
	c.out.Inputs, c.out.Basis, c.out.Closures = sum.hex(), c.answer.Basis, c.answer.Closures
	if c.answer.Basis == dispatch.ByRoad {
		c.out.Network = c.in.network()
	}
	return nil
}

// nearest finds the way to every cell, and for every gap the shortest of its
// cells', the most people first.
func (c *coverRun) nearest() {
	c.least = make([]*float64, len(c.land.cells))
	if c.out.Basis == dispatch.ByRoad {
		for i, a := range c.answer.Arrivals { // the same cells in the same order
			if a.Time != nil {
				c.least[i] = known(a.Time.Seconds())
			}
		}
	} else {
		for i, d := range nearestStraight(c.places, c.land) {
			if d >= 0 {
				c.least[i] = known(d)
			}
		}
	}
	first := c.answer.Results[0]
	outside := locate(first.Gaps)
	c.gaps = make([]coverGap, len(first.Gaps))
	for i, g := range first.Gaps {
		c.gaps[i].Gap = g
	}
	limit := max(first.Limit.Seconds(), float64(first.Distance))
	for i, cell := range c.land.cells {
		if c.least[i] == nil || *c.least[i] <= limit {
			continue
		}
		if n, ok := outside(cell.at); ok {
			if g := &c.gaps[n]; g.nearest == nil || *c.least[i] < *g.nearest {
				g.nearest = c.least[i]
			}
		}
	}
	slices.SortStableFunc(c.gaps, func(a, b coverGap) int {
		return cmp.Or(cmp.Compare(b.People, a.People), cmp.Compare(b.AreaM2, a.AreaM2), cmp.Compare(a.County, b.County))
	})
}

// figures are the numbers at the head of the answer, for the first limit.
func (c *coverRun) figures() {
	first, out := c.answer.Results[0], c.out
	zh, en, unit := c.named(first)
	out.figure("people_share", zh+"覆盖人口占比", "People within "+en, "share", share(first.Total.PeopleCovered, first.Total.People))
	out.figure("people_gap", "盲区人口", "People in gaps", "people", known(first.Total.People-first.Total.PeopleCovered))
	out.figure("people", "总人口", "People in all", "people", known(first.Total.People))
	out.figure("area_share", zh+"覆盖面积占比", "Area within "+en, "share", share(first.Total.AreaCoveredM2, first.Total.AreaM2))
	out.figure("backup_share", "至少两处可达的人口占比", "People with two or more within reach", "share", share(first.Total.Overlap[2]+first.Total.Overlap[3], first.Total.People))
	out.figure("sites", "服务场所", "Places that serve", "count", known(c.answer.Sites))
	if c.in.Coarse {
		out.figure("gaps", "盲区", "Gaps", "count", nil)
		out.leave("粗算不勾绘盲区边界，不列各盲区", "a coarse answer draws no gaps and lists none")
		return
	}
	out.figure("gaps", "盲区", "Gaps", "count", known(len(c.gaps)))
	for i, g := range c.gaps[:min(2, len(c.gaps))] {
		name := cmp.Or(c.land.names[g.County], g.County)
		note, noteEN := name+"；最近场所未知", name+"; the nearest place is not known"
		if g.nearest != nil {
			note = name + "；最近场所 " + measured(*g.nearest, unit, true)
			noteEN = name + "; the nearest place " + measured(*g.nearest, unit, false)
		}
		out.noted(Figure{Code: fmt.Sprintf("gap_%d", i+1), Title: fmt.Sprintf("第 %d 大盲区人口", i+1), TitleEN: fmt.Sprintf("People in gap %d by size", i+1),
			Unit: "people", Note: note, NoteEN: noteEN}, known(g.People))
	}
}

// named is a limit in words, and the unit it is in.
func (c *coverRun) named(r dispatch.CoverageResult) (zh, en, unit string) {
	if r.Limit > 0 {
		return measured(r.Limit.Seconds(), "s", true) + "内", measured(r.Limit.Seconds(), "s", false), "s"
	}
	return measured(float64(r.Distance), "m", true) + "内", measured(float64(r.Distance), "m", false), "m"
}

// measured writes seconds as minutes and metres as kilometres.
func measured(v float64, unit string, zh bool) string {
	switch {
	case unit == "s" && zh:
		return fmt.Sprintf("%.4g 分钟", v/60)
	case unit == "s":
		return fmt.Sprintf("%.4g min", v/60)
	case zh:
		return fmt.Sprintf("%.4g 千米", v/1000)
	}
	return fmt.Sprintf("%.4g km", v/1000)
}
