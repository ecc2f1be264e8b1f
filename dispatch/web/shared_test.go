package web_test

import "testing"

// TestSharedFrameShowsNobodyMoreThanHisOwn: what is encoded once for many still
// differs by role and by what each had before.
func TestSharedFrameShowsNobodyMoreThanHisOwn(t *testing.T) {
	w := newWorld(t)
	first := w.dial("dispatcher", `{"type": "hello"}`)
	viewer := w.dial("viewer", `{"type": "hello"}`)
	county := w.dial("qinglong", `{"type": "hello"}`)
	last := first.wantNext("picture").Seq
	viewer.wantNext("picture")
	there := county.wantNext("picture").Seq
	w.reportInHaigang()
	second := w.dial("dispatcher", `{"type": "hello"}`) // has had the first report
	second.wantNext("picture")
	w.reportInHills()
	for _, k := range []wire{first, first, second} {
		e := k.wantNext("event")
		if e.Prev != e.Seq-1 || e.Incident == nil || e.Incident.Properties["caller_phone"] == nil {
			t.Errorf("the desk: event %d after %d, %+v", e.Seq, e.Prev, e.Incident)
		}
	}
	for range 2 {
		if e := viewer.wantNext("event"); e.Incident == nil || e.Incident.Properties["caller_phone"] != nil {
			t.Errorf("the wall is told who called: %+v", e.Incident)
		}
	}
	if e := county.wantNext("event"); e.Prev != there || e.Seq != last+2 {
		t.Errorf("the county heard of %d after %d, want %d after %d", e.Seq, e.Prev, last+2, there)
	}
}
