package osm

import (
	"math"
	"strconv"
	"strings"
	"unicode"

	"onemap/geo/road"
)

// nodeOf reads lights and barriers off a node's tags.
func nodeOf(t tags) (road.Node, bool) {
	n := road.Node{Signals: t["highway"] == "traffic_signals"}
	if pass, ok := barrierPass(t); ok {
		n.Barrier, n.Pass = true, pass
	}
	return n, n.Signals || n.Barrier
}

// wayOf reads a way's tags; false when it is no road, or not yet or no longer.
func wayOf(t tags) (road.Way, bool) {
	class, ok := classOf(t)
	if !ok {
		return road.Way{}, false
	}
	w := road.Way{
		Class: class,
		Name:  words(t["name"]), NameEn: words(t["name:en"]), Ref: words(t["ref"]),
		Bridge: is(t["bridge"]), Tunnel: is(t["tunnel"]) && t["tunnel"] != "building_passage",
		Unpaved:    unpaved(t),
		Roundabout: t["junction"] == "roundabout" || t["junction"] == "circular",
		MaxHeight:  firstOf(metresOf, t["maxheight"], t["maxheight:physical"]),
		MaxWidth:   firstOf(metresOf, t["maxwidth"], t["maxwidth:physical"]),
		MaxWeight:  tonnesOf(t["maxweight"]),
	}
	if layer, err := strconv.Atoi(t["layer"]); err == nil && layer >= -20 && layer <= 20 {
		w.Layer = int8(layer)
	}
	w.Speed = firstOf(speedOf, t["maxspeed:forward"], t["maxspeed"])
	w.SpeedBack = firstOf(speedOf, t["maxspeed:backward"], t["maxspeed"])
	if class == road.Ferry {
		w.Seconds = secondsOf(t["duration"])
		w.Wait = secondsOf(t["interval"]) / 2
	}
	access(&w, t)
	return w, w.Forward|w.Backward != 0
}

// classOf finds the class of a way. Roads being built, planned or given up are
// no roads.
func classOf(t tags) (road.Class, bool) {
	if t["route"] == "ferry" || t["route"] == "shuttle_train" {
		return road.Ferry, true
	}
	h := t["highway"]
	if h == "" || t["area"] == "yes" || t["indoor"] == "yes" {
		return 0, false
	}
	switch h {
	case "path", "bridleway":
		return road.Footway, true
	case "road":
		return road.Unclassified, true
	case "busway", "bus_guideway", "escape", "emergency_access":
		return road.Service, true
	case "ferry", "gate":
		return 0, false
	}
	return road.ClassNamed(h)
}

// longest is the most bytes of a name that the road core keeps.
const longest = 500

// words makes a name fit to be stored and shown: UTF-8 without control signs,
// of a length that somebody could mean.
func words(s string) string {
	if len(s) > longest {
		s = strings.Clone(s[:longest])
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
}

func is(v string) bool { return v != "" && v != "no" && v != "false" && v != "0" }

func unpaved(t tags) bool {
	switch t["surface"] {
	case "unpaved", "gravel", "fine_gravel", "compacted", "dirt", "earth", "ground", "mud", "sand",
		"grass", "pebblestone", "rock", "woodchips", "snow", "ice":
		return true
	case "":
		return t["highway"] == "track" && t["tracktype"] != "grade1"
	}
	return false
}

func firstOf(read func(string) float64, values ...string) float64 {
	for _, v := range values {
		if x := read(v); x > 0 {
			return x
		}
	}
	return 0
}

// number splits a quantity into its number and its unit; 0 when there is none.
func number(s string) (float64, string) {
	s = strings.TrimSpace(s)
	end := 0
	for end < len(s) && (s[end] >= '0' && s[end] <= '9' || s[end] == '.' || s[end] == ',') {
		end++
	}
	v, err := strconv.ParseFloat(strings.ReplaceAll(s[:end], ",", "."), 64)
	if err != nil || math.IsNaN(v) || v < 0 || v > 1e6 {
		return 0, ""
	}
	return v, strings.TrimSpace(s[end:])
}

// speedOf reads a speed limit in km/h.
func speedOf(s string) float64 {
	switch s {
	case "walk":
		return 5
	case "none":
		return 130
	}
	v, unit := number(s)
	switch unit {
	case "mph":
		v *= 1.609344
	case "knots":
		v *= 1.852
	}
	if v > 300 {
		return 0
	}
	return v
}

// metresOf reads a length in metres: 3.5, 3.5 m, 12'6".
func metresOf(s string) float64 {
	v, unit := number(s)
	switch {
	case unit == "", unit == "m":
		return v
	case unit == "cm":
		return v / 100
	case strings.HasPrefix(unit, "'"):
		inches, _ := number(unit[1:])
		return (v*12 + inches) * 0.0254
	case unit == "ft":
		return v * 0.3048
	}
	return 0
}

// tonnesOf reads a weight in tonnes.
func tonnesOf(s string) float64 {
	v, unit := number(s)
	switch unit {
	case "", "t":
		return v
	case "kg":
		return v / 1000
	case "st":
		return v * 0.90718474
	case "lbs":
		return v * 0.00045359237
	}
	return 0
}

// secondsOf reads a duration: minutes, hh:mm, hh:mm:ss or PT1H30M.
func secondsOf(s string) float64 {
	s = strings.TrimSpace(s)
	if rest, ok := strings.CutPrefix(s, "PT"); ok {
		return isoSeconds(rest)
	}
	parts := strings.Split(s, ":")
	if len(parts) > 3 {
		return 0
	}
	sum := 0.0
	for _, p := range parts {
		v, err := strconv.Atoi(p)
		if err != nil || v < 0 || v > 10_000 {
			return 0
		}
		sum = sum*60 + float64(v)
	}
	if len(parts) < 3 {
		sum *= 60
	}
	return sum
}

func isoSeconds(s string) float64 {
	sum := 0.0
	for s != "" {
		v, rest := number(s)
		if rest == "" {
			return 0
		}
		scale, ok := map[byte]float64{'H': 3600, 'M': 60, 'S': 1}[rest[0]]
		if !ok {
			return 0
		}
		sum += v * scale
		s = rest[1:]
	}
	return sum
}
