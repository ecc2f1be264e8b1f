package cql

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"github.com/paulmach/orb"
)

// jsonReader reads CQL2 JSON.
type jsonReader struct {
	budget
	depth int
}

// ParseJSON reads CQL2 JSON.
func ParseJSON(raw []byte, axes Axes) (*Expr, error) {
	if len(raw) > MaxBytes {
		return nil, refuse("filter_too_large", "more than %d bytes", MaxBytes)
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	var doc any
	if err := d.Decode(&doc); err != nil {
		return nil, badSyntax("%s", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, badSyntax("something follows the filter")
	}
	r := jsonReader{budget: budget{axes: axes}}
	root, err := r.read(doc)
	if err != nil {
		return nil, err
	}
	return &Expr{root}, nil
}

func (r *jsonReader) read(v any) (*node, error) {
	if r.depth++; r.depth > maxDepth {
		return nil, refuse("filter_too_large", "nested deeper than %d", maxDepth)
	}
	defer func() { r.depth-- }()
	switch v := v.(type) {
	case string:
		return r.literal(v, Text)
	case float64:
		return r.literal(v, Number)
	case bool:
		return r.literal(v, Boolean)
	case []any:
		args, err := r.all(v)
		if err != nil {
			return nil, err
		}
		return r.node(opList, args...)
	case map[string]any:
		return r.object(v)
	}
	return nil, badSyntax("null belongs nowhere: use isNull")
}

func (r *jsonReader) all(list []any) ([]*node, error) {
	args := make([]*node, len(list))
	for i, one := range list {
		var err error
		if args[i], err = r.read(one); err != nil {
			return nil, err
		}
	}
	return args, nil
}

func (r *jsonReader) object(o map[string]any) (*node, error) {
	if op, ok := o["op"].(string); ok {
		list, ok := o["args"].([]any)
		if !ok {
			return nil, badSyntax("%s has no args", op)
		}
		args, err := r.all(list)
		if err != nil {
			return nil, err
		}
		return r.operator(op, args)
	}
	if name, ok := o["property"].(string); ok {
		return r.property(name)
	}
	if raw, ok := o["bbox"].([]any); ok {
		return r.box(raw)
	}
	if kind, ok := o["type"].(string); ok {
		g, err := r.geometry(kind, o)
		if err != nil {
			return nil, err
		}
		return r.literal(g, Geometry)
	}
	for _, name := range []string{"date", "timestamp"} {
		if text, ok := o[name].(string); ok {
			n, err := r.literal(text, Text)
			if err != nil {
				return nil, err
			}
			return r.instant(name, []*node{n})
		}
	}
	if list, ok := o["interval"].([]any); ok {
		args, err := r.all(list)
		if err != nil {
			return nil, err
		}
		return r.interval(args)
	}
	return nil, badSyntax("an object that is neither an operation, a property, a geometry nor a time")
}

// arity says how many arguments an operator takes, at least and at most.
var arity = map[string][2]int{"and": {2, maxNodes}, "or": {2, maxNodes}, "not": {1, 1}, "isnull": {1, 1}, "like": {2, 2}, "between": {3, 3}, "in": {2, 2}}

func (r *jsonReader) operator(op string, args []*node) (*node, error) {
	low := strings.ToLower(op)
	n, known := arity[low]
	if comparisons[low] || arithmetic[low] {
		n, known = [2]int{2, 2}, true
	}
	if !known {
		return r.call(op, args)
	}
	if len(args) < n[0] || len(args) > n[1] {
		return nil, badSyntax("%s does not take %d arguments", op, len(args))
	}
	if low == "in" && args[1].op != opList {
		return nil, badSyntax("in takes a list")
	}
	return r.node(low, args...)
}

func (r *jsonReader) geometry(kind string, o map[string]any) (orb.Geometry, error) {
	if kind != "GeometryCollection" {
		return r.build(kind, o["coordinates"])
	}
	list, ok := o["geometries"].([]any)
	if !ok || len(list) == 0 {
		return nil, badSyntax("a collection has geometries")
	}
	var all orb.Collection
	for _, one := range list {
		part, ok := one.(map[string]any)
		if !ok {
			return nil, badSyntax("a collection has geometries")
		}
		kind, _ := part["type"].(string)
		g, err := r.build(kind, part["coordinates"])
		if err != nil {
			return nil, err
		}
		all = append(all, g)
	}
	return all, nil
}
