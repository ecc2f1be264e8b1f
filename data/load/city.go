package load

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"time"

	"onemap/data"
	"onemap/dispatch"
	"onemap/geo/crs"
)

// File is one file of a city: <ledger>.geojson, base.geojson or roads.osm.
type File struct {
	Name string
	Body []byte
}

// order loads what others lean on first.
var order = []dispatch.Ledger{dispatch.Divisions, dispatch.Teams, dispatch.Units, dispatch.Depots, dispatch.Shelters,
	dispatch.Hazards, dispatch.RiskZones, dispatch.Cameras, dispatch.Cells, dispatch.RunCards, dispatch.CoverageRules, dispatch.Closures}

// loader takes a city in: a planner of the whole city who may see everything.
var loader = dispatch.Actor{Name: "onemap load", Role: dispatch.Planner, Area: "130300", Clearance: 3}

// City loads a whole city through the desk: every ledger for which there is a
// file, each in one command, then the base map. Entries keep the ids of their
// features, so loading again changes nothing. progress gets a line a file.
func City(ctx context.Context, desk *dispatch.Desk, db *data.DB, files []File, progress func(string)) error {
	body := map[string][]byte{}
	for _, f := range files {
		body[f.Name] = f.Body
	}
	for _, l := range order {
		name := string(l) + ".geojson"
		if body[name] == nil {
			continue
		}
		line, err := ledger(ctx, desk, l, body[name])
		if err != nil {
			return fmt.Errorf("load %s: %w", name, err)
		}
		progress(line)
	}
	var features []data.BaseFeature
	if body["base.geojson"] != nil {
		base, err := Base(bytes.NewReader(body["base.geojson"]))
		if err != nil {
			return fmt.Errorf("load base.geojson: %w", err)
		}
		features = append(features, base...)
	}
	var network Network
	if body["roads.osm"] != nil {
		var err error
		if network, err = Roads(ctx, "roads.osm", bytes.NewReader(body["roads.osm"]), progress); err != nil {
			return fmt.Errorf("load roads.osm: %w", err)
		}
		features = append(features, network.Features...)
	}
	if len(features) == 0 {
		return nil
	}
	begun := time.Now()
	if err := db.SaveBase(ctx, features); err != nil {
		return fmt.Errorf("load base map: %w", err)
	}
	progress(fmt.Sprintf("base map: %d features, %s", len(features), since(begun)))
	if network.Graph == nil {
		return nil
	}
	begun = time.Now()
	if err := db.SaveRoads(ctx, network.Graph, network.Source); err != nil {
		return fmt.Errorf("load roads.osm: %w", err)
	}
	progress(fmt.Sprintf("road network: %d junctions, %d segments, %s", network.Graph.Nodes(), network.Graph.Segments(), since(begun)))
	return nil
}

func ledger(ctx context.Context, desk *dispatch.Desk, l dispatch.Ledger, body []byte) (string, error) {
	begun := time.Now()
	rows, _, problems, err := Rows(l, "geojson", crs.WGS84, bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	if len(problems) > 0 {
		return "", refused(problems)
	}
	c := dispatch.Command{ID: dispatch.NewID(), Actor: loader, OccurredAt: begun, Digest: sha256.Sum256(body)}
	done, err := desk.Import(ctx, c, l, rows, false)
	if err != nil {
		return "", err
	}
	if len(done.Problems) > 0 {
		return "", refused(done.Problems)
	}
	return fmt.Sprintf("%s: %d rows, %d added, %d changed, %.1f s", l, len(rows), done.Added, done.Changed, time.Since(begun).Seconds()), nil
}

func refused(problems []dispatch.RowProblem) error {
	first := problems[0]
	return dispatch.ErrInvalid.With("row %d, %s: %s (%d problems in all)", first.Line, first.Path, first.Text, len(problems))
}

// BaseMap replaces all of the base map but its roads, which come by Roads, with
// a GeoJSON file. progress gets what was read.
func BaseMap(ctx context.Context, db *data.DB, r io.Reader, progress func(string)) error {
	features, err := Base(r)
	if err != nil {
		return err
	}
	progress(fmt.Sprintf("base: %d features", len(features)))
	if len(features) == 0 {
		return errNothing
	}
	return db.SaveBaseLayers(ctx, layerNames(), features)
}
