// Package bench measures a running server from outside, as any client would:
// by HTTP and by the live channel, and by nothing else. Load puts the desk's
// load on it; Day plays a recorded day of calls through it.
package bench

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"time"

	"github.com/google/uuid"
)

// askFor is the longest one request may take.
const askFor = 30 * time.Second

// Client speaks to one server as one account. Many goroutines may share it.
type Client struct {
	Base string // "http://127.0.0.1:8080"
	http *http.Client
}

// Receipt is the answer to a command.
type Receipt struct {
	ID      uuid.UUID
	Version int
	Seq     int64
	Number  string
}

// Refusal is an answer that is not 2xx: the problem the server wrote.
type Refusal struct {
	Status int
	Code   string
	Detail string
	Fields []struct{ Path, Code, Text string }
}

func (r *Refusal) Error() string {
	said := fmt.Sprintf("%d %s: %s", r.Status, r.Code, r.Detail)
	for _, f := range r.Fields {
		said += fmt.Sprintf("; %s %s %s", f.Path, f.Code, f.Text)
	}
	return said
}

// codeOf names what went wrong: the server's code, or "no_answer".
func codeOf(err error) string {
	if refusal, ok := errors.AsType[*Refusal](err); ok {
		return refusal.Code
	}
	return "no_answer"
}

// NewClient makes a client of a server that is not signed in yet.
func NewClient(base string) (*Client, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, fmt.Errorf("make cookie jar: %w", err)
	}
	lines := &http.Transport{MaxIdleConns: 512, MaxIdleConnsPerHost: 512}
	return &Client{Base: strings.TrimSuffix(base, "/"), http: &http.Client{Jar: jar, Timeout: askFor, Transport: lines}}, nil
}

// session is who is signed in.
type session struct {
	Role       string
	Area       string
	MustChange bool `json:"must_change_password"`
}

// signIn signs in. A one-time password is replaced at once, by one that
// nobody learns: the session is all that is needed.
func (c *Client) signIn(ctx context.Context, name, password string) (session, error) {
	var who session
	if err := c.ask(ctx, "POST", "/api/session", map[string]string{"name": name, "password": password}, &who); err != nil {
		return who, fmt.Errorf("sign in as %s: %w", name, err)
	}
	if who.MustChange {
		if err := c.ask(ctx, "POST", "/api/session/password", map[string]string{"old": password, "new": rand.Text()}, nil); err != nil {
			return who, fmt.Errorf("replace the one-time password of %s: %w", name, err)
		}
	}
	return who, nil
}

// ask sends a JSON body, nil for none, and reads the answer into into, nil for
// not at all. What the server refuses is a *Refusal.
func (c *Client) ask(ctx context.Context, method, path string, body, into any) error {
	return c.send(ctx, method, path, body, into, nil)
}

// command sends a change under a key of its own. seen is the version the
// sender saw, 0 for none.
func (c *Client) command(ctx context.Context, method, path string, body any, seen int) (Receipt, error) {
	header := http.Header{"Idempotency-Key": {newID().String()}}
	if seen > 0 {
		header.Set("If-Match", fmt.Sprintf("%q", fmt.Sprint(seen)))
	}
	var receipt Receipt
	err := c.send(ctx, method, path, body, &receipt, header)
	return receipt, err
}

// version reads what version something is at.
func (c *Client) version(ctx context.Context, path string) (int, error) {
	var now struct{ Version int }
	err := c.ask(ctx, "GET", path, nil, &now)
	return now.Version, err
}

// importFile takes a file into a ledger, and refuses when a row was.
func (c *Client) importFile(ctx context.Context, ledger, kind string, file []byte) error {
	header := http.Header{"Idempotency-Key": {newID().String()}, "Content-Type": {kind}}
	var done struct {
		Errors []struct{ Path, Text string }
	}
	if err := c.send(ctx, "POST", "/api/ledgers/"+ledger+"/import?datum=wgs84", file, &done, header); err != nil {
		return fmt.Errorf("import %s: %w", ledger, err)
	}
	if len(done.Errors) > 0 {
		return fmt.Errorf("import %s: %d rows refused, the first: %s: %s", ledger, len(done.Errors), done.Errors[0].Path, done.Errors[0].Text)
	}
	return nil
}

func (c *Client) send(ctx context.Context, method, path string, body, into any, header http.Header) error {
	raw, ready := body.([]byte)
	if !ready {
		var err error
		if raw, err = json.Marshal(body); err != nil {
			return fmt.Errorf("write %s %s: %w", method, path, err)
		}
	}
	req, err := http.NewRequestWithContext(ctx, method, c.Base+path, bytes.NewReader(raw))
	if err != nil {
		return fmt.Errorf("ask %s %s: %w", method, path, err)
	}
	req.Header.Set("Content-Type", "application/json")
	for name, values := range header {
		req.Header[name] = values
	}
	res, err := c.http.Do(req)
	if err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		return fmt.Errorf("read %s %s: %w", method, path, err)
	}
	if res.StatusCode >= 300 {
		refusal := &Refusal{Status: res.StatusCode, Code: fmt.Sprintf("status_%d", res.StatusCode)}
		// A problem that is none leaves the status to speak.
		_ = json.Unmarshal(answer, refusal)
		refusal.Status = res.StatusCode
		return refusal
	}
	if into == nil {
		return nil
	}
	if err := json.Unmarshal(answer, into); err != nil {
		return fmt.Errorf("read %s %s: %w", method, path, err)
	}
	return nil
}

func newID() uuid.UUID { return uuid.Must(uuid.NewV7()) }
