package dispatch

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"onemap/geo"
)

func TestEventsAreSaidInBothLanguages(t *testing.T) {
	t.Parallel()
	as := NewID()
	say := saying{map[ID]string{as: "海港101"}, true}
	for _, c := range []struct {
		fact Fact
		want [2]string
	}{
		{&IncidentAdvanced{From: Confirmed, To: Responding}, [2]string{"确认 → 处置中", "Confirmed → Responding"}},
		{&IncidentClosed{Disposition: "resolved", Reason: "火已扑灭"}, [2]string{"结束：处置完毕（火已扑灭）", "Ended: Resolved (火已扑灭)"}},
		{&AssignmentAdvanced{ID: as, To: Enroute}, [2]string{"海港101：途中", "海港101: En route"}},
		{&NoteAdded{Note: Note{Text: "{why}{text}"}}, [2]string{"记录：{why}{text}", "Note: {why}{text}"}},
		{&NoteAdded{Note: Note{Photo: &Photo{}}}, [2]string{"照片：", "Photo:"}},
		{&TokenRevoked{}, [2]string{"token.revoked", "token.revoked"}},
	} {
		if diff := cmp.Diff(c.want, say.event(c.fact)); diff != "" {
			t.Errorf("%s: %s", c.fact.Type(), diff)
		}
	}
	say.reasons = false
	if got := say.event(&IncidentClosed{Disposition: "resolved", Reason: "张三报告"}); got[0] != "结束：处置完毕" {
		t.Errorf("a reason is said to whoever reads without people: %q", got[0])
	}
}

func TestEveryCodeOfAReportHasWords(t *testing.T) {
	t.Parallel()
	for list, codes := range map[string][]string{"left_out": LeftOut, "interval": IntervalCodes} {
		for _, code := range codes {
			if w := Labels[list][code]; w[0] == "" || w[1] == "" {
				t.Errorf("%s %q has no words", list, code)
			}
		}
	}
}

// A receiver that stands still wanders: that adds nothing to the way. Going
// somewhere and back counts both ways.
func TestStandingStillIsNoWay(t *testing.T) {
	t.Parallel()
	plane := geo.NewLocalPlane(orb.Point{119.6, 39.9})
	rapid.Check(t, func(t *rapid.T) {
		track := Track{}
		at := func(x, y float64) {
			track.Points = append(track.Points, TrackPoint{Point: plane.From(orb.Point{x, y})})
		}
		wander := func() {
			for range rapid.IntRange(1, 200).Draw(t, "fixes") {
				at(rapid.Float64Range(-6, 6).Draw(t, "x"), rapid.Float64Range(-6, 6).Draw(t, "y"))
			}
		}
		wander()
		if got, ok := track.Length(); got != 0 || ok != (len(track.Points) > 1) {
			t.Fatalf("standing still: %.1f m, %t", got, ok)
		}
		far := rapid.Float64Range(100, 20_000).Draw(t, "far")
		at(far, 0)
		at(0, 0)
		wander()
		if got, _ := track.Length(); got < geo.Metres(2*far-60)*0.985 || got > geo.Metres(2*far+60)*1.015 {
			t.Fatalf("%.1f m there and back: %.1f m", far, got)
		}
	})
}

func TestIntervalsOfOneIncidentNameWhatIsMissing(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	after := func(s int) *time.Time { at := start.Add(time.Duration(s) * time.Second); return &at }
	in := &Incident{Known: Known{Kind: "building_fire"}, State: Closed, ReceivedAt: start}
	unit := NewID()
	sent := []*Assignment{{ID: NewID(), Unit: unit, State: Released, OrderedAt: *after(50), EnrouteAt: after(150), OnSceneAt: after(450), EndedAt: after(4050)}}
	want := map[string]string{"processing": "50s 1m0s", "total_first": "7m30s 0s", "control": "- 0s", "acknowledge": "- 1m0s", "turnout": "1m40s 1m20s", "travel": "5m0s 0s", "on_scene": "1h0m0s 0s"}
	got := map[string]string{}
	for _, v := range afterIntervals(in, sent) {
		took := "-"
		if v.Took != nil {
			took = v.Took.String()
		}
		got[v.Code] = took + " " + v.Target.String()
		if whole := slices.Contains([]string{"processing", "total_first", "control"}, v.Code); whole != (v.Unit == nil) {
			t.Errorf("%s is of %v", v.Code, v.Unit)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Whose track is shown: all to who sees the assignments, the own to a crew, none
// to who plans.
func TestTracksAreShownByTheRightToPositions(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	own, other := NewID(), NewID()
	in := &Incident{ID: NewID(), State: Responding, Known: Known{Division: "130302001"}}
	p := NewPicture(1, "", []Entity{in})
	var sent []*Assignment
	for _, unit := range []ID{own, other} {
		sent = append(sent, &Assignment{ID: NewID(), Unit: unit, Incident: in.ID, Division: in.Division, State: Enroute, OrderedAt: now.Add(-time.Hour)})
	}
	for role, want := range map[Role]int{DutyOfficer: 2, Dispatcher: 2, IncidentCommander: 2, Responder: 1, Planner: 0, Viewer: 0, Admin: 0} {
		spans := p.TrackSpans(Actor{Role: role, Area: "130300", Unit: &own}, sent, now)
		if len(spans) != want {
			t.Errorf("%s: %d tracks, want %d", role, len(spans), want)
		}
		if role == Responder && len(spans) == 1 && spans[0].Unit != own {
			t.Error("a crew sees another's track")
		}
	}
}
