package dispatch

import (
	"slices"
	"testing"
	"time"
)

// The oracle answers every question of scope a second time, from tables
// written down role by role and with nothing taken from the production code
// but its types: it walks the tree of divisions by hand, and asks each right by
// itself.

// above is the tree of divisions of the oracle's world.
var above = map[string]string{"130302001": "130302", "130302": "130300", "130321101": "130321", "130321": "130300", "130200001": "130200"}

func under(division, area string) bool {
	for at := division; at != ""; at = above[at] {
		if at == area {
			return true
		}
	}
	return false
}

// rights are what a role may do, a letter an action: A all in the area, I open
// incidents of the area, O one's own, R without people.
var rights = map[Role]map[string]string{
	Admin:             {},
	DutyOfficer:       {"entry": "A", "incident": "A", "assignment": "A", "alarm": "A", "note": "A", "update": "A", "close": "A", "order": "A", "advance": "A", "handle": "A"},
	Dispatcher:        {"entry": "A", "incident": "A", "assignment": "A", "alarm": "A", "note": "A", "update": "A", "close": "A", "order": "A", "advance": "A", "handle": "A"},
	IncidentCommander: {"entry": "A", "incident": "I", "assignment": "I", "alarm": "I", "note": "I", "update": "I", "close": "I", "order": "I", "advance": "I"},
	Responder:         {"entry": "A", "incident": "I", "assignment": "O", "alarm": "O", "note": "O", "update": "O", "advance": "O"},
	Planner:           {"entry": "A", "incident": "R", "assignment": "I"},
	GridWorker:        {"entry": "A", "incident": "O", "note": "O"},
	Viewer:            {"entry": "R", "incident": "R"},
	Partner:           {},
	Machine:           {},
}

// situation is one cell of the product.
type situation struct {
	place       string // division of the thing
	sensitivity int
	mine        bool // reported by the person, of the person's unit
	closed      bool // the incident has ended, long enough ago
	grant       string
}

// hand is one right of a person, as the oracle holds it.
type hand struct {
	role     Role
	area     string
	level    int
	incident bool // bound to the incident in question
	nothing  bool // bound to another incident
	own      bool // may be of a crew
}

// hands are the person's rights now.
func (s situation) hands(role Role, clearance int) []hand {
	all := []hand{{role: role, area: "130302", level: clearance, own: true}}
	switch s.grant {
	case "area":
		all = append(all, hand{role: Dispatcher, area: "130321", level: 2})
	case "viewer":
		all = append(all, hand{role: Viewer, area: "130300", level: 0})
	case "incident":
		if !s.closed { // it ended 13 h ago
			all = append(all, hand{role: Dispatcher, level: 1, incident: true})
		}
	case "other incident":
		all = append(all, hand{role: Dispatcher, level: 3, nothing: true})
	}
	return all
}

// sees is what one right reads.
func (s situation) sees(h hand, kind string) bool {
	letter := rights[h.role][kind]
	here := !h.incident && !h.nothing && under(s.place, h.area)
	incident := func() bool {
		switch {
		case h.nothing:
			return false
		case h.incident:
			return true
		}
		switch rights[h.role]["incident"] {
		case "A", "R":
			return here
		case "I":
			return here && (!s.closed || s.mine)
		case "O":
			return s.mine
		}
		return false
	}
	switch kind {
	case "entry":
		return letter != "" && here && s.sensitivity <= h.level
	case "incident":
		return letter != "" && incident() || s.sent(h)
	case "assignment", "alarm":
		switch {
		case letter == "O":
			return h.own && s.mine
		case letter == "" || s.sensitivity > h.level:
			return false
		case letter == "A":
			return here || incident()
		}
		return incident()
	case "note": // of the incident, with people
		return rights[h.role]["incident"] != "R" && rights[h.role]["incident"] != "" && incident() || s.sent(h)
	case "command": // sight of the incident by the right itself
		return incident()
	}
	return false
}

// sent reports whether the person is of the crew that was sent there.
func (s situation) sent(h hand) bool { return h.own && s.mine && h.role == Responder }

// may is the oracle's answer.
func (s situation) may(role Role, clearance int, x string) bool {
	return slices.ContainsFunc(s.hands(role, clearance), func(h hand) bool {
		letter := rights[h.role][x]
		switch x {
		case "entry", "incident", "assignment", "alarm", "note":
			return s.sees(h, x)
		case "update", "close":
			return letter != "" && s.sees(h, "command") && (letter != "O" || s.mine)
		case "order":
			return letter != "" && s.sees(h, "command")
		case "advance":
			return letter != "" && s.sees(h, "assignment")
		case "handle":
			return letter != "" && s.sees(h, "alarm")
		}
		return false
	})
}

// judged is the same world for the production code.
type judged struct {
	p    *Picture
	unit *Entry
	in   *Incident
	as   *Assignment
	al   *Alarm
}

func (s situation) world() (judged, func(Role, int) Actor) {
	w := judged{unit: engine(), in: standing(Responding)}
	w.unit.Division, w.unit.Sensitivity, w.in.Division = s.place, s.sensitivity, s.place
	me, chief := NewID(), &Account{ID: NewID(), Role: DutyOfficer, Area: "130300", Clearance: 3}
	unit := NewID()
	if s.mine {
		w.in.Reporter, unit = me, w.unit.ID
	}
	if s.closed {
		ended := noon.Add(-13 * time.Hour)
		w.in.State, w.in.ClosedAt = Closed, &ended
	}
	w.as = &Assignment{ID: NewID(), Incident: w.in.ID, Unit: w.unit.ID, Division: s.place, State: Released, EndedAt: &noonPast}
	w.al = &Alarm{ID: NewID(), Kind: AlarmLost, State: AlarmNew, Division: s.place, Sensitivity: s.sensitivity, Unit: &w.unit.ID, Incident: &w.in.ID}
	elsewhere := standing(Responding)
	elsewhere.Division = "130321101"
	g := &Grant{ID: NewID(), Account: me, Role: Dispatcher, Area: "130321", Clearance: 2, ValidFrom: noon.Add(-time.Hour), ValidUntil: noon.Add(time.Hour), By: chief.ID}
	switch s.grant {
	case "viewer":
		g.Role, g.Area, g.Clearance = Viewer, "130300", 0
	case "expired":
		g.ValidUntil = noon
	case "to come":
		g.ValidFrom = noon.Add(time.Second)
	case "revoked":
		g.RevokedAt = &noonPast
	case "above its giver":
		chief.Area = "130302"
	case "giver gone":
		chief.Closed = true
	case "incident":
		g.Area, g.Incident, g.Clearance = "", &w.in.ID, 1
	case "other incident":
		g.Area, g.Incident, g.Clearance = "", &elsewhere.ID, 3
	}
	rows := []Entity{w.unit, w.in, w.as, w.al, elsewhere, chief}
	if s.grant != "none" {
		rows = append(rows, g)
	}
	w.p = NewPicture(1, "e", rows)
	return w, func(role Role, clearance int) Actor {
		return w.p.ActorOf(&Account{ID: me, Role: role, Area: "130302", Clearance: clearance, Unit: &unit}, noon)
	}
}

var noonPast = noon.Add(-time.Minute)

// may is the production code's answer.
func (w judged) may(a Actor, x string) bool {
	at := func(action Action) (Actor, bool) {
		a := a.For(action)
		return a, a.May(action) != Denied
	}
	switch x {
	case "entry":
		reader, ok := at("ledger.read")
		return ok && reader.Sees(w.unit.Division, w.unit.Sensitivity)
	case "incident":
		return w.p.SeesIncident(a, w.in)
	case "assignment":
		return w.p.SeesAssignment(a, w.as)
	case "alarm":
		return w.p.SeesAlarm(a, w.al)
	case "note":
		return w.p.SeesIncident(a, w.in) && w.p.ReadsNotes(a, w.in)
	case "update":
		return a.MayChange("incident.update", w.in)
	case "close":
		return a.MayChange("incident.close", w.in)
	case "order":
		desk, ok := at("assignment.order")
		return ok && desk.SeesIncident(w.in)
	case "advance":
		desk, ok := at("assignment.advance")
		return ok && w.p.SeesAssignment(desk, w.as)
	case "handle":
		desk, ok := at("alarm.handle")
		return ok && w.p.SeesAlarm(desk, w.al)
	}
	return false
}

// TestScopeAgreesWithTheOracle asks both about every combination.
func TestScopeAgreesWithTheOracle(t *testing.T) {
	t.Parallel()
	asked := []string{"entry", "incident", "assignment", "alarm", "note", "update", "close", "order", "advance", "handle"}
	cases, yes, begun := 0, 0, time.Now()
	for _, s := range situations() {
		w, actor := s.world()
		for _, role := range Roles {
			for clearance := range 4 {
				a := actor(role, clearance)
				for _, x := range asked {
					want, got := s.may(role, clearance, x), w.may(a, x)
					cases++
					if want {
						yes++
					}
					if got != want {
						t.Fatalf("%s of clearance %d, %s of %+v: %t, the oracle says %t", role, clearance, x, s, got, want)
					}
				}
			}
		}
	}
	t.Logf("%d cases, %d allowed, in %s", cases, yes, time.Since(begun).Round(time.Millisecond))
	if yes < cases/20 || cases < 100_000 {
		t.Errorf("%d of %d allowed: the product is too thin", yes, cases)
	}
}

func situations() (all []situation) {
	for _, place := range []string{"130302", "130302001", "130300", "130321101", "130200001"} {
		for _, sensitivity := range []int{0, 2, 3} {
			for _, grant := range []string{"none", "area", "viewer", "expired", "to come", "revoked", "above its giver", "giver gone", "incident", "other incident"} {
				for mask := range 4 {
					all = append(all, situation{place, sensitivity, mask&1 > 0, mask&2 > 0, grant})
				}
			}
		}
	}
	return all
}

// TestEveryActionOfTheOracleIsInTheMatrix keeps the two tables side by side.
func TestEveryActionOfTheOracleIsInTheMatrix(t *testing.T) {
	named := map[string]Action{"entry": "ledger.read", "incident": "incident.read", "assignment": "assignment.read", "alarm": "alarm.read",
		"update": "incident.update", "close": "incident.close", "order": "assignment.order", "advance": "assignment.advance", "handle": "alarm.handle", "note": "note.add"}
	for role, row := range rights {
		for x, action := range named {
			letter := row[x]
			if letter == "" {
				letter = "-"
			}
			if got := role.May(action); string(got) != letter {
				t.Errorf("%s, %s: %c in the matrix, %s in the oracle", role, action, got, letter)
			}
		}
	}
}
