package load

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	sqlite "github.com/mattn/go-sqlite3"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"

	"onemap/dispatch"
	"onemap/geo/crs"
)

// readTime is how long a GeoPackage may keep its reader busy.
const readTime = 50 * time.Second

// geoPackage reads a feature table of a GeoPackage (OGC 12-128r18): the one
// asked for, or the first. The file is somebody else's database: it is opened
// for reading only, its triggers and views are not trusted, and nothing can be
// attached to it.
func (s *sink) geoPackage(file string, o dispatch.ReadOptions) error {
	s.shape.Format, s.shape.Shapes, s.shape.Encoding = "geopackage", true, "UTF-8"
	ctx, cancel := context.WithTimeout(context.Background(), readTime)
	defer cancel()
	db, err := sql.Open("sqlite3", "file:"+(&url.URL{Path: file}).EscapedPath()+"?mode=ro&immutable=1&_query_only=1")
	if err != nil {
		return fmt.Errorf("open geopackage: %w", err)
	}
	defer db.Close()
	conn, err := db.Conn(ctx)
	if err != nil {
		return badFile("not a GeoPackage: %v", err)
	}
	defer conn.Close()
	if err := distrust(ctx, conn); err != nil {
		return badFile("not a GeoPackage: %v", err)
	}
	if err := s.features(ctx, conn, o); err != nil {
		var own *dispatch.Error
		if errors.As(err, &own) {
			return own
		}
		return badFile("the GeoPackage cannot be read: %v", err)
	}
	return nil
}

// distrust takes from a database what its schema could do to its reader.
func distrust(ctx context.Context, conn *sql.Conn) error {
	err := conn.Raw(func(c any) error {
		own, ok := c.(*sqlite.SQLiteConn)
		if !ok {
			return errors.New("no SQLite")
		}
		own.SetLimit(sqlite.SQLITE_LIMIT_LENGTH, 32<<20)
		own.SetLimit(sqlite.SQLITE_LIMIT_ATTACHED, 0)
		own.SetLimit(sqlite.SQLITE_LIMIT_COLUMN, maxColumns+100)
		return nil
	})
	if err != nil {
		return err
	}
	for _, pragma := range []string{"trusted_schema=off", "cell_size_check=on", "mmap_size=0", "temp_store=memory"} {
		if _, err := conn.ExecContext(ctx, "pragma "+pragma); err != nil {
			return err
		}
	}
	return nil
}

// featureTable is one table of features.
type featureTable struct {
	name, geometry string
	srs            int
}

func (s *sink) features(ctx context.Context, conn *sql.Conn, o dispatch.ReadOptions) error {
	all, err := featureTables(ctx, conn)
	if err != nil {
		return err
	}
	for _, t := range all {
		s.shape.Layers = append(s.shape.Layers, t.name)
	}
	name, err := s.choose(o.Layer)
	if err != nil {
		return err
	}
	t := all[slices.Index(s.shape.Layers, name)]
	project, err := s.reference(ctx, conn, t.srs)
	if err != nil {
		return err
	}
	if err := conn.QueryRowContext(ctx, "select count(*) from "+quoted(t.name)).Scan(&s.expected); err != nil {
		return err
	}
	if s.expected > maxRows {
		return ErrTooLarge.With("more than %d rows", maxRows)
	}
	rows, err := conn.QueryContext(ctx, "select * from "+quoted(t.name))
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	at := slices.IndexFunc(columns, func(c string) bool { return strings.EqualFold(c, t.geometry) })
	if at < 0 || len(columns) > maxColumns {
		return badFile("table %.60q has no column %.60q, or more than %d", t.name, t.geometry, maxColumns)
	}
	for n := 1; rows.Next(); n++ {
		if err := s.feature(n, rows, columns, at, project); err != nil {
			return err
		}
	}
	return rows.Err()
}

// featureTables lists them in the order of the file. Only plain tables count:
// a view or a virtual table would run what the file says.
func featureTables(ctx context.Context, conn *sql.Conn) (all []featureTable, err error) {
	rows, err := conn.QueryContext(ctx, `select g.table_name, g.column_name, g.srs_id from gpkg_geometry_columns g
		join gpkg_contents c on c.table_name = g.table_name join sqlite_schema m on m.name = g.table_name and m.type = 'table' and m.sql not like 'create virtual%'
		where c.data_type = 'features' order by c.rowid limit 200`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var t featureTable
		if err := rows.Scan(&t.name, &t.geometry, &t.srs); err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, badFile("the GeoPackage has no table of features")
	}
	return all, nil
}

// reference reads the spatial reference of a table.
func (s *sink) reference(ctx context.Context, conn *sql.Conn, id int) (projection, error) {
	var organization, definition string
	var code int
	if err := conn.QueryRowContext(ctx, "select organization, organization_coordsys_id, definition from gpkg_spatial_ref_sys where srs_id = ?", id).Scan(&organization, &code, &definition); err != nil {
		return nil, errCRS.With("spatial reference %d is not in the file", id)
	}
	if strings.EqualFold(organization, "EPSG") {
		s.shape.CRS = fmt.Sprintf("EPSG:%d", code)
		switch code {
		case 4326:
			s.shape.Datum = crs.WGS84
			return lonLatOnly, nil
		case 4490:
			s.shape.Datum = crs.CGCS2000
			return lonLatOnly, nil
		}
		if zone, err := crs.ZoneByEPSG(code); err == nil {
			s.shape.Datum, s.shape.Planar = crs.CGCS2000, true
			return byZone(zone), nil
		}
	}
	if id <= 0 {
		return nil, errCRS.With("the table's coordinates are said to be undefined")
	}
	return s.projection(definition)
}

func (s *sink) feature(n int, rows *sql.Rows, columns []string, at int, project projection) error {
	values := make([]any, len(columns))
	into := make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	if err := rows.Scan(into...); err != nil {
		return err
	}
	var g orb.Geometry
	if blob, ok := values[at].([]byte); ok && len(blob) > 0 {
		var err error
		if g, err = packedShape(blob); err == nil && g != nil {
			g, err = project(g)
		}
		if err != nil {
			return s.wrong(n, "geometry", "bad_geometry", "%v", err)
		}
	}
	cells := make([]cell, 0, len(columns))
	for i, c := range columns {
		if i != at {
			cells = append(cells, cell{c, plainText(values[i])})
		}
	}
	return s.row(n, cells, g)
}

// plainText writes a value as a person would; what is no text says nothing.
func plainText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	case time.Time:
		if v.Hour()+v.Minute()+v.Second() == 0 {
			return v.Format("2006-01-02")
		}
		return v.Format(time.RFC3339)
	}
	return ""
}

// packedShape reads a GeoPackage geometry (clause 2.1.3); nil is an empty one.
func packedShape(b []byte) (orb.Geometry, error) {
	if len(b) < 8 || b[0] != 'G' || b[1] != 'P' {
		return nil, errors.New("no GeoPackage geometry")
	}
	flags := b[3]
	if flags&0x20 != 0 {
		return nil, errors.New("an extended geometry")
	}
	envelopes := []int{0, 32, 48, 48, 64}
	envelope := int(flags >> 1 & 7)
	if envelope >= len(envelopes) || len(b) < 8+envelopes[envelope] {
		return nil, errors.New("a head that is cut off")
	}
	if flags&0x10 != 0 {
		return nil, nil
	}
	return wellKnown(b[8+envelopes[envelope]:])
}

// wellKnown reads well-known binary after its counts and depth were held
// against the bytes there are (torture lines 63 and 64).
func wellKnown(b []byte) (orb.Geometry, error) {
	plain := make([]byte, 0, len(b))
	plain, rest, err := flatten(plain, b, 0)
	if err != nil {
		return nil, err
	}
	if len(rest) > 0 {
		return nil, fmt.Errorf("%d bytes behind the shape", len(rest))
	}
	return wkb.Unmarshal(plain)
}

// flatten copies one shape, little endian and in two dimensions.
func flatten(out, b []byte, depth int) (done, rest []byte, err error) {
	if depth > 4 {
		return nil, nil, errors.New("nested deeper than 4")
	}
	if len(b) < 5 || b[0] > 1 {
		return nil, nil, errors.New("cut off, or no byte order")
	}
	order := binary.ByteOrder(binary.BigEndian)
	if b[0] == 1 {
		order = binary.LittleEndian
	}
	kind := order.Uint32(b[1:])
	b = b[5:]
	width := 2
	switch { // ISO writes thousands, EWKB high bits
	case kind&0x20000000 != 0:
		return nil, nil, errors.New("EWKB with a reference system of its own")
	case kind&0xC0000000 == 0xC0000000 || kind/1000 == 3:
		width = 4
	case kind&0xC0000000 != 0 || kind/1000 == 1 || kind/1000 == 2:
		width = 3
	}
	kind = kind & 0x0FFFFFFF % 1000
	if kind < 1 || kind > 7 {
		return nil, nil, fmt.Errorf("shape type %d", kind)
	}
	out = append(out, 1)
	out = binary.LittleEndian.AppendUint32(out, kind)
	if kind == 1 {
		return positions(out, b, 1, width, order)
	}
	n, b, err := count(b, order, map[uint32]int{2: 8 * width, 3: 4}[kind]+map[bool]int{true: 5}[kind > 3])
	if err != nil {
		return nil, nil, err
	}
	out = binary.LittleEndian.AppendUint32(out, uint32(n))
	if kind == 2 {
		return positions(out, b, n, width, order)
	}
	for range n {
		if kind > 3 {
			out, b, err = flatten(out, b, depth+1)
		} else {
			var points int
			if points, b, err = count(b, order, 8*width); err == nil {
				out, b, err = positions(binary.LittleEndian.AppendUint32(out, uint32(points)), b, points, width, order)
			}
		}
		if err != nil {
			return nil, nil, err
		}
	}
	return out, b, nil
}

// count reads how many of at least least bytes follow.
func count(b []byte, order binary.ByteOrder, least int) (n int, rest []byte, err error) {
	if len(b) < 4 {
		return 0, nil, errors.New("cut off")
	}
	said := int64(order.Uint32(b))
	if b = b[4:]; said*int64(least) > int64(len(b)) {
		return 0, nil, fmt.Errorf("%d parts said in %d bytes", said, len(b))
	}
	return int(said), b, nil
}

func positions(out, b []byte, n, width int, order binary.ByteOrder) (done, rest []byte, err error) {
	if n > maxVertices || n*width*8 > len(b) {
		return nil, nil, fmt.Errorf("%d positions in %d bytes", n, len(b))
	}
	for range n {
		out = binary.LittleEndian.AppendUint64(out, order.Uint64(b))
		out = binary.LittleEndian.AppendUint64(out, order.Uint64(b[8:]))
		b = b[8*width:]
	}
	return out, b, nil
}
