package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"time"

	"onemap/data"
	"onemap/data/cluster"
)

// store is the database and, when it is private, the cluster it runs in.
type store struct {
	*data.DB
	cluster *cluster.Cluster
}

// open starts the private cluster unless another database was named, connects
// and migrates.
func (s *settings) open(ctx context.Context, log *slog.Logger) (*store, error) {
	kept, dsn := &store{}, s.DatabaseURL
	if dsn == "" {
		say("· starting the database in %s", s.Data)
		own, err := cluster.Open(ctx, cluster.Options{Dir: filepath.Join(s.Data, "db"), Fsync: true, Log: log})
		if err != nil {
			return nil, err
		}
		kept.cluster = own
		if dsn, err = own.Database(ctx, "onemap"); err != nil {
			kept.close()
			return nil, fmt.Errorf("make database: %w", err)
		}
	}
	db, err := data.Open(ctx, data.Options{DSN: dsn, Log: log})
	if err != nil {
		kept.close()
		return nil, fmt.Errorf("connect to the database: %w", err)
	}
	kept.DB = db
	if err := db.Migrate(ctx); err != nil {
		kept.close()
		return nil, fmt.Errorf("migrate: %w", err)
	}
	return kept, nil
}

// died ends the server's wait when its own database cannot be kept alive.
func (s *store) died() <-chan error {
	if s.cluster == nil {
		return nil
	}
	return s.cluster.Died()
}

// close ends the connections, then the cluster.
func (s *store) close() {
	if s.DB != nil {
		s.DB.Close()
	}
	if s.cluster != nil {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		s.cluster.Stop(ctx)
	}
}

// exitCode tells a supervisor what kind of failure it was: 3 means that the
// database belongs to a newer version.
func exitCode(err error) int {
	if errors.Is(err, data.ErrNewerSchema) {
		return 3
	}
	return 1
}
