package dispatch

import (
	"cmp"
	"fmt"
	"math"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"onemap/geo"
)

// Codes of run cards (domain model §5).
var (
	RequirementTypes = []string{"unit_kind", "capability", "equipment", "stock", "shelter_places"}
	RunCardModes     = []string{"inform", "prefill", "auto"}
)

// Requirement is one thing a run card asks for (编组要求). Which fields count
// depends on Type. A zero WithinMin sets no time.
type Requirement struct {
	Type       string   `json:"type"`
	Quantity   int      `json:"quantity"`
	Kinds      []string `json:"kinds,omitempty"`      // unit_kind: the wanted one first, then substitutes in order
	Discipline string   `json:"discipline,omitempty"` // capability
	Level      int      `json:"level,omitempty"`      // capability: at least so strong
	Item       string   `json:"item,omitempty"`       // stock: seven digits; equipment: its code or name
	WithinMin  int      `json:"within_min,omitempty"`
	Optional   bool     `json:"optional,omitempty"`
}

// RunCardLevel is what one alarm level adds to those below it.
type RunCardLevel struct {
	Name         string        `json:"name,omitempty"`
	Requirements []Requirement `json:"requirements"`
}

// RunCard says whom to send to what (出动编组方案). Its geometry is where it
// holds; a premise, a hazard it is made for, wins over that.
type RunCard struct {
	Kinds       []string       `json:"kinds"`                  // of incidents
	PriorityMax int            `json:"priority_max,omitempty"` // and more urgent ones; 0: all
	Grades      []int          `json:"grades,omitempty"`       // none: all
	Premise     *ID            `json:"premise,omitempty"`
	Order       int            `json:"order,omitempty"` // lower wins among cards that match alike
	Mode        string         `json:"mode"`
	Levels      []RunCardLevel `json:"levels"`
}

func (*RunCard) ledger() Ledger                      { return RunCards }
func (*RunCard) shape(g orb.Geometry) (string, bool) { return isArea(g) }
func (c *RunCard) check(p *Problems) {
	p.between("kinds", len(c.Kinds), 1, len(IncidentKinds))
	for i, kind := range c.Kinds {
		p.OneOf(fmt.Sprintf("kinds[%d]", i), kind, IncidentKinds)
	}
	p.between("priority_max", c.PriorityMax, 0, 5)
	for i, grade := range c.Grades {
		p.between(fmt.Sprintf("grades[%d]", i), grade, 1, 4)
	}
	p.between("order", c.Order, -1_000_000, 1_000_000)
	p.OneOf("mode", c.Mode, RunCardModes)
	p.between("levels", len(c.Levels), 1, 5)
	for i, l := range c.Levels {
		p.text(at("levels", i, "name"), l.Name, 0, 60)
		p.between(at("levels", i, "requirements"), len(l.Requirements), 0, 40)
		for j := range l.Requirements {
			l.Requirements[j].check(p, at("levels", i, fmt.Sprintf("requirements[%d].", j)))
		}
	}
}

// check notes the fields that cannot be, and those its type needs and lacks.
func (r *Requirement) check(p *Problems, path string) {
	p.OneOf(path+"type", r.Type, RequirementTypes)
	p.between(path+"quantity", r.Quantity, 1, 100_000)
	p.between(path+"within_min", r.WithinMin, 0, 1440)
	switch r.Type {
	case "unit_kind":
		p.between(path+"kinds", len(r.Kinds), 1, len(UnitKinds))
		for i, kind := range r.Kinds {
			p.OneOf(fmt.Sprintf("%skinds[%d]", path, i), kind, UnitKinds)
		}
	case "capability":
		p.OneOf(path+"discipline", r.Discipline, Disciplines)
		p.between(path+"level", r.Level, 1, 4)
	case "equipment":
		p.text(path+"item", r.Item, 1, 60)
	case "stock":
		if p.item(path+"item", r.Item); r.Item == "" {
			p.Add(path+"item", "required", "say which item of stock")
		}
	}
}

// atPremise is how near to its hazard an incident is one of it.
const atPremise = geo.Metres(300)

// grip is how closely a card fits an incident; the least is the closest.
type grip struct {
	premise int     // 0 made for it, 1 not
	area    float64 // in square degrees, to compare only
}

// grips reports whether a card is meant for an incident.
func (p *Picture) grips(card *Entry, in *Incident) (grip, bool) {
	c := card.Detail.(*RunCard)
	graded := len(c.Grades) == 0
	for _, g := range c.Grades {
		graded = graded || in.Grade != nil && *in.Grade == g
	}
	wanted := false
	for _, kind := range c.Kinds {
		wanted = wanted || kind == in.Kind
	}
	if !wanted || !graded || c.PriorityMax > 0 && in.Priority > c.PriorityMax {
		return grip{}, false
	}
	if c.Premise != nil {
		hazard := p.Entry(Hazards, *c.Premise)
		return grip{}, hazard != nil && geo.Distance(hazard.Point(), in.Point()) <= atPremise
	}
	return grip{1, math.Abs(planar.Area(card.Geometry))}, contains(card.Geometry, in.Point())
}

// RunCardFor returns the card that fits an incident best, nil when none does:
// one made for the hazard it is at before one of an area, a smaller area before
// a larger, then by order and code. Whom a card belongs to does not matter, as
// its area says where it holds; how secret it is does.
func (p *Picture) RunCardFor(a Actor, in *Incident) *Entry {
	var best *Entry
	var hold grip
	for _, card := range p.Shelf(RunCards).ByCode() {
		if card.Sensitivity > a.Clearance {
			continue
		}
		g, ok := p.grips(card, in)
		if !ok {
			continue
		}
		if best == nil || cmp.Or(cmp.Compare(g.premise, hold.premise), cmp.Compare(g.area, hold.area),
			cmp.Compare(card.Detail.(*RunCard).Order, best.Detail.(*RunCard).Order)) < 0 {
			best, hold = card, g
		}
	}
	return best
}

// require lists what the levels up to one ask for together.
func (c *RunCard) require(level int) (all []RequirementState) {
	for i, l := range c.Levels[:min(level, len(c.Levels))] {
		for _, r := range l.Requirements {
			all = append(all, RequirementState{Requirement: r, Level: i + 1, Wanted: r.Quantity})
		}
	}
	return all
}

// tier is how far down its list of kinds a unit meets a requirement, 0 the
// wanted one; worth is how much of it the unit meets.
func (r *Requirement) tier(u *Unit) (tier, worth int) {
	switch r.Type {
	case "unit_kind":
		for i, kind := range r.Kinds {
			if kind == u.Kind {
				return i, 1
			}
		}
	case "capability":
		if has(u.Capabilities, Capability{r.Discipline, r.Level}) {
			return 0, 1
		}
	case "equipment":
		for _, e := range u.Equipment {
			if e.Name == r.Item || e.Item == r.Item {
				worth += e.Quantity
			}
		}
	}
	return 0, worth
}

// byUnits reports whether units meet the requirement, and not places.
func (r *Requirement) byUnits() bool { return r.Type != "stock" && r.Type != "shelter_places" }
