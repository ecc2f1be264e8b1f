package demo

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/paulmach/orb"
)

type profile struct {
	HeightM float64 `json:"height_m,omitempty"`
	WidthM  float64 `json:"width_m,omitempty"`
	WeightT float64 `json:"weight_t,omitempty"`
}

type terminal struct {
	Number string `json:"number"`
	Datum  string `json:"datum,omitempty"`
}

type unitProps struct {
	head
	Team         uuid.UUID    `json:"team"`
	CallSign     string       `json:"call_sign"`
	Kind         string       `json:"kind"`
	Plate        string       `json:"plate,omitempty"`
	Duty         string       `json:"duty"`
	Crew         int          `json:"crew"`
	CrewMinimum  int          `json:"crew_minimum"`
	MobiliseMin  int          `json:"mobilise_min"`
	Capabilities []capability `json:"capabilities,omitempty"`
	Equipment    []equipment  `json:"equipment,omitempty"`
	Profile      *profile     `json:"profile,omitempty"`
	Terminal     *terminal    `json:"terminal,omitempty"`
}

// vehicleKind is one row of the table of what can be sent.
type vehicleKind struct {
	name        string
	crew, least int
	mobilise    int // minutes
	profile     *profile
	skills      []capability
	equipment   []equipment
}

// unit is one unit before it has its number.
type unit struct {
	props *unitProps
	base  orb.Point
}

func (f *facts) readVehicles() error {
	recs, err := table("vehicle", 10)
	if err != nil {
		return err
	}
	for _, rec := range recs {
		v, err := readVehicle(rec)
		if err != nil {
			return fmt.Errorf("vehicle %s: %w", rec[0], err)
		}
		f.vehicles[rec[0]] = v
	}
	return nil
}

func readVehicle(rec record) (vehicleKind, error) {
	n, err := numbers([]string{rec[2], rec[3], rec[7]})
	if err != nil {
		return vehicleKind{}, err
	}
	v := vehicleKind{name: rec[1], crew: n[0], least: n[1], mobilise: n[2]}
	size := [3]float64{}
	for i := range size {
		if size[i], err = strconv.ParseFloat(rec[4+i], 64); err != nil {
			return v, fmt.Errorf("size: %w", err)
		}
	}
	if size[0] > 0 {
		v.profile = &profile{size[0], size[1], size[2]}
	}
	if v.skills, err = capabilities(rec[8]); err != nil {
		return v, err
	}
	for _, line := range strings.Split(rec[9], ";") {
		part := strings.Split(strings.TrimSpace(line), ",")
		if len(part) != 4 {
			return v, fmt.Errorf("equipment %q: want four parts", line)
		}
		n, err := strconv.Atoi(part[3])
		if err != nil {
			return v, fmt.Errorf("equipment %q: %w", line, err)
		}
		v.equipment = append(v.equipment, equipment{part[0], part[1], part[2], n})
	}
	return v, nil
}

// units makes the vehicles of one team. signs counts how often a call sign is
// in use, so that 海港消防 goes on through all stations of the district.
func (g *ground) units(rng *rand.Rand, t *team, signs map[string]int) ([]unit, error) {
	var out []unit
	for _, word := range strings.Fields(t.vehicles) {
		kind, times, many := strings.Cut(word, "*")
		n := 1
		if many {
			var err error
			if n, err = strconv.Atoi(times); err != nil {
				return nil, fmt.Errorf("number of %q: %w", word, err)
			}
		}
		v, ok := g.vehicles[kind]
		if !ok {
			return nil, fmt.Errorf("no vehicle kind %q", kind)
		}
		for range n {
			signs[t.callSign]++
			sign := fmt.Sprintf("%s%02d", t.callSign, signs[t.callSign])
			out = append(out, unit{unitOf(rng, t, v, kind, sign), around(rng, t.at, 40)})
		}
	}
	return out, nil
}

func unitOf(rng *rand.Rand, t *team, v vehicleKind, kind, sign string) *unitProps {
	p := &unitProps{
		head: head{Name: sign + " " + v.name, Division: t.props.Division, Owner: t.props.Name, Note: invented,
			Source: "generated", SourceDatum: "cgcs2000", VerifyBy: verifyBy(rng), Sensitivity: t.props.Sensitivity},
		Team: t.id(), CallSign: sign, Kind: kind, Duty: dutyOf(rng, t.props.OwnerSystem),
		Crew: v.crew - rng.IntN(2), CrewMinimum: v.least, MobiliseMin: v.mobilise + t.props.MobiliseDayMin,
		Capabilities: v.skills, Equipment: v.equipment, Profile: v.profile,
	}
	if p.Duty == "off_duty" || p.Duty == "maintenance" {
		p.Crew = 0
	}
	return p
}

// dutyOf draws a duty state: most stand ready at base, a few are away, in the
// workshop or resting. Those who are not on watch stand by.
func dutyOf(rng *rand.Rand, system string) string {
	switch x := rng.IntN(100); {
	case x < 5:
		return "off_duty"
	case x < 9:
		return "maintenance"
	case x < 13:
		return "resting"
	case x < 18:
		return "available_mobile"
	}
	switch system {
	case "social", "transport", "village":
		return "standby"
	}
	return "available_base"
}
