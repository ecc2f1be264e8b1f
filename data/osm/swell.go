package osm

import (
	"fmt"
	"io"
)

// What a file may unpack to: in all, and for each of its bytes once it is past
// a size that does no harm. Real extracts unpack to four times their size as
// PBF, and to twenty times as XML.
const (
	mostUnpacked = 8 << 30
	harmless     = 64 << 20
	mostSwell    = 100
)

func checkSwell(packed, unpacked int64) error {
	switch {
	case unpacked > mostUnpacked:
		return fmt.Errorf("it unpacks to more than %d GiB: %w", mostUnpacked>>30, ErrTooLarge)
	case unpacked > harmless+mostSwell*packed:
		return fmt.Errorf("it unpacks to more than %d times its size: %w", mostSwell, ErrTooLarge)
	}
	return nil
}

// counter counts what is read through it.
type counter struct {
	in   io.Reader
	read int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.in.Read(p)
	c.read += int64(n)
	return n, err
}

// swelling reads what is unpacked from raw, and stops where it swells too much.
type swelling struct {
	in   io.Reader
	raw  *counter
	read int64
}

func (s *swelling) Read(p []byte) (int, error) {
	if err := checkSwell(s.raw.read, s.read); err != nil {
		return 0, err
	}
	n, err := s.in.Read(p)
	s.read += int64(n)
	return n, err
}
