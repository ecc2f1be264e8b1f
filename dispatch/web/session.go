package web

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"

	"onemap/dispatch"
)

// A session lasts a shift.
const sessionTime = 12 * time.Hour

const minPassword = 10 // characters

// secret returns 32 random bytes as text.
func secret() (string, error) {
	raw := make([]byte, 32)
	if _, err := rand.Read(raw); err != nil {
		return "", fmt.Errorf("draw secret: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(raw), nil
}

// SignIn checks name and password and starts a session. A wrong name and a
// wrong password are the same answer after the same time.
func (s api) SignIn(ctx context.Context, r SignInRequestObject) (SignInResponseObject, error) {
	k := callOf(ctx)
	if n := len(r.Body.Name); n == 0 || n > 256 || len(r.Body.Password) > 1024 {
		return nil, refuse(422, "out_of_range", "a name has 1 to 64 characters, a password at most 256")
	}
	if retry := s.throttle.try(s.now(), k.ip, r.Body.Name); retry > 0 {
		s.metrics.signIns.WithLabelValues("throttled").Inc()
		return nil, &refused{status: 429, code: "too_many_attempts", detail: "wait before the next attempt", retry: retry}
	}
	account, err := s.proven(ctx, r.Body.Name, r.Body.Password)
	if err != nil {
		s.metrics.signIns.WithLabelValues("refused").Inc()
		return nil, err
	}
	s.throttle.succeeded(k.ip, r.Body.Name)
	cookie, err := secret()
	if err != nil {
		return nil, err
	}
	expires := s.now().Add(sessionTime)
	hash := sha256.Sum256([]byte(cookie))
	if err := s.Sessions.StartSession(ctx, hash[:], account.ID, expires); err != nil {
		return nil, fmt.Errorf("start session: %w", err)
	}
	s.cookies.keep(hash, proof{account.ID, expires, s.now()})
	s.metrics.signIns.WithLabelValues("accepted").Inc()
	k.who = identity{actor: s.Live.Picture().ActorOf(account, s.now()), session: hash, expires: expires, mustChange: account.MustChange}
	return SignIn200JSONResponse{Body: s.session(k.who), Headers: SignIn200ResponseHeaders{SetCookie: ptr(s.cookie(cookie, sessionTime))}}, nil
}

var errCredentials = refuse(401, "bad_credentials", "name or password is wrong")

// proven returns the open account that name and password belong to.
func (s *Server) proven(ctx context.Context, name, password string) (*dispatch.Account, error) {
	account := accountNamed(s.Live.Picture(), name)
	phc := nobody
	if account != nil {
		stored, err := s.Secrets.PasswordOf(ctx, account.ID)
		if err != nil && !errors.Is(err, dispatch.ErrNotFound) {
			return nil, fmt.Errorf("read password: %w", err)
		}
		if err == nil {
			phc = stored
		}
	}
	same := false
	err := s.hashed(ctx, func() error { same = samePassword(phc, password); return nil })
	switch {
	case err != nil:
		return nil, err
	case !same || account == nil:
		return nil, errCredentials
	}
	return account, nil
}

func accountNamed(p *dispatch.Picture, name string) *dispatch.Account {
	for _, a := range p.Accounts {
		if a.Name == name && !a.Closed {
			return a
		}
	}
	return nil
}

// cookie is HttpOnly, so that no script reads it, and Strict, so that no other
// site sends it.
func (s *Server) cookie(value string, life time.Duration) string {
	c := http.Cookie{Name: cookieName, Value: value, Path: "/", HttpOnly: true, Secure: s.Secure, SameSite: http.SameSiteStrictMode, MaxAge: int(life.Seconds())}
	if value == "" {
		c.MaxAge = -1
	}
	return c.String()
}

func (s *Server) session(who identity) Session {
	a := s.Live.Picture().Accounts[who.actor.ID]
	actions := slices.DeleteFunc(slices.Sorted(maps.Keys(dispatch.Actions())), func(x dispatch.Action) bool { return who.actor.May(x) == dispatch.Denied })
	names := make([]string, len(actions))
	for i, x := range actions {
		names[i] = string(x)
	}
	return Session{
		Account: a.ID, Name: a.Name, Display: a.Display, Role: Role(a.Role), Area: a.Area, Clearance: a.Clearance, Unit: a.Unit,
		MustChangePassword: &a.MustChange, Actions: names, ExpiresAt: who.expires.UTC(),
	}
}

// ReadSession says who is signed in.
func (s api) ReadSession(ctx context.Context, _ ReadSessionRequestObject) (ReadSessionResponseObject, error) {
	return ReadSession200JSONResponse(s.session(callOf(ctx).who)), nil
}

// signedOut takes the cookie back.
type signedOut struct{ cookie string }

// VisitSignOutResponse writes it.
func (o signedOut) VisitSignOutResponse(w http.ResponseWriter) error {
	w.Header().Set("Set-Cookie", o.cookie)
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// SignOut ends the session and its sockets.
func (s api) SignOut(ctx context.Context, _ SignOutRequestObject) (SignOutResponseObject, error) {
	who := callOf(ctx).who
	if err := s.Sessions.EndSession(ctx, who.session[:]); err != nil {
		return nil, fmt.Errorf("end session: %w", err)
	}
	s.cookies.forget(func(hash [32]byte, _ proof) bool { return hash == who.session })
	s.sockets.closeWhere(closeSignedOut, func(w identity) bool { return w.session == who.session })
	return signedOut{s.cookie("", 0)}, nil
}

// ChangePassword sets a new own password and ends all other sessions.
func (s api) ChangePassword(ctx context.Context, r ChangePasswordRequestObject) (ChangePasswordResponseObject, error) {
	k := callOf(ctx)
	account := s.Live.Picture().Accounts[k.who.actor.ID]
	if retry := s.throttle.try(s.now(), k.ip, account.Name); retry > 0 {
		return nil, &refused{status: 429, code: "too_many_attempts", detail: "wait before the next attempt", retry: retry}
	}
	if _, err := s.proven(ctx, account.Name, r.Body.Old); err != nil {
		return nil, err
	}
	s.throttle.succeeded(k.ip, account.Name)
	if r.Body.New == r.Body.Old {
		return nil, refuse(422, "same_password", "choose another one")
	}
	hash, err := s.newHash(ctx, "new", r.Body.New)
	if err != nil {
		return nil, err
	}
	// The digest of a password would be a fast hash of it: the command is made
	// here, once, and covers nothing.
	command := dispatch.Command{ID: dispatch.NewID(), Actor: k.who.actor, OccurredAt: s.now()}
	receipt, err := s.Desk.SetPassword(ctx, command, hash)
	if err != nil {
		return nil, err
	}
	k.receipt = receipt
	if err := s.endOthers(ctx, account.ID, k.who.session); err != nil {
		return nil, err
	}
	s.await(ctx, receipt.Seq)
	return ChangePassword204Response{}, nil
}

// endOthers ends an account's sessions and their sockets, all but one.
func (s *Server) endOthers(ctx context.Context, account dispatch.ID, except [32]byte) error {
	var kept []byte
	if except != ([32]byte{}) {
		kept = except[:]
	}
	if err := s.Secrets.EndSessions(ctx, account, kept); err != nil {
		return fmt.Errorf("end sessions: %w", err)
	}
	s.cookies.forget(func(hash [32]byte, p proof) bool { return p.id == account && hash != except })
	s.sockets.closeWhere(closeSignedOut, func(w identity) bool { return w.actor.ID == account && w.session != except })
	return nil
}

// newHash checks and hashes a new password.
func (s *Server) newHash(ctx context.Context, path, password string) (hash string, err error) {
	if n := len([]rune(password)); n < minPassword || n > 256 {
		text := fmt.Sprintf("a password has %d to 256 characters", minPassword)
		return "", &refused{status: 422, code: "out_of_range", detail: text, fields: []FieldProblem{{Path: path, Code: "out_of_range", Text: text}}}
	}
	err = s.hashed(ctx, func() (err error) { hash, err = HashPassword(password); return err })
	return hash, err
}
