package web

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"onemap/dispatch"
	"onemap/dispatch/live"
	"onemap/dispatch/study"
)

// studyOf writes a study without its result; while this node runs it, with how
// far it is.
func (s *Server) studyOf(st *dispatch.Study, seq dispatch.Seq) (Study, error) {
	out := Study{
		Id: st.ID, Version: st.Version, Seq: int64(seq), Name: st.Name, Kind: StudyKind(st.Kind), State: StudyState(st.State), Area: st.Area,
		AskedBy: st.By, AskedByName: some(st.ByName), AskedAt: st.AskedAt.UTC(), AskedSeq: some(int64(st.RestsOn)), FinishedAt: utc(st.EndedAt),
		Inputs: some(st.Inputs), ResultSha256: some(st.ResultSHA256),
	}
	zh, en := whyFailed(st)
	out.Reason, out.ReasonEn = some(zh), some(en)
	if err := json.Unmarshal(st.Params, &out.Params); err != nil {
		return Study{}, fmt.Errorf("read parameters of study %s: %w", st.ID, err)
	}
	if len(st.Figures) > 0 {
		out.Figures = &[]StudyFigure{}
		if err := json.Unmarshal(st.Figures, out.Figures); err != nil {
			return Study{}, fmt.Errorf("read figures of study %s: %w", st.ID, err)
		}
	}
	if at, ok := s.Live.Progress(st.ID); ok && st.State == dispatch.StudyAsked {
		out.State, out.Progress, out.Value, out.Bound = StudyStateRunning, &at.Done, finite(at.Value), finite(at.Bound)
	}
	return out, nil
}

// whyFailed is why a study has no answer, in both languages: what the code says,
// the parameters it is about, and in English the numbers too.
func whyFailed(st *dispatch.Study) (zh, en string) {
	title, known := titles[st.Code]
	if !known {
		return st.Reason, st.Reason
	}
	zh = title[0]
	for i, f := range st.Fields {
		between := "；"
		if i == 0 {
			between = "："
		}
		zh += between + f.Path
		if words, ok := titles[f.Code]; ok && f.Code != st.Code {
			zh += " " + words[0]
		}
	}
	return zh, title[1] + ": " + strings.TrimPrefix(st.Reason, st.Code+": ")
}

// finite is nil for what is not known yet.
func finite(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}

// study is one in the caller's sight.
func (s *Server) study(ctx context.Context, p *dispatch.Picture, id dispatch.ID) (*dispatch.Study, error) {
	st := p.Studies[id]
	if st == nil || !callOf(ctx).who.actor.SeesStudy(st) {
		return nil, dispatch.ErrNotFound
	}
	return st, nil
}

// ListStudies lists studies, the newest first.
func (s api) ListStudies(ctx context.Context, _ ListStudiesRequestObject) (ListStudiesResponseObject, error) {
	a, p := callOf(ctx).who.actor, s.Live.Picture()
	var found []*dispatch.Study
	for _, st := range p.Studies {
		if a.SeesStudy(st) {
			found = append(found, st)
		}
	}
	slices.SortFunc(found, func(x, y *dispatch.Study) int {
		return cmp.Or(y.AskedAt.Compare(x.AskedAt), bytes.Compare(y.ID[:], x.ID[:]))
	})
	answer := ListStudies200JSONResponse{Seq: int64(p.Seq), Studies: make([]Study, len(found))}
	for i, st := range found {
		var err error
		if answer.Studies[i], err = s.studyOf(st, p.Seq); err != nil {
			return nil, err
		}
	}
	return answer, nil
}

// ReadStudy shows one.
func (s api) ReadStudy(ctx context.Context, r ReadStudyRequestObject) (ReadStudyResponseObject, error) {
	p := s.Live.Picture()
	st, err := s.study(ctx, p, r.Id)
	if err != nil {
		return nil, err
	}
	answer, err := s.studyOf(st, p.Seq)
	return ReadStudy200JSONResponse(answer), err
}

// wanted reads what is asked, and refuses what cannot be by its path.
func (s *Server) wanted(b *StudyPut) (dispatch.Study, study.Params, error) {
	asked := b.Params
	if asked.Zone != nil {
		g, err := geometryOf("params.zone", *asked.Zone)
		if err != nil {
			return dispatch.Study{}, study.Params{}, err
		}
		raw, err := geoJSON(g)
		if err != nil {
			return dispatch.Study{}, study.Params{}, err
		}
		asked.Zone = &raw
	}
	for i, c := range or(asked.Candidates, nil) {
		if _, err := pointOf(fmt.Sprintf("params.candidates[%d].point", i), c.Point); err != nil {
			return dispatch.Study{}, study.Params{}, err
		}
	}
	if err := s.knownDivision(asked.Division); err != nil {
		var bad *refused
		if errors.As(err, &bad) && len(bad.fields) == 1 {
			bad.fields[0].Path = "params.division"
		}
		return dispatch.Study{}, study.Params{}, err
	}
	raw, err := json.Marshal(asked)
	if err != nil {
		return dispatch.Study{}, study.Params{}, fmt.Errorf("write parameters: %w", err)
	}
	params, err := study.Check(string(b.Kind), raw)
	return dispatch.Study{Name: b.Name, Kind: string(b.Kind), Params: raw}, params, err
}

// AskStudy records that somebody wants a study.
func (s api) AskStudy(ctx context.Context, r AskStudyRequestObject) (AskStudyResponseObject, error) {
	st, params, err := s.wanted(r.Body)
	if err != nil {
		return nil, err
	}
	by, err := s.Desk.AsksStudies(callOf(ctx).who.actor)
	if err != nil {
		return nil, err
	}
	st.ID = r.Id
	st.By, st.ByName, st.Area, st.Clearance = by.ID, by.Name, by.Area, by.Clearance
	if err := params.Known(s.Live.Picture(), st.Asker()); err != nil {
		return nil, err
	}
	receipt, err := s.Desk.AskStudy(ctx, callOf(ctx).asCommand(s.now()), st)
	answer, err := s.done(ctx, receipt, err)
	return AskStudy200JSONResponse(answer), err
}

// DropStudy calls one off, or puts it away.
func (s api) DropStudy(ctx context.Context, r DropStudyRequestObject) (DropStudyResponseObject, error) {
	receipt, err := s.Desk.DropStudy(ctx, callOf(ctx).asCommand(s.now()), r.Id)
	answer, err := s.done(ctx, receipt, err)
	return DropStudy200JSONResponse(answer), err
}

// PreviewStudy answers coarsely at once.
func (s api) PreviewStudy(ctx context.Context, r PreviewStudyRequestObject) (PreviewStudyResponseObject, error) {
	st, params, err := s.wanted(r.Body)
	if err != nil {
		return nil, err
	}
	by, err := s.Desk.AsksStudies(callOf(ctx).who.actor)
	if err != nil {
		return nil, err
	}
	done, err := s.measure(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	st.By, st.ByName, st.Area, st.Clearance = by.ID, by.Name, by.Area, by.Clearance
	found, err := study.Run(ctx, st.Kind, study.Input{Picture: s.Live.Picture(), Actor: st.Asker(), Now: s.now().UTC(), Params: params, Coarse: true, Memo: &s.previews})
	if err != nil {
		return nil, fmt.Errorf("preview study: %w", err)
	}
	raw, err := found.Encode()
	return studyFile{body: raw.Bytes, kind: "application/json", gzip: callOf(ctx).gzip}, err
}

// studyFrame says how far a study is; the latest wins.
type studyFrame struct {
	Type     string      `json:"type"`
	ID       dispatch.ID `json:"id"`
	Progress float64     `json:"progress"`
	Value    *float64    `json:"value,omitempty"`
	Bound    *float64    `json:"bound,omitempty"`
}

// progress tells of the studies that have got further, of those in sight.
func (w *writer) progress() error {
	p, told := w.Live.Picture(), map[dispatch.ID]live.Progress{}
	for _, at := range w.Live.Running() {
		st := p.Studies[at.Study]
		if st == nil || st.State != dispatch.StudyAsked || !w.who.actor.SeesStudy(st) {
			continue
		}
		told[at.Study] = at
		if was, ok := w.runs[at.Study]; ok && was.Same(at) {
			continue
		}
		if err := w.json(studyFrame{"study", at.Study, at.Done, finite(at.Value), finite(at.Bound)}); err != nil {
			return err
		}
	}
	w.runs = told
	return nil
}
