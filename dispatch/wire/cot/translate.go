package cot

import (
	"math"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"onemap/dispatch"
	"onemap/geo"
)

// Meaning is what an event is to the desk.
type Meaning int

// The meanings.
const (
	Other        Meaning = iota // shapes, routes, files: heard, and let be
	Position                    // where its sender is
	Distress                    // 911: the sender cries for help
	DistressOver                // and takes it back
	Marker                      // a point somebody set
	Chat
	Control // about the connection
)

// Means reads the meaning off the type: a-f-… is a friend who says where he is,
// unless a link says that somebody else set the point; b-a-o-… an emergency.
func (e *Event) Means() Meaning {
	emergency := e.Detail.Child("emergency")
	cancel, _ := emergency.Value("cancel")
	switch t := e.Type; {
	case strings.HasPrefix(t, "t-x-"):
		return Control
	case strings.HasPrefix(t, "b-a-o-can"), strings.HasPrefix(t, "b-a-") && cancel == "true":
		return DistressOver
	case strings.HasPrefix(t, "b-a-o"):
		return Distress
	case strings.HasPrefix(t, "a-f-") && e.Parent() == "":
		return Position
	case strings.HasPrefix(t, "a-"), strings.HasPrefix(t, "b-m-p-"):
		return Marker
	case strings.HasPrefix(t, "b-t-f"):
		return Chat
	}
	return Other
}

// Sender is the uid of the client behind the event, where it can be told:
// emergencies go under a uid of their own.
func (e *Event) Sender() string {
	if parent := e.Parent(); parent != "" {
		return parent
	}
	return strings.TrimSuffix(e.UID, "-9-1-1")
}

// ErrNoPosition says that a client does not know where it is: it sends the null
// island until it does.
var ErrNoPosition = &dispatch.Error{Kind: dispatch.Invalid, Code: "cot_no_position", Text: "the sender does not know where it is"}

// Fix is the event as a position, or as a cry when it means Distress. A cry
// without a place is one all the same. What a person put on the map by hand is
// doubtful.
func (e *Event) Fix() (dispatch.Fix, error) {
	f := dispatch.Fix{Point: e.Point, DeviceAt: e.Time, SOS: e.Means() == Distress}
	if e.CE > 0 && e.CE < unknownBefore {
		f.AccuracyM = &e.CE
	}
	if course, err := strconv.ParseFloat(e.said("track", "course"), 64); err == nil && math.Abs(course) <= 720 {
		b := geo.Bearing(math.Mod(math.Mod(course, 360)+360, 360))
		f.Heading = &b
	}
	if speed, err := strconv.ParseFloat(e.said("track", "speed"), 64); err == nil && speed >= 0 && speed <= 1000 {
		f.SpeedMPS = &speed
	}
	f.Doubtful = strings.HasPrefix(e.How, "h-") && e.said("precisionlocation", "geopointsrc") != "GPS"
	if e.Point == (orb.Point{}) && !f.SOS {
		return f, ErrNoPosition
	}
	return f, nil
}

// Of reports whether the event belongs to an exercise of that name, or, for the
// empty name, to what is real. An event that does not say belongs to both.
func (e *Event) Of(exercise string) bool {
	kind, _, _ := strings.Cut(e.Opex, "-")
	switch kind {
	case "e", "s":
		return exercise != ""
	case "o":
		return exercise == ""
	}
	return true
}
