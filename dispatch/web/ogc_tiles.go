package web

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"onemap/tiles"
)

// ogcTileMatrixSets lists the one tiling there is.
func (s *Server) ogcTileMatrixSets(c echo.Context) error {
	at := s.base(c) + ogcRoot + "/tileMatrixSets"
	link := ogcLink{Href: at + "/" + webMercatorQuad, Rel: "self", Type: jsonType, Title: webMercatorQuad}
	return s.ogcDocument(c, ogcPage{Title: "Tile matrix sets"}, map[string]any{
		"tileMatrixSets": []any{map[string]any{"id": webMercatorQuad, "title": "Google Maps Compatible for the World", "uri": webMercatorURI, "crs": mercatorURI, "links": []ogcLink{link}}},
		"links":          append(selfLinks(c, at, jsonType), link),
	})
}

const (
	webMercatorQuad = "WebMercatorQuad"
	webMercatorURI  = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad"
	mercatorURI     = "http://www.opengis.net/def/crs/EPSG/0/3857"
	worldHalf       = 20037508.342789244
	deepestTiles    = 24
)

// ogcTileMatrixSet describes it (OGC 17-083r4, annex D.1).
func (s *Server) ogcTileMatrixSet(c echo.Context) error {
	if c.Param("set") != webMercatorQuad {
		return errTile
	}
	matrices := []any{}
	for z := range deepestTiles + 1 {
		side := 1 << z
		size := 2 * worldHalf / float64(256*side)
		matrices = append(matrices, map[string]any{
			"id": strconv.Itoa(z), "scaleDenominator": size / 0.00028, "cellSize": size, "cornerOfOrigin": "topLeft", "pointOfOrigin": []float64{-worldHalf, worldHalf},
			"matrixWidth": side, "matrixHeight": side, "tileWidth": 256, "tileHeight": 256,
		})
	}
	return s.ogcDocument(c, ogcPage{Title: webMercatorQuad}, map[string]any{
		"id": webMercatorQuad, "title": "Google Maps Compatible for the World", "uri": webMercatorURI, "crs": mercatorURI, "orderedAxes": []string{"X", "Y"},
		"wellKnownScaleSet": "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible", "tileMatrices": matrices,
		"links": selfLinks(c, s.base(c)+ogcRoot+"/tileMatrixSets/"+webMercatorQuad, jsonType),
	})
}

// ogcTilesets lists the sets of tiles: the base map, and one a ledger.
func (s *Server) ogcTilesets(c echo.Context) error {
	sets := []any{}
	page := ogcPage{Title: "矢量瓦片 · Vector tiles", Columns: []string{"id", "title"}}
	for _, l := range tiles.Layers {
		sets = append(sets, s.tileset(c, l))
		page.Rows = append(page.Rows, ogcRowOf{Href: ogcRoot + "/tiles/" + l.Name + "?f=html", Cells: []string{l.Name, l.ZH + " · " + l.EN}})
	}
	return s.ogcDocument(c, page, map[string]any{"tilesets": sets, "links": selfLinks(c, s.base(c)+ogcRoot+"/tiles", jsonType)})
}

// ogcTileset describes one.
func (s *Server) ogcTileset(c echo.Context) error {
	l, ok := tiles.Find(c.Param("layer"))
	if !ok {
		return errTile
	}
	doc := s.tileset(c, l)
	doc["links"] = append(doc["links"].([]ogcLink), selfLinks(c, s.base(c)+ogcRoot+"/tiles/"+l.Name, jsonType)...)
	return s.ogcDocument(c, ogcPage{Title: l.ZH + " · " + l.EN}, doc)
}

func (s *Server) tileset(c echo.Context, l tiles.Layer) map[string]any {
	at := s.base(c)
	limits := []any{}
	for z := l.MinZoom; z <= l.MaxZoom; z++ {
		last := 1<<z - 1
		limits = append(limits, map[string]any{"tileMatrix": strconv.Itoa(z), "minTileRow": 0, "maxTileRow": last, "minTileCol": 0, "maxTileCol": last})
	}
	layers := []any{}
	for _, part := range l.Parts {
		members := map[string]any{}
		for name, kind := range part.Fields {
			members[name] = map[string]any{"type": map[string]string{"String": "string", "Number": "number", "Boolean": "boolean"}[kind]}
		}
		layers = append(layers, map[string]any{"id": part.ID, "title": part.Description, "dataType": "vector", "propertiesSchema": map[string]any{"type": "object", "properties": members}})
	}
	return map[string]any{
		"title": l.ZH + " · " + l.EN, "dataType": "vector", "crs": mercatorURI, "tileMatrixSetURI": webMercatorURI, "tileMatrixSetLimits": limits, "layers": layers,
		"links": []ogcLink{
			{Href: at + ogcRoot + "/tiles/" + l.Name, Rel: "self", Type: jsonType, Title: l.ZH + " · " + l.EN},
			{Href: at + ogcRoot + "/tileMatrixSets/" + webMercatorQuad, Rel: "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme", Type: jsonType},
			{Href: at + "/tiles/" + l.Name + "/{tileMatrix}/{tileCol}/{tileRow}.mvt", Rel: "item", Type: mvt, Templated: true},
			{Href: at + "/tiles/" + l.Name + ".json", Rel: "describedby", Type: jsonType, Title: "TileJSON 3.0.0"},
		},
	}
}

// ogcStyles lists the one style.
func (s *Server) ogcStyles(c echo.Context) error {
	at := s.base(c) + ogcRoot + "/styles"
	link := ogcLink{Href: at + "/" + cityStyle, Rel: "stylesheet", Type: styleType, Title: "一张图 · the city"}
	return s.ogcDocument(c, ogcPage{Title: "样式 · Styles"}, map[string]any{
		"default": cityStyle, "styles": []any{map[string]any{"id": cityStyle, "title": "一张图 · the city", "links": []ogcLink{link}}}, "links": append(selfLinks(c, at, jsonType), link),
	})
}

// ogcStyle is a MapLibre style of the city.
func (s *Server) ogcStyle(c echo.Context) error {
	if c.Param("style") != cityStyle {
		return errNoCollection.With("there is no such style")
	}
	if err := ogcForm(c); err != nil {
		return err
	}
	raw, err := writeStyle(s.base(c))
	if err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", tileCaching)
	return c.Blob(http.StatusOK, styleType, raw)
}
