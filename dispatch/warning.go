package dispatch

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
)

// States of a warning, and of a text that is being prepared, which goes as far
// as approved.
const (
	WarningDraft     = "draft"     // 草稿
	WarningReview    = "review"    // 待审核
	WarningApproved  = "approved"  // 已批准
	WarningIssued    = "issued"    // 已发布
	WarningUpdated   = "updated"   // 已更新: a foreign one that a later message took the place of
	WarningCancelled = "cancelled" // 已解除
	WarningExpired   = "expired"   // 已失效
)

// WarningStates lists them in the order of a life.
var WarningStates = []string{WarningDraft, WarningReview, WarningApproved, WarningIssued, WarningUpdated, WarningCancelled, WarningExpired}

// What a message does, in the words of CAP.
const (
	MessageAlert  = "Alert"
	MessageUpdate = "Update"
	MessageCancel = "Cancel"
)

// WarnedArea is the polygon of a text, lon/lat.
type WarnedArea struct{ orb.MultiPolygon }

// MarshalJSON writes it as GeoJSON.
func (a WarnedArea) MarshalJSON() ([]byte, error) {
	return json.Marshal(geojson.NewGeometry(a.MultiPolygon))
}

// UnmarshalJSON reads it back.
func (a *WarnedArea) UnmarshalJSON(raw []byte) error {
	var g geojson.Geometry
	if err := json.Unmarshal(raw, &g); err != nil {
		return err
	}
	switch g := g.Geometry().(type) {
	case orb.Polygon:
		a.MultiPolygon = orb.MultiPolygon{g}
	case orb.MultiPolygon:
		a.MultiPolygon = g
	}
	return nil
}

// WarningText is what a warning says. Who is warned is the union of Polygon and
// Divisions.
type WarningText struct {
	Kind        string      `json:"kind"`
	Colour      string      `json:"colour,omitempty"` // empty only of a foreign one that says none
	Event       string      `json:"event,omitempty"`  // in a foreign one's own words
	Headline    string      `json:"headline"`
	Description string      `json:"description,omitempty"`
	Instruction string      `json:"instruction,omitempty"`
	Urgency     string      `json:"urgency"`
	Certainty   string      `json:"certainty"`
	AreaText    string      `json:"area_text"`
	Polygon     *WarnedArea `json:"polygon,omitempty"`
	Divisions   []string    `json:"divisions,omitempty"`
	Effective   *time.Time  `json:"effective,omitempty"` // nil: when it is issued
	Onset       *time.Time  `json:"onset,omitempty"`
	Expires     time.Time   `json:"expires"`
	Exercise    string      `json:"exercise,omitempty"` // name of the exercise it is part of; empty: real
	Incident    *ID         `json:"incident,omitempty"`
	Reaches     []string    `json:"reaches,omitempty"` // townships on whose ground it lies, worked out by the desk
}

// WarningWork is a text on its way out, and who had a hand in it.
type WarningWork struct {
	WarningText
	State      string     `json:"state"` // WarningDraft, WarningReview or WarningApproved
	Authors    []ID       `json:"authors"`
	AuthorName string     `json:"author_name"` // of the last one
	Reason     string     `json:"reason,omitempty"`
	Approved   *Signature `json:"approved,omitempty"`
}

// Signature says who stood for a text, and for which one: the SHA-256 of it.
type Signature struct {
	By     ID        `json:"by"`
	ByName string    `json:"by_name"`
	At     time.Time `json:"at"`
	Digest string    `json:"digest"`
}

// WarningSent is one message of ours. It is out from OutAt on: until then it
// can be taken back.
type WarningSent struct {
	WarningText
	Identifier string    `json:"identifier"`
	Sender     string    `json:"sender"`
	SenderName string    `json:"sender_name"`
	Message    string    `json:"message"` // MessageAlert, MessageUpdate or MessageCancel
	Sent       time.Time `json:"sent"`
	OutAt      time.Time `json:"out_at"`
	References []string  `json:"references,omitempty"` // sender,identifier,sent of all that went before
	Note       string    `json:"note,omitempty"`       // why it is cancelled
	Authors    []ID      `json:"authors"`
	Approved   Signature `json:"approved"`
	Issued     Signature `json:"issued"`
	SHA256     string    `json:"sha256,omitempty"` // of the message as it goes out
}

// WarningForeign is where another house's warning is from. It is shown and
// never edited.
type WarningForeign struct {
	Sender     string          `json:"sender"`
	SenderName string          `json:"sender_name,omitempty"`
	Identifier string          `json:"identifier"`
	Sent       time.Time       `json:"sent"`
	Message    string          `json:"message"`
	Status     string          `json:"status"` // Actual, Exercise, System, Test, Draft
	Scope      string          `json:"scope"`
	References []string        `json:"references,omitempty"`
	Signed     bool            `json:"signed,omitempty"` // by an XML signature nobody here verified
	Problems   []Field         `json:"problems,omitempty"`
	Source     string          `json:"source,omitempty"` // address of the feed; empty: a file
	ReceivedAt time.Time       `json:"received_at"`
	Alert      json.RawMessage `json:"alert"` // the whole message, for whoever asks for it again
}

// Warning is a warning of ours, with all its messages, or one message of
// another house (预警).
type Warning struct {
	ID       ID              `json:"id"`
	Version  int             `json:"-"`
	State    string          `json:"state"`
	Division string          `json:"division"` // area of who drafted it; empty of a foreign one
	Work     *WarningWork    `json:"work,omitempty"`
	Text     *WarningText    `json:"text,omitempty"` // what is, or was last, in force
	Sent     []WarningSent   `json:"sent,omitempty"`
	Foreign  *WarningForeign `json:"foreign,omitempty"`
	Reason   string          `json:"reason,omitempty"`
	By       string          `json:"by,omitempty"` // what a foreign one gave way to
	EndedAt  *time.Time      `json:"ended_at,omitempty"`
}

// Ref names the warning.
func (w *Warning) Ref() Ref { return Ref{KindWarning, w.ID} }

// At is the warning's version.
func (w *Warning) At() int { return w.Version }

// Over reports whether nothing more happens to a warning.
func (w *Warning) Over() bool { return w.EndedAt != nil }

// Last is the last message of ours, nil when there is none.
func (w *Warning) Last() *WarningSent {
	if len(w.Sent) == 0 {
		return nil
	}
	return &w.Sent[len(w.Sent)-1]
}

// Out returns how many of our messages are out at a moment.
func (w *Warning) Out(now time.Time) int {
	n := 0
	for n < len(w.Sent) && !now.Before(w.Sent[n].OutAt) {
		n++
	}
	return n
}

// Ends is when a warning runs out by itself. A foreign one that does not say is
// let run as long as one of ours could.
func (w *Warning) Ends() time.Time {
	switch {
	case w.Text != nil && !w.Text.Expires.IsZero():
		return w.Text.Expires
	case w.Foreign != nil:
		return w.Foreign.Sent.Add(longestWarning)
	case w.Work != nil:
		return w.Work.Expires
	}
	return time.Time{}
}

// Exercise reports whether a warning is of something that is not real.
func (w *Warning) Exercise() bool {
	switch {
	case w.Foreign != nil:
		return w.Foreign.Status != "Actual"
	case w.Text != nil:
		return w.Text.Exercise != ""
	}
	return w.Work != nil && w.Work.Exercise != ""
}

// Sounds reports whether a warning is real, out and in force: worth a banner.
func (w *Warning) Sounds(now time.Time) bool {
	return w.State == WarningIssued && !w.Exercise() && now.Before(w.Ends()) && (w.Foreign != nil || w.Out(now) > 0)
}

// Rank orders warnings by colour, the worst first; those without one come last.
func (w *Warning) Rank() int {
	text := w.Text
	if text == nil && w.Work != nil {
		text = &w.Work.WarningText
	}
	if text == nil || text.Colour == "" {
		return len(WarningColours)
	}
	return slices.Index(WarningColours, text.Colour)
}

// Touches reports whether it warns, or would warn, somebody in an area.
func (w *Warning) Touches(area string) bool {
	if w.Text == nil {
		return w.Work != nil && w.Work.touches(area)
	}
	return w.Text.touches(area)
}

// Apply folds one fact in.
func (w *Warning) Apply(f Fact, _ time.Time) {
	version := w.Version + 1
	switch f := f.(type) {
	case *WarningDrafted:
		w.drafted(f)
	case *WarningStepped:
		w.step(f)
	case *WarningOut:
		w.issue(f)
	case *WarningWithdrawn:
		w.withdraw(f)
	case *WarningEnded:
		when := f.When
		w.State, w.Reason, w.By, w.EndedAt, w.Work = f.To, f.Reason, f.By, &when, nil
		if f.Cancel != nil {
			w.Sent = append(slices.Clone(w.Sent), *f.Cancel)
		}
	case *WarningReceived:
		*w = f.Warning
	}
	w.Version = version
}

func (w *Warning) drafted(f *WarningDrafted) {
	next := &WarningWork{WarningText: f.Text, State: WarningDraft, Authors: []ID{f.By}, AuthorName: f.ByName}
	if w.Work != nil {
		next.Authors = slices.Clone(w.Work.Authors)
		if !slices.Contains(next.Authors, f.By) {
			next.Authors = append(next.Authors, f.By)
		}
	}
	w.ID, w.Division, w.Work = f.ID, f.Division, next
	if w.Text == nil {
		w.State = WarningDraft
	}
}

func (w *Warning) step(f *WarningStepped) {
	next := *w.Work
	next.State, next.Reason, next.Approved = f.To, f.Reason, f.Approved
	w.Work = &next
	if w.Text == nil {
		w.State = f.To
	}
}

func (w *Warning) issue(f *WarningOut) {
	text := f.Message.WarningText
	w.State, w.Text, w.Work = WarningIssued, &text, nil
	w.Sent = append(slices.Clone(w.Sent), f.Message)
}

// withdraw takes the last message back: what it said is a draft again, and what
// was in force before is in force.
func (w *Warning) withdraw(f *WarningWithdrawn) {
	last := w.Sent[len(w.Sent)-1]
	w.Sent = slices.Clone(w.Sent[:len(w.Sent)-1])
	w.Work = &WarningWork{WarningText: last.WarningText, State: WarningDraft, Authors: last.Authors, AuthorName: f.ByName, Reason: f.Reason}
	if len(w.Sent) == 0 {
		w.State, w.Text, w.Sent = WarningDraft, nil, nil
		return
	}
	text := w.Sent[len(w.Sent)-1].WarningText
	w.Text = &text
}
