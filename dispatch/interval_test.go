package dispatch

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func after(s int) *time.Time { t := noon.Add(time.Duration(s) * time.Second); return &t }

// worked is a fire received at noon, with what was sent to it.
func worked(kind string, state State, sent ...Assignment) (*Incident, []*Assignment) {
	in := reported()
	in.ID, in.Kind, in.State, in.ReceivedAt = NewID(), kind, state, noon
	list := make([]*Assignment, len(sent))
	for i := range sent {
		sent[i].Incident, sent[i].ID = in.ID, NewID()
		list[i] = &sent[i]
	}
	return &in, list
}

func oneOf(list []Interval, code string) Interval {
	return list[slices.IndexFunc(list, func(v Interval) bool { return v.Code == code })]
}

func TestIntervalsRunFromStampToStamp(t *testing.T) {
	t.Parallel()
	in, sent := worked("building_fire", Contained,
		Assignment{State: Released, OrderedAt: *after(50), AcknowledgedAt: after(70), EnrouteAt: after(140), OnSceneAt: after(500), EndedAt: after(4000)},
		Assignment{State: OnScene, OrderedAt: *after(90), AcknowledgedAt: after(200), EnrouteAt: after(160), OnSceneAt: after(400)})
	in.ContainedAt = after(3000)
	got := intervalsOf(t, []*Incident{in}, sent)
	want := map[string][3]float64{ // n, p50, p90
		"processing": {1, 50, 50}, "acknowledge": {2, 20, 110}, "turnout": {2, 70, 90}, "travel": {2, 240, 360},
		"total_first": {1, 400, 400}, "on_scene": {1, 3500, 3500}, "control": {1, 3000, 3000}, "eta_error": {0, 0, 0},
	}
	for code, w := range want {
		v := oneOf(got.Total, code)
		if diff := cmp.Diff(w, [3]float64{float64(v.N), v.P50.Seconds(), v.P90.Seconds()}); diff != "" {
			t.Errorf("%s: %s", code, diff)
		}
	}
	if v := oneOf(got.Total, "turnout"); v.Target != 80*time.Second || *v.Within != 0.5 || v.Source != "NFPA 1710" {
		t.Errorf("turnout of a fire: %+v", v)
	}
	if v := oneOf(got.Total, "eta_error"); v.Missing != 2 {
		t.Errorf("no arrival was foretold: %+v", v)
	}
	if v := oneOf(got.Total, "travel"); v.Target != 0 || v.Within != nil {
		t.Errorf("travel has no target: %+v", v)
	}
}

// intervalsOf folds as an officer who may see every unit.
func intervalsOf(t *testing.T, incidents []*Incident, sent []*Assignment) IntervalReport {
	t.Helper()
	return pictureOf().Intervals(Actor{Role: DutyOfficer, Area: "130300", Clearance: 3}, incidents, sent, 6)
}

func TestMissingIsWhatIsOverAndWasNotReported(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		state State
		sent  []Assignment
		want  map[string]int
	}{
		"just reported: nothing is due":         {Reported, nil, map[string]int{}},
		"a false alarm owes nothing":            {FalseAlarm, nil, map[string]int{}},
		"worked on with nobody ordered":         {Closed, nil, map[string]int{"processing": 1, "total_first": 1, "control": 1}},
		"on its way":                            {Responding, []Assignment{{State: Enroute, OrderedAt: noon, EnrouteAt: after(9)}}, map[string]int{"acknowledge": 1}},
		"called off before it left":             {Responding, []Assignment{{State: CalledOff, OrderedAt: noon, EndedAt: after(9)}}, map[string]int{}},
		"there, with no word on the way":        {Responding, []Assignment{{State: OnScene, OrderedAt: noon, OnSceneAt: after(9)}}, map[string]int{"acknowledge": 1, "turnout": 1, "travel": 1, "eta_error": 1}},
		"released without a word":               {Responding, []Assignment{{State: Released, OrderedAt: noon, EndedAt: after(9)}}, map[string]int{"acknowledge": 1, "turnout": 1, "travel": 1, "on_scene": 1, "total_first": 1, "eta_error": 1}},
		"on scene before it left, by its clock": {Responding, []Assignment{{State: OnScene, OrderedAt: noon, AcknowledgedAt: after(1), EnrouteAt: after(9), OnSceneAt: after(5)}}, map[string]int{"travel": 1, "eta_error": 1}},
		"under way: control comes later":        {Responding, []Assignment{{State: OnScene, OrderedAt: noon, AcknowledgedAt: after(1), EnrouteAt: after(2), OnSceneAt: after(5)}}, map[string]int{"eta_error": 1}},
	} {
		in, sent := worked("building_fire", c.state, c.sent...)
		got := map[string]int{}
		for _, v := range intervalsOf(t, []*Incident{in}, sent).Total {
			if v.Missing > 0 {
				got[v.Code] = v.Missing
			}
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestTargetsAreJudgedByTheKindAndASecretUnitIsNotCounted(t *testing.T) {
	t.Parallel()
	order := Assignment{State: Enroute, OrderedAt: noon, EnrouteAt: after(70)}
	fire, a := worked("building_fire", Responding, order)
	sick, b := worked("medical", Responding, order)
	secret := &Entry{Ledger: Units, ID: NewID(), Head: Head{Sensitivity: 3}, Detail: &Unit{}}
	b[0].Unit, sick.Division = secret.ID, "130321001"
	p, both := pictureOf(secret), append(a, b...)
	report := p.Intervals(Actor{Role: DutyOfficer, Area: "130300", Clearance: 3}, []*Incident{fire, sick}, both, 6)
	if v := oneOf(report.Total, "turnout"); v.N != 2 || *v.Within != 0.5 || v.Target != 0 {
		t.Errorf("70 s keep one of the two targets: %+v", v)
	}
	keys := func(groups []IntervalGroup) (list []string) {
		for _, g := range groups {
			list = append(list, g.Key)
		}
		return list
	}
	if diff := cmp.Diff([][]string{{"building_fire", "medical"}, {"130302", "130321"}}, [][]string{keys(report.ByKind), keys(report.ByDivision)}); diff != "" {
		t.Error(diff)
	}
	if report = p.Intervals(caller, []*Incident{fire, sick}, both, 6); report.Assignments != 1 || oneOf(report.Total, "turnout").N != 1 {
		t.Errorf("counted above the clearance: %+v", report)
	}
}

// TestRankIsTheSmallestThatEnoughKeep: by its definition, the nearest rank is
// the least value that at least so many of a hundred do not exceed.
func TestRankIsTheSmallestThatEnoughKeep(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) time.Duration {
			return time.Duration(rapid.IntRange(0, 20).Draw(t, "s")) * time.Second
		}), 1, 40).Draw(t, "values")
		percent := rapid.SampledFrom([]int{50, 90}).Draw(t, "percent")
		slices.Sort(values)
		want := time.Duration(math.MaxInt64)
		for _, v := range values {
			upTo := 0
			for _, other := range values {
				if other <= v {
					upTo++
				}
			}
			if upTo*100 >= percent*len(values) {
				want = min(want, v)
			}
		}
		if got := rank(values, percent); got != want {
			t.Fatalf("%d %% of %v: %s, want %s", percent, values, got, want)
		}
	})
}
