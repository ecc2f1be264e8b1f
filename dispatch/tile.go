package dispatch

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"time"

	"onemap/geo/index"
	"onemap/tiles"
)

// sheet is a ledger ready to be cut into tiles: its entries, the heaviest
// first, their shapes, and where those lie.
type sheet struct {
	entries []*Entry
	shapes  *tiles.Sheet
	where   *index.Packed[int32]
	stale   tiles.Pair // what an entry is shown as after the day it was to be checked by
}

// Limits of one tile: what is lighter than the rest is left out (torture line 71).
const (
	tileBytes    = 500_000
	tileFeatures = 20_000
)

// Tile cuts one tile of a ledger as it stands in the picture: raw MVT, nothing
// when nothing is there. Entries are shown whose division begins with k.Area and
// that are no more sensitive than k.Clearance; now says which are stale. A full
// tile keeps the heaviest. It refuses with tiles.ErrAddress what is no ledger.
func (p *Picture) Tile(k tiles.Key, now time.Time) ([]byte, error) {
	layer, ok := tiles.Find(k.Layer)
	shelf := p.shelves[Ledger(k.Layer)]
	if !ok || shelf == nil {
		return nil, fmt.Errorf("layer %.20q: %w", k.Layer, tiles.ErrAddress)
	}
	if k.Z < layer.MinZoom {
		return nil, nil
	}
	s, err := shelf.drawn(layer.Name)
	if err != nil {
		return nil, err
	}
	var marks []int32
	for i := range s.where.Search(tiles.Ground(k.Z, k.X, k.Y)) {
		if e := s.entries[i]; e.Sensitivity <= k.Clearance && strings.HasPrefix(e.Division, k.Area) {
			marks = append(marks, i)
		}
	}
	slices.Sort(marks)
	cut := tiles.Cut{Z: k.Z, X: k.X, Y: k.Y, Most: tileBytes, Extra: s.stale}
	if Ledger(k.Layer) == Cells && k.Z < tiles.ThinFrom {
		cut.Hide = "id" // half of such a tile, and no cell can be pointed at
	}
	today := now.In(china).Format(dateForm)
	cut.Has = func(i int32) bool {
		by := s.entries[i].VerifyBy
		return by != nil && by.Format(dateForm) < today
	}
	return s.shapes.Cut(cut, marks[:min(len(marks), tileFeatures)]), nil
}

// LayerSeq is the number of the last event known to have changed a ledger; of
// what no event has changed since the picture was built, the number it was built at.
func (p *Picture) LayerSeq(l Ledger) Seq {
	if shelf := p.shelves[l]; shelf != nil {
		return shelf.changed
	}
	return p.Seq
}

// drawn returns the shelf's sheet, made when first asked for.
func (s *Shelf) drawn(name string) (*sheet, error) {
	s.sheetOnce.Do(func() { s.sheet, s.sheetErr = newSheet(name, s.ByCode()) })
	return s.sheet, s.sheetErr
}

func newSheet(name string, entries []*Entry) (*sheet, error) {
	type drawing struct {
		*Entry
		shown  []Attribute
		weight int64
	}
	all := make([]drawing, len(entries))
	for i, e := range entries {
		all[i].Entry = e
		all[i].shown, all[i].weight = e.Shown()
	}
	slices.SortStableFunc(all, func(a, b drawing) int { return cmp.Compare(b.weight, a.weight) })
	s := &sheet{entries: make([]*Entry, len(all)), shapes: tiles.NewSheet(name)}
	var err error
	if s.stale, err = s.shapes.Pair("stale", true); err != nil {
		return nil, fmt.Errorf("draw %s: %w", name, err)
	}
	bounds := make([]index.Item[int32], len(all))
	var pairs []tiles.Pair
	for i, e := range all {
		pairs = pairs[:0]
		for _, a := range e.shown {
			pair, err := s.shapes.Pair(a.Name, a.Value)
			if err != nil {
				return nil, fmt.Errorf("draw %s %s: %w", name, e.ID, err)
			}
			pairs = append(pairs, pair)
		}
		if err := s.shapes.Add(featureID(e.ID), e.Geometry, pairs...); err != nil {
			return nil, fmt.Errorf("draw %s %s: %w", name, e.ID, err)
		}
		s.entries[i], bounds[i] = e.Entry, index.Item[int32]{Key: int32(i), Bound: e.Geometry.Bound()}
	}
	if s.where, err = index.NewPacked(bounds, cmp.Compare[int32]); err != nil {
		return nil, fmt.Errorf("draw %s: %w", name, err)
	}
	return s, nil
}

// featureID is an entry's number in tiles: the same in every tile and version,
// of seven bytes as it is written there. Two of a ledger's 31,000 entries share
// one with a chance of one in a million; the id is among the attributes.
func featureID(id ID) uint64 {
	const mix = 0x9E3779B97F4A7C15 // 2^64 / golden ratio: spreads what the clock has put in front
	h := binary.BigEndian.Uint64(id[:8])*mix ^ binary.BigEndian.Uint64(id[8:])
	return (h * mix) >> 15
}

// Attribute is what a tile shows of an entry: a text, a number or a truth.
type Attribute struct {
	Name  string
	Value any
}

// Shown returns what a tile shows of an entry, and its weight: when a tile is
// full, the heaviest stay.
func (e *Entry) Shown() (shown []Attribute, weight int64) {
	shown = append(make([]Attribute, 0, 8), Attribute{"id", e.ID.String()})
	put := func(name string, value any) { shown = append(shown, Attribute{name, value}) }
	if e.NameEN != "" {
		put("name_en", e.NameEN)
	}
	if e.Ledger != Cells {
		put("name", e.Name)
	}
	switch d := e.Detail.(type) {
	case *Division:
		put("code", e.Code)
		put("level", d.Level)
		put("people", d.People)
		weight = int64(d.People)
	case *Team:
		put("code", e.Code)
		put("readiness", d.Readiness)
		put("system", d.OwnerSystem)
		put("joint", d.Joint)
	case *Depot:
		put("level", d.Level)
		if fill, ok := d.Fill(); ok {
			put("fill", fill)
		}
	case *Shelter:
		put("class", d.Class)
		put("state", d.State)
		put("capacity", d.Capacity)
		put("occupancy", d.Occupancy)
		put("free", d.Free())
		weight = int64(d.Capacity)
	case *Hazard:
		put("kind", d.Kind)
		put("level", d.Level)
		put("state", d.State)
		weight = int64(-d.Level)
	case *RiskZone:
		put("kind", d.Kind)
		put("class", d.Class)
		weight = int64(-d.Class)
	case *Camera:
		put("state", d.State)
		if d.Heading != nil {
			put("heading_deg", *d.Heading)
		}
	case *Closure:
		put("cause", d.Cause)
		put("confidence", d.Confidence)
		put("factor", d.SpeedFactor)
	case *Cell:
		put("people", d.People)
		weight = int64(d.People)
	}
	return shown, weight
}
