package web

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"onemap/dispatch"
)

// ogcSpec lists the operations of the reading side for other software.
//
//go:embed ogc.yaml
var ogcSpec []byte

const ogcRoot = "/ogc"

// ogcOperations adds the operations of the reading side to those of the
// contract. They, and the tiles, also take HTTP Basic: desktop software knows
// nothing else.
func ogcOperations(operations map[string]operation) error {
	own, err := readOperations(ogcSpec)
	if err != nil {
		return err
	}
	maps.Copy(operations, own)
	for key, op := range operations {
		op.Basic = own[key].ID != "" || op.ID == "readTile" || op.ID == "readTileJSON"
		operations[key] = op
	}
	return nil
}

func (s *Server) ogcRoutes(e *echo.Echo) {
	e.GET("/ogc", s.ogcLanding)
	e.GET("/ogc/", s.ogcLanding)
	e.GET("/ogc/conformance", s.ogcConformance)
	e.GET("/ogc/api", s.ogcAPI)
	e.GET("/ogc/collections", s.ogcCollections)
	e.GET("/ogc/collections/:collection", s.ogcCollection)
	e.GET("/ogc/collections/:collection/queryables", s.ogcQueryables)
	e.GET("/ogc/collections/:collection/items", s.ogcItems)
	e.GET("/ogc/collections/:collection/items/:item", s.ogcItem)
	e.GET("/ogc/tiles", s.ogcTilesets)
	e.GET("/ogc/tiles/:layer", s.ogcTileset)
	e.GET("/ogc/tileMatrixSets", s.ogcTileMatrixSets)
	e.GET("/ogc/tileMatrixSets/:set", s.ogcTileMatrixSet)
	e.GET("/ogc/styles", s.ogcStyles)
	e.GET("/ogc/styles/:style", s.ogcStyle)
}

// ogcLink leads from one document to another.
type ogcLink struct {
	Href      string `json:"href"`
	Rel       string `json:"rel"`
	Type      string `json:"type,omitempty"`
	Title     string `json:"title,omitempty"`
	Templated bool   `json:"templated,omitempty"`
}

const (
	jsonType    = "application/json"
	htmlType    = "text/html"
	geoJSONType = "application/geo+json"
	schemaType  = "application/schema+json"
	openAPIType = "application/vnd.oai.openapi+json;version=3.0"
)

// base is the address of this server as the caller wrote it.
func (s *Server) base(c echo.Context) string {
	scheme := "http"
	if s.Secure || c.Request().TLS != nil {
		scheme = "https"
	}
	return scheme + "://" + c.Request().Host
}

// ogcLanding is the first page: it leads to all others, and tells nothing.
func (s *Server) ogcLanding(c echo.Context) error {
	at := s.base(c) + ogcRoot
	return s.ogcDocument(c, ogcPage{Title: "onemap · 秦皇岛市应急指挥一张图"}, map[string]any{
		"title": "onemap", "description": "秦皇岛市应急指挥调度一张图：登记簿、突发事件、力量位置、轨迹与分析成果 · ledgers, incidents, positions, tracks and studies of Qinhuangdao's emergency command",
		"links": append(selfLinks(c, at, jsonType),
			ogcLink{Href: at + "/api", Rel: "service-desc", Type: openAPIType, Title: "API definition"},
			ogcLink{Href: at + "/api?f=html", Rel: "service-doc", Type: htmlType, Title: "API documentation"},
			ogcLink{Href: at + "/conformance", Rel: "conformance", Type: jsonType, Title: "conformance classes"},
			ogcLink{Href: at + "/collections", Rel: "data", Type: jsonType, Title: "collections · 数据集"},
			ogcLink{Href: at + "/tiles", Rel: "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector", Type: jsonType, Title: "vector tiles · 矢量瓦片"},
			ogcLink{Href: at + "/tileMatrixSets", Rel: "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes", Type: jsonType, Title: "tile matrix sets"},
			ogcLink{Href: at + "/styles", Rel: "http://www.opengis.net/def/rel/ogc/1.0/styles", Type: jsonType, Title: "styles · 样式"},
		),
	})
}

// ogcClasses are the conformance classes that are kept.
var ogcClasses = []string{
	"http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
	"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
	"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
	"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
	"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
	"http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
	"http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables",
	"http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables-query-parameters",
	"http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/filter",
	"http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/features-filter",
	"http://www.opengis.net/spec/cql2/1.0/conf/cql2-text",
	"http://www.opengis.net/spec/cql2/1.0/conf/cql2-json",
	"http://www.opengis.net/spec/cql2/1.0/conf/basic-cql2",
	"http://www.opengis.net/spec/cql2/1.0/conf/advanced-comparison-operators",
	"http://www.opengis.net/spec/cql2/1.0/conf/case-insensitive-comparison",
	"http://www.opengis.net/spec/cql2/1.0/conf/accent-insensitive-comparison",
	"http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions",
	"http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions-plus",
	"http://www.opengis.net/spec/cql2/1.0/conf/spatial-functions",
	"http://www.opengis.net/spec/cql2/1.0/conf/temporal-functions",
	"http://www.opengis.net/spec/cql2/1.0/conf/array-functions",
	"http://www.opengis.net/spec/cql2/1.0/conf/property-property",
	"http://www.opengis.net/spec/cql2/1.0/conf/arithmetic",
}

func (s *Server) ogcConformance(c echo.Context) error {
	page := ogcPage{Title: "Conformance · 符合性", Columns: []string{"class"}}
	for _, class := range ogcClasses {
		page.Rows = append(page.Rows, ogcRowOf{Cells: []string{class}})
	}
	return s.ogcDocument(c, page, map[string]any{"conformsTo": ogcClasses, "links": selfLinks(c, s.base(c)+ogcRoot+"/conformance", jsonType)})
}

// selfLinks name a document in its two forms; the one at hand is self.
func selfLinks(c echo.Context, at, kind string) []ogcLink {
	query := c.QueryParams()
	form := func(f string) string {
		other := url.Values{}
		maps.Copy(other, query)
		other.Set("f", f)
		return at + "?" + other.Encode()
	}
	asJSON, asHTML := ogcLink{Href: form("json"), Rel: "self", Type: kind}, ogcLink{Href: form("html"), Rel: "alternate", Type: htmlType}
	if wantsHTML(c) {
		asJSON.Rel, asHTML.Rel = "alternate", "self"
	}
	return []ogcLink{asJSON, asHTML}
}

// wantsHTML reports whether a person reads: asked for by f, or by a browser.
func wantsHTML(c echo.Context) bool {
	switch c.QueryParam("f") {
	case "html":
		return true
	case "":
		accept := c.Request().Header.Get("Accept")
		return strings.Contains(accept, htmlType) && !strings.Contains(accept, "json")
	}
	return false
}

// ogcForm refuses a form nobody writes, and parameters nobody reads.
func ogcForm(c echo.Context, known ...string) error {
	for name, values := range c.QueryParams() {
		ok := name == "f"
		for _, k := range known {
			ok = ok || k == name
		}
		if !ok {
			return badParameter(name, "there is no such parameter")
		}
		if len(values) > 1 {
			return badParameter(name, "given more than once")
		}
	}
	if f := c.QueryParam("f"); f != "" && f != "json" && f != "html" {
		return badParameter("f", "one of: json, html")
	}
	return nil
}

// ogcDocument answers with a document that has links, or a page of it. A
// document that is no plain JSON has its type set before.
func (s *Server) ogcDocument(c echo.Context, page ogcPage, doc map[string]any) error {
	if err := ogcForm(c); err != nil {
		return err
	}
	c.Response().Header().Set("Vary", "Accept, Cookie, Authorization")
	if wantsHTML(c) {
		page.Links, _ = doc["links"].([]ogcLink)
		return page.write(c)
	}
	raw, err := json.Marshal(doc)
	if err != nil {
		return fmt.Errorf("write %s: %w", c.Path(), err)
	}
	return c.Blob(http.StatusOK, cmp.Or(c.Response().Header().Get("Content-Type"), jsonType), raw)
}

var errNoCollection = dispatch.ErrNotFound.With("there is no such collection")
