package web_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"onemap/data/pgtest"
	"onemap/dispatch"
	"onemap/dispatch/web"
)

// TestHundredTimesTheSameCommand is line 26: one effect, a hundred equal answers.
func TestHundredTimesTheSameCommand(t *testing.T) {
	w := newWorld(t)
	before, key, body := w.seq(), dispatch.NewID().String(), report("", "")
	answers := make([]answer, 100)
	var all sync.WaitGroup
	for i := range answers {
		all.Add(1)
		go func() {
			defer all.Done()
			answers[i] = w.do("dispatcher", "PUT", absent, body, "Idempotency-Key", key)
		}()
	}
	all.Wait()
	for _, a := range answers {
		if a.StatusCode != 200 || a.body != answers[0].body {
			t.Fatalf("%d %s, the first was %s", a.StatusCode, a.body, answers[0].body)
		}
	}
	if after := w.seq(); after != before+1 {
		t.Errorf("the journal went from %d to %d", before, after)
	}
	w.want(w.do("dispatcher", "PUT", absent, report("积水", "另一处"), "Idempotency-Key", key), 422, "idempotency_mismatch")
}

// TestTextIsKeptAsItWasWritten is lines 16 and 31: what looks like SQL is text,
// and text is kept in normal form C. Line 72: a height is dropped.
func TestTextIsKeptAsItWasWritten(t *testing.T) {
	w := newWorld(t)
	title := `'; drop table incident; -- <b>&</b>`
	body := report("积水", "cafe\u0301 "+title)
	w.want(w.do("dispatcher", "PUT", absent, strings.Replace(body, "39.9]", "39.9, 7]", 1)), 200, "")
	a := w.do("dispatcher", "GET", absent, "")
	var got web.IncidentFeature
	w.decode(a, &got)
	if want := "caf\u00e9 " + title; got.Properties.Title != want {
		t.Errorf("title %q, want %q", got.Properties.Title, want)
	}
	if !strings.Contains(a.body, `"coordinates":[119.6,39.9]`) {
		t.Errorf("height kept: %s", a.body)
	}
}

// TestGuessingIsSlow is lines 34 and 38: after five wrong passwords the pair of
// address and account waits, whatever X-Forwarded-For says; others do not.
func TestGuessingIsSlow(t *testing.T) {
	w := newWorld(t)
	try := func(name, password string, n int) answer {
		body := fmt.Sprintf(`{"name": %q, "password": %q}`, name, password)
		return w.do("", "POST", "/api/session", body, "X-Forwarded-For", fmt.Sprintf("10.0.0.%d", n))
	}
	for n := range 5 {
		w.want(try("viewer", "wrong", n), 401, "bad_credentials")
	}
	a := try("viewer", password, 6)
	w.want(a, 429, "too_many_attempts")
	if a.Header.Get("Retry-After") == "" {
		t.Error("it does not say how long")
	}
	for n := range 6 { // right ones are not counted
		w.want(try("duty_officer", password, n), 200, "")
	}
}

// TestBodyWithoutLengthIsCutOff is line 7 for a body that does not say its size.
func TestBodyWithoutLengthIsCutOff(t *testing.T) {
	w := newWorld(t)
	r := as(w.request("PUT", absent, "x"), "dispatcher")
	endless := &endless{}
	r.Body, r.ContentLength = io.NopCloser(endless), -1
	w.want(w.send(r), 413, "too_large")
	if n := endless.read.Load(); n > 8<<20 {
		t.Errorf("%d bytes were taken", n)
	}
}

type endless struct{ read atomic.Int64 }

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	e.read.Add(int64(len(p)))
	return len(p), nil
}

// serve runs the server on a listener of its own, as the program does. It
// returns the address and what ends it.
func (w *world) serve() (address string, stop func()) {
	w.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		w.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- w.server.Serve(ctx, listener) }()
	return listener.Addr().String(), func() {
		cancel()
		if err := <-ended; err != nil {
			w.Errorf("stop: %v", err)
		}
	}
}

// TestHeadersHaveAnEnd is line 11.
func TestHeadersHaveAnEnd(t *testing.T) {
	w := newWorld(t)
	address, stop := w.serve()
	defer stop()
	for length, want := range map[int]int{10: 200, 70 << 10: 431} {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if _, err := fmt.Fprintf(conn, "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Long: %s\r\nConnection: close\r\n\r\n", strings.Repeat("x", length)); err != nil {
			t.Fatal(err)
		}
		response, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		if response.StatusCode != want {
			t.Errorf("a header of %d bytes: %d, want %d", length, response.StatusCode, want)
		}
	}
}

func TestServerThatStopsSaysSo(t *testing.T) {
	w := newWorld(t)
	address, stop := w.serve()
	w.http.URL = "http://" + address
	k := w.dial("dispatcher", `{"type": "hello"}`)
	k.wantNext("picture")
	stop()
	k.wantClosed(1012)
}

// TestDiskNearlyFull is line 40: nothing is written, everything is read, and
// who comes to make room can sign in.
func TestDiskNearlyFull(t *testing.T) {
	var full atomic.Bool
	w := newWorld(t, func(c *web.Config) { c.Full = full.Load })
	w.want(w.do("dispatcher", "GET", "/api/incidents", ""), 200, "")
	full.Store(true)
	w.want(w.do("dispatcher", "PUT", absent, report("", "")), 507, "read_only")
	w.want(w.do("dispatcher", "GET", "/api/incidents", ""), 200, "")
	w.want(w.do("", "POST", "/api/session", `{"name": "nobody", "password": "wrong"}`), 401, "bad_credentials")
	full.Store(false)
	w.want(w.do("dispatcher", "PUT", absent, report("", "")), 200, "")
}

// TestDatabaseAway is line 39: what is in memory is still read, a change is
// refused as unavailable and soon.
func TestDatabaseAway(t *testing.T) {
	dsn, proxy := through(t, pgtest.Template(t, "city", seed))
	w := newWorldAt(t, dsn)
	w.want(w.do("dispatcher", "GET", "/api/ledgers/unit", ""), 200, "")
	proxy.cut()
	start := time.Now()
	a := w.do("dispatcher", "PUT", absent, report("", ""))
	w.want(a, 503, "db_unavailable")
	if a.Header.Get("Retry-After") == "" || time.Since(start) > 2*time.Second {
		t.Errorf("after %s, %v", time.Since(start), a.Header)
	}
	w.want(w.do("dispatcher", "GET", "/api/ledgers/unit", ""), 200, "")
	w.want(w.do("", "GET", "/healthz", ""), 200, "")
	w.want(w.do("", "GET", "/readyz", ""), 503, "")
}

// TestCryIsNotTakenWhileItCannotBeKept: whoever brings a cry for help while the
// database is away is told to bring it again, so that it outlives this process.
// Brought again it is one alarm.
func TestCryIsNotTakenWhileItCannotBeKept(t *testing.T) {
	direct := pgtest.Template(t, "city", seed)
	dsn, proxy := through(t, direct)
	w := newWorldAt(t, dsn)
	fixes := func(sos bool) string {
		return fmt.Sprintf(`{"fixes": [{"unit": %q, "at": %q, "lon": 119.7, "lat": 39.9, "sos": %t}]}`, engine, stamp(0), sos)
	}
	w.want(w.do("machine", "POST", "/api/fixes", fixes(false)), 200, "")
	cry := fixes(true)
	proxy.cut()
	w.want(w.do("machine", "POST", "/api/fixes", fixes(false)), 200, "")
	for range 2 {
		a := w.do("machine", "POST", "/api/fixes", cry)
		if w.want(a, 503, "alarm_not_kept"); a.Header.Get("Retry-After") == "" {
			t.Error("nothing says when to come again")
		}
	}
	later := newWorldAt(t, direct) // another process: nothing in memory
	for range 2 {
		later.want(later.do("machine", "POST", "/api/fixes", cry), 200, "")
	}
	var list struct{ Alarms []struct{ Kind string } }
	later.decode(later.do("dispatcher", "GET", "/api/alarms", ""), &list)
	if len(list.Alarms) != 1 || list.Alarms[0].Kind != "sos" {
		t.Errorf("alarms: %+v", list.Alarms)
	}
}
