package demo

import (
	"encoding/xml"
	"math"
	"strings"
	"testing"

	"github.com/paulmach/orb"
)

// minutes is the driving time by car between two places, from the nearest road.
func minutes(n *network, a, b orb.Point) float64 {
	var all []int
	for id, arcs := range n.arcs {
		if len(arcs) > 0 {
			all = append(all, id)
		}
	}
	_, s := n.route(n.closest(all, a), n.closest(all, b))
	return s / 60
}

func TestDrivingTakesAsLongAsItDoes(t *testing.T) {
	t.Parallel()
	n := theCity(t).net
	haigang, qinglong, beidaihe := orb.Point{119.5894, 39.9410}, orb.Point{118.9460, 40.4033}, orb.Point{119.4844, 39.8323}
	for _, trip := range []struct {
		name      string
		to        orb.Point
		low, high float64
	}{{"青龙", qinglong, 70, 110}, {"北戴河", beidaihe, 20, 35}} {
		for _, m := range []float64{minutes(n, haigang, trip.to), minutes(n, trip.to, haigang)} {
			if m < trip.low || m > trip.high {
				t.Errorf("海港–%s takes %.0f minutes, want %.0f to %.0f", trip.name, m, trip.low, trip.high)
			}
		}
	}
}

func TestEveryoneGetsEverywhere(t *testing.T) {
	t.Parallel()
	n := theCity(t).net
	part := n.parts()
	first := part[n.roads[0].nodes[0]]
	for _, r := range n.roads {
		for _, id := range r.nodes {
			if part[id] != first {
				t.Fatalf("%s at %v is cut off", r.highway, n.points[id])
			}
		}
	}
	if e := n.edges(); e < 6000 || e > 12000 {
		t.Errorf("%d edges, want 6,000 to 12,000", e)
	}
}

func TestEveryTownshipHasARoad(t *testing.T) {
	t.Parallel()
	n := theCity(t).net
	for _, f := range read(t, "base.geojson") {
		if f.text("layer") != "place" {
			continue
		}
		p := point(t, f)
		near := math.Inf(1)
		for _, r := range n.roads {
			for _, id := range r.nodes {
				near = min(near, distance(n.points[id], p))
			}
		}
		if near > 1000 {
			t.Errorf("%s is %.0f m from a road", f.text("name"), near)
		}
	}
}

func TestExpresswaysJoinOthersOnlyByRamps(t *testing.T) {
	t.Parallel()
	n := theCity(t).net
	class := map[int]map[string]bool{}
	for _, r := range n.roads {
		for _, id := range r.nodes {
			if class[id] == nil {
				class[id] = map[string]bool{}
			}
			class[id][r.highway] = true
		}
	}
	for id, c := range class {
		if c["motorway"] && (len(c) > 2 || len(c) == 2 && !c["motorway_link"]) {
			t.Errorf("an expressway meets %v at %v", c, n.points[id])
		}
	}
}

func TestTheFiveTunnelsAreSeventeenKilometres(t *testing.T) {
	t.Parallel()
	n := theCity(t).net
	long := map[string]float64{}
	for _, w := range n.ways() {
		for i := 1; w.tunnel && i < len(w.nodes); i++ {
			long[w.name] += distance(n.points[w.nodes[i-1]], n.points[w.nodes[i]]) / 2 // two tubes
		}
	}
	sum, most := 0.0, 0.0
	for _, l := range long {
		sum, most = sum+l, max(most, l)
	}
	if len(long) != 5 || math.Abs(sum-17_000) > 1200 || most < 5000 {
		t.Errorf("%d tunnels of %.0f m, the longest %.0f m: %v", len(long), sum, most, long)
	}
}

// osmFile is the file as an importer reads it.
type osmFile struct {
	Nodes []struct {
		ID  int64   `xml:"id,attr"`
		Lat float64 `xml:"lat,attr"`
		Lon float64 `xml:"lon,attr"`
	} `xml:"node"`
	Ways []struct {
		ID    int64 `xml:"id,attr"`
		Nodes []struct {
			Ref int64 `xml:"ref,attr"`
		} `xml:"nd"`
		Tags []struct {
			K string `xml:"k,attr"`
			V string `xml:"v,attr"`
		} `xml:"tag"`
	} `xml:"way"`
	Relations []struct {
		Members []struct {
			Type string `xml:"type,attr"`
			Ref  int64  `xml:"ref,attr"`
			Role string `xml:"role,attr"`
		} `xml:"member"`
	} `xml:"relation"`
}

func TestTheRoadFileIsWhole(t *testing.T) {
	t.Parallel()
	var f osmFile
	if err := xml.Unmarshal(theCity(t).File("roads.osm"), &f); err != nil {
		t.Fatal(err)
	}
	nodes := map[int64]bool{}
	for _, n := range f.Nodes {
		if n.ID < 1 || nodes[n.ID] || n.Lon < 118 || n.Lat > 41 {
			t.Fatalf("node %d at %f, %f", n.ID, n.Lon, n.Lat)
		}
		nodes[n.ID] = true
	}
	ends := map[int64][2]int64{}
	seen := map[string]bool{}
	for _, w := range f.Ways {
		if len(w.Nodes) < 2 || len(w.Nodes) > 2000 {
			t.Errorf("way %d has %d nodes", w.ID, len(w.Nodes))
		}
		for _, nd := range w.Nodes {
			if !nodes[nd.Ref] {
				t.Errorf("way %d goes over node %d, which is not there", w.ID, nd.Ref)
			}
		}
		ends[w.ID] = [2]int64{w.Nodes[0].Ref, w.Nodes[len(w.Nodes)-1].Ref}
		for _, tag := range w.Tags {
			seen[tag.K+"="+tag.V] = true
			if strings.ContainsAny(tag.V, "<>&") || tag.V == "" {
				t.Errorf("way %d: tag %s is %q", w.ID, tag.K, tag.V)
			}
		}
	}
	for _, tag := range strings.Fields("highway=motorway highway=motorway_link highway=trunk highway=primary highway=secondary highway=tertiary highway=unclassified highway=residential oneway=yes bridge=yes tunnel=yes toll=yes ref=G1 ref=G102") {
		if !seen[tag] {
			t.Errorf("no way has %s", tag)
		}
	}
	if len(f.Relations) < 6 {
		t.Errorf("%d forbidden turns, want a few", len(f.Relations))
	}
	for _, r := range f.Relations {
		from, via, to := ends[r.Members[0].Ref], r.Members[1].Ref, ends[r.Members[2].Ref]
		if from[0] != via && from[1] != via || to[0] != via && to[1] != via {
			t.Errorf("a forbidden turn over node %d is not between the ends of its ways", via)
		}
	}
}

// edges counts the pieces of road from junction to junction or dead end.
func (n *network) edges() int {
	ends := 0
	beside := make([]map[int]bool, len(n.points))
	for _, r := range n.roads {
		for i := 1; i < len(r.nodes); i++ {
			for _, e := range [][2]int{{r.nodes[i-1], r.nodes[i]}, {r.nodes[i], r.nodes[i-1]}} {
				if beside[e[0]] == nil {
					beside[e[0]] = map[int]bool{}
				}
				beside[e[0]][e[1]] = true
			}
		}
	}
	for _, b := range beside {
		if len(b) != 2 {
			ends += len(b)
		}
	}
	return ends / 2
}
