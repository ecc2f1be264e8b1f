package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"onemap/dispatch"
)

// built is the server itself, built once: the whole is tested as it ships.
var built = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "onemap")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "onemap")
	out, err := exec.Command("go", "build", "-buildvcs=false", "-o", path, ".").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build: %s", out)
	}
	return path, nil
})

// running is one server process.
type running struct {
	t        testing.TB
	cmd      *exec.Cmd
	url      string
	password string // the first administrator's, when this start made one
	data     string
	client   *http.Client
}

var (
	readyLine    = regexp.MustCompile(`^ready in .*: (http://\S+)`)
	passwordLine = regexp.MustCompile(`one-time password (\S+)`)
)

// serve starts the server on a data directory and waits until it is ready.
func serve(t testing.TB, dir string, extra ...string) *running {
	t.Helper()
	path, err := built()
	if err != nil {
		t.Fatal(err)
	}
	r := &running{t: t, data: dir, cmd: exec.Command(path, "serve")}
	r.cmd.Env = append(os.Environ(), append([]string{"ONEMAP_DATA=" + dir, "ONEMAP_LISTEN=127.0.0.1:0"}, extra...)...)
	out, err := r.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var faults bytes.Buffer
	r.cmd.Stderr = &faults
	if err := r.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.cmd.Process.Kill(); _ = r.cmd.Wait() })
	lines := bufio.NewScanner(out)
	for r.url == "" && lines.Scan() {
		if m := passwordLine.FindStringSubmatch(lines.Text()); m != nil {
			r.password = m[1]
		}
		if m := readyLine.FindStringSubmatch(lines.Text()); m != nil {
			r.url = m[1]
		}
	}
	if r.url == "" {
		t.Fatalf("the server did not come up: %s", &faults)
	}
	go func() {
		_, _ = io.Copy(io.Discard, out)
	}()
	jar, _ := cookiejar.New(nil)
	r.client = &http.Client{Jar: jar, Timeout: 10 * time.Second}
	return r
}

// publicDir is a temporary directory that the database's user may enter.
func publicDir(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// signIn signs in and returns the status.
func (r *running) signIn(name, password string) int {
	return r.call("POST", "/api/session", map[string]string{"name": name, "password": password}, nil, nil)
}

// ownPassword replaces a one-time password, without which nothing else is allowed.
func (r *running) ownPassword(old, own string) {
	r.t.Helper()
	if status := r.call("POST", "/api/session/password", map[string]string{"old": old, "new": own}, nil, nil); status != 204 {
		r.t.Fatalf("change the one-time password: %d", status)
	}
}

// call sends one request and decodes the answer into into.
func (r *running) call(method, path string, body, into any, header map[string]string) int {
	status, _ := r.try(method, path, body, into, header)
	return status
}

func (r *running) try(method, path string, body, into any, header map[string]string) (int, error) {
	raw, err := json.Marshal(body)
	if err != nil {
		return 0, err
	}
	req, err := http.NewRequestWithContext(context.Background(), method, r.url+path, bytes.NewReader(raw))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Content-Type", "application/json")
	for k, v := range header {
		req.Header.Set(k, v)
	}
	res, err := r.client.Do(req)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, err
	}
	if into != nil && res.StatusCode < 300 {
		return res.StatusCode, json.Unmarshal(answer, into)
	}
	return res.StatusCode, nil
}

// postmaster returns the pid of the private database below dir.
func postmaster(t testing.TB, dir string) int {
	t.Helper()
	var pid int
	_ = filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && d.Name() == "postmaster.pid" {
			raw, _ := os.ReadFile(path)
			first, _, _ := strings.Cut(string(raw), "\n")
			pid, _ = strconv.Atoi(first)
		}
		return nil
	})
	if pid == 0 {
		t.Fatalf("no postmaster below %s", dir)
	}
	return pid
}

func key() map[string]string {
	return map[string]string{"Idempotency-Key": dispatch.NewID().String()}
}

// TestNothingAcknowledgedIsLost kills the server and its database with -9
// under eight writers, three times over.
func TestNothingAcknowledgedIsLost(t *testing.T) {
	dir := publicDir(t)
	r := serve(t, dir)
	r.officer()
	acked := map[string]string{}
	for round := range 3 {
		if status := r.signIn("officer", "a long pass phrase"); status != 200 {
			t.Fatalf("round %d: sign in: %d", round, status)
		}
		acks, pid := r.writers(8), postmaster(t, dir)
		n := 0
		for a := range acks { // ends when every writer has seen the server die
			acked[a.id] = a.number
			if n++; n == 60 { // in the middle of the writing
				_ = r.cmd.Process.Signal(syscall.SIGKILL)
				_ = syscall.Kill(pid, syscall.SIGKILL)
			}
		}
		if n < 60 {
			t.Fatalf("round %d: the writers stopped after %d reports", round, n)
		}
		_ = r.cmd.Wait()
		r = serve(t, dir)
	}
	if status := r.signIn("officer", "a long pass phrase"); status != 200 {
		t.Fatalf("sign in at the end: %d", status)
	}
	for id, number := range acked {
		var got struct{ Properties struct{ Number string } }
		if status := r.call("GET", "/api/incidents/"+id, nil, &got, nil); status != 200 || got.Properties.Number != number {
			t.Errorf("acknowledged %s as %s, now %d %q", id, number, status, got.Properties.Number)
		}
	}
	r.stop()
	r.verify()
}

type ack struct{ id, number string }

// writers report incidents until the server dies, and pass on what was
// acknowledged; the channel closes when all have seen it die.
func (r *running) writers(n int) <-chan ack {
	acks := make(chan ack)
	var wg sync.WaitGroup
	for w := range n {
		wg.Go(func() { r.report(w, acks) })
	}
	go func() {
		wg.Wait()
		close(acks)
	}()
	return acks
}

func (r *running) report(writer int, acks chan<- ack) {
	for n := range 1000 {
		id := dispatch.NewID().String()
		body := map[string]any{"type": "Feature", "geometry": map[string]any{"type": "Point", "coordinates": []float64{119.59, 39.94}},
			"properties": map[string]any{"kind": "flood", "title": fmt.Sprintf("积水 %d-%d", writer, n), "priority": 3, "division": "130302001"}}
		var receipt dispatch.Receipt
		status, err := r.try("PUT", "/api/incidents/"+id, body, &receipt, key())
		if err != nil || status >= 500 {
			return
		}
		if status != 200 {
			r.t.Errorf("report: %d", status)
			return
		}
		acks <- ack{id, receipt.Number}
	}
}

// stop ends the server as a person would.
func (r *running) stop() {
	r.t.Helper()
	began := time.Now()
	_ = r.cmd.Process.Signal(syscall.SIGINT)
	if err := r.cmd.Wait(); err != nil {
		r.t.Errorf("stopped with %v", err)
	}
	if took := time.Since(began); took > 10*time.Second {
		r.t.Errorf("took %v to stop", took)
	}
}

// verify runs onemap verify on the stopped server's data.
func (r *running) verify() {
	r.t.Helper()
	cmd := exec.Command(r.cmd.Path, "verify")
	cmd.Env = append(os.Environ(), "ONEMAP_DATA="+r.data)
	out, err := cmd.CombinedOutput()
	if err != nil {
		r.t.Fatalf("verify: %v\n%s", err, out)
	}
	r.t.Logf("%s", out)
}
