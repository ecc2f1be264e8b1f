package study

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"onemap/dispatch"
)

func tents(quantity int, expires *dispatch.Date) *dispatch.Depot {
	return &dispatch.Depot{Level: "county", Stock: []dispatch.Stock{{Item: "1010101", Name: "帐篷", Unit: "顶", Quantity: quantity, Expires: expires}}}
}

func supplied(t testing.TB) *hamlet {
	h := newHamlet(t)
	h.live("A", 100)
	h.live("C", 200)
	h.live("F", 50)
	h.at(dispatch.Depots, "A", tents(10, nil))
	h.at(dispatch.Depots, "E", tents(15, nil))
	return h
}

func TestStockIsGivenOutWithinTheHours(t *testing.T) {
	h := supplied(t)
	asked := Params{Item: "1010101", PerThousand: 100, Hours: 1}
	got := h.run("depot_readiness", asked)
	wants(t, got, map[string]any{"townships_share": 1.0, "need": 35.0, "given": 25.0, "missing": 10.0, "covered_share": 25.0 / 35, "stock": 25.0})
	if diff := cmp.Diff([]int64{10, 25}, []int64{sumAny(cellsOf(t, got, "shortfalls", "missing")), sumAny(cellsOf(t, got, "depots", "given"))}); diff != "" {
		t.Error(diff)
	}
	asked.Hours = 0.5 // only loading: whoever lives beside a depot
	short := h.run("depot_readiness", asked)
	wants(t, short, map[string]any{"townships_share": 1.0 / 3, "people_share": 100.0 / 350, "given": 10.0})
	if diff := cmp.Diff([]any{"时限内无库可达", "时限内无库可达"}, cellsOf(t, short, "shortfalls", "reason")); diff != "" {
		t.Error(diff)
	}
}

func sumAny(all []any) (sum int64) {
	for _, v := range all {
		sum += v.(int64)
	}
	return sum
}

func TestWhatADepotCannotSendDoesNotCount(t *testing.T) {
	h := supplied(t)
	old := &dispatch.Date{Time: noon.Add(-48 * time.Hour)}
	h.at(dispatch.Depots, "F", tents(1000, old))
	h.live("X", 40)
	asked := Params{Item: "1010101", PerThousand: 100, Hours: 1}
	got := h.run("depot_readiness", asked)
	wants(t, got, map[string]any{"need": 39.0, "given": 25.0, "townships_share": 0.75})
	reasons := cellsOf(t, got, "shortfalls", "reason")
	if !left(got, "1\u2009000 have passed") || reasons[0] != "库存不足" || reasons[len(reasons)-1] != "无路可达" { // the island lacks least
		t.Errorf("left out %v, reasons %v", got.LeftOut, reasons)
	}
	if free := h.run("depot_readiness", Params{Hours: 1}); !left(free, "only who is reached") {
		t.Errorf("left out %v", free.LeftOut)
	}
	h.at(dispatch.Depots, "C", tents(14, nil))
	wants(t, h.run("depot_readiness", asked), map[string]any{"given": 35.0, "missing": 4.0})
}

func engine(mobilise int) *dispatch.Unit {
	return &dispatch.Unit{Kind: "engine", Duty: "available_base", MobiliseMin: mobilise}
}

func TestTheSlowestHazardComesFirst(t *testing.T) {
	h := newHamlet(t)
	h.live("A", 100)
	h.live("B", 30) // 400 m from A
	h.live("F", 7)
	h.at(dispatch.Units, "A", engine(1))
	h.at(dispatch.Units, "B", engine(2))
	h.at(dispatch.Units, "C", engine(3))
	h.at(dispatch.Hazards, "A", &dispatch.Hazard{Kind: "hazmat", State: "operating", Level: 1})
	h.at(dispatch.Hazards, "F", &dispatch.Hazard{Kind: "hazmat", State: "operating", Level: 2})
	h.shelter("A", 10)
	got := h.run("hazard_response", Params{LimitsS: []float64{60, 1800}})
	wants(t, got, map[string]any{"hazards": 2.0, "first_60": 0.5, "third_60": 0.0, "third_1800": 1.0, "never": 0.0, "people_near": 137.0})
	if diff := cmp.Diff([]any{"hazard-F", "hazard-A"}, cellsOf(t, got, "hazards", "code")); diff != "" {
		t.Error(diff)
	}
	if first := cellsOf(t, got, "hazards", "first"); first[1] != 60.0 || cellsOf(t, got, "hazards", "at_risk")[0] != nil {
		t.Errorf("first %v", first)
	}
	h.shut("EF")
	cut := h.run("hazard_response", Params{})
	wants(t, cut, map[string]any{"never": 1.0, "first_1800": 0.5})
	if first := cellsOf(t, cut, "hazards", "first"); first[0] != nil || len(cut.Closures) != 1 {
		t.Errorf("first %v, closures %v", first, cut.Closures)
	}
}

func TestWithoutUnitsOrHazardsNothingIsClaimed(t *testing.T) {
	h := newHamlet(t)
	h.live("A", 100)
	empty := h.run("hazard_response", Params{})
	if wants(t, empty, map[string]any{"first_900": nil, "hazards": 0.0}); !left(empty, "no hazard") || !left(empty, "no unit") {
		t.Errorf("left out %v", empty.LeftOut)
	}
	h.at(dispatch.Hazards, "A", &dispatch.Hazard{Kind: "mine", State: "operating", Level: 1})
	h.at(dispatch.Units, "A", &dispatch.Unit{Kind: "engine", Duty: "off_duty"})
	h.at(dispatch.Units, "A", &dispatch.Unit{Kind: "boat", Duty: "available_base"})
	wants(t, h.run("hazard_response", Params{}), map[string]any{"first_900": 0.0, "never": 1.0, "worst_first": nil})
	wants(t, h.run("hazard_response", Params{UnitKinds: []string{"boat"}}), map[string]any{"first_900": 1.0, "third_900": 0.0})
}

func TestOneDepotMoreNeverLowersWhatIsGiven(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		h := supplied(t)
		asked := Params{Item: "1010101", PerThousand: 200, Hours: rapid.Float64Range(0.4, 1).Draw(r, "hours")}
		given := func() float64 {
			for _, f := range h.run("depot_readiness", asked).Figures {
				if f.Code == "given" {
					return *f.Value
				}
			}
			r.Fatal("no figure of what is given")
			return 0
		}
		before := given()
		h.at(dispatch.Depots, rapid.SampledFrom([]string{"B", "C", "F", "Y"}).Draw(r, "where"), tents(rapid.IntRange(0, 60).Draw(r, "stock"), nil))
		if after := given(); after < before {
			r.Fatalf("%v, then %v", before, after)
		}
	})
}
