package gpx

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"onemap/dispatch"
	"onemap/dispatch/wire/markup"
	"onemap/geo"
)

const examples = "../../../../shared/testdata"

func file(points string) []byte {
	return []byte(`<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>` + points + `</trkseg></trk></gpx>`)
}

func TestWhatAFileIsRefusedFor(t *testing.T) {
	for name, c := range map[string]struct {
		raw  []byte
		want error
	}{
		"another format": {[]byte("<TrainingCenterDatabase/>"), ErrNoGPX},
		"empty":          {[]byte("<gpx/>"), ErrNoTrack},
		"no times":       {file(`<trkpt lat="39.9" lon="119.6"/>`), ErrNoTimes},
		"no position":    {file(`<trkpt lat="undefined" lon="NaN"><time>2026-11-23T00:00:00Z</time></trkpt>`), ErrNoPosition},
		"a DTD":          {[]byte(`<!DOCTYPE gpx [<!ENTITY a "b">]><gpx>&a;</gpx>`), markup.ErrDTD},
		"too many":       {file(strings.Repeat(`<trkpt lat="39.9" lon="119.6"/>`, MostPoints+1)), ErrTooMany},
		"cut short":      {file(`<trkpt lat="39.9"`)[:120], markup.ErrMalformed},
		"too large":      {make([]byte, MostBytes+1), markup.ErrTooLarge},
	} {
		if _, err := Decode(c.raw); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

func TestSpeedAndCourseWhereverTheyStand(t *testing.T) {
	r, err := Decode(file(`<trkpt lat="39.9" lon="119.6"><ele>3</ele><time>2026-11-23T08:00:00.5+08:00</time><sat>9</sat><speed>12.5</speed><course>90</course></trkpt>` +
		`<trkpt lat="39.9" lon="119.6"><time>2026-11-23T00:00:02</time><extensions><x:TrackPointExtension xmlns:x="u"><x:speed>3</x:speed><x:course>361</x:course></x:TrackPointExtension></extensions></trkpt>` +
		`<trkpt lat="39.9" lon="119.6"><time>yesterday</time></trkpt><trkpt lat="99" lon="119.6"><time>2026-11-23T00:00:02Z</time></trkpt>`))
	if err != nil || len(r.Fixes) != 2 || r.NoTime != 1 || r.NoPlace != 1 || r.Tracks != 1 {
		t.Fatalf("%+v, %v", r, err)
	}
	a, b := r.Fixes[0], r.Fixes[1]
	if *a.SpeedMPS != 12.5 || *a.Heading != 90 || *a.Satellites != 9 || !a.DeviceAt.Equal(time.Date(2026, 11, 23, 0, 0, 0, 5e8, time.UTC)) || *b.SpeedMPS != 3 || b.Heading != nil {
		t.Errorf("%+v %+v", a, b)
	}
}

// TestWhatIsWrittenIsReadBack: a track written and read is the same track, in
// whatever parts.
func TestWhatIsWrittenIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
		var points []dispatch.Fix
		for range rapid.IntRange(1, 30).Draw(t, "points") {
			at = at.Add(time.Duration(rapid.IntRange(1, 2_000_000).Draw(t, "ms")) * time.Millisecond)
			f := dispatch.Fix{Point: orb.Point{float64(rapid.IntRange(-180e7, 180e7).Draw(t, "lon")) / 1e7, float64(rapid.IntRange(-90e7, 90e7).Draw(t, "lat")) / 1e7}, DeviceAt: at}
			if rapid.Bool().Draw(t, "moves") {
				v, h := float64(rapid.IntRange(0, 12000).Draw(t, "speed"))/100, geo.Bearing(rapid.IntRange(0, 3599).Draw(t, "course"))/10
				f.SpeedMPS, f.Heading = &v, &h
			}
			points = append(points, f)
		}
		var out bytes.Buffer
		if err := Encode(&out, []dispatch.UnitTrack{{Code: "U-1", Name: `<"车"&>`, Points: points}}, at); err != nil {
			t.Fatal(err)
		}
		back, err := Decode(out.Bytes())
		if err != nil {
			t.Fatalf("%v\n%s", err, out.String())
		}
		if diff := cmp.Diff(points, back.Fixes); diff != "" {
			t.Fatal(diff)
		}
	})
}

// TestExampleFiles reads real files: as many fixes as points with a time, or a
// refusal by name.
func TestExampleFiles(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(examples, "14-gpx", "*", "*.*"))
	more, _ := filepath.Glob(filepath.Join(examples, "03-tracks", "map-matching", "*.gpx"))
	if files = append(files, more...); len(files) == 0 {
		t.Skip("no example files beside the project")
	}
	want := map[string]int{
		"ashland.gpx": 0, "mystic_basin_trail.gpx": 285, "with_tracks_and_segments.gpx": 79, "around-visnjan-with-car.gpx": 104,
		"cerknicko-jezero.gpx": 296, "track_with_speed.gpx": 3, "Friday-Evening-Run.gpx": 17, "run.gpx": 206, "run_gpxtpx.gpx": 42, "multitrackgpx.gpx": 117,
		"issue-13.gpx": 29, "issue-70.gpx": 17, "tour-with-loop.gpx": 11, "unique_trkpt.gpx": 1, "strava.gpx": 3, "apple_watch_route.gpx": 44, "gpx-with-node-with-comments.gpx": 1,
	}
	refused := map[string]error{
		"sample.tcx": ErrNoGPX, "bad.tcx": ErrNoGPX, "tcx-courses.tcx": ErrNoGPX, "no_trk.gpx": ErrNoTrack, "route.gpx": ErrNoTrack, "fells_loop.gpx": ErrNoTrack,
		"with_hr.gpx": ErrNoTimes, "Mojstrovka.gpx": ErrNoTimes, "test2.gpx": ErrNoTimes, "style.gpx": ErrNoTimes, "wpt.gpx": ErrNoTrack,
	}
	delete(want, "ashland.gpx") // some of its points have no time
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		base := filepath.Base(name)
		r, err := Decode(raw)
		var own *dispatch.Error
		if err != nil && (!errors.As(err, &own) || len(r.Fixes) > 0) {
			t.Errorf("%s: %v", base, err)
		}
		if n, ok := want[base]; ok && len(r.Fixes) != n {
			t.Errorf("%s: %d fixes, want %d", base, len(r.Fixes), n)
		}
		if e, ok := refused[base]; ok && !errors.Is(err, e) {
			t.Errorf("%s: %v, want %v", base, err, e)
		}
		for _, f := range r.Fixes {
			if geo.Check(f.Point) != nil || f.DeviceAt.IsZero() {
				t.Errorf("%s: %+v", base, f)
			}
		}
		t.Logf("%s: %d fixes, %d without time, %d without place, %v", base, len(r.Fixes), r.NoTime, r.NoPlace, err)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(file(`<trkpt lat="39.9" lon="119.6"><time>2026-11-23T00:00:00Z</time><speed>1</speed></trkpt>`))
	f.Add([]byte("<gpx><wpt/><trk><trkseg><trkpt/></trkseg></trk>"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		r, err := Decode(raw)
		if err == nil && len(r.Fixes) == 0 {
			t.Fatal("nothing read, nothing said")
		}
		for _, fix := range r.Fixes {
			if math.Abs(fix.Point[1]) > 90 {
				t.Fatal(fmt.Sprint(fix))
			}
		}
	})
}
