package dispatch

import "github.com/paulmach/orb"

// UnitKinds are the vehicles and groups that can be sent.
var UnitKinds = []string{"engine", "ladder", "rescue", "hazmat", "forest", "ambulance", "boat", "pump", "command", "comms", "transport", "excavator", "helicopter"}

// DutyStates are the states of a unit with no open assignment (domain model §3).
var DutyStates = []string{"off_duty", "standby", "available_base", "available_mobile", "resting", "maintenance", "suspended"}

// UnitStatuses are all states a unit can show: its duty state, or that of its
// open assignment. Class is what recommendation, coverage and reports go by.
var UnitStatuses = []struct{ Code, Class string }{
	{"off_duty", "unavailable"}, {"standby", "delayed"}, {"available_base", "available"}, {"available_mobile", "available"},
	{"proposed", "committed"}, {"ordered", "committed"}, {"acknowledged", "committed"}, {"enroute", "committed"}, {"staged", "committed"},
	{"on_scene", "committed"}, {"to_facility", "committed"}, {"at_facility", "committed"}, {"returning", "committed"},
	{"resting", "delayed"}, {"maintenance", "unavailable"}, {"suspended", "unavailable"},
}

// Profile is what the road must let through.
type Profile struct {
	HeightM float64 `json:"height_m,omitempty"`
	WidthM  float64 `json:"width_m,omitempty"`
	WeightT float64 `json:"weight_t,omitempty"`
}

// Carried is the positioning device a unit is said to carry, as its own ledger
// has it (北斗终端); who may report is the Terminal's business.
type Carried struct {
	Number string `json:"number"`
	Datum  string `json:"datum,omitempty"` // of what it sends; empty is WGS84
}

// Unit is what is sent (出动力量): a vehicle or group of a team. Its geometry is
// its base; where it is now is the board's business.
type Unit struct {
	Team         ID           `json:"team"`
	CallSign     string       `json:"call_sign"`
	Kind         string       `json:"kind"`
	Plate        string       `json:"plate,omitempty"`
	Duty         string       `json:"duty"`
	Crew         int          `json:"crew"`
	CrewMinimum  int          `json:"crew_minimum"`
	MobiliseMin  int          `json:"mobilise_min"` // minutes from order to leaving
	Capabilities []Capability `json:"capabilities,omitempty"`
	Equipment    []Equipment  `json:"equipment,omitempty"`
	Profile      *Profile     `json:"profile,omitempty"`
	Terminal     *Carried     `json:"terminal,omitempty"`
	Post         *Post        `json:"post,omitempty"` // where it stands by instead of at its base
}

func (*Unit) ledger() Ledger                      { return Units }
func (*Unit) shape(g orb.Geometry) (string, bool) { return isPoint(g) }
func (u *Unit) check(p *Problems) {
	if u.Team == (ID{}) {
		p.Add("team", "required", "a unit belongs to a team")
	}
	p.OneOf("kind", u.Kind, UnitKinds)
	p.OneOf("duty", u.Duty, DutyStates)
	p.text("call_sign", u.CallSign, 1, 40)
	p.between("crew", u.Crew, 0, 200)
	p.between("crew_minimum", u.CrewMinimum, 0, 200)
	p.between("mobilise_min", u.MobiliseMin, 0, 1440)
	checkCapabilities(p, u.Capabilities)
	checkEquipment(p, u.Equipment)
}

// StatusClass returns available, delayed, committed or unavailable; an unknown
// status is unavailable.
func StatusClass(status string) string {
	for _, s := range UnitStatuses {
		if s.Code == status {
			return s.Class
		}
	}
	return "unavailable"
}
