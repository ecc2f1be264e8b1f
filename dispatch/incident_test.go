package dispatch

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

var noon = time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)

func zero() *int { n := 0; return &n }

func reported() Incident {
	return Incident{ID: NewID(), Geometry: orb.Point{119.5811, 39.9371}, Known: Known{Kind: "flood", Title: "汤河桥下积水", Priority: 2, Division: "130302001"}}
}

func mustFold(t interface{ Fatalf(string, ...any) }, in *Incident, out Outcome, err error) {
	if err != nil {
		t.Fatalf("decide: %v", err)
	}
	for _, f := range out.Facts {
		in.Apply(f, noon)
	}
}

func TestReportNamesEveryBadFieldAtOnce(t *testing.T) {
	in := reported()
	far := noon.AddDate(5, 0, 0)
	in.Title, in.Kind, in.Priority, in.OccurredAt, in.Geometry = "", "war", 9, &far, nil
	_, err := in.Report(noon)
	var refusal *Error
	if !errors.As(err, &refusal) {
		t.Fatalf("got %v", err)
	}
	got := map[string]string{}
	for _, f := range refusal.Fields {
		got[f.Path] = f.Code
	}
	want := map[string]string{"properties.title": "required", "properties.kind": "bad_enum", "properties.priority": "out_of_range", "properties.occurred_at": "bad_time", "geometry": "required"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAnIncidentIsNotContainedWhileLossesAreUnknown(t *testing.T) {
	in := reported()
	out, err := in.Report(noon)
	mustFold(t, &in, out, err)
	for _, to := range []State{Confirmed, Responding} {
		out, err = in.Advance(to, "", noon)
		mustFold(t, &in, out, err)
	}
	if _, err = in.Advance(Contained, "", noon); !errors.Is(err, &Error{Code: "loss_figures_missing"}) {
		t.Fatalf("contained with unknown losses: %v", err)
	}
	known := in.Known
	known.Dead, known.Missing, known.Injured = zero(), zero(), zero()
	out, err = in.Amend(known, in.Geometry, "核实无伤亡")
	mustFold(t, &in, out, err)
	out, err = in.Advance(Contained, "", noon)
	mustFold(t, &in, out, err)
	if in.State != Contained || in.ContainedAt == nil {
		t.Errorf("state %s, contained at %v", in.State, in.ContainedAt)
	}
}

func TestAReopenedIncidentForgetsItsEndingButKeepsItsMilestones(t *testing.T) {
	in := reported()
	out, err := in.Report(noon)
	mustFold(t, &in, out, err)
	out, err = in.Close(IncidentClosed{Disposition: "false_alarm", Reason: "现场无异常", When: noon})
	mustFold(t, &in, out, err)
	if in.State.Open() {
		t.Fatal("a false alarm is still open")
	}
	if _, err = in.Advance(Responding, "", noon); err == nil {
		t.Fatal("reopened without a reason")
	}
	out, err = in.Advance(Responding, "复燃", noon.Add(time.Hour))
	mustFold(t, &in, out, err)
	if in.State != Responding || in.ClosedAt != nil || in.Disposition != "" || !in.ReceivedAt.Equal(noon) {
		t.Errorf("after reopening: %+v", in)
	}
}

// TestRandomWalks: whatever is tried in whatever order, a refused step leaves
// no fact, milestones are written once, only an ended incident has an end, and
// facts that went through JSON fold to the same incident.
func TestRandomWalks(t *testing.T) {
	all := []State{Reported, Verifying, Confirmed, Responding, Contained, Recovering, Closed, Duplicate, FalseAlarm, Transferred, Cancelled}
	dispositions := []string{"resolved", "duplicate", "false_alarm", "transferred", "cancelled", "forgotten"}
	rapid.Check(t, func(t *rapid.T) {
		in := reported()
		in.Dead, in.Missing, in.Injured = zero(), zero(), zero()
		out, err := in.Report(noon)
		twin := Incident{ID: in.ID}
		both := func(out Outcome) {
			for _, f := range out.Facts {
				in.Apply(f, noon)
				raw, err := json.Marshal(f)
				if err != nil {
					t.Fatalf("write %s: %v", f.Type(), err)
				}
				read, err := DecodeFact(f.Type(), raw)
				if err != nil {
					t.Fatalf("read %s: %v", raw, err)
				}
				twin.Apply(read, noon)
			}
		}
		if err != nil {
			t.Fatal(err)
		}
		both(out)
		for range rapid.IntRange(0, 12).Draw(t, "steps") {
			before := in
			when := noon.Add(time.Duration(rapid.IntRange(0, 600).Draw(t, "minute")) * time.Minute)
			if rapid.Bool().Draw(t, "close") {
				other := NewID()
				out, err = in.Close(IncidentClosed{Disposition: rapid.SampledFrom(dispositions).Draw(t, "as"), Reason: "r", MergedInto: &other, Receiver: "唐山", When: when})
			} else {
				out, err = in.Advance(rapid.SampledFrom(all).Draw(t, "to"), rapid.SampledFrom([]string{"", "复燃"}).Draw(t, "why"), when)
			}
			if err != nil {
				continue
			}
			both(out)
			if before.ContainedAt != nil && !before.ContainedAt.Equal(*in.ContainedAt) {
				t.Fatal("a milestone was written twice")
			}
			if in.State.Open() == (in.ClosedAt != nil) {
				t.Fatalf("state %s with end %v", in.State, in.ClosedAt)
			}
		}
		if diff := cmp.Diff(in, twin); diff != "" {
			t.Fatal(diff)
		}
	})
}
