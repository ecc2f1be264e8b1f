package dispatch

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
	"github.com/paulmach/orb/project"

	"onemap/geo"
)

// When a report may be of what is known already (domain model §1).
const (
	twinReach   = geo.Metres(500) // or the accuracy of either
	twinAge     = time.Hour
	nearbyReach = geo.Metres(2000)
	mostTwins   = 10
	mostNearby  = 10
	nearestFew  = 3 // shelters
)

// The four classes of GB/T 35561.
const (
	natural  = "natural"  // 自然灾害
	accident = "accident" // 事故灾难
	health   = "health"   // 公共卫生
	social   = "social"   // 社会安全
)

// kindClasses puts every kind of incident into its class; other has none and
// may be anything.
var kindClasses = map[string]string{
	"forest_fire": natural, "flood": natural, "geohazard": natural, "earthquake": natural, "storm_surge": natural,
	"building_fire": accident, "hazmat": accident, "tailings": accident, "mine": accident, "marine": accident, "traffic": accident,
	"medical": health, "public_health": health,
	"social": social,
}

// mistaken are kinds of two classes that callers take for one another: smoke on
// a hill, mud from a dam, somebody hurt in a crash.
var mistaken = [][2]string{
	{"forest_fire", "building_fire"}, {"geohazard", "tailings"}, {"flood", "tailings"}, {"storm_surge", "marine"},
	{"traffic", "medical"}, {"hazmat", "public_health"}, {"social", "medical"},
}

// Compatible reports whether two reports of those kinds may be of one incident.
// A kind that is not known yet may be any.
func Compatible(a, b string) bool {
	x, y := kindClasses[a], kindClasses[b]
	return x == y || x == "" || y == "" || slices.Contains(mistaken, [2]string{a, b}) || slices.Contains(mistaken, [2]string{b, a})
}

// TwinQuery is what is known of a call so far. Kind may be empty.
type TwinQuery struct {
	Point    orb.Point
	Kind     string
	Accuracy geo.Metres
}

// Twin is an incident near the place of a call. Likely is one that the call may
// well be about: compatible, near enough, and not an hour old.
type Twin struct {
	*Incident
	Distance geo.Metres
	Age      time.Duration
	Likely   bool
}

// NearThing is an entry at a distance.
type NearThing struct {
	*Entry
	Distance geo.Metres
	Code     string // its kind or state
}

// TwinAnswer is what is known of a place, true at Seq.
type TwinAnswer struct {
	Seq                         Seq
	AsOf                        time.Time
	Division, DivisionName      string // empty far from the city
	Twins                       []Twin // likely ones first, then the nearest, at most ten
	Hazards, Shelters, Closures []NearThing
}

// Twins says what an actor may know of the place of a call, from the picture
// alone.
func (p *Picture) Twins(a Actor, q TwinQuery, now time.Time) (TwinAnswer, error) {
	var problems Problems
	if q.Kind != "" {
		problems.OneOf("kind", q.Kind, IncidentKinds)
	}
	if !(q.Accuracy >= 0 && q.Accuracy <= 1e5) {
		problems.Add("accuracy_m", "out_of_range", "an accuracy lies between 0 and 100 km")
	}
	if err := problems.Err(); err != nil {
		return TwinAnswer{}, err
	}
	answer := TwinAnswer{Seq: p.Seq, AsOf: now, Twins: p.twins(a, q, now)}
	if code, ok := p.DivisionAt(q.Point); ok {
		answer.Division, answer.DivisionName = code, p.DivisionName(code)
	}
	if a.May("ledger.read") == Denied {
		return answer, nil
	}
	var err error
	if answer.Hazards, err = p.standing(a, Hazards, q.Point, nearbyReach, mostNearby); err != nil {
		return answer, err
	}
	if answer.Shelters, err = p.standing(a, Shelters, q.Point, offshore, nearestFew); err != nil {
		return answer, err
	}
	answer.Closures = p.closedNear(a, q.Point, now)
	return answer, nil
}

func (p *Picture) twins(a Actor, q TwinQuery, now time.Time) []Twin {
	var found []Twin
	for _, in := range p.Incidents {
		if !in.State.Open() && (in.ClosedAt == nil || now.Sub(*in.ClosedAt) > Remembered) || !a.SeesIncident(in) {
			continue
		}
		reach := max(twinReach, q.Accuracy)
		if in.AccuracyM != nil {
			reach = max(reach, geo.Metres(*in.AccuracyM))
		}
		away, near := reaches(q.Point, in.Geometry, reach)
		if !near {
			continue
		}
		age := max(0, now.Sub(in.ReceivedAt))
		found = append(found, Twin{in, away, age, in.State != Duplicate && age <= twinAge && Compatible(q.Kind, in.Kind)})
	}
	slices.SortFunc(found, func(x, y Twin) int {
		if x.Likely != y.Likely {
			return map[bool]int{true: -1, false: 1}[x.Likely]
		}
		return cmp.Or(cmp.Compare(x.Distance, y.Distance), cmp.Compare(y.Number, x.Number))
	})
	return found[:min(mostTwins, len(found))]
}

// AsEarlier says of incidents from before how far from a place they were; those
// that an answer names already, and those not in scope, are left out.
func (answer *TwinAnswer) AsEarlier(a Actor, at orb.Point, past []*Incident) []Twin {
	var found []Twin
	for _, in := range past {
		named := slices.ContainsFunc(answer.Twins, func(t Twin) bool { return t.ID == in.ID })
		if away, near := reaches(at, in.Geometry, nearbyReach); near && !named && a.SeesIncident(in) {
			found = append(found, Twin{Incident: in, Distance: away, Age: answer.AsOf.Sub(in.ReceivedAt)})
		}
	}
	return found[:min(mostTwins, len(found))]
}

// standing lists the points of a ledger in the actor's scope within a distance,
// the nearest first.
func (p *Picture) standing(a Actor, l Ledger, at orb.Point, within geo.Metres, most int) ([]NearThing, error) {
	tree, err := p.Shelf(l).Tree()
	if err != nil {
		return nil, fmt.Errorf("index ledger %s: %w", l, err)
	}
	entries := p.Shelf(l).ByCode()
	var found []NearThing
	for _, hit := range tree.Nearest(at, most, func(i int32) bool { return a.Sees(entries[i].Division, entries[i].Sensitivity) }) {
		if hit.Distance <= within {
			found = append(found, NearThing{entries[hit.Key], hit.Distance, codeOf(entries[hit.Key])})
		}
	}
	return found, nil
}

// codeOf is what an entry is, or how it stands.
func codeOf(e *Entry) string {
	switch d := e.Detail.(type) {
	case *Hazard:
		return d.Kind
	case *Shelter:
		return d.State
	case *Closure:
		return d.Cause
	}
	return ""
}

// closedNear lists the closures in force that pass near a place, the nearest
// first.
func (p *Picture) closedNear(a Actor, at orb.Point, now time.Time) []NearThing {
	var found []NearThing
	for _, e := range p.Shelf(Closures).ByCode() {
		if !a.Sees(e.Division, e.Sensitivity) || !e.Detail.(*Closure).holds(now) {
			continue
		}
		if away, near := reaches(at, e.Geometry, nearbyReach); near {
			found = append(found, NearThing{e, away, codeOf(e)})
		}
	}
	slices.SortStableFunc(found, func(x, y NearThing) int { return cmp.Compare(x.Distance, y.Distance) })
	return found[:min(mostNearby, len(found))]
}

// reaches is the distance from a point to a shape, nothing inside it; false
// beyond within. To lines and areas it is measured on a local plane.
func reaches(at orb.Point, g orb.Geometry, within geo.Metres) (geo.Metres, bool) {
	// a great circle is within 0.6 % of the geodesic: it only sorts out what is far
	if geo.GreatCircle(at, nearestOf(g.Bound(), at)) > within*1.01 {
		return 0, false
	}
	var d geo.Metres
	switch shape := g.(type) {
	case orb.Point:
		d = geo.Distance(at, shape)
	default:
		if contains(g, at) {
			return 0, true
		}
		flat := project.Geometry(orb.Clone(g), orb.Projection(geo.NewLocalPlane(at).To))
		d = geo.Metres(planar.DistanceFrom(flat, orb.Point{}))
	}
	return d, d <= within
}

// DivisionName is the name of a division; its code where the ledger has none.
func (p *Picture) DivisionName(code string) string {
	all := p.Shelf(Divisions).ByCode()
	if i, ok := slices.BinarySearchFunc(all, code, func(e *Entry, code string) int { return cmp.Compare(e.Code, code) }); ok {
		return all[i].Name
	}
	return code
}
