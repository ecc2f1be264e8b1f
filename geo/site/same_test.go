package site

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// every model, on one problem.
func models(p Problem, room []int64) map[string]func(e Effort) (Answer, error) {
	cost := make([]int64, len(p.Travel))
	for j := range cost {
		cost[j] = int64(3 + room[j]%5)
	}
	return map[string]func(e Effort) (Answer, error){
		"median":        func(e Effort) (Answer, error) { return Median(p, 6, e) },
		"cover":         func(e Effort) (Answer, error) { return MaxCover(p, 6, 480, e) },
		"centre":        func(e Effort) (Answer, error) { return Centre(p, 6, e) },
		"set covering":  func(e Effort) (Answer, error) { return Cover(p, 900, e) },
		"median budget": func(e Effort) (Answer, error) { return MedianBudget(p, cost, 30, e) },
		"cover budget":  func(e Effort) (Answer, error) { return MaxCoverBudget(p, cost, 30, 480, e) },
		"backup":        func(e Effort) (Answer, error) { return BackupCover(p, 6, 480, 600, e) },
		"backed":        func(e Effort) (Answer, error) { a, err := CoverBacked(p, 900, e); return a.Answer, err },
		"median room":   func(e Effort) (Answer, error) { return MedianRoom(p, room, 6, e) },
		"cover room":    func(e Effort) (Answer, error) { return MaxCoverRoom(p, room, 6, 480, e) },
		"median both":   func(e Effort) (Answer, error) { return MedianRoomBudget(p, room, cost, 30, e) },
		"cover both":    func(e Effort) (Answer, error) { return MaxCoverRoomBudget(p, room, cost, 30, 480, e) },
	}
}

func drawn() (Problem, []int64) {
	p := towns(80, 20, 7)
	room := make([]int64, 20)
	for j := range room {
		room[j] = sum(p.Weight)/5 + int64(j)
	}
	return p, room
}

func TestTheSameProblemHasTheSameAnswer(t *testing.T) {
	p, room := drawn()
	twice := models(p, room)
	for name, solve := range models(p, room) {
		one, err := solve(Effort{})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		two, err := twice[name](Effort{})
		if diff := cmp.Diff(one, two); err != nil || diff != "" {
			t.Errorf("%s, asked again (%v): %s", name, err, diff)
		}
	}
}

func TestTheOrderOfCandidatesDoesNotChangeAProvedValue(t *testing.T) {
	p, room := drawn()
	turned, other := Problem{Weight: p.Weight, Travel: slices.Clone(p.Travel)}, slices.Clone(room)
	slices.Reverse(turned.Travel)
	slices.Reverse(other)
	back := models(turned, other)
	for name, solve := range models(p, room) {
		one, err := solve(Effort{})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		two, err := back[name](Effort{})
		if err != nil || !one.Proved || !two.Proved || one.Value != two.Value {
			t.Errorf("%s: %d (bound %d), turned round %d (bound %d): %v", name, one.Value, one.Bound, two.Value, two.Bound, err)
		}
	}
}

func TestAWatchEndsTheSearchAndKeepsWhatWasFound(t *testing.T) {
	p, room := drawn()
	for name, solve := range models(p, room) {
		heard := 0
		a, err := solve(Effort{Watch: func(int64, int64) bool { heard++; return false }})
		switch {
		case err != nil:
			t.Errorf("%s: %v", name, err)
		case heard == 0 || len(a.Sites) == 0:
			t.Errorf("%s: heard %d times, %d sites", name, heard, len(a.Sites))
		case heard > 40: // centre and the two steps of backed ask several problems
			t.Errorf("%s goes on after it was told to stop: %d", name, heard)
		}
	}
}

func TestWhoIsStoppedEndsAtOnce(t *testing.T) {
	p, room := drawn()
	all := models(p, room)
	for name, solve := range all {
		asked := 0
		if _, err := solve(Effort{Stop: func() bool { asked++; return false }}); err != nil || asked < 4 {
			t.Fatalf("%s asked %d times whether to stop: %v", name, asked, err)
		}
		for _, patience := range []int{1, 2, asked / 3, asked / 2, asked - 1} {
			heard := 0
			a, err := solve(Effort{Stop: func() bool { heard++; return heard >= patience }})
			if err != nil || !a.Stopped || heard > patience+20 {
				t.Errorf("%s, stopped at %d of %d: %t, asked %d times (%v)", name, patience, asked, a.Stopped, heard, err)
			}
		}
	}
}

func TestAWatchHearsTheSameSideAsTheAnswer(t *testing.T) {
	p, room := drawn()
	for _, name := range []string{"median", "cover", "backup", "cover room", "median room", "cover budget"} {
		var value, bound int64
		a, err := models(p, room)[name](Effort{Watch: func(v, b int64) bool { value, bound = v, b; return true }})
		if err != nil || value != a.Value || bound != a.Bound {
			t.Errorf("%s: last heard %d, bound %d; the answer is %d, %d (%v)", name, value, bound, a.Value, a.Bound, err)
		}
	}
}

func TestOverlapCountsEverybodyOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t)
		within := rapid.Int32Range(0, 20).Draw(t, "within")
		count, people, err := Overlap(p, p.Fixed, within)
		if err != nil || sum(people) != sum(p.Weight) {
			t.Fatalf("%v of %d (%v)", people, sum(p.Weight), err)
		}
		once, twice := p.reached(p.Fixed, within)
		if sum(people[1:]) != once || len(people) > 2 && sum(people[2:]) != twice {
			t.Fatalf("%v, by hand %d and %d", people, once, twice)
		}
		for i, n := range count {
			if near := p.reach(p.Fixed, i); (n > 0) != (near != None && near <= within) {
				t.Fatalf("point %d has %d sites, the nearest at %d", i, n, near)
			}
		}
	})
}

// slowAccess is the definition, point by point.
func slowAccess(people, room []int64, travel [][]int32, limit int32) []float64 {
	bell := func(t int32) float64 {
		if t == None || t > limit {
			return 0
		}
		return math.Pow(0.01, math.Pow(float64(t)/float64(limit), 2))
	}
	out := make([]float64, len(people))
	for i := range people {
		near := false
		for j := range room {
			asked := 0.0
			for k, w := range people {
				asked += float64(w) * bell(travel[j][k])
			}
			if g := bell(travel[j][i]); g > 0 && asked > 0 {
				out[i] += float64(room[j]) * g / asked
				near = true
			}
		}
		if people[i] == 0 && !near {
			out[i] = math.NaN()
		}
	}
	return out
}

func TestAccessIsWhatItsDefinitionSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		people, room, travel := drawAllocation(t)
		limit := rapid.Int32Range(1, 9).Draw(t, "limit")
		got, err := Access(people, room, travel, limit)
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range slowAccess(people, room, travel, limit) {
			if math.IsNaN(got[i]) != math.IsNaN(want) || math.Abs(got[i]-want) > 1e-9*(1+want) {
				t.Fatalf("point %d: %v, by definition %v", i, got[i], want)
			}
		}
	})
}
