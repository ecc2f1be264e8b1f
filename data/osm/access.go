package osm

import "onemap/geo/road"

// permits are the tags that speak for each kind of vehicle, the most specific
// first.
var permits = []struct {
	kind road.Vehicles
	keys []string
}{
	{road.Cars, []string{"motorcar", "motor_vehicle", "vehicle", "access"}},
	{road.Emergency, []string{"emergency"}},
	{road.Buses, []string{"bus", "psv", "motor_vehicle", "vehicle", "access"}},
	{road.Trucks, []string{"hgv", "goods", "motor_vehicle", "vehicle", "access"}},
	{road.Feet, []string{"foot", "access"}},
}

// access decides who may use a way, and in which direction.
func access(w *road.Way, t tags) {
	usual := usualUsers(w.Class, t)
	w.Forward, w.Backward = usual, usual
	for _, p := range permits {
		w.Forward = permitted(w.Forward, p.kind, p.keys, t, ":forward")
		w.Backward = permitted(w.Backward, p.kind, p.keys, t, ":backward")
	}
	for _, key := range []string{"motorcar", "motor_vehicle", "vehicle", "access"} {
		if v := t[key]; v != "" {
			w.Destination = v == "destination" || v == "delivery" || v == "customers"
			break
		}
	}
	oneWay(w, t)
}

// usualUsers are those who may use a class when no tag says otherwise. An
// emergency vehicle goes wherever there is room for it: a sign does not stop
// it (Road Traffic Safety Law, article 53).
func usualUsers(c road.Class, t tags) road.Vehicles {
	switch {
	case c == road.Footway || c == road.Steps || c == road.Cycleway:
		return road.Feet
	case c == road.Pedestrian:
		return road.Feet | road.Emergency
	case c <= road.MotorwayLink || t["motorroad"] == "yes":
		return road.Everyone &^ road.Feet
	case t["highway"] == "busway" || t["highway"] == "bus_guideway":
		return road.Buses | road.Emergency
	case t["highway"] == "escape":
		return 0
	case t["highway"] == "emergency_access" || t["service"] == "emergency_access":
		return road.Emergency | road.Feet
	case c == road.Track && t["tracktype"] == "grade5":
		return road.Emergency | road.Feet
	}
	return road.Everyone
}

func permitted(who, kind road.Vehicles, keys []string, t tags, direction string) road.Vehicles {
	for _, key := range keys {
		v := t[key+direction]
		if v == "" {
			v = t[key]
		}
		switch v {
		case "":
			continue
		case "no", "private", "agricultural", "forestry", "use_sidepath", "military", "permit", "restricted":
			return who &^ kind
		case "yes", "permissive", "designated", "official", "destination", "delivery", "customers", "discouraged":
			return who | openTo(who, kind, key)
		}
		return who // anything else says nothing certain
	}
	return who
}

// openTo lets a general tag open a road only to those it was made for:
// access=yes on a footpath invites no lorry.
func openTo(who, kind road.Vehicles, key string) road.Vehicles {
	if key == "access" || key == "vehicle" {
		return who & kind
	}
	return kind
}

// oneWay takes the forbidden direction from all but walkers. A ramp without a
// word is open both ways: toll stations and service areas have such.
func oneWay(w *road.Way, t tags) {
	v := t["oneway"]
	if v == "" && (w.Roundabout || w.Class == road.Motorway) {
		v = "yes"
	}
	walkers := road.Feet
	if is(t["oneway:foot"]) {
		walkers = 0
	}
	for _, key := range []string{"oneway:bus", "oneway:psv"} {
		if t[key] == "no" {
			walkers |= road.Buses
		}
	}
	switch v {
	case "yes", "true", "1":
		w.Oneway = true
		w.Backward &= walkers
	case "-1", "reverse":
		w.Oneway = true
		w.Forward &= walkers
	}
}

// barrierPass tells who may pass a barrier; false when it is none, or none that
// stops anybody.
func barrierPass(t tags) (road.Vehicles, bool) {
	var pass road.Vehicles
	switch t["barrier"] {
	case "gate", "lift_gate", "swing_gate", "chain", "sliding_gate", "sliding_beam", "hampshire_gate":
		pass = road.Everyone
	case "bollard":
		pass = road.Feet
		if v := t["bollard"]; v == "removable" || v == "rising" || v == "foldable" {
			pass |= road.Emergency
		}
	case "bus_trap":
		pass = road.Buses | road.Trucks | road.Emergency | road.Feet
	case "block", "cycle_barrier", "motorcycle_barrier", "stile", "kissing_gate", "turnstile", "full-height_turnstile",
		"jersey_barrier", "log", "debris", "planter", "horse_stile":
		pass = road.Feet
	default:
		return 0, false
	}
	firm := pass
	for _, p := range permits {
		pass = permitted(pass, p.kind, p.keys, t, "")
	}
	// A crew opens a gate; no sign on it keeps it out.
	if firm&road.Emergency != 0 && t["emergency"] != "no" {
		pass |= road.Emergency
	}
	return pass, true
}
