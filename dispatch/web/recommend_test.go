package web_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"onemap/dispatch"
	"onemap/dispatch/web"
)

// planFor makes a run card for fires in the seeded city.
func (w *world) planFor(n int, levels string) {
	w.Helper()
	body := fmt.Sprintf(`{"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [[[119.5, 39.8], [119.7, 39.8], [119.7, 40], [119.5, 40], [119.5, 39.8]]]},
		"properties": {"code": "P-%d", "name": "编组%d", "division": %q, "source_datum": "wgs84", "sensitivity": 0, "kinds": ["building_fire"], "mode": "prefill", "levels": %s}}`, n, n, townCode, levels)
	w.want(w.do("planner", "PUT", "/api/ledgers/run_card/"+id(14, n).String(), body), 200, "")
}

const oneEngine = `[{"requirements": [{"type": "unit_kind", "quantity": 1, "kinds": ["engine"], "within_min": 10}]}]`

func recommendation(incident dispatch.ID) string {
	return "/api/incidents/" + incident.String() + "/recommendation"
}

func ordersTo(incident dispatch.ID) string { return "/api/incidents/" + incident.String() + "/orders" }

// orders writes orders of units under assignments numbered from n on.
func orders(n int, units ...dispatch.ID) string {
	var list []string
	for i, u := range units {
		list = append(list, fmt.Sprintf(`{"assignment": %q, "unit": %q}`, id(13, n+i), u))
	}
	return `{"orders": [` + strings.Join(list, ",") + `]}`
}

// TestWhatIsRecommendedIsOrderedAndKept: the recommendation is ordered whole,
// kept word for word, and then nothing more is missing.
func TestWhatIsRecommendedIsOrderedAndKept(t *testing.T) {
	w := newWorld(t)
	w.planFor(1, oneEngine)
	answer := w.do("dispatcher", "POST", recommendation(fire), `{}`)
	w.want(answer, 200, "")
	var first web.Recommendation
	w.decode(answer, &first)
	if len(first.Picks) != 1 || first.Picks[0].Unit != engine || first.Requirements[0].Picked != 1 || len(first.Shortfalls) != 0 || first.Picks[0].Loss == nil {
		t.Fatalf("%s", answer.body)
	}
	order := strings.TrimSuffix(orders(1, engine), "}") + `, "recommendation": ` + answer.body + `}`
	w.want(w.do("dispatcher", "POST", ordersTo(fire), order), 200, "")
	kept := w.do("dispatcher", "GET", "/api/incidents/"+fire.String()+"/activations", "")
	if !strings.Contains(kept.body, first.Inputs) || !strings.Contains(kept.body, strings.TrimSpace(answer.body)) {
		t.Errorf("kept %s", kept.body)
	}
	for _, who := range []string{"planner", "viewer"} {
		if seen := w.do(who, "GET", "/api/incidents/"+fire.String()+"/history", ""); strings.Contains(seen.body, first.Inputs) || !strings.Contains(seen.body, "incident.activated") {
			t.Errorf("%s reads in the history: %s", who, seen.body)
		}
	}
	second := ask[web.Recommendation](w, recommendation(fire), `{}`)
	if len(second.Picks) != 0 || second.Requirements[0].Have != 1 || len(second.Shortfalls) != 0 || second.Inputs == first.Inputs {
		t.Errorf("once ordered: %+v", second)
	}
	if in := w.live.Picture().Incidents[fire]; in.State != dispatch.Reported || in.Version != 2 {
		t.Errorf("the incident is %s, version %d", in.State, in.Version)
	}
}

// TestWhoSeesLessDoesNotReadTheRecommendation: it names what its author saw.
func TestWhoSeesLessDoesNotReadTheRecommendation(t *testing.T) {
	w := newWorld(t)
	order := strings.TrimSuffix(orders(1, engine), "}") + `, "recommendation": {"secret": "联合分队"}}`
	w.want(w.do("duty_officer", "POST", ordersTo(fire), order), 200, "")
	for who, reads := range map[string]bool{"duty_officer": true, "dispatcher": false} {
		a := w.do(who, "GET", "/api/incidents/"+fire.String()+"/activations", "")
		if strings.Contains(a.body, "联合分队") != reads || !strings.Contains(a.body, engine.String()) {
			t.Errorf("%s reads %s", who, a.body)
		}
	}
}

func TestOrdersAreTakenWholeOrNotAtAll(t *testing.T) {
	w := newWorld(t)
	w.join(40, "engine", "maintenance")
	w.order(9, flood, ladder)
	before := w.seq()
	a := w.do("dispatcher", "POST", ordersTo(fire), orders(1, engine, ladder, id(3, 40), id(3, 99)))
	w.want(a, 409, "orders_refused")
	for _, part := range []string{`"path":"orders[1].unit"`, "unit_busy", `"path":"orders[2].unit"`, "not_dispatchable", `"path":"orders[3].unit"`, "U-2 is ordered for QHD-"} {
		if !strings.Contains(a.body, part) {
			t.Errorf("%s is missing in %s", part, a.body)
		}
	}
	if strings.Contains(a.body, "orders[0]") || w.seq() != before || w.statusOf("U-1") != "available_base" {
		t.Errorf("not all or none: %s", a.body)
	}
	w.want(w.do("dispatcher", "POST", ordersTo(fire), orders(1, engine, engine)), 422, "duplicate")
	w.want(w.do("dispatcher", "POST", ordersTo(fire), `{"orders": []}`), 422, "out_of_range")
	w.want(w.do("dispatcher", "POST", ordersTo(id(99, 1)), orders(1, engine)), 404, "not_found")
	w.want(w.do("qinglong", "POST", ordersTo(fire), orders(1, forester)), 404, "not_found")
	w.want(w.do("planner", "POST", ordersTo(fire), orders(1, engine)), 403, "forbidden")
	long := strings.TrimSuffix(orders(1, engine), "}") + `, "recommendation": {"x": "` + strings.Repeat("x", 256<<10) + `"}}`
	w.want(w.do("dispatcher", "POST", ordersTo(fire), long), 422, "too_long")
	if w.seq() != before {
		t.Errorf("a refused order left %d events", w.seq()-before)
	}
}

// TestTwoDesksOrderOverlappingSets: one gets all it asked for, the other none.
func TestTwoDesksOrderOverlappingSets(t *testing.T) {
	w := newWorld(t)
	w.join(40, "engine", "available_base")
	sets := [2][]dispatch.ID{{engine, ladder}, {id(3, 40), ladder}}
	for round := range 30 {
		var status [2]int
		var both sync.WaitGroup
		for i, who := range []string{"dispatcher", "duty_officer"} {
			both.Go(func() {
				status[i] = w.do(who, "POST", ordersTo([]dispatch.ID{fire, flood}[i]), orders(4*round+2*i, sets[i]...)).StatusCode
			})
		}
		both.Wait()
		if status[0]+status[1] != http.StatusOK+http.StatusConflict {
			t.Fatalf("round %d: %v", round, status)
		}
		won := slices.Index(status[:], http.StatusOK)
		var bound []dispatch.ID
		for _, as := range w.live.Picture().Assignments {
			if as.State.Open() {
				bound = append(bound, as.Unit)
			}
		}
		slices.SortFunc(bound, func(a, b dispatch.ID) int { return slices.Compare(a[:], b[:]) })
		want := slices.SortedFunc(slices.Values(sets[won]), func(a, b dispatch.ID) int { return slices.Compare(a[:], b[:]) })
		if !slices.Equal(bound, want) {
			t.Fatalf("round %d: bound are %v, want %v", round, bound, want)
		}
		for i := range 2 {
			w.want(w.step("duty_officer", "/api/assignments/"+id(13, 4*round+2*won+i).String(), 1, "cancelled"), 200, "")
		}
	}
}
