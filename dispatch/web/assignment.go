package web

import (
	"context"
	"fmt"
	"slices"
	"time"

	"onemap/dispatch"
)

// maxAssignments is how many assignments a list shows.
const maxAssignments = 500

func assignmentOf(as *dispatch.Assignment, seq dispatch.Seq) Assignment {
	return Assignment{
		Id: as.ID, Version: as.Version, Seq: int64(seq), Incident: as.Incident, Number: as.Number, Unit: as.Unit, Division: as.Division,
		State: AssignmentState(as.State), Note: some(as.Note), Reason: some(as.Reason), OrderedBy: as.OrderedBy, OrderedAt: as.OrderedAt.UTC(),
		AcknowledgedAt: utc(as.AcknowledgedAt), EnrouteAt: utc(as.EnrouteAt), StagedAt: utc(as.StagedAt), OnSceneAt: utc(as.OnSceneAt),
		ToFacilityAt: utc(as.ToFacilityAt), AtFacilityAt: utc(as.AtFacilityAt), ReturningAt: utc(as.ReturningAt), EndedAt: utc(as.EndedAt),
		PagedAt: utc(as.PagedAt), ArrivalProposedAt: utc(as.ArrivedAt), LeftSceneProposedAt: utc(as.LeftSceneAt), AtBaseProposedAt: utc(as.AtBaseAt), LeftCountyProposedAt: utc(as.LeftCountyAt), ProposedAt: utc(as.ProposedAt),
		ConsentBy: as.ConsentBy, DivertedTo: as.DivertedTo, DivertedFrom: as.DivertedFrom,
	}
}

func newestOrder(x, y *dispatch.Assignment) int {
	if c := y.OrderedAt.Compare(x.OrderedAt); c != 0 {
		return c
	}
	return slices.Compare(y.ID[:], x.ID[:])
}

// assignmentsIn lists those of a picture that an actor sees and keep accepts,
// the newest order first.
func assignmentsIn(p *dispatch.Picture, a dispatch.Actor, keep func(*dispatch.Assignment) bool) []Assignment {
	var found []*dispatch.Assignment
	for _, as := range p.Assignments {
		if keep(as) && p.SeesAssignment(a, as) {
			found = append(found, as)
		}
	}
	slices.SortFunc(found, newestOrder)
	return assignmentsOf(found, p.Seq)
}

func assignmentsOf(found []*dispatch.Assignment, seq dispatch.Seq) []Assignment {
	list := make([]Assignment, len(found))
	for i, as := range found {
		list[i] = assignmentOf(as, seq)
	}
	return list
}

// ListAssignments lists assignments, the newest order first.
func (s api) ListAssignments(ctx context.Context, r ListAssignmentsRequestObject) (ListAssignmentsResponseObject, error) {
	v, err := s.view(ctx, r.Params.At)
	if err != nil {
		return nil, err
	}
	a, p, q := v.who, v.Picture, r.Params
	open := or(q.Open, true)
	if !open && !v.past {
		found, err := s.pastAssignments(ctx, p, a, q.Incident, q.Unit)
		return ListAssignments200JSONResponse{Seq: int64(p.Seq), Assignments: assignmentsOf(found, p.Seq)}, err
	}
	found := assignmentsIn(p, a, func(as *dispatch.Assignment) bool {
		return (as.State.Open() || !open) && or(q.Incident, as.Incident) == as.Incident && or(q.Unit, as.Unit) == as.Unit
	})
	return ListAssignments200JSONResponse{Seq: int64(p.Seq), Assignments: found[:min(maxAssignments, len(found))]}, nil
}

// pastAssignments reads the ended ones too, by the page, for somebody may see
// little of them.
func (s *Server) pastAssignments(ctx context.Context, p *dispatch.Picture, a dispatch.Actor, incident, unit *dispatch.ID) ([]*dispatch.Assignment, error) {
	before, last := s.now().Add(newest), dispatch.ID{}
	var found []*dispatch.Assignment
	for range maxRounds {
		batch, err := s.Past.Assignments(ctx, incident, unit, before, last, maxAssignments)
		if err != nil {
			return nil, fmt.Errorf("read assignments before %s: %w", before, err)
		}
		for _, as := range batch {
			if before, last = as.OrderedAt, as.ID; p.SeesAssignment(a, as) {
				found = append(found, as)
			}
		}
		if len(found) >= maxAssignments || len(batch) < maxAssignments {
			break
		}
	}
	return found[:min(maxAssignments, len(found))], nil
}

// assignment returns one in the actor's scope, from the picture or, for an old
// one, from its row.
func (s *Server) assignment(ctx context.Context, p *dispatch.Picture, a dispatch.Actor, id dispatch.ID) (*dispatch.Assignment, error) {
	as := p.Assignments[id]
	if as == nil {
		var err error
		if as, err = s.Past.Assignment(ctx, id); err != nil {
			return nil, err
		}
	}
	if !p.SeesAssignment(a, as) {
		return nil, dispatch.ErrNotFound
	}
	return as, nil
}

// ReadAssignment shows one assignment.
func (s api) ReadAssignment(ctx context.Context, r ReadAssignmentRequestObject) (ReadAssignmentResponseObject, error) {
	v, err := s.view(ctx, r.Params.At)
	if err != nil {
		return nil, err
	}
	if v.past && v.Assignments[r.Id] == nil {
		return nil, dispatch.ErrNotFound
	}
	as, err := s.assignment(ctx, v.Picture, v.who, r.Id)
	if err != nil {
		return nil, err
	}
	return ReadAssignment200JSONResponse{Body: assignmentOf(as, v.Seq), Headers: ReadAssignment200ResponseHeaders{ETag: ptr(etag(as.Version))}}, nil
}

// OrderUnit sends a unit to an incident.
func (s api) OrderUnit(ctx context.Context, r OrderUnitRequestObject) (OrderUnitResponseObject, error) {
	b := r.Body
	as := dispatch.Assignment{ID: r.Id, Incident: b.Incident, Unit: b.Unit, Note: or(b.Note, "")}
	receipt, err := s.Desk.OrderUnit(ctx, callOf(ctx).asCommand(or(b.OccurredAt, s.now())), as, or(b.OccurredAt, time.Time{}))
	answer, err := s.done(ctx, receipt, err)
	return OrderUnit200JSONResponse(answer), err
}

// AdvanceAssignment moves an assignment on, or ends it.
func (s api) AdvanceAssignment(ctx context.Context, r AdvanceAssignmentRequestObject) (AdvanceAssignmentResponseObject, error) {
	b := r.Body
	receipt, err := s.Desk.AdvanceAssignment(ctx, callOf(ctx).asCommand(or(b.OccurredAt, s.now())), r.Id,
		dispatch.AssignmentState(b.To), or(b.Reason, ""), or(b.OccurredAt, time.Time{}))
	answer, err := s.done(ctx, receipt, err)
	return AdvanceAssignment200JSONResponse(answer), err
}

// ReadAssignmentHistory shows what happened to one assignment.
func (s api) ReadAssignmentHistory(ctx context.Context, r ReadAssignmentHistoryRequestObject) (ReadAssignmentHistoryResponseObject, error) {
	p := s.Live.Picture()
	as, err := s.assignment(ctx, p, callOf(ctx).who.actor, r.Id)
	if err != nil {
		return nil, err
	}
	events, err := s.Past.History(ctx, as.Ref(), maxHistory)
	if err != nil {
		return nil, fmt.Errorf("read history of assignment %s: %w", r.Id, err)
	}
	list, err := eventsOf(p.Seq, events, false)
	return ReadAssignmentHistory200JSONResponse(list), err
}
