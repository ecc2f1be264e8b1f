package dispatch

import (
	"time"

	"golang.org/x/text/unicode/norm"
)

// StudyKinds are the questions planners ask; the room that runs studies knows
// what each means.
var StudyKinds = []string{"coverage", "capacity", "accessibility", "shelter_norms", "station_norms", "depot_readiness", "hazard_response", "siting", "evacuation"}

// MostResult is how many bytes a result may have.
const MostResult = 64 << 20

// Refusals about studies.
var (
	ErrStudyEnded  = &Error{Kind: Conflict, Code: "study_ended", Text: "the study has ended already"}
	ErrNoResult    = &Error{Kind: Conflict, Code: "no_result", Text: "the study has no result"}
	ErrStudiesFull = &Error{Kind: Conflict, Code: "studies_full", Text: "too many studies: wait for those that run, or put some away"}
)

// Asker is whom a study is computed for: what its asker saw as a planner sees
// it, without positions, and no more.
func (st *Study) Asker() Actor {
	return Actor{ID: st.By, Name: st.ByName, Role: Planner, Area: st.Area, Clearance: st.Clearance}
}

// Request decides that somebody asks (提交). The parameters were checked by the
// room that runs studies.
func (st Study) Request(by Actor, now time.Time) (Outcome, error) {
	var p Problems
	st.Name = norm.NFC.String(st.Name)
	p.text("name", st.Name, 1, 120)
	fresh := Study{
		ID: st.ID, Name: st.Name, Kind: st.Kind, Params: st.Params, State: StudyAsked,
		Area: by.Area, Clearance: by.Clearance, By: by.ID, ByName: by.Name, AskedAt: now,
	}
	return Outcome{[]Fact{&StudyRequested{fresh}}}, p.Err()
}

// End decides that the study has its answer, or has failed (完成、失败).
func (st Study) End(f StudyEnded) (Outcome, error) {
	switch {
	case st.Removed || st.State != StudyAsked:
		return Outcome{}, ErrStudyEnded
	case f.To != StudyFinished && f.To != StudyFailed:
		return Outcome{}, ErrWrongStep.With("a study ends finished or failed, not %q", f.To)
	case f.To == StudyFinished && (len(f.Body) == 0 || len(f.Body) > MostResult || f.ResultSHA256 == ""):
		return Outcome{}, ErrNoResult.With("a result has between 1 and %d bytes", MostResult)
	}
	f.ID, f.Area, f.Clearance = st.ID, st.Area, st.Clearance
	return Outcome{[]Fact{&f}}, nil
}

// Drop decides that the study is called off, or, when it has ended, put away
// (取消、收起).
func (st Study) Drop(now time.Time) (Outcome, error) {
	if st.Removed {
		return Outcome{}, ErrNotFound
	}
	f := &StudyEnded{ID: st.ID, Area: st.Area, Clearance: st.Clearance, When: now}
	if st.State == StudyAsked {
		f.To = StudyCancelled
	}
	return Outcome{[]Fact{f}}, nil
}
