package web

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"strconv"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"onemap/dispatch"
	"onemap/dispatch/study"
	"onemap/geo"
)

//go:embed study.html
var studyPageText string

var studyPage = template.Must(template.New("study").Funcs(template.FuncMap{"cell": cellText, "figure": figureText}).Parse(studyPageText))

// studyView is what the template is filled with.
type studyView struct {
	study.Result
	Style         template.CSS
	Name          string
	Drawn, By     string
	At            string
	Shapes        []studyShape
	Width, Height float64
	Bar           float64
	BarLabel      string
	Worth         string // value, bound and gap
	BasisWords    [2]string
}

// studyShape is a layer on the sketch map.
type studyShape struct {
	Style int
	Paths []string
	Dots  []spot
}

// writeStudyPage writes a study as a page to print, with a map of its layers.
func writeStudyPage(w io.Writer, r study.Result, name, by string, now time.Time) error {
	v := studyView{
		Result: r, Style: template.CSS(afterPageStyle), Name: name, Drawn: paper(now), By: by, At: paper(r.AsOf), Width: sketchWidth, Height: sketchHeight,
		BasisWords: dispatch.Words("basis", r.Basis),
	}
	if r.Value != nil && r.Bound != nil && r.Gap != nil {
		v.Worth = fmt.Sprintf("%s（界 bound %s，差距 gap %.2f %%）", number(*r.Value), number(*r.Bound), 100**r.Gap)
	}
	if err := v.draw(); err != nil {
		return err
	}
	if err := studyPage.Execute(w, v); err != nil {
		return fmt.Errorf("fill the page of a study: %w", err)
	}
	return nil
}

// draw lays the layers onto the sheet, so that all of them are on it.
func (v *studyView) draw() error {
	layers, bound := make([][]orb.Geometry, len(v.Layers)), orb.Bound{}
	empty := true
	for i, l := range v.Layers {
		var features geojson.FeatureCollection
		if err := json.Unmarshal(l.Features, &features); err != nil {
			return fmt.Errorf("read layer %s: %w", l.Code, err)
		}
		for _, f := range features.Features {
			if f.Geometry == nil {
				continue
			}
			if empty {
				bound, empty = f.Geometry.Bound(), false
			}
			bound = bound.Union(f.Geometry.Bound())
			layers[i] = append(layers[i], f.Geometry)
		}
	}
	if empty {
		return nil
	}
	m := fit(bound)
	for i, shapes := range layers {
		out := studyShape{Style: i % trackStyles}
		for _, g := range shapes {
			if p, ok := g.(orb.Point); ok {
				out.Dots = append(out.Dots, m.at(p))
			} else if path := m.outline(g); path != "" {
				out.Paths = append(out.Paths, path)
			}
		}
		v.Shapes = append(v.Shapes, out)
	}
	v.Bar, v.BarLabel = m.bar()
	return nil
}

// fit puts what a box in lon/lat holds onto the sheet.
func fit(b orb.Bound) projection {
	m := projection{plane: geo.NewLocalPlane(b.Center())}
	plane := orb.MultiPoint{m.plane.To(b.Min), m.plane.To(b.Max)}.Bound()
	m.middle = plane.Center()
	wide := max(leastSpan, plane.Max[0]-plane.Min[0])
	high := max(leastSpan*sketchHeight/sketchWidth, plane.Max[1]-plane.Min[1])
	m.scale = min((sketchWidth-2*sketchMargin)/wide, (sketchHeight-2*sketchMargin)/high)
	return m
}

// figureText is a number as a reader wants it; what is not known is a dash.
func figureText(f study.Figure) string {
	switch {
	case f.Value == nil:
		return "—"
	case f.Unit == "share":
		return strconv.FormatFloat(100**f.Value, 'f', 1, 64) + " %"
	case f.Unit == "s":
		return strconv.FormatFloat(*f.Value/60, 'f', 1, 64) + " 分钟 min"
	}
	return number(*f.Value)
}

func cellText(unit string, v any) string {
	switch v := v.(type) {
	case nil:
		return "—"
	case float64:
		return figureText(study.Figure{Unit: unit, Value: &v})
	case string:
		return v
	}
	return fmt.Sprint(v)
}

// number writes whole numbers whole, others with two places.
func number(v float64) string {
	if v == float64(int64(v)) {
		return strconv.FormatInt(int64(v), 10)
	}
	return strconv.FormatFloat(v, 'f', 2, 64)
}
