package load

import (
	"io"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"onemap/dispatch"
)

const (
	maxMerges  = 50_000
	headWithin = 20 // rows in which the column names are looked for
)

// workbook reads one sheet of an .xlsx: the one asked for, or the first that
// is not hidden. The archive is unpacked once for its size alone, before a
// parser sees it.
func (s *sink) workbook(a *archive, r io.ReaderAt, size int64, o dispatch.ReadOptions) error {
	s.shape.Format, s.shape.Encoding = "xlsx", "XML"
	for _, f := range a.entries {
		in, err := f.Open()
		if err != nil {
			return unsafeArchive("%.80q: %v", f.Name, err)
		}
		_, err = io.Copy(io.Discard, a.counted(in))
		in.Close()
		if err != nil {
			return unsafeArchive("%.80q: %v", f.Name, err)
		}
	}
	book, err := excelize.OpenReader(io.NewSectionReader(r, 0, size), excelize.Options{
		UnzipSizeLimit: maxInflated, UnzipXMLSizeLimit: maxInflated, ShortDatePattern: "yyyy-mm-dd"})
	if err != nil {
		return badFile("the workbook cannot be read: %v", err)
	}
	defer book.Close()
	for _, name := range book.GetSheetList() {
		if visible, err := book.GetSheetVisible(name); err == nil && visible {
			s.shape.Layers = append(s.shape.Layers, name)
		}
	}
	sheet, err := s.choose(o.Layer)
	if err != nil {
		return err
	}
	merges, err := mergesOf(book, sheet)
	if err != nil {
		return err
	}
	header := o.Header
	if header == 0 {
		if header, err = findHeader(book, sheet); err != nil {
			return err
		}
	}
	return s.sheet(book, sheet, header, merges)
}

// merge is one merged range, rows and columns from 1.
type merge struct{ row, column, lastRow, lastColumn int }

// mergesOf lists merged ranges by their first row.
func mergesOf(book *excelize.File, sheet string) (map[int][]merge, error) {
	cells, err := book.GetMergeCells(sheet, true)
	if err != nil {
		return nil, badFile("sheet %.40q: %v", sheet, err)
	}
	if len(cells) > maxMerges {
		return nil, ErrTooLarge.With("more than %d merged ranges", maxMerges)
	}
	all := map[int][]merge{}
	for _, c := range cells {
		var m merge
		var err2 error
		m.column, m.row, err = excelize.CellNameToCoordinates(c.GetStartAxis())
		m.lastColumn, m.lastRow, err2 = excelize.CellNameToCoordinates(c.GetEndAxis())
		if err != nil || err2 != nil {
			return nil, badFile("a merged range %.40q:%.40q", c.GetStartAxis(), c.GetEndAxis())
		}
		m.lastColumn = min(m.lastColumn, maxColumns)
		all[m.row] = append(all[m.row], m)
	}
	return all, nil
}

// grid reads a sheet's rows, each cell as it was typed: numbers with all their
// digits, dates as dates.
type grid struct {
	raw, shown *excelize.Rows
	n          int
}

func openGrid(book *excelize.File, sheet string) (*grid, error) {
	raw, err := book.Rows(sheet)
	if err != nil {
		return nil, badFile("sheet %.40q: %v", sheet, err)
	}
	shown, err := book.Rows(sheet)
	if err != nil {
		raw.Close()
		return nil, badFile("sheet %.40q: %v", sheet, err)
	}
	return &grid{raw: raw, shown: shown}, nil
}

func (g *grid) close() { g.raw.Close(); g.shown.Close() }

// next returns a row; nil at the end.
func (g *grid) next() ([]string, error) {
	if !g.raw.Next() || !g.shown.Next() {
		if err := g.raw.Error(); err != nil {
			return nil, badFile("row %d: %v", g.n+1, err)
		}
		return nil, nil
	}
	g.n++
	raw, err := g.raw.Columns(excelize.Options{RawCellValue: true})
	if err != nil {
		return nil, badFile("row %d: %v", g.n, err)
	}
	shown, err := g.shown.Columns()
	if err != nil {
		return nil, badFile("row %d: %v", g.n, err)
	}
	for len(raw) > maxColumns && raw[len(raw)-1] == "" {
		raw = raw[:len(raw)-1]
	}
	if len(raw) > maxColumns {
		return nil, badFile("row %d has more than %d columns", g.n, maxColumns)
	}
	for i := range raw {
		raw[i] = strings.TrimSpace(raw[i])
		if i < len(shown) && isDate(raw[i], shown[i]) {
			raw[i] = strings.TrimSpace(shown[i])
		}
	}
	return append([]string{}, raw...), nil
}

// isDate reports whether a number is shown as a day or a time.
func isDate(raw, shown string) bool {
	if _, err := strconv.ParseFloat(raw, 64); err != nil || raw == shown {
		return false
	}
	return strings.Count(shown, "-") == 2 || strings.Count(shown, "/") == 2 || strings.Contains(shown, ":") || strings.Contains(shown, "年")
}

// findHeader takes the row with the most different texts among the first: a
// title over the table is one text, however wide it is merged.
func findHeader(book *excelize.File, sheet string) (int, error) {
	g, err := openGrid(book, sheet)
	if err != nil {
		return 0, err
	}
	defer g.close()
	best, most := 1, 0
	for g.n < headWithin {
		cells, err := g.next()
		if err != nil {
			return 0, err
		}
		if cells == nil {
			break
		}
		texts := map[string]bool{}
		for _, c := range cells {
			if _, err := strconv.ParseFloat(c, 64); err != nil && c != "" {
				texts[c] = true
			}
		}
		if len(texts) > most {
			best, most = g.n, len(texts)
		}
	}
	if most == 0 {
		return 0, badFile("sheet %.40q has no row of column names", sheet)
	}
	return best, nil
}

// held is a merged text on its way down.
type held struct {
	until int
	text  string
}

func (s *sink) sheet(book *excelize.File, sheet string, header int, merges map[int][]merge) error {
	g, err := openGrid(book, sheet)
	if err != nil {
		return err
	}
	defer g.close()
	s.shape.Header = header
	var names []string
	down := map[int]held{}
	for {
		cells, err := g.next()
		if err != nil {
			return err
		}
		if cells == nil {
			break
		}
		cells, filled := unmerge(cells, g.n, merges[g.n], down, len(names))
		switch {
		case g.n < header:
		case g.n == header:
			for len(cells) > 0 && cells[len(cells)-1] == "" {
				cells = cells[:len(cells)-1]
			}
			if names, err = s.heads(cells); err != nil {
				return err
			}
		default:
			if filled > 0 {
				s.note("%d empty cells of merged ranges were given the range's text", filled)
			}
			if err := s.gridRow(g.n, names, cells); err != nil {
				return err
			}
		}
	}
	if names == nil {
		return badFile("the sheet has no row %d to name the columns", header)
	}
	return nil
}

// unmerge gives every empty cell of a merged range the range's text. Before the
// columns are known, ranges only go down: a title is no name of a column.
func unmerge(cells []string, n int, begin []merge, down map[int]held, columns int) ([]string, int) {
	for _, m := range begin {
		text := ""
		if m.column <= len(cells) {
			text = cells[m.column-1]
		}
		if text == "" {
			continue
		}
		if columns == 0 && m.lastColumn > m.column {
			continue
		}
		for c := m.column; c <= m.lastColumn; c++ {
			down[c] = held{m.lastRow, text}
		}
	}
	filled := 0
	for c, h := range down {
		if n > h.until {
			delete(down, c)
			continue
		}
		for len(cells) < c && (columns == 0 || c <= columns) {
			cells = append(cells, "")
		}
		if c <= len(cells) && cells[c-1] == "" {
			cells[c-1] = h.text
			filled++
		}
	}
	return cells, filled
}

func (s *sink) gridRow(n int, names, cells []string) error {
	var row []cell
	said := false
	for i, text := range cells {
		if text == "" {
			continue
		}
		if i >= len(names) {
			return s.wrong(n, "", "bad_row", "a value in column %d, which has no name", i+1)
		}
		said = true
		row = append(row, cell{names[i], text})
	}
	if !said {
		return nil // an empty row
	}
	return s.row(n, row, nil)
}
