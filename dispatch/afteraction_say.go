package dispatch

import (
	"strconv"
	"strings"
)

// saying puts events of one incident into words.
type saying struct {
	units   map[ID]string // names by assignment
	reasons bool          // whether free text may be said, which names people
}

// wordsOf is what may stand in a sentence of the label list "event": in braces
// there, by language.
type wordsOf map[string][2]string

// event says one fact in Chinese and in English. One that has no sentence of its
// own is named by its type.
func (s saying) event(f Fact) [2]string {
	code, w := f.Type(), wordsOf{}
	switch f := f.(type) {
	case *IncidentReported:
		w.same("title", f.Title)
	case *IncidentAmended:
		s.why(w, f.Reason)
	case *IncidentAdvanced:
		w["from"] = Words("incident_state", string(f.From))
		w["to"] = Words("incident_state", string(f.To))
		s.why(w, f.Reason)
	case *IncidentClosed:
		w["disposition"] = Words("disposition", f.Disposition)
		s.why(w, f.Reason)
	case *IncidentActivated:
		w.same("n", strconv.Itoa(len(f.Units)))
		s.why(w, f.Note)
	case *AssignmentOrdered:
		w.same("unit", s.units[f.ID])
		s.why(w, f.Note)
		if f.Proposed {
			code = "assignment.proposed"
		}
	case *AssignmentFenceProposed:
		w.same("unit", s.units[f.ID])
		code = "assignment." + f.Fence
	case *AssignmentAdvanced:
		w.same("unit", s.units[f.ID])
		w["to"] = Words("assignment_state", string(f.To))
		s.why(w, f.Reason)
	case *AlarmRaised:
		w["kind"] = Words("alarm_kind", f.Kind)
		s.why(w, f.Note)
	case *AlarmAdvanced:
		w["state"] = Words("alarm_state", f.To)
		w["outcome"] = Words("alarm_outcome", f.Outcome)
		s.why(w, f.Reason)
		if f.Outcome != "" {
			code = "alarm.ended"
		}
	case *NoteAdded:
		w.same("text", f.Text)
		if f.Photo != nil {
			code = "photo.added"
		}
	default:
		w.same("unit", s.units[f.Subject().ID])
	}
	return w.fill(code)
}

func (w wordsOf) same(name, text string) { w[name] = [2]string{text, text} }

// why puts a reason into brackets behind the sentence.
func (s saying) why(w wordsOf, reason string) {
	if s.reasons && reason != "" {
		w["why"] = [2]string{"（" + reason + "）", " (" + reason + ")"}
	}
}

// fill puts the words into the sentence of a code. What is put in is not looked
// at again, whatever braces it holds.
func (w wordsOf) fill(code string) [2]string {
	sentence := Words("event", code)
	for i := range sentence {
		pairs := []string{"{why}", ""}
		if why, ok := w["why"]; ok {
			pairs[1] = why[i]
		}
		for name, words := range w {
			if name != "why" {
				pairs = append(pairs, "{"+name+"}", words[i])
			}
		}
		sentence[i] = strings.TrimSpace(strings.NewReplacer(pairs...).Replace(sentence[i]))
	}
	return sentence
}
