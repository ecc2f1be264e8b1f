package web

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"net/http"

	"github.com/labstack/echo/v4"
)

//go:embed ogc.html
var ogcPageText string

var ogcTemplate = template.Must(template.New("ogc").Parse(ogcPageText))

// ogcPage is a document as a person reads it.
type ogcPage struct {
	Style   template.CSS
	Title   string
	Note    string
	Links   []ogcLink
	Columns []string
	Rows    []ogcRowOf
}

// ogcRowOf is a line of its table; the first cell leads to Href.
type ogcRowOf struct {
	Href  string
	Cells []string
}

func (p ogcPage) write(c echo.Context) error {
	p.Style = template.CSS(afterPageStyle)
	var out bytes.Buffer
	if err := ogcTemplate.Execute(&out, p); err != nil {
		return fmt.Errorf("fill a page of collections: %w", err)
	}
	c.Response().Header().Set("Content-Security-Policy", pagePolicy())
	return c.HTMLBlob(http.StatusOK, out.Bytes())
}
