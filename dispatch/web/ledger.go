package web

import (
	"context"
	"encoding/json"
	"regexp"
	"slices"
	"sort"
	"strings"
	"time"
	"unicode/utf8"

	"onemap/dispatch"
)

var divisionCode = regexp.MustCompile(`^[0-9]{6}([0-9]{3})?$`)

// china is the zone whose days verify-by means, and whose clock printed pages show.
var china = time.FixedZone("Asia/Shanghai", 8*3600)

// within checks an optional number of a query.
func within(name string, p *int, otherwise, low, high int) (int, error) {
	n := or(p, otherwise)
	if n < low || n > high {
		return 0, badParameter(name, "out of range")
	}
	return n, nil
}

func badParameter(name, text string) error {
	return &refused{status: 400, code: "bad_parameter", detail: name + ": " + text, fields: []FieldProblem{{Path: name, Code: "bad_parameter", Text: text}}}
}

// short checks an optional text of a query.
func short(name string, p *string, most int) (string, error) {
	text := or(p, "")
	if utf8.RuneCountInString(text) > most || !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		return "", badParameter(name, "too long, or no text")
	}
	return text, nil
}

// shelf returns a ledger of the picture; NotFound for a name that is none.
func shelf(p *dispatch.Picture, l LedgerCode) (*dispatch.Shelf, error) {
	if !l.Valid() {
		return nil, dispatch.ErrNotFound.With("there is no such ledger")
	}
	return p.Shelf(dispatch.Ledger(l)), nil
}

// entriesQuery is what a list of entries is asked for.
type entriesQuery struct {
	after string
	limit int
	whole bool
	keep  []func(i int, e *dispatch.Entry) bool
}

func (s *Server) entriesQuery(p *dispatch.Picture, a dispatch.Actor, l LedgerCode, params ListEntriesParams) (q entriesQuery, err error) {
	if q.limit, err = within("limit", params.Limit, 500, 1, 2000); err != nil {
		return q, err
	}
	if q.after, err = short("after", params.After, 64); err != nil {
		return q, err
	}
	text, err := short("q", params.Q, 64)
	if err != nil {
		return q, err
	}
	q.whole = or(params.Geometry, true)
	q.keep = append(q.keep, func(_ int, e *dispatch.Entry) bool { return a.Sees(e.Division, e.Sensitivity) })
	if d := or(params.Division, ""); d != "" {
		if !divisionCode.MatchString(d) {
			return q, badParameter("division", "not a code of six or nine digits")
		}
		q.keep = append(q.keep, func(_ int, e *dispatch.Entry) bool { return dispatch.Within(e.Division, d) })
	}
	if params.Stale != nil {
		today := s.now().In(china).Format(time.DateOnly)
		q.keep = append(q.keep, func(_ int, e *dispatch.Entry) bool { return stale(e, today) == *params.Stale })
	}
	if strings.TrimSpace(text) != "" {
		search := s.Search
		if params.At != nil { // which keeps the words of the present
			search = dispatch.NewSearcher(nil)
		}
		match := search.Match(p, dispatch.Ledger(l), text)
		q.keep = append(q.keep, func(i int, _ *dispatch.Entry) bool { return match(i) })
	}
	return q, nil
}

// stale reports an entry whose verify-by day has passed.
func stale(e *dispatch.Entry, today string) bool {
	return e.VerifyBy != nil && e.VerifyBy.Format(time.DateOnly) < today
}

// page returns the entries of one page and how many match on all.
func (q entriesQuery) page(entries []*dispatch.Entry) (page []*dispatch.Entry, total int) {
	start := sort.Search(len(entries), func(i int) bool { return entries[i].Code > q.after })
	for i, e := range entries {
		if !slices.ContainsFunc(q.keep, func(keep func(int, *dispatch.Entry) bool) bool { return !keep(i, e) }) {
			total++
			if i >= start && len(page) <= q.limit {
				page = append(page, e)
			}
		}
	}
	return page, total
}

// ListEntries lists a ledger by code.
func (s api) ListEntries(ctx context.Context, r ListEntriesRequestObject) (ListEntriesResponseObject, error) {
	v, err := s.view(ctx, r.Params.At)
	if err != nil {
		return nil, err
	}
	a, p := v.who, v.Picture
	all, err := shelf(p, r.Ledger)
	if err != nil {
		return nil, err
	}
	q, err := s.entriesQuery(p, a, r.Ledger, r.Params)
	if err != nil {
		return nil, err
	}
	entries, total := q.page(all.ByCode())
	answer := ListEntries200JSONResponse{Type: collection, Seq: int64(p.Seq), Total: total, Features: make([]EntryFeature, 0, len(entries))}
	if len(entries) > q.limit {
		entries = entries[:q.limit]
		answer.Next = &entries[q.limit-1].Code
	}
	for _, e := range entries {
		if e.Sensitivity >= dispatch.RestrictedFrom {
			s.noted(callOf(ctx), string(e.Ledger), e.ID, e.Restricted())
		}
		f, err := entryFeature(a, e, p.Seq, q.whole)
		if err != nil {
			return nil, err
		}
		answer.Features = append(answer.Features, f)
	}
	return answer, nil
}

// seen returns an entry in the actor's scope.
func seen(p *dispatch.Picture, a dispatch.Actor, l LedgerCode, id dispatch.ID) (*dispatch.Entry, error) {
	all, err := shelf(p, l)
	if err != nil {
		return nil, err
	}
	e := all.Entries[id]
	if e == nil || !a.Sees(e.Division, e.Sensitivity) {
		return nil, dispatch.ErrNotFound
	}
	return e, nil
}

// ReadEntry shows one entry.
func (s api) ReadEntry(ctx context.Context, r ReadEntryRequestObject) (ReadEntryResponseObject, error) {
	v, err := s.view(ctx, r.Params.At)
	if err != nil {
		return nil, err
	}
	a, p := v.who, v.Picture
	e, err := seen(p, a, r.Ledger, r.Id)
	if err != nil {
		return nil, err
	}
	s.noted(callOf(ctx), string(e.Ledger), e.ID, e.Restricted())
	f, err := entryFeature(a, e, p.Seq, true)
	return ReadEntry200JSONResponse{Body: f, Headers: ReadEntry200ResponseHeaders{ETag: ptr(etag(e.Version))}}, err
}

// PutEntry makes or changes an entry.
func (s api) PutEntry(ctx context.Context, r PutEntryRequestObject) (PutEntryResponseObject, error) {
	if _, err := shelf(s.Live.Picture(), r.Ledger); err != nil {
		return nil, err
	}
	e, err := readEntry(dispatch.Ledger(r.Ledger), r.Id, r.Body)
	if err != nil {
		return nil, err
	}
	receipt, err := s.Desk.PutEntry(ctx, callOf(ctx).asCommand(s.now()), e)
	answer, err := s.done(ctx, receipt, err)
	return PutEntry200JSONResponse(answer), err
}

func readEntry(l dispatch.Ledger, id dispatch.ID, body *EntryPut) (dispatch.Entry, error) {
	e := dispatch.Entry{Ledger: l, ID: id}
	if body.Type != feature {
		return e, notFeature()
	}
	detail, err := dispatch.NewDetail(l)
	if err != nil {
		return e, dispatch.ErrNotFound
	}
	if err := decode(body.Properties, detail, detailShape(detail)); err != nil {
		return e, err
	}
	if err := json.Unmarshal(body.Properties, &e.Head); err != nil {
		return e, refuse(400, "bad_type", err.Error())
	}
	e.Detail = detail
	e.Geometry, err = geometryOf("geometry", body.Geometry)
	return e, err
}

func notFeature() error {
	return &refused{status: 422, code: "bad_enum", detail: "type is Feature", fields: []FieldProblem{{Path: "type", Code: "bad_enum", Text: "one of: Feature"}}}
}

// RemoveEntry takes an entry off its ledger.
func (s api) RemoveEntry(ctx context.Context, r RemoveEntryRequestObject) (RemoveEntryResponseObject, error) {
	if _, err := shelf(s.Live.Picture(), r.Ledger); err != nil {
		return nil, err
	}
	receipt, err := s.Desk.RemoveEntry(ctx, callOf(ctx).asCommand(s.now()), dispatch.Ref{Kind: string(r.Ledger), ID: r.Id})
	answer, err := s.done(ctx, receipt, err)
	return RemoveEntry200JSONResponse(answer), err
}
