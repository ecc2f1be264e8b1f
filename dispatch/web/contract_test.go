package web_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"regexp"
	"sort"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
)

// contract is openapi.yaml as another reader understands it.
type contract struct {
	doc   *openapi3.T
	paths []pathOf
}

type pathOf struct {
	pattern *regexp.Regexp
	item    *openapi3.PathItem
	path    string
}

var inBraces = regexp.MustCompile(`\\\{\w+\\\}`)

func readContract(t *testing.T) contract {
	t.Helper()
	raw, err := os.ReadFile("openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := openapi3.NewLoader().LoadFromData(raw)
	if err != nil {
		t.Fatal(err)
	}
	c := contract{doc: doc}
	for path, item := range doc.Paths.Map() {
		pattern := "^" + inBraces.ReplaceAllString(regexp.QuoteMeta(path), `[^/]+`) + "$"
		c.paths = append(c.paths, pathOf{regexp.MustCompile(pattern), item, path})
	}
	// A fixed word wins over a parameter.
	sort.Slice(c.paths, func(i, j int) bool {
		return strings.Count(c.paths[i].path, "{") < strings.Count(c.paths[j].path, "{")
	})
	return c
}

func (c contract) operations() []string {
	var all []string
	for _, p := range c.paths {
		for _, op := range p.item.Operations() {
			all = append(all, op.OperationID)
		}
	}
	sort.Strings(all)
	return all
}

// declared is an operation and the action it needs.
type declared struct{ id, action string }

func (c contract) actions() []declared {
	var all []declared
	for _, p := range c.paths {
		for _, op := range p.item.Operations() {
			action, _ := op.Extensions["x-action"].(string)
			all = append(all, declared{op.OperationID, action})
		}
	}
	sort.Slice(all, func(i, j int) bool { return all[i].id < all[j].id })
	return all
}

// check holds an answer against the contract and returns the operation it is of.
func (c contract) check(t *testing.T, a answer) string {
	t.Helper()
	for _, p := range c.paths {
		op := p.item.GetOperation(a.Request.Method)
		if op == nil || !p.pattern.MatchString(a.Request.URL.Path) {
			continue
		}
		input := &openapi3filter.ResponseValidationInput{
			RequestValidationInput: &openapi3filter.RequestValidationInput{
				Request: a.Request, Route: &routers.Route{Spec: c.doc, Path: p.path, PathItem: p.item, Method: a.Request.Method, Operation: op},
				Options: &openapi3filter.Options{IncludeResponseStatus: true},
			},
			Status: a.StatusCode, Header: a.Header, Body: io.NopCloser(bytes.NewReader([]byte(a.body))),
			Options: &openapi3filter.Options{IncludeResponseStatus: true},
		}
		if err := openapi3filter.ValidateResponse(context.Background(), input); err != nil {
			t.Errorf("%s %d is not in the contract: %v", op.OperationID, a.StatusCode, err)
		}
		return op.OperationID
	}
	t.Errorf("no operation %s %s", a.Request.Method, a.Request.URL.Path)
	return ""
}

func init() { // decoders are global there
	// Bodies that are no JSON are taken as they are.
	for _, kind := range []string{"application/cap+xml", "application/atom+xml", "text/csv", "application/geo+json", "application/vnd.mapbox-vector-tile", "application/yaml", "image/png", "text/html"} {
		openapi3filter.RegisterBodyDecoder(kind, func(body io.Reader, _ http.Header, _ *openapi3.SchemaRef, _ openapi3filter.EncodingFn) (any, error) {
			raw, err := io.ReadAll(body)
			return string(raw), err
		})
	}
}
