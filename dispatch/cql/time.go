package cql

import (
	"math"
	"strings"
	"time"
)

// Span is a time from its first to its last microsecond since 1970 UTC: of an
// instant both are the same, of a day they are a day apart.
type Span struct{ From, To int64 }

const (
	ever  = math.MinInt64
	never = math.MaxInt64
)

// ParseTime reads a time (RFC 3339) or a day (2006-01-02, UTC), or the two
// dots of an open end.
func ParseTime(text string) (s Span, of Type, ok bool) {
	if text == ".." || text == "" {
		return Span{ever, never}, Timestamp, true
	}
	if t, err := time.Parse(time.DateOnly, text); err == nil {
		return Span{t.UnixMicro(), t.AddDate(0, 0, 1).UnixMicro() - 1}, Date, true
	}
	if t, err := time.Parse(time.RFC3339Nano, strings.ToUpper(text)); err == nil {
		return Span{t.UnixMicro(), t.UnixMicro()}, Timestamp, true
	}
	return s, Any, false
}

func (b *budget) instant(kind string, args []*node) (*node, error) {
	want := Timestamp
	if kind == "date" {
		want = Date
	}
	if len(args) == 1 && args[0].op == opLiteral && args[0].of == Text {
		text := args[0].lit.(string)
		if s, of, ok := ParseTime(text); ok && of == want && s.From != ever {
			return b.literal(s, want)
		}
	}
	return nil, badSyntax("%s takes one text, such as '2026-01-31' or '2026-01-31T08:00:00Z'", strings.ToUpper(kind))
}

// interval makes a time of two ends: texts, times or properties.
func (b *budget) interval(args []*node) (*node, error) {
	if len(args) != 2 {
		return nil, badSyntax("INTERVAL takes two ends")
	}
	fixed := true
	for i, a := range args {
		if a.op == opLiteral && a.of == Text {
			s, of, ok := ParseTime(a.lit.(string))
			if !ok {
				return nil, badSyntax("%q is no time", a.lit)
			}
			args[i] = &node{op: opLiteral, lit: s, of: of}
		}
		fixed = fixed && args[i].op == opLiteral
	}
	if !fixed {
		return b.node(opInterval, args...)
	}
	from, okFrom := args[0].lit.(Span)
	to, okTo := args[1].lit.(Span)
	if !okFrom || !okTo {
		return nil, badSyntax("INTERVAL takes two times")
	}
	if from.From > to.To {
		return nil, badSyntax("an interval ends before it begins")
	}
	return b.literal(Span{from.From, to.To}, interval)
}

// relate answers one of the fifteen questions about two times.
func (a Span) relate(op string, b Span) bool {
	switch op {
	case "t_after":
		return a.From > b.To
	case "t_before":
		return a.To < b.From
	case "t_disjoint":
		return a.From > b.To || a.To < b.From
	case "t_intersects":
		return a.From <= b.To && a.To >= b.From
	case "t_equals":
		return a == b
	case "t_contains":
		return a.From < b.From && a.To > b.To
	case "t_during":
		return b.relate("t_contains", a)
	case "t_finishes":
		return a.From > b.From && a.To == b.To
	case "t_finishedby":
		return b.relate("t_finishes", a)
	case "t_starts":
		return a.From == b.From && a.To < b.To
	case "t_startedby":
		return b.relate("t_starts", a)
	case "t_meets":
		return a.To == b.From
	case "t_metby":
		return b.relate("t_meets", a)
	case "t_overlaps":
		return a.From < b.From && a.To > b.From && a.To < b.To
	}
	return b.relate("t_overlaps", a) // t_overlappedby
}
