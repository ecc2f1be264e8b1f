package dispatch

import "testing"

func TestEveryRowOfTheMatrixHasALetterForEachRole(t *testing.T) {
	for action, row := range Actions() {
		if len(row) != len(Roles) {
			t.Errorf("%s has %d letters, want %d", action, len(row), len(Roles))
		}
		for i, r := range row {
			switch Reach(r) {
			case Denied, InArea, OwnOnly, Assigned, Redacted:
			default:
				t.Errorf("%s for %s: %q is no reach", action, Roles[i], r)
			}
		}
	}
}

func TestWhatNobodyDeclaredIsDenied(t *testing.T) {
	for _, r := range append(Roles, "", "root") {
		if got := r.May("ledger.burn"); got != Denied {
			t.Errorf("%q may burn a ledger: %q", r, got)
		}
	}
	if got := Role("intruder").May("ledger.read"); got != Denied {
		t.Errorf("an unknown role may read: %q", got)
	}
}

func TestTheAdministratorOfAccountsCannotDispatch(t *testing.T) {
	for _, a := range []Action{"incident.read", "incident.create", "position.read", "ledger.read"} {
		if Admin.May(a) != Denied {
			t.Errorf("admin may %s", a)
		}
	}
}

func TestScopeIsThePrefixOfTheDivision(t *testing.T) {
	for _, c := range []struct {
		area, division string
		clearance, of  int
		want           bool
	}{
		{"130300", "130321211", 1, 1, true},
		{"130300", "130300", 0, 0, true},
		{"130321", "130321211", 1, 0, true},
		{"130321", "130302001", 3, 0, false},
		{"130321211", "130321", 3, 0, false},
		{"130321211", "130321211", 0, 1, false},
		{"130300", "130400", 3, 0, false},
		{"", "130321", 3, 3, true},
	} {
		if got := (Actor{Area: c.area, Clearance: c.clearance}).Sees(c.division, c.of); got != c.want {
			t.Errorf("area %s clearance %d sees %s at %d: %v", c.area, c.clearance, c.division, c.of, got)
		}
	}
}

func TestACommanderKeepsOnlyOpenIncidentsInSight(t *testing.T) {
	commander := Actor{ID: NewID(), Role: IncidentCommander, Area: "130321"}
	in := &Incident{State: Responding, Known: Known{Division: "130321211"}}
	if !commander.SeesIncident(in) {
		t.Error("an open incident of the own area is not seen")
	}
	in.State = Closed
	if commander.SeesIncident(in) {
		t.Error("a closed incident of others is still seen")
	}
	in.State, in.Division = Responding, "130302001"
	if commander.SeesIncident(in) {
		t.Error("an incident of another county is seen")
	}
}
