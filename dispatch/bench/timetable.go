package bench

import (
	"cmp"
	"slices"
	"time"
)

// What happens in a recorded call, in the order in which moments of one
// second are played.
const (
	doReport = iota
	doConfirm
	doFree // available again, before what else happens that second
	doOrder
	doLeave
	doArrive
	doTransport
	doHospital
	doEnd // available again in the very second of its last step
)

// moment is one thing of the record. responses are those it concerns.
type moment struct {
	at        time.Time
	do        int
	call      *Call
	responses []*Response
}

// timetable lists every moment of the calls in order. Units that were sent in
// the same second are one order. A unit without an end is freed when the last
// moment of the record has passed.
func timetable(calls []*Call) []moment {
	var all []moment
	for _, c := range calls {
		all = append(all, moment{c.Received, doReport, c, nil}, moment{c.Entered, doConfirm, c, nil})
		for i := range c.Responses {
			r := &c.Responses[i]
			if i > 0 && c.Responses[i-1].Dispatched.Equal(r.Dispatched) {
				last := slices.IndexFunc(all, func(m moment) bool {
					return m.call == c && m.do == doOrder && m.at.Equal(r.Dispatched)
				})
				all[last].responses = append(all[last].responses, r)
			} else {
				all = append(all, moment{r.Dispatched, doOrder, c, []*Response{r}})
			}
			all = append(all, r.moments(c)...)
		}
	}
	var end time.Time
	for _, m := range all {
		if m.at.After(end) {
			end = m.at
		}
	}
	for i := range all {
		if all[i].at.IsZero() {
			all[i].at = end.Add(time.Second)
		}
	}
	slices.SortStableFunc(all, func(a, b moment) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.do, b.do)) })
	return all
}

// moments are the steps of one response after its order. Its end, when not
// recorded, has the zero time.
func (r *Response) moments(c *Call) []moment {
	one := []*Response{r}
	var list []moment
	last := r.Dispatched
	for _, step := range []struct {
		at time.Time
		do int
	}{{r.Left, doLeave}, {r.Arrived, doArrive}, {r.Transport, doTransport}, {r.Hospital, doHospital}} {
		if step.at.IsZero() {
			continue
		}
		list = append(list, moment{step.at, step.do, c, one})
		if step.at.After(last) {
			last = step.at
		}
	}
	if r.Cleared.After(last) {
		return append(list, moment{r.Cleared, doFree, c, one})
	}
	return append(list, moment{r.Cleared, doEnd, c, one})
}
