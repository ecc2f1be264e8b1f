package dispatch

import "time"

// WarningDrafted says that a text was written, or changed; one that was
// approved must be approved again.
type WarningDrafted struct {
	ID       ID          `json:"id"`
	Division string      `json:"division"`
	Text     WarningText `json:"text"`
	By       ID          `json:"by"`
	ByName   string      `json:"by_name"`
}

// WarningStepped says that a text was submitted, returned or approved.
type WarningStepped struct {
	ID       ID         `json:"id"`
	To       string     `json:"to"`
	Reason   string     `json:"reason,omitempty"`
	Approved *Signature `json:"approved,omitempty"`
}

// WarningOut says that a text was issued.
type WarningOut struct {
	ID      ID          `json:"id"`
	Message WarningSent `json:"message"`
}

// WarningWithdrawn says that a message was taken back before it was out.
type WarningWithdrawn struct {
	ID     ID     `json:"id"`
	Reason string `json:"reason"`
	ByName string `json:"by_name"`
}

// WarningEnded says that a warning was cancelled, has expired, or, a foreign
// one, gave way to a later message.
type WarningEnded struct {
	ID     ID           `json:"id"`
	To     string       `json:"to"`
	Reason string       `json:"reason,omitempty"`
	By     string       `json:"by,omitempty"`
	When   time.Time    `json:"when"`
	Cancel *WarningSent `json:"cancel,omitempty"` // nil: nothing was out that had to be taken back
}

// WarningReceived says that another house's message came in.
type WarningReceived struct{ Warning }

// Type and Subject make them facts.
func (f *WarningDrafted) Type() string   { return "warning.drafted" }
func (f *WarningDrafted) Subject() Ref   { return Ref{KindWarning, f.ID} }
func (f *WarningStepped) Type() string   { return "warning.stepped" }
func (f *WarningStepped) Subject() Ref   { return Ref{KindWarning, f.ID} }
func (f *WarningOut) Type() string       { return "warning.issued" }
func (f *WarningOut) Subject() Ref       { return Ref{KindWarning, f.ID} }
func (f *WarningWithdrawn) Type() string { return "warning.withdrawn" }
func (f *WarningWithdrawn) Subject() Ref { return Ref{KindWarning, f.ID} }
func (f *WarningEnded) Type() string     { return "warning.ended" }
func (f *WarningEnded) Subject() Ref     { return Ref{KindWarning, f.ID} }
func (f *WarningReceived) Type() string  { return "warning.received" }
func (f *WarningReceived) Subject() Ref  { return Ref{KindWarning, f.Warning.ID} }
