package live

import (
	"context"
	"fmt"

	"onemap/tiles"
)

// Tiles returns a source of tiles: the ledgers are cut from the picture as it
// is at that moment; the base map is not in it, and is asked of base.
func (l *Live) Tiles(base tiles.Source) tiles.Source { return &tileSource{l, base} }

type tileSource struct {
	live *Live
	base tiles.Source
}

// Tile implements tiles.Source.
func (s *tileSource) Tile(ctx context.Context, k tiles.Key) ([]byte, error) {
	if k.Layer == tiles.Base {
		return s.base.Tile(ctx, k)
	}
	body, err := s.live.Picture().Tile(k, s.live.now())
	if err != nil {
		return nil, fmt.Errorf("cut from the picture: %w", err)
	}
	return body, nil
}
