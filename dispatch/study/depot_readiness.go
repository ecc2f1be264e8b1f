package study

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"onemap/dispatch"
	"onemap/geo/site"
)

const usualHours = 3

// stores is the depots, and the townships they send to.
type stores struct {
	land   *ground
	tally  *tally // of people, by township
	depots []place
	times  [][]int32 // until half the people of a township are reached, loading included, by depot, then township
	need   []int64   // of the item, by township; nil: not known
	limit  int32
	site.Allocation
}

// depotReadiness answers which townships each depot reaches within some hours,
// and whether the item suffices for them.
func depotReadiness(ctx context.Context, in *Input, out *Result) error {
	out.Method = "自接令起：装车时间加路网行车时间，至乡镇一半人口可达为到达；需求（每千人定额×人口）与时限内可达库存之间求运输问题最优解。"
	out.MethodEN = "From the order: loading, then travel by road until half the people of a township are reached; need (so many per thousand people) against stock within the hours as a transportation problem, exact."
	hours := cmp.Or(in.Params.Hours, usualHours)
	if in.Picture.Roads == nil {
		return dispatch.ErrNoRoads
	}
	s := &stores{land: in.ground(in.Params.Division), limit: int32(hours * 36000)}
	s.gather(in, out)
	t, err := in.trips(ctx, s.land, s.depots, wayTo(dispatch.Depots, in.asked()), true, 0, out)
	if err != nil {
		return err
	}
	s.tally = s.land.tally(1, func(i int, row []int64) { row[0] = s.land.cells[i].people })
	s.reach(t.by)
	sum, err := in.pins("depot_readiness")
	if err != nil {
		return err
	}
	sum.ground(s.land)
	sum.places(s.depots)
	sum.roads(in, t.closures)
	out.Inputs = sum.hex()
	if !in.Watch(0.6, nan, nan) {
		return context.Canceled
	}
	if err := s.share(in); err != nil {
		return err
	}
	s.say(in, hours, out)
	s.figures(in, out)
	s.townships(in, out)
	return s.draw(out)
}

// gather finds the depots with what each has of the item, without what has
// passed its date.
func (s *stores) gather(in *Input, out *Result) {
	empty, expired := 0, int64(0)
	s.depots = in.places(dispatch.Depots, func(e *dispatch.Entry) bool {
		if in.openOnly() && !in.usable(e) {
			empty++
			return false
		}
		return true
	})
	for j := range s.depots {
		for _, line := range s.depots[j].entry.Detail.(*dispatch.Depot).Stock {
			switch {
			case line.Item != in.Params.Item:
			case line.Expires != nil && line.Expires.Add(24*time.Hour).Before(in.Now):
				expired += int64(line.Quantity)
			default:
				s.depots[j].room += int64(line.Quantity)
			}
		}
	}
	if empty > 0 {
		out.leave(fmt.Sprintf("%d 个储备库没有库存，未计入", empty), fmt.Sprintf("%d depots hold nothing: not counted", empty))
	}
	if expired > 0 {
		out.leave(fmt.Sprintf("已过期 %s 件，不计入可用库存", grouped(expired)), fmt.Sprintf("%s have passed their date: not counted as stock", grouped(expired)))
	}
}

// reach finds when each depot has reached half the people of each township, or
// half its cells where nobody lives.
func (s *stores) reach(drive [][]int32) {
	in := map[string][]int{}
	for i, c := range s.land.cells {
		in[c.township] = append(in[c.township], i)
	}
	s.times = make([][]int32, len(drive))
	for j, row := range drive {
		s.times[j] = make([]int32, len(s.tally.townships))
		for n, l := range s.tally.townships {
			s.times[j][n] = s.half(row, in[l.code], l.sum[0])
		}
	}
}

func (s *stores) half(row []int32, cells []int, people int64) int32 {
	cells = slices.DeleteFunc(slices.Clone(cells), func(i int) bool { return people > 0 && s.land.cells[i].people == 0 })
	weight := func(i int) int64 {
		if people == 0 {
			return 1
		}
		return s.land.cells[i].people
	}
	whole := int64(0)
	for _, i := range cells {
		whole += weight(i)
	}
	slices.SortStableFunc(cells, func(a, b int) int {
		return cmp.Compare(uint32(row[a]), uint32(row[b])) // None is the greatest
	})
	sum := int64(0)
	for _, i := range cells {
		if row[i] == site.None {
			break
		}
		if sum += weight(i); 2*sum >= whole {
			return row[i] + 10*loadingS
		}
	}
	return site.None
}

// share gives the stock out to the townships within the hours.
func (s *stores) share(in *Input) (err error) {
	if in.Params.Item == "" || in.Params.PerThousand <= 0 {
		return nil
	}
	s.need = make([]int64, len(s.tally.townships))
	for n, l := range s.tally.townships {
		s.need[n] = int64(math.Ceil(float64(l.sum[0])*in.Params.PerThousand/1000 - 1e-9))
	}
	stock, within := make([]int64, len(s.depots)), make([][]int32, len(s.depots))
	for j, d := range s.depots {
		stock[j], within[j] = d.room, slices.Clone(s.times[j])
		for n, v := range within[j] {
			if v > s.limit {
				within[j][n] = site.None
			}
		}
	}
	s.Allocation, err = allocate(s.need, stock, within)
	return err
}

// first is the depot that is soonest at a township, −1 when none comes.
func (s *stores) first(n int) (best int) {
	best = -1
	for j := range s.depots {
		if v := s.times[j][n]; v != site.None && (best < 0 || v < s.times[best][n]) {
			best = j
		}
	}
	return best
}

func (s *stores) inTime(j, n int) bool { return s.times[j][n] != site.None && s.times[j][n] <= s.limit }
