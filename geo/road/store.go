package road

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc64"
	"io"
)

var (
	// ErrFormat says that a stored network is of another version than this
	// program reads: import the roads again.
	ErrFormat = errors.New("stored road network has another format")
	// ErrDamaged says that a stored network is cut off or altered.
	ErrDamaged = errors.New("stored road network is damaged")
)

const (
	magic     = "ONEROADS"
	format    = 1
	largest   = 4 << 30 // bytes of a file
	headBytes = len(magic) + 4
)

var polynomial = crc64.MakeTable(crc64.ECMA)

// WriteTo stores the network with its order of elimination: magic, format,
// roads, order, report, CRC-64. All numbers are little-endian.
func (g *Graph) WriteTo(w io.Writer) (int64, error) {
	out := append([]byte(magic), 0, 0, 0, 0)
	binary.LittleEndian.PutUint32(out[len(magic):], format)
	out = g.appendRoads(out)
	for mode := range g.ranking {
		out = appendNumbers(out, g.order(mode))
	}
	report, err := json.Marshal(g.report)
	if err != nil {
		return 0, fmt.Errorf("store road network: %w", err)
	}
	out = appendBytes(out, report)
	out = binary.LittleEndian.AppendUint64(out, crc64.Checksum(out, polynomial))
	n, err := w.Write(out)
	if err != nil {
		return int64(n), fmt.Errorf("store road network: %w", err)
	}
	return int64(n), nil
}

// ReadFrom reads a network that WriteTo has stored. It refuses other formats
// with ErrFormat and anything cut off or altered with ErrDamaged.
func ReadFrom(r io.Reader) (*Graph, error) {
	data, err := io.ReadAll(io.LimitReader(r, largest))
	if err != nil {
		return nil, fmt.Errorf("read road network: %w", err)
	}
	if len(data) < headBytes+8 || !bytes.HasPrefix(data, []byte(magic)) {
		return nil, ErrDamaged
	}
	if v := binary.LittleEndian.Uint32(data[len(magic):]); v != format {
		return nil, fmt.Errorf("format %d, this program reads %d: %w", v, format, ErrFormat)
	}
	body, sum := data[:len(data)-8], binary.LittleEndian.Uint64(data[len(data)-8:])
	if crc64.Checksum(body, polynomial) != sum {
		return nil, fmt.Errorf("checksum: %w", ErrDamaged)
	}
	d := decoder{data: body[headBytes:]}
	g := &Graph{}
	g.readRoads(&d)
	for mode := range g.ranking {
		g.ranking[mode] = d.numbers()
	}
	report := d.bytes()
	if d.failed || len(d.data) != 0 || !g.sound() {
		return nil, ErrDamaged
	}
	if err := json.Unmarshal(report, &g.report); err != nil {
		return nil, fmt.Errorf("its report: %w", ErrDamaged)
	}
	g.link()
	if !g.soundTurns() {
		return nil, fmt.Errorf("turn restrictions: %w", ErrDamaged)
	}
	g.turns = turnsOf(g, g.forbidden)
	if !g.soundOrder() {
		return nil, fmt.Errorf("order: %w", ErrDamaged)
	}
	g.finish(nil)
	g.version = g.checksum()
	return g, nil
}

// checksum names the roads, without what is derived from them.
func (g *Graph) checksum() uint64 { return crc64.Checksum(g.appendRoads(nil), polynomial) }

func (g *Graph) appendRoads(out []byte) []byte {
	out = appendSpots(out, g.nodes)
	signals := make([]byte, len(g.flags))
	for i, f := range g.flags {
		signals[i] = f & nodeSignal
	}
	out = appendBytes(out, signals)
	for _, list := range [][]uint32{g.segFrom, g.segTo, g.segWay, g.segLength, g.segShape} {
		out = appendNumbers(out, list)
	}
	out = appendBytes(out, g.segLights)
	out = appendSpots(out, g.shape)
	var ways bytes.Buffer
	for i := range g.ways {
		// Fixed-size fields into memory: this cannot fail.
		_ = binary.Write(&ways, binary.LittleEndian, &g.ways[i])
	}
	out = appendBytes(out, ways.Bytes())
	out = binary.LittleEndian.AppendUint32(out, uint32(len(g.names)))
	for _, name := range g.names {
		out = appendBytes(out, []byte(name))
	}
	out = binary.LittleEndian.AppendUint32(out, uint32(len(g.forbidden)))
	for _, s := range g.forbidden {
		out = append(appendNumbers(out, s.arcs), byte(s.exempt))
	}
	return out
}

func (g *Graph) readRoads(d *decoder) {
	g.nodes = d.spots()
	g.flags = bytes.Clone(d.bytes())
	for _, list := range []*[]uint32{&g.segFrom, &g.segTo, &g.segWay, &g.segLength, &g.segShape} {
		*list = d.numbers()
	}
	g.segLights = bytes.Clone(d.bytes())
	g.shape = d.spots()
	ways := d.bytes()
	size := binary.Size(attributes{})
	g.ways = make([]attributes, len(ways)/size)
	if err := binary.Read(bytes.NewReader(ways), binary.LittleEndian, g.ways); err != nil && len(ways) > 0 {
		d.failed = true
	}
	for range d.count(4) {
		g.names = append(g.names, string(d.bytes()))
	}
	for range d.count(5) {
		s := sequence{arcs: d.numbers()}
		s.exempt = Vehicles(d.byte())
		g.forbidden = append(g.forbidden, s)
	}
}

func appendNumbers(out []byte, list []uint32) []byte {
	out = binary.LittleEndian.AppendUint32(out, uint32(len(list)))
	for _, v := range list {
		out = binary.LittleEndian.AppendUint32(out, v)
	}
	return out
}

func appendSpots(out []byte, list []spot) []byte {
	out = binary.LittleEndian.AppendUint32(out, uint32(len(list)))
	for _, s := range list {
		out = binary.LittleEndian.AppendUint32(out, uint32(s.Lon))
		out = binary.LittleEndian.AppendUint32(out, uint32(s.Lat))
	}
	return out
}

func appendBytes(out, list []byte) []byte {
	return append(binary.LittleEndian.AppendUint32(out, uint32(len(list))), list...)
}

// decoder reads what the append functions wrote, and remembers a failure
// instead of reporting it at every step.
type decoder struct {
	data   []byte
	failed bool
}

func (d *decoder) take(n int) []byte {
	if n < 0 || n > len(d.data) {
		d.failed = true
		d.data = nil
		return nil
	}
	out := d.data[:n]
	d.data = d.data[n:]
	return out
}

// count reads how many items follow, each of at least so many bytes.
func (d *decoder) count(each int) int {
	head := d.take(4)
	if head == nil {
		return 0
	}
	n := int(binary.LittleEndian.Uint32(head))
	if n > len(d.data)/each {
		d.failed = true
		return 0
	}
	return n
}

func (d *decoder) byte() byte {
	b := d.take(1)
	if b == nil {
		return 0
	}
	return b[0]
}

func (d *decoder) bytes() []byte { return d.take(d.count(1)) }

func (d *decoder) numbers() []uint32 {
	list := make([]uint32, d.count(4))
	raw := d.take(4 * len(list))
	for i := range list {
		list[i] = binary.LittleEndian.Uint32(raw[4*i:])
	}
	return list
}

func (d *decoder) spots() []spot {
	list := make([]spot, d.count(8))
	raw := d.take(8 * len(list))
	for i := range list {
		list[i].Lon = int32(binary.LittleEndian.Uint32(raw[8*i:]))
		list[i].Lat = int32(binary.LittleEndian.Uint32(raw[8*i+4:]))
	}
	return list
}
