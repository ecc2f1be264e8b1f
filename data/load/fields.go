package load

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/google/uuid"

	"onemap/dispatch"
)

// field is one property of a ledger.
type field struct {
	name     string
	inHead   bool
	index    int
	kind     reflect.Type
	required bool
}

// fields are the properties of one ledger, in the order they are written.
type fields struct {
	list   []field
	byName map[string]int
}

// fieldsOf reads the properties of a ledger off its Go types, so that files
// and API cannot part.
func fieldsOf(l dispatch.Ledger) fields {
	f := fields{byName: map[string]int{}}
	f.add(reflect.TypeFor[dispatch.Head](), true)
	if detail, err := dispatch.NewDetail(l); err == nil {
		f.add(reflect.TypeOf(detail).Elem(), false)
	}
	return f
}

func (f *fields) add(t reflect.Type, head bool) {
	for i := range t.NumField() {
		name, options, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		kind := t.Field(i).Type
		// Lists may be empty, and the datum is said for the whole file.
		required := !strings.Contains(options, "omitempty") && kind.Kind() != reflect.Slice && name != "source_datum"
		f.byName[name] = len(f.list)
		f.list = append(f.list, field{name, head, i, kind, required})
	}
}

// member is one member of a JSON object.
type member struct {
	name  string
	value json.RawMessage
}

// decode puts properties into head and detail, each alone, so that all that
// are wrong are named. Names are held to the letter, at every depth.
func (in *intake) decode(r raw, e *dispatch.Entry) {
	seen := map[string]bool{}
	for _, m := range r.properties {
		at, ok := in.fields.byName[m.name]
		switch {
		case !ok:
			in.refuse(r.line, m.name, "unknown_field", "a %s has no such property", in.ledger)
			continue
		case seen[m.name]:
			in.refuse(r.line, m.name, "duplicate", "said twice")
			continue
		}
		f := in.fields.list[at]
		if f.required && string(m.value) == `""` {
			continue // an empty text says nothing
		}
		seen[m.name] = true
		if err := f.set(e, m.value); err != nil {
			in.refuse(r.line, m.name, "bad_type", "%v", err)
		}
	}
	for _, f := range in.fields.list {
		if f.required && !seen[f.name] {
			in.refuse(r.line, f.name, "required", "must be said; what is not known is not zero")
		}
	}
}

func (f field) set(e *dispatch.Entry, value json.RawMessage) error {
	if bytes.Equal(value, []byte("null")) {
		if f.required {
			return errors.New("must not be null")
		}
		return nil
	}
	if err := exact(value, f.kind); err != nil {
		return err
	}
	if err := json.Unmarshal(value, f.of(e).Addr().Interface()); err != nil {
		var kind *json.UnmarshalTypeError
		if errors.As(err, &kind) {
			return fmt.Errorf("a %s is no %s", kind.Value, kind.Type)
		}
		return err
	}
	return nil
}

func (f field) of(e *dispatch.Entry) reflect.Value {
	if f.inHead {
		return reflect.ValueOf(&e.Head).Elem().Field(f.index)
	}
	return reflect.ValueOf(e.Detail).Elem().Field(f.index)
}

// exact refuses names that a type does not have to the letter, and names said
// twice, which encoding/json would take in silence (M14).
func exact(value json.RawMessage, t reflect.Type) error {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if reflect.PointerTo(t).Implements(reflect.TypeFor[json.Unmarshaler]()) {
		return nil
	}
	switch t.Kind() {
	case reflect.Struct:
		return exactObject(value, t)
	case reflect.Slice:
		var all []json.RawMessage
		if err := json.Unmarshal(value, &all); err != nil {
			return errors.New("not a list")
		}
		for i, one := range all {
			if err := exact(one, t.Elem()); err != nil {
				return fmt.Errorf("[%d]: %w", i, err)
			}
		}
	}
	return nil
}

func exactObject(value json.RawMessage, t reflect.Type) error {
	all, err := members(value)
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, m := range all {
		of, ok := structField(t, m.name)
		switch {
		case !ok:
			return fmt.Errorf("%s is not known", m.name)
		case seen[m.name]:
			return fmt.Errorf("%s is said twice", m.name)
		}
		seen[m.name] = true
		if err := exact(m.value, of); err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
	}
	return nil
}

func structField(t reflect.Type, name string) (reflect.Type, bool) {
	for i := range t.NumField() {
		if have, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ","); have == name {
			return t.Field(i).Type, true
		}
	}
	return nil, false
}

// members reads an object in the order of the file, repeated names and all.
func members(value json.RawMessage) ([]member, error) {
	d := json.NewDecoder(bytes.NewReader(value))
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return nil, errors.New("not an object")
	}
	var all []member
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, fmt.Errorf("bad JSON: %w", err)
		}
		m := member{name: name.(string)}
		if err := d.Decode(&m.value); err != nil {
			return nil, fmt.Errorf("bad JSON: %w", err)
		}
		all = append(all, m)
	}
	if _, err := d.Token(); err != nil {
		return nil, fmt.Errorf("bad JSON: %w", err)
	}
	return all, nil
}

func uuidOf(text string) (dispatch.ID, bool) {
	id, err := uuid.Parse(text)
	return id, err == nil && len(text) == 36 && id != dispatch.ID{}
}

// isText reports whether a property is written as a JSON string.
func isText(t reflect.Type) bool {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.Kind() == reflect.String || t == reflect.TypeFor[dispatch.Date]() ||
		reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()) && t.Kind() != reflect.Struct
}
