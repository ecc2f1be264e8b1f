package web

import (
	"context"
	"fmt"
	"time"

	"onemap/dispatch"
)

func noteOf(n *dispatch.Note) (Note, error) {
	out := Note{
		Id: n.ID, Incident: n.Incident, Text: n.Text, By: n.By, ByName: n.ByName, Unit: n.Unit,
		WrittenAt: n.WrittenAt.UTC(), RecordedAt: n.RecordedAt.UTC(),
	}
	if n.Point != nil {
		raw, err := geoJSON(*n.Point)
		if err != nil {
			return out, err
		}
		out.Point = &raw
	}
	if ph := n.Photo; ph != nil {
		out.Photo = &NotePhoto{Type: ph.Type, Bytes: ph.Bytes, Width: ph.Width, Height: ph.Height, Sha256: ph.SHA256}
	}
	return out, nil
}

// notes returns an incident's notes as its reader may see them: none for whoever
// reads without people.
func (s *Server) notes(ctx context.Context, p *dispatch.Picture, a dispatch.Actor, in *dispatch.Incident) ([]*dispatch.Note, error) {
	if !p.ReadsNotes(a, in) {
		return nil, nil
	}
	all, err := s.Past.Notes(ctx, in.ID)
	if err != nil {
		return nil, fmt.Errorf("read notes of %s: %w", in.Number, err)
	}
	return all, nil
}

func notesOf(all []*dispatch.Note) ([]Note, error) {
	list := make([]Note, len(all))
	for i, n := range all {
		var err error
		if list[i], err = noteOf(n); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// ListNotes lists the notes and photos of an incident.
func (s api) ListNotes(ctx context.Context, r ListNotesRequestObject) (ListNotesResponseObject, error) {
	a, p := callOf(ctx).who.actor, s.Live.Picture()
	in, err := s.incident(ctx, p, a, r.Id)
	if err != nil {
		return nil, err
	}
	all, err := s.notes(ctx, p, a, in)
	if err != nil {
		return nil, err
	}
	list, err := notesOf(all)
	return ListNotes200JSONResponse{Seq: int64(p.Seq), Notes: list}, err
}

// AddNote adds a note to an incident.
func (s api) AddNote(ctx context.Context, r AddNoteRequestObject) (AddNoteResponseObject, error) {
	b := r.Body
	n := dispatch.Note{ID: r.Note, Incident: r.Id, Text: b.Text, WrittenAt: or(b.OccurredAt, time.Time{})}
	if b.Point != nil {
		at, err := pointOf("point", *b.Point)
		if err != nil {
			return nil, err
		}
		n.Point = &at
	}
	receipt, err := s.Desk.AddNote(ctx, callOf(ctx).asCommand(or(b.OccurredAt, s.now())), n, nil)
	answer, err := s.done(ctx, receipt, err)
	return AddNote200JSONResponse(answer), err
}
