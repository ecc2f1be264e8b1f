package study

import "slices"

// InEnglish is the result for files that have room for one language: every
// sentence and title in English, also where the Chinese stands otherwise.
func (r Result) InEnglish() Result {
	r.Method = r.MethodEN
	r.Figures, r.Tables, r.Layers = slices.Clone(r.Figures), slices.Clone(r.Tables), slices.Clone(r.Layers)
	for i := range r.Figures {
		r.Figures[i].Title, r.Figures[i].Note = r.Figures[i].TitleEN, r.Figures[i].NoteEN
	}
	for i := range r.Tables {
		t := &r.Tables[i]
		t.Title, t.Columns = t.TitleEN, slices.Clone(t.Columns)
		for k := range t.Columns {
			t.Columns[k].Title = t.Columns[k].TitleEN
		}
	}
	for i := range r.Layers {
		r.Layers[i].Title = r.Layers[i].TitleEN
	}
	r.Assumptions, r.LeftOut = inEnglish(r.Assumptions), inEnglish(r.LeftOut)
	return r
}

func inEnglish(all []Saying) []Saying {
	all = slices.Clone(all)
	for i := range all {
		all[i].Text = all[i].TextEN
	}
	return all
}
