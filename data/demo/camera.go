package demo

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"
)

type cameraProps struct {
	head
	GBCode  string `json:"gb_code,omitempty"`
	State   string `json:"state"`
	Heading *int   `json:"heading_deg,omitempty"`
	URL     string `json:"url,omitempty"`
}

// stretch is a piece of shore, up to 200 m long, and who runs the land behind it.
type stretch struct {
	from, to orb.Point
	home     *township
}

// cameras stand along the coast from 茹荷 to 老龙头, each bureau's at equal
// distances on its own shore, looking out to sea.
func (g *ground) cameras() []entry {
	rng := stream("camera")
	shore := g.shoreline()
	var out []entry
	for _, owner := range g.counties {
		n := g.shares[owner.Code].cameras
		var own []stretch
		for _, s := range shore {
			if s.home.parent == owner {
				own = append(own, s)
			}
		}
		if n > 0 && len(own) == 0 {
			own = g.closestShore(shore, owner)
		}
		for k := range n {
			s := own[(2*k+1)*len(own)/(2*n)]
			look := int(math.Mod(heading(s.from, s.to)+90, 360)) // the sea is on the right
			at := offset(lerp(s.from, s.to, 0.5), -60*math.Sin(float64(look)*math.Pi/180), -60*math.Cos(float64(look)*math.Pi/180))
			code := fmt.Sprintf("V-%02d", len(out)+1)
			state := "online"
			switch len(out) % 12 {
			case 4:
				state = "offline"
			case 9:
				state = "unknown"
			}
			out = append(out, newEntry(round6(at), &cameraProps{
				head: head{Code: code, Name: fmt.Sprintf("%s岸线高清监控%02d（示例）", owner.Name, k+1), Division: g.division(s.home, owner),
					Owner: owner.Bureau, Note: invented, Source: "S1 generated", SourceDatum: "cgcs2000", VerifyBy: verifyBy(rng), Sensitivity: 1},
				GBCode: fmt.Sprintf("%s00001320%06d", owner.Code, len(out)+1), State: state, Heading: &look,
			}))
		}
	}
	return out
}

// shoreline cuts the coast of the city into stretches of about 200 m.
func (g *ground) shoreline() []stretch {
	var out []stretch
	for i := 1; i < len(g.coast); i++ {
		a, b := g.coast[i-1], g.coast[i]
		if a[1] < 39.455 || b[0] > 119.80 { // south of 茹荷's shore, east of 老龙头
			continue
		}
		n := max(1, int(distance(a, b)/200))
		for k := range n {
			s := stretch{from: lerp(a, b, float64(k)/float64(n)), to: lerp(a, b, float64(k+1)/float64(n))}
			if s.home = g.inland(s); s.home != nil {
				out = append(out, s)
			}
		}
	}
	return out
}

// inland is the township behind a stretch: 60 m to its left.
func (g *ground) inland(s stretch) *township {
	left := (heading(s.from, s.to) - 90) * math.Pi / 180
	return g.township(offset(lerp(s.from, s.to, 0.5), 60*math.Sin(left), 60*math.Cos(left)))
}

// closestShore is the one stretch nearest to a bureau without a shore of its own.
func (g *ground) closestShore(shore []stretch, owner *county) []stretch {
	best, least := stretch{}, math.Inf(1)
	for _, s := range shore {
		for _, t := range g.townships {
			if d := distance(s.from, t.Point); t.parent == owner && d < least {
				best, least = s, d
			}
		}
	}
	return []stretch{best}
}
