package web_test

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"onemap/dispatch"
)

// wire is a client of the live channel.
type wire struct {
	*world
	*websocket.Conn
}

// frame is any text frame, as far as tests look.
type frame struct {
	Type, Epoch, Code string
	Seq, Prev         int64
	T                 float64
	Units             []struct{ Code, Status string }
	Incidents         []json.RawMessage
	Counts            map[string]int
	Event             struct {
		Type    string
		ID      dispatch.ID
		Payload json.RawMessage
	}
	Unit     *struct{ Code, Status string }
	Incident *struct{ Properties map[string]any }
	Study    *struct{ ID, State string }
	Warnings []struct{ ID, State string }
	Warning  *struct {
		ID, State string
		Sounds    bool
		Work      *struct {
			State string
			Mine  bool
		}
	}

	ID           string // of a study that has got further
	Progress     float64
	Value, Bound *float64

	Assignment  *struct{ ID, State string }
	Assignments []struct{ ID, State string }
	Alarm       *struct{ ID, Kind, State string }
	Alarms      []struct{ ID, Kind, State string }
	ETAs        []struct {
		Assignment string
		ArriveAt   time.Time `json:"arrive_at"`
		TravelS    float64   `json:"travel_s"`
		Position   struct{ Source string }
		Closures   []struct{ Code string }
	}
}

func (w *world) handshake(who, origin string) (*websocket.Conn, int) {
	w.Helper()
	r := as(w.request("GET", "/api/live", ""), who)
	if origin != "" {
		r.Header.Set("Origin", origin)
	}
	conn, response, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(w.http.URL, "http")+"/api/live", r.Header)
	if response == nil {
		w.Fatal(err)
	}
	defer response.Body.Close()
	return conn, response.StatusCode
}

// dial opens the channel and says hello.
func (w *world) dial(who, hello string) wire {
	w.Helper()
	conn, status := w.handshake(who, w.http.URL)
	if conn == nil {
		w.Fatalf("%s: handshake %d", who, status)
	}
	w.Cleanup(func() { conn.Close() })
	if err := conn.SetReadDeadline(time.Now().Add(quick)); err != nil {
		w.Fatal(err)
	}
	k := wire{w, conn}
	k.say(hello)
	return k
}

func (k wire) say(text string) {
	k.Helper()
	if err := k.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
		k.Fatal(err)
	}
}

// next returns the next text frame that is no mark and tells of no arrivals.
func (k wire) next() (f frame, err error) {
	for f.Type == "" || f.Type == "mark" || f.Type == "eta" {
		if f, err = k.any(); err != nil {
			return f, err
		}
	}
	return f, nil
}

// any returns the next text frame.
func (k wire) any() (f frame, err error) {
	for f.Type == "" {
		kind, raw, err := k.ReadMessage()
		if err != nil {
			return f, err
		}
		if kind == websocket.TextMessage {
			f = frame{}
			if err := json.Unmarshal(raw, &f); err != nil {
				return f, err
			}
		}
	}
	return f, nil
}

func (k wire) wantNext(kind string) frame {
	k.Helper()
	f, err := k.next()
	if err != nil || f.Type != kind {
		k.Fatalf("got %+v, %v, want a %s", f, err, kind)
	}
	return f
}

func (k wire) wantClosed(code int) {
	k.Helper()
	for {
		f, err := k.next()
		if err == nil {
			k.Logf("before the end: %s %s", f.Type, f.Event.Type)
			continue
		}
		var closed *websocket.CloseError
		if !errors.As(err, &closed) || closed.Code != code {
			k.Errorf("ended with %v, want %d", err, code)
		}
		return
	}
}

// report records a new incident at a place and returns its number in the journal.
func (w *world) report(lon, lat float64, text string) {
	w.Helper()
	body := fmt.Sprintf(`{"type": "Feature", "geometry": {"type": "Point", "coordinates": [%g, %g]}, "properties": {"kind": "flood", "title": "积水", "priority": 3, "caller_phone": "13812345678", "description": %q}}`, lon, lat, text)
	w.want(w.do("dispatcher", "PUT", "/api/incidents/"+dispatch.NewID().String(), body), 200, "")
}

func (w *world) reportInHaigang() { w.report(119.6, 39.9, "") }
func (w *world) reportInHills()   { w.report(119.1, 40.3, "") }

func resume(f frame, seq int64) string {
	return fmt.Sprintf(`{"type": "hello", "since": %d, "epoch": %q}`, seq, f.Epoch)
}

func TestClientThatComesBackMissesNothing(t *testing.T) {
	w := newWorld(t)
	first := w.dial("dispatcher", `{"type": "hello"}`)
	picture := first.wantNext("picture")
	if len(picture.Units) != 3 || len(picture.Incidents) != 2 || picture.Counts["shelter"] != 1 || picture.Counts["team"] != 1 {
		t.Errorf("picture: %+v", picture)
	}
	w.reportInHaigang()
	event := first.wantNext("event")
	if event.Prev != picture.Seq || event.Seq != picture.Seq+1 || event.Incident == nil {
		t.Errorf("event %+v after picture %d", event, picture.Seq)
	}
	first.Close()
	for range 3 {
		w.reportInHaigang()
	}
	again := w.dial("dispatcher", resume(picture, event.Seq))
	again.wantNext("resume")
	w.reportInHaigang()
	for last := event.Seq; last < event.Seq+4; last++ {
		if e := again.wantNext("event"); e.Prev != last || e.Seq != last+1 {
			t.Fatalf("event %d after %d, the client has %d", e.Seq, e.Prev, last)
		}
	}
}

func TestClientOfAnotherJournalStartsAnew(t *testing.T) {
	w := newWorld(t)
	w.dial("dispatcher", `{"type": "hello", "since": 3, "epoch": "another"}`).wantClosed(4009)
	picture := w.dial("dispatcher", `{"type": "hello"}`).wantNext("picture")
	w.dial("dispatcher", resume(picture, picture.Seq+1000)).wantNext("picture")
}

func TestSlowReaderIsCutAndComesBack(t *testing.T) {
	w := newWorld(t)
	k := w.dial("dispatcher", `{"type": "hello"}`)
	picture := k.wantNext("picture")
	last := picture.Seq
	desk := &dispatch.Desk{Journal: w.db, Picture: w.live.Picture, Now: time.Now}
	slow, text := w.live.Stats().SlowClosed, strings.Repeat("水", 3900)
	for n := 0; w.live.Stats().SlowClosed == slow; n++ { // until its queue is full
		if n > 5000 {
			t.Fatal("it is never full")
		}
		in := dispatch.Incident{ID: dispatch.NewID(), Geometry: incidents()[0].Geometry, Known: incidents()[0].Known}
		in.Description = text
		officer := dispatch.Actor{ID: id(1, 2), Role: dispatch.DutyOfficer, Area: cityCode}
		if _, err := desk.ReportIncident(t.Context(), dispatch.Command{ID: dispatch.NewID(), Actor: officer, OccurredAt: time.Now()}, in); err != nil {
			t.Fatal(err)
		}
	}
	follow := func(k wire) error {
		for {
			f, err := k.next()
			if err != nil {
				return err
			}
			if f.Type == "event" {
				if f.Prev != last {
					t.Fatalf("event %d says %d came before; the client has %d", f.Seq, f.Prev, last)
				}
				if last = f.Seq; last == int64(w.live.Picture().Seq) {
					return nil
				}
			}
		}
	}
	if err := follow(k); !websocket.IsCloseError(err, 4008) {
		t.Fatalf("the slow one ended with %v", err)
	}
	if err := follow(w.dial("dispatcher", resume(picture, last))); err != nil {
		t.Errorf("it came back, and ended with %v", err)
	}
}

func TestChannelOpensForOwnPagesOnly(t *testing.T) {
	w := newWorld(t)
	for origin, want := range map[string]int{
		"http://evil.example": 403, "null": 403, "": 403, w.http.URL + ".evil.example": 403, w.http.URL: http.StatusSwitchingProtocols,
	} {
		conn, status := w.handshake("dispatcher", origin)
		if status != want {
			t.Errorf("origin %q: %d, want %d", origin, status, want)
		}
		if conn != nil {
			conn.Close()
		}
	}
	if _, status := w.handshake("machine", ""); status != 403 {
		t.Errorf("a machine: %d", status)
	}
	if _, status := w.handshake("", w.http.URL); status != 401 {
		t.Errorf("nobody: %d", status)
	}
}

func TestChannelEndsWithItsRight(t *testing.T) {
	w := newWorld(t)
	open := func(who string) wire {
		k := w.dial(who, `{"type": "hello"}`)
		k.wantNext("picture")
		return k
	}
	account := func(n int, name, rest string) {
		w.want(w.do("admin", "PUT", "/api/accounts/"+id(1, n).String(), fmt.Sprintf(`{"name": %q, "display": "x", "role": "viewer", "area": "130300", %s}`, name, rest), "If-Match", `"2"`), 200, "")
	}
	signedOut := open("viewer")
	w.want(w.do("viewer", "DELETE", "/api/session", ""), 204, "")
	signedOut.wantClosed(4001)

	demoted := open("planner")
	account(6, "planner", `"clearance": 0`)
	demoted.wantClosed(4003)

	closed := open("responder")
	account(5, "responder", `"clearance": 0, "closed": true`)
	closed.wantClosed(4001)
	w.want(w.do("responder", "GET", "/api/session", ""), 401, "unauthorized")

	reset := open("grid_worker")
	w.want(w.do("admin", "PUT", "/api/accounts/"+id(1, 7).String(), `{"name": "grid_worker", "display": "grid_worker", "role": "grid_worker", "area": "130302001", "clearance": 1, "password": "for-one-use-1"}`, "If-Match", `"2"`), 200, "")
	reset.wantClosed(4001)
	a := w.do("", "POST", "/api/session", `{"name": "grid_worker", "password": "for-one-use-1"}`)
	w.want(a, 200, "")
	w.want(w.do("", "GET", "/api/status", "", "Cookie", strings.Split(a.Header.Get("Set-Cookie"), ";")[0]), 200, "")
	w.want(w.do("", "GET", "/api/incidents", "", "Cookie", strings.Split(a.Header.Get("Set-Cookie"), ";")[0]), 403, "must_change_password")
}

func TestBrokenFramesEndTheChannel(t *testing.T) {
	w := newWorld(t)
	for name, c := range map[string]struct {
		code int
		send func(wire) error
	}{
		"bad UTF-8": {1007, func(k wire) error { return k.WriteMessage(websocket.TextMessage, []byte("{\"a\":\"\xff\"}")) }},
		"too large": {1009, func(k wire) error { return k.WriteMessage(websocket.TextMessage, make([]byte, 64<<10+1)) }},
		"binary":    {1002, func(k wire) error { return k.WriteMessage(websocket.BinaryMessage, []byte{1}) }},
		"no meaning": {1008, func(k wire) error {
			return repeat(12, func() error { return k.WriteMessage(websocket.TextMessage, []byte("{}")) })
		}},
		"ping flood": {1008, func(k wire) error {
			return repeat(60, func() error { return k.WriteControl(websocket.PingMessage, nil, time.Now().Add(quick)) })
		}},
	} {
		t.Run(name, func(t *testing.T) {
			k := w.dial("dispatcher", `{"type": "hello"}`)
			k.wantNext("picture")
			if err := c.send(k); err != nil && !errors.Is(err, websocket.ErrCloseSent) {
				t.Logf("while sending: %v", err) // the other end may have hung up already
			}
			k.wantClosed(c.code)
		})
	}
	w.dial("dispatcher", `{"type": "ping", "t": 1}`).wantClosed(1008)
}

func repeat(n int, do func() error) error {
	for range n {
		if err := do(); err != nil {
			return err
		}
	}
	return nil
}

func TestPingTellsTheTime(t *testing.T) {
	k := newWorld(t).dial("viewer", `{"type": "hello"}`)
	k.wantNext("picture")
	k.say(`{"type": "ping", "t": 12.5}`)
	if f := k.wantNext("pong"); f.T != 12.5 {
		t.Errorf("pong %+v", f)
	}
	k.say(`{"type": "what"}`)
	if f := k.wantNext("error"); f.Code != "unknown_frame" {
		t.Errorf("error %+v", f)
	}
}

func TestNobodyHearsOfWhatIsOutOfScope(t *testing.T) {
	w := newWorld(t)
	hills, wall := w.dial("qinglong", `{"type": "hello"}`), w.dial("viewer", `{"type": "hello"}`)
	if p := hills.wantNext("picture"); len(p.Units) != 1 || p.Units[0].Code != "U-3" || len(p.Incidents) != 1 {
		t.Errorf("picture of Qinglong: %+v", p)
	}
	if p := wall.wantNext("picture"); strings.Contains(string(p.Incidents[0])+string(p.Incidents[1]), "13800000000") {
		t.Errorf("the wall shows a caller: %s", p.Incidents)
	}
	w.reportInHaigang()
	w.reportInHills()
	if e := wall.wantNext("event"); strings.Contains(string(e.Event.Payload), "13812345678") || e.Incident.Properties["caller_phone"] != nil {
		t.Errorf("the wall shows a caller: %+v", e)
	}
	if e := hills.wantNext("event"); e.Incident.Properties["division"] != hillCode {
		t.Errorf("Qinglong hears of %v", e.Incident.Properties)
	}
}

func TestUnitThatLeavesTheScopeIsRemoved(t *testing.T) {
	w := newWorld(t)
	k := w.dial("responder", `{"type": "hello"}`)
	picture := k.wantNext("picture")
	moved := `{"type": "Feature", "geometry": {"type": "Point", "coordinates": [119.1, 40.3]}, "properties": {"code": "U-2", "name": "海港二号车", "division": "130321101", "source_datum": "wgs84", "sensitivity": 0, "team": "` + id(4, 1).String() + `", "call_sign": "海港102", "kind": "ladder", "duty": "standby", "crew": 3, "crew_minimum": 3, "mobilise_min": 1}}`
	w.want(w.do("dispatcher", "PUT", "/api/ledgers/unit/"+id(3, 2).String(), moved, "If-Match", `"1"`), 200, "")
	e := k.wantNext("event")
	if e.Event.Type != "unit.removed" || string(e.Event.Payload) != "{}" || e.Unit != nil {
		t.Errorf("it is told %+v", e)
	}
	// Who was away gets a whole picture instead, for it cannot be told what left.
	if p := w.dial("responder", resume(picture, picture.Seq)).wantNext("picture"); len(p.Units) != 1 {
		t.Errorf("picture: %+v", p.Units)
	}
}

func TestPositionsComeAsFrames(t *testing.T) {
	w := newWorld(t)
	k := w.dial("dispatcher", `{"type": "hello"}`)
	k.wantNext("picture")
	w.want(w.do("machine", "POST", "/api/fixes", fmt.Sprintf(`{"fixes": [{"unit": %q, "at": %q, "lon": 119.7, "lat": 39.9, "speed_mps": 10, "heading_deg": 90}]}`, id(3, 1), stamp(0))), 200, "")
	for {
		kind, raw, err := k.ReadMessage()
		if err != nil {
			t.Fatal(err)
		}
		if kind != websocket.BinaryMessage || len(raw) == 8 { // a full frame of nobody comes first
			continue
		}
		record := raw[8:]
		if len(record) != 16 || binary.LittleEndian.Uint32(record[4:]) != 1197000000 || record[12] != 64 || record[13] != 20 || record[15] != 3 {
			t.Errorf("frame %v", raw)
		}
		return
	}
}
