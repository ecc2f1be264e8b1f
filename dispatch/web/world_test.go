package web_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"onemap/data"
	"onemap/data/pgtest"
	"onemap/dispatch"
	"onemap/dispatch/live"
	"onemap/dispatch/web"
	"onemap/tiles"
)

// world is a seeded city behind a real server: PostGIS, desk, live room, HTTP.
type world struct {
	*testing.T
	db   *data.DB
	live *live.Live
	http *httptest.Server

	server *web.Server
}

// quick is the deadline of whatever a test waits for.
const quick = 20 * time.Second

func newWorld(t *testing.T, options ...func(*web.Config)) *world {
	t.Helper()
	return newWorldAt(t, pgtest.Template(t, "city", seed), options...)
}

func newWorldAt(t *testing.T, dsn string, options ...func(*web.Config)) *world {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	db, err := data.Open(ctx, data.Options{DSN: dsn, MaxConns: 8})
	if err != nil {
		t.Fatal(err)
	}
	p, err := db.Snapshot(ctx)
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	room := live.New(p, db, db, log)
	room.Drive(streets())
	ended := make(chan error, 1)
	go func() { ended <- room.Run(ctx) }()
	cache := tiles.NewCache(room.Tiles(db), 1<<20)
	cfg := web.Config{
		Desk: &dispatch.Desk{Journal: db, Picture: room.Picture, Now: time.Now, House: ours}, Live: room, Feed: db, Past: db, Replay: db, Secrets: db, Sessions: db, Reads: db,
		Tiles: cache, BaseVersion: db.BaseVersion, Search: dispatch.NewSearcher(nil), Imports: importsIn(t), Read: readLines, Write: writeLines, Book: writeBook, Package: writePackage, Ready: db.Ready, Client: built, Demo: true, Version: "test", Log: log, Now: time.Now,
	}
	for _, option := range options {
		option(&cfg)
	}
	gate := room.NewGate(cfg.Desk, db)
	packs, err := tiles.OpenPacks(t.TempDir(), log)
	if err != nil {
		t.Fatal(err)
	}
	packing := make(chan error, 1)
	go func() { packing <- packs.Run(ctx) }()
	cfg.Ingest, cfg.Intake, cfg.Packs = gate.Counts(), gate, packs
	server, err := web.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t, db, room, httptest.NewServer(server.Handler()), server}
	t.Cleanup(func() {
		w.http.Close()
		stop()
		if err := <-ended; err != nil && !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		if err := <-packing; err != nil {
			t.Error(err)
		}
		cache.Close()
		db.Close()
	})
	return w
}

// ours is as whom warnings go out.
var ours = dispatch.House{Sender: "onemap.130300", Name: "秦皇岛市应急管理局", Code: "00100100", Encoded: web.EncodeWarning}

// built is what a built client looks like.
var built = fstest.MapFS{
	"index.html":         {Data: []byte("<!doctype html><title>onemap</title>")},
	"sw.js":              {Data: []byte("self")},
	"assets/app-1a2b.js": {Data: []byte("let a=1")}, "assets/app-1a2b.js.br": {Data: []byte("brotli")}, "assets/app-1a2b.js.gz": {Data: []byte("gzip")},
}

// as signs a request as an account, or as the machine.
func as(r *http.Request, name string) *http.Request {
	switch name {
	case "":
	case "machine":
		r.Header.Set("Authorization", "Bearer "+machineSecret)
	default:
		r.AddCookie(&http.Cookie{Name: "onemap_session", Value: cookieFor + name})
	}
	return r
}

// request makes one with a fresh key and, for a body, its content type.
func (w *world) request(method, path, body string) *http.Request {
	w.Helper()
	r, err := http.NewRequestWithContext(context.Background(), method, w.http.URL+path, strings.NewReader(body))
	if err != nil {
		w.Fatal(err)
	}
	if method != http.MethodGet {
		r.Header.Set("Idempotency-Key", dispatch.NewID().String())
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	return r
}

// answer is a response read to its end.
type answer struct {
	*http.Response
	body string
}

func (w *world) send(r *http.Request) answer {
	w.Helper()
	response, err := w.http.Client().Do(r)
	if err != nil {
		w.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		w.Fatal(err)
	}
	return answer{response, string(body)}
}

// do sends a request as somebody, with header pairs on top.
func (w *world) do(who, method, path, body string, headers ...string) answer {
	w.Helper()
	r := as(w.request(method, path, body), who)
	for i := 0; i < len(headers); i += 2 {
		if r.Header.Del(headers[i]); headers[i+1] != "" {
			r.Header.Set(headers[i], headers[i+1])
		}
	}
	return w.send(r)
}

// want fails when an answer is not of that status, and for a problem, code.
func (w *world) want(a answer, status int, code string) {
	w.Helper()
	if a.StatusCode != status || code != "" && !strings.Contains(a.body, `"code":"`+code+`"`) {
		w.Errorf("%s %s: %d %s, want %d %s", a.Request.Method, a.Request.URL.Path, a.StatusCode, a.body, status, code)
	}
}

func (w *world) decode(a answer, v any) {
	w.Helper()
	if err := json.Unmarshal([]byte(a.body), v); err != nil {
		w.Fatalf("%v in %s", err, a.body)
	}
}

// seq is how far the journal has come.
func (w *world) seq() dispatch.Seq {
	w.Helper()
	p, err := w.db.Snapshot(context.Background())
	if err != nil {
		w.Fatal(err)
	}
	return p.Seq
}

// stamp is a moment from now, as JSON writes it.
func stamp(from time.Duration) string { return time.Now().Add(from).UTC().Format(time.RFC3339Nano) }
