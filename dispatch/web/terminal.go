package web

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"slices"

	"onemap/dispatch"
	"onemap/dispatch/live"
	"onemap/dispatch/wire/cap"
	"onemap/geo/crs"
)

func terminalOf(t *dispatch.Terminal) Terminal {
	return Terminal{
		Id: t.ID, Version: t.Version, Protocol: TerminalProtocol(t.Protocol), Identity: t.Identity, Unit: t.Unit, Datum: Datum(t.Datum),
		Clock: TerminalClock(t.Clock), SkewS: t.SkewS, Enabled: t.Enabled, Note: some(t.Note), SecretAt: utc(t.SecretAt),
	}
}

// terminals returns those a reader sees, by protocol and identity.
func terminals(a dispatch.Actor, p *dispatch.Picture) (all []*dispatch.Terminal) {
	for _, t := range p.Terminals {
		if p.SeesTerminal(a, t) {
			all = append(all, t)
		}
	}
	slices.SortFunc(all, func(x, y *dispatch.Terminal) int {
		return cmp.Or(cmp.Compare(x.Protocol, y.Protocol), cmp.Compare(x.Identity, y.Identity))
	})
	return all
}

// terminalUnits returns the units a reader may see a terminal on, by code. An
// administrator reads no ledger, and must know them by name all the same.
func terminalUnits(a dispatch.Actor, p *dispatch.Picture) []TerminalUnit {
	all := []TerminalUnit{}
	for _, e := range p.Shelf(dispatch.Units).ByCode() {
		if a.Sees(e.Division, e.Sensitivity) {
			all = append(all, TerminalUnit{Id: e.ID, Code: e.Code, Name: e.Name, CallSign: e.Detail.(*dispatch.Unit).CallSign})
		}
	}
	return all
}

// ListTerminals lists the terminals of units in scope.
func (s api) ListTerminals(ctx context.Context, _ ListTerminalsRequestObject) (ListTerminalsResponseObject, error) {
	p := s.Live.Picture()
	a := callOf(ctx).who.actor
	all := terminals(a, p)
	answer := ListTerminals200JSONResponse{Seq: int64(p.Seq), Terminals: make([]Terminal, len(all)), Units: terminalUnits(a, p)}
	for i, t := range all {
		answer.Terminals[i] = terminalOf(t)
	}
	return answer, nil
}

// PutTerminal enters or changes a terminal. A repeated command cannot show the
// secret again, for it is not kept.
func (s api) PutTerminal(ctx context.Context, r PutTerminalRequestObject) (PutTerminalResponseObject, error) {
	b, wish := r.Body, dispatch.Secret(or(r.Body.Secret, TerminalSecretWish(dispatch.SecretKept)))
	var plain string
	var hash []byte
	if wish == dispatch.SecretMade {
		var err error
		if plain, err = secret(); err != nil {
			return nil, err
		}
		sum := sha256.Sum256([]byte(plain))
		hash = sum[:]
	}
	t := dispatch.Terminal{
		ID: r.Id, Protocol: dispatch.Protocol(b.Protocol), Identity: b.Identity, Unit: b.Unit, Datum: crs.Datum(or(b.Datum, Datum(crs.WGS84))),
		Clock: dispatch.Clock(or(b.Clock, TerminalClock(dispatch.DeviceClock))), SkewS: or(b.SkewS, dispatch.DefaultSkew), Enabled: or(b.Enabled, true), Note: or(b.Note, ""),
	}
	receipt, err := s.Desk.PutTerminal(ctx, callOf(ctx).asCommand(s.now()), t, wish, hash)
	answer, err := s.done(ctx, receipt, err)
	if err != nil {
		return nil, err
	}
	if hash != nil {
		kept, err := s.Secrets.TerminalSecret(ctx, r.Id)
		if err != nil && !dispatch.ErrNotFound.Is(err) {
			return nil, fmt.Errorf("read the secret of terminal %s: %w", r.Id, err)
		}
		if !bytes.Equal(kept, hash) {
			return nil, refuse(409, "secret_shown", "this command was answered before; make another secret")
		}
	}
	return PutTerminal200JSONResponse{Id: answer.Id, Version: answer.Version, Seq: answer.Seq, Secret: some(plain)}, nil
}

// RemoveTerminal takes a terminal off the ledger.
func (s api) RemoveTerminal(ctx context.Context, r RemoveTerminalRequestObject) (RemoveTerminalResponseObject, error) {
	receipt, err := s.Desk.RemoveTerminal(ctx, callOf(ctx).asCommand(s.now()), r.Id)
	answer, err := s.done(ctx, receipt, err)
	return RemoveTerminal200JSONResponse(answer), err
}

// ReadIngest says what was heard of each terminal in scope, of the listeners,
// and of strangers. What concerns no unit is for those who see the whole city.
func (s api) ReadIngest(ctx context.Context, _ ReadIngestRequestObject) (ReadIngestResponseObject, error) {
	a, p := callOf(ctx).who.actor, s.Live.Picture()
	answer := ReadIngest200JSONResponse{Seq: int64(p.Seq), At: s.now().UTC(), Sources: []IngestSource{}, Unknown: []IngestKnock{}}
	var heard []live.Heard
	var knocks []live.Knock
	if s.Ingest != nil {
		heard, knocks = s.Ingest.Sources(), s.Ingest.Knocks()
	}
	told := map[dispatch.ID]bool{}
	whole := a.Sees(s.cityOf(p), 0)
	for _, h := range heard {
		t := p.TerminalCalled(h.Protocol, h.Identity)
		if t == nil && !whole || t != nil && !p.SeesTerminal(a, t) {
			continue
		}
		if t != nil {
			told[t.ID] = true
		}
		answer.Sources = append(answer.Sources, sourceOf(h, t))
	}
	for _, t := range terminals(a, p) {
		if !told[t.ID] {
			answer.Sources = append(answer.Sources, sourceOf(live.Heard{Source: t.From("")}, t))
		}
	}
	slices.SortStableFunc(answer.Sources, func(x, y IngestSource) int {
		return cmp.Or(cmp.Compare(x.Protocol, y.Protocol), cmp.Compare(x.Identity, y.Identity))
	})
	if whole && s.Feeds != nil {
		answer.Feeds = feedsOf(s.Feeds())
	}
	if whole {
		for _, k := range knocks {
			answer.Unknown = append(answer.Unknown, IngestKnock{
				Protocol: TerminalProtocol(k.Protocol), Identity: k.Identity, Remote: some(k.Remote),
				FirstAt: k.FirstAt.UTC(), LastAt: k.LastAt.UTC(), Times: k.Times, Code: k.Code,
			})
		}
	}
	return answer, nil
}

// feedsOf writes what this node knows of the feeds of warnings it polls.
func feedsOf(polled []cap.Polled) *[]IngestFeed {
	all := make([]IngestFeed, len(polled))
	for i, f := range polled {
		all[i] = IngestFeed{
			Url: f.URL, Polls: f.Polls, Entries: f.Entries, Taken: f.Taken, Repeated: f.Repeated, LeftOut: f.LeftOut, Refused: f.Refused,
			LastAt: utc(some(f.LastAt)), GoodAt: utc(some(f.GoodAt)), NextAt: utc(some(f.NextAt)),
		}
		if e := f.LastError; e != nil {
			all[i].LastError = &Mishap{At: e.At.UTC(), Code: e.Code, Text: e.Text}
		}
	}
	return &all
}

// cityOf is the division that holds all others, empty when there is none.
func (*Server) cityOf(p *dispatch.Picture) string {
	for _, e := range p.Shelf(dispatch.Divisions).ByCode() {
		if e.Detail.(*dispatch.Division).Level == "city" {
			return e.Code
		}
	}
	return ""
}

// sourceOf writes what was heard of a source; t is nil when the ledger has none.
func sourceOf(h live.Heard, t *dispatch.Terminal) IngestSource {
	out := IngestSource{
		Protocol: TerminalProtocol(h.Protocol), Identity: h.Identity, Remote: some(h.Remote), ConnectedSince: utc(h.ConnectedSince), Sessions: h.Sessions,
		Messages: h.Messages, Fixes: h.Fixes, Refused: h.Refused, Duplicates: h.Duplicates, Backfill: h.Backfill,
		Late: h.Late, Doubtful: h.Doubtful, Doubled: h.Doubled,
	}
	if !h.LastAt.IsZero() {
		out.LastAt = ptr(h.LastAt.UTC())
	}
	if e := h.LastError; e != nil {
		out.LastError = &Mishap{At: e.At.UTC(), Code: e.Code, Text: e.Text}
	}
	if h.Offset != nil {
		out.ClockOffsetS = ptr(h.Offset.Round(1e6).Seconds())
	}
	if t != nil {
		out.Terminal, out.Unit, out.Enabled = &t.ID, &t.Unit, &t.Enabled
	}
	return out
}
