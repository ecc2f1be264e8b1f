package cql

import (
	"cmp"
	"errors"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"onemap/geo/overlay"
)

// Match reports whether a feature passes. What is not known is not true, and
// neither is its opposite. It fails when a geometry cannot be worked with.
func (f *Filter) Match(feature Feature) (bool, error) {
	v, err := f.root.eval(feature)
	yes, _ := v.(bool)
	return yes, err
}

// eval returns the value of a term; nil is not known.
func (n *node) eval(f Feature) (any, error) {
	switch n.op {
	case opLiteral:
		return n.lit, nil
	case opProperty:
		return n.read(f.Value(n.name)), nil
	case "and", "or":
		return n.junction(f)
	case "in":
		return n.in(f)
	}
	if comparisons[n.op] { // most filters are no more than this
		return n.comparison(f)
	}
	args := make([]any, len(n.args))
	for i, a := range n.args {
		var err error
		if args[i], err = a.eval(f); err != nil {
			return nil, err
		}
	}
	switch {
	case n.op == "isnull":
		return args[0] == nil, nil
	case n.op == opList:
		return args, nil
	case slices.Contains(args, any(nil)) && !arrays[n.op]:
		return nil, nil
	case spatials[n.op]:
		return relate(n.op, args[0], args[1])
	}
	return n.apply(args), nil
}

// comparison holds one term against another.
func (n *node) comparison(f Feature) (any, error) {
	a, err := n.args[0].eval(f)
	if a == nil || err != nil {
		return nil, err
	}
	b, err := n.args[1].eval(f)
	if b == nil || err != nil {
		return nil, err
	}
	return compare(n.op, a, b), nil
}

// read makes a value of what a feature says.
func (n *node) read(v any) any {
	text, isText := v.(string)
	if !isText || !n.of.temporal() {
		return v
	}
	if s, _, ok := ParseTime(text); ok && text != "" {
		return s
	}
	return nil
}

// junction is and, or, of three values: one false makes false of and, one true
// true of or; short of that one unknown makes it unknown.
func (n *node) junction(f Feature) (any, error) {
	decides := n.op == "or"
	var out any = !decides
	for _, a := range n.args {
		v, err := a.eval(f)
		if err != nil {
			return nil, err
		}
		yes, known := v.(bool)
		if !known {
			out = nil
		} else if yes == decides {
			return decides, nil
		}
	}
	return out, nil
}

func (n *node) in(f Feature) (any, error) {
	v, err := n.args[0].eval(f)
	if v == nil || err != nil {
		return nil, err
	}
	var out any = false
	for _, a := range n.args[1].args {
		one, err := a.eval(f)
		if err != nil {
			return nil, err
		}
		switch same := compare("=", v, one); same {
		case true:
			return true, nil
		case nil:
			out = nil
		}
	}
	return out, nil
}

// apply works on values that are all known.
func (n *node) apply(v []any) any {
	switch {
	case n.op == "not":
		yes, known := v[0].(bool)
		if !known {
			return nil
		}
		return !yes
	case n.op == "between":
		low, high := compare(">=", v[0], v[1]), compare("<=", v[0], v[2])
		if low == nil || high == nil {
			return nil
		}
		return low == true && high == true
	case n.op == "like", n.op == "casei", n.op == "accenti":
		return n.onText(v)
	case arithmetic[n.op]:
		return calculate(n.op, v[0], v[1])
	case n.op == opInterval, temporals[n.op]:
		return n.onTime(v)
	case arrays[n.op]:
		return onLists(n.op, v[0], v[1])
	}
	return nil
}

func (n *node) onText(v []any) any {
	text, ok := v[0].(string)
	switch {
	case !ok:
		return nil
	case n.op == "casei":
		return foldCase(text)
	case n.op == "accenti":
		return foldAccents(text)
	}
	pattern, ok := v[1].(string)
	if !ok {
		return nil
	}
	return like(text, pattern)
}

func (n *node) onTime(v []any) any {
	a, okA := v[0].(Span)
	b, okB := v[1].(Span)
	switch {
	case !okA || !okB:
		return nil
	case n.op == opInterval:
		return Span{a.From, b.To}
	}
	return a.relate(n.op, b)
}

// compare returns true, false, or nil for what is not of one kind.
func compare(op string, a, b any) any {
	order := 0
	switch x := a.(type) {
	case string:
		y, ok := b.(string)
		if !ok {
			return nil
		}
		order = cmp.Compare(x, y)
	case float64:
		y, ok := b.(float64)
		if !ok {
			return nil
		}
		order = cmp.Compare(x, y)
	case bool:
		y, ok := b.(bool)
		if !ok {
			return nil
		}
		if x != y {
			order = 1
		}
	case Span:
		y, ok := b.(Span)
		if !ok {
			return nil
		}
		order = cmp.Compare(x.From, y.From)
	default:
		return nil
	}
	switch op {
	case "=":
		return order == 0
	case "<>":
		return order != 0
	case "<":
		return order < 0
	case ">":
		return order > 0
	case "<=":
		return order <= 0
	}
	return order >= 0
}

func calculate(op string, a, b any) any {
	x, okX := a.(float64)
	y, okY := b.(float64)
	if !okX || !okY {
		return nil
	}
	out := 0.0
	switch op {
	case "+":
		out = x + y
	case "-":
		out = x - y
	case "*":
		out = x * y
	case "/":
		out = x / y
	case "%":
		out = math.Mod(x, y)
	case "div":
		out = math.Trunc(x / y)
	case "^":
		out = math.Pow(x, y)
	}
	if !finite(out) {
		return nil
	}
	return out
}

// onLists compares lists as sets.
func onLists(op string, a, b any) any {
	x, okX := a.([]any)
	y, okY := b.([]any)
	if !okX || !okY {
		return nil
	}
	switch op {
	case "a_contains":
		return holds(x, y)
	case "a_containedby":
		return holds(y, x)
	case "a_equals":
		return holds(x, y) && holds(y, x)
	}
	return slices.ContainsFunc(y, func(v any) bool { return has(x, v) })
}

func holds(all, some []any) bool {
	return !slices.ContainsFunc(some, func(v any) bool { return !has(all, v) })
}

func has(all []any, v any) bool {
	return slices.ContainsFunc(all, func(w any) bool {
		x, isList := v.([]any)
		y, alsoList := w.([]any)
		if isList && alsoList {
			return holds(x, y) && holds(y, x)
		}
		return compare("=", v, w) == true
	})
}

// relate asks about two geometries; those whose boxes do not meet are apart.
func relate(op string, a, b any) (any, error) {
	x, okX := a.(orb.Geometry)
	y, okY := b.(orb.Geometry)
	if !okX || !okY {
		return nil, nil
	}
	how := overlay.Relation(op[2:])
	if !x.Bound().Intersects(y.Bound()) {
		return how == overlay.Disjoint, nil
	}
	yes, err := overlay.Relate(how, x, y)
	if errors.Is(err, overlay.ErrInvalid) {
		return nil, refuse("filter_type", "%s: %s", op, err)
	}
	return yes, err
}
