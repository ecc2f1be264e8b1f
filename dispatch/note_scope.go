package dispatch

// SeesIncident reports whether an incident is in the actor's scope: in that of
// a right, or the actor's own unit was sent there and is bound by it still, or
// was within Remembered. A crew must read what it is sent to, wherever that lies.
// Whoever shows an incident asks here, the stream as well as the API.
func (p *Picture) SeesIncident(a Actor, in *Incident) bool {
	return a.SeesIncident(in) || p.sent(a, in.ID)
}

// sent reports whether the actor is of a crew that was ordered to an incident:
// whoever reads the own assignments only is of the crew of the own unit.
func (p *Picture) sent(a Actor, incident ID) bool {
	return a.any(func(hat Actor) bool {
		if hat.Unit == nil || hat.Role.May("assignment.read") != OwnOnly {
			return false
		}
		if as := p.bound[*hat.Unit]; as != nil && as.Incident == incident {
			return true
		}
		for _, as := range p.Assignments {
			if as.Unit == *hat.Unit && as.Incident == incident {
				return true
			}
		}
		return false
	})
}

// ReadsNotes reports whether an actor reads the notes of an incident: they name
// people, so whoever reads it without people only does not read them.
func (p *Picture) ReadsNotes(a Actor, in *Incident) bool {
	return p.sent(a, in.ID) || a.any(func(hat Actor) bool {
		return hat.Role.May("incident.read") != Redacted && hat.reaches("incident.read", in)
	})
}
