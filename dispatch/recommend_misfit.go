package dispatch

import "slices"

// reasons lists everything that forbids to send a unit.
func (c *choice) reasons(e *Entry) []Field {
	var why Problems
	u, status := e.Detail.(*Unit), c.p.Status(e)
	if slices.Contains(c.query.Exclude, e.ID) {
		why.Add("exclude", "excluded", "the dispatcher does not want it")
	}
	switch as := c.p.OpenAssignment(e.ID); {
	case as != nil && as.Incident == c.in.ID:
		why.Add("status", "assigned", "is %s for this incident", status)
	case as != nil && c.p.SeesAssignment(c.a, as):
		why.Add("status", "busy", "is %s for %s", status, as.Number)
	case as != nil:
		why.Add("status", "busy", "is %s", status)
	}
	if StatusClass(u.Duty) == "unavailable" {
		why.Add("status", "status", "is %s", u.Duty)
	}
	if u.Crew < u.CrewMinimum {
		why.Add("crew", "unstaffed", "%d of at least %d crew", u.Crew, u.CrewMinimum)
	}
	if !c.fitsAny(u) {
		why.Add("kind", "no_fit", "a %s with %d capabilities meets no requirement", u.Kind, len(u.Capabilities))
	}
	return why
}

// fitsAny reports whether a unit meets some requirement; where units meet none,
// or nothing is required, all of them do.
func (c *choice) fitsAny(u *Unit) bool {
	asked := false
	for _, n := range c.needs {
		if !n.byUnits() {
			continue
		}
		asked = true
		if _, worth := n.tier(u); worth > 0 {
			return true
		}
	}
	return !asked
}
