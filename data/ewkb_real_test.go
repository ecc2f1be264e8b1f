package data

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"onemap/geo"
)

// TestEWKBOfOthers: what another library wrote is read as it meant it, with or
// without Z, in both byte orders; empty points and collections, which no ledger
// knows, are refused.
func TestEWKBOfOthers(t *testing.T) {
	for _, file := range []string{"testdata.json", "testdataZ.json"} {
		raw, err := os.ReadFile(filepath.Join("../../shared/testdata/12-wkb", file))
		if err != nil {
			t.Skipf("test data not here: %s", file)
		}
		var cases map[string]struct {
			EWKB, EWKBXDR, EWKBNoSrid string
			GeoJSON                   json.RawMessage
		}
		if err := json.Unmarshal(raw, &cases); err != nil {
			t.Fatal(err)
		}
		for name, c := range cases {
			for _, text := range []string{c.EWKB, c.EWKBXDR, c.EWKBNoSrid} {
				src, err := hex.DecodeString(text)
				if err != nil {
					t.Fatal(err)
				}
				got, err := decodeEWKB(src)
				if strings.Contains(strings.ToLower(name), "collection") || name == "emptyPoint" {
					if !errors.Is(err, errEWKB) && !errors.Is(err, geo.ErrNotFinite) {
						t.Errorf("%s %s: %v, %v", file, name, got, err)
					}
					continue
				}
				want, bad := geojson.UnmarshalGeometry(c.GeoJSON)
				if bad != nil {
					t.Fatalf("%s %s: %v", file, name, bad)
				}
				if err != nil || !orb.Equal(got, want.Geometry()) {
					t.Errorf("%s %s: %v, %v, want %v", file, name, got, err, want.Geometry())
				}
			}
		}
	}
}
