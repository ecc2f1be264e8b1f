package web

import (
	"encoding/json"
	"errors"
	"math"
	"net/url"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"onemap/dispatch/cql"
	"onemap/geo"
	"onemap/geo/overlay"
)

// ogcParameters are the parameters of items; beside them each scalar property
// of the collection is one.
var ogcParameters = []string{"f", "limit", "after", "bbox", "bbox-crs", "datetime", "crs", "filter", "filter-lang", "filter-crs"}

// Items of a page: unless asked otherwise, and at most.
const (
	pageItems     = 500
	mostPageItems = 5000
)

// ogcQuery is what items are asked for.
type ogcQuery struct {
	limit   int
	after   string
	crs     ogcCRS
	box     orb.Geometry // nil: everywhere
	span    cql.Span
	filters []*cql.Filter
}

func (col ogcCollection) query(q url.Values) (out ogcQuery, err error) {
	out = ogcQuery{limit: pageItems, span: always, after: q.Get("after")}
	if text := q.Get("limit"); text != "" {
		if out.limit, err = strconv.Atoi(text); err != nil || out.limit < 1 {
			return out, badParameter("limit", "1 or more")
		}
		out.limit = min(out.limit, mostPageItems)
	}
	if out.crs, err = crsOf("crs", q.Get("crs")); err != nil {
		return out, err
	}
	if out.box, err = boxOf(q.Get("bbox"), q.Get("bbox-crs")); err != nil {
		return out, err
	}
	if text := q.Get("datetime"); text != "" {
		if out.span, err = spanOf(text); err != nil {
			return out, err
		}
	}
	return out, col.addFilters(&out, q)
}

// addFilters reads filter, and one for each property that is named.
func (col ogcCollection) addFilters(out *ogcQuery, q url.Values) error {
	schema := col.schema()
	add := func(e *cql.Expr, err error) error {
		var f *cql.Filter
		if err == nil {
			f, err = e.Check(schema)
		}
		out.filters = append(out.filters, f)
		return filterRefusal(err)
	}
	if text := q.Get("filter"); text != "" {
		crs, err := crsOf("filter-crs", q.Get("filter-crs"))
		if err != nil {
			return err
		}
		switch lang := q.Get("filter-lang"); {
		case lang == "cql2-json" || lang == "" && strings.HasPrefix(strings.TrimSpace(text), "{"):
			err = add(cql.ParseJSON([]byte(text), crs.axes))
		case lang == "" || lang == "cql2-text" || lang == "cql-text": // the last is its name in the draft
			err = add(cql.ParseText(text, crs.axes))
		default:
			err = badParameter("filter-lang", "one of: cql2-text, cql2-json")
		}
		if err != nil {
			return err
		}
	}
	for _, p := range col.properties {
		if v, asked := q[p.name]; asked && p.scalar() {
			if err := add(p.equals(v[0])); err != nil {
				return err
			}
		}
	}
	return nil
}

// equals is the filter that the property has a value given as text.
func (p ogcProperty) equals(v string) (*cql.Expr, error) {
	switch p.of {
	case cql.Number:
		n, err := strconv.ParseFloat(v, 64)
		if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
			return nil, badParameter(p.name, "a number")
		}
		return cql.Equal(p.name, n), nil
	case cql.Boolean:
		if v != "true" && v != "false" {
			return nil, badParameter(p.name, "true or false")
		}
		return cql.Equal(p.name, v == "true"), nil
	}
	return cql.Equal(p.name, v), nil
}

// filterRefusal answers for a filter: the property or function is named.
func filterRefusal(err error) error {
	var bad *cql.Error
	if !errors.As(err, &bad) {
		return err
	}
	status := 400
	if bad.Code == "filter_too_large" {
		status = 413
	}
	path := "filter"
	if bad.Name != "" {
		path += "." + bad.Name
	}
	return &refused{status: status, code: bad.Code, detail: bad.Text, fields: []FieldProblem{{Path: path, Code: bad.Code, Text: bad.Text}}}
}

// boxOf reads bbox: west, south, east, north, with heights between or without.
func boxOf(text, uri string) (orb.Geometry, error) {
	crs, err := crsOf("bbox-crs", uri)
	if err != nil || text == "" {
		return nil, err
	}
	parts := strings.Split(text, ",")
	if len(parts) == 6 {
		parts = []string{parts[0], parts[1], parts[3], parts[4]}
	}
	var n [4]float64
	if len(parts) != 4 {
		return nil, badParameter("bbox", "four or six numbers")
	}
	for i, part := range parts {
		if n[i], err = strconv.ParseFloat(strings.TrimSpace(part), 64); err != nil || math.IsNaN(n[i]) || math.IsInf(n[i], 0) {
			return nil, badParameter("bbox", "four or six numbers")
		}
	}
	low, high := crs.from(orb.Point{n[0], n[1]}), crs.from(orb.Point{n[2], n[3]})
	for _, corner := range []orb.Point{low, high} {
		if err := geo.Check(corner); err != nil {
			return nil, badParameter("bbox", err.Error())
		}
	}
	box, err := cql.Box(low, high)
	if err != nil {
		return nil, badParameter("bbox", "its south lies north of its north")
	}
	return box, nil
}

// spanOf reads datetime: a moment, or two with a slash between.
func spanOf(text string) (cql.Span, error) {
	first, last, two := strings.Cut(text, "/")
	from, _, okFrom := cql.ParseTime(first)
	to, okTo := from, okFrom
	if two {
		to, _, okTo = cql.ParseTime(last)
	}
	if !okFrom || !okTo || from.From > to.To || !two && (first == "" || first == "..") {
		return always, badParameter("datetime", "a time (RFC 3339), or two with / between, .. for an open end")
	}
	return cql.Span{From: from.From, To: to.To}, nil
}

// asked answers a filter about one row; its properties are read when the first
// of them is.
type asked struct {
	row     *ogcRow
	members map[string]any
	err     error
}

// Value returns a property as its reader may see it.
func (a *asked) Value(name string) any {
	switch name {
	case "geometry":
		return a.row.geometry
	case "id":
		return a.row.id()
	}
	if a.row.entry != nil {
		if v, plain := a.row.members.read(a.row.entry, name); plain {
			return v
		}
	}
	if a.members == nil {
		a.members = map[string]any{}
		raw, err := a.row.write()
		if err == nil {
			err = json.Unmarshal(raw, &a.members)
		}
		a.err = err
	}
	return a.members[name]
}

// takes reports whether a row is asked for, wherever the page begins.
func (q ogcQuery) takes(r *ogcRow) (bool, error) {
	if r.span.From > q.span.To || r.span.To < q.span.From {
		return false, nil
	}
	if q.box != nil {
		if in, err := meets(q.box, r.geometry); !in || err != nil {
			return false, err
		}
	}
	if len(q.filters) == 0 {
		return true, nil
	}
	feature := &asked{row: r}
	for _, f := range q.filters {
		yes, err := f.Match(feature)
		if feature.err != nil {
			return false, feature.err
		}
		if !yes || err != nil {
			return false, filterRefusal(err)
		}
	}
	return true, nil
}

// meets reports whether a geometry and a box share a point. What lies all
// within is seen without looking closer; what is nowhere is in no box.
func meets(box, g orb.Geometry) (bool, error) {
	if g == nil {
		return false, nil
	}
	bound := g.Bound()
	if !box.Bound().Intersects(bound) {
		return false, nil
	}
	if _, whole := box.(orb.Polygon); whole && box.Bound().Contains(bound.Min) && box.Bound().Contains(bound.Max) {
		return true, nil
	}
	return overlay.Relate(overlay.Intersects, g, box)
}
