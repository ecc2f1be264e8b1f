package dispatch

import (
	"testing"

	"github.com/paulmach/orb"
)

func TestPeopleFindThingsByWhatTheyType(t *testing.T) {
	depot := entry(Depots, "QHD-D-07", orb.Point{119.5, 40}, &Depot{Level: "city"})
	depot.Name, depot.NameEN = "秦皇岛市应急物资储备库（示例）", "City depot"
	hidden := entry(Teams, "T9", orb.Point{119, 40}, &Team{})
	hidden.Name, hidden.Sensitivity = "秦皇岛军地联合分队", 3
	p := NewPicture(1, "e", []Entity{depot, hidden})
	s := NewSearcher([]Spot{{Kind: "peak", Name: "祖山", Point: orb.Point{119.413, 40.147}}})
	who := Actor{Role: Dispatcher, Area: "130300", Clearance: 1}
	for q, want := range map[string]string{
		"秦皇岛": depot.Name, "qinhuangdao": depot.Name, "qhd": depot.Name, "qhd-d-07": depot.Name, "city de": depot.Name,
		"zushan": "祖山", "zs": "祖山", "119.58, 39.93": "119.58, 39.93", "39.93,119.58": "39.93,119.58",
	} {
		hits := s.Find(p, who, q, 5)
		if len(hits) == 0 || hits[0].Name != want {
			t.Errorf("%q finds %+v, want %s", q, hits, want)
		}
		for _, h := range hits {
			if h.Name == hidden.Name {
				t.Errorf("%q shows what is above the clearance", q)
			}
		}
	}
	if at := s.Find(p, who, "39.93,119.58", 1)[0].Point; at != (orb.Point{119.58, 39.93}) {
		t.Errorf("latitude first was read as %v", at)
	}
}
