package web

import (
	"encoding/json"
	"reflect"
	"strings"
	"time"

	"onemap/dispatch"
)

// entryMembers reads single properties of a ledger's entries where they stand:
// a filter that asks thirty thousand for their people writes none of them. What
// it returns is what reading the written properties would.
type entryMembers map[string]member

// member is one field of an entry's head or detail.
type member struct {
	detail bool
	index  []int
	omit   bool // not written while it is zero
}

// plainMembers lists what can be read so: plain texts, numbers and truths, days
// and moments. Lists and objects are not among them, nor is anything that a
// mask touches.
func plainMembers(l dispatch.Ledger) entryMembers {
	all, seen := entryMembers{}, map[string]bool{}
	all.add(reflect.TypeFor[dispatch.Head](), false, seen)
	detail, err := dispatch.NewDetail(l)
	if err != nil {
		return all
	}
	if _, writesItself := detail.(json.Marshaler); writesItself {
		return entryMembers{}
	}
	all.add(reflect.TypeOf(detail).Elem(), true, seen)
	return all
}

func (m entryMembers) add(t reflect.Type, detail bool, seen map[string]bool) {
	for _, f := range reflect.VisibleFields(t) {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" || name == "-" || !f.IsExported() {
			continue
		}
		if seen[name] { // which of the two is written hangs on what they hold
			delete(m, name)
			continue
		}
		seen[name] = true
		if options != "" && options != "omitempty" || people[name] || private[name] || !plain(f.Type) || len(f.Index) > 1 {
			continue
		}
		m[name] = member{detail, f.Index, options == "omitempty"}
	}
}

var jsonWriting = reflect.TypeFor[json.Marshaler]()

// plain reports a type whose values valueOf reads as JSON would give them back.
func plain(t reflect.Type) bool {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == dayType || t == momentType {
		return true
	}
	if p := reflect.PointerTo(t); p.Implements(jsonWriting) || p.Implements(textWriting) {
		return false
	}
	switch t.Kind() {
	case reflect.String, reflect.Bool, reflect.Float64, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return true
	}
	return false
}

// read returns a property of an entry; false: it must be looked up in what is
// written.
func (m entryMembers) read(e *dispatch.Entry, name string) (any, bool) {
	switch name {
	case "version":
		return float64(e.Version), true
	case "recorded_at":
		return e.RecordedAt.UTC().Format(time.RFC3339Nano), true
	}
	f, ok := m[name]
	if !ok {
		return nil, false
	}
	from := reflect.ValueOf(&e.Head)
	if f.detail {
		from = reflect.ValueOf(e.Detail)
	}
	v := from.Elem().FieldByIndex(f.index)
	pointer := v.Kind() == reflect.Pointer
	if pointer {
		if v.IsNil() {
			return nil, true
		}
		v = v.Elem()
	}
	if f.omit && !pointer && v.Kind() != reflect.Struct && v.IsZero() {
		return nil, true
	}
	return valueOf(v), true
}

func valueOf(v reflect.Value) any {
	switch {
	case v.Kind() == reflect.String:
		return v.String()
	case v.Kind() == reflect.Bool:
		return v.Bool()
	case v.CanInt():
		return float64(v.Int())
	case v.CanUint():
		return float64(v.Uint())
	case v.CanFloat():
		return v.Float()
	}
	switch at := v.Interface().(type) {
	case dispatch.Date:
		return at.Format(time.DateOnly)
	case time.Time:
		return at.Format(time.RFC3339Nano)
	}
	return nil
}
