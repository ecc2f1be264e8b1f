package site

import (
	"encoding/csv"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geo"
)

// towns draws n points and m candidates in fifteen towns on 60 km of land, large
// ones and small, dense in the middle; one point in ten lies between them. Travel
// is as in plain.
func towns(n, m int, seed uint64) Problem {
	r := rand.New(rand.NewPCG(seed, 2))
	return scatter(n, m, r, inTowns(r))
}

// inTowns draws places in fifteen towns, one in ten outside.
func inTowns(r *rand.Rand) func() (x, y float64) {
	var middle [15][2]float64
	var size, share [15]float64
	all := 0.0
	for k := range middle {
		middle[k] = [2]float64{r.Float64() * 60000, r.Float64() * 60000}
		share[k] = 1 / float64(k+1) // by rank, as towns are
		size[k] = 1500 + 5000*math.Sqrt(share[k])
		all += share[k]
	}
	return func() (x, y float64) {
		if r.IntN(10) == 0 {
			return r.Float64() * 60000, r.Float64() * 60000
		}
		k, left := 0, r.Float64()*all
		for k < len(share)-1 && left > share[k] {
			left -= share[k]
			k++
		}
		return middle[k][0] + size[k]*r.NormFloat64(), middle[k][1] + size[k]*r.NormFloat64()
	}
}

// scatter draws points and candidates and the travel between them: 10 m/s with
// detours; people lognormal as in a real grid.
func scatter(n, m int, r *rand.Rand, draw func() (x, y float64)) Problem {
	p := Problem{Weight: make([]int64, n), Travel: make([][]int32, m)}
	x, y := make([]float64, n), make([]float64, n)
	for i := range n {
		x[i], y[i] = draw()
		p.Weight[i] = int64(math.Exp(5 + 1.2*r.NormFloat64()))
	}
	for j := range m {
		sx, sy := draw()
		p.Travel[j] = make([]int32, n)
		for i := range n {
			p.Travel[j][i] = int32(math.Hypot(x[i]-sx, y[i]-sy) / 10 * (1.2 + 0.3*r.Float64()))
		}
	}
	return p
}

// roads draws points and candidates as towns does, and travels on a lattice of
// roads 600 m apart: every eighth line at 20 m/s, the others at 7 to 12, and one
// piece in eight missing. Travel in seconds; None where the pieces do not connect.
func roads(n, m int, seed uint64) Problem {
	const side, gap = 100, 600
	r := rand.New(rand.NewPCG(seed, 3))
	draw, ways := inTowns(r), make([][]pair, side*side)
	join := func(a, b, line int) {
		speed := 7 + 5*r.Float64()
		if line%8 == 0 {
			speed = 20
		} else if r.IntN(8) == 0 {
			return
		}
		ways[a] = append(ways[a], pair{int32(b), int32(gap / speed)})
		ways[b] = append(ways[b], pair{int32(a), int32(gap / speed)})
	}
	for k := range ways {
		if k%side < side-1 {
			join(k, k+1, k/side)
		}
		if k/side < side-1 {
			join(k, k+side, k%side)
		}
	}
	crossing := func() int {
		x, y := draw()
		return min(side-1, max(0, int(x/gap))) + side*min(side-1, max(0, int(y/gap)))
	}
	p := Problem{}
	at := make([]int, n)
	for i := range at {
		at[i] = crossing()
		p.Weight = append(p.Weight, int64(math.Exp(5+1.2*r.NormFloat64())))
	}
	for range m {
		far := shortest(ways, crossing())
		row := make([]int32, n)
		for i, k := range at {
			row[i] = far[k]
		}
		p.Travel = append(p.Travel, row)
	}
	return p
}

// shortest is Bellman's method with a queue: enough for a test.
func shortest(ways [][]pair, from int) []int32 {
	far := slices.Repeat([]int32{None}, len(ways))
	far[from] = 0
	for queue := []int{from}; len(queue) > 0; queue = queue[1:] {
		k := queue[0]
		for _, w := range ways[k] {
			if d := far[k] + w.cost; far[w.point] == None || d < far[w.point] {
				far[w.point] = d
				queue = append(queue, int(w.point))
			}
		}
	}
	return far
}

// plain draws points and candidates evenly on a square of 30 km: harder than any
// city, for many choices are as good.
func plain(n, m int, seed uint64) Problem {
	r := rand.New(rand.NewPCG(seed, 1))
	return scatter(n, m, r, func() (x, y float64) { return r.Float64() * 30000, r.Float64() * 30000 })
}

// hexagons reads the hexagons of Porto Alegre with their people; every sixth is a
// candidate. Travel is as the crow flies with a detour of 1.3, at 8 m/s.
func hexagons(t testing.TB) Problem {
	f, err := os.Open(filepath.Join(published, "osm", "poa_hexgrid.csv"))
	if err != nil {
		t.Skipf("the hexagons are not here: %v", err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var at []orb.Point
	p := Problem{}
	for _, r := range rows[1:] {
		lon, errLon := strconv.ParseFloat(r[1], 64)
		lat, errLat := strconv.ParseFloat(r[2], 64)
		people, errPeople := strconv.ParseInt(r[3], 10, 64)
		if err := errors.Join(errLon, errLat, errPeople); err != nil {
			t.Fatal(err)
		}
		at, p.Weight = append(at, orb.Point{lon, lat}), append(p.Weight, people)
	}
	for j := 0; j < len(at); j += 6 {
		row := make([]int32, len(at))
		for i := range at {
			row[i] = int32(1.3 * geo.DistanceHaversine(at[j], at[i]) / 8)
		}
		p.Travel = append(p.Travel, row)
	}
	return p
}
