package web

import (
	"context"
	"time"

	"github.com/labstack/echo/v4"

	"onemap/dispatch/cql"
	"onemap/tiles"
)

// describe writes a collection. Its extent is that of what the caller sees of
// it, where that is known without asking the database.
func (v ogcView) describe(ctx context.Context, c echo.Context, col ogcCollection, whole bool) (map[string]any, error) {
	at := v.base(c) + ogcRoot + "/collections/" + col.id
	links := []ogcLink{}
	if whole {
		links = selfLinks(c, at, jsonType)
	} else {
		links = append(links, ogcLink{Href: at, Rel: "self", Type: jsonType})
	}
	links = append(links,
		ogcLink{Href: at + "/items", Rel: "items", Type: geoJSONType, Title: col.zh + " · " + col.en},
		ogcLink{Href: at + "/items?f=html", Rel: "items", Type: htmlType, Title: col.zh + " · " + col.en},
		ogcLink{Href: at + "/queryables", Rel: "http://www.opengis.net/def/rel/ogc/1.0/queryables", Type: schemaType, Title: "queryables · 可查询属性"},
	)
	if _, ok := tiles.Find(col.id); ok {
		links = append(links, ogcLink{Href: v.base(c) + ogcRoot + "/tiles/" + col.id, Rel: "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector", Type: jsonType, Title: "vector tiles · 矢量瓦片"})
	}
	description := col.zh + " · " + col.en
	if col.note != "" {
		description += "（" + col.note + "）"
	}
	doc := map[string]any{
		"id": col.id, "title": col.zh + " · " + col.en, "description": description, "itemType": "feature",
		"crs": ogcCRSURIs(), "storageCrs": crs84, "links": links,
	}
	if !whole {
		return doc, nil
	}
	rows, err := col.rows(ctx, v)
	if err != nil {
		return nil, err
	}
	if box, span, some := extentOf(rows); some {
		doc["extent"] = map[string]any{
			"spatial":  map[string]any{"bbox": [][]float64{{box.Min[0], box.Min[1], box.Max[0], box.Max[1]}}, "crs": crs84},
			"temporal": map[string]any{"interval": [][]*string{ends(span)}, "trs": "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"},
		}
	}
	return doc, nil
}

// ends writes both ends of a time; nil is open.
func ends(s cql.Span) []*string {
	end := func(at, open int64) *string {
		if at == open {
			return nil
		}
		return ptr(time.UnixMicro(at).UTC().Format(time.RFC3339))
	}
	return []*string{end(s.From, always.From), end(s.To, always.To)}
}

// ogcCollections lists what the caller may read.
func (s *Server) ogcCollections(c echo.Context) error {
	ctx := c.Request().Context()
	v := s.ogcView(callOf(ctx))
	at := s.base(c) + ogcRoot + "/collections"
	page := ogcPage{Title: "数据集 · Collections", Columns: []string{"id", "title", "note"}}
	docs := []any{}
	for _, col := range v.collections() {
		doc, err := v.describe(ctx, c, col, false)
		if err != nil {
			return err
		}
		docs = append(docs, doc)
		page.Rows = append(page.Rows, ogcRowOf{Href: ogcRoot + "/collections/" + col.id + "?f=html", Cells: []string{col.id, col.zh + " · " + col.en, col.note}})
	}
	return s.ogcDocument(c, page, map[string]any{"links": selfLinks(c, at, jsonType), "collections": docs, "crs": ogcCRSURIs()})
}

// ogcCollection describes one.
func (s *Server) ogcCollection(c echo.Context) error {
	ctx := c.Request().Context()
	v := s.ogcView(callOf(ctx))
	col, err := v.collection(ctx, c.Param("collection"))
	if err != nil {
		return err
	}
	doc, err := v.describe(ctx, c, col, true)
	if err != nil {
		return err
	}
	return s.ogcDocument(c, ogcPage{Title: col.zh + " · " + col.en, Note: col.note}, doc)
}

// ogcQueryables says what a filter may ask, as JSON schema.
func (s *Server) ogcQueryables(c echo.Context) error {
	ctx := c.Request().Context()
	col, err := s.ogcView(callOf(ctx)).collection(ctx, c.Param("collection"))
	if err != nil {
		return err
	}
	at := s.base(c) + ogcRoot + "/collections/" + col.id + "/queryables"
	page := ogcPage{Title: col.zh + " · queryables", Columns: []string{"property", "type"}}
	members := map[string]any{"geometry": map[string]any{"title": "geometry", "x-ogc-role": "primary-geometry", "format": "geometry-any"}, "id": map[string]any{"title": "id", "type": "string", "x-ogc-role": "id"}}
	for _, p := range col.properties {
		members[p.name] = queryable(p)
		page.Rows = append(page.Rows, ogcRowOf{Cells: []string{p.name, p.of.String()}})
	}
	if !wantsHTML(c) {
		c.Response().Header().Set("Content-Type", schemaType)
	}
	return s.ogcDocument(c, page, map[string]any{
		"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": at, "type": "object", "title": col.zh + " · " + col.en,
		"properties": members, "additionalProperties": false, "links": selfLinks(c, at, schemaType),
	})
}

// ogcAPI is the service description of what this caller may read.
func (s *Server) ogcAPI(c echo.Context) error {
	v := s.ogcView(callOf(c.Request().Context()))
	at := s.base(c) + ogcRoot
	if wantsHTML(c) {
		page := ogcPage{Title: "API · 接口说明", Columns: []string{"path", "what"}}
		for _, col := range v.collections() {
			path := ogcRoot + "/collections/" + col.id + "/items"
			page.Rows = append(page.Rows, ogcRowOf{Href: path + "?f=html", Cells: []string{path, col.zh + " · " + col.en}})
		}
		return s.ogcDocument(c, page, map[string]any{"links": selfLinks(c, at+"/api", openAPIType)})
	}
	get := func(id, summary, kind string, parameters ...any) map[string]any {
		return map[string]any{"get": map[string]any{
			"operationId": id, "summary": summary, "parameters": append([]any{ref("f")}, parameters...),
			"responses": map[string]any{"200": map[string]any{"description": summary, "content": map[string]any{kind: map[string]any{"schema": map[string]any{"type": "object"}}}}, "default": map[string]any{"$ref": "#/components/responses/problem"}},
		}}
	}
	paths := map[string]any{
		"/": get("getLandingPage", "landing page", jsonType), "/conformance": get("getConformance", "conformance classes", jsonType),
		"/collections": get("getCollections", "collections", jsonType), "/tiles": get("getTilesets", "vector tilesets", jsonType), "/styles": get("getStyles", "styles", jsonType),
	}
	for _, col := range v.collections() {
		path, title := "/collections/"+col.id, col.zh+" · "+col.en
		parameters := []any{ref("limit"), ref("after"), ref("bbox"), ref("bbox-crs"), ref("datetime"), ref("crs"), ref("filter"), ref("filter-lang"), ref("filter-crs")}
		for _, p := range col.properties {
			if p.scalar() {
				schema := queryable(p)
				delete(schema, "title")
				parameters = append(parameters, map[string]any{"name": p.name, "in": "query", "required": false, "style": "form", "explode": false, "schema": schema})
			}
		}
		paths[path] = get("describe."+col.id, title, jsonType)
		paths[path+"/queryables"] = get("queryables."+col.id, title, schemaType)
		paths[path+"/items"] = get("items."+col.id, title, geoJSONType, parameters...)
		paths[path+"/items/{item}"] = get("item."+col.id, title, geoJSONType, map[string]any{"name": "item", "in": "path", "required": true, "schema": map[string]any{"type": "string"}}, ref("crs"))
	}
	c.Response().Header().Set("Content-Type", openAPIType)
	return s.ogcDocument(c, ogcPage{}, map[string]any{
		"openapi": "3.0.3", "info": map[string]any{"title": "onemap OGC API", "version": s.Version},
		"servers": []any{map[string]any{"url": at}}, "paths": paths, "security": []any{map[string]any{"basic": []any{}}, map[string]any{"bearer": []any{}}},
		"components": map[string]any{
			"parameters": ogcParameterDocs(), "responses": map[string]any{"problem": map[string]any{"description": "a refusal (RFC 9457)", "content": map[string]any{"application/problem+json": map[string]any{"schema": map[string]any{"type": "object"}}}}},
			"securitySchemes": map[string]any{"basic": map[string]any{"type": "http", "scheme": "basic"}, "bearer": map[string]any{"type": "http", "scheme": "bearer"}},
		},
	})
}

func ref(name string) map[string]any {
	return map[string]any{"$ref": "#/components/parameters/" + name}
}

// ogcParameterDocs describes the parameters all items take.
func ogcParameterDocs() map[string]any {
	text := map[string]any{"type": "string"}
	uri := map[string]any{"type": "string", "format": "uri", "enum": ogcCRSURIs(), "default": crs84}
	schemas := map[string]any{
		"f": map[string]any{"type": "string", "enum": []string{"json", "html"}}, "after": text, "filter": text,
		"limit":    map[string]any{"type": "integer", "minimum": 1, "maximum": mostPageItems, "default": pageItems},
		"bbox":     map[string]any{"type": "array", "minItems": 4, "maxItems": 6, "items": map[string]any{"type": "number"}},
		"datetime": text, "crs": uri, "bbox-crs": uri, "filter-crs": uri,
		"filter-lang": map[string]any{"type": "string", "enum": []string{"cql2-text", "cql2-json", "cql-text"}, "default": "cql2-text"},
	}
	out := map[string]any{}
	for _, name := range ogcParameters {
		out[name] = map[string]any{"name": name, "in": "query", "required": false, "style": "form", "explode": false, "schema": schemas[name]}
	}
	return out
}
