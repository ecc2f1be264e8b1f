package site

import (
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// perMetre is how finely the San Francisco distances are taken.
const perMetre = 10_000

// sanFrancisco reads 205 census tracts and 16 stores with network distances.
func sanFrancisco(t *testing.T) Problem {
	f, err := os.Open(filepath.Join(published, "siting-sf", "SF_network_distance_candidateStore_16_censusTract_205_new.csv"))
	if err != nil {
		t.Skipf("the San Francisco set is not here: %v", err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	p := Problem{}
	stores, tracts := map[string]int{}, map[string]int{}
	for _, r := range rows[1:] {
		if _, ok := stores[r[1]]; !ok {
			stores[r[1]] = len(stores)
			p.Travel = append(p.Travel, make([]int32, 205))
		}
		if _, ok := tracts[r[2]]; !ok {
			tracts[r[2]] = len(tracts)
			people, err := strconv.ParseInt(r[3], 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			p.Weight = append(p.Weight, people)
		}
		metres, err := strconv.ParseFloat(r[0], 64)
		if err != nil {
			t.Fatal(err)
		}
		p.Travel[stores[r[1]]][tracts[r[2]]] = int32(math.Round(metres * perMetre))
	}
	return p
}

// The published values are spopt's for this set, found with GLPK.
func TestSanFranciscoIsSitedAsPublished(t *testing.T) {
	p := sanFrancisco(t)
	cover, err := Cover(p, 5000*perMetre, Effort{})
	if err != nil || cover.Value != 8 || !cover.Proved {
		t.Errorf("set covering within 5 km: %d sites, proved %t (%v); published 8", cover.Value, cover.Proved, err)
	}
	most, err := MaxCover(p, 4, 5000*perMetre, Effort{})
	if err != nil || most.Value != 875_247 || !most.Proved {
		t.Errorf("maximal covering: %d people, bound %d (%v); published 875,247", most.Value, most.Bound, err)
	}
	median, err := Median(p, 4, Effort{})
	if got := float64(median.Value) / perMetre; err != nil || math.Abs(got-2_848_268_129.7145) > 100 || !median.Proved {
		t.Errorf("median: %.1f person-metres, proved %t (%v); published 2,848,268,129.7", got, median.Proved, err)
	}
	centre, err := Centre(p, 4, Effort{})
	if got := float64(centre.Value) / perMetre; err != nil || math.Abs(got-7403.06) > 0.01 || !centre.Proved {
		t.Errorf("centre: %.2f m, bound %d (%v); published 7,403.06", got, centre.Bound, err)
	}
}
