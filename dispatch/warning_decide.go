package dispatch

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"golang.org/x/text/unicode/norm"

	"onemap/geo"
)

// Limits of warnings.
const (
	withdrawWithin = 30 * time.Second // a message waits so long before it is out
	approvalLasts  = 30 * time.Minute
	longestWarning = 72 * time.Hour
	mostWarned     = 500 // corners of a polygon
	mostMessages   = 50  // of one warning
)

// Colours of warnings, worst first (红橙黄蓝).
var WarningColours = []string{"red", "orange", "yellow", "blue"}

// WarningKinds are what is warned of.
var WarningKinds = []string{"rainstorm", "gale", "thunderstorm", "snowstorm", "cold_wave", "heat_wave", "fog", "typhoon", "drought", "flood",
	"storm_surge", "sea_wave", "sea_ice", "geohazard", "earthquake", "forest_fire", "tailings", "hazmat", "mine", "public_health", "social", "other"}

// Urgency and certainty in the words of CAP.
var (
	WarningUrgency   = []string{"Immediate", "Expected", "Future", "Past", "Unknown"}
	WarningCertainty = []string{"Observed", "Likely", "Possible", "Unlikely", "Unknown"}
)

// Refusals about warnings.
var (
	ErrAreaNotOurs   = &Error{Kind: Invalid, Code: "area_outside_jurisdiction", Text: "the area lies outside your jurisdiction"}
	ErrWarningRate   = &Error{Kind: Conflict, Code: "warning_rate", Text: "three warnings in an hour: a fourth needs another person to issue it than approved it"}
	ErrApprovalStale = &Error{Kind: Conflict, Code: "approval_stale", Text: "the approval is older than 30 minutes: submit it again"}
	ErrApprovedOther = &Error{Kind: Conflict, Code: "approval_other_content", Text: "what would go out is not what was approved"}
	ErrForeign       = &Error{Kind: Forbidden, Code: "foreign_warning", Text: "another house's warning is shown and never edited"}
	ErrWarningOver   = &Error{Kind: Conflict, Code: "warning_over", Text: "the warning is over"}
	ErrWarningLong   = &Error{Kind: Conflict, Code: "warning_long", Text: "too many messages of one warning: begin another"}
)

// Digest is the SHA-256 of what a text says.
func (t WarningText) Digest() string {
	raw, err := json.Marshal(t)
	if err != nil { // a polygon's corners are finite, see check
		return ""
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

// check brings a text to normal form and names everything wrong with it.
func (t *WarningText) check(now time.Time) error {
	var p Problems
	for _, s := range []*string{&t.Headline, &t.Description, &t.Instruction, &t.AreaText, &t.Exercise} {
		*s = norm.NFC.String(*s)
	}
	p.OneOf("kind", t.Kind, WarningKinds)
	p.OneOf("colour", t.Colour, WarningColours)
	p.OneOf("urgency", t.Urgency, WarningUrgency)
	p.OneOf("certainty", t.Certainty, WarningCertainty)
	p.text("headline", t.Headline, 1, 120)
	p.text("area_text", t.AreaText, 1, 400)
	p.text("exercise", t.Exercise, 0, 120)
	p.free("description", t.Description, 4000)
	p.free("instruction", t.Instruction, 4000)
	if t.Instruction == "" && (t.Colour == "red" || t.Colour == "orange") {
		p.Add("instruction", "required", "a red or orange warning says what to do")
	}
	t.checkTimes(&p, now)
	t.checkArea(&p)
	t.Event, t.Reaches = "", nil
	return p.Err()
}

func (t *WarningText) checkTimes(p *Problems, now time.Time) {
	begins := now
	for _, at := range []**time.Time{&t.Effective, &t.Onset} {
		if *at != nil {
			whole := (*at).UTC().Truncate(time.Second)
			*at = &whole
		}
	}
	t.Expires = t.Expires.UTC().Truncate(time.Second)
	if t.Effective != nil {
		begins = *t.Effective
		if begins.Sub(now) > longestWarning || now.Sub(begins) > 24*time.Hour {
			p.Add("effective", "bad_time", "takes effect within a day before and 72 hours after now")
		}
	}
	switch {
	case !t.Expires.After(now) || !t.Expires.After(begins):
		p.Add("expires", "bad_time", "ends after it begins, and after now")
	case t.Expires.Sub(begins) > longestWarning:
		p.Add("expires", "bad_time", "lasts 72 hours at most")
	}
	if t.Onset != nil && t.Onset.After(t.Expires) {
		p.Add("onset", "bad_time", "begins before the warning ends")
	}
}

func (t *WarningText) checkArea(p *Problems) {
	t.Divisions = slices.Compact(slices.Sorted(slices.Values(t.Divisions)))
	if len(t.Divisions) > 200 {
		p.Add("divisions", "out_of_range", "200 divisions at most")
	}
	for i, code := range t.Divisions {
		if !divisionCode.MatchString(code) {
			p.Add(fmt.Sprintf("divisions[%d]", i), "bad_division", "%q is not a code of six or nine digits", code)
		}
	}
	if t.Polygon == nil {
		if len(t.Divisions) == 0 {
			p.Add("polygon", "required", "say who is warned: an area, or divisions")
		}
		return
	}
	corners := 0
	for _, part := range t.Polygon.MultiPolygon {
		if len(part) > 1 {
			p.Add("polygon", "cap_holes", "a warned area cannot leave a hole out: cut it, or name divisions")
		}
		for _, ring := range part {
			corners += len(ring)
		}
	}
	if corners > mostWarned {
		p.Add("polygon", "too_many_vertices", "%d corners, %d at most", corners, mostWarned)
	} else if err := geo.CheckGeometry(t.Polygon.MultiPolygon, mostWarned); err != nil {
		p.Add("polygon", "bad_geometry", "%v", err)
	}
}

// ours refuses what is not, or no longer, to be changed.
func (w Warning) ours() error {
	switch {
	case w.Foreign != nil:
		return ErrForeign
	case w.Over():
		return ErrWarningOver
	}
	return nil
}

// Draft decides on a text, checked before: the first, a change of one that is
// being prepared, or a revision of the one in force.
func (w Warning) Draft(t WarningText, division string, by Actor) (Outcome, error) {
	if err := w.ours(); err != nil {
		return Outcome{}, err
	}
	if w.Text != nil && (w.Text.Exercise == "") != (t.Exercise == "") {
		var p Problems
		p.Add("exercise", "contradiction", "what is real stays real, and an exercise an exercise")
		return Outcome{}, p.Err()
	}
	if w.Division != "" {
		division = w.Division
	}
	return Outcome{[]Fact{&WarningDrafted{w.ID, division, t, by.ID, by.Name}}}, nil
}

// Submit decides that the text is ready to be looked at by somebody else.
func (w Warning) Submit() (Outcome, error) {
	return w.move(WarningReview, "", WarningDraft)
}

// Return decides that the text goes back to who wrote it.
func (w Warning) Return(reason string) (Outcome, error) {
	var p Problems
	if p.text("reason", reason, 1, 400); len(p) > 0 {
		return Outcome{}, p.Err()
	}
	return w.move(WarningDraft, reason, WarningReview, WarningApproved)
}

func (w Warning) move(to, reason string, from ...string) (Outcome, error) {
	if err := w.stands(from...); err != nil {
		return Outcome{}, err
	}
	return Outcome{[]Fact{&WarningStepped{ID: w.ID, To: to, Reason: reason}}}, nil
}

// stands refuses unless the text being prepared is in one of these states.
func (w Warning) stands(in ...string) error {
	switch err := w.ours(); {
	case err != nil:
		return err
	case w.Work == nil:
		return ErrWrongStep.With("nothing is being prepared")
	case !slices.Contains(in, w.Work.State):
		return ErrWrongStep.With("the text stands at %s", w.Work.State)
	}
	return nil
}

// Approve decides that somebody who had no hand in the text stands for it.
func (w Warning) Approve(by Actor, now time.Time) (Outcome, error) {
	if err := w.stands(WarningReview); err != nil {
		return Outcome{}, err
	}
	if slices.Contains(w.Work.Authors, by.ID) {
		return Outcome{}, ErrSecondPerson.With("who wrote the warning does not approve it")
	}
	text := w.Work.WarningText
	if err := text.check(now); err != nil { // it may have run out meanwhile
		return Outcome{}, err
	}
	sign := &Signature{by.ID, by.Name, now, w.Work.Digest()}
	return Outcome{[]Fact{&WarningStepped{ID: w.ID, To: WarningApproved, Approved: sign}}}, nil
}

// Issue decides that the approved text goes out, as a message that has its
// number and sender already. encode writes it, or says why it cannot be.
func (w Warning) Issue(m WarningSent, by Actor, now time.Time, encode func(WarningSent) ([]byte, error)) (Outcome, error) {
	if err := w.stands(WarningApproved); err != nil {
		return Outcome{}, err
	}
	approved := w.Work.Approved
	switch {
	case now.Sub(approved.At) > approvalLasts:
		return Outcome{}, ErrApprovalStale
	case w.Work.Digest() != approved.Digest:
		return Outcome{}, ErrApprovedOther
	case len(w.Sent) >= mostMessages:
		return Outcome{}, ErrWarningLong
	case len(w.Sent) > 0 && w.Out(now) < len(w.Sent):
		return Outcome{}, ErrWrongStep.With("the last message is not out yet")
	}
	text := w.Work.WarningText
	if err := text.check(now); err != nil {
		return Outcome{}, err
	}
	m.WarningText, m.Message, m.Authors = w.Work.WarningText, MessageAlert, w.Work.Authors
	if len(w.Sent) > 0 {
		m.Message = MessageUpdate
	}
	if err := w.seal(&m, *approved, by, now, encode); err != nil {
		return Outcome{}, err
	}
	return Outcome{[]Fact{&WarningOut{w.ID, m}}}, nil
}

// seal fills in what every message has.
func (w Warning) seal(m *WarningSent, approved Signature, by Actor, now time.Time, encode func(WarningSent) ([]byte, error)) error {
	m.Sent = now.UTC().Truncate(time.Second)
	m.OutAt, m.Approved = now.UTC().Add(withdrawWithin), approved
	m.Issued = Signature{by.ID, by.Name, now, m.WarningText.Digest()}
	for _, before := range w.Sent {
		m.References = append(m.References, before.Key())
	}
	if encode == nil {
		return nil
	}
	raw, err := encode(*m)
	if err != nil {
		return fmt.Errorf("write the message: %w", err)
	}
	sum := sha256.Sum256(raw)
	m.SHA256 = hex.EncodeToString(sum[:])
	return nil
}

// Key is what later messages refer to one by: sender,identifier,sent.
func (m *WarningSent) Key() string { return MessageKey(m.Sender, m.Identifier, m.Sent) }

// MessageKey names a message, ours or another house's, whatever zone its time
// is said in.
func MessageKey(sender, identifier string, sent time.Time) string {
	return sender + "," + identifier + "," + sent.In(china).Format("2006-01-02T15:04:05-07:00")
}

// Cancel decides that a warning ends before its time. One that is not out yet
// leaves nothing outside; a draft is put away. It needs no second person: a
// false one must stop at once.
func (w Warning) Cancel(m WarningSent, reason string, by Actor, now time.Time, encode func(WarningSent) ([]byte, error)) (Outcome, error) {
	if err := w.ours(); err != nil {
		return Outcome{}, err
	}
	var p Problems
	reason = norm.NFC.String(reason)
	if p.text("reason", reason, 1, 400); len(p) > 0 {
		return Outcome{}, p.Err()
	}
	last := w.Last()
	switch {
	case last == nil:
		return Outcome{[]Fact{&WarningEnded{ID: w.ID, To: WarningCancelled, Reason: reason, When: now}}}, nil
	case now.Before(last.OutAt):
		return Outcome{[]Fact{&WarningWithdrawn{w.ID, reason, by.Name}}}, nil
	}
	m.WarningText, m.Message, m.Note, m.Authors = last.WarningText, MessageCancel, reason, last.Authors
	if err := w.seal(&m, last.Approved, by, now, encode); err != nil {
		return Outcome{}, err
	}
	m.OutAt = now.UTC()
	return Outcome{[]Fact{&WarningEnded{ID: w.ID, To: WarningCancelled, Reason: reason, When: now, Cancel: &m}}}, nil
}

// Expire decides that a warning has run out.
func (w Warning) Expire(now time.Time) (Outcome, error) {
	if w.Over() || w.State != WarningIssued || now.Before(w.Ends()) {
		return Outcome{}, errNotDue
	}
	return Outcome{[]Fact{&WarningEnded{ID: w.ID, To: WarningExpired, When: now}}}, nil
}
