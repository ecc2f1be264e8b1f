package study

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"onemap/dispatch"
)

func TestParametersAreRefusedByPath(t *testing.T) {
	for name, c := range map[string]struct {
		kind, params string
		want         string // path code, each
	}{
		"a whole coverage":         {"coverage", `{"kinds": ["shelter"], "limits_s": [300, 900], "division": "130302", "profile": "foot", "open_only": false}`, ""},
		"a kind nobody knows":      {"horoscope", `{}`, "kind bad_enum"},
		"nothing to reach from":    {"coverage", `{"limits_s": [900]}`, "params.kinds required"},
		"no limit":                 {"coverage", `{"kinds": ["depot"]}`, "params.limits_s required"},
		"both limits":              {"coverage", `{"kinds": ["depot"], "limits_s": [9], "distances_m": [9]}`, "params.limits_s either_or"},
		"limits that fall":         {"coverage", `{"kinds": ["depot"], "limits_s": [900, 300]}`, "params.limits_s[1] out_of_range"},
		"limits that are none":     {"coverage", `{"kinds": ["depot"], "limits_s": [0, -1]}`, "params.limits_s[0] out_of_range, params.limits_s[1] out_of_range"},
		"a limit of no time":       {"capacity", `{"limits_s": [1e-9]}`, "params.limits_s[0] out_of_range"},
		"a limit of no length":     {"evacuation", `{"zone_hazard": "01930000-0000-7000-8000-000000000001", "zone_buffer_m": 500, "distances_m": [0.01]}`, "params.distances_m[0] out_of_range"},
		"a cost of almost nothing": {"siting", `{"model": "mclp", "budget": 3, "limits_s": [900], "candidates": [{"point": {"type": "Point", "coordinates": [119, 39]}, "cost": 0.004}]}`, "params.candidates[0].cost out_of_range"},
		"six limits":               {"coverage", `{"kinds": ["depot"], "limits_s": [1, 2, 3, 4, 5, 6]}`, "params.limits_s out_of_range"},
		"seconds as the crow":      {"coverage", `{"kinds": ["depot"], "limits_s": [9], "basis": "crow_flies"}`, "params.limits_s either_or"},
		"metres by road":           {"coverage", `{"kinds": ["depot"], "distances_m": [9], "basis": "road"}`, "params.distances_m either_or"},
		"driving along a line":     {"coverage", `{"kinds": ["depot"], "distances_m": [9], "profile": "car"}`, "params.profile either_or"},
		"a field of other kinds":   {"coverage", `{"kinds": ["depot"], "distances_m": [9], "hours": 2, "model": "mclp"}`, "params.hours not_counted, params.model not_counted"},
		"a misspelt field":         {"coverage", `{"kinds": ["depot"], "distances_m": [9], "hour": 2}`, "params.hour not_counted"},
		"a candidate in space":     {"coverage", `{"distances_m": [9], "candidates": [{"point": {"type": "Point", "coordinates": [200, 91]}}]}`, "params.candidates[0].point bad_geometry"},
		"a candidate that is long": {"coverage", `{"distances_m": [9], "candidates": [{"point": {"type": "LineString", "coordinates": [[1, 1], [2, 2]]}}]}`, "params.candidates[0].point bad_geometry"},
		"a model with a number":    {"siting", `{"model": "mclp", "sites": 3, "limits_s": [900], "candidate_grid_m": 500}`, ""},
		"a model without":          {"siting", `{"model": "mclp", "limits_s": [900], "candidate_grid_m": 500}`, "params.sites either_or"},
		"sites and a budget":       {"siting", `{"model": "p_median", "sites": 3, "budget": 9, "candidate_grid_m": 500}`, "params.sites either_or"},
		"fewest, but so many":      {"siting", `{"model": "lscp", "sites": 3, "limits_s": [900], "candidate_grid_m": 500}`, "params.sites not_counted"},
		"nowhere to build":         {"siting", `{"model": "p_median", "sites": 3}`, "params.candidates required"},
		"too many sites":           {"siting", `{"model": "p_median", "sites": 201, "candidate_ledger": "shelter"}`, "params.sites out_of_range"},
		"a zone":                   {"evacuation", `{"zone": {"type": "Polygon", "coordinates": [[[119, 39], [120, 39], [120, 40], [119, 39]]]}, "mode": "bus"}`, ""},
		"a zone that is crossed":   {"evacuation", `{"zone": {"type": "Polygon", "coordinates": [[[119, 39], [120, 40], [120, 39], [119, 40], [119, 39]]]}}`, "params.zone.coordinates[0][0] invalid_geometry"},
		"a point without a buffer": {"evacuation", `{"zone": {"type": "Point", "coordinates": [119, 39]}}`, "params.zone_buffer_m required"},
		"two zones":                {"evacuation", `{"zone_incident": "01930000-0000-7000-8000-000000000001", "zone_hazard": "01930000-0000-7000-8000-000000000001", "zone_buffer_m": 500}`, "params.zone either_or"},
		"no item":                  {"depot_readiness", `{"hours": 2}`, "params.item required"},
		"an item that is none":     {"depot_readiness", `{"item": "tents", "hours": 999}`, "params.item bad_item, params.hours out_of_range"},
	} {
		_, err := Check(c.kind, json.RawMessage(c.params))
		var refusal *dispatch.Error
		var got []string
		if errors.As(err, &refusal) {
			for _, f := range refusal.Fields {
				got = append(got, f.Path+" "+f.Code)
			}
		}
		if found := strings.Join(got, ", "); found != c.want {
			t.Errorf("%s: %q, want %q", name, found, c.want)
		}
	}
}

func TestEveryKindIsAskedWithFieldsOfItsOwn(t *testing.T) {
	if want := slices.Sorted(slices.Values(dispatch.StudyKinds)); fmt.Sprint(want) != fmt.Sprint(slices.Sorted(maps.Keys(counts))) {
		t.Errorf("kinds %v, with fields %v", want, slices.Sorted(maps.Keys(counts)))
	}
	raw, err := json.Marshal(Params{})
	if err != nil || string(raw) != "{}" {
		t.Errorf("nothing asked is %s, %v", raw, err)
	}
	named := map[string]bool{}
	for _, field := range fieldsOf(Params{}) {
		named[field] = true
	}
	for kind, fields := range counts {
		for _, field := range fields {
			if !named[field] {
				t.Errorf("%s counts %s, which is no parameter", kind, field)
			}
		}
	}
}

// fieldsOf are the names of a structure's fields in JSON.
func fieldsOf(v any) (all []string) {
	kind := reflect.TypeOf(v)
	for i := range kind.NumField() {
		name, _, _ := strings.Cut(kind.Field(i).Tag.Get("json"), ",")
		all = append(all, name)
	}
	return all
}
