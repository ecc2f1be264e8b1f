package web

import (
	"context"
	"time"

	"onemap/dispatch"
)

// DivertAssignment sends a bound unit to another incident.
func (s api) DivertAssignment(ctx context.Context, r DivertAssignmentRequestObject) (DivertAssignmentResponseObject, error) {
	b := r.Body
	receipt, err := s.Desk.DivertAssignment(ctx, callOf(ctx).asCommand(or(b.OccurredAt, s.now())), r.Id, dispatch.Diversion{
		Assignment: b.Assignment, Incident: b.Incident, Reason: b.Reason, Note: or(b.Note, ""), When: or(b.OccurredAt, time.Time{}),
	})
	answer, err := s.done(ctx, receipt, err)
	return DivertAssignment200JSONResponse(answer), err
}
