package data

import (
	"context"
	"database/sql/driver"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/paulmach/orb"
)

// geometryCodec lets pgx pass orb geometries as PostGIS geometry: binary EWKB
// both ways, SRID 4326.
type geometryCodec struct{}

// teach registers the codec on a connection. Before the first migration there
// is no such type, and nothing to register.
func teach(ctx context.Context, conn *pgx.Conn) error {
	var oid *uint32
	if err := conn.QueryRow(ctx, sql("geometry_type")).Scan(&oid); err != nil {
		return fmt.Errorf("look up geometry type: %w", err)
	}
	if oid != nil {
		conn.TypeMap().RegisterType(&pgtype.Type{Name: "geometry", OID: *oid, Codec: geometryCodec{}})
	}
	return nil
}

func (geometryCodec) FormatSupported(format int16) bool { return format == pgtype.BinaryFormatCode }
func (geometryCodec) PreferredFormat() int16            { return pgtype.BinaryFormatCode }

func (geometryCodec) PlanEncode(_ *pgtype.Map, _ uint32, format int16, value any) pgtype.EncodePlan {
	if _, ok := value.(orb.Geometry); ok && format == pgtype.BinaryFormatCode {
		return encodeGeometry{}
	}
	return nil
}

func (geometryCodec) PlanScan(_ *pgtype.Map, _ uint32, format int16, target any) pgtype.ScanPlan {
	if _, ok := target.(*orb.Geometry); ok && format == pgtype.BinaryFormatCode {
		return scanGeometry{}
	}
	return nil
}

func (c geometryCodec) DecodeDatabaseSQLValue(m *pgtype.Map, oid uint32, format int16, src []byte) (driver.Value, error) {
	return c.DecodeValue(m, oid, format, src)
}

func (geometryCodec) DecodeValue(_ *pgtype.Map, _ uint32, _ int16, src []byte) (any, error) {
	if src == nil {
		return nil, nil
	}
	return decodeEWKB(src)
}

type encodeGeometry struct{}

func (encodeGeometry) Encode(value any, buf []byte) ([]byte, error) {
	return appendEWKB(buf, value.(orb.Geometry), wgs84)
}

type scanGeometry struct{}

func (scanGeometry) Scan(src []byte, target any) (err error) {
	out := target.(*orb.Geometry)
	if src == nil {
		*out = nil
		return nil
	}
	*out, err = decodeEWKB(src)
	return err
}
