package web

import (
	"encoding"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"time"

	"onemap/dispatch"
	"onemap/dispatch/cql"
)

// ogcProperty is a member of a collection's features that may be asked for.
type ogcProperty struct {
	name string
	of   cql.Type
}

// propertiesOf lists the members that values of those types have as JSON, in
// the order they are written. Objects are left out: nothing is asked of them.
func propertiesOf(types ...reflect.Type) (all []ogcProperty) {
	for _, t := range types {
		for i := range t.NumField() {
			f := t.Field(i)
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			switch {
			case f.Anonymous && name == "":
				all = append(all, propertiesOf(f.Type)...)
			case name != "-" && name != "" && f.IsExported():
				if of := typeOf(f.Type); of != cql.Any {
					all = append(all, ogcProperty{name, of})
				}
			}
		}
	}
	return all
}

var (
	dayType     = reflect.TypeFor[dispatch.Date]()
	momentType  = reflect.TypeFor[time.Time]()
	rawType     = reflect.TypeFor[json.RawMessage]()
	textWriting = reflect.TypeFor[encoding.TextMarshaler]()
)

func typeOf(t reflect.Type) cql.Type {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t == dayType:
		return cql.Date
	case t == momentType:
		return cql.Timestamp
	case t == rawType:
		return cql.Any
	case t.Implements(textWriting):
		return cql.Text
	}
	switch t.Kind() {
	case reflect.String:
		return cql.Text
	case reflect.Bool:
		return cql.Boolean
	case reflect.Slice:
		return cql.List
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Float32, reflect.Float64:
		return cql.Number
	}
	return cql.Any
}

// schemaOf is what a filter may ask of a collection.
func (col ogcCollection) schema() cql.Schema {
	s := cql.Schema{"geometry": cql.Geometry, "id": cql.Text}
	for _, p := range col.properties {
		s[p.name] = p.of
	}
	return s
}

// queryable writes a property as JSON schema.
func queryable(p ogcProperty) map[string]any {
	out := map[string]any{"title": p.name}
	switch p.of {
	case cql.Number:
		out["type"] = "number"
	case cql.Boolean:
		out["type"] = "boolean"
	case cql.Date:
		out["type"], out["format"] = "string", "date"
	case cql.Timestamp:
		out["type"], out["format"] = "string", "date-time"
	case cql.List:
		out["type"] = "array"
	default:
		out["type"] = "string"
	}
	return out
}

// scalar reports a property that a parameter of its name may ask for.
func (p ogcProperty) scalar() bool {
	return (p.of == cql.Text || p.of == cql.Number || p.of == cql.Boolean) && !slices.Contains(ogcParameters, p.name)
}
