package data

import (
	"embed"
	"strings"
)

//go:embed query/*.sql
var queryFiles embed.FS

var queries = readQueries()

func readQueries() map[string]string {
	files, err := queryFiles.ReadDir("query")
	if err != nil {
		panic(err) // embedded: cannot fail but by a broken build
	}
	all := make(map[string]string, len(files))
	for _, f := range files {
		text, err := queryFiles.ReadFile("query/" + f.Name())
		if err != nil {
			panic(err)
		}
		all[strings.TrimSuffix(f.Name(), ".sql")] = string(text)
	}
	return all
}

// sql returns the text of query/<name>.sql. A test prepares every file, and
// fails on one that no call names.
func sql(name string) string {
	text, ok := queries[name]
	if !ok {
		panic("no query " + name)
	}
	return text
}
