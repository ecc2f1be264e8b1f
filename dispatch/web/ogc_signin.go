package web

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"net/http"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"onemap/dispatch"
)

// Desktop software sends name and password with each request; what was proven
// holds so long, unless the account changes meanwhile.
const (
	basicFor  = 2 * time.Minute
	maxBasics = 1000
)

// basics remembers names and passwords that were right, by a keyed hash with a
// key that only this process has: each proof costs a core 84 ms.
type basics struct {
	key    [32]byte
	flight singleflight.Group

	mu    sync.Mutex
	known map[[32]byte]basicProof
}

type basicProof struct {
	account dispatch.ID
	version int // of the account: a new password is a new version
	until   time.Time
}

func newBasics() *basics {
	b := &basics{known: map[[32]byte]basicProof{}}
	_, _ = rand.Read(b.key[:]) // it never fails: the process ends instead
	return b
}

func (b *basics) hash(name, password string) (sum [32]byte) {
	h := hmac.New(sha256.New, b.key[:])
	var size [8]byte
	binary.BigEndian.PutUint64(size[:], uint64(len(name)))
	h.Write(size[:])
	h.Write([]byte(name))
	h.Write([]byte(password))
	h.Sum(sum[:0])
	return sum
}

func (b *basics) of(hash [32]byte) (basicProof, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	p, ok := b.known[hash]
	return p, ok
}

func (b *basics) keep(hash [32]byte, p basicProof) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.known) >= maxBasics {
		clear(b.known) // they prove themselves again
	}
	b.known[hash] = p
}

// whoAsks finds out who asks; by HTTP Basic where the operation takes it.
func (s *Server) whoAsks(k *call, r *http.Request) (identity, error) {
	scheme, _, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !k.op.Basic || !strings.EqualFold(scheme, "Basic") {
		return s.identify(r)
	}
	name, password, ok := r.BasicAuth()
	if !ok || name == "" || len(name) > 256 || len(password) > 1024 {
		return identity{}, errSignIn
	}
	hash := s.basics.hash(name, password)
	p := s.Live.Picture()
	if known, ok := s.basics.of(hash); ok && s.now().Before(known.until) {
		if a := p.Accounts[known.account]; a != nil && !a.Closed && a.Version == known.version {
			return s.identityOf(a, hash, known.until), nil
		}
	}
	// Whoever draws a map asks for many things at once: one proof serves them.
	ctx := context.WithoutCancel(r.Context())
	found, err, _ := s.basics.flight.Do(k.ip+string(hash[:]), func() (any, error) { return s.prove(ctx, k, name, password) })
	if err != nil {
		return identity{}, err
	}
	account := found.(*dispatch.Account)
	until := s.now().Add(basicFor)
	s.basics.keep(hash, basicProof{account.ID, account.Version, until})
	return s.identityOf(account, hash, until), nil
}

func (s *Server) identityOf(a *dispatch.Account, hash [32]byte, until time.Time) identity {
	return identity{actor: s.Live.Picture().ActorOf(a, s.now()), session: hash, expires: until, mustChange: a.MustChange}
}

// prove checks name and password, with the attempts that signing in has.
func (s *Server) prove(ctx context.Context, k *call, name, password string) (*dispatch.Account, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	if retry := s.throttle.try(s.now(), k.ip, name); retry > 0 {
		s.metrics.signIns.WithLabelValues("throttled").Inc()
		return nil, &refused{status: 429, code: "too_many_attempts", detail: "wait before the next attempt", retry: retry}
	}
	account, err := s.proven(ctx, name, password)
	if err != nil {
		s.metrics.signIns.WithLabelValues("refused").Inc()
		return nil, err
	}
	s.throttle.succeeded(k.ip, name)
	s.metrics.signIns.WithLabelValues("accepted").Inc()
	return account, nil
}
