package dispatch

import (
	"fmt"
	"strings"
)

// Kind says what the caller can do about a refusal.
type Kind int

// The kinds of refusal; web maps each to one HTTP status.
const (
	Invalid      Kind = iota + 1 // the request says something that cannot be
	Malformed                    // the request cannot be read
	NotFound                     // nothing of that id in the caller's scope
	Conflict                     // the state has moved on; Current carries it
	Forbidden                    // the caller may not
	Unavailable                  // not now
	Precondition                 // the caller must say which version it saw
	TooLarge
)

// Field is one bad field of a request: where it is and what is wrong with it.
type Field struct {
	Path string `json:"path"`
	Code string `json:"code"`
	Text string `json:"text"`
}

// Error is a refusal. Code is stable snake_case and part of the API.
type Error struct {
	Kind    Kind
	Code    string
	Text    string
	Fields  []Field
	Current any // on Conflict: the state as it stands
}

func (e *Error) Error() string {
	text := e.Code + ": " + e.Text
	for _, f := range e.Fields {
		text += fmt.Sprintf("; %s: %s", f.Path, f.Text)
	}
	return text
}

// Is makes errors.Is compare refusals by code.
func (e *Error) Is(target error) bool {
	other, ok := target.(*Error)
	return ok && other.Code == e.Code
}

// With returns the refusal with its text replaced.
func (e *Error) With(format string, args ...any) *Error {
	next := *e
	next.Text = fmt.Sprintf(format, args...)
	return &next
}

// Refusals that more than one room gives.
var (
	ErrNotFound  = &Error{Kind: NotFound, Code: "not_found", Text: "nothing of that id"}
	ErrForbidden = &Error{Kind: Forbidden, Code: "forbidden", Text: "your role may not do this here"}
	ErrVersion   = &Error{Kind: Conflict, Code: "conflict_version", Text: "changed since you saw it"}
	ErrExists    = &Error{Kind: Conflict, Code: "exists", Text: "there already is one of that id"}
	ErrNoVersion = &Error{Kind: Precondition, Code: "version_required", Text: "say which version you saw, as If-Match"}
	ErrOtherBody = &Error{Kind: Invalid, Code: "idempotency_mismatch", Text: "that key was used with another body"}
	ErrWrongStep = &Error{Kind: Conflict, Code: "wrong_step", Text: "not from this state"}
	ErrInvalid   = &Error{Kind: Invalid, Code: "invalid", Text: "some fields cannot be"}
)

// Problems gathers all bad fields of one request, so that the caller hears of
// every one at once.
type Problems []Field

// Add notes one bad field.
func (p *Problems) Add(path, code, format string, args ...any) {
	*p = append(*p, Field{path, code, fmt.Sprintf(format, args...)})
}

// OneOf notes a value outside a closed set.
func (p *Problems) OneOf(path, value string, set []string) {
	for _, s := range set {
		if value == s {
			return
		}
	}
	p.Add(path, "bad_enum", "%q is none of %s", value, strings.Join(set, ", "))
}

// Err returns nil when nothing was noted.
func (p Problems) Err() error {
	if len(p) == 0 {
		return nil
	}
	e := *ErrInvalid
	e.Fields = p
	if len(p) == 1 {
		e.Code, e.Text = p[0].Code, p[0].Text
	}
	return &e
}
