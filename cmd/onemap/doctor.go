package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"onemap/data"
)

type doctorCmd struct{}

// Run prints one line a check and what to do about it; it fails when one does.
func (doctorCmd) Run(ctx context.Context, s *settings, log *slog.Logger) error {
	db, err := s.open(ctx, log)
	if err != nil {
		return err
	}
	defer db.close()
	bad := 0
	for _, c := range db.Checks(ctx) {
		say("%-4s  %-28s %s", c.State, c.Name, c.Text)
		if c.Fix != "" {
			say("      %-28s → %s", "", c.Fix)
		}
		if c.State == data.Fail {
			bad++
		}
	}
	if bad > 0 {
		return fmt.Errorf("%d checks failed", bad)
	}
	return nil
}

type migrateCmd struct{}

// Run brings the schema up and says so.
func (migrateCmd) Run(ctx context.Context, s *settings, log *slog.Logger) error {
	db, err := s.open(ctx, log)
	if err != nil {
		return err
	}
	defer db.close()
	say("the database has this version's schema")
	return nil
}

type verifyCmd struct{}

// Run walks the whole journal: numbers without a gap, a whole hash chain, and
// rows that are what the facts fold into.
func (verifyCmd) Run(ctx context.Context, s *settings, log *slog.Logger) error {
	db, err := s.open(ctx, log)
	if err != nil {
		return err
	}
	defer db.close()
	started := time.Now()
	seq, err := db.Verify(ctx)
	if err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	different, err := db.Replay(ctx)
	if err != nil {
		return fmt.Errorf("replay: %w", err)
	}
	for _, d := range different {
		say("differs: %s", d)
	}
	if len(different) > 0 {
		return errors.New("stored rows are not what the journal says")
	}
	say("%d events, no gap, chain whole, rows equal to their fold (%.1f s)", seq, time.Since(started).Seconds())
	return nil
}
