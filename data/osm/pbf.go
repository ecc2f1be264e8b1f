package osm

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

var (
	// ErrBroken says that a file is cut off or is not what it says.
	ErrBroken = errors.New("file is damaged or cut off")
	// ErrForeign says that a file is sound but written in a way not read here.
	ErrForeign = errors.New("file is in a form that is not read")
	// ErrTooLarge says that a file unpacks to more than this server takes.
	ErrTooLarge = errors.New("file is too large")
)

// errEnd says that a file ends where a block may.
var errEnd = errors.New("end of file")

// The format's own limits.
const (
	mostBlobHeader = 64 << 10
	mostBlob       = 32 << 20
)

// pbf reads an OpenStreetMap PBF file block by block. It is our own: the
// library at hand answers some damaged files with a panic in a goroutine,
// which no caller can stop.
type pbf struct {
	in               io.Reader
	packed, unpacked int64 // bytes so far
	sink             osmSink
}

// osmSink takes the elements of a file as they come.
type osmSink interface {
	node(id int64, lon, lat float64, tags tags) error
	way(id int64, nodes []int64, tags tags) error
	relation(id int64, members []member, tags tags) error
}

// tags are the key and value pairs of an element.
type tags map[string]string

// member is one member of a relation.
type member struct {
	kind byte // n, w or r
	id   int64
	role string
}

// read reads the whole file into the sink.
func (p *pbf) read() error {
	for block := 0; ; block++ {
		kind, data, err := p.blob(block == 0)
		if errors.Is(err, errEnd) && block > 0 {
			return nil
		}
		if errors.Is(err, errEnd) {
			err = fmt.Errorf("empty: %w", ErrBroken)
		}
		if err == nil {
			switch kind {
			case "OSMHeader":
				err = checkHeader(data)
			case "OSMData":
				err = p.block(data)
			}
		}
		if err != nil {
			return fmt.Errorf("pbf block %d: %w", block+1, err)
		}
	}
}

// blob reads the next block and unpacks it; errEnd at a clean end.
func (p *pbf) blob(first bool) (kind string, data []byte, err error) {
	var size [4]byte
	if _, err := io.ReadFull(p.in, size[:]); err != nil {
		if errors.Is(err, io.EOF) {
			return "", nil, errEnd
		}
		return "", nil, fmt.Errorf("%w: %w", ErrBroken, err)
	}
	n := binary.BigEndian.Uint32(size[:])
	if first && n > mostBlobHeader {
		return "", nil, fmt.Errorf("it does not begin as OpenStreetMap data (PBF, XML, or XML in gzip): %w", ErrForeign)
	}
	if n == 0 || n > mostBlobHeader {
		return "", nil, fmt.Errorf("block header of %d bytes: %w", n, ErrBroken)
	}
	head := make([]byte, n)
	if _, err := io.ReadFull(p.in, head); err != nil {
		return "", nil, fmt.Errorf("block header: %w: %w", ErrBroken, err)
	}
	size64 := int64(-1)
	m := message{data: head}
	for m.next() {
		switch m.field {
		case 1:
			kind = string(m.bytes)
		case 3:
			size64 = int64(int32(m.value))
		}
	}
	if m.bad || size64 < 0 || size64 > mostBlob {
		return "", nil, fmt.Errorf("block of %d bytes: %w", size64, ErrBroken)
	}
	var raw bytes.Buffer // grows as bytes come, whatever the header promised
	if _, err := io.CopyN(&raw, p.in, size64); err != nil {
		return "", nil, fmt.Errorf("block: %w: %w", ErrBroken, err)
	}
	data, err = unpack(raw.Bytes())
	p.packed, p.unpacked = p.packed+int64(n)+size64, p.unpacked+int64(len(data))
	if err == nil {
		err = checkSwell(p.packed, p.unpacked)
	}
	return kind, data, err
}

// unpack inflates a blob. Only raw and zlib blobs are read.
func unpack(blob []byte) ([]byte, error) {
	m := message{data: blob}
	var packed, raw []byte
	hasRaw, size := false, int64(-1)
	foreign := ""
	for m.next() {
		switch m.field {
		case 1:
			raw, hasRaw = m.bytes, true
		case 2:
			size = int64(int32(m.value))
		case 3:
			packed = m.bytes
		case 4:
			foreign = "LZMA"
		case 5:
			foreign = "bzip2"
		case 6:
			foreign = "LZ4"
		case 7:
			foreign = "Zstandard"
		}
	}
	switch {
	case m.bad:
		return nil, fmt.Errorf("%w: %w", ErrBroken, errProto)
	case hasRaw && len(raw) <= mostBlob:
		return raw, nil
	case packed == nil && foreign != "":
		return nil, fmt.Errorf("packed with %s; write it again with zlib: %w", foreign, ErrForeign)
	case packed == nil:
		return nil, fmt.Errorf("empty block: %w", ErrBroken)
	}
	return inflate(packed, size)
}

// inflate unpacks zlib data that says how large it is; a size below 0 is unknown.
func inflate(packed []byte, size int64) ([]byte, error) {
	z, err := zlib.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBroken, err)
	}
	var out bytes.Buffer
	n, err := io.Copy(&out, io.LimitReader(z, mostBlob+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrBroken, err)
	case n > mostBlob:
		return nil, fmt.Errorf("a block unpacks to more than 32 MiB: %w", ErrTooLarge)
	case size >= 0 && n != size:
		return nil, fmt.Errorf("a block unpacks to %d bytes, not to %d: %w", n, size, ErrBroken)
	}
	return out.Bytes(), nil
}

// checkHeader refuses files that need what we do not know.
func checkHeader(data []byte) error {
	m := message{data: data}
	for m.next() {
		if m.field != 4 {
			continue
		}
		switch need := string(m.bytes); need {
		case "OsmSchema-V0.6", "DenseNodes":
		default:
			return fmt.Errorf("it needs %.40q: %w", need, ErrForeign)
		}
	}
	if m.bad {
		return fmt.Errorf("%w: %w", ErrBroken, errProto)
	}
	return nil
}
