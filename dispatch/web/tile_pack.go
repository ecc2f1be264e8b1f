package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"
	"github.com/paulmach/orb"

	"onemap/dispatch"
	"onemap/geo"
	"onemap/tiles"
)

const (
	packZoom  = 14 // the base map has no tiles beyond
	packRetry = 5  // seconds
	pmtiles   = "application/vnd.pmtiles"
	packBy    = "© OpenStreetMap contributors"
)

// packArea is what a pack covers: a division, or a box.
type packArea struct {
	code, name string // code names it in the directory too
	bound      orb.Bound
	zoom       int
}

// packFor reads an area from a path: a division code or west,south,east,north.
func packFor(p *dispatch.Picture, text string, zoom int) (packArea, bool) {
	if strings.Contains(text, ",") {
		return packBox(text, zoom)
	}
	for _, e := range p.Shelf(dispatch.Divisions).ByCode() {
		if d := e.Detail.(*dispatch.Division); e.Code == text && d.Level != "township" {
			return packArea{e.Code, e.Name, e.Geometry.Bound(), zoom}, true
		}
	}
	return packArea{}, false
}

// packBox reads a box, brought to a hundredth of a degree outwards, so that all
// who mean the same place get the same pack.
func packBox(text string, zoom int) (packArea, bool) {
	parts := strings.Split(text, ",")
	if len(parts) != 4 {
		return packArea{}, false
	}
	var side [4]int
	for i, part := range parts {
		v, err := strconv.ParseFloat(part, 64)
		if err != nil || !(v >= -180 && v <= 180) {
			return packArea{}, false
		}
		side[i] = int(v*100 + 36000) // towards west and south
		if i >= 2 && float64(side[i]) < v*100+36000 {
			side[i]++
		}
		side[i] -= 36000
	}
	b := orb.Bound{Min: orb.Point{float64(side[0]) / 100, float64(side[1]) / 100}, Max: orb.Point{float64(side[2]) / 100, float64(side[3]) / 100}}
	if side[0] >= side[2] || side[1] >= side[3] || geo.Check(b.Min) != nil || geo.Check(b.Max) != nil {
		return packArea{}, false
	}
	return packArea{fmt.Sprintf("box.%d.%d.%d.%d", side[0], side[1], side[2], side[3]), text, b, zoom}, true
}

// file is the area's name in the directory of packs.
func (a packArea) file() string { return fmt.Sprintf("%s.z%d", a.code, a.zoom) }

// packMark is what packs are true at: the base map's version in this journal.
func (s *Server) packMark(ctx context.Context) (string, int64, error) {
	version, err := s.layerVersion(ctx, tiles.Base)
	epoch := s.Live.Picture().Epoch
	return fmt.Sprintf("%.8s.%d", strings.ReplaceAll(epoch, "_", ""), version), version, err
}

// ListPacks lists the packs there are to be had.
func (s api) ListPacks(ctx context.Context, _ ListPacksRequestObject) (ListPacksResponseObject, error) {
	mark, _, err := s.packMark(ctx)
	if err != nil {
		return nil, err
	}
	answer := ListPacks200JSONResponse{Packs: []Pack{}}
	for _, e := range s.Live.Picture().Shelf(dispatch.Divisions).ByCode() {
		a, ok := packFor(s.Live.Picture(), e.Code, packZoom)
		if !ok {
			continue
		}
		pack := Pack{
			Area: a.code, Name: a.name, State: "absent", MaxZoom: a.zoom, Tiles: tiles.Count(a.bound, 0, a.zoom),
			Bbox: []float64{a.bound.Min[0], a.bound.Min[1], a.bound.Max[0], a.bound.Max[1]},
		}
		if s.Packs != nil {
			s.describePack(&pack, a, mark)
		}
		answer.Packs = append(answer.Packs, pack)
	}
	return answer, nil
}

func (s *Server) describePack(pack *Pack, a packArea, mark string) {
	if made, ok := s.Packs.Find(a.file()); ok {
		pack.State, pack.Bytes, pack.Etag, pack.MadeAt = "ready", &made.Bytes, &made.ETag, ptr(made.Made.UTC())
		if made.Mark != mark {
			pack.State = "stale"
		}
	}
	if at, making := s.Packs.Progress(a.file()); making {
		pack.State, pack.Done = "making", &at.Done
	}
}

// readPack sends a pack, and has it made when it is not there as the base map
// now stands.
func (s *Server) readPack(c echo.Context) error {
	ctx := c.Request().Context()
	zoom := packZoom
	if text := c.QueryParam("max_zoom"); text != "" {
		var err error
		if zoom, err = strconv.Atoi(text); err != nil || zoom < 0 || zoom > packZoom {
			return badParameter("max_zoom", "0 to 14")
		}
	}
	a, ok := packFor(s.Live.Picture(), c.Param("area"), zoom)
	if !ok || s.Packs == nil {
		return dispatch.ErrNotFound
	}
	mark, version, err := s.packMark(ctx)
	if err != nil {
		return err
	}
	pack, found := s.Packs.Find(a.file())
	if !found || pack.Mark != mark {
		if err := s.askPack(a, mark, version); err != nil && !found {
			return err
		}
		if !found {
			return &refused{status: 503, code: "pack_building", detail: "the pack is being made", retry: packRetry}
		}
	}
	return sendPack(c, a, pack)
}

func (s *Server) askPack(a packArea, mark string, version int64) error {
	if n := tiles.Count(a.bound, 0, a.zoom); n > tiles.MostPackTiles {
		return badParameter("area", fmt.Sprintf("%d tiles, at most %d: a smaller area or zoom", n, tiles.MostPackTiles))
	}
	base, _ := tiles.Find(tiles.Base)
	err := s.Packs.Ask(tiles.PackJob{
		Area: a.file(), Mark: mark, Keys: tiles.Cover(a.bound, 0, a.zoom),
		Info: tiles.PackInfo{Name: a.name, Attribution: packBy, Bound: a.bound, MaxZoom: a.zoom, Layer: base},
		Get:  func(ctx context.Context, k tiles.Key) (tiles.Tile, error) { return s.Tiles.Get(ctx, k, version) },
	})
	if errors.Is(err, tiles.ErrPackQueue) {
		return &refused{status: 503, code: "busy", detail: "too many packs wait to be made", retry: 10 * packRetry}
	}
	return err
}

// sendPack serves the file by Range; its ETag is that of its content.
func sendPack(c echo.Context, a packArea, pack tiles.Pack) error {
	f, err := os.Open(pack.Path)
	if err != nil { // another took its place just now
		return &refused{status: 503, code: "pack_building", detail: "the pack is being replaced", retry: 1}
	}
	defer f.Close()
	h := c.Response().Header()
	h.Set("Content-Type", pmtiles)
	h.Set("ETag", pack.ETag)
	h.Set("Cache-Control", tileCaching)
	h.Set("Vary", "Cookie, Authorization")
	h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="basemap-%s.pmtiles"`, a.code))
	http.ServeContent(c.Response(), c.Request(), "", pack.Made, f)
	return nil
}
