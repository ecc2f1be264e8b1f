package study

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
	"pgregory.net/rapid"

	"onemap/dispatch"
)

// about is a box round some junctions, 200 m beyond them.
func (h *hamlet) about(at string) *geojson.Geometry {
	box := orb.Bound{Min: h.town.At(at[:1]), Max: h.town.At(at[:1])}
	for _, c := range at {
		box = box.Extend(h.town.At(string(c)))
	}
	return geojson.NewGeometry(box.Pad(0.002).ToPolygon())
}

// threatened is a town whose west, A and B, has to be cleared.
func endangered(t testing.TB) *hamlet {
	h := newHamlet(t)
	h.live("A", 100)
	h.live("B", 30)
	h.live("F", 50)
	h.shelter("C", 100)
	h.shelter("E", 60)
	return h
}

func TestPeopleLeaveTheZoneForTheNearestRoom(t *testing.T) {
	h := endangered(t)
	h.shelter("B", 1000) // in the zone
	got := h.run("evacuation", Params{Zone: h.about("AB")})
	wants(t, got, map[string]any{"people": 130.0, "placed": 130.0, "unplaced": 0.0, "used": 2.0, "parted": 0.0, "through": 10.0, "orders": 2.0})
	if v := *got.Value; math.Abs(v-(100*640+30*320+30*320)) > 20 || *got.Bound != v || *got.Gap != 0 {
		t.Errorf("value %v, bound %v", v, *got.Bound)
	}
	if !left(got, "1 shelters lie in the zone") {
		t.Errorf("left out %v", got.LeftOut)
	}
	if diff := cmp.Diff([]any{int64(100), int64(30)}, cellsOf(t, got, "shelters", "used")); diff != "" {
		t.Error(diff)
	}
	if sum := sumAny(cellsOf(t, got, "orders", "people")); sum != 130 {
		t.Errorf("the orders move %d", sum)
	}
	for k, buses := range cellsOf(t, got, "orders", "buses") {
		if people := cellsOf(t, got, "orders", "people")[k].(int64); buses != (people+44)/45 {
			t.Errorf("%v buses for %d", buses, people)
		}
	}
	for _, l := range got.Layers {
		if !json.Valid(l.Features) {
			t.Errorf("layer %s is no JSON", l.Code)
		}
	}
}

func TestACellOnTheEdgeCountsByItsGround(t *testing.T) {
	h := newHamlet(t)
	h.live("A", 101)
	h.shelter("C", 100)
	at := h.town.At("A")
	west := orb.Bound{Min: orb.Point{at[0] - 0.01, at[1] - 0.01}, Max: orb.Point{at[0] - 0.00025, at[1] + 0.01}}
	wants(t, h.run("evacuation", Params{Zone: geojson.NewGeometry(west.ToPolygon())}), map[string]any{"people": 25.0})
	ring := orb.Polygon{west.ToRing()} // a hole takes its ground out again
	hole := orb.Bound{Min: orb.Point{at[0] - 0.0005, at[1] - 0.0005}, Max: orb.Point{at[0] - 0.000375, at[1] + 0.0005}}.ToRing()
	hole.Reverse()
	wants(t, h.run("evacuation", Params{Zone: geojson.NewGeometry(append(ring, hole))}), map[string]any{"people": 13.0})
}

func TestWhoCannotLeaveIsCountedWithTheReason(t *testing.T) {
	h := endangered(t)
	h.live("X", 7) // an island
	zone := geojson.NewGeometry(orb.MultiPolygon{h.about("AB").Geometry().(orb.Polygon), h.about("X").Geometry().(orb.Polygon)})
	wants(t, h.run("evacuation", Params{Zone: zone}), map[string]any{"people": 137.0, "placed": 130.0, "cut_off": 7.0, "no_room": 0.0})
	h.shut("CE")
	got := h.run("evacuation", Params{Zone: zone})
	wants(t, got, map[string]any{"placed": 100.0, "cut_off": 7.0, "no_room": 30.0})
	if len(got.Closures) != 1 || cellsOf(t, got, "shelters", "binding")[0] != "增加床位可多安置人" {
		t.Errorf("closures %v, binding %v", got.Closures, cellsOf(t, got, "shelters", "binding"))
	}
	h.shut("BC")
	wants(t, h.run("evacuation", Params{Zone: zone}), map[string]any{"placed": 0.0, "cut_off": 137.0, "mean": nil})
	none := newHamlet(t)
	none.live("A", 5)
	r := none.run("evacuation", Params{Zone: none.about("A")})
	if wants(t, r, map[string]any{"placed": 0.0, "cut_off": 5.0}); !left(r, "no shelter that can be used") {
		t.Errorf("left out %v", r.LeftOut)
	}
	if r := none.run("evacuation", Params{Zone: none.about("F")}); !left(r, "Nobody lives in the zone") {
		t.Errorf("left out %v", r.LeftOut)
	}
}

func TestAShelterBelowADamTakesNobody(t *testing.T) {
	h := endangered(t)
	h.at(dispatch.Hazards, "C", &dispatch.Hazard{Kind: "tailings_pond", State: "operating", Level: 1})
	got := h.run("evacuation", Params{Zone: h.about("AB")})
	if wants(t, got, map[string]any{"placed": 0.0, "cut_off": 130.0}); !left(got, "2 shelters lie in a risk zone") { // E is 800 m away
		t.Errorf("left out %v", got.LeftOut)
	}
	far := endangered(t)
	box := far.about("E").Geometry()
	far.put(dispatch.RiskZones, "surge", "130302", &dispatch.RiskZone{Kind: "surge", Class: 1}, box)
	wants(t, far.run("evacuation", Params{Zone: far.about("AB")}), map[string]any{"placed": 100.0, "no_room": 30.0})
}

func TestAZoneIsRefusedWithItsPlace(t *testing.T) {
	h := endangered(t)
	a := h.town.At("A")
	bow := orb.Polygon{{a, {a[0] + 0.01, a[1] + 0.01}, {a[0] + 0.01, a[1]}, {a[0], a[1] + 0.01}, a}}
	unknown := dispatch.ID{15: 99}
	for name, c := range map[string]struct {
		asked Params
		want  string
	}{
		"a bow tie":                 {Params{Zone: geojson.NewGeometry(bow)}, "[119.6"},
		"a point by itself":         {Params{Zone: geojson.NewGeometry(a)}, "zone_buffer_m"},
		"no zone":                   {Params{}, "zone"},
		"an incident nobody sees":   {Params{ZoneIncident: &unknown, ZoneBufferM: 500}, "zone_incident"},
		"a hazard nobody knows":     {Params{ZoneHazard: &unknown, ZoneBufferM: 500}, "zone_hazard"},
		"a straight line, how long": {Params{Zone: h.about("AB"), Basis: dispatch.CrowFlies}, "distances_m"},
	} {
		picture, err := dispatch.NewPicture(7, "", h.rows).OnRoads(dispatch.NewRoads(h.town.Now().Graph()), noon)
		if err != nil {
			t.Fatal(err)
		}
		var refusal *dispatch.Error
		_, err = Run(t.Context(), "evacuation", Input{Picture: picture, Actor: planner, Now: noon, Params: c.asked})
		if !errors.As(err, &refusal) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

func TestAZoneLiesAboutAnIncidentOrAHazard(t *testing.T) {
	h := endangered(t)
	h.at(dispatch.Hazards, "A", &dispatch.Hazard{Kind: "hazmat", State: "operating", Level: 1})
	hazard := h.rows[len(h.rows)-1].(*dispatch.Entry).ID
	wants(t, h.run("evacuation", Params{ZoneHazard: &hazard, ZoneBufferM: 200}), map[string]any{"people": 100.0, "placed": 100.0})
	in := &dispatch.Incident{ID: dispatch.ID{15: 77}, State: dispatch.Confirmed, Geometry: h.town.At("B"), Known: dispatch.Known{Kind: "hazmat", Division: "130302001"}}
	h.rows = append(h.rows, in)
	wants(t, h.run("evacuation", Params{ZoneIncident: &in.ID, ZoneBufferM: 600, Mode: "bus"}), map[string]any{"people": 130.0, "placed": 60.0, "buses": 2.0})
}

func TestMoreRoomNeverLeavesMorePeopleOut(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		h := newHamlet(t)
		for _, at := range []string{"A", "B", "F", "X"} {
			h.live(at, rapid.IntRange(0, 300).Draw(r, "people at "+at))
		}
		zone := geojson.NewGeometry(orb.MultiPolygon{h.about("AB").Geometry().(orb.Polygon), h.about("X").Geometry().(orb.Polygon)})
		asked := Params{Zone: zone, LimitsS: []float64{rapid.Float64Range(200, 2000).Draw(r, "limit")}}
		h.shelter("C", rapid.IntRange(0, 200).Draw(r, "room"))
		placed := func() float64 {
			all := map[string]float64{}
			for _, f := range h.run("evacuation", asked).Figures {
				if f.Value != nil {
					all[f.Code] = *f.Value
				}
			}
			if all["placed"]+all["no_road"]+all["cut_off"]+all["no_room"] != all["people"] {
				r.Fatalf("not everybody is counted: %v", all)
			}
			return all["placed"]
		}
		before := placed()
		h.shelter("E", rapid.IntRange(0, 200).Draw(r, "more room"))
		if after := placed(); after < before {
			r.Fatalf("%v placed, with more room %v", before, after)
		}
	})
}
