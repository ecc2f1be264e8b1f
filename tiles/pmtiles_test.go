package tiles

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"

	"github.com/paulmach/orb"
)

func TestPackIDsAreThoseOfTheFormat(t *testing.T) {
	t.Parallel()
	for at, want := range map[[3]int]uint64{ // as the format's description and its own tests have them
		{0, 0, 0}: 0, {1, 0, 0}: 1, {1, 0, 1}: 2, {1, 1, 1}: 3, {1, 1, 0}: 4, {2, 0, 0}: 5, {12, 3423, 1763}: 19078479,
	} {
		if got := PackID(at[0], at[1], at[2]); got != want {
			t.Errorf("%v is %d, want %d", at, got, want)
		}
	}
	for z := range 6 {
		seen := map[uint64]bool{}
		first := (uint64(1)<<(2*z) - 1) / 3
		for x := range 1 << z {
			for y := range 1 << z {
				id := PackID(z, x, y)
				if seen[id] || id < first || id >= first+uint64(1)<<(2*z) {
					t.Fatalf("zoom %d: %d,%d is %d", z, x, y, id)
				}
				seen[id] = true
			}
		}
	}
}

func unzipped(t *testing.T, raw []byte) []byte {
	t.Helper()
	r, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	all, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// look finds a tile as a reader does: root, then a leaf.
func look(t *testing.T, pack []byte, id uint64) []byte {
	t.Helper()
	part := func(i int) (uint64, uint64) {
		return binary.LittleEndian.Uint64(pack[8+16*i:]), binary.LittleEndian.Uint64(pack[16+16*i:])
	}
	at, n := part(0)
	if at+n > 16384 {
		t.Fatalf("the root ends at %d", at+n)
	}
	leaves, _ := part(2)
	data, _ := part(3)
	dir := pack[at : at+n]
	for range 3 {
		var hit *packEntry
		for _, e := range entriesOf(t, unzipped(t, dir)) {
			if e.id <= id {
				hit = &e
			}
		}
		switch {
		case hit == nil:
			return nil
		case hit.run > 0:
			if id >= hit.id+uint64(hit.run) {
				return nil
			}
			return pack[data+hit.offset : data+hit.offset+uint64(hit.length)]
		}
		dir = pack[leaves+hit.offset : leaves+hit.offset+uint64(hit.length)]
	}
	t.Fatal("directories within directories")
	return nil
}

func entriesOf(t *testing.T, raw []byte) []packEntry {
	t.Helper()
	next := func() uint64 {
		v, n := binary.Uvarint(raw)
		if n <= 0 {
			t.Fatal("a directory ends early")
		}
		raw = raw[n:]
		return v
	}
	all := make([]packEntry, next())
	last := uint64(0)
	for i := range all {
		last += next()
		all[i].id = last
	}
	for i := range all {
		all[i].run = uint32(next())
	}
	for i := range all {
		all[i].length = uint32(next())
	}
	for i := range all {
		if v := next(); v > 0 {
			all[i].offset = v - 1
		} else {
			all[i].offset = all[i-1].offset + uint64(all[i-1].length)
		}
	}
	return all
}

func TestEveryTileIsFoundInThePack(t *testing.T) {
	t.Parallel()
	base, _ := Find(Base)
	info := PackInfo{Name: "示例", Bound: orb.Bound{Min: orb.Point{118.5, 39.3}, Max: orb.Point{119.9, 40.7}}, MaxZoom: 15, Layer: base}
	keys := Cover(info.Bound, 0, 15)
	if n := Count(info.Bound, 0, 15); n != len(keys) {
		t.Errorf("%d tiles counted of %d", n, len(keys))
	}
	w, err := NewPack(t.TempDir(), info)
	if err != nil {
		t.Fatal(err)
	}
	body := func(k Key) []byte {
		switch {
		case k.X%7 == 0:
			return nil // nothing there
		case k.Y%5 == 0:
			return []byte("the same sea")
		}
		return fmt.Appendf(nil, "%d/%d/%d", k.Z, k.X, k.Y)
	}
	for _, k := range keys {
		if err := w.Add(PackID(k.Z, k.X, k.Y), body(k)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Add(0, []byte("late")); !errors.Is(err, ErrPackOrder) {
		t.Errorf("out of order: %v", err)
	}
	var out bytes.Buffer
	if err := w.Close(&out); err != nil {
		t.Fatal(err)
	}
	pack := out.Bytes()
	if string(pack[:8]) != "PMTiles\x03" || pack[100] != 0 || pack[101] != 15 || int32(binary.LittleEndian.Uint32(pack[102:])) != 1185000000 {
		t.Errorf("header %q", pack[:packHeader])
	}
	for i, k := range keys {
		if i%13 == 0 {
			if got := look(t, pack, PackID(k.Z, k.X, k.Y)); !bytes.Equal(got, body(k)) {
				t.Fatalf("%v is %q, want %q", k, got, body(k))
			}
		}
	}
	at, n := binary.LittleEndian.Uint64(pack[24:]), binary.LittleEndian.Uint64(pack[32:])
	var about struct {
		Layers []Part `json:"vector_layers"`
	}
	if err := json.Unmarshal(unzipped(t, pack[at:at+n]), &about); err != nil || len(about.Layers) != len(base.Parts) {
		t.Errorf("%v, %+v", err, about)
	}
	t.Logf("%d tiles addressed, %d entries, %d contents, %d bytes", binary.LittleEndian.Uint64(pack[72:]), binary.LittleEndian.Uint64(pack[80:]), binary.LittleEndian.Uint64(pack[88:]), len(pack))
}

func TestPacksAreMadeOnceAndFoundAgain(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, packScratch+"1"), []byte("half"), 0o644); err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	base, _ := Find(Base)
	var first Pack
	synctest.Test(t, func(t *testing.T) {
		p, err := OpenPacks(dir, log)
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		go func() { _ = p.Run(ctx) }()
		cuts, wait := 0, make(chan struct{})
		bound := orb.Bound{Min: orb.Point{119.5, 39.9}, Max: orb.Point{119.7, 40}}
		job := PackJob{Area: "130302", Mark: "e1.2", Info: PackInfo{Bound: bound, MaxZoom: 10, Layer: base}, Keys: Cover(bound, 0, 10), Get: func(context.Context, Key) (Tile, error) {
			cuts++
			<-wait
			return Tile{Gzip: []byte("x")}, nil
		}}
		for range 5 {
			if err := p.Ask(job); err != nil {
				t.Fatal(err)
			}
		}
		synctest.Wait()
		if at, ok := p.Progress("130302"); !ok || at.Done != 0 || at.Total != len(job.Keys) {
			t.Errorf("%+v, %t", at, ok)
		}
		close(wait)
		synctest.Wait()
		pack, ok := p.Find("130302")
		if _, making := p.Progress("130302"); !ok || making || cuts != len(job.Keys) || pack.Bytes < packHeader {
			t.Errorf("%+v, %d cuts of %d", pack, cuts, len(job.Keys))
		}
		first = pack
		job.Get = func(context.Context, Key) (Tile, error) { return Tile{}, errors.New("no database") }
		if err := p.Ask(job); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if again, ok := p.Find("130302"); !ok || again != pack {
			t.Errorf("a pack that could not be made took the old one's place: %+v", again)
		}
		stop()
		synctest.Wait()
	})
	p, err := OpenPacks(dir, log)
	if err != nil {
		t.Fatal(err)
	}
	if all := p.All(); len(all) != 1 || all[0].ETag != first.ETag || all[0].Mark != "e1.2" {
		t.Errorf("after a restart: %+v, want %+v", all, first)
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 1 {
		t.Errorf("%d files are left, %v", len(files), err)
	}
}
