package study

import (
	"context"
	"fmt"
	"slices"

	"onemap/dispatch"
	"onemap/geo/site"
)

// stations are fire stations and who they reach when the order comes by day.
type stations struct {
	land    *ground
	places  []place
	turnout []int32   // of each, in tenths
	night   []int32   // and by night
	arrive  [][]int32 // from order to the cell, by station, then cell
	by      []int     // the station that is first at each cell, −1 where none is
	least   []int32
	cells   []int // those of the division asked for
	reachS  float64
}

// stationNorms holds fire stations against 建标 152-2017: five minutes to the
// edge, and the area of duty by class.
func stationNorms(ctx context.Context, in *Input, out *Result) error {
	out.Method = "以最早到达的消防站划分各格网责任区；到达时间为出动准备加路网行车时间，与接令后 5 分钟到达辖区边缘比较（建标 152-2017 第十三条），责任区面积与各类站上限比较（第十四条）。"
	out.MethodEN = "Each cell belongs to the station that is there first; turnout plus travel by road is held against five minutes from the order (建标 152-2017 art. 13), the area of duty against the most for each class (art. 14)."
	if in.Picture.Roads == nil {
		return dispatch.ErrNoRoads
	}
	s := &stations{land: in.ground(""), reachS: stationReachS}
	if len(in.Params.LimitsS) > 0 {
		s.reachS = in.Params.LimitsS[0]
	}
	s.gather(in, out)
	t, err := in.trips(ctx, s.land, s.places, wayTo(dispatch.Teams, in.asked()), true, 0, out)
	if err != nil {
		return err
	}
	sum, err := in.pins("station_norms")
	if err != nil {
		return err
	}
	sum.ground(s.land)
	sum.places(s.places)
	sum.roads(in, t.closures)
	out.Inputs = sum.hex()
	s.first(in, t.by)
	if !in.Watch(0.6, nan, nan) {
		return context.Canceled
	}
	s.say(in, out)
	s.figures(out)
	s.tables(in, out)
	return s.draw(in, out)
}

// gather finds the stations: teams of the state and full-time fire services
// that fight fires, or those asked for.
func (s *stations) gather(in *Input, out *Result) {
	idle, unknown := 0, 0
	s.places = in.places(dispatch.Teams, func(e *dispatch.Entry) bool {
		d := e.Detail.(*dispatch.Team)
		fights := slices.ContainsFunc(d.Capabilities, func(c dispatch.Capability) bool { return c.Discipline == "fire" })
		if len(in.Params.IDs) == 0 && !(fights && slices.Contains([]string{"fire_rescue", "gov_fulltime"}, d.OwnerSystem)) {
			return false
		}
		if in.openOnly() && !in.usable(e) {
			idle++
			return false
		}
		return true
	})
	for _, p := range s.places {
		d := p.entry.Detail.(*dispatch.Team)
		day, night := int32(600*d.MobiliseDayMin), int32(600*d.MobiliseNightMin)
		if day == 0 {
			day, unknown = 10*stationTurnoutS, unknown+1
		}
		if night == 0 {
			night = day
		}
		s.turnout, s.night = append(s.turnout, day), append(s.night, night)
	}
	if unknown > 0 {
		out.assume(fmt.Sprintf("%d 个站未登记昼间出动准备时间，按 %d 秒计", unknown, stationTurnoutS), fmt.Sprintf("%d stations have no turnout by day in the ledger: taken as %d s", unknown, stationTurnoutS))
	}
	if idle > 0 {
		out.leave(fmt.Sprintf("%d 个站当前不能出动，未计入", idle), fmt.Sprintf("%d stations cannot go now: not counted", idle))
	}
}

// first finds who is first at each cell.
func (s *stations) first(in *Input, drive [][]int32) {
	for j, row := range drive {
		for i, v := range row {
			if v != site.None {
				row[i] = v + s.turnout[j]
			}
		}
	}
	t := trips{by: drive}
	s.arrive = drive
	s.by, s.least = t.nearest(len(s.land.cells))
	for i, c := range s.land.cells {
		if dispatch.Within(c.township, in.Params.Division) {
			s.cells = append(s.cells, i)
		}
	}
}

// inTime reports whether help is at a cell within the limit.
func (s *stations) inTime(i int) bool { return s.by[i] >= 0 && float64(s.least[i]) <= 10*s.reachS }

func (s *stations) nightInTime(i int) bool {
	return slices.ContainsFunc(s.atNight(i), func(v int32) bool { return float64(v) <= 10*s.reachS })
}

// atNight are the arrivals at a cell by night.
func (s *stations) atNight(i int) (all []int32) {
	for j, row := range s.arrive {
		if row[i] != site.None {
			all = append(all, row[i]-s.turnout[j]+s.night[j])
		}
	}
	return all
}
