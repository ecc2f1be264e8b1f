package cql_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"onemap/dispatch/cql"
)

var schema = cql.Schema{
	"name": cql.Text, "n": cql.Number, "ok": cql.Boolean, "day": cql.Date, "at": cql.Timestamp, "geometry": cql.Geometry,
	"tags": cql.List, "thing": cql.Any, "名称": cql.Text,
}

func match(t *testing.T, text string, r row) (bool, error) {
	t.Helper()
	e, err := cql.ParseText(text, nil)
	if err != nil {
		return false, err
	}
	f, err := e.Check(schema)
	if err != nil {
		return false, err
	}
	return f.Match(r)
}

func TestFiltersAnswer(t *testing.T) {
	r := row{"name": "海港 O'Brien_100%", "n": 7.0, "ok": true, "day": "2026-11-23", "at": "2026-11-23T08:00:00Z", "tags": []any{"a", 1.0},
		"geometry": orb.Point{119.6, 39.9}, "thing": map[string]any{}, "名称": "尾矿库"}
	for text, want := range map[string]bool{
		`name LIKE '海港%'`:                             true,
		`name LIKE '%O''Brien\_100\%'`:                true,
		`name LIKE '%O''Brien\_100'`:                  false,
		`name LIKE '%\'Brien%'`:                       true,
		`"名称" = '尾矿库' AND 名称 IS NOT NULL`:             true,
		`2 + 3 * 2 ^ 2 = 14`:                          true,
		`-n + 8 = 1 and (n - 1) * 2 = 12`:             true,
		`7 div 2 = 3 AND 7 % 4 = 3`:                   true,
		`n / 0 = 1 OR NOT (n / 0 = 1)`:                false, // not known either way
		`NOT (n = 8) AND n BETWEEN 7 AND 7`:           true,
		`at = '2026-11-23T08:00:00Z'`:                 true, // a text beside a time is one
		`at > DATE('2026-11-22')`:                     true,
		`day IN ('2026-11-23')`:                       true,
		`ok`:                                          true,
		`ok = TRUE AND NOT ok = false`:                true,
		`A_CONTAINS(tags, ('a'))`:                     true,
		`A_EQUALS(tags, (1, 'a'))`:                    true,
		`A_OVERLAPS(tags, ('x', 'y'))`:                false,
		`A_CONTAINEDBY(('a'), tags)`:                  true,
		`thing = 'x' OR thing IS NULL`:                false,
		`CASEI(name) LIKE casei('%o''BRIEN%')`:        true,
		`S_INTERSECTS(geometry, BBOX(119,39,120,40))`: true,
		`S_WITHIN(geometry, POLYGON((119 39, 120 39, 120 40, 119 40, 119 39)))`:     true,
		`S_DISJOINT(geometry, GEOMETRYCOLLECTION(POINT(1 2), LINESTRING(3 4,5 6)))`: true,
		`T_DURING(at, INTERVAL('2026-11-23', '..'))`:                                true,
		`T_AFTER(day, DATE('2026-11-23'))`:                                          false,
	} {
		got, err := match(t, text, r)
		if err != nil || got != want {
			t.Errorf("%s: %t %v", text, got, err)
		}
	}
}

func TestUnknownIsNotTrue(t *testing.T) {
	for _, text := range []string{`name = 'x'`, `name <> 'x'`, `NOT name = 'x'`, `name LIKE '%'`, `name IN ('x')`, `name NOT IN ('x')`, `n NOT BETWEEN 1 AND 2`, `T_AFTER(at, DATE('2020-01-01'))`, `S_DISJOINT(geometry, POINT(1 1))`, `name = 'x' AND ok`} {
		if got, err := match(t, text, row{"ok": true}); got || err != nil {
			t.Errorf("%s of nothing: %t %v", text, got, err)
		}
	}
}

func TestRefusalsAreNamed(t *testing.T) {
	deep := strings.Repeat("(", 60) + "n = 1" + strings.Repeat(")", 60)
	for text, code := range map[string]string{
		``: "filter_syntax", `n =`: "filter_syntax", `n = 1 n`: "filter_syntax", `(n = 1`: "filter_syntax", `name = 'x`: "filter_syntax", `n ! 1`: "filter_syntax",
		`AND`: "filter_syntax", `n NOT 3`: "filter_syntax", `n IN 3`: "filter_syntax", `T_AFTER(at)`: "filter_syntax", `CASEI(name, name) = 'x'`: "filter_syntax",
		`at > DATE('yesterday')`: "filter_syntax", `T_DURING(at, INTERVAL('2027-01-01','2026-01-01'))`: "filter_syntax", `S_WITHIN(geometry, POINT(1))`: "filter_syntax",
		`S_WITHIN(geometry, POINT(1 91))`: "filter_syntax", `S_WITHIN(geometry, POLYGON((0 0,1 0,1 1)))`: "filter_syntax", `S_WITHIN(geometry, BBOX(1,2,3))`: "filter_syntax",
		`S_WITHIN(geometry, BBOX(1,5,2,4))`: "filter_syntax", "\xff = 1": "filter_syntax",
		`nobody = 1`: "unknown_property", `avg(n) > 1`: "unknown_function",
		`n = 'x'`: "filter_type", `name > 3`: "filter_type", `n`: "filter_type", `geometry = 'x'`: "filter_type", `S_WITHIN(name, POINT(1 1))`: "filter_type",
		`name LIKE name`: "filter_type", `n LIKE 'x'`: "filter_type", `ok > false`: "filter_type", `A_EQUALS(n, (1,2))`: "filter_type", `name IN (1)`: "filter_type", `NOT n`: "filter_type",
		`name + 1 = 2`: "filter_type", `T_AFTER(name, DATE('2026-01-01')) AND T_AFTER(n, at)`: "filter_type",
		deep: "filter_too_large", strings.Repeat("NOT ", 60) + "ok": "filter_too_large", "n = " + strings.Repeat("-", 60) + "1": "filter_too_large",
		"n IN (" + strings.Repeat("1,", 5000) + "1)":                              "filter_too_large",
		"S_WITHIN(geometry, MULTIPOINT(" + strings.Repeat("1 1,", 2000) + "1 1))": "filter_too_large",
		"S_WITHIN(geometry, POLYGON" + strings.Repeat("(", 60) + "1 1":            "filter_too_large",
		"name = '" + strings.Repeat("x", cql.MaxBytes) + "'":                      "filter_too_large",
		`S_TOUCHES(geometry, GEOMETRYCOLLECTION(POINT(119.6 39.9)))`:              "filter_type",
	} {
		_, err := match(t, text, row{"geometry": orb.Point{119.6, 39.9}})
		var refusal *cql.Error
		if !errors.As(err, &refusal) || refusal.Code != code {
			t.Errorf("%.60q: %v, want %s", text, err, code)
		}
	}
	for raw, code := range map[string]string{
		`{`: "filter_syntax", `{} {}`: "filter_syntax", `null`: "filter_syntax", `{"op":"="}`: "filter_syntax", `{"op":"=","args":[1]}`: "filter_syntax", `{"op":"in","args":[1,2]}`: "filter_syntax",
		`{"op":"s_within","args":[{"property":"geometry"},{"type":"Point","coordinates":[1]}]}`: "filter_syntax", `{"type":"Box"}`: "filter_syntax", `{"bbox":["a",1,2,3]}`: "filter_syntax",
		`{"interval":["x",".."]}`: "filter_syntax", strings.Repeat("[", 60) + strings.Repeat("]", 60): "filter_too_large", strings.Repeat("[", cql.MaxBytes+1): "filter_too_large",
	} {
		_, err := cql.ParseJSON([]byte(raw), nil)
		var refusal *cql.Error
		if !errors.As(err, &refusal) || refusal.Code != code {
			t.Errorf("%.60q: %v, want %s", raw, err, code)
		}
	}
}

func TestUnknownPropertyIsNamed(t *testing.T) {
	_, err := match(t, `name = 'x' AND caller = 'y'`, nil)
	var refusal *cql.Error
	if !errors.As(err, &refusal) || refusal.Name != "caller" {
		t.Errorf("%v", err)
	}
}

func TestAxesTurnLiterals(t *testing.T) {
	swap := func(x, y float64) (orb.Point, error) { return orb.Point{y, x}, nil }
	for _, text := range []string{`S_INTERSECTS(geometry, POINT(39.9 119.6))`, `S_INTERSECTS(geometry, BBOX(39, 119, 40, 120))`} {
		e, err := cql.ParseText(text, swap)
		if err != nil {
			t.Fatal(err)
		}
		f, err := e.Check(schema)
		if err != nil {
			t.Fatal(err)
		}
		if yes, err := f.Match(row{"geometry": orb.Point{119.6, 39.9}}); !yes || err != nil {
			t.Errorf("%s: %t %v", text, yes, err)
		}
	}
}

// FuzzFilter: whatever is sent is read or refused by name, and what is read and
// fits answers.
func FuzzFilter(f *testing.F) {
	for _, text := range []string{
		`name LIKE 'a%_' AND NOT (n >= -1.5e3 OR ok = TRUE)`, `S_INTERSECTS(geometry, POLYGON((0 0,1 0,1 1,0 0)))`, `T_DURING(INTERVAL(at,'..'), INTERVAL('2020-01-01','..'))`,
		`A_CONTAINS(tags, ('a', 1, (2)))`, `n NOT IN (1, 2 div 3, 4 % 5 ^ 2)`, `S_WITHIN(geometry, BBOX(170,-10,-170,10))`, `{"op":"and","args":[{"op":"isNull","args":[{"property":"n"}]},true]}`,
		`{"op":"s_within","args":[{"property":"geometry"},{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,2,3]}]}]}`, `accenti(casei("名称")) = 'é'`,
	} {
		f.Add(text)
	}
	r := row{"name": "x", "n": 1.0, "ok": true, "day": "2026-01-01", "at": "2026-01-01T00:00:00Z", "tags": []any{"a"}, "geometry": orb.Point{0.5, 0.5}}
	f.Fuzz(func(t *testing.T, text string) {
		for _, parse := range []func() (*cql.Expr, error){
			func() (*cql.Expr, error) { return cql.ParseText(text, nil) },
			func() (*cql.Expr, error) { return cql.ParseJSON([]byte(text), nil) },
		} {
			e, err := parse()
			var checked *cql.Filter
			if err == nil {
				checked, err = e.Check(schema)
			}
			if err == nil {
				_, err = checked.Match(r)
			}
			var refusal *cql.Error
			if err != nil && !errors.As(err, &refusal) {
				t.Errorf("%q: %v is no refusal", text, err)
			}
		}
	})
}
