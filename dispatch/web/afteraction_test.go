package web_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"onemap/dispatch"
)

// reviewed is a city whose fire has an order, positions of the unit, and notes
// with words that would like to be more.
func reviewed(t *testing.T) *world {
	w := newWorld(t)
	const hostile = `</style><script>alert(1)</script><img src=x onerror=alert(2)>`
	w.want(w.do("dispatcher", "PUT", noteAt(fire, 1), fmt.Sprintf(`{"text": %q}`, hostile)), 200, "")
	w.want(w.do("dispatcher", "PATCH", "/api/incidents/"+fire.String(), fmt.Sprintf(`{"properties": {"title": %q, "place": %q, "description": %q}, "reason": %q}`, hostile, hostile, hostile, hostile), "If-Match", `"1"`), 200, "")
	w.want(w.do("dispatcher", "PUT", photoAt(fire, 1)+`?caption=%22%20onload%3D%22alert(3)`, onePhoto(t), "Content-Type", "image/png"), 200, "")
	order := fmt.Sprintf(`{"incident": %q, "unit": %q, "occurred_at": %q}`, fire, id(3, 1), stamp(-10*time.Minute))
	w.want(w.do("dispatcher", "PUT", "/api/assignments/"+id(23, 1).String(), order), 200, "")
	var fixes []dispatch.Fix
	for i := range 5 {
		at := time.Now().Add(time.Duration(i-6) * time.Minute)
		fixes = append(fixes, dispatch.Fix{Unit: id(3, 1), Point: orb.Point{119.6 + float64(i)*0.001, 39.93}, DeviceAt: at, RecordedAt: at})
	}
	if err := w.db.SaveFixes(context.Background(), fixes); err != nil {
		t.Fatal(err)
	}
	return w
}

func reviewAt(format string) string {
	return "/api/incidents/" + fire.String() + "/after-action?format=" + format
}

func TestPageRunsNothingWhateverItsWordsAre(t *testing.T) {
	w := reviewed(t)
	a := w.do("duty_officer", "GET", reviewAt("html"), "")
	w.want(a, 200, "")
	for _, live := range []string{"<script", "<img src=x", ` onload="`, "ZgotmplZ"} {
		if strings.Contains(a.body, live) {
			t.Errorf("%s stands in the page", live)
		}
	}
	for _, shown := range []string{"&lt;script&gt;alert(1)", "/api/photos/" + id(22, 1).String(), "海港101"} {
		if !strings.Contains(a.body, shown) {
			t.Errorf("%s is not in the page", shown)
		}
	}
	policy := a.Header.Get("Content-Security-Policy")
	if !strings.HasPrefix(policy, "default-src 'none'; img-src 'self'; style-src 'sha256-") || strings.Contains(policy, "unsafe") || strings.Contains(policy, "script") {
		t.Errorf("policy %q", policy)
	}
	if csv := w.do("duty_officer", "GET", reviewAt("csv"), "").body; !strings.Contains(csv, "\r\n") || strings.Count(csv, "alert(1)") < 2 {
		t.Errorf("%s", csv)
	}
}

// Tracks come by the right to see positions: the desk has them, the crew its
// own, and who plans none, which is said.
func TestTracksComeWithTheRightToPositions(t *testing.T) {
	w := reviewed(t)
	var got struct {
		Features []struct {
			Geometry struct {
				Type        string
				Coordinates any
			}
			Properties struct {
				Kind       string
				CoordTimes []time.Time `json:"coordTimes"`
			}
		}
	}
	for who, want := range map[string]int{"duty_officer": 1, "responder": 1, "planner": 0, "viewer": 0} {
		w.decode(w.do(who, "GET", reviewAt("geojson"), ""), &got)
		tracks := 0
		for _, f := range got.Features {
			if f.Properties.Kind == "track" {
				tracks++
				if line := f.Geometry.Coordinates.([]any); f.Geometry.Type != "LineString" || len(line) != len(f.Properties.CoordTimes) || len(line) < 2 {
					t.Errorf("%s: %+v", who, f)
				}
			}
		}
		a := w.do(who, "GET", reviewAt("json"), "")
		if said := strings.Contains(a.body, `"no_tracks"`); tracks != want || said == (want > 0) || strings.Contains(a.body, "track_m") == (want == 0) {
			t.Errorf("%s: %d tracks, want %d: %s", who, tracks, want, brief(a.body))
		}
	}
}
