package geo

import (
	"fmt"
	"strconv"

	"github.com/paulmach/orb"
)

// Invalid says what is wrong with a geometry, and where.
type Invalid struct {
	Path   string    // as in GeoJSON: "coordinates[0][3]"
	At     orb.Point // the place; the zero point when there is none
	Reason string
	cause  error
}

func (e *Invalid) Error() string {
	if e.At == (orb.Point{}) {
		return fmt.Sprintf("%s: %s", e.Path, e.Reason)
	}
	return fmt.Sprintf("%s: %s at [%.7f, %.7f]", e.Path, e.Reason, e.At[0], e.At[1])
}

// Unwrap gives ErrNotFinite, ErrOutOfRange or ErrTooManyVertices, if it was one.
func (e *Invalid) Unwrap() error { return e.cause }

// path is the address of a part; it is written out only when something is wrong.
type path struct {
	root  string
	index [4]int
	depth int
}

func (p path) at(i int) path {
	p.index[p.depth] = i
	p.depth++
	return p
}

func (p path) String() string {
	out := []byte(p.root + "coordinates")
	for _, i := range p.index[:p.depth] {
		out = append(out, '[')
		out = strconv.AppendInt(out, int64(i), 10)
		out = append(out, ']')
	}
	return string(out)
}

func (p path) refuse(at orb.Point, reason string) *Invalid {
	return &Invalid{Path: p.String(), At: at, Reason: reason}
}

func (p path) refuseAs(at orb.Point, cause error) *Invalid {
	return &Invalid{Path: p.String(), At: at, Reason: cause.Error(), cause: cause}
}
