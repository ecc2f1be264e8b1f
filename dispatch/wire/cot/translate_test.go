package cot

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"onemap/dispatch"
	"onemap/geo"
)

func TestMeaningsOfCapturedEvents(t *testing.T) {
	want := map[string]Meaning{"a-f-G": Position, "a-f-G-U-C": Position, "a-f-G-U-C-I": Position, "a-f-G-E-V-C": Position, "a-u-G": Marker, "b-t-f": Chat, "b-f-t-r": Other, "b-f-t-a": Other, "a": Other}
	rows, events := captured(t)
	for n, row := range rows {
		if got := mustDecode(t, string(events[n])).Means(); got != want[row[3]] {
			t.Errorf("%s means %d, want %d", row[0], got, want[row[3]])
		}
	}
}

func TestAPositionBecomesAFix(t *testing.T) {
	f, err := mustDecode(t, self).Fix()
	if err != nil {
		t.Fatal(err)
	}
	if f.Point != (orb.Point{119.6, 39.935}) || !f.DeviceAt.Equal(time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)) || f.SOS || f.Doubtful {
		t.Errorf("%+v", f)
	}
	if f.Heading == nil || *f.Heading != geo.Bearing(90.5) || f.SpeedMPS == nil || *f.SpeedMPS != 3.5 || f.AccuracyM == nil || *f.AccuracyM != 9.9 {
		t.Errorf("heading %v, speed %v, accuracy %v", f.Heading, f.SpeedMPS, f.AccuracyM)
	}
	bare := strings.NewReplacer(`ce="9.9"`, `ce="9999999"`, `course="90.5"`, `course="-90"`, `speed="3.5"`, `speed="NaN"`, "m-g", "h-e").Replace(self)
	if f, err = mustDecode(t, bare).Fix(); err != nil || f.AccuracyM != nil || f.SpeedMPS != nil || *f.Heading != 270 || !f.Doubtful {
		t.Errorf("unknown is not zero, and what a person set is doubtful: %+v, %v", f, err)
	}
	island := strings.NewReplacer(`lat="39.935"`, `lat="0.0"`, `lon="119.6"`, `lon="0.0"`).Replace(self)
	if _, err = mustDecode(t, island).Fix(); !errors.Is(err, ErrNoPosition) {
		t.Errorf("the null island: %v", err)
	}
}

const cry = `<event version="2.0" uid="ANDROID-1-9-1-1" type="b-a-o-tbl" how="m-g" time="2026-11-23T00:00:00Z" start="2026-11-23T00:00:00Z" stale="2026-11-23T00:10:00Z"><point lat="0" lon="0" hae="0" ce="9999999" le="9999999"/><detail><link uid="ANDROID-1" type="a-f-G-U-C" relation="p-p"/><emergency type="911 Alert">海港01</emergency></detail></event>`

func TestACryForHelp(t *testing.T) {
	e := mustDecode(t, cry)
	f, err := e.Fix()
	if err != nil || !f.SOS || e.Means() != Distress || e.Sender() != "ANDROID-1" {
		t.Errorf("a cry without a place is one all the same: %+v, %v, from %s", f, err, e.Sender())
	}
	alone := strings.Replace(cry, `<link uid="ANDROID-1" type="a-f-G-U-C" relation="p-p"/>`, "", 1)
	if got := mustDecode(t, alone).Sender(); got != "ANDROID-1" {
		t.Errorf("from %s", got)
	}
	for _, over := range []string{strings.Replace(cry, "b-a-o-tbl", "b-a-o-can", 1), strings.Replace(cry, `type="911 Alert"`, `cancel="true"`, 1)} {
		if got := mustDecode(t, over).Means(); got != DistressOver {
			t.Errorf("%s means %d", over, got)
		}
	}
	there(t, e)
}

var now = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)

func TestWhatIsShownLivesLongEnough(t *testing.T) {
	id := dispatch.ID{1}
	unit := &dispatch.Entry{Ledger: dispatch.Units, ID: id, Head: dispatch.Head{Name: "海港一中队泵浦车"}, Detail: &dispatch.Unit{CallSign: "海港01", Kind: "engine"}}
	heading, speed := geo.Bearing(90), 5.0
	fix := dispatch.Fix{Unit: id, Point: orb.Point{119.6, 39.93}, DeviceAt: now.Add(-9 * time.Minute), Heading: &heading, SpeedMPS: &speed}
	v := View{Now: now, Interval: 30 * time.Second, Exercise: "2026-防汛"}
	e, ok := v.Unit(unit, fix)
	if !ok || e.UID != "onemap-unit-"+id.String() || e.Type != "a-f-G-E-V-C" || e.CallSign() != "海港01" || e.Opex != "e-2026-防汛" || !e.Time.Equal(fix.DeviceAt) || e.CE != Unknown {
		t.Errorf("%+v", e)
	}
	if e.Stale.Sub(e.Start) < 3*v.Interval || e.Of("") || !e.Of("x") {
		t.Errorf("stale at %v, real %t", e.Stale, e.Of(""))
	}
	there(t, e)
	fix.DeviceAt = now.Add(-dispatch.FixLimit)
	if _, ok := v.Unit(unit, fix); ok {
		t.Error("what is stale was shown as live")
	}
	if _, ok := v.Unit(unit, dispatch.Fix{}); ok {
		t.Error("a unit that was never heard was shown")
	}
	v = View{Now: now, Interval: time.Hour}
	in := &dispatch.Incident{ID: id, Number: "1", State: dispatch.Responding, Known: dispatch.Known{Kind: "flood", Title: "内涝", Priority: 1, CallerName: "王某", CallerPhone: "13900000000"}, Geometry: orb.LineString{{119, 39}, {120, 40}}}
	if e, ok = v.Incident(in); !ok || e.Stale.Sub(now) < 3*time.Hour || e.Opex != "o" || e.Point != (orb.Point{119.5, 39.5}) {
		t.Errorf("%+v", e)
	}
	if out := string(e.Encode()); strings.Contains(out, "王某") || strings.Contains(out, "139") {
		t.Errorf("the caller left the house: %s", out)
	}
	there(t, e)
	in.State = dispatch.Closed
	if _, ok = v.Incident(in); ok {
		t.Error("a closed incident was shown")
	}
	hazard := &dispatch.Entry{Ledger: dispatch.Hazards, ID: id, Head: dispatch.Head{Name: "尾矿库"}, Detail: &dispatch.Hazard{Kind: "tailings_pond", Level: 1, State: "operating"}, Geometry: orb.Point{119.4, 40.1}}
	if e, ok = v.Hazard(hazard); !ok || e.Type != "a-n-G-I" || e.CallSign() != "尾矿库" {
		t.Errorf("%+v", e)
	}
	there(t, e)
	there(t, Gone(e.UID, now))
}

func TestACrewSeesWhatItsActorSees(t *testing.T) {
	unit := func(n byte, division string, sensitivity int) *dispatch.Entry {
		return &dispatch.Entry{Ledger: dispatch.Units, ID: dispatch.ID{n}, Head: dispatch.Head{Code: string('a' + rune(n)), Division: division, Sensitivity: sensitivity}, Detail: &dispatch.Unit{Kind: "engine"}, Geometry: orb.Point{119.6, 39.9}}
	}
	incident := func(n byte, division string) *dispatch.Incident {
		return &dispatch.Incident{ID: dispatch.ID{n}, Number: string('a' + rune(n)), State: dispatch.Responding, Known: dispatch.Known{Division: division}, Geometry: orb.Point{119.6, 39.9}}
	}
	hazard := &dispatch.Entry{Ledger: dispatch.Hazards, ID: dispatch.ID{20}, Head: dispatch.Head{Division: "130302", Sensitivity: 3}, Detail: &dispatch.Hazard{State: "operating"}, Geometry: orb.Point{119.6, 39.9}}
	p := dispatch.NewPicture(1, "e", []dispatch.Entity{unit(1, "130302", 0), unit(2, "130302", 0), unit(3, "130302", 3), unit(4, "130321", 0), unit(5, "130302", 0), incident(10, "130302"), incident(11, "130321"), hazard})
	own := dispatch.ID{1}
	crew := dispatch.Actor{Role: dispatch.IncidentCommander, Area: "130302", Clearance: 1, Unit: &own}
	heard := func(id dispatch.ID) (dispatch.Fix, bool) {
		return dispatch.Fix{Unit: id, Point: orb.Point{119.6, 39.9}, DeviceAt: now}, id != dispatch.ID{5}
	}
	var got []string
	for _, e := range (View{Now: now}).Picture(p, crew, heard) {
		got = append(got, e.UID)
	}
	want := Shown("incident", dispatch.ID{10}) + " " + Shown("unit", dispatch.ID{2})
	if strings.Join(got, " ") != want {
		t.Errorf("shown %q, want %s: not the crew's own unit, nor other counties, nor the restricted, nor the unheard", got, want)
	}
}
