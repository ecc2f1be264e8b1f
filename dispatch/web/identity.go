package web

import (
	"context"
	"crypto/sha256"
	"errors"
	"maps"
	"net/http"
	"strings"
	"sync"
	"time"

	"onemap/dispatch"
)

// identity is who asks, and by what they proved it.
type identity struct {
	actor      dispatch.Actor
	machine    bool
	session    [32]byte // SHA-256 of the cookie's or token's secret
	expires    time.Time
	mustChange bool
}

const cookieName = "onemap_session"

var errSignIn = refuse(401, "unauthorized", "sign in first")

// identify finds out who asks. A bearer token wins over a cookie; what proves
// nothing any more is the same as nothing.
func (s *Server) identify(r *http.Request) (identity, error) {
	if header := r.Header.Get("Authorization"); header != "" {
		scheme, secret, _ := strings.Cut(header, " ")
		if !strings.EqualFold(scheme, "Bearer") || len(secret) > 256 {
			return identity{}, errSignIn
		}
		return s.identifyMachine(r.Context(), sha256.Sum256([]byte(secret)))
	}
	cookie, err := r.Cookie(cookieName)
	if err != nil || len(cookie.Value) > 256 {
		return identity{}, errSignIn
	}
	return s.identifyPerson(r.Context(), sha256.Sum256([]byte(cookie.Value)))
}

func (s *Server) identifyPerson(ctx context.Context, hash [32]byte) (identity, error) {
	id, expires, err := s.cookies.of(ctx, hash)
	switch {
	case errors.Is(err, dispatch.ErrNotFound):
		return identity{}, errSignIn
	case err != nil:
		return identity{}, err
	}
	account := s.Live.Picture().Accounts[id]
	if account == nil || account.Closed {
		return identity{}, errSignIn
	}
	return identity{actor: s.Live.Picture().ActorOf(account, s.now()), session: hash, expires: expires, mustChange: account.MustChange}, nil
}

func (s *Server) identifyMachine(ctx context.Context, hash [32]byte) (identity, error) {
	id, _, err := s.tokens.of(ctx, hash)
	switch {
	case errors.Is(err, dispatch.ErrNotFound):
		return identity{}, errSignIn
	case err != nil:
		return identity{}, err
	}
	token := s.Live.Picture().Tokens[id]
	if token == nil || token.Revoked || !s.now().Before(token.ExpiresAt) {
		return identity{}, errSignIn
	}
	actor := dispatch.Actor{ID: token.ID, Name: token.Name, Role: dispatch.Machine, Area: token.Area}
	return identity{actor: actor, machine: true, session: hash, expires: token.ExpiresAt}, nil
}

// proofs remembers whom a secret proved, so that reading does not ask the
// database each time, and goes on while the database is away.
type proofs struct {
	ask func(ctx context.Context, hash []byte) (dispatch.ID, time.Time, error)
	now func() time.Time

	mu    sync.Mutex
	known map[[32]byte]proof
}

type proof struct {
	id      dispatch.ID
	expires time.Time
	asked   time.Time
}

const (
	askAgain  = time.Second // so soon is a sign-out on another node noticed
	maxProofs = 20_000
	// standInAfter is how long the database may think before what it said last
	// stands in for it.
	standInAfter = 500 * time.Millisecond
	awayFor      = 5 * time.Second // so long it is then left alone
)

func newProofs(now func() time.Time, ask func(context.Context, []byte) (dispatch.ID, time.Time, error)) *proofs {
	return &proofs{ask: ask, now: now, known: map[[32]byte]proof{}}
}

// of returns whom a secret proves and until when, or ErrNotFound.
func (d *proofs) of(ctx context.Context, hash [32]byte) (dispatch.ID, time.Time, error) {
	now := d.now()
	d.mu.Lock()
	k, have := d.known[hash]
	d.mu.Unlock()
	have = have && now.Before(k.expires)
	if have && now.Sub(k.asked) < askAgain {
		return k.id, k.expires, nil
	}
	if have {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, standInAfter)
		defer cancel()
	}
	id, expires, err := d.ask(ctx, hash[:])
	switch {
	case errors.Is(err, dispatch.ErrNotFound):
		d.forget(func(h [32]byte, _ proof) bool { return h == hash })
		return id, expires, dispatch.ErrNotFound
	case err != nil && have:
		d.keep(hash, proof{k.id, k.expires, now.Add(awayFor)}) // the database is away: what it said last stands
		return k.id, k.expires, nil
	case err != nil:
		return id, expires, err
	case !now.Before(expires):
		return id, expires, dispatch.ErrNotFound
	}
	d.keep(hash, proof{id, expires, now})
	return id, expires, nil
}

func (d *proofs) keep(hash [32]byte, p proof) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.known) >= maxProofs {
		clear(d.known) // they are asked for again, one by one
	}
	d.known[hash] = p
}

func (d *proofs) forget(which func(hash [32]byte, p proof) bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	maps.DeleteFunc(d.known, which)
}
