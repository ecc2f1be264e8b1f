package load

import (
	"fmt"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"

	"onemap/dispatch"
	"onemap/dispatch/study"
)

// WriteXLSX writes the tables of a study as sheets of a workbook, behind a first
// sheet with its figures and what they rest on. Texts are texts: none is taken
// for a formula.
func WriteXLSX(w io.Writer, r study.Result) error {
	book := excelize.NewFile()
	defer book.Close()
	if err := book.SetSheetName("Sheet1", sheetName(0, "概要")); err != nil {
		return fmt.Errorf("name first sheet: %w", err)
	}
	if err := writeSheet(book, sheetName(0, "概要"), summaryOf(r)); err != nil {
		return err
	}
	for i, t := range r.Tables {
		name := sheetName(i+1, t.Title)
		if _, err := book.NewSheet(name); err != nil {
			return fmt.Errorf("add sheet %s: %w", name, err)
		}
		head := make([]any, len(t.Columns))
		for k, c := range t.Columns {
			head[k] = titled(c.Title, c.Unit)
		}
		if err := writeSheet(book, name, append([][]any{head}, t.Rows...)); err != nil {
			return err
		}
	}
	if err := book.Write(w); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	return nil
}

// sheetName makes a name that a workbook takes: at most 31 characters, without
// those it reserves, and no two alike.
func sheetName(i int, title string) string {
	clean := []rune(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]'`, r) {
			return ' '
		}
		return r
	}, title))
	return fmt.Sprintf("%d %s", i, string(clean[:min(len(clean), 26)]))
}

func titled(title, unit string) string {
	if unit == "" || unit == "text" {
		return title
	}
	return title + " (" + unit + ")"
}

func summaryOf(r study.Result) [][]any {
	basis := dispatch.Words("basis", r.Basis)
	rows := [][]any{{"方法 Method", r.Method, r.MethodEN}, {"态势编号 Picture", int64(r.Seq)}, {"时刻 As of", r.AsOf.Format("2006-01-02T15:04:05Z07:00")},
		{"输入指纹 Inputs SHA-256", r.Inputs}, {"计算依据 Basis", basis[0], basis[1]}, {"路网版本 Network", r.Network}}
	for _, c := range r.Closures {
		rows = append(rows, []any{"道路阻断 Closure", c.Code, c.Name})
	}
	rows = append(rows, nil, []any{"指标 Figure", "数值 Value", "单位 Unit", "说明 Note"})
	for _, f := range r.Figures {
		var value any
		if f.Value != nil {
			value = *f.Value
		}
		rows = append(rows, []any{f.Title, value, f.Unit, f.Note})
	}
	rows = append(append(rows, nil, []any{"假设 Assumptions"}), said(r.Assumptions)...)
	return append(append(rows, nil, []any{"未能计算 Left out"}), said(r.LeftOut)...)
}

func said(all []study.Saying) (rows [][]any) {
	for _, s := range all {
		rows = append(rows, []any{"", s.Text, s.TextEN})
	}
	return rows
}

// writeSheet streams rows into a sheet; nil cells stay empty.
func writeSheet(book *excelize.File, sheet string, rows [][]any) error {
	out, err := book.NewStreamWriter(sheet)
	if err != nil {
		return fmt.Errorf("open sheet %s: %w", sheet, err)
	}
	for i, row := range rows {
		if row == nil {
			continue
		}
		at, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			return fmt.Errorf("sheet %s row %d: %w", sheet, i+1, err)
		}
		if err := out.SetRow(at, row); err != nil {
			return fmt.Errorf("write %s row %d: %w", sheet, i+1, err)
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("close sheet %s: %w", sheet, err)
	}
	return nil
}
