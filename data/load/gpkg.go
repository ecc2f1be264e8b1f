package load

import (
	"context"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	_ "github.com/mattn/go-sqlite3" // a GeoPackage is an SQLite file
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"
	"github.com/paulmach/orb/geojson"

	"onemap/dispatch/study"
)

// gpkgHead makes the tables every GeoPackage has (OGC 12-128r18, clause 1.1).
const gpkgHead = `
pragma application_id = 1196444487;
pragma user_version = 10300;
create table gpkg_spatial_ref_sys (srs_name text not null, srs_id integer primary key, organization text not null,
  organization_coordsys_id integer not null, definition text not null, description text);
insert into gpkg_spatial_ref_sys values
  ('Undefined Cartesian', -1, 'NONE', -1, 'undefined', null),
  ('Undefined geographic', 0, 'NONE', 0, 'undefined', null),
  ('WGS 84', 4326, 'EPSG', 4326, 'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]', null);
create table gpkg_contents (table_name text primary key, data_type text not null, identifier text unique, description text default '',
  last_change datetime not null, min_x double, min_y double, max_x double, max_y double, srs_id integer references gpkg_spatial_ref_sys);
create table gpkg_geometry_columns (table_name text primary key references gpkg_contents, column_name text not null,
  geometry_type_name text not null, srs_id integer not null, z tinyint not null, m tinyint not null);
`

// WriteGPKG writes the layers of a study as a GeoPackage in WGS84, a feature
// table each. Properties become columns; what holds lists or objects is written
// as JSON. The file is made in a directory of its own, which goes again.
func WriteGPKG(ctx context.Context, w io.Writer, r study.Result) error {
	dir, err := os.MkdirTemp("", "gpkg")
	if err != nil {
		return fmt.Errorf("make room for a geopackage: %w", err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "study.gpkg")
	if err := fillGPKG(ctx, path, r); err != nil {
		return err
	}
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("open the geopackage: %w", err)
	}
	defer file.Close()
	if _, err := io.Copy(w, file); err != nil {
		return fmt.Errorf("send the geopackage: %w", err)
	}
	return nil
}

func fillGPKG(ctx context.Context, path string, r study.Result) error {
	db, err := sql.Open("sqlite3", path+"?_journal_mode=OFF&_synchronous=OFF")
	if err != nil {
		return fmt.Errorf("make a geopackage: %w", err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1) // one file, one hand
	if _, err := db.ExecContext(ctx, gpkgHead); err != nil {
		return fmt.Errorf("make the geopackage's own tables: %w", err)
	}
	for _, l := range r.Layers {
		features, err := geojson.UnmarshalFeatureCollection(l.Features)
		if err != nil {
			return fmt.Errorf("read layer %s: %w", l.Code, err)
		}
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return fmt.Errorf("begin layer %s: %w", l.Code, err)
		}
		if err := addLayer(ctx, tx, l, features.Features, r.AsOf.UTC().Format("2006-01-02T15:04:05.000Z")); err != nil {
			return fmt.Errorf("write layer %s: %w", l.Code, err)
		}
		if err := tx.Commit(); err != nil {
			return fmt.Errorf("keep layer %s: %w", l.Code, err)
		}
	}
	return nil
}

// addLayer writes one feature table. On an error the whole file is thrown away.
func addLayer(ctx context.Context, tx *sql.Tx, l study.Layer, features []*geojson.Feature, at string) error {
	table, columns := quoted(l.Code), columnsOf(features)
	defs := []string{"fid integer primary key", "geom geometry"}
	marks := "?"
	for _, c := range columns {
		defs = append(defs, quoted(c.name)+" "+c.kind)
		marks += ", ?"
	}
	if _, err := tx.ExecContext(ctx, "create table "+table+" ("+strings.Join(defs, ", ")+")"); err != nil {
		return err
	}
	bound := orb.Bound{}
	names := "geom"
	for _, c := range columns {
		names += ", " + quoted(c.name)
	}
	add, err := tx.PrepareContext(ctx, "insert into "+table+" ("+names+") values ("+marks+")")
	if err != nil {
		return err
	}
	defer add.Close()
	for i, f := range features {
		blob, err := gpkgGeometry(f.Geometry)
		if err != nil {
			return fmt.Errorf("feature %d: %w", i, err)
		}
		values := []any{blob}
		for _, c := range columns {
			values = append(values, plainValue(f.Properties[c.name]))
		}
		if _, err := add.ExecContext(ctx, values...); err != nil {
			return fmt.Errorf("feature %d: %w", i, err)
		}
		if i == 0 {
			bound = f.Geometry.Bound()
		}
		bound = bound.Union(f.Geometry.Bound())
	}
	if _, err := tx.ExecContext(ctx, "insert into gpkg_contents values (?, 'features', ?, ?, ?, ?, ?, ?, ?, 4326)",
		l.Code, l.Code, l.Title+" / "+l.TitleEN, at, bound.Min[0], bound.Min[1], bound.Max[0], bound.Max[1]); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "insert into gpkg_geometry_columns values (?, 'geom', ?, 4326, 0, 0)", l.Code, typeOf(features))
	return err
}

type gpkgColumn struct{ name, kind string }

// columnsOf lists the properties of all features by name: real where every
// value is a number, else text.
func columnsOf(features []*geojson.Feature) (columns []gpkgColumn) {
	kinds := map[string]string{}
	for _, f := range features {
		for name, v := range f.Properties {
			kind := "text"
			if _, number := v.(float64); number {
				kind = "real"
			}
			if have := kinds[name]; v != nil && (have == "" || have == "real") {
				kinds[name] = kind
			}
		}
	}
	for name, kind := range kinds {
		if name != "fid" && name != "geom" {
			columns = append(columns, gpkgColumn{name, kind})
		}
	}
	slices.SortFunc(columns, func(a, b gpkgColumn) int { return strings.Compare(a.name, b.name) })
	return columns
}

func plainValue(v any) any {
	switch v := v.(type) {
	case nil, string, float64:
		return v
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	return string(raw)
}

// typeOf names the shape all features have; GEOMETRY when they differ.
func typeOf(features []*geojson.Feature) string {
	name := ""
	for _, f := range features {
		kind := strings.ToUpper(f.Geometry.GeoJSONType())
		if name != "" && name != kind {
			return "GEOMETRY"
		}
		name = kind
	}
	if name == "" {
		return "GEOMETRY"
	}
	return name
}

// gpkgGeometry is a shape in the GeoPackage's form (clause 2.1.3): a head
// without an envelope, then well-known binary, little endian.
func gpkgGeometry(g orb.Geometry) ([]byte, error) {
	body, err := wkb.Marshal(g, binary.LittleEndian)
	if err != nil {
		return nil, fmt.Errorf("write shape: %w", err)
	}
	head := []byte{'G', 'P', 0, 1, 0, 0, 0, 0}
	binary.LittleEndian.PutUint32(head[4:], 4326)
	return append(head, body...), nil
}

func quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
