package study

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/paulmach/orb"

	"onemap/dispatch"
	"onemap/geo/road/roadtest"
)

var noon = time.Date(2026, 7, 1, 4, 0, 0, 0, time.UTC)

// street is a town along one street, its junctions 400 m apart: 320 s on foot.
// X–Y is an island, 6 km away. A and B lie in township 130302001, C and E in 130302002, F
// in 130303001 of the next county, X and Y in 130303002.
const street = `
	A---B---C---E---F                                                            X---Y`

var townships = map[byte]string{'A': "130302001", 'B': "130302001", 'C': "130302002", 'E': "130302002", 'F': "130303001", 'X': "130303002", 'Y': "130303002"}

// hamlet is such a town with what stands in it.
type hamlet struct {
	testing.TB
	town *roadtest.Town
	rows []dispatch.Entity
}

func newHamlet(t testing.TB) *hamlet {
	h := &hamlet{TB: t, town: roadtest.Draw(t, 100, street)}
	all := orb.Bound{Min: orb.Point{119, 39}, Max: orb.Point{120, 41}}.ToPolygon()
	for _, code := range []string{"130302001", "130302002", "130303001", "130303002"} {
		h.put(dispatch.Divisions, code, code[:6], &dispatch.Division{Level: "township", County: code[:6]}, all)
	}
	return h
}

// put adds an entry with that code.
func (h *hamlet) put(l dispatch.Ledger, code, division string, d dispatch.Detail, g orb.Geometry) {
	var id dispatch.ID
	id[0], id[14], id[15] = byte(len(l)), byte(len(h.rows)>>8), byte(len(h.rows))
	h.rows = append(h.rows, &dispatch.Entry{Ledger: l, ID: id, Head: dispatch.Head{Code: code, Name: code, Division: division}, Detail: d, Geometry: g, Version: 1})
}

// live puts people at a junction, in a cell of 100 m by about 85.
func (h *hamlet) live(at string, people int) {
	p := h.town.At(at)
	h.put(dispatch.Cells, fmt.Sprintf("cell-%s-%03d", at, len(h.rows)), townships[at[0]], &dispatch.Cell{People: people, AreaM2: 10_000},
		orb.Bound{Min: orb.Point{p[0] - 0.0005, p[1] - 0.0005}, Max: orb.Point{p[0] + 0.0005, p[1] + 0.0005}}.ToPolygon())
}

// at adds something at a junction, called by it.
func (h *hamlet) at(l dispatch.Ledger, where string, d dispatch.Detail) {
	h.put(l, string(l)+"-"+where, townships[where[0]], d, h.town.At(where))
}

func (h *hamlet) shelter(where string, room int) {
	h.at(dispatch.Shelters, where, &dispatch.Shelter{Class: "emergency", Grade: "township", State: "ready", Capacity: room})
}

// shut closes streets.
func (h *hamlet) shut(streets ...string) {
	for _, s := range streets {
		h.put(dispatch.Closures, "closure-"+s, "130302", &dispatch.Closure{Cause: "flood", Confidence: "verified"}, h.town.At(s))
	}
}

var planner = dispatch.Actor{Role: dispatch.Planner, Clearance: 3}

// run computes a study, twice, and wants the same bytes.
func (h *hamlet) run(kind string, p Params) Result {
	h.Helper()
	return h.runAs(planner, kind, p)
}

func (h *hamlet) runAs(a dispatch.Actor, kind string, p Params) Result {
	h.Helper()
	var out Result
	var before []byte
	for n := range 2 {
		picture, err := dispatch.NewPicture(7, "", h.rows).OnRoads(dispatch.NewRoads(h.town.Now().Graph()), noon)
		if err != nil {
			h.Fatal(err)
		}
		if out, err = Run(h.Context(), kind, Input{Picture: picture, Actor: a, Now: noon, Params: p}); err != nil {
			h.Fatal(err)
		}
		raw, err := json.Marshal(out)
		if err != nil {
			h.Fatal(err)
		}
		if n > 0 && !bytes.Equal(raw, before) {
			h.Fatalf("%s: other bytes the second time", kind)
		}
		before = raw
	}
	if len(out.Inputs) != 64 || out.Method == "" || out.MethodEN == "" {
		h.Errorf("%s: inputs %q, method %q", kind, out.Inputs, out.MethodEN)
	}
	agree(h, out)
	speaks(h, out)
	return out
}

// names are what stays Chinese in an English sentence: the titles of standards.
var names = strings.NewReplacer("建标 152-2017", "")

// tooFine is a coordinate that says more than anybody measured.
var tooFine = regexp.MustCompile(`[\[,]-?\d+\.\d{7,}[\],]`)

// speaks wants every sentence and title in both languages, and every table as
// wide as its head.
func speaks(t testing.TB, r Result) {
	t.Helper()
	both := func(what, zh, en string) {
		t.Helper()
		han := func(s string) bool {
			return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
		}
		if coded := strings.HasPrefix(zh, "P") && zh == en; !coded && !han(zh) || en == "" || han(names.Replace(en)) {
			t.Errorf("%s: %q, in English %q", what, zh, en)
		}
	}
	both("method", r.Method, r.MethodEN)
	for _, s := range slices.Concat(r.Assumptions, r.LeftOut) {
		both("sentence", s.Text, s.TextEN)
	}
	for _, f := range r.Figures {
		both("figure", f.Title, f.TitleEN)
		if f.Note != "" {
			both("note", f.Note, f.NoteEN)
		}
	}
	for _, l := range r.Layers {
		both("layer", l.Title, l.TitleEN)
		if long := tooFine.Find(l.Features); long != nil {
			t.Errorf("layer %s: %s is finer than a tenth of a metre", l.Code, long)
		}
	}
	for _, table := range r.Tables {
		both("table", table.Title, table.TitleEN)
		codes := map[string]bool{}
		for _, c := range table.Columns {
			if both("column "+table.Code+"."+c.Code, c.Title, c.TitleEN); codes[c.Code] {
				t.Errorf("table %s has two columns %s", table.Code, c.Code)
			}
			codes[c.Code] = true
		}
		for _, row := range table.Rows {
			if len(row) != len(table.Columns) {
				t.Errorf("table %s: a row of %d under %d columns", table.Code, len(row), len(table.Columns))
			}
		}
	}
}

// agree wants townships, counties and the total to add up, in every column of
// whole numbers.
func agree(t testing.TB, r Result) {
	t.Helper()
	sums := map[string]map[string]int64{}
	for _, table := range r.Tables {
		if table.Code != "total" && table.Code != "counties" && table.Code != "townships" {
			continue
		}
		sums[table.Code] = map[string]int64{}
		for _, row := range table.Rows {
			for k, v := range row {
				if n, whole := v.(int64); whole {
					sums[table.Code][table.Columns[k].Code] += n
				}
			}
		}
	}
	for column, n := range sums["total"] {
		if sums["counties"][column] != n || sums["townships"][column] != n {
			t.Errorf("%s: %d in all, counties %d, townships %d", column, n, sums["counties"][column], sums["townships"][column])
		}
	}
}

// wants compares figures; a nil want is not known.
func wants(t testing.TB, r Result, want map[string]any) {
	t.Helper()
	have := map[string]any{}
	for _, f := range r.Figures {
		have[f.Code] = orNil(f.Value)
	}
	for code, w := range want {
		h, there := have[code]
		if f, isFloat := w.(float64); isFloat && there && h != nil && near(h.(float64), f) {
			continue
		}
		if !there || h != w {
			t.Errorf("%s: %v, want %v", code, h, w)
		}
	}
}

func near(a, b float64) bool { return a-b < 1e-6 && b-a < 1e-6 }

// cellsOf is a column of a table.
func cellsOf(t testing.TB, r Result, table, column string) (all []any) {
	t.Helper()
	for _, tb := range r.Tables {
		for k, c := range tb.Columns {
			if tb.Code == table && c.Code == column {
				for _, row := range tb.Rows {
					all = append(all, row[k])
				}
				return all
			}
		}
	}
	t.Fatalf("no column %s.%s", table, column)
	return nil
}

// left reports whether something was left out for that reason.
func left(r Result, en string) bool {
	for _, s := range r.LeftOut {
		if bytes.Contains([]byte(s.TextEN), []byte(en)) {
			return true
		}
	}
	return false
}
