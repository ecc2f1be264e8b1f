package demo

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/google/uuid"
	"github.com/paulmach/orb"
)

// head is what every entry of every ledger has, as it stands in a feature's properties.
type head struct {
	Code        string `json:"code"`
	Name        string `json:"name"`
	NameEN      string `json:"name_en,omitempty"`
	Division    string `json:"division"`
	Owner       string `json:"owner,omitempty"`
	Note        string `json:"note,omitempty"`
	Source      string `json:"source,omitempty"`
	SourceDatum string `json:"source_datum"`
	VerifyBy    string `json:"verify_by,omitempty"`
	Sensitivity int    `json:"sensitivity"`
}

func (h *head) key() string { return h.Code }

// invented marks what the generator made up.
const invented = "示例数据（虚构）"

// person is a contact, invented and saying so.
type person struct {
	Name       string   `json:"name"`
	Phones     []string `json:"phones"`
	VerifiedAt string   `json:"verified_at,omitempty"`
}

// entry is one feature before it is written.
type entry struct {
	geometry orb.Geometry
	props    interface{ key() string }
}

func newEntry(g orb.Geometry, props interface{ key() string }) entry { return entry{g, props} }

// collection writes one ledger as a GeoJSON FeatureCollection, one feature a line.
func collection(ledger string, entries []entry) ([]byte, error) {
	buf := bytes.NewBufferString("{\"type\":\"FeatureCollection\",\"features\":[\n")
	for i, e := range entries {
		if i > 0 {
			buf.WriteString(",\n")
		}
		if err := writeFeature(buf, identity(ledger, e.props.key()), e); err != nil {
			return nil, fmt.Errorf("write %s %s: %w", ledger, e.props.key(), err)
		}
	}
	buf.WriteString("\n]}\n")
	return buf.Bytes(), nil
}

func writeFeature(buf *bytes.Buffer, id uuid.UUID, e entry) error {
	fmt.Fprintf(buf, `{"type":"Feature","id":"%s","geometry":`, id)
	buf.Write(appendGeometry(buf.AvailableBuffer(), e.geometry))
	buf.WriteString(`,"properties":`)
	raw, err := json.Marshal(e.props)
	if err != nil {
		return err
	}
	buf.Write(raw)
	buf.WriteByte('}')
	return nil
}

// appendGeometry writes a geometry with six decimals.
func appendGeometry(out []byte, g orb.Geometry) []byte {
	out = append(out, `{"type":"`...)
	out = append(out, g.GeoJSONType()...)
	out = append(out, `","coordinates":`...)
	switch g := g.(type) {
	case orb.Point:
		out = appendPoint(out, g)
	case orb.LineString:
		out = appendList(out, g, appendPoint)
	case orb.Polygon:
		out = appendPolygon(out, g)
	case orb.MultiPolygon:
		out = appendList(out, g, appendPolygon)
	}
	return append(out, '}')
}

func appendPolygon(out []byte, p orb.Polygon) []byte {
	return appendList(out, p, func(out []byte, r orb.Ring) []byte { return appendList(out, r, appendPoint) })
}

func appendPoint(out []byte, p orb.Point) []byte {
	p = round6(p)
	out = append(out, '[')
	out = strconv.AppendFloat(out, p[0], 'f', -1, 64)
	out = append(out, ',')
	out = strconv.AppendFloat(out, p[1], 'f', -1, 64)
	return append(out, ']')
}

func appendList[T any](out []byte, list []T, one func([]byte, T) []byte) []byte {
	out = append(out, '[')
	for i, v := range list {
		if i > 0 {
			out = append(out, ',')
		}
		out = one(out, v)
	}
	return append(out, ']')
}
