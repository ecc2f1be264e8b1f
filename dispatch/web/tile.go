package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"onemap/dispatch"
	"onemap/tiles"
)

const (
	mvt = "application/vnd.mapbox-vector-tile"
	// A browser keeps its copy and asks each time whether it still holds.
	tileCaching = "private, no-cache"
)

var errTile = refuse(404, "bad_tile", "there is no such tile")

// baseVersion remembers which version the base map has; it is asked for again
// after a while, for it is not in the picture.
type baseVersion struct {
	mu    sync.Mutex
	asked time.Time
	known *int64
}

const versionFor = 2 * time.Second

// layerVersion is what tiles of a layer are true at: of a ledger as the
// picture has it, without asking anybody.
func (s *Server) layerVersion(ctx context.Context, layer string) (int64, error) {
	if layer != tiles.Base {
		return int64(s.Live.Picture().LayerSeq(dispatch.Ledger(layer))), nil
	}
	v, now := &s.baseMap, s.now()
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.known != nil && now.Sub(v.asked) <= versionFor {
		return *v.known, nil
	}
	if v.known != nil { // a database that hangs must not hold up what is in memory
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, standInAfter)
		defer cancel()
	}
	known, err := s.BaseVersion(ctx)
	switch {
	case err == nil:
		v.known = &known
	case v.known == nil:
		return 0, fmt.Errorf("read version of the base map: %w", err)
	}
	v.asked = now
	return *v.known, nil
}

// readTileJSON describes a layer.
func (s *Server) readTileJSON(c echo.Context) error {
	name, isJSON := strings.CutSuffix(c.Param("layer"), ".json")
	layer, ok := tiles.Find(name)
	if !ok || !isJSON {
		return errTile
	}
	scheme := "http"
	if s.Secure || c.Request().TLS != nil {
		scheme = "https"
	}
	raw, err := layer.TileJSON(scheme + "://" + c.Request().Host + "/tiles/" + name + "/{z}/{x}/{y}.mvt")
	if err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", tileCaching)
	return c.JSONBlob(http.StatusOK, raw)
}

// readTile sends one tile, as the caller's area and clearance cut it.
func (s *Server) readTile(c echo.Context) error {
	err := s.sendTile(c)
	s.metrics.tiles.WithLabelValues(strconv.Itoa(c.Response().Status)).Inc()
	return err
}

func (s *Server) sendTile(c echo.Context) error {
	ctx, a := c.Request().Context(), callOf(c.Request().Context()).who.actor.Widest("layer.read")
	name, isMVT := strings.CutSuffix(c.Param("y"), ".mvt")
	layer, ok := tiles.Find(c.Param("layer"))
	z, x, y, err := tiles.ParseAddress(c.Param("z"), c.Param("x"), name)
	if !ok || !isMVT || err != nil {
		return errTile
	}
	version, err := s.layerVersion(ctx, layer.Name)
	if err != nil {
		return err
	}
	key := tiles.Key{Layer: layer.Name, Z: z, X: x, Y: y, Area: dispatch.AreaPrefix(a.Area), Clearance: a.Clearance}
	tile, err := s.Tiles.Get(ctx, key, version)
	if err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set("Cache-Control", tileCaching)
	h.Set("ETag", tile.ETag)
	h.Set("Vary", "Accept-Encoding, Cookie, Authorization")
	switch {
	case same(c.Request().Header.Values("If-None-Match"), tile.ETag):
		return c.NoContent(http.StatusNotModified)
	case tile.Empty:
		return c.NoContent(http.StatusNoContent)
	case accepts(c.Request(), "gzip"):
		h.Set("Content-Encoding", "gzip")
		return c.Blob(http.StatusOK, mvt, tile.Gzip)
	}
	raw, err := unzip(tile.Gzip)
	if err != nil {
		return err
	}
	return c.Blob(http.StatusOK, mvt, raw)
}

// same reports whether a browser's copy is the one it would get.
func same(copies []string, etag string) bool {
	for _, values := range copies {
		for value := range strings.SplitSeq(values, ",") {
			if strings.TrimPrefix(strings.TrimSpace(value), "W/") == etag {
				return true
			}
		}
	}
	return false
}

func unzip(packed []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("unpack tile: %w", err)
	}
	raw, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("unpack tile: %w", err)
	}
	return raw, nil
}
