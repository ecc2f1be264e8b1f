package dispatch

import (
	"embed"
	"fmt"
	"strings"
)

//go:embed labels.txt
var labelFile embed.FS

// Labels gives every code its words: code list → code → zh-CN and English.
var Labels = readLabels()

// Words are the words of a code, zh-CN and English; the code itself where the
// list lacks it.
func Words(list, code string) [2]string {
	if words, ok := Labels[list][code]; ok {
		return words
	}
	return [2]string{code, code}
}

// readLabels reads labels.txt: "# list" begins a code list, "code zh | en" is
// one code. A line that is neither is a mistake of ours, found by any test.
func readLabels() map[string]map[string][2]string {
	raw, err := labelFile.ReadFile("labels.txt")
	if err != nil {
		panic(err)
	}
	all, list := map[string]map[string][2]string{}, ""
	for n, line := range strings.Split(string(raw), "\n") {
		code, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		zh, en, ok := strings.Cut(rest, "|")
		switch {
		case code == "":
		case code == "#":
			list = strings.TrimSpace(rest)
			all[list] = map[string][2]string{}
		case ok:
			all[list][code] = [2]string{strings.TrimSpace(zh), strings.TrimSpace(en)}
		default:
			panic(fmt.Sprintf("labels.txt:%d: %q", n+1, line))
		}
	}
	return all
}
