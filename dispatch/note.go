package dispatch

import (
	"strings"
	"time"

	"github.com/paulmach/orb"
	"golang.org/x/text/unicode/norm"

	"onemap/geo"
)

// How much may be written at one incident.
const (
	mostNotes    = 2000
	mostPhotos   = 200
	mostNoteText = 4000 // runes
	mostCaption  = 400
)

// ErrNotesFull refuses a note more than anybody could read afterwards.
var ErrNotesFull = &Error{Kind: Conflict, Code: "notes_full", Text: "the incident has as many notes as it can hold"}

// Note is what somebody wrote or photographed at an incident (现场记录). Notes
// are only added: each is an entity of its own, so that none ever clashes with
// a change of the incident.
type Note struct {
	ID        ID         `json:"id"`
	Version   int        `json:"-"`
	Incident  ID         `json:"incident"`
	Division  string     `json:"division"` // the incident's
	Text      string     `json:"text,omitempty"`
	Point     *orb.Point `json:"point,omitempty"`
	By        ID         `json:"by"`
	ByName    string     `json:"by_name"`
	Unit      *ID        `json:"unit,omitempty"` // the writer's
	WrittenAt time.Time  `json:"written_at"`
	Photo     *Photo     `json:"photo,omitempty"`

	RecordedAt time.Time `json:"recorded_at,omitzero"`
}

// Photo says what a note's picture is; the bytes are kept apart under SHA256.
type Photo struct {
	Type   string `json:"type"` // image/jpeg, image/png
	Bytes  int    `json:"bytes"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
	SHA256 string `json:"sha256"`
}

// NoteAdded says that somebody wrote it. Body is the photo, which goes to its
// own table and never into the journal's payload.
type NoteAdded struct {
	Note
	Body []byte `json:"-"`
}

// Type and Subject make it a fact.
func (f *NoteAdded) Type() string { return "note.added" }
func (f *NoteAdded) Subject() Ref { return Ref{KindNote, f.ID} }

// Ref names the note.
func (n *Note) Ref() Ref { return Ref{KindNote, n.ID} }

// At is the note's version.
func (n *Note) At() int { return n.Version }

// Add decides that the note stands at an incident; body is its photo, nil when
// it has none. A zero WrittenAt is now. An incident that has ended takes notes
// too: what was seen there is often written down afterwards.
func (n Note) Add(in *Incident, body []byte, now time.Time) (Outcome, error) {
	var p Problems
	n.Division, n.Text = in.Division, strings.TrimSpace(norm.NFC.String(n.Text))
	if n.Photo == nil {
		p.free("text", n.Text, mostNoteText)
		if n.Text == "" {
			p.Add("text", "required", "say something")
		}
	} else {
		p.free("caption", n.Text, mostCaption)
	}
	if n.Point != nil {
		if err := geo.Check(*n.Point); err != nil {
			p.Add("point", "bad_geometry", "%v", err)
		}
	}
	n.WrittenAt = p.milestone(n.WrittenAt, now, time.Time{})
	return Outcome{[]Fact{&NoteAdded{n, body}}}, p.Err()
}

// Apply folds one fact in.
func (n *Note) Apply(f Fact, at time.Time) {
	version := n.Version + 1
	if f, ok := f.(*NoteAdded); ok {
		*n = f.Note
		n.RecordedAt = at
	}
	n.Version = version
}
