package road

import "testing"

// TestOddVehiclesDoNotCrowdOutTheUsual: whoever asks for a thousand sizes of
// vehicle costs a bounded memory, and nobody else a search from the beginning.
func TestOddVehiclesDoNotCrowdOutTheUsual(t *testing.T) {
	t.Parallel()
	g, _ := Build(Source{})
	s := NewNetwork(g).Now()
	lane := func(a Ask) *lane {
		t.Helper()
		l, err := s.lane(a)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	sized := func(height float64) Ask { return Ask{Profile: "truck", Load: &Load{Height: height}} }
	car := lane(Ask{})
	for i := range 1000 {
		lane(sized(1 + float64(i)/1000))
	}
	if n := len(s.lanes); n > mostLanes+2*len(Profiles()) {
		t.Errorf("%d vehicles are remembered", n)
	}
	if lane(Ask{}) != car {
		t.Error("the car is weighed again")
	}
	if last := lane(sized(5)); lane(sized(5)) != last {
		t.Error("a new size is weighed twice")
	}
	if engine := lane(Ask{Profile: "fire_engine"}); lane(Ask{Profile: "fire_engine"}) != engine {
		t.Error("the engine, first met late, is weighed twice")
	}
}
