package tiles

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestAddressIsReadToTheLetter(t *testing.T) {
	t.Parallel()
	for _, good := range [][3]string{{"0", "0", "0"}, {"18", "262143", "262143"}, {"12", "3407", "1553"}} {
		z, x, y, err := ParseAddress(good[0], good[1], good[2])
		if err != nil || fmt.Sprint(z, x, y) != strings.Join(good[:], " ") {
			t.Errorf("%v: %d %d %d, %v", good, z, x, y, err)
		}
	}
	for _, bad := range [][3]string{
		{"99", "0", "0"}, {"19", "0", "0"}, {"1", "-1", "0"}, {"1", "2", "0"}, {"1", "0", "2"}, {"01", "0", "0"}, {"1", "+1", "0"},
		{"", "0", "0"}, {"1", "NaN", "0"}, {"1", "0", "0.mvt"}, {"1", "1e0", "0"}, {"18", "9999999999999999999", "0"}, {"1", " 1", "0"}, {"1", "１", "0"},
	} {
		if _, _, _, err := ParseAddress(bad[0], bad[1], bad[2]); !errors.Is(err, ErrAddress) {
			t.Errorf("%v: %v", bad, err)
		}
	}
}

func TestEveryLayerDescribesItself(t *testing.T) {
	t.Parallel()
	for _, l := range Layers {
		body, err := l.TileJSON("/tiles/" + l.Name + "/{z}/{x}/{y}.mvt")
		if err != nil {
			t.Fatal(err)
		}
		var said struct {
			TileJSON string   `json:"tilejson"`
			Tiles    []string `json:"tiles"`
			MinZoom  int      `json:"minzoom"`
			MaxZoom  int      `json:"maxzoom"`
			Layers   []Part   `json:"vector_layers"`
		}
		if err := json.Unmarshal(body, &said); err != nil {
			t.Fatal(err)
		}
		if said.TileJSON != "3.0.0" || len(said.Tiles) != 1 || said.MinZoom >= said.MaxZoom || len(said.Layers) == 0 || said.Layers[0].MaxZoom != said.MaxZoom {
			t.Errorf("%s: %s", l.Name, body)
		}
	}
	if l, ok := Find("cell"); !ok || l.MinZoom != 9 {
		t.Errorf("cells from zoom %d", l.MinZoom)
	}
	if _, ok := Find("unit"); ok {
		t.Error("units move and are no tiles")
	}
}

// source counts its cuts and waits when told to.
type source struct {
	cuts  atomic.Int64
	wait  chan struct{}
	fails atomic.Bool
	body  func(Key) []byte
}

func (s *source) Tile(ctx context.Context, k Key) ([]byte, error) {
	s.cuts.Add(1)
	if s.wait != nil {
		select {
		case <-s.wait:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	if s.fails.Load() {
		return nil, errors.New("no database")
	}
	return s.body(k), nil
}

func same(text string) func(Key) []byte { return func(Key) []byte { return []byte(text) } }

func get(t *testing.T, c *Cache, k Key, version int64) Tile {
	t.Helper()
	tile, err := c.Get(context.Background(), k, version)
	if err != nil {
		t.Fatal(err)
	}
	return tile
}

func TestTileIsCutOncePerVersionAndScope(t *testing.T) {
	t.Parallel()
	s := &source{body: same("a tile")}
	c := NewCache(s, 0)
	k := Key{Layer: "team", Z: 10, Area: "1303"}
	first := get(t, c, k, 7)
	zipped, err := gzip.NewReader(bytes.NewReader(first.Gzip))
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(zipped); err != nil || string(text) != "a tile" || first.Empty || first.ETag[0] != '"' {
		t.Errorf("%q %+v, %v", text, first, err)
	}
	get(t, c, k, 7)
	get(t, c, k, 6) // what is there is newer
	if n := s.cuts.Load(); n != 1 {
		t.Errorf("%d cuts for one version", n)
	}
	if next := get(t, c, k, 8); s.cuts.Load() != 2 || next.ETag != first.ETag {
		t.Errorf("%d cuts, ETag %s then %s", s.cuts.Load(), first.ETag, next.ETag)
	}
	k.Clearance = 1
	get(t, c, k, 8)
	if n := s.cuts.Load(); n != 3 {
		t.Errorf("%d cuts: another clearance sees another tile", n)
	}
	get(t, c, Key{Layer: Base, Area: "1303"}, 1)
	get(t, c, Key{Layer: Base, Area: "130321", Clearance: 2}, 1)
	if n := s.cuts.Load(); n != 4 {
		t.Errorf("%d cuts: the base map is the same for all", n)
	}
}

func TestEmptyTilesAreRememberedAndFailuresAreNot(t *testing.T) {
	t.Parallel()
	s := &source{body: same("")}
	c := NewCache(s, 0)
	s.fails.Store(true)
	if _, err := c.Get(context.Background(), Key{Layer: "team"}, 1); err == nil {
		t.Error("a failure passed for a tile")
	}
	s.fails.Store(false)
	for range 3 {
		if tile := get(t, c, Key{Layer: "team"}, 1); !tile.Empty || len(tile.Gzip) > 0 || tile.ETag == "" {
			t.Errorf("%+v", tile)
		}
	}
	if n := s.cuts.Load(); n != 2 {
		t.Errorf("%d cuts", n)
	}
}

func TestWhoGivesUpDoesNotCancelTheOthers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &source{body: same("late"), wait: make(chan struct{})}
		c := NewCache(s, 0)
		hasty, leave := context.WithCancel(context.Background())
		var all sync.WaitGroup
		all.Go(func() {
			if _, err := c.Get(hasty, Key{Layer: "team"}, 1); !errors.Is(err, context.Canceled) {
				t.Errorf("the hasty one got %v", err)
			}
		})
		synctest.Wait()
		for range 20 {
			all.Go(func() {
				if tile, err := c.Get(context.Background(), Key{Layer: "team"}, 1); err != nil || tile.Empty {
					t.Errorf("%+v, %v", tile, err)
				}
			})
		}
		synctest.Wait()
		leave()
		synctest.Wait()
		close(s.wait)
		all.Wait()
		c.Close()
		if s.cuts.Load() != 1 || c.Stats().Joined != 20 {
			t.Errorf("%d cuts, %+v", s.cuts.Load(), c.Stats())
		}
	})
}

func TestACutThatNeverEndsIsGivenUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := NewCache(&source{wait: make(chan struct{})}, 0)
		if _, err := c.Get(context.Background(), Key{Layer: "team"}, 1); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
	})
}

func TestTheLeastRecentLeavesAFullCache(t *testing.T) {
	t.Parallel()
	s := &source{body: func(k Key) []byte {
		b := make([]byte, 4096)
		noise := rand.NewChaCha8([32]byte{byte(k.X)})
		if _, err := noise.Read(b); err != nil {
			t.Error(err)
		}
		return b
	}}
	c := NewCache(s, 20_000)
	for x := range 10 {
		get(t, c, Key{Layer: "team", Z: 10, X: x}, 1)
		get(t, c, Key{Layer: "team", Z: 10, X: 0}, 1) // kept warm
	}
	before := s.cuts.Load()
	get(t, c, Key{Layer: "team", Z: 10, X: 0}, 1)
	if stats := c.Stats(); s.cuts.Load() != before || stats.Evicted == 0 || stats.Bytes > 20_000 || stats.Tiles != len(c.entries) {
		t.Errorf("%d cuts after %d, %+v", s.cuts.Load(), before, stats)
	}
	get(t, c, Key{Layer: "team", Z: 10, X: 1}, 1)
	if s.cuts.Load() != before+1 {
		t.Error("the oldest is still there")
	}
}

func TestTilesAreCutAnewAfterMidnight(t *testing.T) {
	t.Parallel()
	s := &source{body: same("x")}
	c := NewCache(s, 0)
	now := time.Date(2026, 11, 23, 23, 59, 0, 0, time.FixedZone("", 8*3600))
	c.now = func() time.Time { return now }
	get(t, c, Key{Layer: "team"}, 1)
	now = now.Add(2 * time.Minute)
	get(t, c, Key{Layer: "team"}, 1)
	if n := s.cuts.Load(); n != 2 {
		t.Errorf("%d cuts", n)
	}
}

func BenchmarkWarmTile(b *testing.B) {
	c := NewCache(&source{body: func(Key) []byte { return make([]byte, 40_000) }}, 0)
	for b.Loop() {
		if _, err := c.Get(context.Background(), Key{Layer: "team"}, 1); err != nil {
			b.Fatal(err)
		}
	}
}
