package study

import (
	"fmt"
	"slices"

	"onemap/dispatch"
)

// openOnly reports whether only what is in use now counts; it does unless the
// asker says otherwise.
func (in *Input) openOnly() bool { return in.Params.OpenOnly == nil || *in.Params.OpenOnly }

// serving are the entries of a ledger that people are helped from, or taken to:
// shelters that stand, and what else is usable. By road only what drives counts.
// It says what was left out. A screen that counts the same places counts them so
// too: for shelters the rule is dispatch.Shelter's.
func (in *Input) serving(l dispatch.Ledger, byRoad bool, out *Result) []place {
	if l == dispatch.Shelters {
		return in.shelters(out)
	}
	idle, flying := 0, 0
	all := in.places(l, func(e *dispatch.Entry) bool {
		if in.openOnly() && !in.usable(e) {
			idle++
			return false
		}
		if l == dispatch.Units && byRoad {
			if _, _, drives := dispatch.Driving(e); !drives {
				flying++
				return false
			}
		}
		return true
	})
	if idle > 0 {
		zh, en := words("ledger", string(l))
		out.leave(fmt.Sprintf("%s：%d 处无库存、不可出动或未就绪，未计入", zh, idle), fmt.Sprintf("%s: %d without stock, not available or not ready: not counted", en, idle))
	}
	if flying > 0 {
		out.leave(fmt.Sprintf("%d 支力量不走道路，未计入", flying), fmt.Sprintf("%d units do not go by road: not counted", flying))
	}
	if l == dispatch.Units && len(all) > 0 {
		out.assume("力量按驻地（或前置备勤点）计算，不按当前位置", "Units count at their base or post, not where they are now")
	}
	return all
}

// usable reports whether a thing can help now: a team or unit that can go, a
// depot that has anything.
func (in *Input) usable(e *dispatch.Entry) bool {
	switch d := e.Detail.(type) {
	case *dispatch.Unit:
		return dispatch.StatusClass(in.Picture.Status(e)) == "available"
	case *dispatch.Team:
		return d.Readiness != "not_ready"
	case *dispatch.Depot:
		return slices.ContainsFunc(d.Stock, func(s dispatch.Stock) bool { return s.Quantity > 0 })
	}
	return true
}

// shelters are those that stand, with the room each has once it is open. It says
// what was left out.
func (in *Input) shelters(out *Result) []place {
	return in.sheltersThat((*dispatch.Shelter).Stands, (*dispatch.Shelter).Room, Saying{"规划或维护", "planned or in maintenance"}, out)
}

// openShelters are those that take people now, with the places that are free. It
// says what was left out.
func (in *Input) openShelters(out *Result) []place {
	return in.sheltersThat((*dispatch.Shelter).InUse, (*dispatch.Shelter).Free, Saying{"规划、已建未启用、维护或正在关闭", "planned, built, in maintenance or closing"}, out)
}

// sheltersThat count, and, when the asker wants also what is not in use, all
// others that are not unsafe.
func (in *Input) sheltersThat(count func(*dispatch.Shelter) bool, room func(*dispatch.Shelter) int, shutAs Saying, out *Result) []place {
	shut, unsafe := 0, 0
	all := in.places(dispatch.Shelters, func(e *dispatch.Entry) bool {
		s := e.Detail.(*dispatch.Shelter)
		switch {
		case in.Params.Class != "" && s.Class != in.Params.Class:
			return false
		case s.State == "unsafe":
			unsafe++
			return false
		case !in.openOnly() || count(s):
			return true
		}
		shut++
		return false
	})
	if !in.openOnly() {
		room = (*dispatch.Shelter).Room
	}
	for i := range all {
		all[i].room = int64(room(all[i].entry.Detail.(*dispatch.Shelter)))
	}
	if shut > 0 {
		out.leave(fmt.Sprintf("%d 处避难场所为%s状态，未计入", shut, shutAs.Text), fmt.Sprintf("%d shelters are %s: not counted", shut, shutAs.TextEN))
	}
	if unsafe > 0 {
		out.leave(fmt.Sprintf("%d 处避难场所不安全，未计入", unsafe), fmt.Sprintf("%d shelters are unsafe: not counted", unsafe))
	}
	return all
}
