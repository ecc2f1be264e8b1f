package study

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"onemap/dispatch"
	"onemap/geo/road"
)

// serve, how and zones are groups of fields that several kinds have.
var (
	serve = []string{"ids", "open_only", "class"}
	how   = []string{"profile", "basis", "limits_s", "distances_m"}
	zones = []string{"zone", "zone_incident", "zone_hazard"}
)

// counts says which fields count for a kind of study beside the division.
var counts = map[string][]string{
	"coverage":        slices.Concat([]string{"kinds", "candidates"}, serve, how),
	"capacity":        slices.Concat([]string{"kinds", "mode", "candidates", "capacity"}, serve, how),
	"accessibility":   slices.Concat([]string{"kinds", "mode"}, serve, how),
	"shelter_norms":   slices.Concat([]string{"mode", "profile", "basis"}, serve),
	"station_norms":   {"ids", "open_only", "profile", "limits_s"},
	"depot_readiness": {"ids", "open_only", "item", "per_thousand", "hours", "profile"},
	"hazard_response": {"ids", "open_only", "unit_kinds", "hazard_kinds", "profile", "limits_s"},
	"siting": slices.Concat([]string{"kinds", "mode", "model", "sites", "budget", "capacity", "keep_existing", "prove",
		"candidates", "candidate_ledger", "candidate_grid_m"}, serve, how),
	"evacuation": slices.Concat([]string{"mode", "zone_buffer_m"}, zones, serve, how),
}

const (
	leastLimit      = 0.1 // seconds or metres: what travel is counted in
	longestLimitS   = 6 * 3600
	longestMetres   = 200_000
	mostLimits      = 5
	mostIDs         = 2000
	mostCandidates  = 500
	mostSites       = 200
	mostPlaces      = 10_000_000
	widestBuffer    = 50_000
	longestHours    = 240
	zoneVertices    = 10_000
	leastCost       = 0.01 // what costs are counted in
	mostCost        = 1e12
	mostPerThousand = 1e6
)

var (
	bases        = []string{dispatch.ByRoad, dispatch.CrowFlies}
	models       = []string{"lscp", "lscp_backup", "mclp", "mclp_backup", "p_median", "p_centre"}
	modes        = []string{"foot", "bus", "car"}
	serving      = []dispatch.Ledger{dispatch.Units, dispatch.Teams, dispatch.Depots, dispatch.Shelters, dispatch.Hazards, dispatch.Cameras}
	itemCode     = regexp.MustCompile(`^[0-9]{7}$`)
	divisionCode = regexp.MustCompile(`^[0-9]{6}([0-9]{3})?$`)
)

// Check reads the parameters of a study, as JSON, and refuses by path what
// cannot be: a value out of its range, a field that does not count for the
// kind, one that the kind cannot do without. Paths begin with params.
func Check(kind string, raw json.RawMessage) (Params, error) {
	c := check{given: map[string]json.RawMessage{}}
	if _, known := counts[kind]; !known {
		c.problems.OneOf("kind", kind, dispatch.StudyKinds)
		return Params{}, c.problems.Err()
	}
	if err := json.Unmarshal(raw, &c.given); err != nil {
		c.add("", "bad_json", "%v", err)
		return Params{}, c.problems.Err()
	}
	for _, name := range slices.Sorted(maps.Keys(c.given)) {
		if name != "division" && !slices.Contains(counts[kind], name) {
			c.add(name, "not_counted", "does not count for a study of %s", kind)
		}
	}
	if err := json.Unmarshal(raw, &c.Params); err != nil {
		c.add("", "bad_json", "%v", err)
	}
	if len(c.problems) > 0 {
		return Params{}, c.problems.Err()
	}
	c.ranges()
	c.wants(kind)
	return c.Params, c.problems.Err()
}

// ranges checks every value that was given, whatever the kind.
func (c *check) ranges() {
	c.common()
	c.travel()
	c.placing()
	c.zone()
}

// sound refuses by path what no study can be asked with, also where the
// parameters did not come as JSON: a number that is none, a zone that crosses
// itself, too many of anything.
func (q Params) sound() error {
	c := check{Params: q, given: map[string]json.RawMessage{}}
	fields := reflect.ValueOf(q)
	for i := range fields.NumField() {
		if name, _, _ := strings.Cut(fields.Type().Field(i).Tag.Get("json"), ","); !fields.Field(i).IsZero() {
			c.given[name] = json.RawMessage("true")
		}
	}
	c.ranges()
	return c.problems.Err()
}

// check is one reading of parameters.
type check struct {
	Params
	given    map[string]json.RawMessage
	problems dispatch.Problems
}

func (c *check) add(path, code, format string, args ...any) {
	if path != "" {
		path = "." + path
	}
	c.problems.Add("params"+path, code, format, args...)
}

func (c *check) has(field string) bool { return c.given[field] != nil }

// within refuses a number that was given and lies outside, or is none.
func (c *check) within(field string, v, low, high float64) {
	if c.has(field) && !(v >= low && v <= high) {
		c.add(field, "out_of_range", "%v is not within %v and %v", v, low, high)
	}
}

func (c *check) oneOf(field, value string, set []string) {
	if c.has(field) {
		c.problems.OneOf("params."+field, value, set)
	}
}

// each refuses a list that is empty, too long, or names something twice or
// outside a set; a nil set is not asked.
func (c *check) each(field string, values []string, most int, set []string) {
	if c.has(field) && (len(values) == 0 || len(values) > most) {
		c.add(field, "out_of_range", "%d is not within 1 and %d", len(values), most)
		return
	}
	seen := map[string]bool{}
	for i, v := range values {
		path := fmt.Sprintf("%s[%d]", field, i)
		if set != nil {
			c.problems.OneOf("params."+path, v, set)
		}
		if seen[v] {
			c.add(path, "duplicate", "%s stands twice", v)
		}
		seen[v] = true
	}
}

func (c *check) common() {
	var known, ids []string
	for _, l := range serving {
		known = append(known, string(l))
	}
	for _, id := range c.IDs {
		ids = append(ids, id.String())
	}
	c.each("kinds", c.Kinds, len(known), known)
	c.each("ids", ids, mostIDs, nil)
	c.each("unit_kinds", c.UnitKinds, len(dispatch.UnitKinds), dispatch.UnitKinds)
	c.each("hazard_kinds", c.HazardKinds, len(dispatch.HazardKinds), dispatch.HazardKinds)
	c.oneOf("class", c.Class, dispatch.ShelterClasses)
	c.oneOf("mode", c.Mode, modes)
	if c.has("division") && !divisionCode.MatchString(c.Division) {
		c.add("division", "bad_division", "%q is not a code of six or nine digits", c.Division)
	}
	if c.has("item") && !itemCode.MatchString(c.Item) {
		c.add("item", "bad_item", "%q is not a GB/T 38565 code of seven digits", c.Item)
	}
	c.within("hours", c.Hours, 0.01, longestHours)
	c.within("per_thousand", c.PerThousand, 0, mostPerThousand)
}

// travel checks by what nearness is measured.
func (c *check) travel() {
	var names []string
	for _, p := range road.Profiles() {
		names = append(names, p.Name)
	}
	c.oneOf("profile", c.Profile, names)
	c.oneOf("basis", c.Basis, bases)
	c.rising("limits_s", c.LimitsS, longestLimitS)
	c.rising("distances_m", c.DistancesM, longestMetres)
	switch {
	case len(c.LimitsS) > 0 && len(c.DistancesM) > 0:
		c.add("limits_s", "either_or", "either distances_m or limits_s")
	case len(c.LimitsS) > 0 && c.Basis == dispatch.CrowFlies:
		c.add("limits_s", "either_or", "a straight line has a length and no time: give distances_m")
	case len(c.DistancesM) > 0 && c.Basis == dispatch.ByRoad:
		c.add("distances_m", "either_or", "by road it is times that count: give limits_s")
	case c.Profile != "" && (len(c.DistancesM) > 0 || c.Basis == dispatch.CrowFlies):
		c.add("profile", "either_or", "nobody drives along a straight line")
	}
}

// rising refuses limits that are none, too many, or do not rise.
func (c *check) rising(field string, values []float64, most float64) {
	if c.has(field) && (len(values) == 0 || len(values) > mostLimits) {
		c.add(field, "out_of_range", "%d is not within 1 and %d", len(values), mostLimits)
		return
	}
	for i, v := range values {
		switch path := fmt.Sprintf("%s[%d]", field, i); {
		case !(v >= leastLimit && v <= most):
			c.add(path, "out_of_range", "%v is not within %v and %v", v, leastLimit, most)
		case i > 0 && v <= values[i-1]:
			c.add(path, "out_of_range", "%v does not lie above the one before", v)
		}
	}
}
