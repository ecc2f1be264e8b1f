package web_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"onemap/dispatch"
)

// lend gives Qinglong's dispatcher a right for a while and returns its path.
func (w *world) lend(n int, what string, until time.Duration) string {
	w.Helper()
	path := "/api/grants/" + id(13, n).String()
	body := fmt.Sprintf(`{"account": %q, "role": "dispatcher", "clearance": 1, "valid_until": %q, "reason": "联合值守", %s}`, id(1, 10), stamp(until), what)
	w.want(w.do("duty_officer", "PUT", path, body), 200, "")
	return path
}

func firePath() string { return "/api/incidents/" + fire.String() }

// TestRevokedRightIsGoneFromOpenSockets: the frames captured behind the
// revocation hold nothing that the right had shown, though things go on
// happening all the while (INV-7).
func TestRevokedRightIsGoneFromOpenSockets(t *testing.T) {
	w := newWorld(t)
	k := w.dial("qinglong", `{"type": "hello"}`)
	if p := k.wantNext("picture"); len(p.Incidents) != 1 || len(p.Units) != 1 {
		t.Fatalf("before: %d incidents, %d units", len(p.Incidents), len(p.Units))
	}
	path := w.lend(1, `"area": "130302"`, time.Hour)
	if p := k.wantNext("picture"); len(p.Incidents) != 2 || len(p.Units) != 3 {
		t.Fatalf("with the right: %d incidents, %d units", len(p.Incidents), len(p.Units))
	}
	w.want(w.do("qinglong", "GET", firePath(), ""), 200, "")
	w.reportInHaigang()
	if e := k.wantNext("event"); e.Incident.Properties["division"] != townCode {
		t.Errorf("with the right it hears of %v", e.Incident.Properties)
	}
	stop, going := make(chan struct{}), sync.WaitGroup{}
	going.Go(func() {
		for n := 0; n < 200; n++ {
			select {
			case <-stop:
				return
			default:
				w.reportInHaigang()
			}
		}
	})
	var revoked dispatch.Receipt
	a := w.do("duty_officer", "DELETE", path, "", "If-Match", `"1"`)
	committed := time.Now()
	w.want(a, 200, "")
	w.decode(a, &revoked)
	w.want(w.do("qinglong", "GET", firePath(), ""), 404, "not_found")
	w.reportInHills()
	var took time.Duration
	for hills := false; took == 0 || !hills; {
		hills = k.heardOfTheHills(int64(revoked.Seq), &took, committed) || hills
	}
	close(stop)
	going.Wait()
	t.Logf("cut %s after the commit", took.Round(time.Millisecond))
	if took > time.Second {
		t.Errorf("the right was felt for %s", took)
	}
}

// heardOfTheHills reads one frame. It fails when one numbered behind the
// revocation shows what only the right had shown.
func (k wire) heardOfTheHills(revoked int64, cut *time.Duration, committed time.Time) bool {
	k.Helper()
	f, err := k.next()
	switch {
	case err != nil:
		k.Fatal(err)
	case f.Type == "picture" && f.Seq >= revoked:
		*cut = max(time.Since(committed), time.Nanosecond)
		if strings.Contains(fmt.Sprintf("%s", f.Incidents), townCode) || len(f.Units) != 1 {
			k.Errorf("the picture behind the revocation: %s", f.Incidents)
		}
		return strings.Contains(fmt.Sprintf("%s", f.Incidents), "积水") // it was reported before the picture was taken
	case f.Type == "event" && f.Seq > revoked && f.Incident != nil:
		if f.Incident.Properties["division"] != hillCode {
			k.Errorf("event %d, revoked at %d: %v", f.Seq, revoked, f.Incident.Properties)
		}
		return f.Incident.Properties["division"] == hillCode
	}
	return false
}

func TestRightThatExpiresIsGoneFromOpenSockets(t *testing.T) {
	w := newWorld(t)
	k := w.dial("qinglong", `{"type": "hello"}`)
	first := k.wantNext("picture")
	w.lend(1, `"incident": "`+fire.String()+`"`, 3*time.Second)
	if p := k.wantNext("picture"); len(p.Incidents) != 2 || len(p.Units) != 1 {
		t.Errorf("for the incident: %d incidents, %d units", len(p.Incidents), len(p.Units))
	}
	own := w.do("qinglong", "PUT", "/api/assignments/"+id(12, 1).String(), orderBody(fire, forester))
	w.want(own, 200, "")
	w.want(w.do("qinglong", "PUT", "/api/assignments/"+id(12, 2).String(), orderBody(fire, engine)), 404, "not_found")
	for f := k.wantNextOf("picture"); len(f.Incidents) != 1; f = k.wantNextOf("picture") {
		t.Logf("a picture of %d incidents", len(f.Incidents))
	}
	w.want(w.do("qinglong", "GET", firePath(), ""), 404, "not_found")
	// Who was away meanwhile is sent a whole picture, for it shows what it may not.
	w.dial("qinglong", resume(first, int64(w.live.Picture().Seq))).wantNext("picture")
	list := w.do("admin", "GET", "/api/grants", "")
	if !strings.Contains(list.body, `"holds":false`) {
		t.Errorf("the list says %s", list.body)
	}
}

// wantNextOf skips to the next frame of a kind.
func (k wire) wantNextOf(kind string) frame {
	k.Helper()
	for {
		f, err := k.next()
		if err != nil {
			k.Fatal(err)
		}
		if f.Type == kind {
			return f
		}
	}
}

func TestLentRightLendsNothingOn(t *testing.T) {
	w := newWorld(t)
	chief := fmt.Sprintf(`{"account": %q, "role": "duty_officer", "area": "130302", "clearance": 1, "valid_until": %q, "reason": "代班"}`, id(1, 10), stamp(time.Hour))
	w.want(w.do("duty_officer", "PUT", "/api/grants/"+id(13, 1).String(), chief), 200, "")
	body := fmt.Sprintf(`{"account": %q, "role": "dispatcher", "area": "130302", "valid_until": %q, "reason": "再转借"}`, id(1, 8), stamp(time.Hour))
	w.want(w.do("qinglong", "PUT", "/api/grants/"+id(13, 2).String(), body), 403, "forbidden")
	w.want(w.do("qinglong", "DELETE", "/api/grants/"+id(13, 1).String(), "", "If-Match", `"1"`), 403, "forbidden")
}

// TestStreamIsNoMoreThanTheAPIShows: what a role's picture holds, the API shows
// to that role one by one, and a tile of every layer is cut for it (INV-7).
func TestStreamIsNoMoreThanTheAPIShows(t *testing.T) {
	w := newWorld(t)
	w.order(1, fire, engine)
	w.order(2, flood, forester)
	w.lend(1, `"incident": "`+fire.String()+`"`, time.Hour)
	shown := 0
	for _, person := range people {
		if person.Role.May("live.read") == dispatch.Denied {
			continue
		}
		k := w.dial(person.Name, `{"type": "hello"}`)
		var p struct {
			Units, Incidents, Assignments []struct{ ID string }
		}
		kind, raw, err := k.ReadMessage()
		if err != nil || kind != websocket.TextMessage || json.Unmarshal(raw, &p) != nil {
			t.Fatalf("%s: %v %.80s", person.Name, err, raw)
		}
		for path, list := range map[string][]struct{ ID string }{"/api/ledgers/unit/": p.Units, "/api/incidents/": p.Incidents, "/api/assignments/": p.Assignments} {
			for _, one := range list {
				w.want(w.do(person.Name, "GET", path+one.ID, ""), 200, "")
				shown++
			}
		}
		for _, layer := range []string{"unit", "shelter", "hazard"} {
			if a := w.do(person.Name, "GET", "/tiles/"+layer+"/8/212/97.mvt", ""); a.StatusCode != 200 && a.StatusCode != 204 && a.StatusCode != 404 {
				t.Errorf("%s, tile of %s: %d", person.Name, layer, a.StatusCode)
			}
		}
	}
	if shown < 20 {
		t.Errorf("only %d things were shown", shown)
	}
}
