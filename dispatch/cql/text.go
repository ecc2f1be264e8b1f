package cql

import (
	"math"
	"strings"
)

// parser reads CQL2 text by recursive descent.
type parser struct {
	budget
	tokens []token
	pos    int
	depth  int
}

// ParseText reads CQL2 text.
func ParseText(src string, axes Axes) (*Expr, error) {
	tokens, err := lex(src)
	if err != nil {
		return nil, err
	}
	p := parser{budget: budget{axes: axes}, tokens: tokens}
	root, err := p.or()
	if err != nil {
		return nil, err
	}
	if p.peek().kind != tokenEnd {
		return nil, p.unexpected("the end")
	}
	return &Expr{root}, nil
}

func (p *parser) peek() token { return p.tokens[p.pos] }

func (p *parser) take() token {
	t := p.tokens[p.pos]
	if t.kind != tokenEnd {
		p.pos++
	}
	return t
}

func (p *parser) accept(words ...string) (string, bool) {
	for _, w := range words {
		if p.peek().is(w) {
			p.take()
			return w, true
		}
	}
	return "", false
}

func (p *parser) expect(word string) error {
	if _, ok := p.accept(word); !ok {
		return p.unexpected(word)
	}
	return nil
}

func (p *parser) unexpected(wanted string) error {
	t := p.peek()
	what := t.text
	if t.kind == tokenEnd {
		what = "the end"
	}
	return badSyntax("at %d: %q where %s belongs", t.at, what, wanted)
}

func (p *parser) deeper() error {
	if p.depth++; p.depth > maxDepth {
		return refuse("filter_too_large", "nested deeper than %d", maxDepth)
	}
	return nil
}

func (p *parser) or() (*node, error) { return p.chain("or", p.and) }

func (p *parser) and() (*node, error) { return p.chain("and", p.not) }

// chain reads operands between one word.
func (p *parser) chain(op string, operand func() (*node, error)) (*node, error) {
	first, err := operand()
	if err != nil {
		return nil, err
	}
	all := []*node{first}
	for {
		if _, more := p.accept(op); !more {
			break
		}
		n, err := operand()
		if err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	if len(all) == 1 {
		return first, nil
	}
	return p.node(op, all...)
}

func (p *parser) not() (*node, error) {
	if _, yes := p.accept("NOT"); !yes {
		return p.predicate()
	}
	if err := p.deeper(); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	n, err := p.not()
	if err != nil {
		return nil, err
	}
	return p.node("not", n)
}

// predicate reads an operand and what is said of it.
func (p *parser) predicate() (*node, error) {
	left, err := p.sum()
	if err != nil {
		return nil, err
	}
	if op, ok := p.accept("=", "<>", "<=", ">=", "<", ">"); ok {
		right, err := p.sum()
		if err != nil {
			return nil, err
		}
		return p.node(op, left, right)
	}
	if _, ok := p.accept("IS"); ok {
		_, negated := p.accept("NOT")
		if err := p.expect("NULL"); err != nil {
			return nil, err
		}
		return p.said(negated, "isnull", left)
	}
	_, negated := p.accept("NOT")
	switch op, _ := p.accept("LIKE", "BETWEEN", "IN"); op {
	case "LIKE":
		pattern, err := p.operand()
		if err != nil {
			return nil, err
		}
		return p.said(negated, "like", left, pattern)
	case "BETWEEN":
		low, err := p.sum()
		if err == nil {
			err = p.expect("AND")
		}
		if err != nil {
			return nil, err
		}
		high, err := p.sum()
		if err != nil {
			return nil, err
		}
		return p.said(negated, "between", left, low, high)
	case "IN":
		if err := p.expect("("); err != nil {
			return nil, err
		}
		list, err := p.list()
		if err != nil {
			return nil, err
		}
		return p.said(negated, "in", left, list)
	}
	if negated {
		return nil, p.unexpected("LIKE, BETWEEN or IN")
	}
	return left, nil
}

func (p *parser) said(negated bool, op string, args ...*node) (*node, error) {
	n, err := p.node(op, args...)
	if err != nil || !negated {
		return n, err
	}
	return p.node("not", n)
}

// list reads up to the closing parenthesis.
func (p *parser) list() (*node, error) {
	args, err := p.arguments()
	if err != nil {
		return nil, err
	}
	return p.node(opList, args...)
}

// arguments reads expressions between commas up to the closing parenthesis.
func (p *parser) arguments() ([]*node, error) {
	if err := p.deeper(); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	args := []*node{}
	if _, empty := p.accept(")"); empty {
		return args, nil
	}
	for {
		n, err := p.or()
		if err != nil {
			return nil, err
		}
		args = append(args, n)
		if _, more := p.accept(","); !more {
			return args, p.expect(")")
		}
	}
}

func (p *parser) sum() (*node, error) { return p.operators(p.product, "+", "-") }

func (p *parser) product() (*node, error) { return p.operators(p.power, "*", "/", "%", "div") }

func (p *parser) power() (*node, error) {
	left, err := p.operand()
	if err != nil {
		return nil, err
	}
	if _, ok := p.accept("^"); !ok {
		return left, nil
	}
	right, err := p.operand()
	if err != nil {
		return nil, err
	}
	return p.node("^", left, right)
}

func (p *parser) operators(operand func() (*node, error), signs ...string) (*node, error) {
	left, err := operand()
	for err == nil {
		op, ok := p.accept(signs...)
		if !ok {
			return left, nil
		}
		var right *node
		if right, err = operand(); err == nil {
			left, err = p.node(op, left, right)
		}
	}
	return nil, err
}

// operand reads one term: a literal, a property, a function, a list, or an
// expression in parentheses.
func (p *parser) operand() (*node, error) {
	t := p.take()
	switch t.kind {
	case tokenText:
		return p.literal(t.text, Text)
	case tokenNumber:
		return p.literal(t.number, Number)
	case tokenName:
		return p.property(t.text)
	case tokenWord:
		return p.word(t)
	}
	switch {
	case t.is("-"), t.is("+"):
		return p.signed(t.is("-"))
	case t.is("("):
		args, err := p.arguments()
		if err != nil {
			return nil, err
		}
		if len(args) == 1 {
			args[0].lone = true
			return args[0], nil
		}
		return p.node(opList, args...)
	}
	p.pos = max(0, p.pos-1)
	if t.kind == tokenEnd {
		p.pos = len(p.tokens) - 1
	}
	return nil, p.unexpected("a term")
}

func (p *parser) signed(minus bool) (*node, error) {
	if err := p.deeper(); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	n, err := p.operand()
	if err != nil || !minus {
		return n, err
	}
	if v, ok := n.lit.(float64); ok && n.op == opLiteral {
		n.lit = -v
		return n, nil
	}
	less, err := p.literal(-1.0, Number)
	if err != nil {
		return nil, err
	}
	return p.node("*", less, n)
}

var reserved = set("and", "or", "not", "like", "between", "in", "is", "null", "div")

func (p *parser) word(t token) (*node, error) {
	name := strings.ToLower(t.text)
	switch name {
	case "true", "false":
		return p.literal(name == "true", Boolean)
	}
	if reserved[name] {
		p.pos--
		return nil, p.unexpected("a term")
	}
	if shapes[name] != "" && (p.peek().is("(") || p.peek().is("Z")) {
		return p.shape(name)
	}
	if _, call := p.accept("("); !call {
		return p.property(t.text)
	}
	if name == "bbox" {
		return p.box()
	}
	args, err := p.arguments()
	if err != nil {
		return nil, err
	}
	return p.call(t.text, args)
}

// call makes the node of a function, of text and JSON alike.
func (b *budget) call(name string, args []*node) (*node, error) {
	low := strings.ToLower(name)
	switch {
	case low == "date", low == "timestamp":
		return b.instant(low, args)
	case low == "interval":
		return b.interval(args)
	case spatials[low], temporals[low], arrays[low]:
		if len(args) != 2 {
			return nil, badSyntax("%s takes two arguments", name)
		}
		return b.node(low, args...)
	case low == "casei", low == "accenti":
		if len(args) != 1 {
			return nil, badSyntax("%s takes one argument", name)
		}
		return b.node(low, args...)
	}
	n, err := b.node("function", args...)
	if err == nil {
		n.name = name
	}
	return n, err
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
