package load

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/paulmach/orb"

	"onemap/dispatch"
	"onemap/geo"
)

// Limits of one reading, beside those of a file.
const (
	maxFileVertices = 4_000_000
	maxStream       = 512 << 20 // bytes of rows handed on
	maxSamples      = 40        // different values kept of a column
	maxSampleRunes  = 40
	tellEvery       = 500 // rows between two words of progress
)

// Line is one line of what a reader says: exactly one member is set.
type Line struct {
	Row     *FileRow            `json:"row,omitempty"`
	Tell    *Progress           `json:"tell,omitempty"`
	End     *dispatch.FileShape `json:"end,omitempty"` // the last line of a whole reading
	Refused *dispatch.Error     `json:"refused,omitempty"`
}

// Progress is how far a reading is. Of is 0 where the file does not say.
type Progress struct {
	Rows int `json:"rows"`
	Of   int `json:"of,omitempty"`
}

// FileRow is one row of a foreign file: texts by column, the shape as GeoJSON
// in longitude and latitude of the file's own datum. Wrong says why the row
// cannot be used although the file can.
type FileRow struct {
	N        int                  `json:"n"` // row, record or placemark, from 1
	Cells    map[string]string    `json:"cells,omitempty"`
	Geometry json.RawMessage      `json:"geometry,omitempty"`
	Wrong    *dispatch.RowProblem `json:"wrong,omitempty"`
}

// cell is one attribute on its way out.
type cell struct{ column, text string }

// sink writes rows as JSON lines and holds them against the limits.
type sink struct {
	out      *bufio.Writer
	shape    dispatch.FileShape
	at       map[string]int // column → place in shape.Columns
	written  int
	vertices int
	expected int
	notes    map[string]int // text with one %d → how often
	order    []string
}

func newSink(w io.Writer) *sink {
	return &sink{out: bufio.NewWriterSize(w, 64<<10), at: map[string]int{}, notes: map[string]int{}}
}

// note says once what was done, with how often.
func (s *sink) note(format string, n int) {
	if _, known := s.notes[format]; !known {
		s.order = append(s.order, format)
	}
	s.notes[format] += n
}

// column makes a column known, in the order of first sight.
func (s *sink) column(name string) (int, error) {
	i, known := s.at[name]
	if known {
		return i, nil
	}
	if len(s.shape.Columns) >= maxColumns {
		return 0, badFile("more than %d columns", maxColumns)
	}
	i = len(s.shape.Columns)
	s.at[strings.Clone(name)] = i
	s.shape.Columns = append(s.shape.Columns, dispatch.FileColumn{Name: name})
	return i, nil
}

// row hands one row on. A shape that is none is the row's fault, not the file's.
func (s *sink) row(n int, cells []cell, g orb.Geometry) error {
	r := FileRow{N: n, Cells: make(map[string]string, len(cells))}
	for _, c := range cells {
		if !utf8.ValidString(c.text) || strings.ContainsRune(c.text, 0) {
			return s.wrong(n, c.column, "bad_text", "not text in the file's encoding")
		}
		if len(c.text) > maxCell {
			return s.wrong(n, c.column, "too_long", "more than 1 MB")
		}
		i, err := s.column(c.column)
		if err != nil {
			return err
		}
		if c.text == "" {
			continue
		}
		r.Cells[c.column] = c.text
		s.sample(i, c.text)
	}
	if g != nil {
		if s.vertices += geo.Vertices(g); s.vertices > maxFileVertices {
			return ErrTooLarge.With("more than %d vertices in the file", maxFileVertices)
		}
		raw, err := geo.MarshalGeoJSON(g)
		if err != nil {
			return s.wrong(n, "geometry", "bad_geometry", "%v", err)
		}
		r.Geometry = raw
	}
	return s.send(&r)
}

// wrong hands on that a row cannot be used.
func (s *sink) wrong(n int, column, code, format string, args ...any) error {
	return s.send(&FileRow{N: n, Wrong: &dispatch.RowProblem{Line: n, Field: dispatch.Field{Path: column, Code: code, Text: fmt.Sprintf(format, args...)}}})
}

func (s *sink) send(r *FileRow) error {
	if s.shape.Rows++; s.shape.Rows > maxRows {
		return ErrTooLarge.With("more than %d rows", maxRows)
	}
	if err := s.line(Line{Row: r}); err != nil {
		return err
	}
	if s.shape.Rows%tellEvery == 1 {
		return s.line(Line{Tell: &Progress{s.shape.Rows, s.expected}})
	}
	return nil
}

func (s *sink) line(l Line) error {
	raw, err := json.Marshal(l)
	if err != nil {
		return fmt.Errorf("write row: %w", err)
	}
	if s.written += len(raw) + 1; s.written > maxStream {
		return ErrTooLarge.With("more than %d MB of rows", maxStream>>20)
	}
	if _, err := s.out.Write(append(raw, '\n')); err != nil {
		return fmt.Errorf("write row: %w", err)
	}
	return nil
}

// sample keeps the first different values of a column: what a person maps.
func (s *sink) sample(i int, text string) {
	c := &s.shape.Columns[i]
	if len(c.Samples) >= maxSamples || utf8.RuneCountInString(text) > maxSampleRunes {
		return
	}
	for _, have := range c.Samples {
		if have == text {
			return
		}
	}
	c.Samples = append(c.Samples, text)
}

// end writes the last line: a refusal, or the shape of what was read.
func (s *sink) end(err error) error {
	last := Line{End: &s.shape}
	if err != nil {
		last = Line{Refused: refusalOf(err)}
	}
	for _, format := range s.order {
		text := format
		if strings.Contains(format, "%d") {
			text = fmt.Sprintf(format, s.notes[format])
		}
		s.shape.Notes = append(s.shape.Notes, text)
	}
	raw, err := json.Marshal(last)
	if err != nil {
		return fmt.Errorf("write end: %w", err)
	}
	s.out.Write(append(raw, '\n'))
	if err := s.out.Flush(); err != nil {
		return fmt.Errorf("write end: %w", err)
	}
	return nil
}
