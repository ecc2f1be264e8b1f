package web

import (
	"fmt"

	"onemap/dispatch"
)

// roadState names the network and the closures an answer was computed on.
func roadState(r *dispatch.Roads) RoadState {
	return RoadState{
		Graph:    fmt.Sprintf("%016x", r.Now.Graph().Version()),
		Closures: int64(r.Now.Version()),
		At:       r.Now.At().UTC(),
	}
}

// closureRefs is never nil: no closures is a list without any.
func closureRefs(refs []dispatch.ClosureRef) []ClosureRef {
	out := make([]ClosureRef, len(refs))
	for i, c := range refs {
		out[i] = ClosureRef{Id: c.ID, Code: c.Code, Name: c.Name}
	}
	return out
}
