// Package study answers planners' questions (覆盖分析): coverage, capacity,
// norms, siting, evacuation. Each kind is a pure function of a picture: no
// clock, no database, so that the same inputs give the same bytes.
package study

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"onemap/dispatch"
)

// Input is all that a study may look at.
type Input struct {
	Picture   *dispatch.Picture
	Actor     dispatch.Actor     // whoever asked: nothing out of sight counts
	Positions dispatch.Positions // nil: units are at their bases, for a planner may not know more
	Now       time.Time
	Params    Params
	Coarse    bool                 // a quick answer on a thinned grid
	named     map[dispatch.ID]bool // of Params.IDs those that were found
	// Watch hears how far it is, of 1, and while siting runs the best value and
	// bound so far (NaN: none yet). It ends the study by returning false.
	Watch  func(progress, value, bound float64) bool
	Prover Prover // nil: none is at hand
	Memo   *Memo  // nil: nothing is kept for the next preview
}

// Saying is a sentence in both languages.
type Saying struct {
	Text   string `json:"text"`
	TextEN string `json:"text_en"`
}

// Figure is one number of the answer; a nil Value is not known.
type Figure struct {
	Code    string   `json:"code"`
	Title   string   `json:"title"`
	TitleEN string   `json:"title_en"`
	Unit    string   `json:"unit"` // people, share, m, s, m2, count, or empty
	Value   *float64 `json:"value,omitempty"`
	Note    string   `json:"note,omitempty"`
	NoteEN  string   `json:"note_en,omitempty"`
}

// Column heads a column of a table; its unit may also be text.
type Column struct {
	Code    string `json:"code"`
	Title   string `json:"title"`
	TitleEN string `json:"title_en"`
	Unit    string `json:"unit"`
}

// Table is rows of numbers, texts and nil for what is not known.
type Table struct {
	Code    string   `json:"code"`
	Title   string   `json:"title"`
	TitleEN string   `json:"title_en"`
	Columns []Column `json:"columns"`
	Rows    [][]any  `json:"rows"`
}

// Layer is a GeoJSON FeatureCollection.
type Layer struct {
	Code     string          `json:"code"`
	Title    string          `json:"title"`
	TitleEN  string          `json:"title_en"`
	Features json.RawMessage `json:"features"`
}

// Result is the answer of a study, in the shape the API gives it.
type Result struct {
	Kind        string                `json:"kind"`
	Seq         dispatch.Seq          `json:"seq"`
	AsOf        time.Time             `json:"as_of"`
	Inputs      string                `json:"inputs"`
	Basis       string                `json:"basis"`
	Network     string                `json:"network,omitempty"`
	Closures    []dispatch.ClosureRef `json:"closures,omitempty"`
	Coarse      bool                  `json:"coarse,omitempty"`
	Method      string                `json:"method"`
	MethodEN    string                `json:"method_en"`
	Value       *float64              `json:"value,omitempty"`
	Bound       *float64              `json:"bound,omitempty"`
	Gap         *float64              `json:"gap,omitempty"`
	Proof       *Proof                `json:"proof,omitempty"`
	Figures     []Figure              `json:"figures"`
	Tables      []Table               `json:"tables"`
	Layers      []Layer               `json:"layers"`
	Assumptions []Saying              `json:"assumptions"`
	LeftOut     []Saying              `json:"left_out"`
}

// runs holds the kinds of studies. A kind is a file of this room.
var runs = map[string]func(context.Context, *Input, *Result) error{
	"coverage":        coverage,
	"capacity":        capacity,
	"accessibility":   accessibility,
	"shelter_norms":   shelterNorms,
	"station_norms":   stationNorms,
	"depot_readiness": depotReadiness,
	"hazard_response": hazardResponse,
	"siting":          siteStudy,
	"evacuation":      evacuate,
}

// Run computes one study. It fills in what every result says of itself; ctx
// ends it early.
func Run(ctx context.Context, kind string, in Input) (Result, error) {
	run, ok := runs[kind]
	if !ok {
		return Result{}, fmt.Errorf("no study of kind %q", kind)
	}
	out := Result{
		Kind: kind, Seq: in.Picture.Seq, AsOf: in.Now, Coarse: in.Coarse,
		Figures: []Figure{}, Tables: []Table{}, Layers: []Layer{}, Assumptions: []Saying{}, LeftOut: []Saying{},
	}
	if err := in.Params.sound(); err != nil {
		return Result{}, fmt.Errorf("study %s: %w", kind, err)
	}
	if err := in.Params.Known(in.Picture, in.Actor); err != nil {
		return Result{}, fmt.Errorf("study %s: %w", kind, err)
	}
	in.named = map[dispatch.ID]bool{}
	if in.Positions == nil {
		in.Positions = unheard{}
	}
	if in.Watch == nil {
		in.Watch = func(float64, float64, float64) bool { return true }
	}
	if err := run(ctx, &in, &out); err != nil {
		return Result{}, fmt.Errorf("study %s: %w", kind, err)
	}
	in.bounds(&out)
	return out, nil
}

// unheard is where units are for whoever may not know.
type unheard struct{}

// At knows nothing.
func (unheard) At(dispatch.ID) (dispatch.Fix, bool) { return dispatch.Fix{}, false }
