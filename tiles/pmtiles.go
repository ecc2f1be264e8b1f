package tiles

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/gzip"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"

	"github.com/paulmach/orb"
)

// A pack is a PMTiles archive, version 3 (github.com/protomaps/PMTiles): a
// header, a directory of at most 16 kB, metadata, more directories, the tiles in
// the order of a Hilbert curve. A reader asks for the first 16 kB and then for
// what it needs, by Range.
const (
	packHeader = 127
	rootLimit  = 16384 - packHeader
	packGzip   = 2 // of tiles and directories
	packMVT    = 1 // type of tile
)

// ErrPackOrder says that a tile came before its turn.
var ErrPackOrder = errors.New("tiles of a pack come in the order of their ids")

// PackInfo is what a pack says of itself.
type PackInfo struct {
	Name, Attribution string
	Bound             orb.Bound // WGS84
	MinZoom, MaxZoom  int
	Layer             Layer
}

type packEntry struct {
	id, offset uint64
	length     uint32
	run        uint32
}

// PackWriter writes a pack: tiles by Add in the order of their ids, then Close.
// The tiles wait in a scratch file beside it.
type PackWriter struct {
	info    PackInfo
	scratch *os.File
	buffer  *bufio.Writer
	entries []packEntry
	known   map[[32]byte]packEntry // what was written, by content
	size    uint64
	tiles   uint64 // addressed
}

// NewPack begins a pack; dir is where its scratch file is.
func NewPack(dir string, info PackInfo) (*PackWriter, error) {
	scratch, err := os.CreateTemp(dir, "tiles-*")
	if err != nil {
		return nil, fmt.Errorf("begin pack: %w", err)
	}
	return &PackWriter{info: info, scratch: scratch, buffer: bufio.NewWriterSize(scratch, 1<<20), known: map[[32]byte]packEntry{}}, nil
}

// Drop forgets the scratch file; after Close it does nothing.
func (p *PackWriter) Drop() {
	if p.scratch != nil {
		_ = p.scratch.Close()
		_ = os.Remove(p.scratch.Name())
		p.scratch = nil
	}
}

// Add appends a gzipped tile; an empty one is left out. The same bytes are
// written once.
func (p *PackWriter) Add(id uint64, zipped []byte) error {
	if len(zipped) == 0 {
		return nil
	}
	last := len(p.entries) - 1
	if last >= 0 && id < p.entries[last].id+uint64(p.entries[last].run) {
		return fmt.Errorf("tile %d: %w", id, ErrPackOrder)
	}
	p.tiles++
	sum := sha256.Sum256(zipped)
	e, seen := p.known[sum]
	if !seen {
		e = packEntry{offset: p.size, length: uint32(len(zipped))}
		p.known[sum] = e
		p.size += uint64(len(zipped))
		if _, err := p.buffer.Write(zipped); err != nil {
			return fmt.Errorf("write tile %d: %w", id, err)
		}
	}
	if last >= 0 && p.entries[last].offset == e.offset && p.entries[last].id+uint64(p.entries[last].run) == id {
		p.entries[last].run++
		return nil
	}
	p.entries = append(p.entries, packEntry{id, e.offset, e.length, 1})
	return nil
}

// Close writes the whole pack to w and drops the scratch file.
func (p *PackWriter) Close(w io.Writer) error {
	defer p.Drop()
	root, leaves, err := directories(p.entries)
	if err != nil {
		return err
	}
	about, err := p.metadata()
	if err != nil {
		return err
	}
	if err := p.buffer.Flush(); err != nil {
		return fmt.Errorf("flush tiles: %w", err)
	}
	if _, err := p.scratch.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("read tiles back: %w", err)
	}
	for _, part := range [][]byte{p.header(len(root), len(about), len(leaves)), root, about, leaves} {
		if _, err := w.Write(part); err != nil {
			return fmt.Errorf("write pack: %w", err)
		}
	}
	if _, err := io.Copy(w, p.scratch); err != nil {
		return fmt.Errorf("write pack: %w", err)
	}
	return nil
}

func (p *PackWriter) metadata() ([]byte, error) {
	parts := make([]Part, len(p.info.Layer.Parts))
	for i, part := range p.info.Layer.Parts {
		part.MinZoom, part.MaxZoom = p.info.MinZoom, p.info.MaxZoom
		parts[i] = part
	}
	raw, err := json.Marshal(map[string]any{"name": p.info.Name, "type": "baselayer", "attribution": p.info.Attribution, "vector_layers": parts})
	if err != nil {
		return nil, fmt.Errorf("write metadata: %w", err)
	}
	return zip(raw)
}

func (p *PackWriter) header(root, about, leaves int) []byte {
	h := make([]byte, packHeader)
	copy(h, "PMTiles\x03")
	at := uint64(packHeader)
	for i, n := range []uint64{uint64(root), uint64(about), uint64(leaves), p.size} {
		binary.LittleEndian.PutUint64(h[8+16*i:], at)
		binary.LittleEndian.PutUint64(h[16+16*i:], n)
		at += n
	}
	for i, n := range []uint64{p.tiles, uint64(len(p.entries)), uint64(len(p.known))} {
		binary.LittleEndian.PutUint64(h[72+8*i:], n)
	}
	h[96] = 1 // clustered
	h[97], h[98], h[99] = packGzip, packGzip, packMVT
	h[100], h[101] = byte(p.info.MinZoom), byte(p.info.MaxZoom)
	centre := p.info.Bound.Center()
	for i, degrees := range []float64{p.info.Bound.Min[0], p.info.Bound.Min[1], p.info.Bound.Max[0], p.info.Bound.Max[1]} {
		binary.LittleEndian.PutUint32(h[102+4*i:], uint32(int32(math.Round(degrees*1e7))))
	}
	h[118] = byte(min(p.info.MaxZoom, max(p.info.MinZoom, 10)))
	binary.LittleEndian.PutUint32(h[119:], uint32(int32(math.Round(centre[0]*1e7))))
	binary.LittleEndian.PutUint32(h[123:], uint32(int32(math.Round(centre[1]*1e7))))
	return h
}

// directories packs the entries into a root that fits the first 16 kB, and the
// leaves it points to where they do not.
func directories(entries []packEntry) (root, leaves []byte, err error) {
	if root, err = directory(entries); err != nil || len(root) <= rootLimit {
		return root, nil, err
	}
	for size := 4096; ; size *= 2 {
		var heads []packEntry
		leaves = leaves[:0]
		for part := range slices.Chunk(entries, size) {
			leaf, err := directory(part)
			if err != nil {
				return nil, nil, err
			}
			heads = append(heads, packEntry{id: part[0].id, offset: uint64(len(leaves)), length: uint32(len(leaf))})
			leaves = append(leaves, leaf...)
		}
		if root, err = directory(heads); err != nil || len(root) <= rootLimit {
			return root, leaves, err
		}
	}
}

// directory writes entries column by column: steps of ids, runs, lengths,
// offsets (0: right behind the one before, else one more than it is).
func directory(entries []packEntry) ([]byte, error) {
	raw := binary.AppendUvarint(nil, uint64(len(entries)))
	last := uint64(0)
	for _, e := range entries {
		raw = binary.AppendUvarint(raw, e.id-last)
		last = e.id
	}
	for _, e := range entries {
		raw = binary.AppendUvarint(raw, uint64(e.run))
	}
	for _, e := range entries {
		raw = binary.AppendUvarint(raw, uint64(e.length))
	}
	for i, e := range entries {
		if i > 0 && e.offset == entries[i-1].offset+uint64(entries[i-1].length) {
			raw = append(raw, 0)
		} else {
			raw = binary.AppendUvarint(raw, e.offset+1)
		}
	}
	return zip(raw)
}

func zip(raw []byte) ([]byte, error) {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(raw); err != nil {
		return nil, fmt.Errorf("compress: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("compress: %w", err)
	}
	return out.Bytes(), nil
}

// PackID is a tile's number in packs: all tiles of the zooms before it, then its
// place on the Hilbert curve of its own.
func PackID(z, x, y int) uint64 {
	id := (uint64(1)<<(2*z) - 1) / 3
	for s := 1 << z >> 1; s > 0; s >>= 1 {
		rx, ry := uint64(0), uint64(0)
		if x&s != 0 {
			rx = 1
		}
		if y&s != 0 {
			ry = 1
		}
		id += uint64(s) * uint64(s) * (3*rx ^ ry)
		if ry == 0 {
			if rx == 1 {
				x, y = s-1-x&(s-1), s-1-y&(s-1)
			}
			x, y = y, x
		}
		x, y = x&(s-1), y&(s-1)
	}
	return id
}

// Cover are the tiles of some zooms that touch a bound, in the order of a pack.
func Cover(b orb.Bound, minZoom, maxZoom int) []Key {
	var keys []Key
	for z := minZoom; z <= maxZoom; z++ {
		west, north := place(b.Min[0], b.Max[1], z)
		east, south := place(b.Max[0], b.Min[1], z)
		for x := west; x <= east; x++ {
			for y := north; y <= south; y++ {
				keys = append(keys, Key{Layer: Base, Z: z, X: x, Y: y})
			}
		}
	}
	slices.SortFunc(keys, func(a, b Key) int { return cmp.Compare(PackID(a.Z, a.X, a.Y), PackID(b.Z, b.X, b.Y)) })
	return keys
}

// place is the tile of a zoom that holds a point.
func place(lon, lat float64, z int) (x, y int) {
	n := float64(int(1) << z)
	sin := math.Sin(min(85.05, max(-85.05, lat)) * math.Pi / 180)
	fx, fy := (lon/360+0.5)*n, (0.5-math.Log((1+sin)/(1-sin))/(4*math.Pi))*n
	return int(min(n-1, max(0, fx))), int(min(n-1, max(0, fy)))
}

// Count is how many tiles Cover has, without listing them.
func Count(b orb.Bound, minZoom, maxZoom int) (n int) {
	for z := minZoom; z <= maxZoom; z++ {
		west, north := place(b.Min[0], b.Max[1], z)
		east, south := place(b.Max[0], b.Min[1], z)
		n += (east - west + 1) * (south - north + 1)
	}
	return n
}
