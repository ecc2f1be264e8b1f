package osm

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
)

// proto writes the fields of a protocol buffer message.
type proto []byte

func (p proto) number(field int, v uint64) proto {
	return binary.AppendUvarint(binary.AppendUvarint(p, uint64(field)<<3), v)
}

func (p proto) bytes(field int, v []byte) proto {
	p = binary.AppendUvarint(p, uint64(field)<<3|2)
	return append(binary.AppendUvarint(p, uint64(len(v))), v...)
}

func (p proto) packed(field int, list ...int64) proto {
	var body []byte
	for _, v := range list {
		body = binary.AppendUvarint(body, uint64(v))
	}
	return p.bytes(field, body)
}

// zigzag folds the sign of each number into its lowest bit.
func zigzag(list ...int64) []int64 {
	out := make([]int64, len(list))
	for i, v := range list {
		out[i] = v<<1 ^ v>>63
	}
	return out
}

func deflate(data []byte) []byte {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	_, _ = z.Write(data) // into memory
	_ = z.Close()
	return b.Bytes()
}

func fileBlock(kind string, blob proto) []byte {
	head := proto{}.bytes(1, []byte(kind)).number(3, uint64(len(blob)))
	out := binary.BigEndian.AppendUint32(nil, uint32(len(head)))
	return append(append(out, head...), blob...)
}

func zlibBlock(kind string, data []byte) []byte {
	return fileBlock(kind, proto{}.number(2, uint64(len(data))).bytes(3, deflate(data)))
}

func headerBlock() []byte {
	return zlibBlock("OSMHeader", proto{}.bytes(4, []byte("OsmSchema-V0.6")).bytes(4, []byte("DenseNodes")))
}

// crossing is four roads that meet at node 5, with lights there and a
// restriction from way 1 into way 2; strings is its table.
func crossing() []byte {
	table := proto{}
	for _, s := range []string{"", "highway", "primary", "traffic_signals", "type", "restriction", "no_left_turn", "from", "via", "to", "name", "河北大街"} {
		table = table.bytes(1, []byte(s))
	}
	dense := proto{}.packed(1, zigzag(1, 1, 1, 1, 1)...).
		packed(8, zigzag(399000000, 0, 20000, -40000, 20000)...).
		packed(9, zigzag(1196000000, 40000, -20000, 0, 0)...).
		packed(10, 0, 0, 0, 0, 1, 3, 0)
	group := proto{}.bytes(2, dense)
	for id := int64(1); id <= 4; id++ {
		way := proto{}.number(1, uint64(id)).packed(2, 1, 10).packed(3, 2, 11).packed(8, zigzag(id, 5-id)...)
		group = group.bytes(3, way)
	}
	rule := proto{}.number(1, 9).packed(2, 4, 5).packed(3, 5, 6).
		packed(8, 7, 8, 9).packed(9, zigzag(1, 4, -3)...).packed(10, 1, 0, 1)
	group = group.bytes(4, rule)
	return proto{}.bytes(1, table).bytes(2, group)
}

func crossingFile() []byte { return append(headerBlock(), zlibBlock("OSMData", crossing())...) }
