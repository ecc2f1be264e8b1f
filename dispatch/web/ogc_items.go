package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"sort"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/paulmach/orb"

	"onemap/dispatch/cql"
	"onemap/geo"
)

// ogcFound is one page of items.
type ogcFound struct {
	rows    []ogcRow
	matched int
	next    string // the key the next page follows; empty: this is the last
}

// page takes the rows of a page, and counts all that are asked for. It looks at
// the clock, for a filter may be slow.
func (q ogcQuery) page(ctx context.Context, rows []ogcRow) (out ogcFound, err error) {
	start := 0
	if q.after != "" {
		start = sort.Search(len(rows), func(i int) bool { return rows[i].key > q.after })
	}
	for i := range rows {
		if i%64 == 0 && ctx.Err() != nil {
			return out, ctx.Err()
		}
		yes, err := q.takes(&rows[i])
		if err != nil {
			return out, err
		}
		if !yes {
			continue
		}
		out.matched++
		switch {
		case i < start:
		case len(out.rows) < q.limit:
			out.rows = append(out.rows, rows[i])
		case out.next == "":
			out.next = out.rows[len(out.rows)-1].key
		}
	}
	return out, nil
}

// ogcItems answers with a page of a collection.
func (s *Server) ogcItems(c echo.Context) error {
	ctx := c.Request().Context()
	k := callOf(ctx)
	v := s.ogcView(k)
	col, err := v.collection(ctx, c.Param("collection"))
	if err != nil {
		return err
	}
	params := c.QueryParams()
	known := slices.Clone(ogcParameters)
	for _, p := range col.properties {
		if p.scalar() {
			known = append(known, p.name)
		}
	}
	if err := ogcForm(c, known...); err != nil {
		return err
	}
	q, err := col.query(params)
	if err != nil {
		return err
	}
	rows, err := col.rows(ctx, v)
	if err != nil {
		return err
	}
	found, err := q.page(ctx, rows)
	if err != nil {
		return err
	}
	for _, r := range found.rows {
		s.ogcNoted(k, r)
	}
	at := s.base(c) + ogcRoot + "/collections/" + col.id
	links := append(selfLinks(c, at+"/items", geoJSONType), ogcLink{Href: at, Rel: "collection", Type: jsonType, Title: col.zh})
	if found.next != "" {
		further := url.Values{}
		maps.Copy(further, params)
		further.Set("after", found.next)
		links = append(links, ogcLink{Href: at + "/items?" + further.Encode(), Rel: "next", Type: geoJSONType, Title: "下一页 · next page"})
	}
	h := c.Response().Header()
	h.Set("Vary", "Accept, Cookie, Authorization")
	if wantsHTML(c) {
		return col.itemsPage(c, found, links)
	}
	h.Set("Content-Crs", "<"+q.crs.uri+">")
	raw, err := v.featureCollection(q, found, links)
	if err != nil {
		return err
	}
	return c.Blob(http.StatusOK, geoJSONType, raw)
}

func (s *Server) ogcNoted(k *call, r ogcRow) {
	if r.secret != nil {
		s.noted(k, r.kind, r.about, r.secret())
	}
}

func (v ogcView) featureCollection(q ogcQuery, found ogcFound, links []ogcLink) ([]byte, error) {
	head, err := json.Marshal(map[string]any{
		"type": collection, "numberMatched": found.matched, "numberReturned": len(found.rows), "timeStamp": v.now.UTC().Format(time.RFC3339), "links": links,
	})
	if err != nil {
		return nil, fmt.Errorf("write items: %w", err)
	}
	out := append(make([]byte, 0, len(head)+600*len(found.rows)), head[:len(head)-1]...)
	out = append(out, `,"features":[`...)
	for i, r := range found.rows {
		if i > 0 {
			out = append(out, ',')
		}
		if out, err = r.appendFeature(out, q.crs); err != nil {
			return nil, err
		}
		out = append(out, '}')
	}
	return append(out, "]}"...), nil
}

// appendFeature writes a feature but for its last brace.
func (r *ogcRow) appendFeature(out []byte, crs ogcCRS) ([]byte, error) {
	out = append(out, `{"type":"Feature","id":`...)
	out = strconv.AppendQuote(out, r.id())
	out = append(out, `,"geometry":`...)
	if r.geometry == nil {
		out = append(out, "null"...)
	} else {
		var err error
		if out, err = geo.AppendGeoJSON(out, crs.write(r.geometry)); err != nil {
			return out, fmt.Errorf("write %s: %w", r.id(), err)
		}
	}
	raw, err := r.write()
	if err != nil {
		return out, err
	}
	return append(append(out, `,"properties":`...), raw...), nil
}

// ogcItem answers with one feature.
func (s *Server) ogcItem(c echo.Context) error {
	ctx := c.Request().Context()
	k := callOf(ctx)
	v := s.ogcView(k)
	col, err := v.collection(ctx, c.Param("collection"))
	if err != nil {
		return err
	}
	if err := ogcForm(c, "crs"); err != nil {
		return err
	}
	crs, err := crsOf("crs", c.QueryParam("crs"))
	if err != nil {
		return err
	}
	rows, err := col.rows(ctx, v)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(rows, func(r ogcRow) bool { return r.id() == c.Param("item") })
	if i < 0 {
		return errNoCollection.With("there is no such item")
	}
	s.ogcNoted(k, rows[i])
	at := s.base(c) + ogcRoot + "/collections/" + col.id
	links := append(selfLinks(c, at+"/items/"+url.PathEscape(rows[i].id()), geoJSONType), ogcLink{Href: at, Rel: "collection", Type: jsonType, Title: col.zh})
	h := c.Response().Header()
	h.Set("Vary", "Accept, Cookie, Authorization")
	if wantsHTML(c) {
		return col.itemPage(c, rows[i], links)
	}
	raw, err := rows[i].appendFeature(nil, crs)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(raw)
	tag := strconv.Quote(hex.EncodeToString(sum[:16]))
	h.Set("ETag", tag)
	h.Set("Cache-Control", tileCaching)
	h.Set("Content-Crs", "<"+crs.uri+">")
	if same(c.Request().Header.Values("If-None-Match"), tag) {
		return c.NoContent(http.StatusNotModified)
	}
	written, err := json.Marshal(links)
	if err != nil {
		return fmt.Errorf("write links: %w", err)
	}
	return c.Blob(http.StatusOK, geoJSONType, append(append(append(raw, `,"links":`...), written...), '}'))
}

// pageColumns is how many properties a page shows of each item.
const pageColumns = 8

func (col ogcCollection) itemsPage(c echo.Context, found ogcFound, links []ogcLink) error {
	page := ogcPage{Title: col.zh + " · " + col.en, Note: fmt.Sprintf("共 %d 条，本页 %d 条 · %d of %d", found.matched, len(found.rows), len(found.rows), found.matched), Links: links, Columns: []string{"id"}}
	shown := col.properties[:min(len(col.properties), pageColumns)]
	for _, p := range shown {
		page.Columns = append(page.Columns, p.name)
	}
	for _, r := range found.rows {
		feature := &asked{row: &r}
		line := ogcRowOf{Href: ogcRoot + "/collections/" + col.id + "/items/" + url.PathEscape(r.id()) + "?f=html", Cells: []string{r.id()}}
		for _, p := range shown {
			line.Cells = append(line.Cells, cellOf(feature.Value(p.name)))
		}
		if feature.err != nil {
			return feature.err
		}
		page.Rows = append(page.Rows, line)
	}
	return page.write(c)
}

func (col ogcCollection) itemPage(c echo.Context, r ogcRow, links []ogcLink) error {
	feature := &asked{row: &r}
	page := ogcPage{Title: col.zh + " · " + r.id(), Links: links, Columns: []string{"property", "value"}}
	for _, p := range col.properties {
		if v := feature.Value(p.name); v != nil {
			page.Rows = append(page.Rows, ogcRowOf{Cells: []string{p.name, cellOf(v)}})
		}
	}
	if feature.err != nil {
		return feature.err
	}
	if r.geometry != nil {
		raw, err := geoJSON(r.geometry)
		if err != nil {
			return err
		}
		page.Rows = append(page.Rows, ogcRowOf{Cells: []string{"geometry", string(raw)}})
	}
	return page.write(c)
}

// cellOf is a value as a page shows it; nothing is a dash.
func cellOf(v any) string {
	switch v := v.(type) {
	case nil:
		return "—"
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case orb.Geometry:
		return v.GeoJSONType()
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return "—"
	}
	return string(raw)
}

// extentOf is the box and the time of some rows; false with nothing in them.
func extentOf(rows []ogcRow) (box orb.Bound, span cql.Span, some bool) {
	span = cql.Span{From: always.To, To: always.From}
	for _, r := range rows {
		span.From, span.To = min(span.From, r.span.From), max(span.To, r.span.To)
		if r.geometry == nil {
			continue
		}
		if b := r.geometry.Bound(); some {
			box = box.Union(b)
		} else {
			box, some = b, true
		}
	}
	return box, span, some
}
