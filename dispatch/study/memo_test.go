package study

import (
	"testing"

	"onemap/dispatch"
)

// TestAMemoChangesNoAnswer drags sliders, and lets things happen in between.
func TestAMemoChangesNoAnswer(t *testing.T) {
	h := spaced(t)
	h.shelter("B", 500)
	roads, memo := dispatch.NewRoads(h.town.Now().Graph()), &Memo{}
	look := func() *dispatch.Picture {
		p, err := dispatch.NewPicture(7, "", h.rows).OnRoads(roads, noon)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	p := look()
	own := planner
	own.Area = "130303"
	ask := func(what string, p *dispatch.Picture, a dispatch.Actor, q Params) {
		t.Helper()
		q.Candidates = h.offer("ACEF")
		in := Input{Picture: p, Actor: a, Now: noon, Params: q, Coarse: true}
		bare, err := Run(t.Context(), "siting", in)
		if err != nil {
			t.Fatal(err)
		}
		in.Memo = memo
		for range 2 {
			kept, err := Run(t.Context(), "siting", in)
			if err != nil {
				t.Fatal(err)
			}
			one, err := bare.Encode()
			if err != nil {
				t.Fatal(err)
			}
			two, err := kept.Encode()
			if err != nil || one.SHA256 != two.SHA256 {
				t.Errorf("%s: %s and with a memo %s (%v)", what, one.Bytes, two.Bytes, err)
			}
		}
	}
	ask("at first", p, planner, Params{Model: "mclp", Sites: 1, LimitsS: beside})
	if len(memo.kept) != 3 {
		t.Errorf("%d things kept, want the cells, the way to the shelter and that to the candidates", len(memo.kept))
	}
	ask("more sites", p, planner, Params{Model: "mclp", Sites: 2, LimitsS: beside})
	ask("farther", p, planner, Params{Model: "p_median", Sites: 2, LimitsS: []float64{700}})
	if len(memo.kept) != 3 {
		t.Errorf("%d things kept after the sliders", len(memo.kept))
	}
	ask("by car", p, planner, Params{Model: "mclp", Sites: 2, LimitsS: beside, Mode: "car"})
	ask("as the crow flies", p, planner, Params{Model: "mclp", Sites: 2, DistancesM: []float64{400}})
	ask("with room", p, planner, Params{Model: "mclp", Sites: 2, LimitsS: beside, Capacity: 80})
	ask("of the other county", p, own, Params{Model: "mclp", Sites: 1, LimitsS: beside})
	h.shut("C")
	ask("a street closed", look(), planner, Params{Model: "mclp", Sites: 1, LimitsS: beside})
	h.live("E", 70)
	ask("somebody came", look(), planner, Params{Model: "mclp", Sites: 1, LimitsS: beside})
}

func TestAMemoForgetsWhatNobodyWanted(t *testing.T) {
	m := &Memo{}
	m.keep("a", 1, mostRemembered/2)
	m.keep("b", 2, mostRemembered/2)
	if _, ok := m.find("a"); !ok {
		t.Fatal("a is lost")
	}
	m.keep("c", 3, 1)
	_, a := m.find("a")
	_, b := m.find("b")
	if _, c := m.find("c"); !a || b || !c {
		t.Errorf("a %t, b %t, c %t; want b forgotten", a, b, c)
	}
	if m.keep("d", 4, 2*mostRemembered); len(m.kept) != 1 {
		t.Errorf("%d kept beside one that is too large", len(m.kept)-1)
	}
}
