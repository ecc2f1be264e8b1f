package web_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"onemap/data/pgtest"
	"onemap/dispatch"
	"onemap/dispatch/live"
)

// server is one node over a database that several may share: its live room and
// its attendants, by a clock that runs ahead as the test says.
type node struct {
	*world
	desk *dispatch.Desk
	all  []*live.Attendant
}

func newNode(t *testing.T, dsn string, ahead *time.Duration) *node {
	t.Helper()
	w := newWorldAt(t, dsn)
	n := &node{world: w}
	n.desk = &dispatch.Desk{Journal: w.db, Picture: w.live.Picture, Now: func() time.Time { return time.Now().Add(*ahead) }}
	for _, watchman := range dispatch.Watchmen(time.Minute) {
		n.all = append(n.all, w.live.NewAttendant(n.desk, watchman))
	}
	return n
}

func (n *node) round(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), quick)
	defer cancel()
	for _, a := range n.all {
		a.Round(ctx)
	}
}

// together lets several nodes do a round at the same time, and waits until all
// their pictures show it.
func together(t *testing.T, nodes ...*node) {
	t.Helper()
	var all sync.WaitGroup
	for _, n := range nodes {
		all.Go(func() { n.round(t) })
	}
	all.Wait()
	ctx, cancel := context.WithTimeout(t.Context(), quick)
	defer cancel()
	for _, n := range nodes {
		if err := n.live.Await(ctx, nodes[0].seq()); err != nil {
			t.Fatal(err)
		}
	}
}

// said counts the facts of each kind in the journal.
func (n *node) said() map[string]int {
	n.Helper()
	count := map[string]int{}
	events, err := n.db.Events(context.Background(), 0, 1000)
	if err != nil {
		n.Fatal(err)
	}
	for _, e := range events {
		count[e.Fact.Type()]++
	}
	return count
}

// TestAnOrderNobodyAnswersIsPagedAndRaisedOnce: over two servers at once, one of
// which dies between the page and the alarm and is followed by another that
// knows no more than the database.
func TestAnOrderNobodyAnswersIsPagedAndRaisedOnce(t *testing.T) {
	dsn, ahead := pgtest.Template(t, "city", seed), time.Duration(0)
	one, two := newNode(t, dsn, &ahead), newNode(t, dsn, &ahead)
	back := fmt.Sprintf(`{"incident": %q, "unit": %q, "occurred_at": %q}`, fire, engine, stamp(-10*time.Minute))
	path := "/api/assignments/" + id(12, 1).String()
	one.want(one.do("dispatcher", "PUT", path, back), 200, "")
	together(t, one, two)
	if n := one.said(); n["assignment.paged"] != 0 {
		t.Fatalf("an order dated back is overdue at once: %v", n)
	}
	k := two.dial("responder", `{"type": "hello"}`)
	k.wantNext("picture")

	ahead = 61 * time.Second
	for range 3 {
		together(t, one, two)
	}
	if n := one.said(); n["assignment.paged"] != 1 || n["alarm.raised"] != 0 {
		t.Fatalf("after a minute: %v", n)
	}
	if f := k.wantNext("event"); f.Event.Type != "assignment.paged" || f.Assignment == nil {
		t.Errorf("the crew hears %+v", f)
	}

	ahead = 122 * time.Second
	three := newNode(t, dsn, &ahead) // one is dead, its picture with it
	for range 3 {
		together(t, two, three)
	}
	if n := two.said(); n["assignment.paged"] != 1 || n["alarm.raised"] != 1 || n["alarm.advanced"] != 0 {
		t.Fatalf("after two minutes: %v", n)
	}
	list := two.do("dispatcher", "GET", "/api/alarms", "")
	for _, want := range []string{`"kind":"unacknowledged"`, `"U-1 超时未接令（QHD-`, id(12, 1).String(), fire.String()} {
		if !strings.Contains(list.body, want) {
			t.Errorf("the alarm does not say %s: %s", want, list.body)
		}
	}
	// The crew answers the order it saw, before the page: the page is no step.
	three.want(three.step("responder", path, 1, "acknowledged"), 200, "")
	for range 3 {
		together(t, two, three)
	}
	if n := two.said(); n["alarm.advanced"] != 1 || n["alarm.raised"] != 1 {
		t.Errorf("after the answer: %v", n)
	}
	ended := two.do("dispatcher", "GET", "/api/alarms?open=false", "")
	if !strings.Contains(ended.body, `"outcome":"cleared"`) || strings.Contains(ended.body, `"ended_by"`) {
		t.Errorf("ended as %s", ended.body)
	}
	if differ, err := two.db.Replay(t.Context()); err != nil || len(differ) > 0 {
		t.Errorf("journal and rows differ: %v, %v", differ, err)
	}
}

// fixes sends positions of a unit, a second apart and the last of them now.
func (w *world) fixes(unit dispatch.ID, lon, lat float64, n int, more string) {
	w.Helper()
	var all []string
	for i := range n {
		all = append(all, fmt.Sprintf(`{"unit": %q, "at": %q, "lon": %g, "lat": %g%s}`, unit, stamp(time.Duration(i-n+1)*time.Second), lon, lat, more))
	}
	w.want(w.do("machine", "POST", "/api/fixes", `{"fixes": [`+strings.Join(all, ",")+`]}`), 200, "")
}

func TestArrivalIsProposedAndAPersonConfirms(t *testing.T) {
	ahead := time.Duration(0)
	n := newNode(t, pgtest.Template(t, "city", seed), &ahead)
	path := n.order(1, fire, engine)
	n.want(n.step("responder", path, 1, "acknowledged"), 200, "")
	for range 3 { // a fix a round, as of a terminal that reports each second
		n.fixes(engine, 119.601, 39.931, 1, `, "speed_mps": 0.4`)
		together(t, n)
	}
	var as struct {
		Version           int
		State             string
		ArrivalProposedAt *time.Time `json:"arrival_proposed_at"`
	}
	n.decode(n.do("responder", "GET", path, ""), &as)
	if as.State != "acknowledged" || as.ArrivalProposedAt == nil {
		t.Fatalf("the fence proposes, and moves nobody on: %+v", as)
	}
	if said := n.said(); said["assignment.arrival_proposed"] != 1 {
		t.Fatalf("proposed %d times", said["assignment.arrival_proposed"])
	}
	n.want(n.step("responder", path, 2, "on_scene"), 200, "")
	together(t, n)
	if said := n.said(); said["assignment.arrival_proposed"] != 1 {
		t.Errorf("proposed again: %v", said)
	}
}

func TestAUnitLostOnItsWayIsSaidAndFoundAgain(t *testing.T) {
	ahead := time.Duration(0)
	n := newNode(t, pgtest.Template(t, "city", seed), &ahead)
	path := n.order(1, fire, engine)
	n.fixes(engine, 119.7, 39.9, 1, "")
	n.want(n.step("responder", path, 1, "enroute"), 200, "")
	ahead = 181 * time.Second
	for range 2 {
		together(t, n)
	}
	if said := n.said(); said["alarm.raised"] != 1 {
		t.Fatalf("silent for three minutes: %v", said)
	}
	// It speaks again: by the test's clock that was three minutes ago, so the
	// alarm is of then too.
	if list := n.do("dispatcher", "GET", "/api/alarms", ""); !strings.Contains(list.body, `"kind":"lost"`) || !strings.Contains(list.body, "[119.7,39.9]") {
		t.Errorf("lost where? %s", list.body)
	}
	n.want(n.step("dispatcher", path, 2, "cancelled"), 200, "")
	for range 2 {
		together(t, n)
	}
	if said := n.said(); said["alarm.advanced"] != 1 || said["alarm.raised"] != 1 {
		t.Errorf("its order has ended: %v", said)
	}
}

// TestACryGoesThroughWhateverItsPosition: the alarm stands when the positions
// are answered, from whoever may report the unit, once a press.
func TestACryGoesThroughWhateverItsPosition(t *testing.T) {
	for name, fix := range map[string]string{
		"good":        fmt.Sprintf(`"at": %q, "lon": 119.7, "lat": 39.9`, stamp(0)),
		"backfilled":  fmt.Sprintf(`"at": %q, "lon": 119.7, "lat": 39.9`, stamp(-23*time.Minute)),
		"of 2020":     `"at": "2020-01-01T00:00:00Z", "lon": 119.7, "lat": 39.9`,
		"off earth":   fmt.Sprintf(`"at": %q, "lon": 999, "lat": 39.9`, stamp(0)),
		"null island": fmt.Sprintf(`"at": %q, "lon": 0, "lat": 0, "satellites": 0`, stamp(0)),
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			body := fmt.Sprintf(`{"fixes": [{"unit": %q, %s, "sos": true}]}`, engine, fix)
			for range 3 { // the terminal keeps saying it
				w.want(w.do("machine", "POST", "/api/fixes", body), 200, "")
			}
			var list struct {
				Alarms []struct {
					Kind, State, Note string
					Unit              dispatch.ID
					Version           int
				}
			}
			w.decode(w.do("dispatcher", "GET", "/api/alarms", ""), &list)
			if len(list.Alarms) != 1 || list.Alarms[0].Kind != "sos" || list.Alarms[0].Unit != engine {
				t.Fatalf("alarms: %+v", list.Alarms)
			}
			if late := strings.Contains(list.Alarms[0].Note, "补传"); late != (name == "backfilled") {
				t.Errorf("note %q", list.Alarms[0].Note)
			}
		})
	}
}
