package live

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"onemap/dispatch"
	"onemap/geo"
)

var noon = time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)

func unit(code, division string) *dispatch.Entry {
	return &dispatch.Entry{Ledger: dispatch.Units, ID: dispatch.NewID(), Version: 1,
		Head: dispatch.Head{Code: code, Name: code, Division: division}, Geometry: orb.Point{119.59, 39.94}, Detail: &dispatch.Unit{Duty: "available_base"}}
}

func boardOf(units ...*dispatch.Entry) *Board {
	rows := make([]dispatch.Entity, len(units))
	for i, u := range units {
		rows[i] = u
	}
	b := newBoard()
	b.follow(dispatch.NewPicture(1, "e", rows))
	return b
}

func fixAt(u *dispatch.Entry, at time.Time, lon, lat float64) dispatch.Fix {
	return dispatch.Fix{Unit: u.ID, DeviceAt: at, Point: orb.Point{lon, lat}}
}

// TestTheNewestFixWinsWhateverTheOrder: any arrival order and any repetition
// leave the same fix on the board.
func TestTheNewestFixWinsWhateverTheOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		u := unit("U1", "130302001")
		n := rapid.IntRange(1, 20).Draw(t, "fixes")
		fixes := make([]dispatch.Fix, n)
		for i := range fixes {
			fixes[i] = fixAt(u, noon.Add(time.Duration(i-n)*time.Second), 119.59+float64(i)*1e-4, 39.94)
		}
		sent := append(fixes, fixes[:rapid.IntRange(0, n).Draw(t, "again")]...)
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		r.Shuffle(len(sent), func(i, j int) { sent[i], sent[j] = sent[j], sent[i] })
		b := boardOf(u)
		for _, f := range sent {
			b.report(noon, []dispatch.Fix{f})
		}
		if got, _ := b.At(u.ID); !got.DeviceAt.Equal(noon.Add(-time.Second)) {
			t.Fatalf("shown is the fix of %v", got.DeviceAt)
		}
	})
}

func TestAJumpIsDoubtfulUntilThreeFixesAgree(t *testing.T) {
	u := unit("U1", "130302001")
	b := boardOf(u)
	b.report(noon, []dispatch.Fix{fixAt(u, noon, 119.59, 39.94)})
	for i := 1; i <= 3; i++ {
		at := noon.Add(time.Duration(5*i) * time.Second)
		v := b.report(at, []dispatch.Fix{fixAt(u, at, 120.5, 39.94)})[0]
		shown, _ := b.At(u.ID)
		if agreed := i == 3; v.Doubtful == agreed || (shown.Point[0] == 120.5) != agreed {
			t.Errorf("fix %d: %+v, shown at %v", i, v, shown.Point)
		}
	}
}

func TestFixesThatCannotBe(t *testing.T) {
	u := unit("U1", "130302001")
	none := 0
	for name, c := range map[string]struct {
		fix  dispatch.Fix
		want Verdict
	}{
		"unknown unit":   {fixAt(unit("U2", "130302001"), noon, 119, 39), Verdict{Refused: "unknown_unit"}},
		"year 2000":      {fixAt(u, noon.AddDate(-26, 0, 0), 119, 39), Verdict{Refused: "bad_time"}},
		"an hour ahead":  {fixAt(u, noon.Add(time.Hour), 119, 39), Verdict{Refused: "bad_time"}},
		"null island":    {fixAt(u, noon, 0, 0), Verdict{Doubtful: true}},
		"no satellites":  {dispatch.Fix{Unit: u.ID, DeviceAt: noon, Point: orb.Point{119, 39}, Satellites: &none}, Verdict{Doubtful: true}},
		"a good one":     {fixAt(u, noon, 119, 39), Verdict{}},
		"a minute ahead": {fixAt(u, noon.Add(time.Minute), 119, 39), Verdict{}},
	} {
		b := boardOf(u)
		if got := b.report(noon, []dispatch.Fix{c.fix})[0]; got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
		if f, ok := b.At(u.ID); ok && f.DeviceAt.After(noon) {
			t.Errorf("%s: shown as newer than now: %v", name, f.DeviceAt)
		}
	}
}

func TestATrackTakesOneFixASecond(t *testing.T) {
	u := unit("U1", "130302001")
	b := boardOf(u)
	for i := range 500 {
		at := noon.Add(time.Duration(i) * 10 * time.Millisecond)
		b.report(at, []dispatch.Fix{fixAt(u, at, 119.59, 39.94)})
	}
	if kept, _ := b.drain(); len(kept) != 5 {
		t.Errorf("5 s at 100 Hz left %d fixes", len(kept))
	}
}

func TestNearFollowsTheUnits(t *testing.T) {
	near, far := unit("U1", "130302001"), unit("U2", "130302001")
	b := boardOf(near, far)
	b.report(noon, []dispatch.Fix{fixAt(near, noon, 119.60, 39.94), fixAt(far, noon, 119.70, 39.94)})
	all := func(*dispatch.Entry, orb.Point) bool { return true }
	at := orb.Point{119.59, 39.94}
	if got := b.Near(at, 1, all); got[0].Unit != near.ID || got[0].Distance != geo.Distance(at, orb.Point{119.60, 39.94}) {
		t.Errorf("nearest is %+v", got)
	}
	later := noon.Add(time.Hour)
	b.report(later, []dispatch.Fix{fixAt(near, later, 119.90, 39.94)})
	if got := b.Near(at, 2, all); got[0].Unit != far.ID || len(got) != 2 {
		t.Errorf("after it drove away the nearest is %+v", got)
	}
}
