package demo

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/paulmach/orb"
)

type capability struct {
	Discipline string `json:"discipline"`
	Level      int    `json:"level"`
}

type equipment struct {
	Item     string `json:"item,omitempty"`
	Name     string `json:"name"`
	Unit     string `json:"unit"`
	Quantity int    `json:"quantity"`
}

type strength struct {
	Shift string `json:"shift"`
	Count int    `json:"count"`
}

type teamProps struct {
	head
	OwnerSystem      string       `json:"owner_system"`
	Joint            bool         `json:"joint,omitempty"`
	Capabilities     []capability `json:"capabilities"`
	Equipment        []equipment  `json:"equipment,omitempty"`
	Leader           *person      `json:"leader,omitempty"`
	Liaison          *person      `json:"liaison,omitempty"`
	Strength         []strength   `json:"strength,omitempty"`
	MobiliseDayMin   int          `json:"mobilise_day_min"`
	MobiliseNightMin int          `json:"mobilise_night_min"`
	Agreements       []string     `json:"agreements,omitempty"`
	Readiness        string       `json:"readiness"`
	LastDrill        string       `json:"last_drill,omitempty"`
}

// team is one row of the table, read: what its entry and its units are made from.
type team struct {
	props    *teamProps
	at       orb.Point
	home     *county // whose roads its units drive on
	callSign string
	vehicles string
}

func (t *team) id() uuid.UUID { return identity("team", t.props.Code) }

// muster makes the teams, their units, and the units as the simulator needs them.
func (g *ground) muster() (teams, units []entry, fleet []vehicle, err error) {
	rng, unitRng := stream("team"), stream("unit")
	signs := map[string]int{}
	for i, rec := range g.teams {
		t, err := g.team(rng, i+1, rec)
		if err != nil {
			return nil, nil, nil, fmt.Errorf("team %s: %w", rec[3], err)
		}
		teams = append(teams, newEntry(t.at, t.props))
		own, err := g.units(unitRng, t, signs)
		if err != nil {
			return nil, nil, nil, fmt.Errorf("units of %s: %w", rec[3], err)
		}
		for _, u := range own {
			u.props.Code = fmt.Sprintf("U-%03d", len(units)+1)
			u.props.Plate = fmt.Sprintf("冀C示%03d", len(units)+1)
			u.props.Terminal = &terminal{Number: fmt.Sprintf("010033%06d", len(units)+1)}
			units = append(units, newEntry(u.base, u.props))
			fleet = append(fleet, vehicle{id: identity("unit", u.props.Code), base: u.base, duty: u.props.Duty, kind: u.props.Kind, home: t.home.Code})
		}
	}
	return teams, units, fleet, nil
}

func (g *ground) team(rng *rand.Rand, n int, rec record) (*team, error) {
	owner := g.county(rec[0])
	where, home, err := g.stand(rng, rec[5])
	if err != nil {
		return nil, err
	}
	skills, err := capabilities(rec[6])
	if err != nil {
		return nil, err
	}
	times, err := numbers(append(strings.Split(rec[8], "/"), strings.Split(rec[9], "/")...))
	if err != nil {
		return nil, err
	}
	sensitivity, err := strconv.Atoi(rec[10])
	if err != nil {
		return nil, fmt.Errorf("sensitivity: %w", err)
	}
	p := &teamProps{
		head: head{Code: fmt.Sprintf("T-%03d", n), Name: rec[3], Division: g.division(home, owner), Owner: owner.Bureau,
			Note: invented, Source: "generated", SourceDatum: "cgcs2000", VerifyBy: verifyBy(rng), Sensitivity: sensitivity},
		OwnerSystem: rec[1], Joint: rec[2] == "1", Capabilities: skills, Equipment: g.kit(skills),
		Leader: someone(rng, 2), Liaison: someone(rng, 2),
		Strength:       []strength{{"day", times[2]}, {"night", times[3]}},
		MobiliseDayMin: times[0], MobiliseNightMin: times[1],
		Readiness: "ready", LastDrill: day(-between(rng, 10, 420)),
	}
	switch n % 17 {
	case 5:
		p.Readiness = "limited"
	case 13:
		p.Readiness = "not_ready"
	}
	if p.OwnerSystem == "social" || p.OwnerSystem == "transport" || p.Joint {
		p.Agreements = []string{"应急联动协议（示例）"}
	}
	return &team{props: p, at: where, home: home.county, callSign: rec[4], vehicles: rec[7]}, nil
}

// stand reads where a team stands: a point, or a township near whose point it is put.
func (g *ground) stand(rng *rand.Rand, text string) (orb.Point, *township, error) {
	if strings.Contains(text, ",") {
		p, err := points(text)
		if err != nil {
			return orb.Point{}, nil, err
		}
		t := g.township(p[0])
		if t == nil {
			return orb.Point{}, nil, fmt.Errorf("%s is not on the city's land", text)
		}
		return p[0], t, nil
	}
	for _, t := range g.townships {
		if t.Code == text {
			p, _ := g.site(rng, t.Point, 500, func(o *township) bool { return o == t })
			return p, t, nil
		}
	}
	return orb.Point{}, nil, fmt.Errorf("no township %s", text)
}

// division is the township's code where the owner runs that township, else the owner's.
func (g *ground) division(t *township, owner *county) string {
	if t.parent == owner {
		return t.Code
	}
	return owner.Code
}

// capabilities reads "fire:2 hazmat:3".
func capabilities(text string) ([]capability, error) {
	var out []capability
	for _, word := range strings.Fields(text) {
		name, level, _ := strings.Cut(word, ":")
		n, err := strconv.Atoi(level)
		if err != nil {
			return nil, fmt.Errorf("level of %q: %w", word, err)
		}
		out = append(out, capability{name, n})
	}
	return out, nil
}

// kit is one line of what teams of a discipline keep at their base.
type kit struct {
	discipline string
	equipment
}

func (f *facts) readKits() error {
	recs, err := table("kit", 5)
	if err != nil {
		return err
	}
	for _, rec := range recs {
		n, err := strconv.Atoi(rec[4])
		if err != nil {
			return fmt.Errorf("quantity of %s: %w", rec[2], err)
		}
		f.kits = append(f.kits, kit{rec[0], equipment{rec[1], rec[2], rec[3], n}})
	}
	return nil
}

// kit is what a team of those disciplines keeps; weaker teams keep less.
func (g *ground) kit(skills []capability) []equipment {
	var out []equipment
	for _, s := range skills {
		for _, k := range g.kits {
			if k.discipline == s.Discipline {
				line := k.equipment
				line.Quantity = max(1, line.Quantity/s.Level)
				out = append(out, line)
			}
		}
	}
	return out
}
