package cql

import (
	"slices"

	"github.com/paulmach/orb"

	"onemap/geo/overlay"
)

// Check holds a filter against the properties there are. It refuses an unknown
// property or function by name, and terms that cannot be compared.
func (e *Expr) Check(s Schema) (*Filter, error) {
	of, err := e.root.check(s)
	if err != nil {
		return nil, err
	}
	if of != Boolean && of != Any {
		return nil, refuse("filter_type", "a filter is true or false, not %s", of)
	}
	return &Filter{e.root}, nil
}

// check returns the type of a term.
func (n *node) check(s Schema) (Type, error) {
	switch {
	case n.op == opLiteral:
		return n.of, n.sound()
	case n.op == opProperty:
		of, known := s[n.name]
		if !known {
			return Any, &Error{Code: "unknown_property", Text: "there is no property " + n.name, Name: n.name}
		}
		n.of = of
		return of, nil
	case n.op == "function":
		return Any, &Error{Code: "unknown_function", Text: "there is no function " + n.name, Name: n.name}
	}
	types := make([]Type, len(n.args))
	for i, a := range n.args {
		var err error
		if types[i], err = a.check(s); err != nil {
			return Any, err
		}
	}
	return n.result(types)
}

// sound refuses an area whose border crosses itself: what lies in it is anybody's
// guess.
func (n *node) sound() error {
	g, ok := n.lit.(orb.Geometry)
	if !ok {
		return nil
	}
	if err := overlay.Valid(g); err != nil {
		return refuse("invalid_geometry", "%s", err)
	}
	return nil
}

// result returns the type of an operation on terms of those types.
func (n *node) result(types []Type) (Type, error) {
	switch {
	case n.op == opList:
		return List, nil
	case n.op == opInterval:
		return interval, n.want(types, Date, Timestamp)
	case n.op == "and" || n.op == "or" || n.op == "not":
		return Boolean, n.want(types, Boolean)
	case n.op == "isnull":
		return Boolean, nil
	case comparisons[n.op] || n.op == "between":
		return Boolean, n.comparable(types)
	case n.op == "in":
		return Boolean, n.member(types[0])
	case n.op == "like":
		if !n.args[1].fixed() {
			return Any, refuse("filter_type", "the pattern of LIKE is a text, not a property")
		}
		return Boolean, n.want(types, Text)
	case n.op == "casei" || n.op == "accenti":
		return Text, n.want(types, Text)
	case arithmetic[n.op]:
		return Number, n.want(types, Number)
	case spatials[n.op]:
		return Boolean, n.want(types, Geometry)
	case temporals[n.op]:
		n.readTimes(types)
		return Boolean, n.want(types, Date, Timestamp, interval)
	case arrays[n.op]:
		for i, a := range n.args {
			if a.lone && types[i] != List { // ('a') is a list where lists are compared
				n.args[i], types[i] = &node{op: opList, args: []*node{a}}, List
			}
		}
		return Boolean, n.want(types, List)
	}
	return Any, refuse("filter_type", "%s belongs to nothing", n.op)
}

// fixed reports a term without properties.
func (n *node) fixed() bool {
	return n.op != opProperty && !slices.ContainsFunc(n.args, func(a *node) bool { return !a.fixed() })
}

// want refuses terms of other types.
func (n *node) want(types []Type, allowed ...Type) error {
	for _, t := range types {
		if t != Any && !slices.Contains(allowed, t) {
			return refuse("filter_type", "%s does not take %s", n.op, t)
		}
	}
	return nil
}

// readTimes takes texts beside a time for times, where they are written as one.
func (n *node) readTimes(types []Type) {
	if !slices.ContainsFunc(types, Type.temporal) {
		return
	}
	for i, a := range n.args {
		if a.op != opLiteral || a.of != Text {
			continue
		}
		if s, of, ok := ParseTime(a.lit.(string)); ok {
			n.args[i], types[i] = &node{op: opLiteral, lit: s, of: of}, of
		}
	}
}

func (n *node) comparable(types []Type) error {
	n.readTimes(types)
	for i, t := range types {
		if t == Geometry || t == List || t == interval {
			return refuse("filter_type", "%s does not take %s", n.op, t)
		}
		for _, other := range types[:i] {
			if !alike(t, other) {
				return refuse("filter_type", "%s and %s are not compared", other, t)
			}
		}
		if t == Boolean && n.op != "=" && n.op != "<>" {
			return refuse("filter_type", "%s does not take boolean", n.op)
		}
	}
	return nil
}

// member checks the list of IN against what is looked for in it.
func (n *node) member(of Type) error {
	list := n.args[1]
	for i, a := range list.args {
		pair := &node{op: "=", args: []*node{n.args[0], a}}
		types := []Type{of, a.of}
		if a.op != opLiteral && a.op != opProperty {
			types[1] = Any
		}
		if err := pair.comparable(types); err != nil {
			return err
		}
		list.args[i] = pair.args[1]
	}
	return nil
}

func alike(a, b Type) bool {
	return a == b || a == Any || b == Any || a.temporal() && b.temporal()
}
