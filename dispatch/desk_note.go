package dispatch

import (
	"context"
	"fmt"
)

// AddNote adds a note, or a photo with its body, to an incident the actor sees.
// It needs no version: a note clashes with nothing but another of its id. The
// incident is locked, so that notes are counted one after another.
func (d *Desk) AddNote(ctx context.Context, c Command, n Note, body []byte) (Receipt, error) {
	if c.Actor.May("note.add") == Denied {
		return Receipt{}, ErrForbidden
	}
	n.By, n.ByName, n.Unit = c.Actor.ID, c.Actor.Name, c.Actor.Unit
	return d.Journal.Change(ctx, c, func(tx Tx) (Outcome, error) {
		in, err := locked[*Incident](ctx, tx, Ref{KindIncident, n.Incident})
		if err != nil {
			return Outcome{}, err
		}
		p, a := d.Picture(), c.Actor.At(d.Now())
		switch {
		case !p.SeesIncident(a, in):
			return Outcome{}, ErrNotFound
		case !p.SeesIncident(a.For("note.add"), in):
			return Outcome{}, ErrForbidden
		}
		if err := fresh(ctx, tx, n.Ref()); err != nil {
			return Outcome{}, err
		}
		notes, photos, err := tx.CountNotes(ctx, in.ID)
		switch {
		case err != nil:
			return Outcome{}, fmt.Errorf("count notes of %s: %w", in.Number, err)
		case notes >= mostNotes:
			return Outcome{}, ErrNotesFull.With("at most %d notes", mostNotes)
		case n.Photo != nil && photos >= mostPhotos:
			return Outcome{}, ErrNotesFull.With("at most %d photos", mostPhotos)
		}
		return n.Add(in, body, d.Now())
	})
}
