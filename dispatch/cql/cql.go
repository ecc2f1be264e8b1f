// Package cql reads filters in CQL2 (OGC 21-065r2), as text and as JSON, and
// asks features whether they pass. It is pure: a filter is checked against the
// names and types there are before anything is asked.
package cql

import (
	"fmt"

	"github.com/paulmach/orb"
)

// Limits of one filter.
const (
	MaxBytes    = 32 << 10 // of the text or the JSON
	maxDepth    = 48       // of nesting
	maxNodes    = 4_000
	maxVertices = 2_000 // of all geometries together
)

// Error is the refusal of a filter.
type Error struct {
	Code string // filter_syntax, filter_type, filter_too_large, invalid_geometry, unknown_property or unknown_function
	Text string
	Name string // the property or function, where it is about one
}

func (e *Error) Error() string { return e.Code + ": " + e.Text }

func refuse(code, format string, args ...any) *Error {
	return &Error{Code: code, Text: fmt.Sprintf(format, args...)}
}

func badSyntax(format string, args ...any) *Error { return refuse("filter_syntax", format, args...) }

// Type is what a property holds.
type Type byte

// The types. Any is a member of a kind only known when it is read.
const (
	Any Type = iota
	Text
	Number
	Boolean
	Date
	Timestamp
	Geometry
	List
	interval // of two instants; no property is one
)

func (t Type) String() string {
	return [...]string{"anything", "text", "number", "boolean", "date", "timestamp", "geometry", "array", "interval"}[t]
}

func (t Type) temporal() bool { return t == Date || t == Timestamp }

// Schema names the properties a filter may ask for.
type Schema map[string]Type

// Axes turns a pair of numbers as it is written into lon/lat; nil is lon, lat.
type Axes func(x, y float64) (orb.Point, error)

// Feature answers with the value of a property: nil, bool, float64, string (a
// time as RFC 3339, a day as 2006-01-02), []any, or an orb.Geometry.
type Feature interface{ Value(name string) any }

// What a node does, beside the names of operators and functions.
const (
	opLiteral  = "literal"
	opProperty = "property"
	opList     = "list"
	opInterval = "interval"
	opOpen     = ".."
)

// node is one part of an expression. Operators have the names of CQL2 JSON, in
// small letters.
type node struct {
	op   string
	args []*node
	lit  any    // of a literal: string, float64, bool, Span, orb.Geometry
	of   Type   // of a literal and of a checked property
	name string // of a property or an unknown function
	lone bool   // stood alone in parentheses: may be a list of one
}

// Expr is a filter that could be read.
type Expr struct{ root *node }

// Filter is one that fits a schema.
type Filter struct{ root *node }

// budget counts what one filter holds.
type budget struct {
	axes            Axes
	nodes, vertices int
}

func (b *budget) node(op string, args ...*node) (*node, error) {
	if b.nodes++; b.nodes > maxNodes {
		return nil, refuse("filter_too_large", "more than %d terms", maxNodes)
	}
	if op == "and" || op == "or" { // a chain is one
		flat := args[:0:0]
		for _, a := range args {
			if a.op == op {
				flat = append(flat, a.args...)
			} else {
				flat = append(flat, a)
			}
		}
		args = flat
	}
	return &node{op: op, args: args}, nil
}

func (b *budget) literal(v any, of Type) (*node, error) {
	n, err := b.node(opLiteral)
	if err == nil {
		n.lit, n.of = v, of
	}
	return n, err
}

func (b *budget) property(name string) (*node, error) {
	n, err := b.node(opProperty)
	if err == nil {
		n.name = name
	}
	return n, err
}

// Equal is the filter that a property has a value: a string, float64 or bool.
func Equal(name string, value any) *Expr {
	lit := &node{op: opLiteral, lit: value}
	switch value.(type) {
	case string:
		lit.of = Text
	case float64:
		lit.of = Number
	case bool:
		lit.of = Boolean
	}
	return &Expr{&node{op: "=", args: []*node{{op: opProperty, name: name}, lit}}}
}

// comparisons, arithmetic, spatials, temporals and arrays are the operators with two operands.
var (
	comparisons = set("=", "<>", "<", ">", "<=", ">=")
	arithmetic  = set("+", "-", "*", "/", "%", "div", "^")
	spatials    = set("s_intersects", "s_equals", "s_disjoint", "s_touches", "s_within", "s_overlaps", "s_crosses", "s_contains")
	temporals   = set("t_after", "t_before", "t_contains", "t_disjoint", "t_during", "t_equals", "t_finishedby", "t_finishes", "t_intersects",
		"t_meets", "t_metby", "t_overlappedby", "t_overlaps", "t_startedby", "t_starts")
	arrays = set("a_equals", "a_contains", "a_containedby", "a_overlaps")
)

func set(names ...string) map[string]bool {
	all := map[string]bool{}
	for _, n := range names {
		all[n] = true
	}
	return all
}

// String writes the expression in one form, for comparing.
func (e *Expr) String() string { return e.root.text() }

func (n *node) text() string {
	switch n.op {
	case opLiteral:
		return fmt.Sprintf("%v:%v", n.of, n.lit)
	case opProperty:
		return fmt.Sprintf("%q", n.name)
	}
	out := n.op + n.name + "("
	for i, a := range n.args {
		if i > 0 {
			out += ", "
		}
		out += a.text()
	}
	return out + ")"
}
