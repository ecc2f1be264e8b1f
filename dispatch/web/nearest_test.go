package web_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"onemap/dispatch/web"
)

// southSpan and northSpan are points in the middle of the seeded city's bridges.
const (
	southSpan = `{"type": "Point", "coordinates": [119.595, 39.935]}`
	northSpan = `{"type": "Point", "coordinates": [119.595, 39.94]}`
)

// join puts one more unit where U-1 has its base.
func (w *world) join(n int, kind, duty string) {
	w.Helper()
	body := fmt.Sprintf(`{"type": "Feature", "geometry": {"type": "Point", "coordinates": [119.6, 39.93]}, "properties": {"code": "U-%d", "name": "增援%d", "division": %q, "source_datum": "wgs84", "sensitivity": 0,
		"team": %q, "call_sign": "增援%d", "kind": %q, "duty": %q, "crew": 2, "crew_minimum": 2, "mobilise_min": 10}}`, n, n, townCode, id(4, 1), n, kind, duty)
	w.want(w.do("duty_officer", "PUT", "/api/ledgers/unit/"+id(3, n).String(), body), 200, "")
}

// nearest asks who can be first at the west end of the bridge.
func (w *world) nearest(more string) web.NearestAnswer {
	w.Helper()
	return ask[web.NearestAnswer](w, "/api/nearest", `{"point": {"type": "Point", "coordinates": [119.59, 39.9352]}, "kinds": ["unit", "depot"], "k": 2`+more+`}`)
}

func codes(answer web.NearestAnswer) (list []string) {
	for _, h := range answer.Results {
		list = append(list, h.Code)
	}
	return list
}

func TestTheClosedBridgeReordersTheRankingAndIsNamed(t *testing.T) {
	w := newWorld(t)
	w.join(40, "engine", "available_mobile")
	if got := codes(w.nearest("")); !slices.Equal(got, []string{"U-40", "D-1"}) {
		t.Errorf("with all roads open: %v", got)
	}
	w.closing(1, southSpan, "")
	answer := w.nearest("")
	if got := codes(answer); !slices.Equal(got, []string{"D-1", "U-40"}) {
		t.Errorf("with the bridge closed: %v", got)
	}
	second := answer.Results[1]
	if len(*second.Closures) != 1 || (*second.Closures)[0].Code != "Z-1" || *second.WithoutS >= *second.TravelS || *second.AirRank > 2 {
		t.Errorf("driven round the bridge: %+v, %.1f s, %.1f s without, air rank %d", *second.Closures, *second.TravelS, *second.WithoutS, *second.AirRank)
	}
	if no := answer.Rejected; len(no) != 2 || no[0].Why[0].Code != "farther_by_road" || no[0].TravelS == nil || len(*answer.Closures) != 1 {
		t.Errorf("nearer by air, there later: %+v", no)
	}
	if seen := w.nearest(`, "basis": "crow_flies"`); !slices.Equal(codes(seen), []string{"U-1", "U-40"}) || seen.Roads != nil {
		t.Errorf("by the straight line: %v", codes(seen))
	}
}

func TestWhoIsCutOffIsNamedWithTheClosures(t *testing.T) {
	w := newWorld(t)
	w.closing(1, southSpan, "")
	w.closing(2, northSpan, "")
	answer := w.nearest(`, "status": ["available"]`)
	if got := codes(answer); !slices.Equal(got, []string{"D-1"}) {
		t.Errorf("with both bridges closed: %v", got)
	}
	closed, island := 0, 0
	for _, no := range answer.Rejected {
		switch {
		case no.Why[0].Code != "unreachable" || no.TravelS != nil:
			t.Errorf("not cut off: %+v", no)
		case no.Closures != nil:
			closed++
		default:
			island++
		}
	}
	if closed != 2 || island != 2 || len(*answer.Closures) == 0 {
		t.Errorf("%d behind closed bridges, %d on an island, closures %v", closed, island, *answer.Closures)
	}
}

func TestWithoutANetworkNearestGoesByTheStraightLine(t *testing.T) {
	w := newWorld(t)
	w.live.Drive(nil)
	if answer := w.nearest(""); answer.Basis != web.CrowFlies || answer.Roads != nil {
		t.Errorf("basis %s", answer.Basis)
	}
	w.want(w.do("dispatcher", "POST", "/api/nearest", `{"point": `+southSpan+`, "kinds": ["unit"], "basis": "road"}`), 409, "no_roads")
}

// TestAHelicopterIsNotHiddenByTheSea: where no road leads, what flies is the
// answer, and the others are named with the reason.
func TestAHelicopterIsNotHiddenByTheSea(t *testing.T) {
	w := newWorld(t)
	sea := `{"point": {"type": "Point", "coordinates": [119.9, 39.7]}, "kinds": ["unit"], "k": 5}`
	w.want(w.do("dispatcher", "POST", "/api/nearest", sea), 422, "off_road")
	w.join(40, "helicopter", "standby")
	answer := ask[web.NearestAnswer](w, "/api/nearest", sea)
	if len(answer.Results) != 1 || *answer.Results[0].Basis != web.Air || *answer.Results[0].MobiliseS != (10*time.Minute).Seconds() || answer.Results[0].Profile != nil {
		t.Fatalf("%+v", answer.Results)
	}
	for _, no := range answer.Rejected {
		if no.Why[0].Code != "off_road_point" {
			t.Errorf("%+v", no)
		}
	}
	if len(answer.Rejected) != 3 {
		t.Errorf("%d units that drive are named", len(answer.Rejected))
	}
}
