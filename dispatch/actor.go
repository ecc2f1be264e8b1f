package dispatch

import "time"

// Actor is who asks: a signed-in person or a machine. It is an argument of
// every command and read, never hidden in a context.
type Actor struct {
	ID        ID
	Name      string
	Role      Role
	Area      string // division code; everything below it is in scope
	Clearance int    // 0 public, 1 internal, 2 restricted, 3 joint-military
	Unit      *ID    // the responder's own unit

	Incident *ID       // of a right lent for one incident: nothing else is in scope
	Until    time.Time // when a right that was lent ends; zero: it is the actor's own
	Lent     []Actor   // the same person's other rights, see hats
}

// Role is one of the ten of the permission matrix.
type Role string

// The roles.
const (
	Admin             Role = "admin"
	DutyOfficer       Role = "duty_officer"
	Dispatcher        Role = "dispatcher"
	IncidentCommander Role = "incident_commander"
	Responder         Role = "responder"
	Planner           Role = "planner"
	GridWorker        Role = "grid_worker" // 网格员
	Viewer            Role = "viewer"
	Partner           Role = "partner"
	Machine           Role = "machine"
)

// Roles in the order of the matrix's columns.
var Roles = []Role{Admin, DutyOfficer, Dispatcher, IncidentCommander, Responder, Planner, GridWorker, Viewer, Partner, Machine}

// Action is one thing that may be allowed; every operation declares one.
type Action string

// Reach says how far an allowed action goes.
type Reach byte

// The reaches a cell of the matrix can have.
const (
	Denied   Reach = '-'
	InArea   Reach = 'A' // all in the own area
	OwnOnly  Reach = 'O' // own records only
	Assigned Reach = 'I' // incidents the subject is assigned to; until assignments are kept, all open ones of the area
	Redacted Reach = 'R' // in the own area, personal fields masked
)

// matrix holds one letter a role, in the order of Roles. What is shared with
// partners ('S' in the design) is nothing yet, hence denied.
var matrix = map[Action]string{
	"session.own":     "AAAAAAAAA-",
	"account.manage":  "A---------",
	"token.manage":    "A---------",
	"audit.read":      "AA--------",
	"layer.read":      "-AAAAAAA--",
	"layer.import":    "-A---A----",
	"ledger.read":     "-AAAAAAR--",
	"ledger.edit":     "-A---A----", // any ledger
	"ledger.operate":  "-AA--A----", // what changes by the hour: units, depots, shelters
	"closure.edit":    "-AAA-A----", // who stands before the landslide may close the road
	"ledger.export":   "-AA--A----",
	"query.run":       "-AAAAAAA--",
	"live.read":       "-AAAAAAA--",
	"position.read":   "-AAIO-O---",
	"position.ingest": "----O-O--A",
	"incident.read":   "-AAIIROR--",
	"incident.create": "-AAAO-O--A",
	"incident.update": "-AAIO-----",
	"incident.close":  "-AAI------",

	"assignment.read":    "-AAIOI----",
	"assignment.order":   "-AAI------",
	"assignment.advance": "-AAIO-----", // beside the crew itself: on its behalf

	"alarm.read":   "-AAIO-----",
	"alarm.raise":  "-AAAO-O--A",
	"alarm.handle": "-AA-------",
	"note.add":     "-AAIO-O---",
	"replay.read":  "-AA--A----",
	"grant.manage": "AA--------",

	"terminal.manage": "A---------",
	"terminal.read":   "AA--------",

	"warning.read":    "-AAAAAAA-A",
	"warning.draft":   "-AAI-A----",
	"warning.publish": "-A--------", // a second person
	"warning.cancel":  "-A--------",
	"warning.receive": "-A-------A",

	"study.read": "-AA--A-A--",
	"study.run":  "-A---A----",
}

// Actions lists every action the matrix knows.
func Actions() map[Action]string { return matrix }

// May reports how far the role's right to an action goes. An action nobody
// declared is denied.
func (r Role) May(a Action) Reach {
	row, ok := matrix[a]
	if !ok {
		return Denied
	}
	for i, role := range Roles {
		if role == r {
			return Reach(row[i])
		}
	}
	return Denied
}

// System is the actor of what the server does by itself: no area bounds it.
var System = Actor{Name: "onemap", Role: DutyOfficer, Clearance: 3}
