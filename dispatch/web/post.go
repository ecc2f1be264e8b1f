package web

import (
	"context"

	"onemap/dispatch"
)

// PostUnit moves a unit up to a post, or back to its base.
func (s api) PostUnit(ctx context.Context, r PostUnitRequestObject) (PostUnitResponseObject, error) {
	b := r.Body
	v := dispatch.Posting{Unit: r.Id, Name: or(b.Name, ""), Rule: b.Rule, Reason: b.Reason}
	if b.Point != nil {
		at, err := pointOf("point", *b.Point)
		if err != nil {
			return nil, err
		}
		v.Point = &at
	}
	receipt, err := s.Desk.PostUnit(ctx, callOf(ctx).asCommand(s.now()), v)
	answer, err := s.done(ctx, receipt, err)
	return PostUnit200JSONResponse(answer), err
}
