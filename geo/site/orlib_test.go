package site

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

const published = "../../../shared/testdata/18-routing-siting"

// numbers reads the whole numbers of a published file, and skips when it is not here.
func numbers(t testing.TB, path string) []int {
	f, err := os.Open(filepath.Join(published, path))
	if err != nil {
		t.Skipf("the published instances are not here: %v", err)
	}
	defer f.Close()
	var all []int
	words := bufio.NewScanner(f)
	words.Split(bufio.ScanWords)
	for words.Scan() {
		n, err := strconv.Atoi(words.Text())
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		all = append(all, n)
	}
	return all
}

// pmed reads an OR-Library p-median instance: shortest ways between all nodes,
// each a client of weight one and a candidate. Of a repeated edge the last counts.
func pmed(t testing.TB, k int) (Problem, int) {
	all := numbers(t, fmt.Sprintf("orlib-pmed/pmed%d.txt", k))
	n, edges, p := all[0], all[1], all[2]
	d := make([][]int32, n)
	for i := range d {
		d[i] = make([]int32, n)
		for j := range d[i] {
			if i != j {
				d[i][j] = 1 << 28
			}
		}
	}
	for e := range edges {
		i, j, c := all[3+3*e]-1, all[4+3*e]-1, int32(all[5+3*e])
		d[i][j], d[j][i] = c, c
	}
	for k := range d {
		for i := range d {
			for j := range d {
				d[i][j] = min(d[i][j], d[i][k]+d[k][j])
			}
		}
	}
	problem := Problem{Weight: make([]int64, n), Travel: d}
	for i := range problem.Weight {
		problem.Weight[i] = 1
	}
	return problem, p
}

// Optima of Beasley (1985), centres of Pullan (2008), as the folder's README gives them.
var pmedMedian = []int64{5819, 4093, 4250, 3034, 1355, 7824, 5631, 4445, 2734, 1255, 7696, 6634, 4374, 2968, 1729, 8162, 6999, 4809, 2845, 1789}

func TestPublishedMediansAreReached(t *testing.T) {
	for k, want := range pmedMedian {
		if (quick || testing.Short()) && k >= 4 {
			break // the larger ones take longer than a short run has
		}
		problem, p := pmed(t, k+1)
		a, err := Median(problem, p, Effort{})
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("pmed%d: %d, bound %d, proved %t", k+1, a.Value, a.Bound, a.Proved)
		if a.Value != want || a.Bound > want || len(a.Sites) != p {
			t.Errorf("pmed%d: %d with bound %d from %d sites, published %d", k+1, a.Value, a.Bound, len(a.Sites), want)
		}
	}
}

var pmedCentre = []int64{127, 98, 93, 74, 48, 84, 64, 55, 37, 20, 59, 51, 36, 26, 18, 47, 39, 28, 18, 13}

func TestPublishedCentresAreReached(t *testing.T) {
	for k, want := range pmedCentre {
		if (quick || testing.Short()) && k >= 4 {
			break
		}
		problem, p := pmed(t, k+1)
		a, err := Centre(problem, p, Effort{})
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("pmed%d: %d, bound %d", k+1, a.Value, a.Bound)
		if a.Value != want || a.Bound > want {
			t.Errorf("pmed%d: %d with bound %d, published %d", k+1, a.Value, a.Bound, want)
		}
	}
}

func TestPublishedCoveringsAreReached(t *testing.T) {
	for name, want := range map[string]int64{"scp41": 429, "scp42": 512, "scp48": 492, "scp51": 253, "scp61": 138, "scpa1": 253} {
		if (quick || testing.Short()) && name != "scp41" {
			continue
		}
		all := numbers(t, "orlib-scp/"+name+".txt")
		rows, columns := all[0], all[1]
		c := &covering{}
		for _, v := range all[2 : 2+columns] {
			c.cost = append(c.cost, int64(v))
		}
		rest := all[2+columns:]
		for range rows {
			var row []int32
			for _, j := range rest[1 : 1+rest[0]] {
				row = append(row, int32(j-1))
			}
			c.rows, rest = append(c.rows, row), rest[1+rest[0]:]
		}
		a := c.solve(Effort{}.orElseCover())
		t.Logf("%s: %d, bound %d, proved %t", name, a.Value, a.Bound, a.Proved)
		if a.Value != want || a.Bound > want {
			t.Errorf("%s: %d with bound %d, published %d", name, a.Value, a.Bound, want)
		}
	}
}
