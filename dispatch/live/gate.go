package live

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"onemap/dispatch"
)

// SecretKeeper knows the hashes of terminals' secrets.
type SecretKeeper interface {
	// TerminalSecret returns the SHA-256; dispatch.ErrNotFound when there is none.
	TerminalSecret(ctx context.Context, id dispatch.ID) ([]byte, error)
}

const (
	enrolAgain   = 10 * time.Minute // for which the same host is told the same secret again
	secretLimit  = 3 * time.Second
	distressWait = 3 * time.Second
)

// Gate lets terminals in (接入): it implements dispatch.Intake. The one place
// where a terminal's datum and clock policy are applied.
type Gate struct {
	live    *Live
	desk    *dispatch.Desk
	secrets SecretKeeper
	counts  *Ingest

	mu      sync.Mutex
	known   map[dispatch.ID]knownSecret
	issued  map[dispatch.ID]issue
	offsets map[dispatch.ID]time.Duration // ours less the device's, of those on our clock
}

// knownSecret is a hash as read at one version of its terminal.
type knownSecret struct {
	version int
	hash    []byte
}

// issue is a secret just given, which the terminal may not have heard.
type issue struct {
	secret, host string
	until        time.Time
}

var _ dispatch.Intake = (*Gate)(nil)

// NewGate returns a gate that goes by the desk's clock.
func (l *Live) NewGate(d *dispatch.Desk, secrets SecretKeeper) *Gate {
	return &Gate{
		live: l, desk: d, secrets: secrets, counts: newIngest(),
		known: map[dispatch.ID]knownSecret{}, issued: map[dispatch.ID]issue{}, offsets: map[dispatch.ID]time.Duration{},
	}
}

// Counts returns what was heard since the start.
func (g *Gate) Counts() *Ingest { return g.counts }

// Terminal implements dispatch.Intake.
func (g *Gate) Terminal(protocol dispatch.Protocol, identity string) (*dispatch.Terminal, bool) {
	t := g.live.Picture().TerminalCalled(protocol, dispatch.CalledAs(protocol, identity))
	return t, t != nil && t.Enabled
}

// Proves implements dispatch.Intake.
func (g *Gate) Proves(ctx context.Context, t *dispatch.Terminal, secret string) (bool, error) {
	hash, err := g.hashOf(ctx, t)
	if err != nil || hash == nil {
		return false, err
	}
	sum := sha256.Sum256([]byte(secret))
	if subtle.ConstantTimeCompare(sum[:], hash) != 1 {
		return false, nil
	}
	g.mu.Lock()
	delete(g.issued, t.ID)
	g.mu.Unlock()
	return true, nil
}

// hashOf reads a secret's hash once a version; nil when there is none.
func (g *Gate) hashOf(ctx context.Context, t *dispatch.Terminal) ([]byte, error) {
	if t.SecretAt == nil {
		return nil, nil
	}
	g.mu.Lock()
	have, ok := g.known[t.ID]
	g.mu.Unlock()
	if ok && have.version == t.Version {
		return have.hash, nil
	}
	ctx, cancel := context.WithTimeout(ctx, secretLimit)
	defer cancel()
	hash, err := g.secrets.TerminalSecret(ctx, t.ID)
	if errors.Is(err, dispatch.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the secret of terminal %s: %w", t.ID, err)
	}
	g.mu.Lock()
	g.known[t.ID] = knownSecret{t.Version, hash}
	g.mu.Unlock()
	return hash, nil
}

// Enrol implements dispatch.Intake.
func (g *Gate) Enrol(ctx context.Context, t *dispatch.Terminal, remote string) (string, error) {
	now, host := g.desk.Now(), hostOf(remote)
	g.mu.Lock()
	was, again := g.issued[t.ID]
	if again && (was.host != host || now.After(was.until)) {
		again = false
	}
	g.mu.Unlock()
	if t.SecretAt != nil {
		if again {
			return was.secret, nil
		}
		return "", dispatch.ErrEnrolled
	}
	secret := rand.Text()
	sum := sha256.Sum256([]byte(secret))
	id := dispatch.NewID()
	receipt, err := g.desk.EnrolTerminal(ctx, dispatch.Command{ID: id, Actor: dispatch.System, OccurredAt: now, Digest: sha256.Sum256(id[:])}, t.ID, sum[:])
	if err != nil {
		return "", fmt.Errorf("enrol terminal %s: %w", t.ID, err)
	}
	g.mu.Lock()
	g.issued[t.ID] = issue{secret, host, now.Add(enrolAgain)}
	g.mu.Unlock()
	if err := g.live.Await(ctx, receipt.Seq); err != nil {
		return "", fmt.Errorf("enrol terminal %s: %w", t.ID, err)
	}
	return secret, nil
}

func hostOf(remote string) string {
	if host, _, err := net.SplitHostPort(remote); err == nil {
		return host
	}
	return remote
}

// Take implements dispatch.Intake.
func (g *Gate) Take(ctx context.Context, from dispatch.Source, t *dispatch.Terminal, fixes []dispatch.Fix) (dispatch.Counted, error) {
	return g.take(ctx, from, t, fixes, false)
}

// Backfill implements dispatch.Intake.
func (g *Gate) Backfill(ctx context.Context, from dispatch.Source, t *dispatch.Terminal, fixes []dispatch.Fix) (dispatch.Counted, error) {
	return g.take(ctx, from, t, fixes, true)
}

func (g *Gate) take(ctx context.Context, from dispatch.Source, t *dispatch.Terminal, fixes []dispatch.Fix, stored bool) (dispatch.Counted, error) {
	now := g.desk.Now()
	lanes := g.sort(now, t, fixes, stored)
	c := lanes.counted
	for _, v := range g.live.Report(now, lanes.live) {
		add(&c, v, false)
	}
	for _, v := range g.live.board.backfill(now, lanes.stored) {
		add(&c, v, true)
	}
	g.counts.took(from, c, lanes.offset)
	if c.Refused > 0 {
		g.counts.refused(from, now, c.Code, lanes.text, c.Refused)
	}
	if lanes.cries {
		return c, g.answer(ctx, t.Unit)
	}
	return c, nil
}

// add counts one verdict.
func add(c *dispatch.Counted, v Verdict, stored bool) {
	switch {
	case v.Refused != "":
		c.Refused++
		c.Code = v.Refused
	case v.Repeated:
		c.Repeated++
	case stored:
		c.Backfilled++
	case v.Late:
		c.Late++
	case v.Doubtful:
		c.Doubtful++
	default:
		c.Shown++
	}
}

// Distress implements dispatch.Intake.
func (g *Gate) Distress(ctx context.Context, from dispatch.Source, t *dispatch.Terminal, f dispatch.Fix) error {
	f.SOS = true
	if f.DeviceAt.IsZero() {
		f.DeviceAt = g.desk.Now()
	}
	_, err := g.take(ctx, from, t, []dispatch.Fix{f}, false)
	return err
}

// errCry says that an alarm is not recorded yet. The press is known: sent
// again it is one press.
var errCry = &dispatch.Error{Kind: dispatch.Unavailable, Code: "alarm_not_kept", Text: "the cry for help is not recorded yet"}

// answer raises the alarm of a unit that cries now, rather than with the next
// round of duties.
func (g *Gate) answer(ctx context.Context, unit dispatch.ID) error {
	who := map[dispatch.ID]bool{unit: true}
	if !g.live.board.Unheard(who) {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, distressWait)
	defer cancel()
	g.live.Distress(ctx, g.desk)
	if g.live.board.Unheard(who) {
		return errCry
	}
	return nil
}

// Connected implements dispatch.Intake.
func (g *Gate) Connected(from dispatch.Source) (leave func()) {
	g.counts.admitted(from)
	return g.counts.connected(from, g.desk.Now())
}

// Heard implements dispatch.Intake.
func (g *Gate) Heard(from dispatch.Source, messages int) {
	g.counts.heard(from, g.desk.Now(), messages)
}

// Refused implements dispatch.Intake.
func (g *Gate) Refused(from dispatch.Source, code, text string) {
	now := g.desk.Now()
	if from.Identity != "" && g.live.Picture().TerminalCalled(from.Protocol, dispatch.CalledAs(from.Protocol, from.Identity)) == nil {
		g.counts.knocked(from, now, code)
		from.Identity = "" // the listener counts it
	}
	g.counts.refused(from, now, code, text, 1)
}
