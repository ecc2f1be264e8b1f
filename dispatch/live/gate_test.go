package live

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"onemap/dispatch"
	"onemap/geo"
	"onemap/geo/crs"
)

// ledgerless is a journal that records only that a terminal was enrolled.
type ledgerless struct {
	live    *Live
	secrets map[dispatch.ID][]byte
	down    error
}

func (j *ledgerless) Change(_ context.Context, _ dispatch.Command, decide func(dispatch.Tx) (dispatch.Outcome, error)) (dispatch.Receipt, error) {
	if j.down != nil {
		return dispatch.Receipt{}, j.down
	}
	p := j.live.Picture()
	out, err := decide(reading{p: p})
	if err != nil {
		return dispatch.Receipt{}, err
	}
	var events []dispatch.Event
	for i, f := range out.Facts {
		if e, ok := f.(*dispatch.TerminalEnrolled); ok {
			j.secrets[e.ID] = e.Hash
		}
		events = append(events, dispatch.Event{Seq: p.Seq + dispatch.Seq(i) + 1, Fact: f, Version: 2, RecordedAt: noon})
	}
	j.live.publish(events, nil)
	return dispatch.Receipt{Seq: p.Seq + dispatch.Seq(len(events))}, nil
}

func (j *ledgerless) TerminalSecret(_ context.Context, id dispatch.ID) ([]byte, error) {
	if h := j.secrets[id]; h != nil {
		return h, nil
	}
	return nil, dispatch.ErrNotFound
}

// reading is a transaction that reads the picture.
type reading struct {
	dispatch.Tx
	p *dispatch.Picture
}

func (r reading) Entity(_ context.Context, ref dispatch.Ref) (dispatch.Entity, error) {
	if t := r.p.Terminals[ref.ID]; t != nil {
		return t, nil
	}
	if e := r.p.Entry(dispatch.Units, ref.ID); e != nil {
		return e, nil
	}
	return nil, dispatch.ErrNotFound
}

func (reading) OpenAlarms(context.Context, dispatch.ID) ([]*dispatch.Alarm, error) {
	return nil, nil
}

// gateOf is a gate at noon with one unit and its terminal.
func gateOf(t *testing.T, change func(*dispatch.Terminal)) (*Gate, *dispatch.Terminal, *ledgerless) {
	t.Helper()
	u := unit("U1", "130302001")
	terminal := &dispatch.Terminal{ID: dispatch.NewID(), Version: 1, Protocol: dispatch.JT808, Identity: "1", Unit: u.ID,
		Datum: crs.WGS84, Clock: dispatch.DeviceClock, SkewS: dispatch.DefaultSkew, Enabled: true}
	change(terminal)
	l := New(dispatch.NewPicture(1, "e", []dispatch.Entity{u, terminal}), nil, nil, slog.New(slog.DiscardHandler))
	j := &ledgerless{live: l, secrets: map[dispatch.ID][]byte{}}
	return l.NewGate(&dispatch.Desk{Journal: j, Picture: l.Picture, Now: func() time.Time { return noon }}, j), terminal, j
}

func TestTheGateAppliesDatumAndClock(t *testing.T) {
	here := orb.Point{119.6, 39.9}
	shifted, err := crs.FromWGS84(crs.GCJ02, here)
	if err != nil {
		t.Fatal(err)
	}
	at := func(ago time.Duration) dispatch.Fix { return dispatch.Fix{Point: here, DeviceAt: noon.Add(-ago)} }
	for name, c := range map[string]struct {
		terminal func(*dispatch.Terminal)
		fix      dispatch.Fix
		stored   bool
		want     dispatch.Counted
		shown    time.Duration // ago; negative: nothing is
	}{
		"a fix of now":                        {func(*dispatch.Terminal) {}, at(0), false, dispatch.Counted{Shown: 1}, 0},
		"a fix a minute old":                  {func(*dispatch.Terminal) {}, at(time.Minute), false, dispatch.Counted{Shown: 1}, time.Minute},
		"one older than the limit":            {func(*dispatch.Terminal) {}, at(11 * time.Minute), false, dispatch.Counted{Backfilled: 1}, -1},
		"a zone's error behind":               {func(*dispatch.Terminal) {}, at(8 * time.Hour), false, dispatch.Counted{Backfilled: 1}, -1},
		"a zone's error ahead":                {func(*dispatch.Terminal) {}, at(-8 * time.Hour), false, dispatch.Counted{Refused: 1, Code: "bad_time"}, -1},
		"the year 2000":                       {func(*dispatch.Terminal) {}, at(26 * 365 * 24 * time.Hour), false, dispatch.Counted{Refused: 1, Code: "bad_time"}, -1},
		"a stored fix newer than any":         {func(*dispatch.Terminal) {}, at(0), true, dispatch.Counted{Backfilled: 1}, -1},
		"a wrong clock that is not asked":     {func(t *dispatch.Terminal) { t.Clock = dispatch.ServerClock }, at(26 * 365 * 24 * time.Hour), false, dispatch.Counted{Shown: 1}, 0},
		"a stored fix by a clock never heard": {func(t *dispatch.Terminal) { t.Clock = dispatch.ServerClock }, at(0), true, dispatch.Counted{Refused: 1, Code: "no_clock"}, -1},
		"a place in the Mars datum":           {func(t *dispatch.Terminal) { t.Datum = crs.GCJ02 }, dispatch.Fix{Point: shifted, DeviceAt: noon}, false, dispatch.Counted{Shown: 1}, 0},
		"no place on earth":                   {func(*dispatch.Terminal) {}, dispatch.Fix{Point: orb.Point{400, 0}, DeviceAt: noon}, false, dispatch.Counted{Refused: 1, Code: "out_of_range"}, -1},
		"the null island":                     {func(*dispatch.Terminal) {}, dispatch.Fix{DeviceAt: noon}, false, dispatch.Counted{Doubtful: 1}, -1},
		"a unit that is gone":                 {func(t *dispatch.Terminal) { t.Unit = dispatch.NewID() }, at(0), false, dispatch.Counted{Refused: 1, Code: "unknown_unit"}, -1},
	} {
		t.Run(name, func(t *testing.T) {
			g, terminal, _ := gateOf(t, c.terminal)
			take := g.Take
			if c.stored {
				take = g.Backfill
			}
			got, err := take(t.Context(), terminal.From("there:1"), terminal, []dispatch.Fix{c.fix})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
			f, heard := g.live.board.At(terminal.Unit)
			if heard != (c.shown >= 0) {
				t.Fatalf("shown: %t", heard)
			}
			if heard && (geo.GreatCircle(f.Point, here) > 1.5 || noon.Sub(f.DeviceAt) != c.shown) {
				t.Errorf("shown at %v, %s ago", f.Point, noon.Sub(f.DeviceAt))
			}
		})
	}
}

func TestStoredFixesGoByTheClockTheLiveOnesShowed(t *testing.T) {
	g, terminal, _ := gateOf(t, func(t *dispatch.Terminal) { t.Clock = dispatch.ServerClock })
	lag := 1000 * 24 * time.Hour
	fix := func(ago time.Duration) []dispatch.Fix {
		return []dispatch.Fix{{Point: orb.Point{119.6, 39.9}, DeviceAt: noon.Add(-lag - ago)}}
	}
	for _, take := range []func() (dispatch.Counted, error){
		func() (dispatch.Counted, error) {
			return g.Take(t.Context(), terminal.From(""), terminal, fix(0))
		},
		func() (dispatch.Counted, error) {
			return g.Backfill(t.Context(), terminal.From(""), terminal, fix(time.Hour))
		},
	} {
		if c, err := take(); err != nil || c.Refused > 0 {
			t.Fatal(c, err)
		}
	}
	batch, _ := g.live.board.drain()
	if len(batch) != 2 || !batch[0].DeviceAt.Equal(noon) || !batch[1].DeviceAt.Equal(noon.Add(-time.Hour)) {
		t.Errorf("tracked: %+v", batch)
	}
	if h := g.counts.Sources()[0]; h.Offset == nil || *h.Offset != -lag || h.Fixes != 2 || h.Backfill != 1 {
		t.Errorf("counted: %+v", h)
	}
}

func TestFieldsThatCannotBeAreDroppedAndThePlaceStays(t *testing.T) {
	g, terminal, _ := gateOf(t, func(*dispatch.Terminal) {})
	heading, speed, accuracy := geo.Bearing(720), 182.0, -1.0
	c, err := g.Take(t.Context(), terminal.From(""), terminal, []dispatch.Fix{{Point: orb.Point{119.6, 39.9}, DeviceAt: noon, Heading: &heading, SpeedMPS: &speed, AccuracyM: &accuracy}})
	f, heard := g.live.board.At(terminal.Unit)
	if err != nil || c.Shown != 1 || !heard || f.Heading != nil || f.SpeedMPS != nil || f.AccuracyM != nil {
		t.Errorf("%+v, shown %+v (%v)", c, f, err)
	}
}

// TestNothingAtTheGateFiltersACry: whatever is wrong with a place or a time.
func TestNothingAtTheGateFiltersACry(t *testing.T) {
	for name, f := range map[string]dispatch.Fix{
		"a good one":           {Point: orb.Point{119.6, 39.9}, DeviceAt: noon},
		"no place on earth":    {Point: orb.Point{400, 0}, DeviceAt: noon},
		"eight hours ahead":    {Point: orb.Point{119.6, 39.9}, DeviceAt: noon.Add(8 * time.Hour)},
		"of a year long past":  {Point: orb.Point{119.6, 39.9}, DeviceAt: noon.AddDate(-20, 0, 0)},
		"without a time":       {Point: orb.Point{119.6, 39.9}},
		"without anything":     {},
		"too old for the live": {Point: orb.Point{119.6, 39.9}, DeviceAt: noon.Add(-time.Hour)},
	} {
		for lane, take := range map[string]func(*Gate) func(context.Context, dispatch.Source, *dispatch.Terminal, []dispatch.Fix) (dispatch.Counted, error){
			"live": func(g *Gate) func(context.Context, dispatch.Source, *dispatch.Terminal, []dispatch.Fix) (dispatch.Counted, error) {
				return g.Take
			},
			"stored": func(g *Gate) func(context.Context, dispatch.Source, *dispatch.Terminal, []dispatch.Fix) (dispatch.Counted, error) {
				return g.Backfill
			},
		} {
			t.Run(name+", "+lane, func(t *testing.T) {
				g, terminal, j := gateOf(t, func(*dispatch.Terminal) {})
				j.down = errors.New("the database does not answer")
				f.SOS = true
				if _, err := take(g)(t.Context(), terminal.From(""), terminal, []dispatch.Fix{f}); !errors.Is(err, errCry) {
					t.Errorf("a cry that is not kept: %v", err)
				}
				if n := len(g.live.board.Cries()); n != 1 {
					t.Errorf("%d cries", n)
				}
			})
		}
	}
}

func TestATerminalEnrolsOnceAndProvesItself(t *testing.T) {
	g, terminal, j := gateOf(t, func(*dispatch.Terminal) {})
	ctx := t.Context()
	if ok, err := g.Proves(ctx, terminal, ""); ok || err != nil {
		t.Errorf("without a secret: %t, %v", ok, err)
	}
	secret, err := g.Enrol(ctx, terminal, "10.0.0.1:5")
	if err != nil || len(secret) < 26 {
		t.Fatalf("secret %q, %v", secret, err)
	}
	if sum := sha256.Sum256([]byte(secret)); string(sum[:]) != string(j.secrets[terminal.ID]) {
		t.Error("another hash is kept")
	}
	now, _ := g.Terminal(dispatch.JT808, "0001")
	if again, err := g.Enrol(ctx, now, "10.0.0.1:6"); err != nil || again != secret {
		t.Errorf("the same host, that may not have heard it, is told %q, %v", again, err)
	}
	if again, err := g.Enrol(ctx, now, "10.0.0.2:6"); !errors.Is(err, dispatch.ErrEnrolled) {
		t.Errorf("another host is told %q, %v", again, err)
	}
	for wrong, want := range map[string]bool{secret + "x": false, "": false, secret: true} {
		if ok, err := g.Proves(ctx, now, wrong); ok != want || err != nil {
			t.Errorf("%q proves: %t, %v", wrong, ok, err)
		}
	}
	if again, err := g.Enrol(ctx, now, "10.0.0.1:7"); !errors.Is(err, dispatch.ErrEnrolled) {
		t.Errorf("once it was used, the same host is told %q, %v", again, err)
	}
}

func TestTheIngestPageIsBoundedAndTellsAllApart(t *testing.T) {
	g, terminal, _ := gateOf(t, func(*dispatch.Terminal) {})
	from := terminal.From("10.0.0.1:5")
	leave := g.Connected(from)
	second := g.Connected(terminal.From("10.0.0.2:5"))
	g.Heard(from, 3)
	g.Refused(from, "bad_checksum", "no")
	for i := range mostKnocks + 50 {
		g.Refused(dispatch.Source{Protocol: dispatch.JT808, Identity: fmt.Sprint("9", i)}, "unknown_terminal", "who")
	}
	all := g.Counts().Sources()
	if len(all) != 2 || all[0].Identity != "" || all[0].Refused != mostKnocks+50 {
		t.Fatalf("sources: %+v", all)
	}
	h := all[1]
	if h.Messages != 3 || h.Refused != 1 || h.Sessions != 2 || h.Doubled != 1 || h.ConnectedSince == nil || h.LastError.Code != "bad_checksum" || !h.LastAt.Equal(noon) {
		t.Errorf("counted: %+v", h)
	}
	if n := len(g.Counts().Knocks()); n != mostKnocks {
		t.Errorf("%d knocks kept", n)
	}
	leave()
	leave()
	second()
	if h := g.Counts().Sources()[1]; h.Sessions != 0 || h.ConnectedSince != nil {
		t.Errorf("all have left, and there are %d sessions since %v", h.Sessions, h.ConnectedSince)
	}
}

// TestAFullTrackLosesNothingUnseen: stored positions are sent back while there
// is little room, and what happens now is counted when there is none.
func TestAFullTrackLosesNothingUnseen(t *testing.T) {
	g, terminal, _ := gateOf(t, func(*dispatch.Terminal) {})
	g.live.board.track = make([]dispatch.Fix, maxBacklog/2)
	fix := []dispatch.Fix{{Point: orb.Point{119.6, 39.9}, DeviceAt: noon.Add(-time.Minute)}}
	if c, err := g.Backfill(t.Context(), terminal.From(""), terminal, fix); err != nil || c.Code != "busy" || c.Refused != 1 {
		t.Errorf("a track half full takes stored positions: %+v (%v)", c, err)
	}
	g.live.board.track = make([]dispatch.Fix, maxBacklog)
	if c, err := g.Take(t.Context(), terminal.From(""), terminal, fix); err != nil || c.Shown != 1 {
		t.Errorf("a full track stops the picture: %+v (%v)", c, err)
	}
	if kept, dropped := g.live.board.drain(); len(kept) != maxBacklog || dropped != 1 {
		t.Errorf("%d kept, %d dropped", len(kept), dropped)
	}
}
