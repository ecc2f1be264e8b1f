package roadtest

import (
	"fmt"
	"strings"

	"github.com/paulmach/orb"

	"onemap/geo"
	"onemap/geo/road"
)

// The south-west of Qinhuangdao's port, where no real road is meant.
var origin = orb.Point{119.6, 39.93}

// street says what a character of a drawing is a piece of, and which way it
// runs: h across, v down, \ and / aslant.
type street struct {
	runs   string
	class  road.Class
	bridge bool
	oneway [2]int // the one direction of travel, as a step of row and column
}

var streets = map[byte]street{
	'-':  {runs: "h", class: road.Tertiary},
	'|':  {runs: "v", class: road.Tertiary},
	'\\': {runs: `\`, class: road.Tertiary},
	'/':  {runs: "/", class: road.Tertiary},
	'#':  {runs: "hv", class: road.Motorway},
	'=':  {runs: "h", class: road.Tertiary, bridge: true},
	'!':  {runs: "v", class: road.Tertiary, bridge: true},
	'~':  {runs: "h", class: road.Ferry},
	'.':  {runs: "h", class: road.Footway},
	':':  {runs: "v", class: road.Footway},
	'>':  {runs: "h", class: road.Tertiary, oneway: [2]int{0, 1}},
	'<':  {runs: "h", class: road.Tertiary, oneway: [2]int{0, -1}},
	'v':  {runs: "v", class: road.Tertiary, oneway: [2]int{1, 0}},
	'^':  {runs: "v", class: road.Tertiary, oneway: [2]int{-1, 0}},
}

var ways = []struct {
	runs string
	step [2]int
}{
	{"h", [2]int{0, 1}}, {"v", [2]int{1, 0}}, {`\`, [2]int{1, 1}}, {"/", [2]int{1, -1}},
}

// drawing is a town as text, without comments and common indentation.
type drawing struct {
	rows []string
	id   map[[2]int]int64
	name map[int64]string
	road.Source
}

func parse(text string, metres float64) (*drawing, error) {
	d := &drawing{rows: trim(text), id: map[[2]int]int64{}, name: map[int64]string{}}
	plane := geo.NewLocalPlane(origin)
	for y, row := range d.rows {
		for x := range len(row) {
			if !junction(row[x]) {
				continue
			}
			id := int64(len(d.Nodes) + 1)
			d.id[[2]int{y, x}] = id
			if row[x] != '+' && row[x] != '*' {
				d.name[id] = string(row[x])
			}
			at := plane.From(orb.Point{float64(x) * metres, -float64(y) * metres})
			d.Nodes = append(d.Nodes, road.Node{ID: id, At: at, Signals: row[x] == '*'})
		}
	}
	for y, row := range d.rows {
		for x := range len(row) {
			if !junction(row[x]) {
				continue
			}
			for _, w := range ways {
				if err := d.follow(y, x, w.runs, w.step); err != nil {
					return nil, err
				}
			}
		}
	}
	return d, nil
}

func junction(c byte) bool {
	return c == '+' || c == '*' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

func (d *drawing) at(y, x int) byte {
	if y < 0 || y >= len(d.rows) || x < 0 || x >= len(d.rows[y]) {
		return ' '
	}
	return d.rows[y][x]
}

// follow draws the street that leaves a junction in a direction, if there is one.
func (d *drawing) follow(y, x int, runs string, step [2]int) error {
	from := d.id[[2]int{y, x}]
	kind := street{class: road.Tertiary}
	at := [2]int{y + step[0], x + step[1]}
	first := d.at(at[0], at[1])
	if s, ok := streets[first]; !ok || !strings.Contains(s.runs, runs) {
		return nil
	}
	for ; !junction(d.at(at[0], at[1])); at = [2]int{at[0] + step[0], at[1] + step[1]} {
		s, ok := streets[d.at(at[0], at[1])]
		switch {
		case !ok:
			return fmt.Errorf("the street from row %d, column %d ends nowhere", y+1, x+1)
		case !strings.Contains(s.runs, runs): // another street passes over or under
		case s.oneway != [2]int{}:
			kind.oneway = s.oneway
		default:
			kind.class, kind.bridge = s.class, kind.bridge || s.bridge
		}
	}
	d.add(kind, from, d.id[at], step)
	return nil
}

func (d *drawing) add(kind street, from, to int64, step [2]int) {
	w := road.Way{
		ID: int64(len(d.Ways) + 1), Nodes: []int64{from, to}, Class: kind.class,
		Forward: road.Everyone, Backward: road.Everyone, Bridge: kind.bridge,
	}
	if kind.class == road.Footway {
		w.Forward, w.Backward = road.Feet, road.Feet
	}
	if kind.class == road.Motorway {
		w.Forward, w.Backward = road.Everyone&^road.Feet, road.Everyone&^road.Feet
	}
	switch kind.oneway {
	case [2]int{}:
	case step:
		w.Oneway, w.Backward = true, road.Feet
	default:
		w.Oneway, w.Forward = true, road.Feet
	}
	if a, b := d.name[from], d.name[to]; a != "" && b != "" {
		w.Name, w.NameEn = min(a, b)+max(a, b)+"路", min(a, b)+max(a, b)+" Road"
	}
	d.Ways = append(d.Ways, w)
}

// trim takes comments, empty edges and common indentation off a drawing.
func trim(text string) []string {
	var rows []string
	indent := len(text)
	for _, row := range strings.Split(text, "\n") {
		row, _, _ = strings.Cut(row, "//")
		row = strings.TrimRight(strings.ReplaceAll(row, "\t", "    "), " ")
		if row == "" && len(rows) == 0 {
			continue
		}
		rows = append(rows, row)
		if row != "" {
			indent = min(indent, len(row)-len(strings.TrimLeft(row, " ")))
		}
	}
	for i, row := range rows {
		rows[i] = row[min(indent, len(row)):]
	}
	return rows
}
