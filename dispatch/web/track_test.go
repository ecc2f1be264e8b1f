package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"onemap/dispatch"
)

// phone enters a phone of the first unit, and returns its secret.
func (w *world) phone(identity string) string {
	w.Helper()
	a := w.do("admin", "PUT", "/api/terminals/"+dispatch.NewID().String(), fmt.Sprintf(`{"protocol": "osmand", "identity": %q, "unit": %q, "datum": "gcj02", "secret": "new"}`, identity, id(3, 1)))
	w.want(a, 200, "")
	var said struct{ Secret string }
	if err := json.Unmarshal([]byte(a.body), &said); err != nil || said.Secret == "" {
		w.Fatalf("no secret: %s", a.body)
	}
	return said.Secret
}

// eventually asks until the answer holds something.
func (w *world) eventually(who, path, part string) answer {
	w.Helper()
	until := time.Now().Add(quick)
	for {
		a := w.do(who, "GET", path, "")
		if strings.Contains(a.body, part) {
			return a
		}
		if time.Now().After(until) {
			w.Fatalf("%s does not come to hold %q: %d %.600s", path, part, a.StatusCode, a.body)
		}
		<-time.After(50 * time.Millisecond)
	}
}

func TestAPhoneMovesItsUnitAndCallsForHelp(t *testing.T) {
	w := newWorld(t)
	secret := w.phone("phone-1")
	now := time.Now()
	at := func(token, more string) string {
		return fmt.Sprintf("/api/osmand?id=phone-1&token=%s&lat=39.93&lon=119.6&timestamp=%d&speed=10&bearing=90&accuracy=5%s", token, now.Unix(), more)
	}
	w.want(w.do("", "GET", at("wrong", ""), ""), 401, "unauthorized")
	w.want(w.do("", "GET", at(secret, ""), ""), 200, "")
	fix, ok := w.live.Board().At(id(3, 1))
	if !ok || fix.Point[0] > 119.5955 || fix.Point[0] < 119.59 || *fix.SpeedMPS < 5.14 || *fix.SpeedMPS > 5.15 {
		t.Errorf("%+v: not where GCJ-02 says", fix)
	}
	w.want(w.do("", "POST", "/api/osmand?token="+secret, fmt.Sprintf(`{"device_id": "phone-1", "location": {"timestamp": %q, "coords": {"latitude": 39.94, "longitude": 119.6, "speed": 3}}}`, stamp(0))), 200, "")
	w.want(w.do("", "GET", at(secret, "&lat=no&alarm=sos"), ""), 200, "") // the first lat counts
	w.eventually("dispatcher", "/api/alarms", `"sos"`)
	for range 5 {
		w.do("", "GET", at("guess", ""), "")
	}
	w.want(w.do("", "GET", at(secret, ""), ""), 429, "too_many_attempts")
}

func TestACryWithoutAPlaceIsHeard(t *testing.T) {
	w := newWorld(t)
	secret := w.phone("phone-2")
	w.want(w.do("", "GET", "/api/osmand?id=phone-2&alarm=sos&token="+secret, ""), 422, "bad_geometry")
	w.eventually("dispatcher", "/api/alarms", `"sos"`)
}

// TestUploadedTracksAreBackfill: a file goes to the track and moves nothing, and
// is read back as it came, in each format; who may not see the unit sees nothing.
func TestUploadedTracksAreBackfill(t *testing.T) {
	w := newWorld(t)
	w.want(w.do("machine", "POST", "/api/fixes", fmt.Sprintf(`{"fixes": [{"unit": %q, "at": %q, "lon": 119.7, "lat": 39.9}]}`, id(3, 1), stamp(-time.Second))), 200, "")
	begin := time.Now().UTC().Add(-time.Hour).Truncate(time.Second)
	var points strings.Builder
	for i := range 60 {
		lat := 39.93 + float64(i)/10_000
		if i == 30 {
			lat += 0.8 // 90 km in ten seconds
		}
		fmt.Fprintf(&points, `<trkpt lat="%.6f" lon="119.6"><time>%s</time><speed>1.1</speed><course>0</course></trkpt>`, lat, begin.Add(time.Duration(i)*10*time.Second).Format(time.RFC3339))
	}
	file := `<gpx version="1.0"><trk><trkseg>` + points.String() + `</trkseg></trk></gpx>`
	upload := "/api/units/" + id(3, 1).String() + "/track"
	for range 2 {
		a := w.do("responder", "POST", upload, file, "Content-Type", "application/gpx+xml")
		w.want(a, 200, "")
		if !strings.Contains(a.body, `"kept":60`) {
			t.Errorf("%s", a.body)
		}
	}
	if fix, _ := w.live.Board().At(id(3, 1)); fix.Point[0] != 119.7 {
		t.Errorf("an uploaded track moved the unit to %v", fix.Point)
	}
	path := fmt.Sprintf("/api/tracks?unit=%s&from=%s&to=%s", id(3, 1), begin.Format(time.RFC3339), begin.Add(30*time.Minute).Format(time.RFC3339))
	a := w.eventually("dispatcher", path, `"fixes":60`)
	var said struct {
		Features []struct {
			Geometry   struct{ Coordinates [][2]float64 }
			Properties struct {
				Times  []time.Time
				Speeds []*float64 `json:"speeds_mps"`
			}
		}
	}
	if err := json.Unmarshal([]byte(a.body), &said); err != nil || len(said.Features) != 1 {
		t.Fatalf("%v: %.500s", err, a.body)
	}
	if f := said.Features[0]; len(f.Geometry.Coordinates) != 59 || len(f.Properties.Times) != 59 || *f.Properties.Speeds[0] < 1 || !f.Properties.Times[0].Equal(begin) {
		t.Errorf("%d points: the one far off is not trusted", len(f.Geometry.Coordinates))
	}
	for more, want := range map[string]string{
		"&doubtful=true": `"doubtful":[30]`, "&within_m=5": `"within_m":5`, "&format=gpx": "<gpxtpx:speed>1.10</gpxtpx:speed>", "&format=kml": "<gx:value>1.10</gx:value>",
	} {
		if a := w.do("dispatcher", "GET", path+more, ""); a.StatusCode != http.StatusOK || !strings.Contains(a.body, want) {
			t.Errorf("%s: %d, no %s in %.300s", more, a.StatusCode, want, a.body)
		}
	}
	if a := w.do("dispatcher", "GET", path+"&within_m=5", ""); strings.Count(a.body, "[119.6,") != 2 {
		t.Errorf("a straight road has more than two ends: %.600s", a.body)
	}
	w.want(w.do("planner", "GET", path, ""), 403, "forbidden")
	other := strings.Replace(path, id(3, 1).String(), id(3, 3).String(), 1)
	w.want(w.do("responder", "GET", other, ""), 404, "not_found")
}

func TestAPackIsMadeAndSentByRange(t *testing.T) {
	w := newWorld(t)
	path := "/api/packs/119.5,39.9,119.6,40?max_zoom=8"
	w.want(w.do("dispatcher", "GET", path, ""), 503, "pack_building")
	whole := w.eventually("dispatcher", path, "PMTiles")
	etag := whole.Header.Get("ETag")
	if whole.StatusCode != 200 || etag == "" || whole.Header.Get("Accept-Ranges") != "bytes" {
		t.Fatalf("%d %v", whole.StatusCode, whole.Header)
	}
	part := w.do("dispatcher", "GET", path, "", "Range", "bytes=0-126")
	if part.StatusCode != 206 || part.body != whole.body[:127] || part.Header.Get("ETag") != etag {
		t.Errorf("%d, %d bytes", part.StatusCode, len(part.body))
	}
	w.want(w.do("dispatcher", "GET", path, "", "If-None-Match", etag), 304, "")
	for _, bad := range []string{"1,2,3", "119.6,39.9,119.5,40", "NaN,1,2,3", "a,b,c,d", "..", "119.5,39.9,119.6,140"} {
		if a := w.do("dispatcher", "GET", "/api/packs/"+bad, ""); a.StatusCode != 404 {
			t.Errorf("%s: %d", bad, a.StatusCode)
		}
	}
}
