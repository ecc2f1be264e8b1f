package dispatch

import (
	"encoding/json"
	"time"
)

// States of a study that the journal knows; while it runs it is still asked.
const (
	StudyAsked     = "asked"     // 已提交
	StudyFinished  = "finished"  // 已完成
	StudyFailed    = "failed"    // 失败
	StudyCancelled = "cancelled" // 已取消
)

// Study is a question of a planner that is computed once and kept (覆盖分析). Its
// result lies beside it, under ResultSHA256.
type Study struct {
	ID           ID              `json:"id"`
	Version      int             `json:"-"`
	Name         string          `json:"name"`
	Kind         string          `json:"kind"`
	Params       json.RawMessage `json:"params"`
	State        string          `json:"state"`
	Removed      bool            `json:"removed,omitempty"`
	Area         string          `json:"area"` // of who asked: the result holds nothing beyond it
	Clearance    int             `json:"clearance"`
	By           ID              `json:"by"`
	ByName       string          `json:"by_name"`
	AskedAt      time.Time       `json:"asked_at"`
	EndedAt      *time.Time      `json:"ended_at,omitempty"`
	RestsOn      Seq             `json:"rests_on,omitempty"` // journal number of the picture it was computed from
	Inputs       string          `json:"inputs,omitempty"`   // SHA-256 of all it rests on
	ResultSHA256 string          `json:"result_sha256,omitempty"`
	Figures      json.RawMessage `json:"figures,omitempty"`
	Code         string          `json:"code,omitempty"`   // of a failure; stable, with words in the API
	Fields       []Field         `json:"fields,omitempty"` // of the parameters that it failed for
	Reason       string          `json:"reason,omitempty"` // the same as a sentence in English
}

// StudyRequested: somebody asked.
type StudyRequested struct{ Study }

// StudyEnded: it has an answer, has failed, was called off, or was put away.
// Body is the result, which goes to its own table and never into the journal's
// payload.
type StudyEnded struct {
	ID           ID              `json:"id"`
	Area         string          `json:"area"` // of the study, for whoever reads the journal
	Clearance    int             `json:"clearance"`
	To           string          `json:"to,omitempty"` // empty: put away
	RestsOn      Seq             `json:"rests_on,omitempty"`
	Inputs       string          `json:"inputs,omitempty"`
	ResultSHA256 string          `json:"result_sha256,omitempty"`
	Figures      json.RawMessage `json:"figures,omitempty"`
	Code         string          `json:"code,omitempty"`
	Fields       []Field         `json:"fields,omitempty"`
	Reason       string          `json:"reason,omitempty"`
	When         time.Time       `json:"when"`
	Body         []byte          `json:"-"`
}

// Fail notes why the study has no answer.
func (f *StudyEnded) Fail(e *Error) { f.Code, f.Fields, f.Reason = e.Code, e.Fields, e.Error() }

// Type and Subject make them facts.
func (f *StudyRequested) Type() string { return "study.asked" }
func (f *StudyRequested) Subject() Ref { return Ref{KindStudy, f.Study.ID} }
func (f *StudyEnded) Type() string     { return "study.ended" }
func (f *StudyEnded) Subject() Ref     { return Ref{KindStudy, f.ID} }

// Ref names the study.
func (st *Study) Ref() Ref { return Ref{KindStudy, st.ID} }

// At is the study's version.
func (st *Study) At() int { return st.Version }

// Apply folds one fact in.
func (st *Study) Apply(f Fact, _ time.Time) {
	version := st.Version + 1
	switch f := f.(type) {
	case *StudyRequested:
		*st = f.Study
		st.State = StudyAsked
	case *StudyEnded:
		when := f.When
		if f.To == "" {
			st.Removed = true
			break
		}
		st.State, st.EndedAt, st.Code, st.Fields, st.Reason = f.To, &when, f.Code, f.Fields, f.Reason
		st.RestsOn, st.Inputs, st.ResultSHA256, st.Figures = f.RestsOn, f.Inputs, f.ResultSHA256, f.Figures
	}
	st.Version = version
}

// SeesStudy reports whether a study is in the actor's scope: its area is, and
// nothing in it is above the actor's clearance.
func (a Actor) SeesStudy(st *Study) bool { return a.reachesStudy("study.read", st) }

func (a Actor) reachesStudy(x Action, st *Study) bool {
	return !st.Removed && a.any(func(hat Actor) bool {
		return hat.Incident == nil && hat.Role.May(x) == InArea && Within(st.Area, hat.Area) && st.Clearance <= hat.Clearance
	})
}
