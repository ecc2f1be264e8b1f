package dispatch

import (
	"testing"
	"time"

	"github.com/paulmach/orb"
)

func square(lon, lat, half float64) orb.Polygon {
	return orb.Polygon{{{lon - half, lat - half}, {lon + half, lat - half}, {lon + half, lat + half}, {lon - half, lat + half}, {lon - half, lat - half}}}
}

func entry(l Ledger, code string, g orb.Geometry, d Detail) *Entry {
	return &Entry{Ledger: l, ID: NewID(), Version: 1, Head: Head{Code: code, Name: code, Division: "130302001", SourceDatum: "wgs84"}, Geometry: g, Detail: d}
}

func recorded(seq Seq, e Entry) Event {
	return Event{Seq: seq, Fact: &EntryRecorded{Entry: e}, Version: e.Version + 1, RecordedAt: noon}
}

func TestNextLeavesTheOldPictureAlone(t *testing.T) {
	team, camera := entry(Teams, "T1", orb.Point{119, 40}, &Team{}), entry(Cameras, "C1", orb.Point{119, 40}, &Camera{})
	old := NewPicture(7, "e", []Entity{team, camera})
	changed := *team
	changed.Name = "改名"
	next := old.Next([]Event{recorded(8, changed), {Seq: 9, Fact: &EntryRemoved{Ledger: Teams, ID: team.ID}, RecordedAt: noon}, recorded(10, changed)})
	if old.Entry(Teams, team.ID).Name != "T1" || old.Seq != 7 {
		t.Error("the old picture was edited")
	}
	if got := next.Entry(Teams, team.ID); got == nil || got.Name != "改名" || next.Seq != 10 {
		t.Errorf("next at %d holds %+v", next.Seq, got)
	}
	if next.Shelf(Cameras) != old.Shelf(Cameras) {
		t.Error("a ledger that nothing touched was copied")
	}
}

func TestAPlaceAtSeaBelongsToTheNearestTownship(t *testing.T) {
	p := NewPicture(1, "e", []Entity{
		entry(Divisions, "130302001", square(119.5, 40, .1), &Division{Level: "township"}),
		entry(Divisions, "130303001", square(119.8, 40, .1), &Division{Level: "township"}),
		entry(Divisions, "130300", square(119.6, 40, .5), &Division{Level: "city"}),
	})
	for _, c := range []struct {
		at   orb.Point
		want string
	}{{orb.Point{119.55, 40.05}, "130302001"}, {orb.Point{119.79, 39.8}, "130303001"}, {orb.Point{121.5, 38}, ""}} {
		if got, _ := p.DivisionAt(c.at); got != c.want {
			t.Errorf("%v lies in %q, want %q", c.at, got, c.want)
		}
	}
}

// TestIncidentsThatEndedLongAgoAreLetGo: a server that runs for months holds no
// more than one that has just begun, but who is told of one still finds it.
func TestIncidentsThatEndedLongAgoAreLetGo(t *testing.T) {
	ended := func(before time.Duration) *Incident {
		in, at := standing(Closed), noon.Add(-before)
		in.ClosedAt = &at
		return in
	}
	ancient, told, fresh, open := ended(25*time.Hour), ended(25*time.Hour), ended(23*time.Hour), standing(Responding)
	p := NewPicture(1, "e", []Entity{ancient, told, fresh, open})
	next := p.Next([]Event{{Seq: 2, Version: told.Version + 1, Fact: &IncidentActivated{ID: told.ID}, RecordedAt: noon}})
	if next.Incidents[ancient.ID] != nil || next.Incidents[told.ID] == nil || next.Incidents[fresh.ID] == nil || next.Incidents[open.ID] == nil {
		t.Errorf("%d incidents are left", len(next.Incidents))
	}
	if p.Incidents[ancient.ID] == nil {
		t.Error("the old picture was edited")
	}
}
