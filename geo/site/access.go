package site

import (
	"fmt"
	"math"
)

// Access is how many places a person at each point finds within reach, shared
// with all others who find the same (enhanced two-step floating catchment area,
// Luo and Qi 2009). Travel is by place, then point; None is no way. The nearness
// of a place falls with travel as a bell curve that is 1 at 0 and 0.01 at the
// limit, and 0 beyond. A point is unknown (NaN) where nobody lives and no place
// is near.
//
// The sum of people times access is the room of all places that somebody reaches.
func Access(people, room []int64, travel [][]int32, limit int32) ([]float64, error) {
	p := Problem{Weight: people, Travel: travel}
	if err := p.check(); err != nil {
		return nil, err
	}
	switch {
	case len(room) != len(travel):
		return nil, fmt.Errorf("%d rooms for %d places: %w", len(room), len(travel), ErrShape)
	case limit <= 0:
		return nil, fmt.Errorf("%d: %w", limit, ErrThreshold)
	}
	out, near := make([]float64, len(people)), make([]bool, len(people))
	for j, row := range travel {
		asked := 0.0
		for i, t := range row {
			asked += float64(people[i]) * nearness(t, limit)
		}
		if asked == 0 {
			continue // nobody comes: there is nothing to share
		}
		for i, t := range row {
			if g := nearness(t, limit); g > 0 {
				out[i] += g * float64(room[j]) / asked
				near[i] = true
			}
		}
	}
	for i := range out {
		if people[i] == 0 && !near[i] {
			out[i] = math.NaN()
		}
	}
	return out, nil
}

func nearness(t, limit int32) float64 {
	if t == None || t > limit {
		return 0
	}
	share := float64(t) / float64(limit)
	return math.Exp(math.Log(0.01) * share * share)
}
