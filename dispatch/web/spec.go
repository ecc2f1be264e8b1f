package web

import (
	_ "embed"
	"fmt"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"

	"onemap/dispatch"
)

// spec is the contract this room keeps, and serves.
//
//go:embed openapi.yaml
var spec []byte

// public is the action of what anybody may call.
const public dispatch.Action = "public"

// operation is one operation of the contract.
type operation struct {
	ID     string
	Method string
	Route  string // as echo writes it: /api/incidents/:id
	Action dispatch.Action
	Keyed  bool // needs an Idempotency-Key
	Body   bool
	Basic  bool // takes HTTP Basic beside cookie and token
}

// changes reports whether an operation can change anything that lasts.
func (o operation) changes() bool {
	return o.Method != "GET" && o.Action != "query.run" && o.Action != "position.ingest" && o.ID != "reportPhoneForm"
}

// writes reports whether an operation adds to the journal. Signing in does not,
// and must work for who comes to make room.
func (o operation) writes() bool {
	return o.changes() && o.Action != public && o.Action != "session.own"
}

type specOperation struct {
	OperationID string         `yaml:"operationId"`
	Action      string         `yaml:"x-action"`
	Parameters  []parameterRef `yaml:"parameters"`
	RequestBody any            `yaml:"requestBody"`
}

type parameterRef struct {
	Ref string `yaml:"$ref"`
}

const keyParameter = "#/components/parameters/key"

var placeholder = regexp.MustCompile(`\{(\w+)\}`)

// readOperations returns the operations of a contract by "METHOD route". It
// refuses one without an id, and one whose action the matrix does not know:
// what nobody allowed is not served.
func readOperations(raw []byte) (map[string]operation, error) {
	var doc struct {
		Paths map[string]map[string]yaml.Node `yaml:"paths"`
	}
	if err := yaml.Unmarshal(raw, &doc); err != nil {
		return nil, fmt.Errorf("read contract: %w", err)
	}
	operations := map[string]operation{}
	for path, methods := range doc.Paths {
		for method, node := range methods {
			if method == "parameters" {
				continue
			}
			op, err := readOperation(path, method, &node)
			if err != nil {
				return nil, fmt.Errorf("read contract: %s %s: %w", method, path, err)
			}
			operations[op.Method+" "+op.Route] = op
		}
	}
	return operations, nil
}

func readOperation(path, method string, node *yaml.Node) (operation, error) {
	var s specOperation
	if err := node.Decode(&s); err != nil {
		return operation{}, err
	}
	op := operation{
		ID: s.OperationID, Method: strings.ToUpper(method), Route: route(path),
		Action: dispatch.Action(s.Action), Body: s.RequestBody != nil,
	}
	for _, p := range s.Parameters {
		op.Keyed = op.Keyed || p.Ref == keyParameter
	}
	if op.ID == "" {
		return op, fmt.Errorf("no operationId")
	}
	if _, known := dispatch.Actions()[op.Action]; !known && op.Action != public {
		return op, fmt.Errorf("x-action %q is not in the matrix", s.Action)
	}
	return op, nil
}

// route writes a path of the contract as echo has it. A file's extension is
// part of the last parameter there: echo ends parameters at slashes only.
func route(path string) string {
	path = strings.NewReplacer("{layer}.json", "{layer}", "{y}.mvt", "{y}").Replace(path)
	return placeholder.ReplaceAllString(path, ":$1")
}
