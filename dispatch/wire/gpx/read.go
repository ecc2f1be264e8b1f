// Package gpx reads and writes tracks as GPX, the format of handheld receivers
// and phone apps (GPX 1.0 and 1.1, topografix.com/GPX/1/1/gpx.xsd).
package gpx

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"onemap/dispatch"
	"onemap/dispatch/wire/markup"
	"onemap/geo"
)

// MostBytes and MostPoints bound one file.
const (
	MostBytes  = 16 << 20
	MostPoints = 20_000
)

// The refusals.
var (
	ErrNoGPX      = &dispatch.Error{Kind: dispatch.Invalid, Code: "not_gpx", Text: "the root element is not gpx"}
	ErrNoTrack    = &dispatch.Error{Kind: dispatch.Invalid, Code: "no_track", Text: "the file has no track point"}
	ErrNoTimes    = &dispatch.Error{Kind: dispatch.Invalid, Code: "no_times", Text: "no track point says when"}
	ErrTooMany    = &dispatch.Error{Kind: dispatch.TooLarge, Code: "too_many_points", Text: "the file has too many points"}
	ErrNoPosition = &dispatch.Error{Kind: dispatch.Invalid, Code: "bad_geometry", Text: "no track point has a position"}
)

// Read is what a file holds: the positions of its tracks in their order, and how
// many points had no time or no position and were left out. Waypoints and routes
// are no track: nobody was there then.
type Read struct {
	Fixes             []dispatch.Fix // no Unit
	NoTime, NoPlace   int
	Tracks, Waypoints int
}

// Decode reads a file. Positions are WGS84 by the format's own word.
func Decode(raw []byte) (Read, error) {
	var r Read
	root, err := markup.Read(raw, markup.Limits{Bytes: MostBytes, Depth: 32, Elements: 24 * MostPoints})
	if err != nil {
		return r, err
	}
	if root.Name.Local != "gpx" {
		return r, ErrNoGPX.With("the root element is %.40q", root.Name.Local)
	}
	for _, e := range root.Children {
		switch e.Name.Local {
		case "wpt", "rte":
			r.Waypoints++
		case "trk":
			r.Tracks++
			if err := r.track(e); err != nil {
				return r, err
			}
		}
	}
	switch {
	case len(r.Fixes) > 0:
		return r, nil
	case r.NoTime > 0:
		return r, ErrNoTimes
	case r.NoPlace > 0:
		return r, ErrNoPosition
	}
	return r, ErrNoTrack
}

func (r *Read) track(trk *markup.Element) error {
	for _, segment := range trk.Children {
		if segment.Name.Local != "trkseg" {
			continue
		}
		for _, e := range segment.Children {
			if e.Name.Local != "trkpt" {
				continue
			}
			if len(r.Fixes)+r.NoTime+r.NoPlace >= MostPoints {
				return ErrTooMany.With("more than %d points", MostPoints)
			}
			r.point(e)
		}
	}
	return nil
}

func (r *Read) point(e *markup.Element) {
	lon, okLon := number(attribute(e, "lon"))
	lat, okLat := number(attribute(e, "lat"))
	f := dispatch.Fix{Point: orb.Point{lon, lat}}
	if !okLon || !okLat || geo.Check(f.Point) != nil {
		r.NoPlace++
		return
	}
	at, ok := moment(e.Child("time").Word())
	if !ok {
		r.NoTime++
		return
	}
	f.DeviceAt = at
	if e.Child("fix").Word() == "none" {
		f.Doubtful = true
	}
	if n, err := strconv.Atoi(e.Child("sat").Word()); err == nil && n >= 0 && n < 200 {
		f.Satellites = &n
	}
	for _, from := range []*markup.Element{e, e.Child("extensions"), e.Child("extensions").Child("TrackPointExtension")} {
		if v, ok := number(from.Child("speed").Word()); ok && f.SpeedMPS == nil && v >= 0 {
			f.SpeedMPS = &v
		}
		if v, ok := number(from.Child("course").Word()); ok && f.Heading == nil && v >= 0 && v <= 360 {
			f.Heading = (*geo.Bearing)(&v)
		}
	}
	r.Fixes = append(r.Fixes, f)
}

func attribute(e *markup.Element, name string) string {
	v, _ := e.Value(name)
	return strings.TrimSpace(v)
}

// number reads a decimal number of a sensible length.
func number(text string) (float64, bool) {
	if text == "" || len(text) > 32 {
		return 0, false
	}
	v, err := strconv.ParseFloat(text, 64)
	return v, err == nil && !math.IsNaN(v) && !math.IsInf(v, 0)
}

// moment reads xsd:dateTime. One without a zone is UTC, as GPX says.
func moment(text string) (time.Time, bool) {
	if len(text) > 40 {
		return time.Time{}, false
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02T15:04:05Z0700"} {
		if at, err := time.Parse(layout, text); err == nil && at.Year() > 1970 && at.Year() < 2200 {
			return at.UTC(), true
		}
	}
	return time.Time{}, false
}
