package osm

import (
	"strings"

	"onemap/geo/road"
)

// restrictionsOf reads a turn restriction; one relation gives several when it
// names several ways in or out. Restrictions that hold at some hours only are
// left out: a closure says such things better.
func restrictionsOf(id int64, members []member, t tags) []road.Restriction {
	if t["type"] != "restriction" || t["day_on"] != "" || t["hour_on"] != "" {
		return nil
	}
	kind, exempt, ok := restrictionKind(t)
	if !ok {
		return nil
	}
	for _, name := range strings.Split(t["except"], ";") {
		exempt |= vehiclesNamed[strings.TrimSpace(name)]
	}
	var from, to, via []int64
	var viaNode int64
	nodes := 0
	for _, m := range members {
		switch {
		case m.role == "from" && m.kind == 'w':
			from = append(from, m.id)
		case m.role == "to" && m.kind == 'w':
			to = append(to, m.id)
		case m.role == "via" && m.kind == 'w':
			via = append(via, m.id)
		case m.role == "via" && m.kind == 'n':
			viaNode = m.id
			nodes++
		}
	}
	if nodes > 1 || nodes == 1 && len(via) > 0 || nodes == 0 && len(via) == 0 || len(from)*len(to) > 64 {
		return nil
	}
	only := strings.HasPrefix(kind, "only_")
	if only && len(from)*len(to) != 1 {
		return nil
	}
	var out []road.Restriction
	for _, f := range from {
		for _, o := range to {
			out = append(out, road.Restriction{ID: id, From: f, ViaNode: viaNode, Via: via, To: o, Only: only, Exempt: exempt})
		}
	}
	return out
}

var vehiclesNamed = map[string]road.Vehicles{
	"motorcar": road.Cars, "motor_vehicle": road.Cars | road.Buses | road.Trucks, "vehicle": road.Cars | road.Buses | road.Trucks,
	"emergency": road.Emergency, "bus": road.Buses, "psv": road.Buses, "hgv": road.Trucks, "goods": road.Trucks, "foot": road.Feet,
}

// restrictionKind finds what is forbidden and who is free of it. A restriction
// for one kind of vehicle frees all others.
func restrictionKind(t tags) (kind string, exempt road.Vehicles, ok bool) {
	kind = t["restriction"]
	if kind == "" {
		for _, key := range []string{"hgv", "goods", "bus", "psv", "motorcar", "motor_vehicle", "vehicle"} {
			if v := t["restriction:"+key]; v != "" {
				kind, exempt = v, road.Everyone&^vehiclesNamed[key]
				break
			}
		}
	}
	switch kind {
	case "no_left_turn", "no_right_turn", "no_straight_on", "no_u_turn", "no_entry", "no_exit",
		"only_left_turn", "only_right_turn", "only_straight_on", "only_u_turn":
		return kind, exempt, true
	}
	return "", 0, false
}
