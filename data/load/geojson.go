package load

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"

	"onemap/dispatch"
)

// maxDepth of a file's JSON: a MultiPolygon in a feature in a collection needs
// nine levels. It is held against before any parser sees the file.
const maxDepth = 64

func malformed(format string, args ...any) error {
	return &dispatch.Error{Kind: dispatch.Malformed, Code: "bad_geojson", Text: fmt.Sprintf(format, args...)}
}

// geojson takes a FeatureCollection, a feature at a time.
func (in *intake) geojson(body []byte) error {
	if !utf8.Valid(body) {
		return malformed("not UTF-8")
	}
	return features(body, func(n int, feature []member) error {
		if n > maxRows {
			return ErrTooLarge.With("more than %d features", maxRows)
		}
		r := raw{line: n}
		for _, m := range feature {
			switch m.name {
			case "type", "bbox":
			case "id":
				r.id = idText(m.value)
			case "geometry":
				if !bytes.Equal(m.value, []byte("null")) {
					r.geometry = m.value
				}
			case "properties":
				all, err := members(m.value)
				if err != nil {
					in.refuse(n, "properties", "bad_type", "%v", err)
					return nil
				}
				r.properties = all
			default:
				in.counts.foreign++
			}
		}
		in.take(r)
		return nil
	})
}

func idText(value json.RawMessage) string {
	var text string
	if json.Unmarshal(value, &text) != nil {
		return string(value)
	}
	return text
}

// features hands out the features of a collection, numbered from 1.
func features(body []byte, each func(n int, feature []member) error) error {
	if err := shallow(body); err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(body))
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return malformed("not an object")
	}
	kind, found := "", false
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return malformed("%v", err)
		}
		switch name {
		case "features":
			if found {
				return malformed("features twice")
			}
			found = true
			err = eachFeature(d, each)
		case "type":
			err = d.Decode(&kind)
		case "crs":
			err = plainCRS(d)
		default:
			var skipped json.RawMessage
			err = d.Decode(&skipped)
		}
		var said *dispatch.Error
		if errors.As(err, &said) {
			return said
		}
		if err != nil {
			return malformed("%v", err)
		}
	}
	if _, err := d.Token(); err != nil {
		return malformed("%v", err)
	}
	if d.More() {
		return malformed("more behind the end")
	}
	if kind != "FeatureCollection" || !found {
		return malformed("not a FeatureCollection")
	}
	return nil
}

func eachFeature(d *json.Decoder, each func(n int, feature []member) error) error {
	if open, err := d.Token(); err != nil || open != json.Delim('[') {
		return errors.New("features is no list")
	}
	for n := 1; d.More(); n++ {
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return fmt.Errorf("feature %d: %w", n, err)
		}
		feature, err := members(value)
		if err != nil {
			return fmt.Errorf("feature %d: %w", n, err)
		}
		seen := map[string]bool{}
		for _, m := range feature {
			if seen[m.name] {
				return fmt.Errorf("feature %d: %s twice", n, m.name)
			}
			seen[m.name] = true
		}
		if err := each(n, feature); err != nil {
			return err
		}
	}
	_, err := d.Token()
	return err
}

// plainCRS takes the old "crs" member only where it says what RFC 7946 says
// anyway: longitude and latitude. Projected coordinates are not guessed at.
func plainCRS(d *json.Decoder) error {
	var crs struct {
		Properties struct {
			Name string `json:"name"`
		} `json:"properties"`
	}
	if err := d.Decode(&crs); err != nil {
		return fmt.Errorf("crs: %w", err)
	}
	switch crs.Properties.Name {
	case "", "urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:OGC::CRS84", "EPSG:4326", "urn:ogc:def:crs:EPSG::4326",
		"EPSG:4490", "urn:ogc:def:crs:EPSG::4490":
		return nil
	}
	return malformed("coordinates are in %s: longitude and latitude are wanted", crs.Properties.Name)
}

// shallow refuses nesting beyond maxDepth without parsing.
func shallow(body []byte) error {
	depth, quoted := 0, false
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			if depth++; depth > maxDepth {
				return malformed("nested deeper than %d", maxDepth)
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return nil
}
