package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http/cookiejar"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"onemap/data/pgtest"
	"onemap/dispatch"
	"onemap/dispatch/bench"
	"onemap/dispatch/wire/jt808"
	"onemap/geo"
)

// freePort is an address nobody listens on a moment ago.
func freePort(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// handset plays one terminal over TCP.
type handset struct {
	t      testing.TB
	conn   net.Conn
	number string
	serial uint16
	split  jt808.Splitter
}

func ring(t testing.TB, address, number string) *handset {
	t.Helper()
	conn, err := net.DialTimeout("tcp", address, 10*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	return &handset{t: t, conn: conn, number: number}
}

// ask sends a message and returns the answer to it.
func (h *handset) ask(id uint16, body []byte) jt808.Message {
	h.t.Helper()
	h.serial++
	if _, err := h.conn.Write(jt808.Append(nil, jt808.Header{ID: id, Phone: h.number, Serial: h.serial}, body)); err != nil {
		h.t.Fatal(err)
	}
	var one [1]byte
	for {
		if _, err := h.conn.Read(one[:]); err != nil {
			h.t.Fatalf("message %04x: %v", id, err)
		}
		if frame, _ := h.split.Feed(one[0]); frame != nil {
			m, err := jt808.Decode(frame)
			if err != nil {
				h.t.Fatal(err)
			}
			return m
		}
	}
}

// must sends a message that must be taken.
func (h *handset) must(id uint16, body []byte) {
	h.t.Helper()
	if a, err := jt808.DecodeAnswer(h.ask(id, body).Body); err != nil || a.Result != jt808.Done {
		h.t.Errorf("message %04x is answered %+v (%v)", id, a, err)
	}
}

// enrol registers as one that was never here, and shows the secret it gets.
func (h *handset) enrol() {
	h.t.Helper()
	edition := jt808.Header{Phone: h.number}
	answer := h.ask(jt808.Register, jt808.AppendRegistration(nil, edition, jt808.Registration{Province: 13, City: 300, Maker: "ONEMP", Model: "X1", Device: "A1", Plate: "C12345"}))
	_, result, secret, err := jt808.DecodeRegisterAnswer(answer.Body)
	if err != nil || result != 0 || secret == "" {
		h.t.Fatalf("registered with %d, secret %q (%v)", result, secret, err)
	}
	h.must(jt808.Authenticate, jt808.AppendSecret(nil, edition, secret))
}

// person signs a second client in to the same server.
func (r *running) person(name string) *running {
	r.t.Helper()
	other := *r
	client := *r.client
	other.client = &client
	jar, err := cookiejar.New(nil)
	if err != nil {
		r.t.Fatal(err)
	}
	client.Jar = jar
	if status := other.signIn(name, demoPassword(name)); status != 200 {
		r.t.Fatalf("sign %s in: %d", name, status)
	}
	return &other
}

// newUnit enters a unit of its own into the demo city, at a township's centre in
// some county.
func (r *running) newUnit(code string) (unit dispatch.ID, base orb.Point, county string) {
	r.t.Helper()
	type feature struct {
		ID         dispatch.ID
		Geometry   struct{ Coordinates json.RawMessage }
		Properties struct{ Code, Level string }
	}
	var teams, divisions struct{ Features []feature }
	r.call("GET", "/api/ledgers/team?limit=1", nil, &teams, nil)
	r.call("GET", "/api/ledgers/division?limit=2000&geometry=false", nil, &divisions, nil)
	i := slices.IndexFunc(divisions.Features, func(f feature) bool { return f.Properties.Level == "township" })
	if i < 0 || len(teams.Features) == 0 {
		r.t.Fatal("the demo city has no township or no team")
	}
	if err := json.Unmarshal(divisions.Features[i].Geometry.Coordinates, &base); err != nil {
		r.t.Fatal(err)
	}
	unit = dispatch.NewID()
	body := map[string]any{"type": "Feature", "geometry": map[string]any{"type": "Point", "coordinates": base}, "properties": map[string]any{
		"code": code, "name": "终端车（示例）", "division": divisions.Features[i].Properties.Code, "source_datum": "wgs84", "sensitivity": 1,
		"team": teams.Features[0].ID, "call_sign": code, "kind": "engine", "duty": "available_base", "crew": 4, "crew_minimum": 4, "mobilise_min": 1,
	}}
	if status := r.call("PUT", "/api/ledgers/unit/"+unit.String(), body, nil, key()); status != 200 {
		r.t.Fatalf("enter a unit: %d", status)
	}
	return unit, base, divisions.Features[i].Properties.Code[:6]
}

// place asks the server where a unit is now.
func (r *running) place(unit dispatch.ID, near orb.Point) (at orb.Point, found bool) {
	r.t.Helper()
	var answer struct {
		Results []struct {
			ID    dispatch.ID
			Point struct{ Coordinates orb.Point }
		}
	}
	body := map[string]any{"point": map[string]any{"type": "Point", "coordinates": near}, "kinds": []string{"unit"}, "basis": "crow_flies", "k": 50}
	if status := r.call("POST", "/api/nearest", body, &answer, nil); status != 200 {
		r.t.Fatalf("ask for the nearest units: %d", status)
	}
	for _, item := range answer.Results {
		if item.ID == unit {
			return item.Point.Coordinates, true
		}
	}
	return at, false
}

// TestTerminalsMoveTheWall: a terminal enrols over TCP and moves its unit in
// the picture; what it had stored lands in the track and moves nothing; its
// emergency button raises the alarm; and the ingest page tells of it all.
func TestTerminalsMoveTheWall(t *testing.T) {
	dsn, address := pgtest.New(t), freePort(t)
	r := serve(t, publicDir(t), "ONEMAP_DATABASE_URL="+dsn, "ONEMAP_DEMO=1", "ONEMAP_JT808_LISTEN="+address)
	admin, officer := r.person("admin"), r.person("duty_officer")
	unit, base, _ := officer.newUnit("TERMINAL-1")
	const number = "013912345678"
	terminal := dispatch.NewID()
	if status := admin.call("PUT", "/api/terminals/"+terminal.String(), map[string]any{"protocol": "jt808", "identity": number, "unit": unit}, nil, key()); status != 200 {
		t.Fatalf("enter the terminal: %d", status)
	}
	h := ring(t, address, number)
	h.enrol()
	now := time.Now().Truncate(time.Second)
	here := orb.Point{base[0] + 0.002, base[1] + 0.001}
	h.must(jt808.Report, jt808.AppendLocation(nil, jt808.Moving(here[0], here[1], 36, 90, now.Add(-2*time.Second))))
	if at, ok := officer.place(unit, here); !ok || geo.GreatCircle(at, here) > 1 {
		t.Errorf("the unit is at %v (%t), not at %v", at, ok, here)
	}

	const stored = 5
	lot := make([]jt808.Location, stored)
	for i := range lot {
		lot[i] = jt808.Moving(base[0]-0.01, base[1], 36, 90, now.Add(time.Duration(i-stored)*time.Minute))
	}
	lot[stored-1].At = now.Add(-time.Second) // newer than what is shown, and stored all the same
	h.must(jt808.Batch, jt808.AppendBatch(nil, lot))
	if at, ok := officer.place(unit, here); !ok || geo.GreatCircle(at, here) > 1 {
		t.Errorf("stored positions moved the unit to %v", at)
	}
	tracked(t, dsn, unit, stored+1)

	h.must(jt808.Report, jt808.AppendLocation(nil, jt808.Moving(here[0], here[1], 0, 90, now).Cry()))
	type alarm struct {
		Kind string
		Unit *dispatch.ID
	}
	var alarms struct{ Alarms []alarm }
	officer.call("GET", "/api/alarms", nil, &alarms, nil)
	if n := len(alarms.Alarms); n == 0 || !slices.ContainsFunc(alarms.Alarms, func(a alarm) bool {
		return a.Kind == dispatch.AlarmSOS && a.Unit != nil && *a.Unit == unit
	}) {
		t.Errorf("no alarm among %d of the unit that cries", n)
	}
	stranger := ring(t, address, "013900000000")
	if a, err := jt808.DecodeAnswer(stranger.ask(jt808.Heartbeat, nil).Body); err != nil || a.Result == jt808.Done {
		t.Errorf("a stranger is answered %+v (%v)", a, err)
	}
	admin.told(terminal)
}

// told checks the ingest page.
func (r *running) told(terminal dispatch.ID) {
	r.t.Helper()
	var page struct {
		Sources []struct {
			Terminal                  *dispatch.ID
			Messages, Fixes, Backfill int
			Refused, Doubled          int
			ConnectedSince            *time.Time `json:"connected_since"`
			LastAt                    *time.Time `json:"last_at"`
		}
		Unknown []struct{ Identity, Code string }
	}
	if status := r.call("GET", "/api/ingest", nil, &page, nil); status != 200 {
		r.t.Fatalf("read the ingest page: %d", status)
	}
	found := false
	for _, s := range page.Sources {
		if s.Terminal == nil || *s.Terminal != terminal {
			continue
		}
		found = true
		if s.Messages != 4 || s.Fixes != 7 || s.Backfill != 5 || s.Refused+s.Doubled != 0 || s.ConnectedSince == nil || s.LastAt == nil {
			r.t.Errorf("the page tells of the terminal %+v", s)
		}
	}
	if !found || len(page.Unknown) != 1 || page.Unknown[0].Code != "unknown_terminal" {
		r.t.Errorf("told of the terminal: %t; of strangers: %v", found, page.Unknown)
	}
}

// tracked waits until a unit has so many positions in its track.
func tracked(t testing.TB, dsn string, unit dispatch.ID, want int) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	kept := -1
	for end := time.Now().Add(20 * time.Second); kept != want; {
		if time.Now().After(end) {
			t.Fatalf("%d positions in the track, want %d", kept, want)
		}
		if err := conn.QueryRow(t.Context(), "select count(*) from real.fix where unit = $1", unit).Scan(&kept); err != nil {
			t.Fatal(err)
		}
	}
}

// TestTheSimulatorDrivesTheDemo: the bench's own vehicles come in by TCP, and
// every position they report is answered and kept.
func TestTheSimulatorDrivesTheDemo(t *testing.T) {
	dsn, address := pgtest.New(t), freePort(t)
	r := serve(t, publicDir(t), "ONEMAP_DATABASE_URL="+dsn, "ONEMAP_DEMO=1", "ONEMAP_JT808_LISTEN="+address)
	for round := range 2 { // the second finds its terminals there
		b := &bench.Terminals{
			Target: r.url, Address: address, User: "duty_officer", Password: demoPassword("duty_officer"), Admin: "admin", AdminKey: demoPassword("admin"),
			Connections: 20, Rate: 2, For: 2 * time.Second, Own: true, Say: func(format string, args ...any) { t.Log(fmt.Sprintf(format, args...)) },
		}
		report, err := b.Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if report.Sent != 80 || report.Answered != 80 || report.Results[jt808.Done] != 80 || report.Lost != 0 {
			t.Errorf("round %d: %+v", round, report)
		}
	}
}
