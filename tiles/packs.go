package tiles

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	// MostPackTiles is the most tiles a pack may cover.
	MostPackTiles = 40_000

	mostPacks   = 40 // kept on disk
	packQueue   = 16
	packLimit   = 30 * time.Minute // of one pack
	packTries   = 3                // of one tile, before the pack is given up
	packEnding  = ".pmtiles"
	packScratch = "making-"
)

// ErrPackQueue says that too many packs wait to be made.
var ErrPackQueue = errors.New("too many packs wait")

// Pack is a basemap pack on disk: the tiles of an area for a tablet without a
// network (离线底图包).
type Pack struct {
	Area, Mark string // what it covers, and what it was true at
	Path       string
	ETag       string // of the content, quotes included
	Bytes      int64
	Made       time.Time
}

// PackJob asks for a pack: Area and Mark name it (letters, digits and dots
// only), Keys are its tiles in the order of their ids.
type PackJob struct {
	Area, Mark string
	Info       PackInfo
	Keys       []Key
	Get        func(ctx context.Context, k Key) (Tile, error)
}

// PackProgress says how far a pack is that is being made.
type PackProgress struct{ Done, Total int }

// Packs keeps packs in a directory and makes them one at a time, each once
// however many ask for it. Safe for any number of goroutines.
type Packs struct {
	dir   string
	log   *slog.Logger
	queue chan PackJob

	mu      sync.Mutex
	kept    map[string]Pack // by area, the newest
	pending map[string]*PackProgress
}

// OpenPacks finds what is in a directory, which is made, and clears away what a
// crash left half done.
func OpenPacks(dir string, log *slog.Logger) (*Packs, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("open packs: %w", err)
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("open packs: %w", err)
	}
	p := &Packs{dir: dir, log: log, queue: make(chan PackJob, packQueue), kept: map[string]Pack{}, pending: map[string]*PackProgress{}}
	for _, f := range files {
		name, isPack := strings.CutSuffix(f.Name(), packEnding)
		parts := strings.Split(name, "_")
		about, err := f.Info()
		if !isPack || len(parts) != 3 || err != nil {
			_ = os.Remove(filepath.Join(dir, f.Name()))
			continue
		}
		p.keep(Pack{parts[0], parts[1], filepath.Join(dir, f.Name()), `"` + parts[2] + `"`, about.Size(), about.ModTime()})
	}
	return p, nil
}

// keep holds the newer of two packs of an area, and deletes the other.
func (p *Packs) keep(pack Pack) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if old, ok := p.kept[pack.Area]; ok && old.Path != pack.Path {
		if old.Made.After(pack.Made) {
			old, pack = pack, old
		}
		_ = os.Remove(old.Path) // who is reading it still reads it
	}
	p.kept[pack.Area] = pack
	for len(p.kept) > mostPacks {
		oldest := pack
		for _, other := range p.kept {
			if other.Made.Before(oldest.Made) {
				oldest = other
			}
		}
		delete(p.kept, oldest.Area)
		_ = os.Remove(oldest.Path)
	}
}

// Find returns the newest pack of an area.
func (p *Packs) Find(area string) (Pack, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	pack, ok := p.kept[area]
	return pack, ok
}

// All returns the packs there are, by area.
func (p *Packs) All() []Pack {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := make([]Pack, 0, len(p.kept))
	for _, pack := range p.kept {
		all = append(all, pack)
	}
	slices.SortFunc(all, func(a, b Pack) int { return strings.Compare(a.Area, b.Area) })
	return all
}

// Progress says how far an area's pack is; false when none is being made.
func (p *Packs) Progress(area string) (PackProgress, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if at := p.pending[area]; at != nil {
		return *at, true
	}
	return PackProgress{}, false
}

// Ask has a pack made unless it is on its way. It refuses with ErrPackQueue.
func (p *Packs) Ask(job PackJob) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.pending[job.Area] != nil {
		return nil
	}
	select {
	case p.queue <- job:
		p.pending[job.Area] = &PackProgress{Total: len(job.Keys)}
		return nil
	default:
		return ErrPackQueue
	}
}

// Run makes packs until ctx ends.
func (p *Packs) Run(ctx context.Context) error {
	for {
		select {
		case job := <-p.queue:
			if pack, err := p.make(ctx, job); err == nil {
				p.keep(pack)
			} else if ctx.Err() == nil {
				p.log.Warn("basemap pack not made", "area", job.Area, "error", err)
			}
			p.mu.Lock()
			delete(p.pending, job.Area)
			p.mu.Unlock()
		case <-ctx.Done():
			return nil
		}
	}
}

func (p *Packs) make(ctx context.Context, job PackJob) (Pack, error) {
	ctx, cancel := context.WithTimeout(ctx, packLimit)
	defer cancel()
	w, err := NewPack(p.dir, job.Info)
	if err != nil {
		return Pack{}, err
	}
	defer w.Drop()
	for i, k := range job.Keys {
		tile, err := job.tile(ctx, k)
		if err != nil {
			return Pack{}, err
		}
		if err := w.Add(PackID(k.Z, k.X, k.Y), tile.Gzip); err != nil {
			return Pack{}, err
		}
		p.mu.Lock()
		p.pending[job.Area].Done = i + 1
		p.mu.Unlock()
	}
	return p.store(job, w)
}

// tile cuts one tile, and tries again when the database has no time.
func (job PackJob) tile(ctx context.Context, k Key) (tile Tile, err error) {
	for range packTries {
		if tile, err = job.Get(ctx, k); err == nil || ctx.Err() != nil {
			break
		}
	}
	return tile, err
}

// store writes the pack under the name of its content: it is there whole or not.
func (p *Packs) store(job PackJob, w *PackWriter) (Pack, error) {
	out, err := os.CreateTemp(p.dir, packScratch+"*")
	if err != nil {
		return Pack{}, fmt.Errorf("store pack: %w", err)
	}
	defer os.Remove(out.Name()) // when it was renamed there is nothing of that name
	sum := sha256.New()
	err = errors.Join(w.Close(io.MultiWriter(out, sum)), out.Sync(), out.Close())
	if err != nil {
		return Pack{}, fmt.Errorf("store pack: %w", err)
	}
	tag := hex.EncodeToString(sum.Sum(nil)[:12])
	path := filepath.Join(p.dir, job.Area+"_"+job.Mark+"_"+tag+packEnding)
	if err := os.Rename(out.Name(), path); err != nil {
		return Pack{}, fmt.Errorf("store pack: %w", err)
	}
	about, err := os.Stat(path)
	if err != nil {
		return Pack{}, fmt.Errorf("store pack: %w", err)
	}
	return Pack{job.Area, job.Mark, path, `"` + tag + `"`, about.Size(), about.ModTime()}, nil
}
