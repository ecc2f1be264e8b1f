package live

import (
	"testing"
	"time"

	"github.com/paulmach/orb"

	"onemap/dispatch"
)

func sos(u *dispatch.Entry, at time.Time, lon, lat float64) dispatch.Fix {
	f := fixAt(u, at, lon, lat)
	f.SOS = true
	return f
}

// TestNothingFiltersACry: whatever the board makes of a position, the press of
// the button behind it is heard, once.
func TestNothingFiltersACry(t *testing.T) {
	none := 0
	for name, c := range map[string]struct {
		before []dispatch.Fix
		cry    dispatch.Fix
	}{
		"the first position ever": {nil, dispatch.Fix{DeviceAt: noon, Point: orb.Point{119.6, 39.93}}},
		"a clock years behind":    {nil, dispatch.Fix{DeviceAt: time.Unix(0, 0), Point: orb.Point{119.6, 39.93}}},
		"a clock hours ahead":     {nil, dispatch.Fix{DeviceAt: noon.Add(5 * time.Hour), Point: orb.Point{119.6, 39.93}}},
		"no satellites":           {nil, dispatch.Fix{DeviceAt: noon, Point: orb.Point{119.6, 39.93}, Satellites: &none}},
		"null island":             {nil, dispatch.Fix{DeviceAt: noon}},
		"a jump to Shanghai":      {[]dispatch.Fix{{DeviceAt: noon.Add(-time.Second), Point: orb.Point{119.6, 39.93}}}, dispatch.Fix{DeviceAt: noon, Point: orb.Point{121.4, 31.2}}},
		"older than what is shown": {[]dispatch.Fix{{DeviceAt: noon, Point: orb.Point{119.6, 39.93}}},
			dispatch.Fix{DeviceAt: noon.Add(-20 * time.Minute), Point: orb.Point{119.6, 39.93}}},
		"a hundred times a second": {[]dispatch.Fix{{DeviceAt: noon.Add(-10 * time.Millisecond), Point: orb.Point{119.6, 39.93}}},
			dispatch.Fix{DeviceAt: noon, Point: orb.Point{119.6, 39.93}}},
	} {
		u := unit("U1", "130302001")
		b := boardOf(u)
		for _, f := range append(c.before, c.cry, c.cry, c.cry) {
			f.Unit, f.SOS = u.ID, len(b.Cries()) > 0 || f == c.cry
			b.report(noon, []dispatch.Fix{f})
		}
		if got := b.Cries(); len(got) != 1 || got[0].Unit != u.ID || got[0].DeviceAt.After(noon) || got[0].DeviceAt.Before(noon.Add(-earliest)) {
			t.Errorf("%s: %d cries %+v", name, len(got), got)
		}
	}
}

func TestAnAnsweredPressIsHeardAgainOnlyWhenPressedAgain(t *testing.T) {
	u := unit("U1", "130302001")
	b := boardOf(u)
	b.report(noon, []dispatch.Fix{sos(u, noon, 119.6, 39.93)})
	b.Answered(u.ID, noon)
	for s := range 5 {
		b.report(noon.Add(time.Minute), []dispatch.Fix{sos(u, noon.Add(time.Duration(s)*time.Second), 119.6, 39.93)})
	}
	if got := b.Cries(); len(got) != 0 {
		t.Fatalf("the same press cries again: %+v", got)
	}
	b.report(noon.Add(time.Minute), []dispatch.Fix{fixAt(u, noon.Add(30*time.Second), 119.6, 39.93), sos(u, noon.Add(40*time.Second), 119.6, 39.93)})
	if got := b.Cries(); len(got) != 1 {
		t.Errorf("pressed again: %d cries", len(got))
	}
	b.Answered(u.ID, noon)
	if got := b.Cries(); len(got) != 1 {
		t.Error("the answer to the first took the second away")
	}
}

// TestAStartFindsTheCryNobodyAnswered: a press that the run before took in and
// did not live to raise is one still; what it raised, or is long past, is not.
func TestAStartFindsTheCryNobodyAnswered(t *testing.T) {
	u := unit("U1", "130302001")
	id := u.ID
	now := time.Now().UTC()
	raised := &dispatch.Alarm{ID: dispatch.NewID(), Version: 1, Kind: dispatch.AlarmSOS, State: dispatch.AlarmOver, Unit: &id, RaisedAt: now.Add(-3 * time.Minute)}
	for name, c := range map[string]struct {
		age  time.Duration
		rows []dispatch.Entity
		want int
	}{
		"not raised":   {time.Minute, []dispatch.Entity{u}, 1},
		"raised":       {time.Minute, []dispatch.Entity{u, raised}, 0},
		"an hour past": {time.Hour, []dispatch.Entity{u}, 0},
	} {
		l := New(dispatch.NewPicture(1, "e", c.rows), nil, nil, nil)
		l.Restore([]dispatch.Fix{sos(u, now.Add(-c.age), 119.6, 39.93)})
		if got := l.Board().Cries(); len(got) != c.want {
			t.Errorf("%s: %d cries", name, len(got))
		}
		l.Report(now, []dispatch.Fix{sos(u, now, 119.6, 39.93)})
		if got := l.Board().Cries(); len(got) != c.want {
			t.Errorf("%s, and still pressed: %d cries", name, len(got))
		}
	}
}

func TestAUnitIsHeardWhateverItSends(t *testing.T) {
	u := unit("U1", "130302001")
	b := boardOf(u)
	if _, _, ok := b.Hearing(u.ID); ok {
		t.Error("heard before it spoke")
	}
	for n := range 20 {
		b.report(noon.Add(time.Duration(n)*30*time.Second), []dispatch.Fix{fixAt(u, noon.Add(-time.Hour), 0, 0)}) // old, and nowhere
	}
	last, usual, ok := b.Hearing(u.ID)
	if want := noon.Add(19 * 30 * time.Second); !ok || !last.Equal(want) || usual != 30*time.Second {
		t.Errorf("heard at %s, each %s", last, usual)
	}
}

// TestATerminalGoneMadCriesTwice: what waits is bounded, the first press and the
// newest, however often the button is said to be pressed anew.
func TestATerminalGoneMadCriesTwice(t *testing.T) {
	u := unit("U1", "130302001")
	b := boardOf(u)
	for s := range 10_000 {
		f := fixAt(u, noon.Add(time.Duration(s-10_000)*time.Second), 119.6, 39.93)
		f.SOS = s%2 == 0
		b.report(noon, []dispatch.Fix{f})
	}
	got := b.Cries()
	if len(got) != mostWaiting || !got[0].DeviceAt.Equal(noon.Add(-10_000*time.Second)) || !got[1].DeviceAt.Equal(noon.Add(-2*time.Second)) {
		t.Errorf("%d cries: %v", len(got), got)
	}
}
