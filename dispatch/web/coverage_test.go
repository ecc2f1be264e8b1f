package web_test

import (
	"strings"
	"testing"

	"onemap/dispatch/web"
)

const teamsCover = `{"kinds": ["team"], "limits_s": [1800, 300], "division": "130302", "arrivals": true}`

// TestAClosedBridgeChangesCoverageAndIsNamed closes the bridge between the fire
// station and the people of the west bank.
func TestAClosedBridgeChangesCoverageAndIsNamed(t *testing.T) {
	w := newWorld(t)
	open := ask[web.CoverageAnswer](w, "/api/coverage", teamsCover)
	if open.Basis != "road" || len(*open.Closures) != 0 || *open.Results[1].LimitS != 300 || open.Results[1].DistanceM != nil {
		t.Fatalf("on open roads: %+v", open)
	}
	w.closing(1, `{"type": "Point", "coordinates": [119.597, 39.935]}`, "")
	shut := ask[web.CoverageAnswer](w, "/api/coverage", teamsCover)
	before, after := *open.Arrivals.TravelS[0], *shut.Arrivals.TravelS[0]
	if after <= before || closed(*shut.Closures) != "Z-1" || shut.Inputs == open.Inputs {
		t.Errorf("%v s before, %v s after, closures %v", before, after, shut.Closures)
	}
	if shut.Roads.Closures <= open.Roads.Closures || shut.Roads.Graph != open.Roads.Graph {
		t.Errorf("roads %+v after %+v", shut.Roads, open.Roads)
	}
	if again := ask[web.CoverageAnswer](w, "/api/coverage", teamsCover); again.Inputs != shut.Inputs {
		t.Error("the same question has other inputs")
	}
	w.closing(2, farBridge, "")
	cut := ask[web.CoverageAnswer](w, "/api/coverage", teamsCover)
	if cut.Arrivals.TravelS[0] != nil || cut.Results[0].Total.PeopleCovered != 0 || !strings.Contains(string(*cut.Results[0].Gaps), `"people":800`) {
		t.Errorf("both bridges closed: %+v", cut)
	}
}

func TestWithoutANetworkCoverageByRoadIsRefused(t *testing.T) {
	w := newWorld(t)
	w.live.Drive(nil)
	w.want(w.do("planner", "POST", "/api/coverage", teamsCover), 409, "no_roads")
	w.want(w.do("planner", "POST", "/api/coverage", `{"kinds": ["team"], "distances_m": [1000]}`), 200, "")
}

func TestAnUnknownDirectionIsRefused(t *testing.T) {
	w := newWorld(t)
	for body, code := range map[string]string{
		`{"kinds": ["team"], "limits_s": [60], "direction": "sideways"}`: "bad_enum",
		`{"kinds": ["team"], "limits_s": [60], "profile": "ox_cart"}`:    "bad_enum",
		`{"kinds": ["team"], "limits_s": [1e300]}`:                       "out_of_range",
		`{"kinds": ["team"], "limits_s": [0.0001]}`:                      "out_of_range",
		`{"kinds": ["team"], "limits_s": []}`:                            "required",
	} {
		w.want(w.do("planner", "POST", "/api/coverage", body), 422, code)
	}
}
