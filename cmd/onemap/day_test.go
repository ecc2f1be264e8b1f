package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"onemap/dispatch/bench"
)

// TestABusyHourOfRealCallsBreaksNothing plays an hour of San Francisco's record
// (data.sfgov.org, Fire Department Calls for Service) through the public API,
// in the order of its clock and without waiting for it.
func TestABusyHourOfRealCallsBreaksNothing(t *testing.T) {
	const folder = "../../../shared/testdata/04-dispatch"
	if _, err := os.Stat(folder); err != nil {
		t.Skipf("the recorded calls are not here: %v", err)
	}
	cmd := benchDayCmd{
		Calls:    filepath.Join(folder, "sf-calls-2020-04-14-one-day.csv"),
		Stations: filepath.Join(folder, "sf-fire-stations.geojson"), Hours: "14-15",
	}
	r := serve(t, publicDir(t))
	day := &bench.Day{Target: r.url, User: "admin", Password: r.password, Say: t.Logf}
	if err := cmd.read(day); err != nil {
		t.Fatal(err)
	}
	report, err := day.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range report.Broken {
		t.Error(s)
	}
	sent := 0
	for _, c := range day.Calls {
		sent += len(c.Responses)
	}
	if report.Calls != len(day.Calls) || report.Assignments != sent || sent < 50 || report.Inspected < 2 {
		t.Errorf("%d calls and %d assignments came of %d and %d, looked at %d times", report.Calls, report.Assignments, len(day.Calls), sent, report.Inspected)
	}
	if travel := report.Record["travel"]; travel.N < 30 || travel.P50 < 60 || travel.P50 > 1200 {
		t.Errorf("travel %+v: the record's seconds were not kept", travel)
	}
	if report.Choice.Compared == 0 || report.Choice.Typed.Unit == 0 {
		t.Errorf("no first unit was compared: %+v", report.Choice)
	}
	r.stop()
	r.verify()
}

// TestARecordThatContradictsItselfIsPlayedToItsEnd has a unit sent elsewhere
// while it is still bound, one that never arrives, one without an end, and
// steps out of order.
func TestARecordThatContradictsItselfIsPlayedToItsEnd(t *testing.T) {
	noon := time.Date(2020, 4, 14, 12, 0, 0, 0, time.UTC)
	at := func(minutes int) time.Time { return noon.Add(time.Duration(minutes) * time.Minute) }
	place := orb.Point{-122.42, 37.77}
	r := serve(t, publicDir(t))
	day := &bench.Day{
		Target: r.url, User: "admin", Password: r.password, Say: t.Logf,
		Stations: map[int]orb.Point{1: {-122.40, 37.78}, 2: {-122.45, 37.75}},
		Calls: []*bench.Call{
			{Number: "1", Type: "Structure Fire", Priority: 3, Area: 1, At: place, Received: at(0), Entered: at(1), Responses: []bench.Response{
				{Unit: "E01", Type: "ENGINE", Dispatched: at(2), Left: at(3), Arrived: at(8), Cleared: at(60)},
				{Unit: "E02", Type: "ENGINE", Dispatched: at(2), Left: at(3), Cleared: at(6)},
			}},
			{Number: "2", Type: "Medical Incident", Priority: 2, Area: 2, At: place, Received: at(20), Entered: at(20), Responses: []bench.Response{
				{Unit: "E01", Type: "ENGINE", Dispatched: at(21), Left: at(22), Arrived: at(25), Cleared: at(30)},
				{Unit: "M9", Type: "MEDIC", Dispatched: at(21), Left: at(22), Arrived: at(26), Transport: at(50), Hospital: at(45)},
			}},
		},
	}
	report, err := day.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range report.Broken {
		t.Error(s)
	}
	if len(report.Conflicts) != 1 || report.Superseded != 1 || report.Disordered != 1 || report.Endless != 1 || report.Assignments != 4 {
		t.Errorf("conflicts %v, superseded %d, out of order %d, without end %d, %d assignments",
			report.Conflicts, report.Superseded, report.Disordered, report.Endless, report.Assignments)
	}
	r.stop()
	r.verify()
}
