package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"onemap/data/pgtest"
	"onemap/geo/road"
)

// TestRoadsAgreeWithPgRouting compares our times with those of pgRouting over
// the same streets and prints the tables of docs/roads.md. It needs pgRouting,
// which docs/roads/agree.sh installs.
func TestRoadsAgreeWithPgRouting(t *testing.T) {
	if os.Getenv("ONEMAP_ROADSTUDY") != "1" {
		t.Skip("a study, not a test: docs/roads/agree.sh runs it")
	}
	dir := os.Getenv("ONEMAP_ROADSTUDY_OSM")
	if dir == "" {
		dir = "../../../shared/testdata/18-routing-siting/osm"
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.osm.pbf"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no *.osm.pbf in %s (%v)", dir, err)
	}
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) { study(t, path) })
	}
}

const (
	someIncidents = 50
	someUnits     = 100
)

// peer is pgRouting over one network.
type peer struct {
	t    *testing.T
	conn *pgx.Conn
}

func study(t *testing.T, path string) {
	source := readSource(t, path)
	plain := streetsOf(t, without(source, false, true))
	r := rand.New(rand.NewPCG(2026, 11))
	incidents, units := plain.someNodes(r, someIncidents), plain.someNodes(r, someUnits)
	p := newPeer(t)
	p.load("plain", plain)
	t.Logf("%d nodes, %d segments", plain.graph.Nodes(), plain.graph.Segments())

	theirs := p.costs("select id, source, target, cost, reverse_cost from plain", units, incidents)
	ours := plain.matrix(t, units, incidents)
	p.sameTimes("plain times", ours, theirs, units, incidents)
	plain.sameByTurns(t, ours, units, incidents)
	p.samePaths(plain, units, incidents)
	bound := streetsOf(t, source)
	p.withTurns("the file's turn restrictions", bound, units, incidents)
	count := plain.graph.Segments() / 80
	p.withTurns("and invented ones over nodes", streetsOf(t, bound.moreTurns(r, source, count, false)), units, incidents)
	p.withTurns("and invented ones over ways", streetsOf(t, bound.moreTurns(r, source, count, true)), units, incidents)
	p.withPoints(source, r)
	p.ranking(source, theirs, units, incidents)
	p.speed(plain, units, incidents)
}

func newPeer(t *testing.T) *peer {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), pgtest.New(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	p := &peer{t: t, conn: conn}
	p.run("create extension pgrouting schema public")
	var version string
	if err := conn.QueryRow(t.Context(), "select pgr_version()").Scan(&version); err != nil {
		t.Fatal(err)
	}
	t.Logf("pgRouting %s", version)
	return p
}

func (p *peer) run(sql string, args ...any) {
	p.t.Helper()
	run(p.t, p.conn, sql, args...)
}

// load makes two tables: name, an edge a segment with both costs, and
// name_side, an edge a side, whose numbers say the direction too.
func (p *peer) load(name string, s *streets) {
	p.t.Helper()
	p.run("drop table if exists " + name + ", " + name + "_side")
	p.run("create table " + name + " (id bigint primary key, source bigint, target bigint, cost float8, reverse_cost float8)")
	p.run("create table " + name + "_side (id bigint primary key, source bigint, target bigint, cost float8, reverse_cost float8)")
	columns := []string{"id", "source", "target", "cost", "reverse_cost"}
	var both, sides [][]any
	for n := range s.from {
		there, back := s.cost[2*n], s.cost[2*n+1]
		if there < 0 && back < 0 {
			continue
		}
		both = append(both, []any{int64(n), s.from[n], s.to[n], float64(there), float64(back)})
		for a := side(2 * n); a < side(2*n+2); a++ {
			if s.cost[a] >= 0 {
				sides = append(sides, []any{a, s.tail(a), s.head(a), float64(s.cost[a]), -1.0})
			}
		}
	}
	for table, rows := range map[string][][]any{name: both, name + "_side": sides} {
		if _, err := p.conn.CopyFrom(p.t.Context(), pgx.Identifier{table}, columns, pgx.CopyFromRows(rows)); err != nil {
			p.t.Fatal(err)
		}
		p.run("analyze " + table)
	}
}

const noWay = -1

// matrix are our times by the hierarchy in tenths of a second, units by
// incidents.
func (s *streets) matrix(t *testing.T, units, incidents []int64) [][]int64 {
	t.Helper()
	m, err := s.net.Now().Matrix(s.stops(units), s.stops(incidents), road.Ask{})
	if err != nil {
		t.Fatal(err)
	}
	return table(len(units), len(incidents), m.At)
}

// full are our times turn by turn, units by incidents.
func (s *streets) full(t *testing.T, units, incidents []int64, ask road.Ask) [][]int64 {
	t.Helper()
	from := s.stops(units)
	var columns []road.Times
	for _, place := range s.stops(incidents) {
		times, err := s.net.Now().Times(place, from, road.Bounds{}, ask)
		if err != nil {
			t.Fatal(err)
		}
		columns = append(columns, times)
	}
	return table(len(units), len(incidents), func(i, j int) (time.Duration, bool) {
		return columns[j].Legs[i].Time, columns[j].Legs[i].Known
	})
}

func table(rows, columns int, at func(i, j int) (time.Duration, bool)) [][]int64 {
	out := make([][]int64, rows)
	for i := range out {
		out[i] = make([]int64, columns)
		for j := range out[i] {
			out[i][j] = noWay
			if d, ok := at(i, j); ok {
				out[i][j] = d.Milliseconds() / 100
			}
		}
	}
	return out
}

// costs are pgRouting's, units by incidents.
func (p *peer) costs(edges string, units, incidents []int64) [][]float64 {
	p.t.Helper()
	return p.read("select start_vid, end_vid, agg_cost from pgr_dijkstraCost($1, $2::bigint[], $3::bigint[])", units, incidents, edges, units, incidents)
}

// read fills a table from rows of start, end and cost.
func (p *peer) read(sql string, units, incidents []int64, args ...any) [][]float64 {
	p.t.Helper()
	rows, err := p.conn.Query(p.t.Context(), sql, args...)
	if err != nil {
		p.t.Fatal(err)
	}
	out := make([][]float64, len(units))
	for i := range out {
		out[i] = make([]float64, len(incidents))
		for j := range out[i] {
			out[i][j] = noWay
			if units[i] == incidents[j] {
				out[i][j] = 0 // pgRouting leaves such pairs out
			}
		}
	}
	var from, to int64
	var cost float64
	_, err = pgx.ForEachRow(rows, []any{&from, &to, &cost}, func() error {
		i, j := slices.Index(units, from), slices.Index(incidents, to)
		if i < 0 || j < 0 {
			return fmt.Errorf("nobody asked for %d to %d", from, to)
		}
		out[i][j] = cost
		return nil
	})
	if err != nil {
		p.t.Fatalf("%s: %v", sql, err)
	}
	return out
}

// sameTimes wants every pair equal to the tenth of a second.
func (p *peer) sameTimes(what string, ours [][]int64, theirs [][]float64, units, incidents []int64) {
	p.t.Helper()
	pairs, differ, unreached := 0, 0, 0
	for i := range ours {
		for j := range ours[i] {
			pairs++
			if ours[i][j] == noWay {
				unreached++
			}
			if float64(ours[i][j]) != theirs[i][j] {
				if differ++; differ <= 10 {
					p.t.Errorf("%s: node %d to %d: ours %d, theirs %g", what, units[i], incidents[j], ours[i][j], theirs[i][j])
				}
			}
		}
	}
	p.t.Logf("%s: %d pairs, %d without a way, %d differ", what, pairs, unreached, differ)
}

// sameByTurns wants the turn-expanded search to find the same as the hierarchy.
func (s *streets) sameByTurns(t *testing.T, want [][]int64, units, incidents []int64) {
	t.Helper()
	got := s.full(t, units, incidents, road.Ask{Plain: true})
	for i := range want {
		if !slices.Equal(got[i], want[i]) {
			t.Errorf("from node %d: turn by turn %v, by the hierarchy %v", units[i], got[i], want[i])
		}
	}
}

// samePaths compares fifty routes with those of pgr_dijkstra: their times, and
// their lengths where the quickest way is not ours by chance.
func (p *peer) samePaths(s *streets, units, incidents []int64) {
	p.t.Helper()
	same := 0
	from, to := s.stops(units), s.stops(incidents)
	for k := range incidents {
		route, err := s.net.Now().Route(from[k], to[k], road.Ask{Plain: true})
		if err != nil {
			p.t.Fatal(err)
		}
		rows, err := p.conn.Query(p.t.Context(), "select edge, cost from pgr_dijkstra('select id, source, target, cost, reverse_cost from plain', $1::bigint, $2::bigint) where edge >= 0", units[k], incidents[k])
		if err != nil {
			p.t.Fatal(err)
		}
		var edge int64
		var cost, sum, metres float64
		if _, err := pgx.ForEachRow(rows, []any{&edge, &cost}, func() error {
			seg, _ := s.graph.Segment(uint32(edge))
			sum, metres = sum+cost, metres+seg.Metres
			return nil
		}); err != nil {
			p.t.Fatal(err)
		}
		if sum != float64(route.Time.Milliseconds()/100) {
			p.t.Errorf("route %d to %d: ours %v, theirs %g", units[k], incidents[k], route.Time, sum)
		}
		if d := metres - float64(route.Length); d < 0.5 && d > -0.5 {
			same++
		} else {
			p.t.Logf("route %d to %d: as quick, but %.0f m against our %.0f m", units[k], incidents[k], metres, float64(route.Length))
		}
	}
	p.t.Logf("routes: %d of %d of equal length", same, len(incidents))
}
