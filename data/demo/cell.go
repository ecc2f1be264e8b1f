package demo

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"
)

type cellProps struct {
	head
	People int `json:"people"`
	AreaM2 int `json:"area_m2"`
}

// square is one cell of the population grid (人口格网), 500 m each way on the ground.
type square struct {
	col, row int
	area     ring
	home     *township
	weight   float64
	people   int
}

const (
	cellSide = 500.0  // metres
	gridLon  = 118.50 // west and
	gridLat  = 39.35  // south of all land of the city
)

// grid lists the squares whose centre is on the city's land. A degree of
// longitude shrinks northwards, so each row counts its columns in its own metres.
func (g *ground) grid() []*square {
	_, perLat := metresPerDegree(planeLat)
	step := cellSide / perLat
	var out []*square
	for row := 0; gridLat+float64(row)*step < 40.63; row++ {
		south := gridLat + float64(row)*step
		perLon, _ := metresPerDegree(south + step/2)
		width := cellSide / perLon
		for col := 0; gridLon+float64(col)*width < 119.88; col++ {
			west := gridLon + float64(col)*width
			home := g.township(orb.Point{west + width/2, south + step/2})
			if home == nil {
				continue
			}
			area := ring{{west, south}, {west + width, south}, {west + width, south + step}, {west, south + step}}
			out = append(out, &square{col: col, row: row, area: area.tidy(), home: home})
		}
	}
	return out
}

// settle spreads each county's census over its squares: dense in the seats
// and sub-districts, thinning out from every town, thin in the hills. The
// sums by township become the townships' people, so all sums agree.
func (g *ground) settle() []*square {
	squares := g.grid()
	rng := stream("people")
	byCounty := map[*county][]*square{}
	for _, s := range squares {
		s.weight = s.home.county.density(s) * math.Exp(0.35*rng.NormFloat64())
		byCounty[s.home.county] = append(byCounty[s.home.county], s)
	}
	for _, c := range g.counties {
		weights := make([]float64, len(byCounty[c]))
		for i, s := range byCounty[c] {
			weights[i] = s.weight
		}
		if len(weights) == 0 {
			continue
		}
		for i, n := range shareOut(c.People, weights) {
			byCounty[c][i].people = n
			byCounty[c][i].home.people += n
		}
	}
	return squares
}

// density is relative: 1 for farmland in the plain.
func (c *county) density(s *square) float64 {
	centre := s.area.bound().Center()
	base, town := 1.0, 0.0
	if s.home.Elevation >= 100 {
		base = 0.5
	}
	for _, t := range c.members {
		peak, reach := 5.0, 900.0
		switch {
		case !t.town():
			peak, reach = 40, 1900
		case distance(t.Point, c.Seat) < 1800:
			peak, reach = 30, 1400
		}
		town = max(town, peak*math.Exp(-distance(centre, t.Point)/reach))
	}
	return base + town
}

func cells(squares []*square) []entry {
	out := make([]entry, len(squares))
	for i, s := range squares {
		code := fmt.Sprintf("C-%03d-%03d", s.col, s.row)
		out[i] = newEntry(polygon(s.area), &cellProps{
			head:   head{Code: code, Name: "格网 " + code, Division: s.home.Code, Source: "generated", SourceDatum: "wgs84"},
			People: s.people, AreaM2: int(cellSide * cellSide),
		})
	}
	return out
}
