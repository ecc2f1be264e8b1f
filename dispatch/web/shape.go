package web

import (
	"encoding/json"
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	openapi_types "github.com/oapi-codegen/runtime/types"

	"onemap/dispatch"
)

// shape is what a Go type takes from JSON: which members an object may and
// must have, what stands in an array, how a text must read. Nil takes anything.
type shape struct {
	fields   map[string]*shape
	required []string
	element  *shape
	check    func(text string, token []byte) (code string, status int) // code empty: good
}

func (s *shape) of() *shape {
	if s == nil {
		return nil
	}
	return s.element
}

func (s *shape) field(name string) (child *shape, known bool) {
	if s == nil || s.fields == nil {
		return nil, true
	}
	child, known = s.fields[name]
	return child, known
}

var shapes sync.Map // reflect.Type → *shape

// shapeOf returns the shape of the type v points to. A member without
// omitempty must be there, as in the contract.
func shapeOf(v any) *shape {
	t := reflect.TypeOf(v)
	if s, ok := shapes.Load(t); ok {
		return s.(*shape)
	}
	s := newShape(t)
	shapes.Store(t, s)
	return s
}

func newShape(t reflect.Type) *shape {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t {
	case reflect.TypeFor[time.Time]():
		return &shape{check: isTime}
	case reflect.TypeFor[dispatch.Date](), reflect.TypeFor[openapi_types.Date]():
		return &shape{check: isDate}
	case reflect.TypeFor[uuid.UUID]():
		return &shape{check: isID}
	case reflect.TypeFor[json.RawMessage]():
		return nil
	}
	switch t.Kind() {
	case reflect.Slice:
		return &shape{element: newShape(t.Elem())}
	case reflect.Struct:
		s := &shape{fields: map[string]*shape{}}
		s.addFields(t)
		return s
	}
	return nil
}

func (s *shape) addFields(t reflect.Type) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case name == "-":
		case f.Anonymous && name == "":
			s.addFields(f.Type)
		default:
			s.fields[name] = newShape(f.Type)
			if !strings.Contains(options, "omitempty") {
				s.required = append(s.required, name)
			}
		}
	}
}

// detailShape is the shape of an entry's properties: head and detail in one.
func detailShape(d dispatch.Detail) *shape {
	t := reflect.TypeOf(d)
	if s, ok := shapes.Load(t); ok {
		return s.(*shape)
	}
	s := &shape{fields: map[string]*shape{}}
	s.addFields(reflect.TypeFor[dispatch.Head]())
	s.addFields(t.Elem())
	shapes.Store(t, s)
	return s
}

func isTime(_ string, token []byte) (string, int) {
	var t time.Time
	if t.UnmarshalJSON(token) != nil {
		return "bad_time", 422
	}
	return "", 0
}

func isDate(_ string, token []byte) (string, int) {
	var d dispatch.Date
	if d.UnmarshalJSON(token) != nil {
		return "bad_time", 422
	}
	return "", 0
}

func isID(text string, _ []byte) (string, int) {
	if _, err := uuid.Parse(text); err != nil || len(text) != 36 {
		return "bad_id", 400
	}
	return "", 0
}

// names is the set of an object's member names, without regard to case.
type names struct {
	few  []string
	many map[string]struct{}
}

const fewNames = 24

// add reports whether name is new.
func (n *names) add(name string) bool {
	name = fold(name)
	if n.has(name) {
		return false
	}
	if n.many == nil && len(n.few) < fewNames {
		n.few = append(n.few, name)
		return true
	}
	if n.many == nil {
		n.many = make(map[string]struct{}, 2*fewNames)
		for _, s := range n.few {
			n.many[s] = struct{}{}
		}
	}
	n.many[name] = struct{}{}
	return true
}

func (n *names) has(name string) bool {
	if n.many != nil {
		_, ok := n.many[name]
		return ok
	}
	for _, s := range n.few {
		if s == name {
			return true
		}
	}
	return false
}

// fold writes names that encoding/json takes for the same alike: it matches
// without regard to case, the long s and the Kelvin sign included.
func fold(name string) string {
	for i := range len(name) {
		if c := name[i]; c >= 0x80 || c >= 'A' && c <= 'Z' {
			return strings.ToLower(strings.ToUpper(name))
		}
	}
	return name
}
