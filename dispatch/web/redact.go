package web

import (
	"encoding/json"
	"unicode/utf8"
)

// personal are members that hold a person, and those that are one's own.
var (
	people  = map[string]bool{"leader": true, "liaison": true, "keeper": true}
	private = map[string]bool{"caller_name": true, "caller_phone": true}
)

// redact masks people in a JSON document: a family name is left, numbers and
// callers go. What cannot be read is shown to nobody.
func redact(raw json.RawMessage) json.RawMessage {
	var doc any
	if err := json.Unmarshal(raw, &doc); err != nil {
		return json.RawMessage("{}")
	}
	mask(doc)
	masked, err := json.Marshal(doc)
	if err != nil {
		return json.RawMessage("{}")
	}
	return masked
}

func mask(v any) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			mask(e)
		}
	case map[string]any:
		for name, value := range v {
			switch person, ok := value.(map[string]any); {
			case private[name]:
				delete(v, name)
			case people[name] && ok:
				person["name"] = familyName(person["name"])
				person["phones"] = []any{}
			default:
				mask(value)
			}
		}
	}
}

func familyName(v any) string {
	name, _ := v.(string)
	_, size := utf8.DecodeRuneInString(name)
	return name[:size] + "**"
}
