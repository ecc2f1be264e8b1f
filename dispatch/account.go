package dispatch

import "time"

// Account is a person who may sign in. Its password's hash is kept apart and
// is no fact.
type Account struct {
	ID         ID        `json:"id"`
	Version    int       `json:"version"`
	Name       string    `json:"name"`
	Display    string    `json:"display"`
	Role       Role      `json:"role"`
	Area       string    `json:"area"`
	Clearance  int       `json:"clearance"`
	Unit       *ID       `json:"unit,omitempty"`
	Closed     bool      `json:"closed,omitempty"`
	MustChange bool      `json:"must_change,omitempty"` // one-time password: to be changed at first sign-in
	PasswordAt time.Time `json:"password_at"`
}

// Token lets a machine in: one purpose, an area, at most 90 days.
type Token struct {
	ID        ID        `json:"id"`
	Version   int       `json:"version"`
	Name      string    `json:"name"`
	Area      string    `json:"area"`
	ExpiresAt time.Time `json:"expires_at"`
	Revoked   bool      `json:"revoked,omitempty"`
}

// AccountRecorded says that an account was made or changed.
type AccountRecorded struct{ Account }

// PasswordSet says that an account has a new password. The hash goes to its own
// table and never into the journal's payload.
type PasswordSet struct {
	Account ID     `json:"account"`
	OneTime bool   `json:"one_time,omitempty"`
	Hash    string `json:"-"`
}

// TokenMinted says that a machine may come in. The secret's hash is kept apart.
type TokenMinted struct {
	Token
	Hash []byte `json:"-"`
}

// TokenRevoked says that it may not any more.
type TokenRevoked struct {
	Token ID `json:"token"`
}

// Type and Subject make them facts.
func (f *AccountRecorded) Type() string { return "account.recorded" }
func (f *AccountRecorded) Subject() Ref { return Ref{KindAccount, f.Account.ID} }
func (f *PasswordSet) Type() string     { return "account.password_set" }
func (f *PasswordSet) Subject() Ref     { return Ref{KindAccount, f.Account} }
func (f *TokenMinted) Type() string     { return "token.minted" }
func (f *TokenMinted) Subject() Ref     { return Ref{KindToken, f.Token.ID} }
func (f *TokenRevoked) Type() string    { return "token.revoked" }
func (f *TokenRevoked) Subject() Ref    { return Ref{KindToken, f.Token} }

// Ref names the account.
func (a *Account) Ref() Ref { return Ref{KindAccount, a.ID} }

// At is the account's version.
func (a *Account) At() int { return a.Version }

// Apply folds one fact in.
func (a *Account) Apply(f Fact, at time.Time) {
	version := a.Version + 1
	switch f := f.(type) {
	case *AccountRecorded:
		passwordAt, must := a.PasswordAt, a.MustChange
		*a = f.Account
		a.PasswordAt, a.MustChange = passwordAt, must
	case *PasswordSet:
		a.PasswordAt, a.MustChange = at, f.OneTime
	}
	a.Version = version
}

// Ref names the token.
func (t *Token) Ref() Ref { return Ref{KindToken, t.ID} }

// At is the token's version.
func (t *Token) At() int { return t.Version }

// Apply folds one fact in.
func (t *Token) Apply(f Fact, _ time.Time) {
	version := t.Version + 1
	switch f := f.(type) {
	case *TokenMinted:
		*t = f.Token
	case *TokenRevoked:
		t.Revoked = true
	}
	t.Version = version
}

// Record decides on a new or changed account.
func (a Account) Record() (Outcome, error) {
	var p Problems
	p.text("name", a.Name, 1, 64)
	p.text("display", a.Display, 1, 64)
	roles := make([]string, 0, len(Roles))
	for _, r := range Roles {
		if r != Machine {
			roles = append(roles, string(r))
		}
	}
	p.OneOf("role", string(a.Role), roles)
	p.between("clearance", a.Clearance, 0, 3)
	if !divisionCode.MatchString(a.Area) {
		p.Add("area", "bad_division", "%q is not a code of six or nine digits", a.Area)
	}
	return Outcome{[]Fact{&AccountRecorded{a}}}, p.Err()
}
