package study

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"onemap/dispatch"
	"onemap/geo/road/roadtest"
)

// twoBanks is a town on two banks in two counties, with 100·n people about the
// n-th junction and a shelter at C; the east bank is the second county's.
type twoBanks struct {
	*testing.T
	town *roadtest.Town
	rows []dispatch.Entity
}

func newTwoBanks(t *testing.T) *twoBanks {
	b := &twoBanks{T: t, town: roadtest.Draw(t, 100, `
		A---B======C---E
		|              |
		D--------------F`)}
	west := orb.Bound{Min: orb.Point{119, 39}, Max: orb.Point{b.town.At("BC")[0], 41}}
	east := orb.Bound{Min: orb.Point{b.town.At("BC")[0], 39}, Max: orb.Point{121, 41}}
	for i, land := range []orb.Bound{west, east} {
		county := fmt.Sprintf("13030%d", 2+i)
		b.add(dispatch.Divisions, 1+2*i, county, county, &dispatch.Division{Level: "county"}, land.ToPolygon())
		b.add(dispatch.Divisions, 2+2*i, county+"001", county+"001", &dispatch.Division{Level: "township", County: county}, land.ToPolygon())
	}
	for i, name := range strings.Split("ABCDEF", "") {
		at, county := b.town.At(name), "130302001"
		if at[0] > b.town.At("BC")[0] {
			county = "130303001"
		}
		b.add(dispatch.Cells, 10+i, "G-"+name, county, &dispatch.Cell{People: 100 * (i + 1), AreaM2: 10_000},
			orb.Bound{Min: orb.Point{at[0] - 0.0005, at[1] - 0.0005}, Max: orb.Point{at[0] + 0.0005, at[1] + 0.0005}}.ToPolygon())
	}
	b.shelter(30, "S-C", "ready", 0, b.town.At("C"))
	return b
}

func (b *twoBanks) add(l dispatch.Ledger, n int, code, division string, d dispatch.Detail, g orb.Geometry) *dispatch.Entry {
	e := &dispatch.Entry{Ledger: l, ID: dispatch.ID{15: byte(n)}, Head: dispatch.Head{Code: code, Name: "名 " + code, Division: division}, Detail: d, Geometry: g, Version: 1}
	b.rows = append(b.rows, e)
	return e
}

func (b *twoBanks) shelter(n int, code, state string, secret int, at orb.Point) {
	b.add(dispatch.Shelters, n, code, "130303001", &dispatch.Shelter{State: state, Class: "emergency", Capacity: 100}, at).Sensitivity = secret
}

func (b *twoBanks) picture() *dispatch.Picture {
	b.Helper()
	p, err := dispatch.NewPicture(7, "", b.rows).OnRoads(dispatch.NewRoads(b.town.Now().Graph()), noon)
	if err != nil {
		b.Fatal(err)
	}
	return p
}

// answer computes a study as the server does, for a planner of an area.
func (b *twoBanks) answer(p *dispatch.Picture, kind, params, area string) Answer {
	b.Helper()
	st := &dispatch.Study{Kind: kind, Params: json.RawMessage(params), Area: area, Clearance: 2, By: dispatch.ID{1: 1}}
	got, err := On(p, p.Roads, noon).Answer(b.Context(), st, nil)
	if err != nil {
		b.Fatal(err)
	}
	return got
}

func (a Answer) valueOf(t *testing.T, code string) *float64 {
	t.Helper()
	for _, f := range a.Figures {
		if f.Code == code {
			return f.Value
		}
	}
	t.Fatalf("no figure %s in %+v", code, a.Figures)
	return nil
}

func (a Answer) rowsOf(t *testing.T, code string) [][]any {
	t.Helper()
	for _, table := range a.Tables {
		if table.Code == code {
			return table.Rows
		}
	}
	t.Fatalf("no table %s", code)
	return nil
}

const walkTwo = `{"kinds": ["shelter"], "limits_s": [360, 900]}`

func TestCoverageByHandAgreesInEverySum(t *testing.T) {
	b := newTwoBanks(t)
	got := b.answer(b.picture(), "coverage", walkTwo, "")
	// On foot from the shelter at C, 360 s reach E and F beside C; the bridge to B
	// and A takes longer, the south way to D longest.
	total := got.rowsOf(t, "thresholds")
	for i, table := range []string{"counties", "townships"} {
		var people, covered, gap, area int64
		for _, row := range got.rowsOf(t, table) {
			people, area = people+row[3].(int64), area+row[4].(int64)
			covered, gap = covered+row[5].(int64), gap+row[7].(int64)
		}
		if people != total[0][1] || covered != total[0][2] || gap != total[0][4] || area != total[0][5] || people != 2100 {
			t.Errorf("%d: %s add up to %d, %d, %d, %d; all are %v", i, table, people, covered, gap, area, total[0])
		}
	}
	for i, row := range got.rowsOf(t, "overlap") {
		if sum := row[1].(int64) + row[2].(int64) + row[3].(int64) + row[4].(int64); sum != 2100 || row[2].(int64) != total[i][2].(int64) {
			t.Errorf("overlap %v beside %v", row, total[i])
		}
	}
	if share := got.valueOf(t, "people_share"); *share != float64(total[0][2].(int64))/2100 || *share <= 0 || *share >= 1 {
		t.Errorf("share %v of %v", *share, total[0])
	}
	inGaps := int64(0)
	for _, row := range got.rowsOf(t, "gaps") {
		inGaps += row[3].(int64)
		if near := row[5].(float64); near <= 360 {
			t.Errorf("a gap that is %v s away", near)
		}
	}
	if inGaps != total[0][4].(int64) {
		t.Errorf("%d people in gaps, %v beyond the limit", inGaps, total[0][4])
	}
	if got.Network == "" || got.Basis != dispatch.ByRoad || len(got.Inputs) != 64 || got.Method == "" || len(got.Assumptions) == 0 {
		t.Errorf("what it rests on is not said: %+v", got.Result)
	}
}

func TestTheSameInputsGiveTheSameBytesAndOthersDoNot(t *testing.T) {
	b := newTwoBanks(t)
	for _, params := range []string{walkTwo, `{"kinds": ["shelter"], "distances_m": [500, 2000], "candidates": [{"point": {"type": "Point", "coordinates": [119.6, 39.93]}}]}`} {
		first, again := b.answer(b.picture(), "coverage", params, ""), b.answer(b.picture(), "coverage", params, "")
		if !bytes.Equal(first.Bytes, again.Bytes) || first.SHA256 != again.SHA256 {
			t.Errorf("%s: other bytes the second time", params)
		}
		read, err := Decode(first.Bytes)
		if err != nil {
			t.Fatal(err)
		}
		if back, err := read.Encode(); err != nil || !bytes.Equal(back.Bytes, first.Bytes) {
			t.Errorf("%s: read and written, other bytes: %v", params, err)
		}
	}
	before := b.answer(b.picture(), "coverage", walkTwo, "")
	b.add(dispatch.Closures, 40, "closure-1", "130303001", &dispatch.Closure{Cause: "flood", Confidence: "verified", Profiles: []string{"foot"}}, b.town.At("CE"))
	closed := b.answer(b.picture(), "coverage", walkTwo, "")
	if closed.Inputs == before.Inputs || len(closed.Closures) != 1 || closed.Closures[0].Code != "closure-1" {
		t.Errorf("inputs do not follow a closed road: closures %v", closed.Closures)
	}
	if !bytes.Contains(closed.Bytes, []byte(`"closures":[{"id":"`)) {
		t.Error("closures are not written as the API names them")
	}
}

func TestNothingOutOfSightIsInAResult(t *testing.T) {
	b := newTwoBanks(t)
	b.shelter(31, "S-SECRET", "ready", 3, b.town.At("A"))
	b.shelter(32, "S-PLANNED", "planned", 0, b.town.At("D"))
	p := b.picture()
	whole, west := b.answer(p, "coverage", walkTwo, "130300"), b.answer(p, "coverage", walkTwo, "130302")
	if bytes.Contains(whole.Bytes, []byte("SECRET")) || *whole.valueOf(t, "sites") != 1 {
		t.Error("a shelter above the asker's clearance counts")
	}
	if bytes.Contains(west.Bytes, []byte("130303")) || bytes.Contains(west.Bytes, []byte("S-C")) {
		t.Errorf("a county's study holds another county: %s", west.Bytes)
	}
	if *west.valueOf(t, "people") != 700 || *west.valueOf(t, "people_share") != 0 {
		t.Errorf("west: %+v", west.Figures)
	}
	any := b.answer(p, "coverage", `{"kinds": ["shelter"], "limits_s": [360], "open_only": false}`, "130300")
	if *any.valueOf(t, "sites") != 2 {
		t.Errorf("planned shelters do not count when asked for: %+v", any.Figures)
	}
}

func TestUnknownIsNotZero(t *testing.T) {
	b := newTwoBanks(t)
	nowhere := b.answer(b.picture(), "coverage", `{"kinds": ["shelter"], "distances_m": [100], "division": "130321"}`, "")
	if v := nowhere.valueOf(t, "people_share"); v != nil {
		t.Errorf("a share of nobody is %v", *v)
	}
	if len(nowhere.LeftOut) == 0 {
		t.Error("nothing is said of a division without cells")
	}
	for _, s := range append(nowhere.LeftOut, nowhere.Assumptions...) {
		if s.Text == s.TextEN {
			t.Errorf("said in one language: %q", s.Text)
		}
	}
}
