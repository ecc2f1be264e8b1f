package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"onemap/dispatch"
)

// wish is one command of a writer and the answer it got in the end.
type wish struct {
	method, path string
	body         any
	key          string
	seen         int // If-Match; 0: none
	status       int
	receipt      dispatch.Receipt
}

// crew is the writers of the crash test. They share a session, which outlives
// the server, and repeat what was not answered until it is.
type crew struct {
	t        *testing.T
	url      string
	client   *http.Client
	units    []dispatch.ID
	answered atomic.Int64
	repeated atomic.Int64 // sent again because no answer came

	mu   sync.Mutex
	done []*wish
}

// ask sends a wish once. An answer that decides nothing (5xx, 429) is an error.
func (c *crew) ask(ctx context.Context, w *wish) error {
	raw, err := json.Marshal(w.body)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, w.method, c.url+w.path, bytes.NewReader(raw))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", w.key)
	if w.seen > 0 {
		req.Header.Set("If-Match", strconv.Quote(strconv.Itoa(w.seen)))
	}
	res, err := c.client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	switch {
	case err != nil:
		return err
	case res.StatusCode >= 500 || res.StatusCode == http.StatusTooManyRequests:
		return fmt.Errorf("%d %s", res.StatusCode, answer)
	case res.StatusCode >= 300:
		w.status = res.StatusCode
		return nil
	}
	w.status = res.StatusCode
	return json.Unmarshal(answer, &w.receipt)
}

// insist repeats a wish under its key until it is decided, and keeps it. Only
// conflicts may refuse: two writers want one unit.
func (c *crew) insist(ctx context.Context, method, path string, body any, seen int) *wish {
	w := &wish{method: method, path: path, body: body, seen: seen, key: dispatch.NewID().String()}
	for c.ask(ctx, w) != nil {
		c.repeated.Add(1)
		if !rest(ctx, 25*time.Millisecond) {
			return nil // the test is over
		}
	}
	if w.status != 200 && w.status != 409 {
		c.t.Errorf("%s %s: %d", method, path, w.status)
		return nil
	}
	c.mu.Lock()
	c.done = append(c.done, w)
	c.mu.Unlock()
	c.answered.Add(1)
	return w
}

// rest waits, and reports whether there is still time.
func rest(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// write works through incidents until enough is said: each is reported and
// confirmed, wants units that others want too, and moves on those it got.
func (c *crew) write(ctx context.Context, writer int, enough func() bool) {
	for n := 0; !enough() && ctx.Err() == nil; n++ {
		path := "/api/incidents/" + dispatch.NewID().String()
		if c.insist(ctx, "PUT", path, incidentAt(fmt.Sprintf("积水 %d-%d", writer, n)), 0) == nil ||
			c.insist(ctx, "POST", path+"/advance", map[string]any{"to": "confirmed"}, 1) == nil {
			return
		}
		one, other := c.units[rand.IntN(len(c.units))], c.units[rand.IntN(len(c.units))]
		if n%2 == 0 {
			c.orderOne(ctx, path, one)
		} else if one != other {
			c.orderBoth(ctx, path, one, other)
		}
	}
}

func incidentAt(title string) map[string]any {
	return map[string]any{"type": "Feature", "geometry": map[string]any{"type": "Point", "coordinates": []float64{119.59, 39.94}},
		"properties": map[string]any{"kind": "flood", "title": title, "priority": 3, "division": "130302001"}}
}

func (c *crew) orderOne(ctx context.Context, incident string, unit dispatch.ID) {
	id := dispatch.NewID().String()
	w := c.insist(ctx, "PUT", "/api/assignments/"+id, map[string]any{"incident": strings.TrimPrefix(incident, "/api/incidents/"), "unit": unit}, 0)
	if w != nil && w.status == 200 {
		c.advance(ctx, id)
	}
}

func (c *crew) orderBoth(ctx context.Context, incident string, units ...dispatch.ID) {
	var list []any
	var ids []string
	for _, unit := range units {
		ids = append(ids, dispatch.NewID().String())
		list = append(list, map[string]any{"assignment": ids[len(ids)-1], "unit": unit})
	}
	w := c.insist(ctx, "POST", incident+"/orders", map[string]any{"orders": list}, 0)
	if w == nil || w.status != 200 {
		return
	}
	for _, id := range ids {
		c.advance(ctx, id)
	}
}

// advance moves an assignment to its end; nobody else does. That the server
// called the crew again meanwhile does not count as having moved it.
func (c *crew) advance(ctx context.Context, id string) {
	seen := 1
	for _, to := range []string{"acknowledged", "enroute", "on_scene", "released"} {
		w := c.insist(ctx, "POST", "/api/assignments/"+id+"/advance", map[string]any{"to": to}, seen)
		if w == nil || w.status != 200 {
			if w != nil {
				c.t.Errorf("assignment %s to %s: %d", id, to, w.status)
			}
			return
		}
		seen = w.receipt.Version
	}
}

// leave orders a unit that nobody else wants and acknowledges nothing.
func (c *crew) leave(ctx context.Context, unit dispatch.ID) dispatch.ID {
	c.t.Helper()
	incident, id := dispatch.NewID().String(), dispatch.NewID()
	for _, w := range []*wish{
		c.insist(ctx, "PUT", "/api/incidents/"+incident, incidentAt("无人接令"), 0),
		c.insist(ctx, "POST", "/api/incidents/"+incident+"/advance", map[string]any{"to": "confirmed"}, 1),
		c.insist(ctx, "PUT", "/api/assignments/"+id.String(), map[string]any{"incident": incident, "unit": unit}, 0),
	} {
		if w == nil || w.status != 200 {
			c.t.Fatalf("order a unit and leave it: %+v", w)
		}
	}
	return id
}

// read decodes an answer to GET.
func (c *crew) read(path string, into any) {
	c.t.Helper()
	res, err := c.client.Get(c.url + path)
	if err != nil {
		c.t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != 200 {
		c.t.Fatalf("GET %s: %d", path, res.StatusCode)
	}
	if err := json.NewDecoder(res.Body).Decode(into); err != nil {
		c.t.Fatalf("GET %s: %v", path, err)
	}
}

// event is one line of the journal.
type event struct {
	Seq     int64
	Type    string
	ID      dispatch.ID
	Version int
	Payload struct {
		Unit, Assignment dispatch.ID
		To, Kind         string
	}
}

func (c *crew) journal() (all []event) {
	c.t.Helper()
	for {
		var page struct{ Events []event }
		c.read(fmt.Sprintf("/api/journal?limit=1000&after=%d", len(all)), &page)
		if len(page.Events) == 0 {
			return all
		}
		all = append(all, page.Events...)
	}
}

// equip puts a township, a team and n units on an empty server.
func (c *crew) equip(ctx context.Context, n int) {
	c.t.Helper()
	put := func(ledger string, id dispatch.ID, geometry map[string]any, properties map[string]any) {
		c.t.Helper()
		properties["division"], properties["source_datum"], properties["sensitivity"] = "130302001", "wgs84", 0
		w := c.insist(ctx, "PUT", "/api/ledgers/"+ledger+"/"+id.String(), map[string]any{"type": "Feature", "geometry": geometry, "properties": properties}, 0)
		if w == nil || w.status != 200 {
			c.t.Fatalf("put a %s", ledger)
		}
	}
	at, team := map[string]any{"type": "Point", "coordinates": []float64{119.59, 39.94}}, dispatch.NewID()
	square := [][][]float64{{{119.5, 39.9}, {119.7, 39.9}, {119.7, 40}, {119.5, 40}, {119.5, 39.9}}}
	put("division", dispatch.NewID(), map[string]any{"type": "Polygon", "coordinates": square}, map[string]any{"code": "130302001", "name": "河东街道", "level": "township", "parent": "130302", "county": "130302"})
	put("team", team, at, map[string]any{"code": "T-1", "name": "一队", "owner_system": "fire_rescue", "capabilities": []any{}, "mobilise_day_min": 1, "mobilise_night_min": 1, "readiness": "ready"})
	for i := range n {
		id, code := dispatch.NewID(), fmt.Sprintf("U-%d", i)
		put("unit", id, at, map[string]any{"code": code, "name": code, "call_sign": code, "team": team, "kind": "engine", "duty": "available_base", "crew": 4, "crew_minimum": 2, "mobilise_min": 1})
		c.units = append(c.units, id)
	}
}

// backend returns the pid of one connection's process of the private database.
func backend(t *testing.T, postmaster int) int {
	t.Helper()
	all, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range all {
		raw, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended meanwhile
		}
		_, rest, _ := bytes.Cut(raw, []byte(") "))
		if f := bytes.Fields(rest); len(f) < 2 || string(f[1]) != strconv.Itoa(postmaster) {
			continue
		}
		line, err := os.ReadFile(filepath.Join(filepath.Dir(path), "cmdline"))
		if err == nil && bytes.Contains(line, []byte("[local]")) {
			pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
			if err != nil {
				t.Fatal(err)
			}
			return pid
		}
	}
	t.Fatal("the database has no connection")
	return 0
}

// officer signs a duty officer in on an empty server.
func (r *running) officer() {
	r.t.Helper()
	if status := r.signIn("admin", r.password); status != 200 {
		r.t.Fatalf("the first administrator signs in: %d", status)
	}
	r.ownPassword(r.password, "another pass phrase")
	officer := map[string]any{"name": "officer", "display": "值班长", "role": "duty_officer", "area": "130300", "clearance": 3, "password": "for the first time"}
	if status := r.call("PUT", "/api/accounts/"+dispatch.NewID().String(), officer, nil, key()); status != 200 {
		r.t.Fatalf("make an account: %d", status)
	}
	if status := r.signIn("officer", "for the first time"); status != 200 {
		r.t.Fatalf("the officer signs in: %d", status)
	}
	r.ownPassword("for the first time", "a long pass phrase")
}

// newCrew shares the session of r with the writers.
func newCrew(t *testing.T, r *running) *crew {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), "GET", r.url, nil)
	if err != nil {
		t.Fatal(err)
	}
	jar.SetCookies(req.URL, r.client.Jar.Cookies(req.URL))
	return &crew{t: t, url: r.url, client: &http.Client{Jar: jar, Timeout: 5 * time.Second}}
}

// await waits until n commands more have been answered.
func (c *crew) await(ctx context.Context, n int64) {
	c.t.Helper()
	for at := c.answered.Load() + n; c.answered.Load() < at; {
		if !rest(ctx, 5*time.Millisecond) {
			c.t.Fatalf("%d commands answered, waiting for %d", c.answered.Load(), at)
		}
	}
}

// kill ends one of the processes this test started.
func kill(t *testing.T, pid int) {
	t.Helper()
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatalf("kill %d: %v", pid, err)
	}
}
