package dispatch

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/paulmach/orb"

	"onemap/geo/crs"
)

// Ledger names one register of things that stand on the map. The code is the
// same in Go, SQL, JSON, tile layers and the client.
type Ledger string

// The ledgers.
const (
	Divisions     Ledger = "division"      // 行政区划
	Teams         Ledger = "team"          // 救援队伍
	Units         Ledger = "unit"          // 出动力量: what is sent
	Depots        Ledger = "depot"         // 物资储备库
	Shelters      Ledger = "shelter"       // 避难场所
	Hazards       Ledger = "hazard"        // 危险源、隐患点
	RiskZones     Ledger = "risk_zone"     // 火险区等
	Cameras       Ledger = "camera"        // 监控点
	Cells         Ledger = "cell"          // 人口格网
	Closures      Ledger = "closure"       // 道路阻断
	RunCards      Ledger = "run_card"      // 出动编组方案
	CoverageRules Ledger = "coverage_rule" // 覆盖规则
)

// Ledgers lists every ledger; a table, so that nothing can be forgotten.
var Ledgers = []Ledger{Divisions, Teams, Units, Depots, Shelters, Hazards, RiskZones, Cameras, Cells, Closures, RunCards, CoverageRules}

// Head is what every entry has, whatever its ledger.
type Head struct {
	Code        string    `json:"code"` // unique in its ledger
	Name        string    `json:"name"`
	NameEN      string    `json:"name_en,omitempty"`
	Division    string    `json:"division"`        // code of six digits (county) or nine (township)
	Owner       string    `json:"owner,omitempty"` // the organisation that answers for it
	Note        string    `json:"note,omitempty"`
	Source      string    `json:"source,omitempty"`    // where the entry came from
	SourceDatum crs.Datum `json:"source_datum"`        // datum it was handed in; stored in WGS84
	VerifyBy    *Date     `json:"verify_by,omitempty"` // to be checked again by that day
	Sensitivity int       `json:"sensitivity"`         // 0 public, 1 internal, 2 restricted, 3 joint-military
}

// Entry is one row of a ledger at one version.
type Entry struct {
	Ledger  Ledger
	ID      ID
	Version int
	Head
	Detail     Detail
	Geometry   orb.Geometry // WGS84
	RecordedAt time.Time    // when this version entered the journal
	Removed    bool         // taken off the ledger; only the journal knows it still
}

// Detail is what one ledger adds to the head. check notes every field that
// cannot be, with its path.
type Detail interface {
	ledger() Ledger
	check(p *Problems)
	// shape reports whether the ledger takes that geometry, and says what it wants.
	shape(g orb.Geometry) (wants string, ok bool)
}

// NewDetail returns a pointer to the zero detail of a ledger, to decode into.
func NewDetail(l Ledger) (Detail, error) {
	switch l {
	case Divisions:
		return &Division{}, nil
	case Teams:
		return &Team{}, nil
	case Units:
		return &Unit{}, nil
	case Depots:
		return &Depot{}, nil
	case Shelters:
		return &Shelter{}, nil
	case Hazards:
		return &Hazard{}, nil
	case RiskZones:
		return &RiskZone{}, nil
	case Cameras:
		return &Camera{}, nil
	case Cells:
		return &Cell{}, nil
	case Closures:
		return &Closure{}, nil
	case RunCards:
		return &RunCard{}, nil
	case CoverageRules:
		return &CoverageRule{}, nil
	}
	return nil, fmt.Errorf("no ledger %q", l)
}

// Point is where the entry is, for distances: its point, or the centre of its
// bound; of a unit moved up, its post.
func (e *Entry) Point() orb.Point {
	if u, ok := e.Detail.(*Unit); ok && u.Post != nil {
		return orb.Point{u.Post.Lon, u.Post.Lat}
	}
	if p, ok := e.Geometry.(orb.Point); ok {
		return p
	}
	return e.Geometry.Bound().Center()
}

// Properties returns head and detail flattened into one JSON object, as they
// stand in a GeoJSON feature.
func (e *Entry) Properties() (json.RawMessage, error) {
	head, err := json.Marshal(e.Head)
	if err != nil {
		return nil, fmt.Errorf("write head: %w", err)
	}
	detail, err := json.Marshal(e.Detail)
	if err != nil {
		return nil, fmt.Errorf("write detail: %w", err)
	}
	if len(detail) > 2 {
		head = append(append(head[:len(head)-1], ','), detail[1:]...)
	}
	return head, nil
}

func isPoint(g orb.Geometry) (string, bool) {
	_, ok := g.(orb.Point)
	return "Point", ok
}

func isArea(g orb.Geometry) (string, bool) {
	switch g.(type) {
	case orb.Polygon, orb.MultiPolygon:
		return "Polygon or MultiPolygon", true
	}
	return "Polygon or MultiPolygon", false
}
