package web

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"onemap/dispatch"
)

func TestContractWithoutAnActionIsRefused(t *testing.T) {
	const operation = "paths: {'/api/x/{id}': {parameters: [], get: {operationId: x%s}}}"
	for name, c := range map[string]struct {
		action string
		ok     bool
	}{"none": {"", false}, "unknown": {", x-action: rule.world", false}, "known": {", x-action: live.read", true}, "public": {", x-action: public", true}} {
		operations, err := readOperations(fmt.Appendf(nil, operation, c.action))
		if (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
		if _, found := operations["GET /api/x/:id"]; c.ok && !found {
			t.Errorf("%s: %v", name, operations)
		}
	}
}

func TestRouteOutsideTheContractIsRefused(t *testing.T) {
	s, err := New(Config{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	s.echo.GET("/api/back-door", s.readSpec)
	if err := s.declared(); err == nil {
		t.Error("nobody noticed the back door")
	}
	delete(s.operations, "GET /api/back-door")
	s.operations["GET /api/front-door"] = operation{ID: "front"}
	if err := s.declared(); err == nil {
		t.Error("nobody missed the front door")
	}
}

func TestBodyThatStopsComingIsGivenUp(t *testing.T) {
	impatient := pace{grace: 0, rate: 1 << 20}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := &pacedBody{ReadCloser: r.Body, conn: http.NewResponseController(w), pace: impatient, start: time.Now()}
		_, err := io.ReadAll(body)
		writeProblem(w, &call{}, refusalOf(err))
	}))
	defer server.Close()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != 408 || !response.Close {
		t.Errorf("%s, close %t", response.Status, response.Close)
	}
}

func TestSlowButSteadyBodyHasTime(t *testing.T) {
	start := time.Now()
	for n, want := range map[int64]time.Duration{0: 10 * time.Second, 1 << 10: 11 * time.Second, 60 << 10: 70 * time.Second} {
		if got := honest.deadline(start, n).Sub(start); got != want {
			t.Errorf("after %d bytes %s, want %s", n, got, want)
		}
	}
}

func TestPasswords(t *testing.T) {
	hash, err := HashPassword("correct horse")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("hash %s", hash)
	}
	for password, want := range map[string]bool{"correct horse": true, "correct horsf": false, "": false} {
		if samePassword(hash, password) != want {
			t.Errorf("%q: %t", password, !want)
		}
	}
	for _, bad := range []string{"", "$argon2id$v=19$m=1048576,t=99,p=1$AAAA$AAAA", "$2b$12$x", nobody[:40], "$argon2id$v=19$m=19456,t=2,p=1$!$!"} {
		if samePassword(bad, "x") {
			t.Errorf("%q takes any password", bad)
		}
	}
	if samePassword(nobody, "") {
		t.Error("nobody has a password")
	}
}

func TestThrottleForgetsAfterAMinute(t *testing.T) {
	th, now := newThrottle(), time.Now()
	for range attempts {
		if th.try(now, "a", "x") != 0 {
			t.Fatal("too early")
		}
	}
	if retry := th.try(now.Add(20*time.Second), "a", "x"); retry != 40 {
		t.Errorf("retry after %d s, want 40", retry)
	}
	if th.try(now, "b", "x") != 0 || th.try(now, "a", "y") != 0 {
		t.Error("others wait too")
	}
	if th.try(now.Add(attemptWindow), "a", "x") != 0 {
		t.Error("it still waits after the window")
	}
	for n := range 3 * maxPairs {
		th.try(now, fmt.Sprint(n), "x")
	}
	if len(th.tries) > maxPairs {
		t.Errorf("%d pairs are remembered", len(th.tries))
	}
}

func TestHostsServed(t *testing.T) {
	open, named := &Server{}, &Server{Config: Config{Hosts: []string{"yjj.example", "10.0.0.5:8080"}}}
	for host, want := range map[string][2]bool{
		"localhost:8080": {true, true}, "127.0.0.1": {true, true}, "[::1]:80": {true, true}, "10.0.0.5:8080": {true, true},
		"10.0.0.9": {true, false}, "yjj.example": {false, true}, "YJJ.example:443": {false, true}, "evil.example": {false, false}, "": {false, false},
	} {
		if got := [2]bool{open.serves(host), named.serves(host)}; got != want {
			t.Errorf("%q: %v, want %v", host, got, want)
		}
	}
}

func TestRedactLeavesNobody(t *testing.T) {
	got := string(redact([]byte(`{"caller_phone": "138", "incident": {"caller_name": "王", "title": "火"}, "leader": {"name": "李示例", "phones": ["139"]}, "stock": [{"keeper": {"name": ""}}]}`)))
	if want := `{"incident":{"title":"火"},"leader":{"name":"李**","phones":[]},"stock":[{"keeper":{"name":"**","phones":[]}}]}`; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

func TestClientFiles(t *testing.T) {
	c, err := newClient(fstest.MapFS{
		"index.html": {Data: []byte("<p>")}, "sw.js": {Data: []byte("self")}, ".keep": {}, "secret": {Data: []byte("x")},
		"assets/a.js": {Data: []byte("long")}, "assets/a.js.br": {Data: []byte("br")}, "assets/a.js.gz": {Data: []byte("gz")},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range []struct {
		path, accept         string
		status               int
		body, coding, caches string
	}{
		{"/", "", 200, "<p>", "", "no-cache"}, {"/ledgers/shelter/7", "", 200, "<p>", "", "no-cache"}, {"/sw.js", "gzip", 200, "self", "", "no-cache"},
		{"/assets/a.js", "gzip, br", 200, "br", "br", "public, max-age=31536000, immutable"}, {"/assets/a.js", "gzip, br;q=0", 200, "gz", "gzip", "public, max-age=31536000, immutable"},
		{"/assets/a.js", "", 200, "long", "", "public, max-age=31536000, immutable"},
		{"/assets/b.js", "", 404, "", "", "no-store"}, {"/.keep", "", 404, "", "", "no-store"}, {"/secret", "", 404, "", "", "no-store"}, {"/wp-admin", "", 404, "", "", "no-store"},
	} {
		r := httptest.NewRequest(http.MethodGet, f.path, nil)
		r.Header.Set("Accept-Encoding", f.accept)
		w := httptest.NewRecorder()
		c.ServeHTTP(w, r.WithContext(withCall(r.Context(), &call{})))
		if w.Code != f.status || f.body != "" && w.Body.String() != f.body || w.Header().Get("Content-Encoding") != f.coding || w.Header().Get("Cache-Control") != f.caches {
			t.Errorf("%s (%s): %d %q %v", f.path, f.accept, w.Code, w.Body, w.Header())
		}
	}
}

// TestEveryCodeHasWords reads the sources: a code that somebody may be shown
// has a title in both languages.
func TestEveryCodeHasWords(t *testing.T) {
	said := regexp.MustCompile(`(?:refuse\(\d+, |code: |Code: |code = |r\.code = |return ")"?([a-z]+(?:_[a-z]+)+|internal|busy|invalid|exists)"|\.Add\([^,]+, "([a-z_]+)"`)
	files, err := filepath.Glob("*.go")
	more, err2 := filepath.Glob("../*.go")
	loaders, err3 := filepath.Glob("../../data/load/*.go") // their refusals reach people through the import
	if err := errors.Join(err, err2, err3); err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, file := range slices.Concat(files, more, loaders) {
		if strings.HasSuffix(file, "_test.go") || strings.HasSuffix(file, "misfit.go") || strings.HasSuffix(file, "api.gen.go") {
			continue
		}
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range said.FindAllStringSubmatch(string(raw), -1) {
			code := m[1] + m[2]
			found++
			if words := titles[code]; words[0] == "" || words[1] == "" {
				t.Errorf("%s: code %s has no words", file, code)
			}
		}
	}
	if found < 80 {
		t.Errorf("only %d codes found: the pattern has gone blind", found)
	}
}

func TestEveryKindOfRefusalHasAStatus(t *testing.T) {
	for kind := dispatch.Invalid; kind <= dispatch.TooLarge; kind++ {
		if r := refusalOf(fmt.Errorf("deep: %w", &dispatch.Error{Kind: kind, Code: "x"})); r == nil || r.status < 400 || r.status == 500 {
			t.Errorf("kind %d: %+v", kind, r)
		}
	}
}
