package web

import (
	"context"
	"fmt"

	"github.com/paulmach/orb"

	"onemap/dispatch"
)

// mostMatrixPlaces is the most places on one side of a matrix.
const mostMatrixPlaces = 5_000

// positionsOf reads bare positions; a height is dropped.
func positionsOf(path string, list []Position) ([]orb.Point, error) {
	if err := lengthened(path, len(list), mostMatrixPlaces); err != nil {
		return nil, err
	}
	points := make([]orb.Point, len(list))
	for i, at := range list {
		if len(at) != 2 && len(at) != 3 {
			field := FieldProblem{Path: fmt.Sprintf("%s[%d]", path, i), Code: "bad_geometry", Text: "longitude, latitude"}
			return nil, &refused{status: 422, code: field.Code, detail: field.Path + ": " + field.Text, fields: []FieldProblem{field}}
		}
		points[i] = orb.Point{at[0], at[1]}
	}
	return points, nil
}

func matrixQuery(b *MatrixQuery) (q dispatch.MatrixQuery, err error) {
	if q.From, err = positionsOf("from", b.From); err != nil {
		return q, err
	}
	if q.To, err = positionsOf("to", b.To); err != nil {
		return q, err
	}
	q.Profile, q.Size, err = travellerOf(b.Profile, b.Vehicle)
	return q, err
}

// FindMatrix answers with all times between two sets of points.
func (s api) FindMatrix(ctx context.Context, r FindMatrixRequestObject) (FindMatrixResponseObject, error) {
	q, err := matrixQuery(r.Body)
	if err != nil {
		return nil, err
	}
	done, err := s.measure(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	p := s.Live.Picture()
	found, err := p.Matrix(callOf(ctx).who.actor, q, s.now())
	if err != nil {
		return nil, err
	}
	answer := FindMatrix200JSONResponse{
		Seq: int64(found.Seq), AsOf: found.AsOf.UTC(), Basis: dispatch.ByRoad, Roads: roadState(p.Roads), Profile: RoadProfile(found.Profile),
		TravelS: make([][]*float64, len(found.Times)), OffRoadFrom: listed(found.OffFrom), OffRoadTo: listed(found.OffTo), Closures: closureRefs(found.Closures),
	}
	for i, row := range found.Times {
		answer.TravelS[i] = make([]*float64, len(row))
		for j := range row {
			if row[j] >= 0 {
				answer.TravelS[i][j] = &row[j]
			}
		}
	}
	return answer, nil
}

// listed is never nil: none is a list without any.
func listed(places []int) []int { return append([]int{}, places...) }
