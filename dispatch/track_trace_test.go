package dispatch

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"onemap/geo"
)

// walk draws fixes of one unit as they may come: a drive, with fixes far off,
// fixes without a place, moments told twice in different words.
func walk(t *rapid.T) []Fix {
	at, where := noon, orb.Point{119.6, 39.93}
	var all []Fix
	for i := range rapid.IntRange(0, 40).Draw(t, "fixes") {
		at = at.Add(time.Duration(rapid.IntRange(0, 90).Draw(t, "seconds")) * time.Second)
		where = geo.Destination(where, geo.Bearing(rapid.IntRange(0, 359).Draw(t, "bearing")), geo.Metres(rapid.IntRange(0, 400).Draw(t, "metres")))
		f := Fix{Unit: ID{1}, Point: where, DeviceAt: at, RecordedAt: noon.Add(time.Duration(i) * time.Hour)}
		switch rapid.IntRange(0, 9).Draw(t, "kind") {
		case 0:
			f.Point = geo.Destination(where, 0, 80_000)
		case 1:
			none := 0
			f.Satellites, f.Doubtful = &none, true
		case 2:
			v := rapid.Float64Range(0, 30).Draw(t, "speed")
			f.SpeedMPS = &v
		case 3: // it came when something else was shown
			f.Jumped, f.Doubtful = true, true
		case 4:
			f.SOS = true
		}
		all = append(all, f)
	}
	return all
}

// TestATrackIsTheSameInWhateverOrderItCame: any permutation and duplication of
// a list of fixes gives the same track, and no moment of it is lost.
func TestATrackIsTheSameInWhateverOrderItCame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		fixes := walk(t)
		want := Trace(fixes)
		again := slices.Clone(fixes)
		for range rapid.IntRange(0, 20).Draw(t, "duplicates") {
			if len(fixes) > 0 {
				again = append(again, rapid.SampledFrom(fixes).Draw(t, "again"))
			}
		}
		if diff := cmp.Diff(want, Trace(rapid.Permutation(again).Draw(t, "order"))); diff != "" {
			t.Fatal(diff)
		}
		if diff := cmp.Diff(want, Trace(want)); diff != "" {
			t.Fatalf("a track of a track: %s", diff)
		}
		moments := map[int64]bool{}
		for _, f := range fixes {
			moments[f.DeviceAt.UnixNano()] = true
		}
		if len(want) != len(moments) || !slices.IsSortedFunc(want, func(a, b Fix) int { return a.DeviceAt.Compare(b.DeviceAt) }) {
			t.Fatalf("%d points of %d moments", len(want), len(moments))
		}
	})
}

// TestTrustedPartsOfATrackDoNotJump: from one trusted fix to the next a unit can
// have gone, but where enough agreed on the far place.
func TestTrustedPartsOfATrackDoNotJump(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		track := Trusted(Trace(walk(t)))
		run := 1
		for i := len(track) - 2; i >= 0; i-- {
			if track[i].Jumps(track[i+1]) {
				if run < Company {
					t.Fatalf("a jump to %d fixes is believed: %v", run, track)
				}
				run = 0
			}
			run++
		}
	})
}

func TestAJumpIsFlaggedUntilTheNextConfirmIt(t *testing.T) {
	here, far := orb.Point{119.6, 39.93}, orb.Point{119.6, 40.65} // 80 km
	for name, c := range map[string]struct{ places, doubted string }{
		"one far fix":                      {"hhhhFhhh", "....x..."},
		"two":                              {"hhhhFFhhh", "....xx..."},
		"three are believed":               {"hhhhFFFhhh", ".........."},
		"three with a fix at home between": {"hhhhFFhFhh", "....xx.x.."},
		"the newest is far":                {"hhhhF", "....x"},
		"the first is wrong":               {"Fhhhh", "x...."},
		"no place to be far from":          {"F", "."},
		"no satellites say nothing":        {"hhh0hh", "...x.."},
	} {
		var fixes []Fix
		for i, p := range c.places {
			f := Fix{Point: here, DeviceAt: noon.Add(time.Duration(i) * 5 * time.Second)}
			switch p {
			case 'F':
				f.Point = far
			case '0':
				f.Doubtful = true
			}
			fixes = append(fixes, f)
		}
		got := ""
		for _, f := range Trace(fixes) {
			got += map[bool]string{true: "x", false: "."}[f.Doubtful]
		}
		if got != c.doubted {
			t.Errorf("%s: %s is %s, want %s", name, c.places, got, c.doubted)
		}
	}
}

// TestSimplifiedTracksStayNear: what is left out lies within the metres said,
// the ends and cries stay.
func TestSimplifiedTracksStayNear(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		track, within := Trusted(Trace(walk(t))), rapid.Float64Range(1, 500).Draw(t, "metres")
		short := Simplify(track, within)
		if len(track) == 0 {
			return
		}
		if len(short) > len(track) || !short[0].DeviceAt.Equal(track[0].DeviceAt) || !short[len(short)-1].DeviceAt.Equal(track[len(track)-1].DeviceAt) {
			t.Fatalf("%d of %d points", len(short), len(track))
		}
		j := 0
		for _, f := range track {
			for j+2 < len(short) && f.DeviceAt.After(short[j+1].DeviceAt) {
				j++
			}
			if f.SOS && !slices.ContainsFunc(short, func(s Fix) bool { return s.SOS && s.DeviceAt.Equal(f.DeviceAt) }) {
				t.Fatal("a cry was left out")
			}
			line := orb.LineString{short[j].Point, short[min(j+1, len(short)-1)].Point}
			if d := metresTo(line, f.Point); float64(d) > within*1.01+0.01 {
				t.Fatalf("%.1f m off, %.1f allowed", d, within)
			}
		}
	})
}

func TestATrackIsDrawnAnewAfterAGap(t *testing.T) {
	var points []Fix
	for _, m := range []int{0, 1, 10, 21, 22} {
		points = append(points, Fix{DeviceAt: noon.Add(time.Duration(m) * time.Minute)})
	}
	got := ""
	for _, s := range (UnitTrack{Points: points}).Segments() {
		got += fmt.Sprint(len(s), " ")
	}
	if got != "3 2 " || (UnitTrack{}).Segments() != nil {
		t.Errorf("segments of %s", got)
	}
}
