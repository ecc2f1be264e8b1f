package data

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/jackc/pgx/v5"

	"onemap/dispatch"
)

// scanStudy reads version, body.
func scanStudy(rows pgx.CollectableRow) (*dispatch.Study, error) {
	var st dispatch.Study
	var version int
	var body []byte
	if err := rows.Scan(&version, &body); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(body, &st); err != nil {
		return nil, fmt.Errorf("read study: %w", err)
	}
	st.Version = version
	return &st, nil
}

func saveStudy(ctx context.Context, w *writer, st *dispatch.Study, r *row) error {
	body, err := json.Marshal(st)
	if err != nil {
		return fmt.Errorf("write study: %w", err)
	}
	if r.was == 0 {
		return w.add(ctx, 1, "study_add", st.ID, st.Version, st.Removed, body, r.seq)
	}
	return w.add(ctx, 1, "study_save", st.ID, st.Version, st.Removed, body, r.seq, r.was)
}

// CountStudies implements dispatch.Tx.
func (t *transaction) CountStudies(ctx context.Context, by dispatch.ID) (asked, kept int, err error) {
	ctx, cancel := context.WithTimeout(ctx, stepLimit)
	defer cancel()
	if _, err := t.tx.Exec(ctx, sql("study_alone")); err != nil {
		return 0, 0, fmt.Errorf("lock studies: %w", err)
	}
	if err := t.tx.QueryRow(ctx, sql("study_count"), by).Scan(&asked, &kept); err != nil {
		return 0, 0, fmt.Errorf("count studies of %s: %w", by, err)
	}
	return asked, kept, nil
}

// keepResults writes the results of studies before the journal is locked, as
// photos are. They are gzipped: a tenth of the bytes to write and to back up.
func keepResults(ctx context.Context, tx pgx.Tx, facts []dispatch.Fact) error {
	for _, f := range facts {
		ended, ok := f.(*dispatch.StudyEnded)
		if !ok || len(ended.Body) == 0 {
			continue
		}
		body, err := deflate(ended.Body)
		if err != nil {
			return fmt.Errorf("compress result of %s: %w", ended.ID, err)
		}
		ctx, cancel := context.WithTimeout(ctx, bulkLimit)
		defer cancel()
		if err := patiently(ctx, tx); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, sql("study_result_add"), ended.ID, body); err != nil {
			return fmt.Errorf("keep result of %s: %w", ended.ID, err)
		}
	}
	return nil
}

// StudyResult returns the bytes of a study's result; dispatch.ErrNotFound when
// it has none.
func (db *DB) StudyResult(ctx context.Context, study dispatch.ID) ([]byte, error) {
	body, err := found(one(ctx, db, "study_result", pgx.RowTo[[]byte], study))
	if err != nil {
		return nil, err
	}
	raw, err := inflate(body)
	if err != nil {
		return nil, fmt.Errorf("decompress result of %s: %w", study, err)
	}
	return raw, nil
}

func deflate(raw []byte) ([]byte, error) {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(raw); err != nil {
		return nil, err
	}
	err := w.Close()
	return out.Bytes(), err
}

func inflate(body []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(r, dispatch.MostResult))
}
