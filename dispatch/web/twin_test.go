package web_test

import (
	"fmt"
	"testing"
	"time"

	"onemap/dispatch/web"
)

const atTheFire = `{"point": {"type": "Point", "coordinates": [119.602, 39.9312]}}`

func TestWhatEndedBeforeYesterdayIsEarlierAndItsCallerIsForThoseWhoTakeCalls(t *testing.T) {
	w := newWorld(t)
	w.want(w.do("dispatcher", "POST", "/api/incidents/"+fire.String()+"/close", fmt.Sprintf(`{"disposition": "false_alarm", "reason": "误报", "occurred_at": %q}`, stamp(-48*time.Hour)), "If-Match", `"1"`), 200, "")
	known := ask[web.TwinAnswer](w, "/api/incidents/near", atTheFire)
	if len(known.Twins) != 0 || len(known.Earlier) != 1 || known.Earlier[0].Id != fire || known.Earlier[0].Likely || *known.Earlier[0].CallerPhone != "13800000000" {
		t.Fatalf("twins %+v, earlier %+v", known.Twins, known.Earlier)
	}
	for who, sees := range map[string]int{"grid_worker": 1, "qinglong": 0, "responder": 0, "machine": 0} {
		var other web.TwinAnswer
		w.decode(w.do(who, "POST", "/api/incidents/near", atTheFire), &other)
		if len(other.Earlier) != sees || sees == 1 && (other.Earlier[0].CallerPhone != nil || other.Earlier[0].CallerName != nil) {
			t.Errorf("%s: %+v", who, other.Earlier)
		}
	}
}

func TestTheReportOfIntervalsCountsWhatWasOrdered(t *testing.T) {
	w := newWorld(t)
	path := "/api/assignments/" + id(12, 1).String()
	w.want(w.do("dispatcher", "PUT", path, fmt.Sprintf(`{"incident": %q, "unit": %q}`, fire, id(3, 1))), 200, "")
	for i, to := range []string{"enroute", "on_scene"} {
		w.want(w.do("dispatcher", "POST", path+"/advance", fmt.Sprintf(`{"to": %q}`, to), "If-Match", fmt.Sprintf(`"%d"`, i+1)), 200, "")
	}
	counted := func(who, query string) (n, missing map[string]int, report web.IntervalReport) {
		w.decode(w.do(who, "GET", "/api/intervals"+query, ""), &report)
		n, missing = map[string]int{}, map[string]int{}
		for _, v := range report.Total {
			n[string(v.Code)], missing[string(v.Code)] = v.N, v.Missing
		}
		return n, missing, report
	}
	n, missing, report := counted("viewer", "")
	if report.Incidents != 2 || report.Assignments != 1 || n["turnout"] != 1 || n["travel"] != 1 || n["total_first"] != 1 || missing["acknowledge"] != 1 || n["on_scene"] != 0 {
		t.Errorf("n %v, missing %v of %d incidents", n, missing, report.Incidents)
	}
	if n, _, report = counted("qinglong", "?division="+cityCode); report.Incidents != 1 || n["turnout"] != 0 {
		t.Errorf("another county: %v of %d incidents", n, report.Incidents)
	}
	if _, _, report = counted("qinglong", "?division=130302"); report.Incidents != 0 {
		t.Errorf("a division outside the area: %d incidents", report.Incidents)
	}
	w.want(w.do("viewer", "GET", "/api/intervals?from=2020-01-01T00:00:00Z&to=2026-01-01T00:00:00Z", ""), 400, "bad_parameter")
	w.want(w.do("viewer", "GET", "/api/intervals?kind=war", ""), 400, "")
}
