package main

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"onemap/geo"
	"onemap/geo/road"
)

// withTurns compares our times under turn restrictions with pgr_trsp. A
// restriction is a series of sides there, so that none is taken for its
// counterpart the other way.
func (p *peer) withTurns(what string, s *streets, units, incidents []int64) {
	p.t.Helper()
	p.t.Logf("%s: %d restrictions in force, %d worked out for a car, %d series forbidden",
		what, s.graph.Report().Restrictions, s.solved, len(s.forbidden))
	if len(s.forbidden) == 0 {
		return
	}
	p.run("drop table if exists ban")
	p.run("create table ban (id bigint, cost float8, path bigint[])")
	for i, path := range s.forbidden {
		p.run("insert into ban values ($1, $2, $3)", i, breach, path)
	}
	p.load("bound", s)
	units, incidents = append(units[:30:30], s.besideBans(10)...), incidents[:15]
	ours := s.matrix(p.t, units, incidents)
	theirs := p.trsp(units, incidents)
	free := p.costs("select id, source, target, cost, reverse_cost from bound", units, incidents)
	changed, torn, slower := 0, 0, 0
	for i := range ours {
		for j := range ours[i] {
			mine := float64(ours[i][j])
			if mine != free[i][j] {
				changed++
			}
			if mine == theirs[i][j] {
				continue
			}
			many := theirs[i][j]
			theirs[i][j] = p.trsp(units[i:i+1], incidents[j:j+1])[0][0]
			judged := float64(s.judge(units[i], incidents[j]))
			switch {
			case mine != judged:
				p.t.Errorf("%s: node %d to %d: ours %g, theirs %g, judged %g", what, units[i], incidents[j], mine, theirs[i][j], judged)
			case mine == theirs[i][j]:
				torn++
				p.example(torn, "%s: node %d to %d: ours %g, theirs %g alone but %g among many", what, units[i], incidents[j], mine, theirs[i][j], many)
			default:
				slower++
				p.example(slower, "%s: node %d to %d: ours and judged %g, theirs %g", what, units[i], incidents[j], mine, theirs[i][j])
			}
		}
	}
	p.t.Logf("%s: of %d pairs %d take longer for them; pgr_trsp differs from us and the judge in %d, and from itself in %d more",
		what, len(units)*len(incidents), changed, slower, torn)
}

// example prints the first few of many cases.
func (p *peer) example(number int, format string, args ...any) {
	p.t.Helper()
	if number <= 3 {
		p.t.Logf(format, args...)
	}
}

// trsp are pgRouting's times under turn restrictions.
func (p *peer) trsp(units, incidents []int64) [][]float64 {
	p.t.Helper()
	out := p.read(`select start_vid, end_vid, max(agg_cost) from pgr_trsp('select id, source, target, cost, reverse_cost from bound_side',
		'select id, cost, path from ban', $1::bigint[], $2::bigint[]) group by 1, 2`, units, incidents, units, incidents)
	for i := range out {
		for j := range out[i] {
			if out[i][j] >= breach { // a restriction is a price there, and this way pays it
				out[i][j] = noWay
			}
		}
	}
	return out
}

const breach = 1e9 // tenths; no way without a forbidden turn takes as long

// moreTurns is a source with invented turn restrictions, over nodes and when
// asked for over ways.
func (s *streets) moreTurns(r *rand.Rand, source road.Source, count int, ways bool) road.Source {
	source.Restrictions = slices.Clone(source.Restrictions)
	way := func(a side) int64 {
		seg, _ := s.graph.Segment(uint32(a / 2))
		if seg.Class == road.Gate {
			return 0
		}
		return seg.Way
	}
	once := func(node, way64 int64) bool { // a way touches a node with one end of one segment
		n := 0
		for _, a := range s.out[node] {
			if way(a) == way64 {
				n++
			}
		}
		return n == 1 && way64 != 0
	}
	onward := func(a side) (side, bool) {
		out := s.out[s.head(a)]
		b := out[r.IntN(len(out))]
		return b, way(a) != way(b) && s.cost[b] >= 0 && once(s.head(a), way(a)) && once(s.head(a), way(b))
	}
	for made := 0; made < count; {
		a := side(r.IntN(len(s.cost)))
		if s.cost[a] < 0 || s.head(a)&1 == 1 {
			continue
		}
		b, ok := onward(a)
		if !ok {
			continue
		}
		rule := road.Restriction{ID: int64(-1 - made), From: way(a), ViaNode: s.head(a) / 2, To: way(b), Only: r.IntN(8) == 0}
		if c, ok := onward(b); ok && ways && r.IntN(4) == 0 && s.single(way(b)) && !once(s.head(b), way(a)) && !once(s.tail(b), way(c)) {
			rule.ViaNode, rule.Via, rule.To = 0, []int64{way(b)}, way(c)
		}
		source.Restrictions = append(source.Restrictions, rule)
		made++
	}
	return source
}

// single reports a way of one segment.
func (s *streets) single(way int64) bool { return len(s.ofWay[way]) == 1 }

// besideBans are the nodes before some forbidden turns.
func (s *streets) besideBans(count int) []int64 {
	var nodes []int64
	for _, path := range s.forbidden {
		if n := s.tail(path[0]); len(nodes) < count && !slices.Contains(nodes, n) {
			nodes = append(nodes, n)
		}
	}
	return nodes
}

// withPoints compares times between places within segments with
// pgr_withPointsCost, every second place on the segment of the one before. There
// are no lights in this network: they are waited for at a segment's end, which
// pgRouting would spread along it.
func (p *peer) withPoints(source road.Source, r *rand.Rand) {
	p.t.Helper()
	s := streetsOf(p.t, without(source, true, true))
	p.load("dark", s)
	p.run("create table place (pid bigint, edge_id bigint, fraction float8, side char)")
	const count = 40
	var stops []road.Stop
	var ids []int64
	for _, node := range s.someNodes(r, count/2) {
		for range 2 {
			n := s.out[node][0] / 2
			along := 0.02 + 0.96*r.Float64()
			c := road.Candidate{Segment: uint32(n), Along: along, Forward: s.cost[2*n] >= 0, Backward: s.cost[2*n+1] >= 0}
			stops = append(stops, road.Stop{Candidates: []road.Candidate{c}})
			ids = append(ids, -int64(len(stops)))
			p.run("insert into place values ($1, $2, $3, 'b')", len(stops), n, along)
		}
	}
	m, err := s.net.Now().Matrix(stops, stops, road.Ask{})
	if err != nil {
		p.t.Fatal(err)
	}
	theirs := p.read(`select start_pid, end_pid, agg_cost from pgr_withPointsCost('select id, source, target, cost, reverse_cost from dark',
		'select pid, edge_id, fraction, side from place', $1::bigint[], $2::bigint[])`, ids, ids, ids, ids)
	pairs, differ, widest := 0, 0, 0.0
	for i := range stops {
		for j := range stops {
			d, ok := m.At(i, j)
			ours := float64(d.Milliseconds() / 100)
			if !ok {
				ours = noWay
			}
			pairs++
			gap := max(ours-theirs[i][j], theirs[i][j]-ours)
			if gap > 1 {
				if differ++; differ <= 10 {
					p.t.Errorf("place %d to %d: ours %g, theirs %g", -ids[i], -ids[j], ours, theirs[i][j])
				}
			}
			widest = max(widest, gap)
		}
	}
	p.t.Logf("places within segments: %d pairs, %d differ by more than a tenth; widest %.2f tenths", pairs, differ, widest)
}

// ranking compares our full times with pgRouting's over three readings of the
// same streets, and with the straight line: who is nearest.
func (p *peer) ranking(source road.Source, same [][]float64, units, incidents []int64) {
	p.t.Helper()
	s := streetsOf(p.t, source)
	full := s.full(p.t, units, incidents, road.Ask{})
	p.load("dim", streetsOf(p.t, without(source, true, true)))
	dim := p.costs("select id, source, target, cost, reverse_cost from dim", units, incidents)
	line := make([][]float64, len(units))
	length := make([][]float64, len(units))
	for i, u := range units {
		for _, n := range incidents {
			line[i] = append(line[i], float64(geo.Distance(s.at[u], s.at[n])))
		}
		length[i] = line[i]
	}
	p.t.Log("| ours turn by turn against | ratio p10 | p50 | p90 | same nearest | top 5 in common |")
	p.compare("pgRouting, same times of roads and lights", full, same)
	p.compare("pgRouting, times of roads alone", full, dim)
	p.compare("the straight line", full, length)
	p.apart(s, full, same, units, incidents)
}

// compare prints one row: the ratio of our times to the others, and how often
// the nearest units are the same.
func (p *peer) compare(what string, ours [][]int64, theirs [][]float64) {
	var ratios []float64
	same, common, columns := 0, 0, len(ours[0])
	for j := range columns {
		var a, b []float64
		for i := range ours {
			mine := float64(ours[i][j])
			if ours[i][j] == noWay || theirs[i][j] == noWay {
				mine = 1e12
			} else if theirs[i][j] > 0 {
				ratios = append(ratios, mine/theirs[i][j])
			}
			a, b = append(a, mine), append(b, theirs[i][j])
		}
		x, y := order(a), order(b)
		if x[0] == y[0] || a[x[0]] == a[y[0]] {
			same++
		}
		for _, i := range x[:5] {
			if slices.Contains(y[:5], i) {
				common++
			}
		}
	}
	slices.Sort(ratios)
	at := func(q float64) float64 { return ratios[int(q*float64(len(ratios)-1))] }
	p.t.Logf("| %s | %.3f | %.3f | %.3f | %d of %d | %.0f %% |", what, at(0.1), at(0.5), at(0.9), same, columns, float64(common)/float64(5*columns)*100)
}

func order(times []float64) []int {
	list := make([]int, len(times))
	for i := range list {
		list[i] = i
	}
	slices.SortStableFunc(list, func(i, j int) int { return cmp.Compare(times[i], times[j]) })
	return list
}

// apart prints the cases with another nearest unit, and the widest ratios.
func (p *peer) apart(s *streets, ours [][]int64, theirs [][]float64, units, incidents []int64) {
	p.t.Helper()
	for j := range incidents {
		var a, b []float64
		for i := range units {
			a, b = append(a, float64(ours[i][j])), append(b, theirs[i][j])
		}
		x, y := order(a)[0], order(b)[0]
		if x != y && a[x] < a[y] {
			p.t.Logf("incident %v: ours %v in %g (theirs %g), theirs %v in %g (ours %g)", s.at[incidents[j]], s.at[units[x]], a[x], b[x], s.at[units[y]], b[y], a[y])
		}
	}
	type pair struct {
		i, j  int
		ratio float64
	}
	var all []pair
	for i := range units {
		for j := range incidents {
			if theirs[i][j] > 600 && ours[i][j] != noWay {
				all = append(all, pair{i, j, float64(ours[i][j]) / theirs[i][j]})
			}
		}
	}
	slices.SortFunc(all, func(a, b pair) int { return cmp.Compare(b.ratio, a.ratio) })
	for _, w := range all[:min(3, len(all))] {
		p.t.Logf("widest: %v to %v: ours %d, theirs %g: %s", s.at[units[w.i]], s.at[incidents[w.j]], ours[w.i][w.j], theirs[w.i][w.j], s.turnsOn(units[w.i], incidents[w.j]))
	}
}

// turnsOn counts the turns of a route.
func (s *streets) turnsOn(from, to int64) string {
	ends := s.stops([]int64{from, to})
	route, err := s.net.Now().Route(ends[0], ends[1], road.Ask{})
	if err != nil {
		return err.Error()
	}
	count := map[road.Turn]int{}
	for _, step := range route.Steps {
		count[step.Turn]++
	}
	return fmt.Sprint(count)
}

// speed times the same questions on both sides in one run and prints medians.
func (p *peer) speed(s *streets, units, incidents []int64) {
	p.t.Helper()
	now, from, to := s.net.Now(), s.stops(units), s.stops(incidents)
	const edges = "select id, source, target, cost, reverse_cost from plain"
	const back = "select id, target source, source target, cost, reverse_cost from plain"
	each := map[string]func(k int) error{
		"1 hierarchy": func(k int) error { _, err := now.Matrix(from, to[k:k+1], road.Ask{}); return err },
		"2 turn by turn": func(k int) error {
			_, err := now.Times(to[k], from, road.Bounds{}, road.Ask{})
			return err
		},
		"3 pgr many to one": func(k int) error {
			return p.drain("select * from pgr_dijkstraCost($1, $2::bigint[], $3::bigint)", edges, units, incidents[k])
		},
		"4 pgr one to many, reversed": func(k int) error {
			return p.drain("select * from pgr_dijkstraCost($1, $2::bigint, $3::bigint[])", back, incidents[k], units)
		},
	}
	for _, minutes := range []int{10, 20, 30} {
		limits := []time.Duration{time.Duration(minutes) * time.Minute}
		each[fmt.Sprint("5 reach with its area, ", minutes, " min")] = func(k int) error {
			_, err := now.Reach(to[k:k+1], road.ReachOptions{Limits: limits, Direction: road.Away}, road.Ask{})
			return err
		}
		each[fmt.Sprint("6 pgr_drivingDistance, ", minutes, " min")] = func(k int) error {
			return p.drain("select * from pgr_drivingDistance($1, $2::bigint, $3::float8)", edges, incidents[k], float64(minutes*600))
		}
	}
	took := map[string][]time.Duration{}
	for k := range 20 {
		for what, ask := range each {
			began := time.Now()
			if err := ask(k); err != nil {
				p.t.Fatalf("%s: %v", what, err)
			}
			took[what] = append(took[what], time.Since(began))
		}
	}
	for _, what := range sortedKeys(took) {
		slices.Sort(took[what])
		p.t.Logf("| %s | %v |", what, took[what][len(took[what])/2].Round(time.Microsecond))
	}
}

func sortedKeys(m map[string][]time.Duration) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func (p *peer) drain(sql string, args ...any) error {
	rows, err := p.conn.Query(p.t.Context(), sql, args...)
	if err != nil {
		return err
	}
	for rows.Next() { //nolint:revive // only the waiting counts
	}
	return rows.Err()
}
