package demo

import (
	"fmt"
	"math/rand/v2"

	"github.com/paulmach/orb"
)

type substance struct {
	Name      string  `json:"name"`
	QuantityT float64 `json:"quantity_t"`
}

type hazardProps struct {
	head
	Kind         string      `json:"kind"`
	Level        int         `json:"level"`
	State        string      `json:"state"`
	PeopleAtRisk *int        `json:"people_at_risk,omitempty"`
	Overhanging  bool        `json:"overhanging,omitempty"`
	DamHeightM   float64     `json:"dam_height_m,omitempty"`
	VolumeM3     float64     `json:"volume_m3,omitempty"`
	Substances   []substance `json:"substances,omitempty"`
	Keeper       *person     `json:"keeper,omitempty"`
}

// hazards are the plan's ponds, mines, plants and sites, shared out by bureau.
func (g *ground) hazards() []entry {
	var out []entry
	for _, theme := range []struct {
		kind  string
		count func(share) int
		make  func(*rand.Rand, *ground, *county, int) (*hazardProps, orb.Point)
	}{
		{"tailings_pond", func(s share) int { return s.ponds }, pond},
		{"mine", func(s share) int { return s.mines }, mine},
		{"hazmat", func(s share) int { return s.plants }, plant},
		{"geohazard", func(s share) int { return s.sites }, geosite},
	} {
		rng := stream(theme.kind)
		n := 0
		for _, owner := range g.counties {
			for k := range theme.count(g.shares[owner.Code]) {
				n++
				p, at := theme.make(rng, g, owner, k)
				p.Kind, p.Code = theme.kind, fmt.Sprintf("H-%s-%03d", codeLetter[theme.kind], n)
				out = append(out, newEntry(at, p))
			}
		}
	}
	return out
}

var codeLetter = map[string]string{"tailings_pond": "W", "mine": "K", "hazmat": "C", "geohazard": "G"}

// inHills draws a place 1 to 6 km from a town of the owner, away from the sea.
func (g *ground) inHills(rng *rand.Rand, owner *county) (orb.Point, *township) {
	var towns []*township
	for _, t := range g.townships {
		if t.parent == owner && t.town() && (t.Elevation >= 45 || owner.Code == "130322") {
			towns = append(towns, t)
		}
	}
	centre := pick(rng, towns).Point
	for {
		at, t := g.site(rng, centre, 6000, func(t *township) bool { return t.parent == owner })
		if distance(at, t.Point) > 1000 {
			return at, t
		}
	}
}

func (g *ground) hazardHead(rng *rand.Rand, t *township, name string) head {
	return head{Name: name, Division: t.Code, Owner: t.parent.Bureau, Note: invented, Source: "generated",
		SourceDatum: "cgcs2000", VerifyBy: verifyBy(rng), Sensitivity: 1}
}

// atRisk is a count, or nil: one in six has not been counted.
func atRisk(rng *rand.Rand, low, high int) *int {
	if rng.IntN(6) == 0 {
		return nil
	}
	n := between(rng, low, high)
	return &n
}

func pond(rng *rand.Rand, g *ground, owner *county, k int) (*hazardProps, orb.Point) {
	at, t := g.inHills(rng, owner)
	p := &hazardProps{
		head:       g.hazardHead(rng, t, fmt.Sprintf("%s示例%d号尾矿库", t.Name, k+1)),
		Level:      2 + min(2, rng.IntN(4)),
		State:      pick(rng, []string{"operating", "operating", "suspended", "closed", "closed"}),
		DamHeightM: float64(between(rng, 12, 68)), VolumeM3: float64(10_000 * between(rng, 8, 420)),
		Overhanging: rng.IntN(5) == 0, Keeper: someone(rng, 2),
	}
	p.PeopleAtRisk = atRisk(rng, 0, 40)
	if p.Overhanging {
		p.Level, p.PeopleAtRisk = 1+rng.IntN(2), atRisk(rng, 60, 900)
	}
	return p, at
}

func mine(rng *rand.Rand, g *ground, owner *county, k int) (*hazardProps, orb.Point) {
	at, t := g.inHills(rng, owner)
	ore := pick(rng, []string{"铁矿", "铁矿", "金矿", "石灰岩矿", "建筑石料矿"})
	return &hazardProps{
		head:  g.hazardHead(rng, t, fmt.Sprintf("%s示例%d号%s", t.Name, k+1, ore)),
		Level: between(rng, 2, 4), State: pick(rng, []string{"operating", "operating", "operating", "suspended", "closed"}),
		PeopleAtRisk: atRisk(rng, 10, 260), Keeper: someone(rng, 2),
	}, at
}

// plantKind is a sort of site that keeps dangerous goods, with its usual ones.
type plantKind struct {
	name  string
	level int // the worst it is given
	holds []substance
}

var plantKinds = []plantKind{
	{"加油站", 4, []substance{{"汽油", 60}, {"柴油", 60}}},
	{"加油站", 4, []substance{{"汽油", 45}, {"柴油", 90}}},
	{"加油站", 4, []substance{{"汽油", 90}, {"柴油", 120}}},
	{"液化气站", 3, []substance{{"液化石油气", 40}}},
	{"冷库", 3, []substance{{"液氨", 18}}},
	{"水厂加氯间", 3, []substance{{"液氯", 4}}},
	{"涂料厂", 3, []substance{{"二甲苯", 25}, {"丙酮", 12}}},
	{"化工厂", 2, []substance{{"甲醇", 400}, {"盐酸", 200}}},
	{"油库", 1, []substance{{"汽油", 8000}, {"柴油", 12000}}},
	{"化肥厂", 2, []substance{{"硝酸铵", 900}, {"液氨", 120}}},
	{"危化品经营部", 4, []substance{{"油漆稀释剂", 2}}},
	{"气体充装站", 3, []substance{{"氧气", 6}, {"乙炔", 3}}},
}

// plant stands within 4 km of the seat, or in the zone itself.
func plant(rng *rand.Rand, g *ground, owner *county, k int) (*hazardProps, orb.Point) {
	centre := owner.Seat
	if owner.Kind == "zone" {
		var own []*township
		for _, t := range g.townships {
			if t.parent == owner {
				own = append(own, t)
			}
		}
		centre = pick(rng, own).Point
	}
	at, t := g.site(rng, centre, 4000, func(t *township) bool { return t.parent == owner })
	kind := pick(rng, plantKinds)
	p := &hazardProps{
		head:  g.hazardHead(rng, t, fmt.Sprintf("%s示例%d号%s", t.Name, k+1, kind.name)),
		Level: min(4, kind.level+rng.IntN(2)), State: pick(rng, []string{"operating", "operating", "operating", "operating", "suspended"}),
		PeopleAtRisk: atRisk(rng, 5, 2400/(kind.level+1)), Keeper: someone(rng, 2),
	}
	scale := 0.5 + rng.Float64()
	for _, s := range kind.holds {
		p.Substances = append(p.Substances, substance{s.Name, float64(int(s.QuantityT*scale*10)) / 10})
	}
	return p, at
}

// geosite is a treated geological hazard; the plan names two villages of 安子岭乡 (S1).
func geosite(rng *rand.Rand, g *ground, owner *county, k int) (*hazardProps, orb.Point) {
	at, t := g.inHills(rng, owner)
	sort := pick(rng, []string{"泥石流", "滑坡", "崩塌"})
	name := fmt.Sprintf("%s示例%d号%s治理点", t.Name, k+1, sort)
	note := invented
	if owner.Code == "130321" && k < 2 {
		for _, o := range g.townships {
			if o.Code == "130321211" {
				t = o
			}
		}
		at, _ = g.site(rng, t.Point, 3000, func(o *township) bool { return o == t })
		name = "安子岭乡" + []string{"刘杖子村", "康杖子村"}[k] + "泥石流治理点"
		note = "S1 所列治理点；位置与人数为示例"
	}
	p := &hazardProps{head: g.hazardHead(rng, t, name), Level: between(rng, 1, 3), State: "treated",
		PeopleAtRisk: atRisk(rng, 30, 420), Keeper: someone(rng, 2)}
	p.Note = note
	return p, at
}
