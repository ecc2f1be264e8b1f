package cql

import (
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// foldCase makes two texts that differ in case only the same.
func foldCase(s string) string { return cases.Fold().String(s) }

// foldAccents takes the marks off letters.
func foldAccents(s string) string {
	out, _, err := transform.String(transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC), s)
	if err != nil {
		return s
	}
	return out
}

// like holds a text against a pattern: % is any text, _ any one character, and
// a backslash takes their meaning. It goes back to the last % only, so that no
// pattern takes longer than text times pattern.
func like(text, pattern string) bool {
	t, p := []rune(text), []rune(pattern)
	i, j, star, from := 0, 0, -1, 0
	for i < len(t) {
		if j < len(p) && p[j] == '%' {
			star, from = j, i
			j++
			continue
		}
		if step := matches(t[i], p[j:]); step > 0 {
			i, j = i+1, j+step
			continue
		}
		if star < 0 {
			return false
		}
		from++
		i, j = from, star+1
	}
	for j < len(p) && p[j] == '%' {
		j++
	}
	return j == len(p)
}

// matches says how much of a pattern stands for one character; 0: it does not.
func matches(c rune, p []rune) int {
	switch {
	case len(p) == 0:
		return 0
	case p[0] == '\\' && len(p) > 1 && p[1] == c:
		return 2
	case p[0] == '_' || p[0] == c && c != '\\':
		return 1
	}
	return 0
}
