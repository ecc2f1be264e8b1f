package cql

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

type tokenKind byte

const (
	tokenEnd tokenKind = iota
	tokenWord
	tokenName // a word in double quotes: never a keyword
	tokenText
	tokenNumber
	tokenSign
)

type token struct {
	kind   tokenKind
	text   string // a word as written, a sign, a text without quotes
	number float64
	at     int
}

// is reports whether a token is a keyword or sign; keywords have no case.
func (t token) is(word string) bool {
	return t.kind == tokenSign && t.text == word || t.kind == tokenWord && strings.EqualFold(t.text, word)
}

// lex cuts a filter into tokens.
func lex(src string) ([]token, error) {
	if len(src) > MaxBytes {
		return nil, refuse("filter_too_large", "more than %d bytes", MaxBytes)
	}
	if !utf8.ValidString(src) {
		return nil, badSyntax("not UTF-8")
	}
	var all []token
	for pos := 0; ; {
		pos += len(src[pos:]) - len(strings.TrimLeftFunc(src[pos:], unicode.IsSpace))
		if pos == len(src) {
			return append(all, token{kind: tokenEnd, at: pos}), nil
		}
		t, size, err := next(src[pos:])
		if err != nil {
			err.Text = "at " + strconv.Itoa(pos) + ": " + err.Text
			return nil, err
		}
		t.at = pos
		all, pos = append(all, t), pos+size
	}
}

func next(src string) (t token, size int, err *Error) {
	first, width := utf8.DecodeRuneInString(src)
	switch {
	case first == '\'':
		return quoted(src)
	case first == '"':
		end := strings.IndexByte(src[1:], '"')
		if end < 1 {
			return t, 0, badSyntax("a name in quotes does not end")
		}
		return token{kind: tokenName, text: src[1 : end+1]}, end + 2, nil
	case first >= '0' && first <= '9' || first == '.' && len(src) > 1 && digit(src[1]):
		return number(src)
	case starts(first):
		size = width
		for size < len(src) {
			r, w := utf8.DecodeRuneInString(src[size:])
			if !starts(r) && !continues(r) {
				break
			}
			size += w
		}
		return token{kind: tokenWord, text: src[:size]}, size, nil
	}
	for _, sign := range []string{"<>", "<=", ">=", "<", ">", "=", "+", "-", "*", "/", "%", "^", "(", ")", ","} {
		if strings.HasPrefix(src, sign) {
			return token{kind: tokenSign, text: sign}, len(sign), nil
		}
	}
	return t, 0, badSyntax("%q belongs to nothing", first)
}

// quoted reads a text; a quote within it is doubled or follows a backslash.
func quoted(src string) (token, int, *Error) {
	var out strings.Builder
	for i := 1; i < len(src); i++ {
		switch {
		case src[i] == '\\' && i+1 < len(src) && src[i+1] == '\'', src[i] == '\'' && i+1 < len(src) && src[i+1] == '\'':
			out.WriteByte('\'')
			i++
		case src[i] == '\'':
			return token{kind: tokenText, text: out.String()}, i + 1, nil
		default:
			out.WriteByte(src[i])
		}
	}
	return token{}, 0, badSyntax("a text does not end")
}

func number(src string) (token, int, *Error) {
	size := digits(src)
	if size < len(src) && src[size] == '.' {
		size += 1 + digits(src[size+1:])
	}
	if size < len(src) && (src[size] == 'e' || src[size] == 'E') {
		exponent := size + 1
		if exponent < len(src) && (src[exponent] == '+' || src[exponent] == '-') {
			exponent++
		}
		if n := digits(src[exponent:]); n > 0 {
			size = exponent + n
		}
	}
	v, err := strconv.ParseFloat(src[:size], 64)
	if err != nil {
		return token{}, 0, badSyntax("%s is no number", src[:size])
	}
	return token{kind: tokenNumber, text: src[:size], number: v}, size, nil
}

func digits(src string) (n int) {
	for n < len(src) && digit(src[n]) {
		n++
	}
	return n
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

func starts(r rune) bool { return r == ':' || r == '_' || unicode.IsLetter(r) }

func continues(r rune) bool { return r == '.' || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r) }
