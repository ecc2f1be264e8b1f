package data

import (
	"encoding/binary"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"onemap/dispatch"
	"onemap/tiles"
)

// field is one field of a protocol buffer message.
type field struct {
	number int
	value  uint64
	bytes  []byte
}

// message reads the fields of a protocol buffer message.
func message(t *testing.T, b []byte) (all []field) {
	t.Helper()
	for len(b) > 0 {
		key, n := binary.Uvarint(b)
		f := field{number: int(key >> 3)}
		b = b[n:]
		switch key & 7 {
		case 0:
			f.value, n = binary.Uvarint(b)
			b = b[n:]
		case 1:
			f.bytes, b = b[:8], b[8:]
		case 2:
			size, n := binary.Uvarint(b)
			f.bytes, b = b[n:n+int(size)], b[n+int(size):]
		default:
			t.Fatalf("wire type %d", key&7)
		}
		all = append(all, f)
	}
	return all
}

// features counts the features of each source layer of a tile and lists the
// names of its attributes.
func features(t *testing.T, tile []byte) (counts map[string]int, keys map[string]string) {
	t.Helper()
	counts, keys = map[string]int{}, map[string]string{}
	for _, layer := range message(t, tile) {
		name, n := "", 0
		var names []string
		for _, f := range message(t, layer.bytes) {
			switch f.number {
			case 1:
				name = string(f.bytes)
			case 2:
				n++
			case 3:
				names = append(names, string(f.bytes))
			}
		}
		counts[name] += n
		keys[name] = " " + strings.Join(names, " ") + " "
	}
	return counts, keys
}

// over is the tile at zoom z that holds p.
func over(layer string, z int, p orb.Point) tiles.Key {
	at := mercator(p)
	return tiles.Key{Layer: layer, Z: z, X: int(at[0] * float64(int(1)<<z)), Y: int(at[1] * float64(int(1)<<z)), Area: "1303", Clearance: 3}
}

func TestBaseMapIsReplacedAsAWhole(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, time.Minute)
	town := orb.Point{119.6, 39.93}
	square := orb.Polygon{{{119, 39}, {120, 39}, {120, 41}, {119, 41}, {119, 39}}}
	first := []BaseFeature{
		{Layer: "land", Geometry: square},
		{Layer: "road", Name: "迎宾路", Rank: 3, MinZoom: 9, Tile: map[string]any{"class": "primary", "bridge": true}, Geometry: orb.LineString{town, {119.61, 39.94}}},
		{Layer: "place", Kind: "city", Name: "海港区", NameEN: "Haigang", Rank: 1, Geometry: town},
		{Layer: "poi", Kind: "hospital", Name: "示例医院", Rank: 3, MinZoom: 11, Geometry: town},
	}
	if err := db.SaveBase(ctx, first); err != nil {
		t.Fatal(err)
	}
	for z, want := range map[int]map[string]int{
		8:  {"land": 1, "place": 1},
		10: {"land": 1, "place": 1, "road": 1},
		14: {"land": 1, "place": 1, "road": 1, "poi": 1},
	} {
		got, keys := features(t, must[[]byte](t)(db.Tile(ctx, over(tiles.Base, z, town))))
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("zoom %d: %v, want %v", z, got, want)
		}
		if z == 14 && (keys["road"] != " name rank class bridge " || keys["land"] != "  ") {
			t.Errorf("attributes %v", keys)
		}
	}
	bow := orb.Polygon{{{119, 39}, {120, 40}, {120, 39}, {119, 40}, {119, 39}}}
	if err := db.SaveBase(ctx, []BaseFeature{{Layer: "land", Geometry: bow}}); err == nil {
		t.Error("a bow tie was taken")
	}
	if err := db.SaveBaseLayers(ctx, []string{"road"}, []BaseFeature{{Layer: "road", Geometry: first[1].Geometry}}); err != nil {
		t.Fatal(err)
	}
	spots := must[[]dispatch.Spot](t)(db.Places(ctx))
	want := []dispatch.Spot{{Kind: "city", Name: "海港区", NameEN: "Haigang", Point: town}, {Kind: "hospital", Name: "示例医院", Point: town}}
	if fmt.Sprint(spots) != fmt.Sprint(want) {
		t.Errorf("places %v", spots)
	}
	if v := must[int64](t)(db.BaseVersion(ctx)); v != 2 {
		t.Errorf("base map at version %d", v)
	}
}

// mercator is a point in the unit square of web tiles.
func mercator(p orb.Point) orb.Point {
	sin := math.Sin(p[1] * math.Pi / 180)
	return orb.Point{p[0]/360 + 0.5, 0.5 - math.Log((1+sin)/(1-sin))/(4*math.Pi)}
}
