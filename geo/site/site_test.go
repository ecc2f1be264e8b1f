package site

import (
	"errors"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func drawProblem(t *rapid.T) Problem {
	n, m := rapid.IntRange(1, 8).Draw(t, "points"), rapid.IntRange(1, 7).Draw(t, "candidates")
	p := Problem{}
	for range n {
		p.Weight = append(p.Weight, rapid.Int64Range(0, 9).Draw(t, "people"))
	}
	p.Weight[0]++
	for range m {
		row := make([]int32, n)
		for i := range row {
			row[i] = rapid.Int32Range(-1, 20).Draw(t, "travel")
		}
		p.Travel = append(p.Travel, row)
	}
	for j := range m {
		if rapid.IntRange(0, 5).Draw(t, "fixed") == 0 {
			p.Fixed = append(p.Fixed, j)
		}
	}
	return p
}

// each calls look with every set of candidates that holds the fixed ones.
func (p *Problem) each(look func(sites []int)) {
	for mask := range 1 << len(p.Travel) {
		var sites []int
		held := 0
		for j := range p.Travel {
			if mask>>j&1 == 1 {
				sites = append(sites, j)
				if slices.Contains(p.Fixed, j) {
					held++
				}
			}
		}
		if len(sites) > 0 && held == len(p.Fixed) {
			look(sites)
		}
	}
}

// reach is the shortest way from some sites to a point, None when there is none.
func (p *Problem) reach(sites []int, i int) int32 {
	best := None
	for _, j := range sites {
		if t := p.Travel[j][i]; t != None && (best == None || t < best) {
			best = t
		}
	}
	return best
}

func (p *Problem) covered(sites []int, within int32) (people int64) {
	for i, w := range p.Weight {
		if t := p.reach(sites, i); t != None && t <= within {
			people += w
		}
	}
	return people
}

// all lists every candidate.
func (p *Problem) all() (sites []int) {
	for j := range p.Travel {
		sites = append(sites, j)
	}
	return sites
}

// far is what Median counts of some sites.
func (p *Problem) far(sites []int) (sum int64) {
	for i, w := range p.Weight {
		if p.reach(p.all(), i) == None {
			continue
		}
		d := p.reach(sites, i)
		if d == None {
			d = 2*p.longest() + 1
		}
		sum += w * int64(d)
	}
	return sum
}

func TestSmallProblemsAreSolvedToTheBest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t)
		sites := rapid.IntRange(max(1, len(p.Fixed)), len(p.Travel)).Draw(t, "sites")
		within := rapid.Int32Range(0, 20).Draw(t, "within")
		longest := int32(0)
		for _, row := range p.Travel {
			longest = max(longest, slices.Max(row))
		}
		cover, median, centre, fewest := int64(0), int64(math.MaxInt64), int64(math.MaxInt64), math.MaxInt
		all := make([]int, len(p.Travel))
		for j := range all {
			all[j] = j
		}
		p.each(func(set []int) {
			whole := true
			worst, far := int64(0), int64(0)
			for i, w := range p.Weight {
				if w == 0 || p.reach(all, i) == None {
					continue
				}
				d := p.reach(set, i)
				whole = whole && (d != None && d <= within || p.reach(all, i) > within)
				if d == None {
					d = 2*longest + 1
				}
				worst, far = max(worst, int64(d)), far+w*int64(d)
			}
			if whole {
				fewest = min(fewest, len(set))
			}
			if p.covered(all, within) == p.covered(p.Fixed, within) {
				fewest = len(p.Fixed) // nothing is left to cover
			}
			if len(set) == sites {
				cover, median, centre = max(cover, p.covered(set, within)), min(median, far), min(centre, worst)
			}
		})
		if a, err := MaxCover(p, sites, within, Effort{}); err != nil || a.Value != cover || a.Bound < cover || p.covered(a.Sites, within) != cover {
			t.Fatalf("cover %+v (%v), best %d", a, err, cover)
		}
		if a, err := Median(p, sites, Effort{}); err != nil || a.Value != median || a.Bound > median {
			t.Fatalf("median %+v (%v), best %d", a, err, median)
		}
		if a, err := Cover(p, within, Effort{}); err != nil || a.Value != int64(fewest) || !a.Proved {
			t.Fatalf("covering %+v (%v), fewest %d", a, err, fewest)
		}
		if a, err := Centre(p, sites, Effort{}); centre <= int64(longest) && (err != nil || a.Value != centre || a.Bound > centre) {
			t.Fatalf("centre %+v (%v), best %d", a, err, centre)
		}
	})
}

func TestOneMoreSiteNeverCoversLess(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t)
		within := rapid.Int32Range(0, 20).Draw(t, "within")
		last := int64(-1)
		for sites := max(1, len(p.Fixed)); sites <= len(p.Travel); sites++ {
			a, err := MaxCover(p, sites, within, Effort{})
			if err != nil || a.Value < last {
				t.Fatalf("%d sites cover %d, one fewer %d (%v)", sites, a.Value, last, err)
			}
			last = a.Value
		}
	})
}

func TestAccessSharesOutAllTheRoomThatIsReached(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		people, room, travel := drawAllocation(t)
		limit := rapid.Int32Range(1, 9).Draw(t, "limit")
		got, err := Access(people, room, travel, limit)
		if err != nil {
			t.Fatal(err)
		}
		shared, reached := 0.0, 0.0
		for i, a := range got {
			if people[i] > 0 {
				shared += float64(people[i]) * a
			}
		}
		for j, row := range travel {
			for i, d := range row {
				if people[i] > 0 && d != None && d <= limit {
					reached += float64(room[j])
					break
				}
			}
		}
		if math.Abs(shared-reached) > 1e-9*(1+reached) {
			t.Fatalf("%v places shared out of %v", shared, reached)
		}
	})
}

func TestWhatCannotBeIsRefusedByName(t *testing.T) {
	one := Problem{Weight: []int64{5}, Travel: [][]int32{{3}}}
	for name, c := range map[string]struct {
		p     Problem
		sites int
		want  error
	}{
		"no candidate":   {Problem{Weight: []int64{5}}, 1, ErrNoSite},
		"nobody":         {Problem{Weight: []int64{0}, Travel: [][]int32{{3}}}, 1, ErrNoPoint},
		"too many sites": {one, 2, ErrSites},
		"no site":        {one, 0, ErrSites},
		"ragged":         {Problem{Weight: []int64{5, 1}, Travel: [][]int32{{3}}}, 1, ErrShape},
		"negative":       {Problem{Weight: []int64{-5}, Travel: [][]int32{{3}}}, 1, ErrNegative},
		"fixed twice":    {Problem{Weight: []int64{5}, Travel: [][]int32{{3}}, Fixed: []int{0, 0}}, 1, ErrSites},
		"uncountable":    {Problem{Weight: []int64{1 << 52}, Travel: [][]int32{{1 << 20}}}, 1, ErrTooLarge},
	} {
		if _, err := Median(c.p, c.sites, Effort{}); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// refusal drops the answer of a call.
func refusal[T any](_ T, err error) error { return err }

func TestEachModelRefusesWhatItCannotCount(t *testing.T) {
	one := Problem{Weight: []int64{5}, Travel: [][]int32{{3}}}
	none := Problem{Weight: []int64{5}}
	ways := [][]int32{{3}}
	for name, c := range map[string]struct{ got, want error }{
		"cover below zero":      {refusal(MaxCover(one, 1, -1, Effort{})), ErrThreshold},
		"covering below zero":   {refusal(Cover(one, -1, Effort{})), ErrThreshold},
		"covering of nothing":   {refusal(Cover(none, 1, Effort{})), ErrNoSite},
		"centre of nothing":     {refusal(Centre(none, 1, Effort{})), ErrNoSite},
		"backup below zero":     {refusal(BackupCover(one, 1, -1, 500, Effort{})), ErrThreshold},
		"more than a whole":     {refusal(BackupCover(one, 1, 5, 1001, Effort{})), ErrThreshold},
		"backed below zero":     {refusal(CoverBacked(one, -1, Effort{})), ErrThreshold},
		"no costs":              {refusal(MedianBudget(one, nil, 5, Effort{})), ErrShape},
		"no costs to cover":     {refusal(MaxCoverBudget(one, nil, 5, 5, Effort{})), ErrShape},
		"too many costs":        {refusal(MedianBudget(one, []int64{1, 2}, 5, Effort{})), ErrShape},
		"a cost below zero":     {refusal(MedianBudget(one, []int64{-1}, 5, Effort{})), ErrNegative},
		"no money":              {refusal(MedianBudget(one, []int64{6}, 5, Effort{})), ErrBudget},
		"less than no money":    {refusal(MedianBudget(Problem{one.Weight, one.Travel, []int{0}}, []int64{6}, -1, Effort{})), ErrBudget},
		"uncountable costs":     {refusal(MedianBudget(Problem{one.Weight, [][]int32{{3}, {4}}, nil}, []int64{1 << 53, 1}, 5, Effort{})), ErrTooLarge},
		"no rooms":              {refusal(MedianRoom(one, nil, 1, Effort{})), ErrShape},
		"a room below zero":     {refusal(MaxCoverRoom(one, []int64{-1}, 1, 5, Effort{})), ErrNegative},
		"rooms below zero":      {refusal(MaxCoverRoom(one, []int64{1}, 1, -5, Effort{})), ErrThreshold},
		"uncountable rooms":     {refusal(MedianRoom(one, []int64{1<<53 + 1}, 1, Effort{})), ErrTooLarge},
		"allocate to no room":   {refusal(Allocate(one.Weight, nil, ways)), ErrShape},
		"allocate to less":      {refusal(Allocate(one.Weight, []int64{-1}, ways)), ErrNegative},
		"allocate nobody":       {refusal(Allocate([]int64{0}, []int64{1}, ways)), ErrNoPoint},
		"allocate without end":  {refusal(Allocate(one.Weight, []int64{math.MaxInt64}, ways)), ErrTooLarge},
		"access within nothing": {refusal(Access(one.Weight, []int64{1}, ways, 0)), ErrThreshold},
		"access to no room":     {refusal(Access(one.Weight, nil, ways, 5)), ErrShape},
	} {
		if !errors.Is(c.got, c.want) {
			t.Errorf("%s: %v, want %v", name, c.got, c.want)
		}
	}
	if _, _, err := Overlap(one, []int{1}, 5); !errors.Is(err, ErrSites) {
		t.Errorf("overlap of a site that is none: %v", err)
	}
	if _, _, err := Overlap(one, nil, -1); !errors.Is(err, ErrThreshold) {
		t.Errorf("overlap below zero: %v", err)
	}
}

func TestWhereNobodyCanBeServedEveryModelSaysSo(t *testing.T) {
	p := Problem{Weight: []int64{5, 7}, Travel: [][]int32{{None, None}, {None, None}}}
	room, cost := []int64{3, 3}, []int64{1, 1}
	for name, solve := range map[string]func() (Answer, error){
		"median":        func() (Answer, error) { return Median(p, 1, Effort{}) },
		"cover":         func() (Answer, error) { return MaxCover(p, 1, 5, Effort{}) },
		"centre":        func() (Answer, error) { return Centre(p, 1, Effort{}) },
		"set covering":  func() (Answer, error) { return Cover(p, 5, Effort{}) },
		"median budget": func() (Answer, error) { return MedianBudget(p, cost, 1, Effort{}) },
		"cover budget":  func() (Answer, error) { return MaxCoverBudget(p, cost, 1, 5, Effort{}) },
		"backup":        func() (Answer, error) { return BackupCover(p, 1, 5, 500, Effort{}) },
		"backed":        func() (Answer, error) { a, err := CoverBacked(p, 5, Effort{}); return a.Answer, err },
		"median room":   func() (Answer, error) { return MedianRoom(p, room, 1, Effort{}) },
		"cover room":    func() (Answer, error) { return MaxCoverRoom(p, room, 1, 5, Effort{}) },
	} {
		if a, err := solve(); err != nil || a.Value != 0 || !a.Proved || !slices.Equal(a.Out, []int{0, 1}) {
			t.Errorf("%s: %+v (%v)", name, a, err)
		}
	}
	a, err := Allocate(p.Weight, room, p.Travel)
	if err != nil || a.CutOff != 12 || a.NoRoom != 0 || len(a.Moves) != 0 {
		t.Errorf("%+v (%v)", a, err)
	}
}

func TestRoomForFewerThanCome(t *testing.T) {
	p := Problem{Weight: []int64{5, 7}, Travel: [][]int32{{3, 4}, {6, None}}}
	a, err := MaxCoverRoom(p, []int64{4, 2}, 2, 10, Effort{})
	if err != nil || a.Value != 6 || !a.Proved {
		t.Errorf("%+v (%v), there is room for 6 of 12", a, err)
	}
	m, err := MedianRoom(p, []int64{0, 0}, 1, Effort{})
	if err != nil || m.Value != 12*13 || !m.Proved {
		t.Errorf("%+v (%v), nobody finds room", m, err)
	}
	all, err := Allocate(p.Weight, []int64{4, 2}, p.Travel)
	if err != nil || all.NoRoom != 6 || all.CutOff != 0 || all.Cost != 3*3+4+2*6 {
		t.Errorf("%+v (%v)", all, err)
	}
}

func TestAnIslandIsListedAndNeverDropped(t *testing.T) {
	p := Problem{Weight: []int64{5, 7}, Travel: [][]int32{{3, None}, {9, None}}}
	a, err := Cover(p, 5, Effort{})
	if err != nil || !slices.Equal(a.Out, []int{1}) || !slices.Equal(a.Sites, []int{0}) {
		t.Errorf("%+v (%v)", a, err)
	}
	m, err := Median(p, 1, Effort{})
	if err != nil || !slices.Equal(m.Out, []int{1}) || m.Value != 15 {
		t.Errorf("%+v (%v)", m, err)
	}
}
