package web

import (
	"context"
	"fmt"
	"math"
	"time"

	"onemap/dispatch"
	"onemap/geo"
)

// positions is what an actor may see of where the units are, when that is not
// everything in scope: only the own unit, or nothing.
type positions struct {
	board dispatch.Positions
	sees  func(dispatch.ID) bool
}

// At returns the position of a unit whose position the actor may see.
func (p positions) At(id dispatch.ID) (dispatch.Fix, bool) {
	if !p.sees(id) {
		return dispatch.Fix{}, false
	}
	return p.board.At(id)
}

func (s *Server) positionsFor(a dispatch.Actor) dispatch.Positions {
	board := s.Live.Board()
	if len(a.Lent) > 0 {
		p := s.Live.Picture()
		return positions{board, func(id dispatch.ID) bool {
			e := p.Entry(dispatch.Units, id)
			return e != nil && a.SeesPosition(e)
		}}
	}
	switch a.Role.May("position.read") {
	case dispatch.InArea, dispatch.Assigned:
		return board
	case dispatch.OwnOnly:
		if len(a.Area) == 9 && a.Unit == nil {
			return board // a grid worker's own township; scope is checked anyway
		}
		return positions{board, func(id dispatch.ID) bool { return a.Unit != nil && *a.Unit == id }}
	default:
		return positions{board, func(dispatch.ID) bool { return false }}
	}
}

// kindsOf reads the kinds of a query, each once.
func kindsOf(path string, kinds []NearestKind) ([]dispatch.Ledger, error) {
	var p dispatch.Problems
	var ledgers []dispatch.Ledger
	seen := map[NearestKind]bool{}
	for i, k := range kinds {
		switch {
		case !k.Valid():
			p.OneOf(fmt.Sprintf("%s[%d]", path, i), string(k), []string{"unit", "team", "depot", "shelter", "hazard", "camera"})
		case !seen[k]:
			seen[k] = true
			ledgers = append(ledgers, dispatch.Ledger(k))
		}
	}
	return ledgers, p.Err()
}

func nearestQuery(b *NearestQuery) (q dispatch.NearestQuery, err error) {
	if len(b.Kinds) == 0 || len(b.Kinds) > 6 {
		return q, outOfRange("kinds", "one to six kinds")
	}
	if q.Kinds, err = kindsOf("kinds", b.Kinds); err != nil {
		return q, err
	}
	if q.Point, err = pointOf("point", b.Point); err != nil {
		return q, err
	}
	q.K, q.Status, q.FreePlaces = or(b.K, 10), or(b.Status, nil), or(b.FreePlaces, 0)
	if len(q.Status) > 20 {
		return q, outOfRange("status", "at most 20")
	}
	if b.FreePlaces != nil && *b.FreePlaces < 1 {
		return q, outOfRange("free_places", "at least 1")
	}
	if b.WithinM != nil {
		if !(*b.WithinM > 0 && *b.WithinM < 2.1e7) {
			return q, outOfRange("within_m", "more than 0, and on this planet")
		}
		q.Within = geo.Metres(*b.WithinM)
	}
	if b.Capability != nil {
		q.Capability = &dispatch.Capability{Discipline: b.Capability.Discipline, Level: b.Capability.Level}
	}
	if b.Stock != nil {
		q.Stock = &dispatch.Need{Item: b.Stock.Item, Quantity: b.Stock.Quantity}
	}
	age := or(b.MaxFixAgeS, 600)
	if age < 1 || age > 30*86400 {
		return q, outOfRange("max_fix_age_s", "1 second to 30 days")
	}
	q.MaxFixAge = time.Duration(age) * time.Second
	q.Basis, q.Profile = string(or(b.Basis, "")), string(or(b.Profile, ""))
	return q, nil
}

func outOfRange(path, text string) error {
	return &refused{status: 422, code: "out_of_range", detail: path + ": " + text, fields: []FieldProblem{{Path: path, Code: "out_of_range", Text: text}}}
}

// FindNearest answers who or what is nearest.
func (s api) FindNearest(ctx context.Context, r FindNearestRequestObject) (FindNearestResponseObject, error) {
	a := callOf(ctx).who.actor
	q, err := nearestQuery(r.Body)
	if err != nil {
		return nil, err
	}
	found, err := s.Live.Picture().Nearest(a, q, s.positionsFor(a), s.now())
	if err != nil {
		return nil, err
	}
	answer := FindNearest200JSONResponse{
		Seq: int64(found.Seq), AsOf: found.AsOf.UTC(), Basis: Basis(found.Basis), OldestInputS: seconds(found.OldestInput),
		Results: make([]NearestHit, 0, len(found.Results)), Rejected: make([]WhyNot, 0, len(found.Rejected)),
	}
	if found.Roads != nil {
		answer.Roads, answer.Closures = ptr(roadState(found.Roads)), ptr(closureRefs(found.Closures))
	}
	for i, h := range found.Results {
		hit, err := nearestHit(i+1, h)
		if err != nil {
			return nil, err
		}
		answer.Results = append(answer.Results, hit)
	}
	for _, no := range found.Rejected {
		answer.Rejected = append(answer.Rejected, whyNot(no))
	}
	return answer, nil
}

func nearestHit(rank int, h dispatch.Hit) (NearestHit, error) {
	point, err := geoJSON(h.Point)
	hit := NearestHit{
		Rank: rank, Kind: NearestKind(h.Entry.Ledger), Id: h.Entry.ID, Code: h.Entry.Code, Name: h.Entry.Name, Division: h.Entry.Division,
		DistanceM: tenth(float64(h.Distance)), BearingDeg: tenth(float64(h.Bearing)), Point: point,
		Position: HitPosition{Source: h.Source, Health: string(h.Health), AgeS: seconds(h.Age)},
		Status:   some(h.Status), StatusClass: some(h.StatusClass), FreePlaces: h.FreePlaces, Stock: h.Stock,
	}
	if h.Trip != nil {
		hit.travels(h.Trip)
	}
	return hit, err
}

// travels says how a hit gets there.
func (h *NearestHit) travels(t *dispatch.Trip) {
	arrival := t.Arrival()
	h.Basis, h.AirRank = ptr(Basis(t.Basis)), &t.AirRank
	h.ArrivalS, h.MobiliseS, h.TravelS, h.WithoutS = seconds(&arrival), seconds(&t.Mobilise), seconds(&t.Travel), seconds(&t.Without)
	h.Closures = ptr(closureRefs(t.Closures))
	if t.Basis == dispatch.ByRoad {
		h.Profile, h.RoadM, h.AccessM = ptr(RoadProfile(t.Profile)), ptr(tenth(float64(t.Road))), ptr(tenth(float64(t.Access)))
	}
}

func whyNot(no dispatch.WhyNot) WhyNot {
	w := WhyNot{Kind: NearestKind(no.Entry.Ledger), Id: no.Entry.ID, Name: no.Entry.Name, DistanceM: tenth(float64(no.Distance)), TravelS: seconds(no.Travel)}
	if len(no.Closures) > 0 {
		w.Closures = ptr(closureRefs(no.Closures))
	}
	for _, f := range no.Why {
		w.Why = append(w.Why, struct {
			Code string `json:"code"`
			Text string `json:"text"`
		}{f.Code, f.Text})
	}
	return w
}

// tenth rounds for people: no position is better than a decimetre.
func tenth(v float64) float64 { return math.Round(v*10) / 10 }

func seconds(d *time.Duration) *float64 {
	if d == nil {
		return nil
	}
	return ptr(tenth(d.Seconds()))
}
