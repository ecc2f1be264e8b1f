package main

import (
	"archive/zip"
	"crypto/tls"
	"crypto/x509"
	"encoding/xml"
	"errors"
	"io"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"software.sslmate.com/src/go-pkcs12"

	"onemap/data/pgtest"
	"onemap/dispatch"
	"onemap/dispatch/wire/cot"
	"onemap/geo"
)

// tablet is a TAK client, as far as the other end can tell.
type tablet struct {
	net.Conn
	*cot.Stream
	t     testing.TB
	uid   string
	proto bool
}

func newTablet(t testing.TB, conn net.Conn, uid string) *tablet {
	t.Helper()
	t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(90 * time.Second)); err != nil {
		t.Fatal(err)
	}
	return &tablet{conn, cot.NewStream(conn), t, uid, false}
}

// event is one of the tablet's own, of now.
func (c *tablet) event(kind string, at orb.Point) *cot.Event {
	now := time.Now()
	return &cot.Event{Version: "2.0", UID: c.uid, Type: kind, How: "m-g", Time: now, Start: now, Stale: now.Add(time.Minute), Point: at, HAE: cot.Unknown, CE: 5, LE: cot.Unknown}
}

func (c *tablet) say(e *cot.Event) {
	c.t.Helper()
	raw := e.Encode()
	if c.proto {
		raw = cot.Frame(e.EncodeMessage())
	}
	if _, err := c.Write(raw); err != nil {
		c.t.Fatal(err)
	}
}

// hear reads on until the event that is wanted, and returns what came by uid.
func (c *tablet) hear(what string, wanted func(*cot.Event) bool) map[string]*cot.Event {
	c.t.Helper()
	came := map[string]*cot.Event{}
	for {
		e, err := c.Next()
		if err != nil {
			c.t.Fatalf("waiting for %s: %v", what, err)
		}
		if e == nil {
			continue
		}
		if came[e.UID] = e; wanted(e) {
			return came
		}
	}
}

// sync asks and hears the answer: what was said before has been taken by then.
func (c *tablet) sync() {
	c.t.Helper()
	c.say(c.event("t-x-c-t", orb.Point{}))
	c.hear("the answer to a ping", func(e *cot.Event) bool { return e.Type == "t-x-c-t-r" })
}

// turn changes over to protobuf, as the protocol has it.
func (c *tablet) turn() {
	c.t.Helper()
	var offer string
	c.hear("an offer", func(e *cot.Event) bool { offer = e.UID; return e.Offered() })
	c.say(cot.Request(offer, time.Now()))
	c.hear("a grant", func(e *cot.Event) bool { granted, _ := e.Answered(); return granted })
	c.proto = true
	c.Switch()
}

// certified calls by what onemap cot-cert wrote for a name.
func certified(t testing.TB, r *running, address, name string) *tablet {
	t.Helper()
	binary, err := built()
	if err != nil {
		t.Fatal(err)
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "package.zip")
	cmd := exec.Command(binary, "cot-cert", name, "--host", host, "--port", port, "--out", path)
	cmd.Env = append(os.Environ(), "ONEMAP_DATA="+r.data)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("cot-cert: %v: %s", err, out)
	}
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	var pref struct {
		Entries []struct {
			Key  string `xml:"key,attr"`
			Text string `xml:",chardata"`
		} `xml:"preference>entry"`
	}
	if err := xml.Unmarshal(packed(t, z, "config.pref"), &pref); err != nil {
		t.Fatal(err)
	}
	said := map[string]string{}
	for _, e := range pref.Entries {
		said[e.Key] = e.Text
	}
	roots, err := pkcs12.DecodeTrustStore(packed(t, z, filepath.Base(said["caLocation"])), said["caPassword"])
	if err != nil {
		t.Fatal(err)
	}
	key, leaf, _, err := pkcs12.DecodeChain(packed(t, z, filepath.Base(said["certificateLocation"])), said["clientPassword"])
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(roots[0])
	conn, err := tls.Dial("tcp", strings.TrimSuffix(said["connectString0"], ":ssl"), &tls.Config{RootCAs: pool, Certificates: []tls.Certificate{{Certificate: [][]byte{leaf.Raw}, PrivateKey: key}}})
	if err != nil {
		t.Fatal(err)
	}
	return newTablet(t, conn, "ANDROID-of-"+name)
}

func packed(t testing.TB, z *zip.ReadCloser, name string) []byte {
	t.Helper()
	f, err := z.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	raw, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// enter puts a terminal into the ledger.
func (r *running) enter(protocol, identity string, unit dispatch.ID) dispatch.ID {
	r.t.Helper()
	id := dispatch.NewID()
	if status := r.call("PUT", "/api/terminals/"+id.String(), map[string]any{"protocol": protocol, "identity": identity, "unit": unit}, nil, key()); status != 200 {
		r.t.Fatalf("enter the terminal %s: %d", identity, status)
	}
	return id
}

// incident reports one, and returns the uid under which tablets see it.
func (r *running) incident(at orb.Point, title, division string) string {
	r.t.Helper()
	id := dispatch.NewID()
	body := map[string]any{"type": "Feature", "geometry": map[string]any{"type": "Point", "coordinates": at}, "properties": map[string]any{"kind": "flood", "title": title, "priority": 2, "division": division}}
	if status := r.call("PUT", "/api/incidents/"+id.String(), body, nil, key()); status != 200 {
		r.t.Fatalf("report an incident: %d", status)
	}
	return cot.Shown("incident", id)
}

// heard is what the ingest page tells of a terminal.
func (r *running) heard(terminal dispatch.ID) (messages, fixes, refused int) {
	r.t.Helper()
	var page struct {
		Sources []struct {
			Terminal                 *dispatch.ID
			Messages, Fixes, Refused int
		}
	}
	if status := r.call("GET", "/api/ingest", nil, &page, nil); status != 200 {
		r.t.Fatalf("read the ingest page: %d", status)
	}
	for _, s := range page.Sources {
		if s.Terminal != nil && *s.Terminal == terminal {
			return s.Messages, s.Fixes, s.Refused
		}
	}
	r.t.Fatal("the ingest page does not tell of the terminal")
	return 0, 0, 0
}

// TestTabletsComeInAndSeeTheirCounty: one client on the closed network, in XML
// and then protobuf, and one with a certificate, are heard, cry for help, and
// see each other and what is going on in their county, and nothing else.
func TestTabletsComeInAndSeeTheirCounty(t *testing.T) {
	plain, secure := freePort(t), freePort(t)
	r := serve(t, publicDir(t), "ONEMAP_DATABASE_URL="+pgtest.New(t), "ONEMAP_DEMO=1", "ONEMAP_COT_LISTEN="+plain, "ONEMAP_COT_TLS_LISTEN="+secure, "ONEMAP_COT_EVERY=1s")
	admin, officer := r.person("admin"), r.person("duty_officer")
	first, base, county := officer.newUnit("TABLET-1")
	second, _, _ := officer.newUnit("TABLET-2")
	one, two := admin.enter("cot", "ANDROID-1", first), admin.enter("cot", "平板02", second)
	ours := officer.incident(base, "本县积水", county)
	other := officer.incident(base, "他县积水", elsewhere(county))

	conn, err := net.Dial("tcp", plain)
	if err != nil {
		t.Fatal(err)
	}
	a := newTablet(t, conn, "ANDROID-1")
	here := orb.Point{base[0] + 0.001, base[1]}
	a.say(a.event("a-f-G-U-C", here))
	shown := a.hear("our incident", func(e *cot.Event) bool { return e.UID == ours })[ours]
	if lives := shown.Stale.Sub(shown.Time); lives < 3*time.Second || shown.CallSign() != "本县积水" {
		t.Errorf("shown as %q for %s", shown.CallSign(), lives)
	}
	if at, ok := officer.place(first, here); !ok || geo.GreatCircle(at, here) > 1 {
		t.Errorf("the unit is at %v (%t), not at %v", at, ok, here)
	}

	b := certified(t, r, secure, "平板02")
	b.turn()
	b.say(b.event("a-f-G-U-C", base))
	wanted := cot.Shown("unit", first)
	b.hear("the other crew", func(e *cot.Event) bool { return e.UID == wanted })
	there := orb.Point{base[0], base[1] + 0.002}
	for end := time.Now().Add(10 * time.Second); ; { // what is said twice in one millisecond counts once
		b.say(b.event("a-f-G-U-C", there))
		b.sync()
		at, ok := officer.place(second, there)
		if ok && geo.GreatCircle(at, there) < 1 {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("the second unit is at %v (%t), not at %v", at, ok, there)
		}
	}
	rounds := map[string]*cot.Event{}
	for range 3 { // whole rounds, each with our incident once
		for uid, e := range b.hear("a round", func(e *cot.Event) bool { return e.UID == ours }) {
			rounds[uid] = e
		}
	}
	hazards := 0
	for uid := range rounds {
		if strings.HasPrefix(uid, "onemap-hazard-") {
			hazards++
		}
	}
	if rounds[other] != nil || rounds[cot.Shown("unit", second)] != nil || hazards == 0 {
		t.Errorf("another county's incident: %t; itself: %t; %d hazards", rounds[other] != nil, rounds[cot.Shown("unit", second)] != nil, hazards)
	}

	a.say(a.event("b-a-o-tbl", orb.Point{}))
	a.sync()
	type alarm struct {
		Kind string
		Unit *dispatch.ID
	}
	var alarms struct{ Alarms []alarm }
	officer.call("GET", "/api/alarms", nil, &alarms, nil)
	if !slices.ContainsFunc(alarms.Alarms, func(a alarm) bool { return a.Kind == dispatch.AlarmSOS && a.Unit != nil && *a.Unit == first }) {
		t.Errorf("no alarm among %d of the crew that cries", len(alarms.Alarms))
	}
	if _, fixes, refused := admin.heard(one); fixes != 2 || refused != 0 {
		t.Errorf("the ingest page tells of %d fixes and %d refused", fixes, refused)
	}
	t.Run("captured", func(t *testing.T) { b.play(t, admin, two) })
}

// elsewhere is another county of the demo city.
func elsewhere(county string) string {
	if county == "130321" {
		return "130322"
	}
	return "130321"
}

// play sends events that real clients sent: old ones are refused by their time,
// and the same of now are taken, where they say a place.
func (c *tablet) play(t *testing.T, admin *running, terminal dispatch.ID) {
	const captures = "../../../shared/testdata/06-cot/captures"
	files, err := os.ReadDir(captures)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("no shared testdata here: ", err)
	}
	if err != nil || len(files) < 20 {
		t.Fatal(len(files), err)
	}
	messages, fixes, refused := admin.heard(terminal)
	positions, nowhere := 0, 0
	for _, f := range files {
		raw, err := os.ReadFile(filepath.Join(captures, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		e, err := cot.Decode(raw)
		if err != nil {
			t.Fatal(err)
		}
		if e.Means() == cot.Position {
			positions++
			if e.Point == (orb.Point{}) {
				nowhere++ // it did not know yet
			}
			e.UID = c.uid // else it is another client's
		}
		c.say(e)
		moved := *e
		moved.Time = time.Now()
		moved.Start, moved.Stale = moved.Time, moved.Time.Add(time.Minute)
		c.say(&moved)
	}
	c.sync()
	m, k, x := admin.heard(terminal)
	if m-messages < 2*len(files) || k-fixes != positions-nowhere || x-refused != positions+nowhere || positions < 10 {
		t.Errorf("of %d events twice, %d of them positions (%d of nowhere): %d heard, %d kept, %d refused", len(files), positions, nowhere, m-messages, k-fixes, x-refused)
	}
}

func TestWithoutTLSOnlyOnAClosedNetwork(t *testing.T) {
	for address, want := range map[string]bool{
		"127.0.0.1:8087": true, "localhost:1": true, "[::1]:1": true, "10.8.0.1:8087": true, "192.168.1.2:1": true, "100.100.1.1:1": true, "[fd00::1]:1": true,
		":8087": false, "0.0.0.0:8087": false, "[::]:1": false, "8.8.8.8:1": false, "onemap.example:1": false, "8087": false,
	} {
		if got := closedNetwork(address); got != want {
			t.Errorf("%s: %t", address, got)
		}
	}
}
