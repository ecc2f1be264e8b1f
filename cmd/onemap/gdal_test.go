package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

const gdalWait = 2 * time.Minute

// gdal runs one of GDAL's programs as a demo account, and returns what it says.
func (r *running) gdal(who string, name string, args ...string) string {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), gdalWait)
	defer cancel()
	options := []string{"--config", "GDAL_HTTP_USERPWD", who + ":demo-" + who + "-2026", "--config", "GDAL_HTTP_TIMEOUT", "60"}
	cmd := exec.CommandContext(ctx, name, append(options, args...)...)
	cmd.Dir = r.t.TempDir()
	out, err := cmd.CombinedOutput()
	if err != nil {
		r.t.Errorf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

// matched is how many items of a collection a demo account sees.
func (r *running) matched(who, collection, query string) int {
	r.t.Helper()
	raw := r.basic(who, "/ogc/collections/"+collection+"/items?limit=1&"+query)
	var page struct{ NumberMatched int }
	if err := json.Unmarshal(raw, &page); err != nil {
		r.t.Fatalf("%s: %v in %.200s", collection, err, raw)
	}
	return page.NumberMatched
}

func (r *running) basic(who, path string) []byte {
	r.t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, r.url+path, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	req.SetBasicAuth(who, "demo-"+who+"-2026")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		r.t.Fatalf("%s: %d %v %.300s", path, res.StatusCode, err, raw)
	}
	return raw
}

var featureCount = regexp.MustCompile(`Feature Count: (\d+)`)

func counted(t *testing.T, said string) int {
	t.Helper()
	m := featureCount.FindStringSubmatch(said)
	if m == nil {
		t.Errorf("no count in %.500s", said)
		return -1
	}
	n, _ := strconv.Atoi(m[1])
	return n
}

// TestGDALReadsTheCity: GDAL's drivers for OGC API Features and for vector
// tiles list, count, filter and copy what the picture holds.
func TestGDALReadsTheCity(t *testing.T) {
	for _, program := range []string{"ogrinfo", "ogr2ogr"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Fatalf("%s is missing: .ci/deps test installs it", program)
		}
	}
	r := serve(t, publicDir(t), "ONEMAP_DEMO=1")
	t.Run("collections", func(t *testing.T) { r.gdalLists(t) })
	t.Run("filters", func(t *testing.T) { r.gdalFilters(t) })
	t.Run("copy", func(t *testing.T) { r.gdalCopies(t) })
	t.Run("tile", func(t *testing.T) { r.gdalReadsTile(t) })
}

// gdalLists compares the layers GDAL sees, and how much is in them, with what
// the server says to each of two people.
func (r *running) gdalLists(t *testing.T) {
	for _, who := range []string{"duty_officer", "viewer"} {
		var doc struct{ Collections []struct{ ID string } }
		if err := json.Unmarshal(r.basic(who, "/ogc/collections"), &doc); err != nil {
			t.Fatal(err)
		}
		if len(doc.Collections) < 12 {
			t.Errorf("%s is offered %d collections", who, len(doc.Collections))
		}
		listed := r.gdal(who, "ogrinfo", "-ro", "OAPIF:"+r.url+"/ogc")
		for _, c := range doc.Collections {
			if !strings.Contains(listed, ": "+c.ID+" ") {
				t.Errorf("%s: GDAL does not list %s: %s", who, c.ID, listed)
			}
			if c.ID == "position" { // it changes between two questions
				continue
			}
			said := r.gdal(who, "ogrinfo", "-ro", "-so", "-oo", "PAGE_SIZE=5000", "OAPIF:"+r.url+"/ogc", c.ID)
			if have, want := counted(t, said), r.matched(who, c.ID, ""); have != want {
				t.Errorf("%s: GDAL counts %d of %s, not %d", who, have, c.ID, want)
			}
		}
	}
}

// gdalFilters: where and the box are answered by the server, not by GDAL on
// all there is.
func (r *running) gdalFilters(t *testing.T) {
	for where, filter := range map[string]string{
		"kind = 'engine'":                "filter=" + url.QueryEscape("kind = 'engine'"),
		"crew >= 5 AND kind <> 'engine'": "filter=" + url.QueryEscape("crew >= 5 AND kind <> 'engine'"),
	} {
		said := r.gdal("duty_officer", "ogrinfo", "-ro", "-so", "--debug", "on", "-where", where, "OAPIF:"+r.url+"/ogc", "unit")
		have, want := counted(t, said), r.matched("duty_officer", "unit", filter)
		if have != want || want == 0 {
			t.Errorf("where %s: GDAL counts %d, not %d", where, have, want)
		}
		if !strings.Contains(said, "filter=") && !strings.Contains(said, "kind=engine") {
			t.Errorf("where %s is not sent to the server: %s", where, said)
		}
	}
	said := r.gdal("duty_officer", "ogrinfo", "-ro", "-so", "-spat", "119.5", "39.85", "119.7", "40", "OAPIF:"+r.url+"/ogc", "hazard")
	if have, want := counted(t, said), r.matched("duty_officer", "hazard", "bbox=119.5,39.85,119.7,40"); have != want || want == 0 {
		t.Errorf("in the box GDAL counts %d, not %d", have, want)
	}
}

// gdalCopies copies a layer of several pages into a file.
func (r *running) gdalCopies(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cells.geojson")
	r.gdal("duty_officer", "ogr2ogr", "-oo", "PAGE_SIZE=5000", "-f", "GeoJSON", path, "OAPIF:"+r.url+"/ogc", "cell")
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if have, want := bytes.Count(raw, []byte(`"type": "Feature",`)), r.matched("duty_officer", "cell", ""); have != want || want <= 5000 {
		t.Errorf("GDAL copied %d cells of %d", have, want)
	}
}

func (r *running) gdalReadsTile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tile.mvt")
	const z, x, y = 9, 426, 194
	if err := os.WriteFile(path, r.basic("viewer", fmt.Sprintf("/tiles/base/%d/%d/%d.mvt", z, x, y)), 0o600); err != nil {
		t.Fatal(err)
	}
	said := r.gdal("viewer", "ogrinfo", "-ro", "-al", "-so", "-oo", "METADATA_FILE=", "MVT:"+path)
	for _, part := range []string{"Layer name: road", "Layer name: sea"} {
		if !strings.Contains(said, part) {
			t.Errorf("no %s in the tile: %s", part, said)
		}
	}
}
