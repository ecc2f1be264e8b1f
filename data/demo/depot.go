package demo

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/paulmach/orb"
)

type stock struct {
	Item     string `json:"item"`
	Name     string `json:"name"`
	Unit     string `json:"unit"`
	Quantity int    `json:"quantity"`
	Target   int    `json:"target,omitempty"`
	Expires  string `json:"expires,omitempty"`
}

type depotProps struct {
	head
	Level  string  `json:"level"`
	AreaM2 int     `json:"area_m2,omitempty"`
	Keeper *person `json:"keeper,omitempty"`
	Stock  []stock `json:"stock"`
}

// allStock is what all depots hold together: "nearly 150,000 items" (S1); the
// city depot's 26,000 are the table's own sum.
const allStock = 149_600

// depots are the 19 of the plan: the city's own and those of the counties and zones.
func (g *ground) depots() []entry {
	rng := stream("depot")
	cityHas := 0
	for _, k := range g.goods {
		cityHas += k.inCity
	}
	var out []entry
	var others []*depotProps
	var weights []float64
	for _, owner := range g.counties {
		n := g.shares[owner.Code].depots
		for k := range n {
			p, where := g.depot(rng, owner, k, len(out)+1)
			if owner.Kind == "city" {
				p.Level, p.AreaM2, p.Stock = "city", 11_000, g.fill(rng, cityHas, 0)
				p.Name = "秦皇岛市应急救援物资储备中心（示例）"
				p.Note = "规划占地 18000 m²、建筑面积 11000 m²，配套消防水池、专业堆场、停车场（S1）；库存为示例数据"
			} else {
				others = append(others, p)
				weights = append(weights, math.Sqrt(g.customers(owner))/float64(n))
			}
			out = append(out, newEntry(where, p))
		}
	}
	for i, total := range shareOut(allStock-cityHas, weights) {
		others[i].Stock = g.fill(rng, total, 0.4)
	}
	return out
}

// customers is how many people a bureau's depots are for.
func (g *ground) customers(owner *county) float64 {
	sum := 0
	for _, t := range g.townships {
		if t.parent == owner {
			sum += t.people
		}
	}
	return float64(sum)
}

func (g *ground) depot(rng *rand.Rand, owner *county, k, n int) (*depotProps, orb.Point) {
	centre, reach := owner.Seat, 2500.0
	if k > 0 { // a further depot stands by another town of the same bureau
		var towns []*township
		for _, t := range g.townships {
			if t.parent == owner && t.town() && distance(t.Point, owner.Seat) > 4000 {
				towns = append(towns, t)
			}
		}
		if len(towns) > 0 {
			centre, reach = pick(rng, towns).Point, 800
		}
	}
	where, t := g.site(rng, centre, reach, func(t *township) bool { return owner.Kind == "city" || t.parent == owner })
	p := &depotProps{
		head: head{Code: fmt.Sprintf("D-%02d", n), Name: fmt.Sprintf("%s%s应急物资储备库（示例）", owner.Name, t.Name),
			Division: g.division(t, owner), Owner: owner.Bureau, Note: "救灾物资合建；" + invented,
			Source: "generated", SourceDatum: "cgcs2000", VerifyBy: verifyBy(rng), Sensitivity: 1},
		Level: "county", AreaM2: 100 * between(rng, 8, 30), Keeper: someone(rng, 2),
	}
	return p, where
}

// good is one kind of goods: how many the city depot has, and how many days
// until a lot in the middle expires, 0 when it does not.
type good struct {
	item, name, unit string
	inCity, days     int
}

func (f *facts) readGoods() error {
	recs, err := table("goods", 5)
	if err != nil {
		return err
	}
	for _, rec := range recs {
		n, err := numbers(rec[3:5])
		if err != nil {
			return fmt.Errorf("goods %s: %w", rec[1], err)
		}
		f.goods = append(f.goods, good{rec[0], rec[1], rec[2], n[0], n[1]})
	}
	return nil
}

// fill puts a total of goods on a depot's shelves, in the city's proportions
// varied by spread. A county leaves out some of the rare kinds.
func (g *ground) fill(rng *rand.Rand, total int, spread float64) []stock {
	var kinds []good
	var weights []float64
	for _, k := range g.goods {
		if spread > 0 && k.inCity < 200 && rng.IntN(3) == 0 {
			continue
		}
		kinds = append(kinds, k)
		weights = append(weights, float64(k.inCity)*(1+spread*(2*rng.Float64()-1)))
	}
	var out []stock
	for i, n := range shareOut(total, weights) {
		out = append(out, stockLine(rng, kinds[i], n))
	}
	return out
}

// stockLine gives a line its target, one in eight short of it, and a
// perishable its date, some of them near.
func stockLine(rng *rand.Rand, k good, n int) stock {
	full := 0.95 + 0.35*rng.Float64()
	if rng.IntN(8) == 0 {
		full = 0.35 + 0.4*rng.Float64()
	}
	s := stock{Item: k.item, Name: k.name, Unit: k.unit, Quantity: n}
	s.Target = max(10, int(math.Round(float64(n)/full/10))*10)
	if k.days > 0 {
		s.Expires = day(between(rng, k.days/10, 2*k.days))
	}
	return s
}
