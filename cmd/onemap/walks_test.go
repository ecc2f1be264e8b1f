package main

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// TestTheWalksGoThroughFilesThatExist keeps the documents true: each file of
// the project that they name is there.
func TestTheWalksGoThroughFilesThatExist(t *testing.T) {
	named := regexp.MustCompile("`((?:cmd|geo|dispatch|tiles|frontend|data)/[\\w./-]+)`")
	for _, page := range []string{"walks.md", "torture.md", "benchmarks.md", "live.md", "roads.md", "day.md"} {
		text, err := os.ReadFile(filepath.Join("../../docs", page))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range named.FindAllSubmatch(text, -1) {
			if _, err := os.Stat(filepath.Join("../..", string(m[1]))); err != nil {
				t.Errorf("%s names %s, which is not there", page, m[1])
			}
		}
	}
}
