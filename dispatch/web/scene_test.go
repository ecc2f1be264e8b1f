package web_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var bless = flag.Bool("bless", false, "write the responses of testdata/*.txt anew")

const ruler = "\n----------\n"

var changes = regexp.MustCompile(`(?m)^(PUT|PATCH|DELETE|POST /api/(incidents|assignments|session|fixes|ledgers|imports|warnings))`)

// TestScenes plays testdata/*.txt: who asks, the request, a ruler, the response
// with what changes from run to run replaced. Requests that must have happened
// before stand above it, a line "then" between them. A scene that may change
// something has a city of its own.
func TestScenes(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenes: %v", err)
	}
	contract, shared := readContract(t), newWorld(t)
	played := map[string]bool{}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			asked, want, _ := strings.Cut(string(raw), ruler)
			w := shared
			if changes.MatchString(asked) {
				w = newWorld(t)
			}
			w.T = t
			steps := strings.Split(asked, "\nthen\n")
			last := len(steps) - 1
			for _, before := range steps[:last] {
				w.want(w.send(readScene(w, before)), 200, "")
			}
			a := w.send(readScene(w, steps[last]))
			played[contract.check(t, a)] = true
			got := scene(a)
			if *bless {
				if err := os.WriteFile(file, []byte(strings.TrimSpace(asked)+"\n"+ruler[1:]+got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("answer differs (-want +got):\n%s", diff)
			}
		})
	}
	for _, op := range contract.operations() {
		if !played[op] && op != "live" { // a socket is no scene, see socket_test.go
			t.Errorf("operation %s has no scene", op)
		}
	}
}

// readScene reads "as NAME", then a request as HTTP writes it. A key is added
// where none is given.
func readScene(w *world, text string) *http.Request {
	w.Helper()
	text = strings.ReplaceAll(strings.TrimSpace(text), "\r", "")
	text = strings.ReplaceAll(text, "<tomorrow>", stamp(24*time.Hour))
	first, rest, _ := strings.Cut(text, "\n")
	who, ok := strings.CutPrefix(first, "as ")
	if !ok {
		w.Fatalf("scene begins with %q, not with who asks", first)
	}
	head, body, _ := strings.Cut(rest, "\n\n")
	lines := strings.Split(head, "\n")
	method, path, _ := strings.Cut(lines[0], " ")
	r := w.request(method, path, strings.Replace(body, "<a photo>", onePhoto(w.T), 1))
	for _, line := range lines[1:] {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Set(name, value)
	}
	return as(r, strings.TrimSuffix(strings.TrimSpace(who), "nobody"))
}

// scene writes an answer without what the day and the run decide.
func scene(a answer) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", a.Status)
	for _, name := range []string{"Content-Type", "Content-Disposition", "Content-Encoding", "ETag", "Cache-Control", "Set-Cookie", "Retry-After", "WWW-Authenticate", "Allow"} {
		for _, value := range a.Header.Values(name) {
			fmt.Fprintf(&b, "%s: %s\n", name, value)
		}
	}
	body := a.body
	if kind := a.Header.Get("Content-Type"); strings.Contains(kind, "json") {
		var pretty bytes.Buffer
		if json.Indent(&pretty, []byte(body), "", "  ") == nil {
			body = pretty.String()
		}
	} else if strings.Contains(kind, "vector-tile") || strings.HasPrefix(kind, "image/") {
		body = fmt.Sprintf("<%t bytes>", len(body) > 0)
	}
	if len(body) > 6000 {
		body = firstLines(body, 12)
	}
	text := b.String() + "\n" + body
	for _, n := range normal {
		text = n.pattern.ReplaceAllString(text, n.as)
	}
	return strings.TrimSpace(text) + "\n"
}

func firstLines(text string, n int) string {
	var b strings.Builder
	lines := bufio.NewScanner(strings.NewReader(text))
	for i := 0; i < n && lines.Scan(); i++ {
		b.WriteString(lines.Text() + "\n")
	}
	return b.String() + "…"
}

var normal = []struct {
	pattern *regexp.Regexp
	as      string
}{
	{regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z`), "<time>"},
	{regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00`), "<time>"},
	{regexp.MustCompile(`"(digest|sha256)": "[0-9a-f]{64}"`), `"$1": "<sha256>"`},
	{regexp.MustCompile(`\d{14}_\d{14}_\d`), "<number>"},
	{regexp.MustCompile(`urn:onemap:[0-9a-f-]{36}`), "urn:onemap:<epoch>"},
	{regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d`), "<time>"}, // on paper
	{regexp.MustCompile(`(?s)<style>.*</style>`), "<style/>"},
	{regexp.MustCompile(`(第 |journal number |<td class="n">)\d+( 号|\.|</td></tr>)`), "$1<seq>$2"},
	{regexp.MustCompile(`(?m)^\d+,<time>`), "<seq>,<time>"},
	{regexp.MustCompile(`"seconds": \d+`), `"seconds": <seconds>`},
	{regexp.MustCompile(`QHD-\d{4}-`), "QHD-<year>-"},
	{regexp.MustCompile(`"seq": \d+`), `"seq": <seq>`},
	{regexp.MustCompile(`"age_s": [0-9.]+`), `"age_s": <age>`},
	{regexp.MustCompile(`"(took_ms|step_s)": [0-9.]+`), `"$1": <$1>`},
	{regexp.MustCompile(`"events": \[\s+\{\s+"at": "<time>",\s+"n": [^\]]+\]`), `"events": [<steps>]`},
	{regexp.MustCompile(`("incident": "[0-9a-f-]+",\s+"inputs": )"[0-9a-f]{64}"`), `$1"<inputs>"`},      // of a recommendation: time is one
	{regexp.MustCompile(`("run_card": "[^"]+"\s+\}\s+\],\s+"inputs": )"[0-9a-f]{64}"`), `$1"<inputs>"`}, // of a joint one
	{regexp.MustCompile(`"hash": "[0-9a-f]{64}"`), `"hash": "<hash>"`},
	{regexp.MustCompile(`"(result_sha256|sha256_then|sha256_now)": "[0-9a-f]{64}"`), `"$1": "<$1>"`}, // the moment is in the bytes
	{regexp.MustCompile(`"asked_seq": \d+`), `"asked_seq": <seq>`},
	{regexp.MustCompile(`"(epoch|instance|secret)": "[^"]+"`), `"$1": "<$1>"`},
	{regexp.MustCompile(`onemap_session=[^;]{20,}`), "onemap_session=<secret>"},
	{regexp.MustCompile(`127\.0\.0\.1:\d+`), "<host>"},
	{regexp.MustCompile(`filename="(\w+)-\d+`), `filename="$1-<seq>`},
	{regexp.MustCompile(`ETag: "[0-9a-f]{24}"`), `ETag: "<content>"`},
	{regexp.MustCompile(`(Type: application/json\n)ETag: "[0-9a-f]{64}"`), `${1}ETag: "<result>"`},
}
