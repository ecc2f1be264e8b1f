package study

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"onemap/dispatch"
)

// assume notes on what the figures rest.
func (r *Result) assume(zh, en string) { r.Assumptions = append(r.Assumptions, Saying{zh, en}) }

// leave notes what could not be computed, and why.
func (r *Result) leave(zh, en string) { r.LeftOut = append(r.LeftOut, Saying{zh, en}) }

// namedAtOnce is how many places a sentence names.
const namedAtOnce = 5

// offRoad says which places no road is near.
func (r *Result) offRoad(names []string, zh, en string) {
	if len(names) == 0 {
		return
	}
	some := names[:min(len(names), namedAtOnce)]
	listZH, listEN := strings.Join(some, "、"), strings.Join(some, ", ")
	if more := len(names) - len(some); more > 0 {
		listZH, listEN = fmt.Sprintf("%s 等 %d 处", listZH, len(names)), fmt.Sprintf("%s and %d more", listEN, more)
	}
	r.leave(listZH+" "+zh, listEN+": "+en)
}

// figure adds a number; nil is not known.
func (r *Result) figure(code, zh, en, unit string, v *float64) {
	r.Figures = append(r.Figures, Figure{Code: code, Title: zh, TitleEN: en, Unit: unit, Value: v})
}

// noted adds a number with a sentence beside it.
func (r *Result) noted(f Figure, v *float64) {
	f.Value = v
	r.Figures = append(r.Figures, f)
}

// grouped writes a whole number with a thin space between thousands, as the
// pages do.
func grouped[N int | int64](n N) string {
	text := strconv.FormatInt(int64(n), 10)
	for at := len(text) - 3; at > 0 && text[at-1] != '-'; at -= 3 {
		text = text[:at] + "\u2009" + text[at:]
	}
	return text
}

// nan is a number that is not known yet.
var nan = math.NaN()

// known is a number that is.
func known[N int | int64 | float64](v N) *float64 {
	f := float64(v)
	return &f
}

// share is a part of a whole; of nothing it is not known.
func share(part, whole int64) *float64 {
	if whole == 0 {
		return nil
	}
	return known(float64(part) / float64(whole))
}

// orNil is a value of a table: nil when it is not known.
func orNil(v *float64) any {
	if v == nil {
		return nil
	}
	return *v
}

// twoWords are the columns of a text that is said in both languages: the page
// shows the one of its own.
func twoWords(code, zh, en string) []Column {
	return []Column{{code, zh, en + " (Chinese)", "text"}, {code + "_en", zh + "（英文）", en, "text"}}
}

// inWords are the cells of a code under twoWords; none where there is no code.
func inWords(list, code string) []any {
	if code == "" {
		return []any{nil, nil}
	}
	zh, en := words(list, code)
	return []any{zh, en}
}

// words are what a code is called in Chinese and English; the code itself where
// nobody named it.
func words(list, code string) (zh, en string) {
	w, ok := dispatch.Labels[list][code]
	if !ok {
		return code, code
	}
	return w[0], w[1]
}
