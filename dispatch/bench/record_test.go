package bench

import (
	"strings"
	"testing"
	"time"
)

const header = `Call Number,Unit ID,Incident Number,Call Type,Received DtTm,Entry DtTm,Dispatch DtTm,Response DtTm,On Scene DtTm,Transport DtTm,Hospital DtTm,Call Final Disposition,Available DtTm,Address,Station Area,Final Priority,Unit Type,Location
`

func TestCallsAreReadOneRowAUnit(t *testing.T) {
	t.Parallel()
	calls, err := ReadCalls(strings.NewReader(header +
		`1,T15,20,Alarms,04/14/2020 11:58:39 PM,04/15/2020 12:01:16 AM,04/15/2020 12:02:16 AM,04/15/2020 12:03:49 AM,,,,Fire,04/15/2020 12:24:06 AM,A ST,15,2,TRUCK,"(37.72, -122.45)"` + "\n" +
		`1,E15,20,Alarms,04/14/2020 11:58:39 PM,04/15/2020 12:01:16 AM,04/15/2020 12:02:16 AM,,04/15/2020 12:04:47 AM,,,Fire,,A ST,15,E,ENGINE,"(37.72, -122.45)"` + "\n" +
		`2,E01,19,Medical Incident,04/14/2020 12:00:01 AM,04/14/2020 12:00:02 AM,04/14/2020 12:00:03 AM,,,,,Other,04/14/2020 12:00:04 AM,B ST,01,1,ENGINE,"(37.78, -122.40)"` + "\n"))
	if err != nil {
		t.Fatal(err)
	}
	if len(calls) != 2 || calls[0].Number != "19" || len(calls[1].Responses) != 2 {
		t.Fatalf("read %+v", calls)
	}
	alarm := calls[1]
	if alarm.At[0] != -122.45 || alarm.At[1] != 37.72 || alarm.Area != 15 || alarm.Priority != 2 || alarm.Entered.Sub(alarm.Received) != 157*time.Second {
		t.Errorf("read %+v", alarm)
	}
	if e := alarm.Responses[0]; e.Unit != "E15" || !e.Left.IsZero() || e.Arrived.IsZero() || !e.Cleared.IsZero() {
		t.Errorf("read %+v", e)
	}
	if got := Between(calls, 0, 23); len(got) != 1 || got[0].Number != "19" {
		t.Errorf("before 23 o'clock: %+v", got)
	}
}

func TestWhatCannotBePlayedIsRefused(t *testing.T) {
	t.Parallel()
	for name, file := range map[string]string{
		"nothing": "", "no column": "Unit ID\nE1\n",
		"no place":   header + `2,E01,19,Alarms,04/14/2020 12:00:01 AM,04/14/2020 12:00:02 AM,04/14/2020 12:00:03 AM,,,,,Other,,B ST,01,1,ENGINE,nowhere` + "\n",
		"no order":   header + `2,E01,19,Alarms,04/14/2020 12:00:01 AM,04/14/2020 12:00:02 AM,,,,,,Other,,B ST,01,1,ENGINE,"(37.78, -122.40)"` + "\n",
		"wrong date": header + `2,E01,19,Alarms,2020-04-14,04/14/2020 12:00:02 AM,04/14/2020 12:00:03 AM,,,,,Other,,B ST,01,1,ENGINE,"(37.78, -122.40)"` + "\n",
	} {
		if calls, err := ReadCalls(strings.NewReader(file)); err == nil {
			t.Errorf("%s: read %+v", name, calls)
		}
	}
}

func TestTheTimetableFreesAUnitBeforeItIsSentAgain(t *testing.T) {
	t.Parallel()
	at := func(s int) time.Time { return time.Unix(int64(s), 0) }
	first := &Call{Number: "1", Received: at(0), Entered: at(1), Responses: []Response{
		{Unit: "E1", Dispatched: at(2), Left: at(3), Cleared: at(9)}, {Unit: "E2", Dispatched: at(2), Cleared: at(2)}, {Unit: "E3", Dispatched: at(4)},
	}}
	second := &Call{Number: "2", Received: at(8), Entered: at(8), Responses: []Response{{Unit: "E1", Dispatched: at(9), Cleared: at(12)}}}
	var said []string
	for _, m := range timetable([]*Call{first, second}) {
		line := m.call.Number + " " + []string{"report", "confirm", "free", "order", "leave", "arrive", "transport", "hospital", "end"}[m.do]
		for _, r := range m.responses {
			line += " " + r.Unit
		}
		said = append(said, line)
	}
	want := "1 report|1 confirm|1 order E1 E2|1 end E2|1 leave E1|1 order E3|2 report|2 confirm|1 free E1|2 order E1|2 free E1|1 end E3"
	if got := strings.Join(said, "|"); got != want {
		t.Errorf("played %s\nwanted %s", got, want)
	}
}

func TestFiguresAreByNearestRank(t *testing.T) {
	t.Parallel()
	var took []time.Duration
	for i := 1000; i > 0; i-- {
		took = append(took, time.Duration(i))
	}
	if got, want := figuresOf(took), (Figures{1000, 500, 900, 990, 999, 1000}); got != want {
		t.Errorf("figures %+v, wanted %+v", got, want)
	}
	if got := figuresOf(nil); got != (Figures{}) {
		t.Errorf("of nothing %+v", got)
	}
	r := LoadReport{Ack: Figures{N: 1, P99: ackTarget}, Others: Figures{N: 1, P99: time.Millisecond}}
	if missed := r.Missed(); len(missed) != 1 {
		t.Errorf("missed %v", missed)
	}
}
