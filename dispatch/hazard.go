package dispatch

import "github.com/paulmach/orb"

// Codes of hazards and risk zones.
var (
	HazardKinds   = []string{"tailings_pond", "mine", "hazmat", "geohazard"}
	HazardStates  = []string{"operating", "suspended", "closed", "treated"}
	RiskZoneKinds = []string{"forest_fire", "flood", "geohazard", "surge"}
)

// Substance is what a plant holds at most.
type Substance struct {
	Name      string  `json:"name"`
	QuantityT float64 `json:"quantity_t"`
}

// Hazard is a point of danger (危险源、隐患点). Level I is the worst.
type Hazard struct {
	Kind         string      `json:"kind"`
	Level        int         `json:"level"` // 1..4
	State        string      `json:"state"`
	PeopleAtRisk *int        `json:"people_at_risk,omitempty"` // absent: not counted
	Overhanging  bool        `json:"overhanging,omitempty"`    // 头顶库: people within 1 km below the dam
	DamHeightM   float64     `json:"dam_height_m,omitempty"`
	VolumeM3     float64     `json:"volume_m3,omitempty"`
	Substances   []Substance `json:"substances,omitempty"`
	RingM        float64     `json:"ring_m,omitempty"` // of the ring units are warned in (警戒圈); 0: none
	Keeper       *Person     `json:"keeper,omitempty"`
}

func (*Hazard) ledger() Ledger                      { return Hazards }
func (*Hazard) shape(g orb.Geometry) (string, bool) { return isPoint(g) }
func (h *Hazard) check(p *Problems) {
	p.OneOf("kind", h.Kind, HazardKinds)
	p.OneOf("state", h.State, HazardStates)
	p.between("level", h.Level, 1, 4)
	if !(h.RingM >= 0 && h.RingM <= mostRing) {
		p.Add("ring_m", "out_of_range", "0 to %.0f", mostRing)
	}
	if h.PeopleAtRisk != nil {
		p.between("people_at_risk", *h.PeopleAtRisk, 0, 1e7)
	}
}

// RiskZone is an area of a natural danger (火险区等), class I the worst.
type RiskZone struct {
	Kind  string `json:"kind"`
	Class int    `json:"class"` // 1..3
}

func (*RiskZone) ledger() Ledger                      { return RiskZones }
func (*RiskZone) shape(g orb.Geometry) (string, bool) { return isArea(g) }
func (z *RiskZone) check(p *Problems) {
	p.OneOf("kind", z.Kind, RiskZoneKinds)
	p.between("class", z.Class, 1, 3)
}

// Camera is a fixed camera (监控点); URL is the site's own gateway, never dialled by us.
type Camera struct {
	GBCode  string `json:"gb_code,omitempty"` // GB/T 28181, twenty digits
	State   string `json:"state"`
	Heading *int   `json:"heading_deg,omitempty"`
	URL     string `json:"url,omitempty"`
}

// CameraStates: unknown is not offline.
var CameraStates = []string{"online", "offline", "unknown"}

func (*Camera) ledger() Ledger                      { return Cameras }
func (*Camera) shape(g orb.Geometry) (string, bool) { return isPoint(g) }
func (c *Camera) check(p *Problems) {
	p.OneOf("state", c.State, CameraStates)
	if c.Heading != nil {
		p.between("heading_deg", *c.Heading, 0, 359)
	}
}
