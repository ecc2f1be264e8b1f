// Package tiles is what can be said of vector tiles without cutting one: their
// addresses, the catalogue of layers, and a cache by version over any Source.
package tiles

import (
	"context"
	"errors"
	"fmt"
	"strconv"
)

// MaxZoom is the deepest zoom that has tiles; clients stretch them beyond.
const MaxZoom = 18

// ErrAddress says that there is no such tile.
var ErrAddress = errors.New("no such tile")

// Key names one tile of one layer as one scope sees it.
type Key struct {
	Layer     string
	Z, X, Y   int    // XYZ scheme: y grows southwards
	Area      string // prefix that the division codes of what is shown share; empty: all
	Clearance int    // the most sensitive that is shown
}

// Source cuts tiles: raw MVT, empty when nothing is there.
type Source interface {
	Tile(ctx context.Context, k Key) ([]byte, error)
}

// ParseAddress reads a tile's place from a path, to the letter: plain decimal
// numbers without sign or leading zero, zoom 0 to 18, x and y within it. It
// refuses with ErrAddress.
func ParseAddress(z, x, y string) (zoom, column, row int, err error) {
	if zoom, err = number(z, MaxZoom+1); err != nil {
		return 0, 0, 0, fmt.Errorf("zoom %.8q: %w", z, err)
	}
	if column, err = number(x, 1<<zoom); err != nil {
		return 0, 0, 0, fmt.Errorf("x %.8q: %w", x, err)
	}
	if row, err = number(y, 1<<zoom); err != nil {
		return 0, 0, 0, fmt.Errorf("y %.8q: %w", y, err)
	}
	return zoom, column, row, nil
}

// number reads 0 ≤ n < end.
func number(text string, end int) (int, error) {
	if text == "" || len(text) > 6 || len(text) > 1 && text[0] == '0' {
		return 0, ErrAddress
	}
	for _, c := range []byte(text) {
		if c < '0' || c > '9' {
			return 0, ErrAddress
		}
	}
	n, err := strconv.Atoi(text)
	if err != nil || n >= end {
		return 0, ErrAddress
	}
	return n, nil
}
