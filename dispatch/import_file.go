package dispatch

import (
	"cmp"
	"slices"
	"time"

	"onemap/geo/crs"
)

// ImportStates are the steps of an import: reading until every row is known,
// then ready to be mapped and compared; applied or failed at the end.
var ImportStates = []string{"reading", "ready", "applied", "failed"}

// FileColumn is one column of a foreign file, with the first different values
// seen in it.
type FileColumn struct {
	Name    string   `json:"name"`
	Samples []string `json:"samples,omitempty"`
}

// FileShape is what a reader learnt of a foreign file.
type FileShape struct {
	Format   string       `json:"format"`             // shapefile, geopackage, kml, gpx, xlsx, geojson, csv
	Layer    string       `json:"layer,omitempty"`    // the part that was read: shapefile, table, sheet
	Layers   []string     `json:"layers,omitempty"`   // all parts
	Encoding string       `json:"encoding,omitempty"` // of the attributes
	Datum    crs.Datum    `json:"datum,omitempty"`    // that the file says; empty: it says none
	CRS      string       `json:"crs,omitempty"`      // as the file writes it
	Planar   bool         `json:"planar,omitempty"`   // was projected: the datum is not a person's to choose
	Shapes   bool         `json:"shapes"`             // rows bring geometry; otherwise columns do
	Header   int          `json:"header,omitempty"`   // row of the column names, of a table
	Columns  []FileColumn `json:"columns"`
	Rows     int          `json:"rows"`
	Notes    []string     `json:"notes,omitempty"` // what was done to the file beside reading it
}

// ReadOptions choose within a file. The zero value lets the reader decide.
type ReadOptions struct {
	Layer    string `json:"layer,omitempty"`
	Header   int    `json:"header,omitempty"`   // row of the column names, from 1
	Encoding string `json:"encoding,omitempty"` // utf-8 or gbk, of a .dbf or a table
}

// Mapping (字段对应) says how the columns of a file become the fields of a
// ledger.
type Mapping struct {
	Name     string         `json:"name,omitempty"` // under which it is kept for the next file
	Ledger   Ledger         `json:"ledger"`
	Datum    crs.Datum      `json:"datum,omitempty"` // of the coordinates
	Fields   []FieldMapping `json:"fields"`
	Lon      string         `json:"lon,omitempty"`      // columns of a table that has no shapes
	Lat      string         `json:"lat,omitempty"`      //
	Geometry string         `json:"geometry,omitempty"` // column of GeoJSON
}

// FieldMapping fills one field from a column, or with the same text in every
// row. Values replaces what stands in the file by a code; Unit is what numbers
// are counted in there.
type FieldMapping struct {
	Field    string            `json:"field"`
	Column   string            `json:"column,omitempty"`
	Constant string            `json:"constant,omitempty"`
	Values   map[string]string `json:"values,omitempty"`
	Unit     string            `json:"unit,omitempty"`
}

// ImportJob is one file on its way into a ledger. It belongs to who sent it.
type ImportJob struct {
	ID        ID          `json:"id"`
	By        ID          `json:"by"`
	Ledger    Ledger      `json:"ledger"`
	File      string      `json:"file"` // name at the sender's
	Bytes     int64       `json:"bytes"`
	State     string      `json:"state"`
	Options   ReadOptions `json:"options"`
	Rows      int         `json:"rows"`               // read so far
	Expected  int         `json:"expected,omitempty"` // where the file says it
	Shape     *FileShape  `json:"shape,omitempty"`
	Mapping   *Mapping    `json:"mapping,omitempty"`
	Failure   *Error      `json:"failure,omitempty"`
	CreatedAt time.Time   `json:"created_at"`
	Seq       Seq         `json:"seq,omitempty"` // that it was applied with
}

// ImportRows are the rows of a job as its mapping makes them.
type ImportRows struct {
	Rows     []Row
	Read     int // rows of the file
	Problems []RowProblem
	Unsaid   int // problems beyond those listed
	Notes    []string
}

// MostCompared is how many rows of each kind a comparison shows.
const MostCompared = 200

// RowChange is one row against the ledger; Old is nil for a new entry.
type RowChange struct {
	Line     int
	New, Old *Entry
}

// Comparison is what an import would do, row by row, the first of each kind.
// Missing stand in the ledger and not in the file; an import leaves them alone.
type Comparison struct {
	New, Changed, Same []RowChange
	Missing            []*Entry
	MissingCount       int
}

// keepFirst keeps the first rows of each kind.
func keepFirst(list *[]RowChange, c RowChange) {
	if len(*list) < MostCompared {
		*list = append(*list, c)
	}
}

// absent notes what the file does not name and its sender can see.
func (c *Comparison) absent(a Actor, seen map[string]int, have map[string]*Entry) {
	for code, e := range have {
		if _, named := seen[code]; !named && a.Sees(e.Division, e.Sensitivity) {
			c.Missing = append(c.Missing, e)
		}
	}
	c.MissingCount = len(c.Missing)
	slices.SortFunc(c.Missing, func(x, y *Entry) int { return cmp.Compare(x.Code, y.Code) })
	c.Missing = c.Missing[:min(len(c.Missing), MostCompared)]
}
