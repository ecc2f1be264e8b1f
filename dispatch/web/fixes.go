package web

import (
	"context"
	"math"

	"github.com/paulmach/orb"

	"onemap/dispatch"
	"onemap/geo"
	"onemap/geo/crs"
)

const maxFixes = 10_000

// refusedFix is the generated type's element, which has no name there.
type refusedFix = struct {
	Code  string `json:"code"`
	Index int    `json:"index"`
	Text  string `json:"text"`
}

// ReportFixes takes positions in; each stands or falls alone.
func (s api) ReportFixes(ctx context.Context, r ReportFixesRequestObject) (ReportFixesResponseObject, error) {
	if n := len(r.Body.Fixes); n == 0 || n > maxFixes {
		return nil, outOfRange("fixes", "1 to 10000 fixes")
	}
	a, p := callOf(ctx).who.actor, s.Live.Picture()
	answer := ReportFixes200JSONResponse{Refused: []refusedFix{}}
	var good []dispatch.Fix
	var from []int
	cries := map[dispatch.ID]bool{}
	for i, f := range r.Body.Fixes {
		fix, code, text := fixOf(a, p, f)
		if or(f.Sos, false) && code != "unknown_unit" {
			cries[f.Unit] = true
		}
		if code != "" {
			if code != "unknown_unit" && or(f.Sos, false) { // whose place is wrong cries all the same
				s.Live.Board().Cry(s.now(), f.Unit, f.At.UTC())
			}
			answer.Refused = append(answer.Refused, refusedFix{code, i, text})
			continue
		}
		good, from = append(good, fix), append(from, i)
	}
	for j, v := range s.Live.Report(s.now(), good) {
		switch {
		case v.Refused != "":
			answer.Refused = append(answer.Refused, refusedFix{v.Refused, from[j], "not taken"})
			continue
		case v.Late:
			answer.Late++
		}
		if v.Doubtful {
			answer.Doubtful++
		}
		answer.Accepted++
	}
	s.metrics.fixes.WithLabelValues("accepted").Add(float64(answer.Accepted))
	s.metrics.fixes.WithLabelValues("refused").Add(float64(len(answer.Refused)))
	return answer, s.distress(ctx, cries)
}

// errCry keeps a cry with whoever sent it while its alarm cannot be recorded:
// it is tried on here too, but would be lost with this process. The same fixes
// sent again are known again, and the press is one press.
var errCry = &refused{status: 503, code: "alarm_not_kept", detail: "the cry for help is not recorded yet: send it again", retry: 1}

// distress raises the alarms of units that cry, and refuses when one could not
// be kept.
func (s *Server) distress(ctx context.Context, cries map[dispatch.ID]bool) error {
	if len(cries) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, awaitTimeout)
	defer cancel()
	s.Live.Distress(ctx, s.Desk)
	if s.Live.Board().Unheard(cries) {
		return errCry
	}
	return nil
}

// fixOf reads one fix, or says why it cannot be. A unit out of scope is the
// same as one that does not exist.
func fixOf(a dispatch.Actor, p *dispatch.Picture, f Fix) (fix dispatch.Fix, code, text string) {
	unit := p.Entry(dispatch.Units, f.Unit)
	if unit == nil || !mayReport(a, unit) {
		return fix, "unknown_unit", "there is no such unit in your scope"
	}
	at, err := crs.ToWGS84(crs.Datum(or(f.Datum, Datum(crs.WGS84))), orb.Point{f.Lon, f.Lat})
	if err != nil {
		return fix, "out_of_range", err.Error()
	}
	fix = dispatch.Fix{Unit: f.Unit, Point: at, DeviceAt: f.At.UTC(), Satellites: f.Satellites, SOS: or(f.Sos, false)}
	// What a field cannot be is dropped and the fix marked: where it is counts.
	if h := f.HeadingDeg; h != nil {
		if *h >= 0 && *h <= 360 {
			fix.Heading = ptr(geo.Bearing(math.Mod(*h, 360)))
		} else {
			fix.Doubtful = true
		}
	}
	if v := f.SpeedMps; v != nil {
		if *v >= 0 && *v <= 120 {
			fix.SpeedMPS = v
		} else {
			fix.Doubtful = true
		}
	}
	if m := f.AccuracyM; m != nil && *m >= 0 && *m <= 1e5 {
		fix.AccuracyM = m
	}
	return fix, "", ""
}

func mayReport(a dispatch.Actor, unit *dispatch.Entry) bool {
	switch a.Role.May("position.ingest") {
	case dispatch.InArea:
		return dispatch.Within(unit.Division, a.Area)
	case dispatch.OwnOnly:
		return a.Unit != nil && *a.Unit == unit.ID
	default:
		return false
	}
}
