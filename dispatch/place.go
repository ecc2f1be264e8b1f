package dispatch

import "github.com/paulmach/orb"

// Codes of depots and shelters (domain model §7, §8).
var (
	DepotLevels    = []string{"city", "county", "township"}
	ShelterClasses = []string{"emergency", "fixed_short", "fixed_mid", "fixed_long", "central"} // GB 51143-2015
	ShelterGrades  = []string{"province", "city", "county", "township", "village"}              // GB/T 44013-2024
	ShelterStates  = []string{"planned", "built", "ready", "maintenance", "opening", "open", "full", "closing", "unsafe"}
	ShelterSpaces  = []string{"indoor", "outdoor"}
)

// Stock is one line of what a depot holds. Target is what it should hold;
// zero means no target was set.
type Stock struct {
	Item     string `json:"item"` // GB/T 38565-2020, seven digits
	Name     string `json:"name"`
	Unit     string `json:"unit"`
	Quantity int    `json:"quantity"`
	Target   int    `json:"target,omitempty"`
	Expires  *Date  `json:"expires,omitempty"`
}

// Depot is a store of emergency goods (物资储备库).
type Depot struct {
	Level  string  `json:"level"`
	AreaM2 int     `json:"area_m2,omitempty"`
	Keeper *Person `json:"keeper,omitempty"`
	Stock  []Stock `json:"stock"`
}

func (*Depot) ledger() Ledger                      { return Depots }
func (*Depot) shape(g orb.Geometry) (string, bool) { return isPoint(g) }
func (d *Depot) check(p *Problems) {
	p.OneOf("level", d.Level, DepotLevels)
	seen := map[string]bool{}
	for i, s := range d.Stock {
		p.item(at("stock", i, "item"), s.Item)
		if s.Item == "" || seen[s.Item] {
			p.Add(at("stock", i, "item"), "duplicate", "each item stands on one line")
		}
		seen[s.Item] = true
		p.between(at("stock", i, "quantity"), s.Quantity, 0, 1e9)
		p.between(at("stock", i, "target"), s.Target, 0, 1e9)
	}
}

// Fill is the share of its targets a depot holds, at most 1 a line; ok is
// false when no line has a target.
func (d *Depot) Fill() (share float64, ok bool) {
	sum, n := 0.0, 0
	for _, s := range d.Stock {
		if s.Target > 0 {
			sum += min(1, float64(s.Quantity)/float64(s.Target))
			n++
		}
	}
	if n == 0 {
		return 0, false
	}
	return sum / float64(n), true
}

// Shelter is a place people can be taken to (避难场所).
type Shelter struct {
	Class     string  `json:"class"`
	Grade     string  `json:"grade"`
	Space     string  `json:"space"`
	State     string  `json:"state"`
	Capacity  int     `json:"capacity"`  // people
	Occupancy int     `json:"occupancy"` // people there now
	AreaM2    int     `json:"area_m2,omitempty"`
	Entrances int     `json:"entrances,omitempty"`
	Keeper    *Person `json:"keeper,omitempty"`
}

func (*Shelter) ledger() Ledger                      { return Shelters }
func (*Shelter) shape(g orb.Geometry) (string, bool) { return isPoint(g) }
func (s *Shelter) check(p *Problems) {
	p.OneOf("class", s.Class, ShelterClasses)
	p.OneOf("grade", s.Grade, ShelterGrades)
	p.OneOf("space", s.Space, ShelterSpaces)
	p.OneOf("state", s.State, ShelterStates)
	p.between("capacity", s.Capacity, 0, 1e7)
	p.between("occupancy", s.Occupancy, 0, 1e7)
	if s.Occupancy > s.Capacity {
		p.Add("occupancy", "capacity_exceeded", "%d people, %d places", s.Occupancy, s.Capacity)
	}
}

// Stands reports whether a shelter is there to be counted on: it is built, safe
// and not under repair, so that it can be opened when it is not open yet.
func (s *Shelter) Stands() bool {
	switch s.State {
	case "planned", "maintenance", "unsafe":
		return false
	}
	return true
}

// InUse reports whether people are taken in now, as long as there is room.
func (s *Shelter) InUse() bool {
	switch s.State {
	case "ready", "opening", "open", "full":
		return true
	}
	return false
}

// Room is how many more fit in once it is open.
func (s *Shelter) Room() int {
	if s.State == "full" {
		return 0
	}
	return max(0, s.Capacity-s.Occupancy)
}

// Free is the number of free places; a shelter that cannot take people has none.
func (s *Shelter) Free() int {
	if !s.InUse() {
		return 0
	}
	return s.Room()
}
