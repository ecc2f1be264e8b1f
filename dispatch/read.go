package dispatch

import "time"

// Read says that somebody read restricted fields of a thing (敏感字段查阅). ID is
// its number, 0 while it is not kept.
type Read struct {
	ID        int64
	At        time.Time
	Actor     ID
	ActorName string
	Operation string
	Kind      string
	Subject   ID
	Fields    []string
}

// RestrictedFrom is the sensitivity from which reading an entry is recorded.
const RestrictedFrom = 2

// Restricted names the restricted fields of an entry, which nobody is shown masked;
// nil when there are none.
func (e *Entry) Restricted() (fields []string) {
	if e.Sensitivity >= RestrictedFrom {
		fields = append(fields, "entry")
	}
	if u, ok := e.Detail.(*Unit); ok && u.Terminal != nil {
		fields = append(fields, "terminal")
	}
	return fields
}

// Restricted names the restricted fields of an incident as an actor is shown it.
func (in *Incident) Restricted(a Actor) (fields []string) {
	if a.MasksIncident(in) {
		return nil
	}
	if in.CallerName != "" {
		fields = append(fields, "caller_name")
	}
	if in.CallerPhone != "" {
		fields = append(fields, "caller_phone")
	}
	return fields
}
