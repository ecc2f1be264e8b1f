package data

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"

	"onemap/dispatch"
)

// scanNote reads version, body.
func scanNote(rows pgx.CollectableRow) (*dispatch.Note, error) {
	var n dispatch.Note
	return &n, scanBody(rows, &n, &n.Version)
}

func saveNote(ctx context.Context, w *writer, n *dispatch.Note, r *row) error {
	body, err := json.Marshal(n)
	if err != nil {
		return fmt.Errorf("write note: %w", err)
	}
	return w.add(ctx, 1, "note_add", n.ID, n.Version, n.Incident, body, r.seq, n.RecordedAt)
}

// keepPhotos writes the bodies of new photos before the journal is locked: what
// takes long must not hold up every other command. The photo's row waits for
// its note until the commit.
func keepPhotos(ctx context.Context, tx pgx.Tx, facts []dispatch.Fact) error {
	ctx, cancel := context.WithTimeout(ctx, stepLimit)
	defer cancel()
	for _, f := range facts {
		added, ok := f.(*dispatch.NoteAdded)
		if !ok || added.Photo == nil {
			continue
		}
		if _, err := tx.Exec(ctx, sql("photo_add"), added.ID, added.Body); err != nil {
			return fmt.Errorf("keep photo %s: %w", added.ID, err)
		}
	}
	return nil
}

// CountNotes implements dispatch.Tx.
func (t *transaction) CountNotes(ctx context.Context, incident dispatch.ID) (notes, photos int, err error) {
	ctx, cancel := context.WithTimeout(ctx, stepLimit)
	defer cancel()
	if err := t.tx.QueryRow(ctx, sql("note_count"), incident).Scan(&notes, &photos); err != nil {
		return 0, 0, fmt.Errorf("count notes of %s: %w", incident, err)
	}
	return notes, photos, nil
}

// Notes returns an incident's notes in the order in which they were recorded.
func (db *DB) Notes(ctx context.Context, incident dispatch.ID) ([]*dispatch.Note, error) {
	return query(ctx, db, "note_list", scanNote, incident)
}

// Note returns one note; dispatch.ErrNotFound when there is none.
func (db *DB) Note(ctx context.Context, id dispatch.ID) (*dispatch.Note, error) {
	return found(one(ctx, db, "note_one", scanNote, id))
}

// Photo returns the bytes of a note's photo; dispatch.ErrNotFound when it has
// none.
func (db *DB) Photo(ctx context.Context, note dispatch.ID) ([]byte, error) {
	return found(one(ctx, db, "photo_one", pgx.RowTo[[]byte], note))
}
