package study

import (
	"github.com/paulmach/orb/geojson"

	"onemap/dispatch"
)

// Params are what a study is asked with. Which count depends on its kind.
type Params struct {
	Kinds           []string          `json:"kinds,omitempty"`
	IDs             []dispatch.ID     `json:"ids,omitempty"`
	OpenOnly        *bool             `json:"open_only,omitempty"` // nil: true
	Division        string            `json:"division,omitempty"`
	Profile         string            `json:"profile,omitempty"`
	Basis           string            `json:"basis,omitempty"`
	LimitsS         []float64         `json:"limits_s,omitempty"`
	DistancesM      []float64         `json:"distances_m,omitempty"`
	Model           string            `json:"model,omitempty"`
	Sites           int               `json:"sites,omitempty"`
	Budget          float64           `json:"budget,omitempty"`
	Prove           bool              `json:"prove,omitempty"` // ask a solver outside, where there is one
	Capacity        int64             `json:"capacity,omitempty"`
	KeepExisting    *bool             `json:"keep_existing,omitempty"` // nil: true
	Candidates      []Candidate       `json:"candidates,omitempty"`
	CandidateLedger string            `json:"candidate_ledger,omitempty"`
	CandidateGridM  float64           `json:"candidate_grid_m,omitempty"`
	Zone            *geojson.Geometry `json:"zone,omitempty"`
	ZoneIncident    *dispatch.ID      `json:"zone_incident,omitempty"`
	ZoneHazard      *dispatch.ID      `json:"zone_hazard,omitempty"`
	ZoneBufferM     float64           `json:"zone_buffer_m,omitempty"`
	Mode            string            `json:"mode,omitempty"`
	Class           string            `json:"class,omitempty"`
	Item            string            `json:"item,omitempty"`
	PerThousand     float64           `json:"per_thousand,omitempty"`
	Hours           float64           `json:"hours,omitempty"`
	UnitKinds       []string          `json:"unit_kinds,omitempty"`
	HazardKinds     []string          `json:"hazard_kinds,omitempty"`
}

// Candidate is a place where a site may be.
type Candidate struct {
	Point    *geojson.Geometry `json:"point"`
	Name     string            `json:"name,omitempty"`
	Cost     float64           `json:"cost,omitempty"`
	Capacity int64             `json:"capacity,omitempty"`
}
