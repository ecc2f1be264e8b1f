package web

import (
	"context"
	"strings"

	"onemap/dispatch"
)

// Search finds what people type.
func (s api) Search(ctx context.Context, r SearchRequestObject) (SearchResponseObject, error) {
	limit, err := within("limit", r.Params.Limit, 20, 1, 50)
	if err != nil {
		return nil, err
	}
	q, err := short("q", &r.Params.Q, 64)
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(q) == "" {
		return nil, badParameter("q", "must not be empty")
	}
	p := s.Live.Picture()
	answer := Search200JSONResponse{Seq: int64(p.Seq), Hits: []SearchHit{}}
	for _, h := range s.Config.Search.Find(p, callOf(ctx).who.actor, q, limit) {
		point, err := geoJSON(h.Point)
		if err != nil {
			return nil, err
		}
		answer.Hits = append(answer.Hits, SearchHit{
			Kind: h.Kind, Id: h.ID, Code: some(h.Code), Name: h.Name, NameEn: some(h.NameEN), Division: some(h.Division),
			State: some(h.State), Point: point, Datum: some(h.Datum),
		})
	}
	return answer, nil
}

// ReadLabels gives every code its words.
func (s api) ReadLabels(context.Context, ReadLabelsRequestObject) (ReadLabelsResponseObject, error) {
	answer := make(ReadLabels200JSONResponse, len(dispatch.Labels))
	for list, codes := range dispatch.Labels {
		answer[list] = make(map[string][]string, len(codes))
		for code, words := range codes {
			answer[list][code] = words[:]
		}
	}
	return answer, nil
}
