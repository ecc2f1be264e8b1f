package dispatch

import "github.com/paulmach/orb"

// OwnerSystems are the systems a team may belong to (domain model §6).
var OwnerSystems = []string{"fire_rescue", "gov_fulltime", "enterprise", "professional", "military_joint", "township", "village", "social", "aviation", "transport"}

// Disciplines are what a team or unit can be good at.
var Disciplines = []string{"fire", "forest_fire", "hazmat", "mine", "flood", "water_rescue", "diving", "mountain", "collapse", "geohazard", "medical", "engineering", "power", "comms", "aviation", "disinfection", "psychology"}

// Readiness says whether a team can go.
var Readiness = []string{"ready", "limited", "not_ready"}

// Capability is a discipline at a level: 1 is the strongest, 4 the weakest.
type Capability struct {
	Discipline string `json:"discipline"`
	Level      int    `json:"level"`
}

// Equipment is one line of what a team or unit carries. Item is a GB/T 38565
// code of seven digits where one is known.
type Equipment struct {
	Item     string `json:"item,omitempty"`
	Name     string `json:"name"`
	Unit     string `json:"unit"`
	Quantity int    `json:"quantity"`
}

// Person is a contact, with the day its numbers were last tried.
type Person struct {
	Name       string   `json:"name"`
	Phones     []string `json:"phones"`
	VerifiedAt *Date    `json:"verified_at,omitempty"`
}

// Strength is the number of people on one shift.
type Strength struct {
	Shift string `json:"shift"` // day, night
	Count int    `json:"count"`
}

// Team is a rescue team (救援队伍) at its base.
type Team struct {
	OwnerSystem      string       `json:"owner_system"`
	Joint            bool         `json:"joint,omitempty"` // one of the military-civil joint teams (军地联合)
	Capabilities     []Capability `json:"capabilities"`
	Equipment        []Equipment  `json:"equipment,omitempty"`
	Leader           *Person      `json:"leader,omitempty"`
	Liaison          *Person      `json:"liaison,omitempty"`
	Strength         []Strength   `json:"strength,omitempty"`
	MobiliseDayMin   int          `json:"mobilise_day_min"`   // minutes from call to leaving, by day
	MobiliseNightMin int          `json:"mobilise_night_min"` // and by night
	Agreements       []string     `json:"agreements,omitempty"`
	Readiness        string       `json:"readiness"`
	LastDrill        *Date        `json:"last_drill,omitempty"`
}

func (*Team) ledger() Ledger                      { return Teams }
func (*Team) shape(g orb.Geometry) (string, bool) { return isPoint(g) }
func (t *Team) check(p *Problems) {
	p.OneOf("owner_system", t.OwnerSystem, OwnerSystems)
	p.OneOf("readiness", t.Readiness, Readiness)
	checkCapabilities(p, t.Capabilities)
	checkEquipment(p, t.Equipment)
	p.between("mobilise_day_min", t.MobiliseDayMin, 0, 1440)
	p.between("mobilise_night_min", t.MobiliseNightMin, 0, 1440)
}

func checkCapabilities(p *Problems, all []Capability) {
	for i, c := range all {
		p.OneOf(at("capabilities", i, "discipline"), c.Discipline, Disciplines)
		p.between(at("capabilities", i, "level"), c.Level, 1, 4)
	}
}

func checkEquipment(p *Problems, all []Equipment) {
	for i, e := range all {
		p.item(at("equipment", i, "item"), e.Item)
		p.between(at("equipment", i, "quantity"), e.Quantity, 0, 1e9)
	}
}
