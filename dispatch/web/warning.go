package web

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/paulmach/orb"

	"onemap/dispatch"
)

// warningOf writes a warning as its reader may see it.
func (s *Server) warningOf(a dispatch.Actor, p *dispatch.Picture, w *dispatch.Warning) (Warning, error) {
	now := s.now()
	out := Warning{
		Id: w.ID, Version: w.Version, Seq: int64(p.Seq), Origin: WarningOwn, State: WarningState(w.State), Division: some(w.Division),
		Sent: []WarningSent{}, Reason: some(w.Reason), ReplacedBy: some(w.By), EndedAt: utc(w.EndedAt), Exercise: w.Exercise(), Sounds: w.Sounds(now),
	}
	for _, m := range w.Sent {
		out.Sent = append(out.Sent, sentOf(m))
	}
	if w.Text != nil {
		text, err := warningText(w.Text)
		if err != nil {
			return out, err
		}
		out.Text = &text
	}
	if k := w.Work; k != nil && p.PreparesWarning(a, w) {
		text, err := warningText(&k.WarningText)
		if err != nil {
			return out, err
		}
		out.Work = &WarningWork{State: WarningState(k.State), Text: text, Author: k.AuthorName, Mine: ptr(slices.Contains(k.Authors, a.ID)), Reason: some(k.Reason)}
		if k.Approved != nil {
			out.Work.Approved = ptr(signatureOf(*k.Approved))
		}
	}
	if f := w.Foreign; f != nil {
		out.Origin = WarningForeignOrigin
		out.Foreign = &WarningForeign{
			Sender: f.Sender, SenderName: some(f.SenderName), Identifier: f.Identifier, Sent: f.Sent.UTC(), Message: WarningMessage(f.Message), Status: f.Status,
			Scope: f.Scope, References: none(f.References), Signed: f.Signed, Source: some(f.Source), ReceivedAt: f.ReceivedAt.UTC(),
		}
		if len(f.Problems) > 0 {
			out.Foreign.Problems = ptr(problemsOf(f.Problems))
		}
	}
	return out, nil
}

func problemsOf(all []dispatch.Field) (out []FieldProblem) {
	for _, f := range all {
		out = append(out, FieldProblem{Path: f.Path, Code: f.Code, Text: f.Text})
	}
	return worded(out, false)
}

// none is a list that is never absent.
func none(all []string) []string { return append([]string{}, all...) }

func signatureOf(g dispatch.Signature) WarningSignature {
	return WarningSignature{By: g.By, ByName: g.ByName, At: g.At.UTC(), Digest: g.Digest}
}

func sentOf(m dispatch.WarningSent) WarningSent {
	return WarningSent{
		Identifier: m.Identifier, Sender: m.Sender, SenderName: m.SenderName, Message: WarningMessage(m.Message), Sent: m.Sent.UTC(), OutAt: m.OutAt.UTC(),
		References: none(m.References), Note: some(m.Note), Approved: signatureOf(m.Approved), Issued: signatureOf(m.Issued), Sha256: some(m.SHA256),
	}
}

func warningText(t *dispatch.WarningText) (WarningText, error) {
	out := WarningText{
		Kind: WarningKind(t.Kind), Event: some(t.Event), Headline: t.Headline, Description: some(t.Description), Instruction: some(t.Instruction),
		Urgency: WarningUrgency(t.Urgency), Certainty: WarningCertainty(t.Certainty), AreaText: t.AreaText, Effective: utc(t.Effective), Onset: utc(t.Onset),
		Exercise: some(t.Exercise), Incident: t.Incident,
	}
	if t.Colour != "" {
		out.Colour = ptr(WarningColour(t.Colour))
	}
	if !t.Expires.IsZero() {
		out.Expires = ptr(t.Expires.UTC())
	}
	if len(t.Divisions) > 0 {
		out.Divisions = &t.Divisions
	}
	if len(t.Reaches) > 0 {
		out.Reaches = &t.Reaches
	}
	if t.Polygon != nil {
		raw, err := geoJSON(t.Polygon.MultiPolygon)
		if err != nil {
			return out, err
		}
		out.Polygon = &raw
	}
	return out, nil
}

// textPut reads what somebody wants to warn of.
func textPut(b *WarningPut) (dispatch.WarningText, error) {
	t := dispatch.WarningText{
		Kind: string(b.Kind), Colour: string(b.Colour), Headline: b.Headline, Description: or(b.Description, ""), Instruction: or(b.Instruction, ""),
		Urgency: string(b.Urgency), Certainty: string(b.Certainty), AreaText: b.AreaText, Divisions: or(b.Divisions, nil), Effective: b.Effective, Onset: b.Onset,
		Expires: b.Expires, Exercise: or(b.Exercise, ""), Incident: b.Incident,
	}
	if b.Polygon == nil {
		return t, nil
	}
	g, err := geometryOf("polygon", *b.Polygon)
	if err != nil {
		return t, err
	}
	switch g := g.(type) {
	case orb.Polygon:
		t.Polygon = &dispatch.WarnedArea{MultiPolygon: orb.MultiPolygon{g}}
	case orb.MultiPolygon:
		t.Polygon = &dispatch.WarnedArea{MultiPolygon: g}
	default:
		r := refuse(422, "bad_geometry", "a warning covers an area, not a "+g.GeoJSONType())
		r.fields = []FieldProblem{{Path: "polygon", Code: r.code, Text: r.detail}}
		return t, r
	}
	return t, nil
}

// warningsIn returns those a reader sees that keep accepts: the worst colour
// first, then the one that ends first.
func (s *Server) warningsIn(a dispatch.Actor, p *dispatch.Picture, keep func(*dispatch.Warning) bool) ([]Warning, error) {
	var found []*dispatch.Warning
	for _, w := range p.Warnings {
		if p.SeesWarning(a, w) && keep(w) {
			found = append(found, w)
		}
	}
	slices.SortFunc(found, func(x, y *dispatch.Warning) int {
		return cmp.Or(cmp.Compare(x.Rank(), y.Rank()), x.Ends().Compare(y.Ends()), bytes.Compare(x.ID[:], y.ID[:]))
	})
	out := make([]Warning, len(found))
	for i, w := range found {
		var err error
		if out[i], err = s.warningOf(a, p, w); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// ListWarnings lists what is in sight.
func (s api) ListWarnings(ctx context.Context, r ListWarningsRequestObject) (ListWarningsResponseObject, error) {
	if err := s.knownDivision(r.Params.Division); err != nil {
		return nil, err
	}
	state, division := or(r.Params.State, ""), or(r.Params.Division, "")
	if state != "" && !state.Valid() {
		return nil, badParameter("state", "no such state")
	}
	p := s.Live.Picture()
	all, err := s.warningsIn(callOf(ctx).who.actor, p, func(w *dispatch.Warning) bool {
		return (state == "" || w.State == string(state)) && (division == "" || w.Touches(division))
	})
	return ListWarnings200JSONResponse{Seq: int64(p.Seq), Warnings: all}, err
}

// warning is one in the caller's sight, however long ago it ended.
func (s *Server) warning(ctx context.Context, p *dispatch.Picture, id dispatch.ID) (*dispatch.Warning, error) {
	w := p.Warnings[id]
	if w == nil {
		var err error
		if w, err = s.Past.Warning(ctx, id); err != nil {
			return nil, err
		}
	}
	if !p.SeesWarning(callOf(ctx).who.actor, w) {
		return nil, dispatch.ErrNotFound
	}
	return w, nil
}

// ReadWarning shows one.
func (s api) ReadWarning(ctx context.Context, r ReadWarningRequestObject) (ReadWarningResponseObject, error) {
	p := s.Live.Picture()
	w, err := s.warning(ctx, p, r.Id)
	if err != nil {
		return nil, err
	}
	answer, err := s.warningOf(callOf(ctx).who.actor, p, w)
	return ReadWarning200JSONResponse(answer), err
}

// PreviewWarning says whom a text would warn.
func (s api) PreviewWarning(ctx context.Context, r PreviewWarningRequestObject) (PreviewWarningResponseObject, error) {
	t, err := textPut(r.Body)
	if err != nil {
		return nil, err
	}
	warned, err := s.Desk.PreviewWarning(callOf(ctx).who.actor, &t)
	if err != nil {
		return nil, err
	}
	house := s.Desk.House
	raw, err := EncodeWarning(dispatch.WarningSent{WarningText: t, Identifier: "0", Sender: cmp.Or(house.Sender, "0"), SenderName: house.Name, Message: dispatch.MessageAlert, Sent: s.now().Truncate(time.Second)})
	if err != nil {
		return nil, err
	}
	answer := PreviewWarning200JSONResponse{Seq: int64(s.Live.Picture().Seq), People: warned.People, Cap: string(raw)}
	names := map[string]string{}
	for _, e := range s.Live.Picture().Shelf(dispatch.Divisions).ByCode() {
		names[e.Code] = e.Name
	}
	answer.Townships = make([]struct {
		Code string `json:"code"`
		Name string `json:"name"`
	}, len(warned.Townships))
	for i, code := range warned.Townships {
		answer.Townships[i].Code, answer.Townships[i].Name = code, names[code]
	}
	return answer, nil
}

// PutWarning writes a text.
func (s api) PutWarning(ctx context.Context, r PutWarningRequestObject) (PutWarningResponseObject, error) {
	t, err := textPut(r.Body)
	if err != nil {
		return nil, err
	}
	receipt, err := s.Desk.PutWarning(ctx, callOf(ctx).asCommand(s.now()), r.Id, t)
	answer, err := s.done(ctx, receipt, err)
	return PutWarning200JSONResponse(answer), err
}

// SubmitWarning hands it on.
func (s api) SubmitWarning(ctx context.Context, r SubmitWarningRequestObject) (SubmitWarningResponseObject, error) {
	receipt, err := s.Desk.SubmitWarning(ctx, callOf(ctx).asCommand(s.now()), r.Id)
	answer, err := s.done(ctx, receipt, err)
	return SubmitWarning200JSONResponse(answer), err
}

// ReturnWarning hands it back.
func (s api) ReturnWarning(ctx context.Context, r ReturnWarningRequestObject) (ReturnWarningResponseObject, error) {
	receipt, err := s.Desk.ReturnWarning(ctx, callOf(ctx).asCommand(s.now()), r.Id, r.Body.Reason)
	answer, err := s.done(ctx, receipt, err)
	return ReturnWarning200JSONResponse(answer), err
}

// ApproveWarning stands for it.
func (s api) ApproveWarning(ctx context.Context, r ApproveWarningRequestObject) (ApproveWarningResponseObject, error) {
	receipt, err := s.Desk.ApproveWarning(ctx, callOf(ctx).asCommand(s.now()), r.Id)
	answer, err := s.done(ctx, receipt, err)
	return ApproveWarning200JSONResponse(answer), err
}

// IssueWarning sends it out, once its sender has proved to be there.
func (s api) IssueWarning(ctx context.Context, r IssueWarningRequestObject) (IssueWarningResponseObject, error) {
	k := callOf(ctx)
	account := s.Live.Picture().Accounts[k.who.actor.ID]
	if account == nil {
		return nil, dispatch.ErrForbidden
	}
	if retry := s.throttle.try(s.now(), k.ip, account.Name); retry > 0 {
		return nil, &refused{status: 429, code: "too_many_attempts", detail: "wait before the next attempt", retry: retry}
	}
	if _, err := s.proven(ctx, account.Name, r.Body.Password); err != nil {
		if errors.Is(err, errCredentials) { // a 401 would sign a browser out
			return nil, refuse(403, "bad_credentials", "the password is wrong")
		}
		return nil, err
	}
	s.throttle.succeeded(k.ip, account.Name)
	// The digest of a password would be a fast hash of it: it covers the path only.
	c := k.asCommand(s.now())
	c.Digest = sha256.Sum256([]byte(fmt.Sprintf("issue %s %d", r.Id, or(k.expected, 0))))
	receipt, err := s.Desk.IssueWarning(ctx, c, r.Id)
	answer, err := s.done(ctx, receipt, err)
	return IssueWarning200JSONResponse(answer), err
}

// CancelWarning ends it.
func (s api) CancelWarning(ctx context.Context, r CancelWarningRequestObject) (CancelWarningResponseObject, error) {
	receipt, err := s.Desk.CancelWarning(ctx, callOf(ctx).asCommand(s.now()), r.Id, r.Body.Reason)
	answer, err := s.done(ctx, receipt, err)
	return CancelWarning200JSONResponse(answer), err
}
