package dispatch

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/geojson"

	"onemap/tiles"
)

// tileOver is the tile at zoom z that holds a place.
func tileOver(l Ledger, z int, at orb.Point) tiles.Key {
	x, y := tiles.Square(at)
	return tiles.Key{Layer: string(l), Z: z, X: int(x * float64(int(1)<<z)), Y: int(y * float64(int(1)<<z)), Area: "1303", Clearance: 3}
}

// shownIn returns the features of a tile of the picture.
func shownIn(t *testing.T, p *Picture, k tiles.Key, now time.Time) []*geojson.Feature {
	t.Helper()
	raw, err := p.Tile(k, now)
	if err != nil {
		t.Fatal(err)
	}
	layers, err := mvt.Unmarshal(raw)
	if err != nil || len(layers) > 1 {
		t.Fatalf("%d layers, %v", len(layers), err)
	}
	if len(layers) == 0 {
		return nil
	}
	return layers[0].Features
}

func TestTileShowsWhatIsInScope(t *testing.T) {
	t.Parallel()
	at := orb.Point{119.6, 39.9}
	shelter := func(code string) *Entry { return entry(Shelters, code, at, &Shelter{State: "ready", Capacity: 100}) }
	here, elsewhere, secret, due := shelter("here"), shelter("elsewhere"), shelter("secret"), shelter("due")
	elsewhere.Division = "130321001"
	secret.Sensitivity = 3
	due.VerifyBy = &Date{time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)}
	p := NewPicture(7, "e", []Entity{here, elsewhere, secret, due})
	k := tileOver(Shelters, 12, at)
	for _, c := range []struct {
		area      string
		clearance int
		want      string
	}{
		{"1303", 3, "due elsewhere here secret"}, {"1303", 2, "due elsewhere here"}, {"130302", 3, "due here secret"},
		{"130321", 0, "elsewhere"}, {"130321002", 3, ""}, {"1304", 3, ""}, {nowhere, 3, ""},
	} {
		k.Area, k.Clearance = c.area, c.clearance
		var names []string
		for _, f := range shownIn(t, p, k, noon) {
			names = append(names, f.Properties["name"].(string))
		}
		slices.Sort(names)
		if got := strings.Join(names, " "); got != c.want {
			t.Errorf("area %s, clearance %d: %q, want %q", c.area, c.clearance, got, c.want)
		}
	}
	k.Area, k.Clearance = "130302", 0
	lastMinute := time.Date(2026, 11, 23, 23, 59, 0, 0, china)
	for now, want := range map[time.Time]int{lastMinute: 0, lastMinute.Add(time.Minute): 1} {
		stale := 0
		for _, f := range shownIn(t, p, k, now) {
			if f.Properties["stale"] == true && f.Properties["name"] == "due" {
				stale++
			}
		}
		if stale != want {
			t.Errorf("%v: %d stale, want %d", now, stale, want)
		}
	}
	for _, layer := range []string{"base", "incident", "", "nothing"} {
		if _, err := p.Tile(tiles.Key{Layer: layer}, noon); !errors.Is(err, tiles.ErrAddress) {
			t.Errorf("layer %q: %v", layer, err)
		}
	}
}

func TestTileFollowsThePicture(t *testing.T) {
	t.Parallel()
	at := orb.Point{119.6, 39.9}
	team, camera := entry(Teams, "T1", at, &Team{}), entry(Cameras, "C1", at, &Camera{})
	old := NewPicture(7, "e", []Entity{team, camera})
	k := tileOver(Teams, 14, at)
	if n := len(shownIn(t, old, k, noon)); n != 1 {
		t.Fatalf("%d teams", n)
	}
	next := old.Next([]Event{{Seq: 8, Fact: &EntryRemoved{Ledger: Teams, ID: team.ID}, RecordedAt: noon}})
	if a, b := len(shownIn(t, old, k, noon)), len(shownIn(t, next, k, noon)); a != 1 || b != 0 {
		t.Errorf("%d teams in the old picture, %d in the next", a, b)
	}
	if next.LayerSeq(Teams) != 8 || next.LayerSeq(Cameras) != 7 || old.LayerSeq(Teams) != 7 {
		t.Errorf("teams changed at %d, cameras at %d", next.LayerSeq(Teams), next.LayerSeq(Cameras))
	}
}

func TestFullTileIsThinnedByWeight(t *testing.T) {
	t.Parallel()
	at := orb.Point{119.6, 39.9}
	all := make([]Entity, 25_000)
	for i := range all {
		all[i] = entry(Shelters, fmt.Sprintf("很长的示例避难场所名称第%d号", i), at, &Shelter{State: "ready", Capacity: i})
	}
	p := NewPicture(1, "e", all)
	k := tileOver(Shelters, 8, at)
	raw, err := p.Tile(k, noon)
	if err != nil {
		t.Fatal(err)
	}
	shown := shownIn(t, p, k, noon)
	if len(raw) > tileBytes || len(raw) < tileBytes*9/10 || len(shown) < 1000 {
		t.Errorf("%d features in %d bytes", len(shown), len(raw))
	}
	for i, f := range shown {
		if want := float64(len(all) - 1 - i); f.Properties["capacity"] != want {
			t.Fatalf("place %d holds one of %v, want %v: the largest come first", i, f.Properties["capacity"], want)
		}
	}
}

func TestCellsHaveNoIDsFromAfar(t *testing.T) {
	t.Parallel()
	p := NewPicture(1, "e", []Entity{entry(Cells, "C", square(119.6, 39.9, 0.01), &Cell{People: 7, AreaM2: 250_000})})
	for z, want := range map[int]string{8: "[]", 9: "[map[people:7]]", 10: "[map[people:7]]", 11: "id"} {
		var got []geojson.Properties
		for _, f := range shownIn(t, p, tileOver(Cells, z, orb.Point{119.605, 39.905}), noon) {
			got = append(got, f.Properties)
		}
		if text := fmt.Sprint(got); text != want && !(want == "id" && strings.Contains(text, "id:")) {
			t.Errorf("zoom %d: %s, want %s", z, text, want)
		}
	}
}
