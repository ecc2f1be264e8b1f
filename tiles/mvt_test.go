package tiles

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/geojson"
	"pgregory.net/rapid"
)

// sheetOf puts shapes on a sheet, each with its number as an attribute.
func sheetOf(t interface {
	Helper()
	Fatal(...any)
}, shapes ...orb.Geometry) (*Sheet, []int32) {
	t.Helper()
	s, all := NewSheet("x"), []int32{}
	for i, g := range shapes {
		n, err := s.Pair("n", i)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Add(uint64(i+1), g, n); err != nil {
			t.Fatal(err)
		}
		all = append(all, int32(i))
	}
	return s, all
}

// readBack decodes the only layer of a tile; nil for nothing.
func readBack(t interface {
	Helper()
	Fatal(...any)
}, tile []byte) *mvt.Layer {
	t.Helper()
	layers, err := mvt.Unmarshal(tile)
	if err != nil {
		t.Fatal(err)
	}
	if len(layers) == 0 {
		return nil
	}
	if l := layers[0]; len(layers) > 1 || l.Version != 2 || l.Extent != Extent || l.Name != "x" {
		t.Fatal("not one layer x of version 2", l.Name, l.Version, l.Extent)
	}
	return layers[0]
}

// inTile is the place in the unit square, as lon/lat, of a place in a tile.
func inTile(z, x, y int, at orb.Point) orb.Point {
	n := float64(int(1) << z)
	u, v := (float64(x)+at[0]/Extent)/n, (float64(y)+at[1]/Extent)/n
	return orb.Point{(u - 0.5) * 360, math.Atan(math.Sinh(math.Pi*(1-2*v))) * 180 / math.Pi}
}

func TestAttributesComeBackAsTheyWere(t *testing.T) {
	t.Parallel()
	s := NewSheet("x")
	var pairs []Pair
	want := geojson.Properties{}
	for name, value := range map[string]any{"text": "昌黎县", "empty": "", "yes": true, "no": false, "zero": 0, "far": -7_000_000_000, "many": uint64(1) << 60, "half": 0.5, "whole": 3.0, "kind": kindOf("camp")} {
		pair, err := s.Pair(name, value)
		if err != nil {
			t.Fatal(err)
		}
		pairs = append(pairs, pair)
		want[name] = value
	}
	want["whole"], want["zero"], want["far"], want["kind"], want["many"] = 3.0, 0.0, -7_000_000_000.0, "camp", math.Pow(2, 60)
	if err := s.Add(1<<53-1, orb.Point{119.6, 39.9}, pairs...); err != nil {
		t.Fatal(err)
	}
	layer := readBack(t, s.Cut(Cut{}, []int32{0}))
	if d := cmp.Diff(want, layer.Features[0].Properties); d != "" {
		t.Error(d)
	}
	if id := layer.Features[0].ID; id != float64(1<<53-1) {
		t.Errorf("id %v", id)
	}
	if got := readBack(t, s.Cut(Cut{Hide: "text"}, []int32{0})).Features[0].Properties; got["text"] != nil || len(got) != len(want)-1 {
		t.Errorf("hidden: %v", got)
	}
	for _, bad := range []any{nil, math.NaN(), math.Inf(-1), []int{1}, map[string]any{}, struct{}{}} {
		if _, err := s.Pair("bad", bad); err == nil {
			t.Errorf("%v was taken", bad)
		}
	}
	if err := s.Add(1, orb.Collection{orb.Point{}}); err == nil {
		t.Error("a collection was taken")
	}
}

type kindOf string

func TestShapesAreCutAtTheBuffer(t *testing.T) {
	t.Parallel()
	const z, x, y = 12, 3407, 1553
	at := func(x0, y0 float64) orb.Point { return inTile(z, x, y, orb.Point{x0, y0}) }
	square := func(a, b float64) orb.Ring { return orb.Ring{at(a, a), at(a, b), at(b, b), at(b, a), at(a, a)} }
	for name, c := range map[string]struct {
		shape orb.Geometry
		want  string
	}{
		"a point":                        {at(10, 20), "[10 20]"},
		"a point in the buffer":          {at(-60, 4150), "[-60 4150]"},
		"a point beyond it":              {at(-66, 20), "nothing"},
		"points":                         {orb.MultiPoint{at(1, 2), at(9000, 1), at(3, 4)}, "[[1 2] [3 4]]"},
		"a line out and in again":        {orb.LineString{at(0, 0), at(5000, 0), at(5000, 100), at(0, 100)}, "[[[0 0] [4160 0]] [[4160 100] [0 100]]]"},
		"a line through":                 {orb.LineString{at(-100, 50), at(5000, 50)}, "[[-64 50] [4160 50]]"},
		"a line without length":          {orb.LineString{at(7, 7), at(7.1, 7.1)}, "nothing"},
		"an area that holds the tile":    {orb.Polygon{square(-1000, 9000)}, "[[[-64 4160] [-64 -64] [4160 -64] [4160 4160] [-64 4160]]]"},
		"a tile in a hole":               {orb.Polygon{square(-1000, 9000), square(-500, 8000)}, "nothing"},
		"an island in a tile in a hole":  {orb.MultiPolygon{{square(-1000, 9000), square(-500, 8000)}, {square(10, 20)}}, "[[[20 10] [20 20] [10 20] [10 10] [20 10]]]"},
		"the hole of a shell that is no": {orb.Polygon{square(5, 5.2), square(5.05, 5.1)}, "nothing"},
		"a spike":                        {orb.Polygon{{at(0, 0), at(0, 10), at(10, 10), at(30, 10), at(10, 10), at(10, 0), at(0, 0)}}, "[[[10 0] [10 10] [0 10] [0 0] [10 0]]]"},
	} {
		s, all := sheetOf(t, c.shape)
		got := "nothing"
		if layer := readBack(t, s.Cut(Cut{Z: z, X: x, Y: y}, all)); layer != nil {
			got = fmt.Sprint(layer.Features[0].Geometry)
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestFullTileStops(t *testing.T) {
	t.Parallel()
	shapes := make([]orb.Geometry, 5000)
	for i := range shapes {
		shapes[i] = orb.Point{119.6, 39.9}
	}
	s, all := sheetOf(t, shapes...)
	whole := s.Cut(Cut{}, all)
	for most := 100; most < len(whole)+2*headroom; most += 997 {
		tile := s.Cut(Cut{Most: most}, all)
		layer := readBack(t, tile)
		if len(tile) > most || most < len(whole) && len(tile) < most-2*headroom || layer.Features[len(layer.Features)-1].Properties["n"] != float64(len(layer.Features)-1) {
			t.Errorf("%d features in %d bytes of %d", len(layer.Features), len(tile), most)
		}
	}
	if tile := s.Cut(Cut{Most: 20}, all); tile != nil {
		t.Errorf("%d bytes where nothing fits", len(tile))
	}
}

// TestWhatIsCutComesBack: points that lie in a tile come back within half a
// unit, lines and areas keep to the window, and rings are closed and the right
// way round.
func TestWhatIsCutComesBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		z := rapid.IntRange(0, 16).Draw(t, "z")
		x, y := rapid.IntRange(0, 1<<z-1).Draw(t, "x"), rapid.IntRange(0, 1<<z-1).Draw(t, "y")
		place := rapid.Custom(func(t *rapid.T) orb.Point {
			return orb.Point{rapid.Float64Range(-3000, 7000).Draw(t, "u"), rapid.Float64Range(-3000, 7000).Draw(t, "v")}
		})
		spots := rapid.SliceOfN(place, 3, 40).Draw(t, "places")
		var points, lonLat orb.LineString
		for _, at := range spots {
			ll := inTile(z, x, y, at)
			if math.Abs(ll[1]) > 85 || math.Abs(ll[0]) > 180 {
				continue
			}
			points, lonLat = append(points, at), append(lonLat, ll)
		}
		if len(points) < 3 {
			return
		}
		ring := append(orb.Ring(lonLat.Clone()), lonLat[0])
		s, all := sheetOf(t, lonLat[0], orb.MultiPoint(lonLat), lonLat, orb.Polygon{ring})
		layer := readBack(t, s.Cut(Cut{Z: z, X: x, Y: y}, all))
		if layer == nil {
			layer = &mvt.Layer{}
		}
		some := false
		for _, f := range layer.Features {
			checkShape(t, f.Geometry)
			if p, ok := f.Geometry.(orb.Point); ok && f.Properties["n"] == 0.0 {
				some = true
				if math.Abs(p[0]-points[0][0]) > 0.501 || math.Abs(p[1]-points[0][1]) > 0.501 {
					t.Fatalf("%v came back as %v", points[0], p)
				}
			}
		}
		if inside := points[0][0] > low && points[0][0] < high && points[0][1] > low && points[0][1] < high; inside != some && math.Abs(points[0][0]) < high-0.01 {
			rim := math.Min(math.Min(math.Abs(points[0][0]-low), math.Abs(points[0][0]-high)), math.Min(math.Abs(points[0][1]-low), math.Abs(points[0][1]-high)))
			if rim > 0.01 {
				t.Fatalf("%v shown: %v", points[0], some)
			}
		}
	})
}

// checkShape holds a decoded shape against the rules of vector tiles.
func checkShape(t interface{ Fatalf(string, ...any) }, g orb.Geometry) {
	b := g.Bound()
	if b.Min[0] < low || b.Min[1] < low || b.Max[0] > high || b.Max[1] > high {
		t.Fatalf("%v beyond the buffer", b)
	}
	var polygons orb.MultiPolygon
	switch g := g.(type) {
	case orb.LineString:
		if len(g) < 2 {
			t.Fatalf("a line of %d", len(g))
		}
	case orb.Polygon:
		polygons = orb.MultiPolygon{g}
	case orb.MultiPolygon:
		polygons = g
	}
	for _, p := range polygons {
		for i, r := range p {
			if want := orb.CCW; len(r) < 4 || !r.Closed() || i == 0 && r.Orientation() != want || i > 0 && r.Orientation() == want {
				t.Fatalf("ring %d of %d corners, closed %v, %v", i, len(r), r.Closed(), r.Orientation())
			}
		}
	}
}

func FuzzCut(f *testing.F) {
	f.Add(uint8(12), uint16(3407), uint16(1553), []byte("0123456789abcdef0123456789abcdef"))
	f.Add(uint8(0), uint16(0), uint16(0), []byte{255, 0, 255, 0, 255, 255, 0, 0})
	f.Add(uint8(18), uint16(65535), uint16(1), []byte{})
	f.Fuzz(func(t *testing.T, z uint8, x, y uint16, raw []byte) {
		var line orb.LineString
		for ; len(raw) >= 4 && len(line) < 200; raw = raw[4:] {
			line = append(line, orb.Point{float64(binary.LittleEndian.Uint16(raw))/65535*360 - 180, float64(binary.LittleEndian.Uint16(raw[2:]))/65535*180 - 90})
		}
		if len(line) == 0 {
			line = orb.LineString{{0, 0}}
		}
		ring := append(orb.Ring(line.Clone()), line[0])
		s, all := sheetOf(t, line[0], orb.MultiPoint(line), line, orb.MultiLineString{line, line[:1]}, orb.Polygon{ring}, orb.MultiPolygon{{ring, ring}, {ring}})
		c := Cut{Z: int(z % (MaxZoom + 1))}
		c.X, c.Y = int(x)%(1<<c.Z), int(y)%(1<<c.Z)
		if layer := readBack(t, s.Cut(c, all)); layer != nil {
			for _, feature := range layer.Features {
				checkShape(t, feature.Geometry)
			}
		}
	})
}

// TestTortureTilesAreReadOrRefused reads the tiles of other people's making
// with what our own are checked by: what the specification calls valid is read,
// with as many features as it says, or refused for a reason that is named here.
func TestTortureTilesAreReadOrRefused(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..", "shared", "testdata", "13-mvt")
	if _, err := os.Stat(root); errors.Is(err, fs.ErrNotExist) {
		t.Skip("the shared test data is not here")
	}
	read, refused := 0, map[string]string{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if ext := filepath.Ext(path); err != nil || d.IsDir() || ext != ".mvt" && ext != ".pbf" {
			return err
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name := strings.Split(strings.TrimPrefix(filepath.ToSlash(path), filepath.ToSlash(root)+"/"), "/")[0]
		layers, err := mvt.Unmarshal(raw)
		if err != nil {
			refused[name] = err.Error()
			return nil
		}
		read++
		if about, err := os.ReadFile(filepath.Join(filepath.Dir(path), "info.json")); err == nil {
			sameCount(t, name, about, filepath.Join(filepath.Dir(path), "tile.json"), layers)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(refusals, refused); d != "" {
		t.Errorf("refused: %s", d)
	}
	t.Logf("%d read, %d refused", read, len(refused))
}

// refusals are the tiles that are not read, and why. The specification calls
// all invalid but two: 016 is of no kind, which a reader may pass over or
// refuse, and 057 announces more points than it has bytes.
var refusals = map[string]string{
	"006": "unknown geometry type: 8",
	"008": "unexpected EOF", // extent as text
	"010": "unexpected EOF", // number as text
	"016": "unknown geometry type: UNKNOWN",
	"045": "data cut short: needed 3, have 2",
	"052": "data cut short: needed 5, have 2",
	"057": "data cut short: needed 1073741823, have 3",
	"061": "first command not one moveTo",
}

// sameCount compares how many layers and features were read with the decoded
// form beside the tile, of tiles that are valid.
func sameCount(t *testing.T, name string, about []byte, decoded string, layers mvt.Layers) {
	t.Helper()
	var info struct{ Validity struct{ V2 bool } }
	var want struct {
		Layers []struct{ Features []any }
	}
	raw, err := os.ReadFile(decoded)
	if err != nil || json.Unmarshal(about, &info) != nil || json.Unmarshal(raw, &want) != nil || !info.Validity.V2 {
		return
	}
	if len(layers) != len(want.Layers) {
		t.Errorf("%s: %d layers, want %d", name, len(layers), len(want.Layers))
		return
	}
	for i, l := range layers {
		if len(l.Features) != len(want.Layers[i].Features) {
			t.Errorf("%s: %d features in layer %d, want %d", name, len(l.Features), i, len(want.Layers[i].Features))
		}
	}
}

func BenchmarkCut(b *testing.B) {
	var shapes []orb.Geometry
	for i := range 260 {
		x, y := 119.5+float64(i%20)*0.005, 39.7+float64(i/20)*0.005
		shapes = append(shapes, orb.Polygon{{{x, y}, {x + 0.005, y}, {x + 0.005, y + 0.005}, {x, y + 0.005}, {x, y}}})
	}
	s, all := sheetOf(b, shapes...)
	for b.Loop() {
		if s.Cut(Cut{Z: 12, X: 3407, Y: 1554}, all) == nil {
			b.Fatal("nothing")
		}
	}
}
