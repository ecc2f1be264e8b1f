package tiles

import (
	"bytes"
	"compress/gzip"
	"container/list"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"sync"
	"time"
)

const (
	// Budget is how many bytes a cache of budget 0 holds.
	Budget = 256 << 20

	overhead = 512             // bytes an entry costs beside its tile
	cutLimit = 5 * time.Second // one cut, whoever waits for it
)

// Tile is a tile ready to be sent. An empty one has no bytes and is remembered
// like any other.
type Tile struct {
	Gzip  []byte
	ETag  string // of the content, quotes included
	Empty bool
}

// Cache keeps compressed tiles, the least recently asked for leaving first. A
// tile that many ask for at once is cut once. Safe for any number of goroutines.
type Cache struct {
	source  Source
	budget  int
	now     func() time.Time
	writers sync.Pool
	wait    sync.WaitGroup

	mu      sync.Mutex
	entries map[Key]*list.Element // of *entry
	recent  list.List             // front: asked for last
	flights map[flightKey]*flight
	stats   Stats
}

// Stats says how a cache fares.
type Stats struct {
	Hits, Misses, Joined, Failed, Evicted int64
	Bytes, Tiles                          int
}

type entry struct {
	key  Key
	at   stand
	tile Tile
}

// stand is what a tile is true at: a version of its layer, and the day, because
// what is to be checked again turns stale at midnight and no event says so.
type stand struct {
	version, day int64
}

// A flight is one cut, and all who wait for it. A newer version is another.
type flightKey struct {
	Key
	stand
}

type flight struct {
	done chan struct{}
	tile Tile
	err  error
}

func (s stand) serves(want stand) bool { return s.version >= want.version && s.day == want.day }

func (s stand) newer(than stand) bool {
	return s.day > than.day || s.day == than.day && s.version > than.version
}

// chinaEast is Asia/Shanghai's lead on UTC in seconds: its midnight counts.
const chinaEast = 8 * 3600

func dayOf(t time.Time) int64 { return (t.Unix() + chinaEast) / 86400 }

// NewCache returns an empty cache of at most budget bytes; 0: Budget.
func NewCache(source Source, budget int) *Cache {
	if budget == 0 {
		budget = Budget
	}
	return &Cache{
		source: source, budget: budget, now: time.Now, entries: map[Key]*list.Element{}, flights: map[flightKey]*flight{},
		writers: sync.Pool{New: func() any {
			w, err := gzip.NewWriterLevel(nil, gzip.BestSpeed)
			if err != nil {
				panic(err) // the level is a constant of the same package
			}
			return w
		}},
	}
}

// Get returns a tile as it stands at a layer's version, or later. Who gives up
// waiting does not cancel the cut for the others. What failed is not kept.
func (c *Cache) Get(ctx context.Context, k Key, version int64) (Tile, error) {
	if k.Layer == Base {
		k.Area, k.Clearance = "", 0 // the same for everybody
	}
	want := stand{version, dayOf(c.now())}
	c.mu.Lock()
	if at, ok := c.entries[k]; ok && at.Value.(*entry).at.serves(want) {
		c.recent.MoveToFront(at)
		c.stats.Hits++
		tile := at.Value.(*entry).tile
		c.mu.Unlock()
		return tile, nil
	}
	f := c.flights[flightKey{k, want}]
	if f == nil {
		f = c.depart(ctx, flightKey{k, want})
		c.stats.Misses++
	} else {
		c.stats.Joined++
	}
	c.mu.Unlock()
	select {
	case <-f.done:
		return f.tile, f.err
	case <-ctx.Done():
		return Tile{}, ctx.Err()
	}
}

// Close waits for cuts under way.
func (c *Cache) Close() { c.wait.Wait() }

// Stats returns the counters.
func (c *Cache) Stats() Stats {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.stats
}

// depart starts a cut; the lock is held.
func (c *Cache) depart(ctx context.Context, to flightKey) *flight {
	f := &flight{done: make(chan struct{})}
	c.flights[to] = f
	c.wait.Add(1)
	go func() {
		defer c.wait.Done()
		cut, cancel := context.WithTimeout(context.WithoutCancel(ctx), cutLimit)
		defer cancel()
		f.tile, f.err = c.cut(cut, to.Key)
		c.mu.Lock()
		delete(c.flights, to)
		if f.err == nil {
			c.keep(&entry{to.Key, to.stand, f.tile})
		} else {
			c.stats.Failed++
		}
		c.mu.Unlock()
		close(f.done)
	}()
	return f
}

func (c *Cache) cut(ctx context.Context, k Key) (Tile, error) {
	raw, err := c.source.Tile(ctx, k)
	if err != nil {
		return Tile{}, fmt.Errorf("cut tile %s/%d/%d/%d: %w", k.Layer, k.Z, k.X, k.Y, err)
	}
	sum := sha256.Sum256(raw)
	tile := Tile{ETag: `"` + hex.EncodeToString(sum[:12]) + `"`, Empty: len(raw) == 0}
	if tile.Empty {
		return tile, nil
	}
	var out bytes.Buffer
	out.Grow(len(raw) / 2)
	w := c.writers.Get().(*gzip.Writer)
	defer c.writers.Put(w)
	w.Reset(&out)
	if _, err := w.Write(raw); err != nil {
		return Tile{}, fmt.Errorf("compress tile: %w", err)
	}
	if err := w.Close(); err != nil {
		return Tile{}, fmt.Errorf("compress tile: %w", err)
	}
	tile.Gzip = bytes.Clone(out.Bytes())
	return tile, nil
}

// keep stores a tile unless a newer one is there, and makes room; the lock is held.
func (c *Cache) keep(e *entry) {
	if at, ok := c.entries[e.key]; ok {
		if at.Value.(*entry).at.newer(e.at) {
			return
		}
		c.drop(at)
	}
	c.entries[e.key] = c.recent.PushFront(e)
	c.stats.Bytes += overhead + len(e.tile.Gzip)
	for c.stats.Bytes > c.budget {
		c.drop(c.recent.Back())
		c.stats.Evicted++
	}
	c.stats.Tiles = len(c.entries)
}

func (c *Cache) drop(at *list.Element) {
	e := c.recent.Remove(at).(*entry)
	delete(c.entries, e.key)
	c.stats.Bytes -= overhead + len(e.tile.Gzip)
}
