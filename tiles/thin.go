package tiles

import "math"

// finest is the smallest distance any zoom thins by, in the unit square.
var finest = thinning(ThinFrom - 1)

// thinning is how far a vertex must stand out at a zoom to be kept.
func thinning(z int) float64 { return ThinTo / (float64(Extent) * float64(int(1)<<z)) }

// weigh gives each dot of a line or ring how far it stands out, so that a line
// is thinned for any zoom by leaving out what stands out less: Douglas and
// Peucker's order, worked out once. A dot never outlives the one it was split
// off by. The ends stay always. O(n log n) as a rule, O(n²) at worst.
func weigh(line []dot) {
	if len(line) == 0 {
		return
	}
	all := float32(math.Inf(1))
	line[0].keep, line[len(line)-1].keep = all, all
	type stretch struct {
		from, to int
		most     float32
	}
	open := []stretch{{0, len(line) - 1, all}}
	for len(open) > 0 {
		s := open[len(open)-1]
		open = open[:len(open)-1]
		at, far := 0, -1.0
		for i := s.from + 1; i < s.to; i++ {
			if d := aside(line[i], line[s.from], line[s.to]); d > far {
				at, far = i, d
			}
		}
		if far <= finest*finest {
			continue
		}
		keep := min(s.most, float32(math.Sqrt(far)))
		line[at].keep = keep
		open = append(open, stretch{s.from, at, keep}, stretch{at, s.to, keep})
	}
}

// aside is the square of the distance of a dot from the stretch between two.
func aside(p, a, b dot) float64 {
	dx, dy := b.x-a.x, b.y-a.y
	if along := dx*dx + dy*dy; along > 0 {
		t := math.Max(0, math.Min(1, ((p.x-a.x)*dx+(p.y-a.y)*dy)/along))
		a.x, a.y = a.x+t*dx, a.y+t*dy
	}
	return (p.x-a.x)*(p.x-a.x) + (p.y-a.y)*(p.y-a.y)
}
