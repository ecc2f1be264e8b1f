package road

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc64"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"
)

func stored(t *testing.T, g *Graph) []byte {
	t.Helper()
	var b bytes.Buffer
	if _, err := g.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestStoredNetworkAnswersTheSame(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 3))
	for range 20 {
		source := randomSource(r)
		g, report := Build(source)
		again, _ := Build(source)
		data := stored(t, g)
		if !bytes.Equal(data, stored(t, again)) {
			t.Fatal("the same source gives other bytes")
		}
		back, err := ReadFrom(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if back.Version() != g.Version() || !reflect.DeepEqual(back.Report(), report) {
			t.Fatalf("version %x and %x, reports %+v and %+v", g.Version(), back.Version(), report, back.Report())
		}
		if !bytes.Equal(data, stored(t, back)) {
			t.Fatal("storing what was read gives other bytes")
		}
		if !reflect.DeepEqual(g.turns, back.turns) || !reflect.DeepEqual(g.core, back.core) || !reflect.DeepEqual(g.grid, back.grid) {
			t.Fatal("what is derived differs")
		}
		if g.Segments() > 0 {
			e := equality{by: map[string]int{}}
			for _, p := range Profiles() {
				e.compare(t, r, NewNetwork(back).Now(), NewNetwork(g).Now(), p)
			}
		}
	}
}

func TestDamagedNetworkIsRefused(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(4, 4))
	g, _ := Build(randomSource(r))
	data := stored(t, g)
	for range 300 {
		cut := data[:r.IntN(len(data))]
		if _, err := ReadFrom(bytes.NewReader(cut)); !errors.Is(err, ErrDamaged) {
			t.Fatalf("cut at %d of %d: %v", len(cut), len(data), err)
		}
	}
	other := bytes.Clone(data)
	other[len(magic)]++
	if _, err := ReadFrom(bytes.NewReader(other)); !errors.Is(err, ErrFormat) {
		t.Errorf("another format: %v", err)
	}
	if _, err := ReadFrom(bytes.NewReader(nil)); !errors.Is(err, ErrDamaged) {
		t.Errorf("nothing: %v", err)
	}
}

// A file may be wrong and still have the right checksum. It must be refused or
// give a network that answers, never a panic.
func FuzzReadFrom(f *testing.F) {
	r := rand.New(rand.NewPCG(5, 5))
	g, _ := Build(randomSource(r))
	var b bytes.Buffer
	if _, err := g.WriteTo(&b); err != nil {
		f.Fatal(err)
	}
	data := b.Bytes()
	f.Add(20, []byte{0xff, 0xff, 0xff, 0xff})
	f.Add(len(data)/2, []byte{1})
	f.Fuzz(func(t *testing.T, at int, change []byte) {
		out := bytes.Clone(data)
		at = max(at, headBytes)
		for i, c := range change {
			if at+i < len(out)-8 {
				out[at+i] ^= c
			}
		}
		binary.LittleEndian.PutUint64(out[len(out)-8:], crc64.Checksum(out[:len(out)-8], polynomial))
		back, err := ReadFrom(bytes.NewReader(out))
		if err != nil {
			return
		}
		n := NewNetwork(back)
		for s := range min(back.Segments(), 3) {
			stop, err := back.Snap(back.pointAlong(uint32(s), 0.5), Snap{})
			if err == nil {
				_, _ = n.Now().Times(stop, []Stop{stop}, Bounds{Limit: time.Hour}, Ask{})
			}
		}
	})
}
