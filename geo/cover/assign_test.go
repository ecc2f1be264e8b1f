package cover

import (
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// problem is a small question of who gives to whom.
type problem struct {
	wants []Want
	room  []int
	price [][]int64 // negative: it may not be
}

func (q *problem) ask() (Allotment, error) {
	return Allot(q.wants, q.room, func(i, j int) (int64, bool) { return max(0, q.price[i][j]), q.price[i][j] >= 0 })
}

// least tries everything.
func (q *problem) least(i, left int, room []int) int64 {
	if i == len(q.wants) {
		return 0
	}
	if left == 0 {
		if i+1 == len(q.wants) {
			return 0
		}
		return q.least(i+1, q.wants[i+1].Quantity, room)
	}
	best := q.wants[i].Unmet + q.least(i, left-1, room)
	for j := range room {
		if room[j] > 0 && q.price[i][j] >= 0 {
			room[j]--
			best = min(best, q.price[i][j]+q.least(i, left-1, room))
			room[j]++
		}
	}
	return best
}

func anyProblem(t *rapid.T, wants, suppliers, most int) *problem {
	q := &problem{}
	for range rapid.IntRange(1, wants).Draw(t, "wants") {
		q.wants = append(q.wants, Want{rapid.IntRange(0, most).Draw(t, "quantity"), rapid.Int64Range(0, 60).Draw(t, "unmet")})
	}
	for range rapid.IntRange(0, suppliers).Draw(t, "suppliers") {
		q.room = append(q.room, rapid.IntRange(0, most).Draw(t, "room"))
	}
	for range q.wants {
		row := make([]int64, len(q.room))
		for j := range row {
			row[j] = rapid.Int64Range(-8, 40).Draw(t, "price")
		}
		q.price = append(q.price, row)
	}
	return q
}

// TestNobodySharesOutCheaper: the optimum is that of trying everything; nobody
// gives more than he has, nor where it may not be, and the sums are right.
func TestNobodySharesOutCheaper(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := anyProblem(t, 4, 4, 2)
		got, err := q.ask()
		if err != nil {
			t.Fatal(err)
		}
		given, cost := make([]int, len(q.room)), int64(0)
		for i, w := range q.wants {
			n := got.Missing[i]
			cost += int64(n) * w.Unmet
			for _, part := range got.Given[i] {
				if q.price[i][part.From] < 0 || part.N <= 0 {
					t.Fatalf("want %d gets %+v", i, part)
				}
				n, given[part.From], cost = n+part.N, given[part.From]+part.N, cost+int64(part.N)*q.price[i][part.From]
			}
			if n != w.Quantity {
				t.Fatalf("want %d: %d of %d", i, n, w.Quantity)
			}
		}
		for j, n := range given {
			if n > q.room[j] {
				t.Fatalf("supplier %d gives %d of %d", j, n, q.room[j])
			}
		}
		if least := q.least(0, q.wants[0].Quantity, slices.Clone(q.room)); cost != got.Cost || cost != least {
			t.Fatalf("costs %d, says %d, least is %d", cost, got.Cost, least)
		}
		if again, _ := q.ask(); !slices.EqualFunc(got.Given, again.Given, slices.Equal) {
			t.Fatalf("%v, then %v", got.Given, again.Given)
		}
	})
}

func TestAllotRefusesWhatItCannotCount(t *testing.T) {
	free := func(int, int) (int64, bool) { return -1, true }
	if _, err := Allot([]Want{{1, 1}}, []int{1}, free); !errors.Is(err, ErrPrice) {
		t.Errorf("a price below zero: %v", err)
	}
	if _, err := Allot([]Want{{1, -1}}, nil, free); !errors.Is(err, ErrPrice) {
		t.Errorf("unmet below zero: %v", err)
	}
	if _, err := Allot(make([]Want, 5000), make([]int, 5000), free); !errors.Is(err, ErrPairs) {
		t.Errorf("25 million pairs: %v", err)
	}
}
