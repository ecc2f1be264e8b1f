package cap

import (
	"slices"
	"strings"
)

// Colour is the level of a domestic warning (预警级别).
type Colour string

// The colours, worst first.
const (
	Red    Colour = "red"    // 红色，Ⅰ级，特别严重
	Orange Colour = "orange" // 橙色，Ⅱ级，严重
	Yellow Colour = "yellow" // 黄色，Ⅲ级，较重
	Blue   Colour = "blue"   // 蓝色，Ⅳ级，一般
)

// colours gives each its severity, its word, and what it is called in alerts.
var colours = []struct {
	colour   Colour
	severity string
	word     string
	names    []string
}{
	{Red, "Extreme", "红色", []string{"红", "红色", "红色预警", "red", "ⅰ级", "i级"}},
	{Orange, "Severe", "橙色", []string{"橙", "橙色", "橙色预警", "orange", "ⅱ级", "ii级"}},
	{Yellow, "Moderate", "黄色", []string{"黄", "黄色", "黄色预警", "yellow", "ⅲ级", "iii级"}},
	{Blue, "Minor", "蓝色", []string{"蓝", "蓝色", "蓝色预警", "blue", "ⅳ级", "iv级"}},
}

// colourParameter is the name under which the colour goes out.
const colourParameter = "预警颜色"

// Severity is the colour in the words of CAP; Unknown of none.
func (c Colour) Severity() string {
	for _, k := range colours {
		if k.colour == c {
			return k.severity
		}
	}
	return "Unknown"
}

// Word is the colour in Chinese.
func (c Colour) Word() string {
	for _, k := range colours {
		if k.colour == c {
			return k.word
		}
	}
	return ""
}

// Colour returns the colour an alert says: in a parameter or code named for it,
// else in its headline or event. False when it says none; what its severity
// would amount to is then ColourOf.
func (i *Info) Colour() (Colour, bool) {
	for _, p := range slices.Concat(i.Parameters, i.EventCodes) {
		if !namesColour(p.Name) {
			continue
		}
		for _, k := range colours {
			if slices.Contains(k.names, strings.ToLower(strings.TrimSpace(p.Value))) {
				return k.colour, true
			}
		}
	}
	for _, text := range []string{i.Headline, i.Event} {
		for _, k := range colours {
			if strings.Contains(text, k.word+"预警") {
				return k.colour, true
			}
		}
	}
	return "", false
}

func namesColour(name string) bool {
	name = strings.ToLower(name)
	for _, part := range []string{"颜色", "级别", "等级", "color", "colour"} {
		if strings.Contains(name, part) {
			return true
		}
	}
	return false
}

// ColourOf is the colour a severity amounts to, none of Unknown.
func ColourOf(severity string) (Colour, bool) {
	for _, k := range colours {
		if k.severity == severity {
			return k.colour, true
		}
	}
	return "", false
}

// Paint sets the colour: the severity and the parameter that carries it.
func (i *Info) Paint(c Colour) {
	i.Severity = c.Severity()
	kept := slices.DeleteFunc(slices.Clone(i.Parameters), func(p Pair) bool { return p.Name == colourParameter })
	i.Parameters = append(kept, Pair{colourParameter, c.Word()})
}
