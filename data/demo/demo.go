// Package demo invents a city to try onemap on: Qinhuangdao (秦皇岛) with its
// real outline, townships and main corridors, and with teams, depots, shelters,
// hazards, people and streets that are made up and say so. The same code gives
// the same bytes; SOURCES.md names where each fact comes from.
package demo

// File is one file of the city: GeoJSON for a ledger and the base map, OSM XML for the roads.
type File struct {
	Name string // "team.geojson"
	Body []byte
}

// City is the demo city. Files stand in the order they should be loaded in:
// what others point at comes first.
type City struct {
	Files []File
	net   *network
	nodes map[string][]int // junctions by county, to drive to
	fleet []vehicle
}

// File returns the body of one file, nil when there is none of that name.
func (c *City) File(name string) []byte {
	for _, f := range c.Files {
		if f.Name == name {
			return f.Body
		}
	}
	return nil
}

// Build makes the city. It is deterministic and reads nothing but its own
// embedded tables; an error is a slip in one of those.
func Build() (*City, error) {
	f, err := readFacts()
	if err != nil {
		return nil, err
	}
	g, err := newGround(f)
	if err != nil {
		return nil, err
	}
	g.divide()
	squares := g.settle()
	city := &City{}
	teams, units, fleet, err := g.muster()
	if err != nil {
		return nil, err
	}
	city.fleet = fleet
	for _, l := range []struct {
		ledger  string
		entries []entry
	}{
		{"division", g.divisions()},
		{"team", teams},
		{"unit", units},
		{"depot", g.depots()},
		{"shelter", g.shelters()},
		{"hazard", g.hazards()},
		{"risk_zone", g.riskZones()},
		{"camera", g.cameras()},
		{"cell", cells(squares)},
		{"run_card", g.runCards()},
		{"coverage_rule", g.coverageRules()},
		{"base", g.base()},
	} {
		body, err := collection(l.ledger, l.entries)
		if err != nil {
			return nil, err
		}
		city.Files = append(city.Files, File{l.ledger + ".geojson", body})
	}
	city.net = g.lay()
	city.nodes = city.net.byCounty(g)
	closed, err := collection("closure", g.closures(city.net))
	if err != nil {
		return nil, err
	}
	city.Files = append(city.Files, File{"closure.geojson", closed}, File{"roads.osm", city.net.osm()})
	return city, nil
}
