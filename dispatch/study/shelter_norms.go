package study

import (
	"context"
	"fmt"
	"math"

	"onemap/dispatch"
	"onemap/geo"
	"onemap/geo/site"
)

// Verdicts of a rule.
const (
	passes  = "pass"
	fails   = "fail"
	unknown = "unknown"
)

// duty is what falls to one shelter: the people to whom it is the nearest.
type duty struct {
	people, within int64 // all, and those within the walk of its class
	farthest       int32 // of an inhabited cell, in tenths of metres; site.None: nobody
	served         int64 // of a central shelter: people of its county nearer to no other
	fire           *float64
}

// sheltering is the shelters with what falls to each.
type sheltering struct {
	in     *Input
	land   *ground
	places []place
	by     []int   // the nearest shelter of each cell
	least  []int32 // the walk there, in tenths of metres
	duties []duty
}

// judged is one rule held against one shelter.
type judged struct {
	place      int
	rule       *shelterRule
	have, want *float64
	verdict    string
}

// shelterNorms holds shelters against the rules of their class.
func shelterNorms(ctx context.Context, in *Input, out *Result) error {
	out.Method = "逐项比较各避难场所台账与其类别的标准指标（GB 51143-2015）；责任区按最近场所划分，逐县区核对固定避难场所容量不低于人口的 15%。台账没有的项目记为未知，不作合格判定。"
	out.MethodEN = "Each shelter's ledger entry is held against the rules of its class (GB 51143-2015); areas of duty by nearest shelter; by county the room of fixed shelters against 15 % of the people. What the ledger does not know is unknown, and never passes."
	byRoad := in.Params.Basis != dispatch.CrowFlies
	s := &sheltering{in: in, land: in.ground(""), places: in.shelters(out)}
	w := wayTo(dispatch.Shelters, in.asked())
	t, err := in.trips(ctx, s.land, s.places, w, byRoad, 0, out)
	if err != nil {
		return err
	}
	s.by, s.least = t.nearest(len(s.land.cells))
	if byRoad {
		for i, v := range s.least {
			if v != site.None {
				s.least[i] = int32(math.Round(float64(v) * walkingPace))
			}
		}
		out.assume(fmt.Sprintf("标准中的步行距离按路网步行时间以 %g m/s 换算", walkingPace), fmt.Sprintf("Walking distances of the standard are taken as time on the road at %g m/s", walkingPace))
	}
	s.assign()
	sum, err := in.pins("shelter_norms")
	if err != nil {
		return err
	}
	sum.ground(s.land)
	sum.places(s.places)
	for _, d := range s.duties {
		if d.fire != nil {
			sum.note(*d.fire)
		}
	}
	sum.roads(in, t.closures)
	out.Inputs = sum.hex()
	if !in.Watch(0.6, nan, nan) {
		return context.Canceled
	}
	all := s.judge()
	s.say(out)
	s.tell(all, out)
	return s.draw(all, out)
}

func (s *sheltering) shelter(j int) *dispatch.Shelter {
	return s.places[j].entry.Detail.(*dispatch.Shelter)
}

// walk is how far people of a shelter's duty area should have to go, in tenths
// of metres; a class without a limit has that of the widest.
func (s *sheltering) walk(j int) int32 {
	want := shelterRules[1].want
	if m, ok := want[s.shelter(j).Class]; ok {
		return int32(10 * m)
	}
	return int32(10 * want["fixed_long"])
}

// assign finds out what falls to each shelter.
func (s *sheltering) assign() {
	s.duties = make([]duty, len(s.places))
	for j := range s.duties {
		s.duties[j].farthest = site.None
	}
	for i, c := range s.land.cells {
		j := s.by[i]
		if j < 0 || c.people == 0 {
			continue
		}
		d := &s.duties[j]
		d.people, d.farthest = d.people+c.people, max(d.farthest, s.least[i])
		if s.least[i] <= s.walk(j) {
			d.within += c.people
		}
	}
	fires := s.in.Picture.Shelf(dispatch.Hazards).ByCode()
	for j, p := range s.places {
		for _, e := range fires {
			if e.Detail.(*dispatch.Hazard).Kind == "hazmat" && s.in.Actor.Sees(e.Division, e.Sensitivity) {
				if far := math.Round(float64(geo.Distance(p.at, e.Point()))); s.duties[j].fire == nil || far < *s.duties[j].fire {
					s.duties[j].fire = &far
				}
			}
		}
	}
	s.serve()
}

// serve counts whom each central shelter serves: the people of its county to
// whom no other central shelter is nearer, by the straight line.
func (s *sheltering) serve() {
	for _, c := range s.land.cells {
		best, least := -1, math.Inf(1)
		for j, p := range s.places {
			if s.shelter(j).Class == "central" && s.land.home(p.entry.Division) == c.county {
				if d := float64(geo.GreatCircle(p.at, c.at)); d < least {
					best, least = j, d
				}
			}
		}
		if best >= 0 {
			s.duties[best].served += c.people
		}
	}
}

// judge holds every rule against every shelter of the division.
func (s *sheltering) judge() (all []judged) {
	for j, p := range s.places {
		if !dispatch.Within(p.entry.Division, s.in.Params.Division) {
			continue
		}
		for n := range shelterRules {
			rule := &shelterRules[n]
			if want, asked := rule.want[s.shelter(j).Class]; asked {
				all = append(all, s.hold(j, rule, want))
			}
		}
	}
	return all
}

// hold judges one rule of one shelter; what is not known is never a verdict.
func (s *sheltering) hold(j int, rule *shelterRule, want float64) judged {
	d, sh := &s.duties[j], s.shelter(j)
	got := judged{place: j, rule: rule, want: &want, verdict: unknown}
	switch rule.code {
	case "area_per_person":
		if sh.AreaM2 > 0 && sh.Capacity > 0 {
			got.have = known(float64(sh.AreaM2) / float64(sh.Capacity))
		}
	case "walk":
		if d.farthest != site.None {
			got.have = known(float64(d.farthest) / 10)
		}
	case "room":
		got.have, got.want = known(int64(sh.Capacity)), known(d.within)
	case "entrances":
		if sh.Entrances > 0 {
			got.have = known(int64(sh.Entrances))
		}
	case "service_people":
		got.have = known(d.served)
	case "fire_distance":
		got.have = d.fire
		if d.fire == nil || *d.fire >= want {
			return got // other sources of fire are in no ledger
		}
	}
	if got.have != nil {
		got.verdict = fails
		if rule.most && *got.have <= *got.want || !rule.most && *got.have >= *got.want {
			got.verdict = passes
		}
	}
	return got
}
