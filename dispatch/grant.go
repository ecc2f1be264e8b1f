package dispatch

import "time"

// Grant lends an account a right for a time (临时授权): a role in an area, or at
// one incident. Times are half open, [ValidFrom, ValidUntil).
type Grant struct {
	ID         ID         `json:"id"`
	Version    int        `json:"-"`
	Account    ID         `json:"account"`
	Role       Role       `json:"role"`
	Area       string     `json:"area,omitempty"`
	Incident   *ID        `json:"incident,omitempty"`
	Clearance  int        `json:"clearance"`
	ValidFrom  time.Time  `json:"valid_from"`
	ValidUntil time.Time  `json:"valid_until"`
	Reason     string     `json:"reason"`
	By         ID         `json:"by"`
	GivenAt    time.Time  `json:"given_at"`
	RevokedAt  *time.Time `json:"revoked_at,omitempty"`
}

// GrantGiven says that a right was lent.
type GrantGiven struct{ Grant }

// GrantRevoked says that it was taken back before its time.
type GrantRevoked struct {
	ID   ID        `json:"id"`
	When time.Time `json:"when"`
}

// Type and Subject make them facts.
func (f *GrantGiven) Type() string   { return "grant.given" }
func (f *GrantGiven) Subject() Ref   { return Ref{KindGrant, f.ID} }
func (f *GrantRevoked) Type() string { return "grant.revoked" }
func (f *GrantRevoked) Subject() Ref { return Ref{KindGrant, f.ID} }

// Ref names the grant.
func (g *Grant) Ref() Ref { return Ref{KindGrant, g.ID} }

// At is the grant's version.
func (g *Grant) At() int { return g.Version }

// Apply folds one fact in.
func (g *Grant) Apply(f Fact, _ time.Time) {
	version := g.Version + 1
	switch f := f.(type) {
	case *GrantGiven:
		*g = f.Grant
	case *GrantRevoked:
		when := f.When
		g.RevokedAt = &when
	}
	g.Version = version
}
