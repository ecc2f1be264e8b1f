package cluster

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

const initdbWithin = 2 * time.Minute

// initdb makes the data directory: checksums on, UTF-8, ordering by code point
// whatever the machine's locale (Chinese is sorted by pinyin in the client).
// It is made under another name and renamed, so a half-made one is never used.
func (c *Cluster) initdb(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, initdbWithin)
	defer cancel()
	runtime.LockOSThread() // see command
	defer runtime.UnlockOSThread()

	fresh := c.home.data + ".new"
	var said []byte
	for _, locale := range []string{"C.UTF-8", "C"} {
		if err := os.RemoveAll(fresh); err != nil {
			return fmt.Errorf("clear a half-made data directory: %w", err)
		}
		if err := give(fresh, c.owner); err != nil {
			return err
		}
		// Who reaches the socket is decided by the directory it is in (0700);
		// peer authentication would also demand a named user in every container.
		args := []string{"-D", fresh, "-k", "-U", Superuser, "--encoding=UTF8", "--locale=" + locale, "--auth=trust"}
		if !c.opt.Fsync {
			args = append(args, "--no-sync")
		}
		var err error
		if said, err = c.command(ctx, "initdb", args...).CombinedOutput(); err == nil {
			return c.adopt(fresh)
		}
		if ctx.Err() != nil || !bytes.Contains(said, []byte("invalid locale")) {
			return fmt.Errorf("make the database: initdb: %w: %s", err, bytes.TrimSpace(said))
		}
	}
	return fmt.Errorf("make the database: initdb: %s", bytes.TrimSpace(said))
}

// adopt lets the new data directory read our settings and puts it in place.
func (c *Cluster) adopt(fresh string) error {
	conf, err := os.OpenFile(filepath.Join(fresh, "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return fmt.Errorf("open postgresql.conf: %w", err)
	}
	_, err = conf.WriteString("\ninclude '../" + settingsFile + "'\n")
	if err := errors.Join(err, conf.Close()); err != nil {
		return fmt.Errorf("write postgresql.conf: %w", err)
	}
	only := "# The directory of the socket decides who comes in; nothing comes in over a network.\nlocal all all trust\n"
	if err := os.WriteFile(filepath.Join(fresh, "pg_hba.conf"), []byte(only), 0o600); err != nil {
		return fmt.Errorf("write pg_hba.conf: %w", err)
	}
	if err := os.Rename(fresh, c.home.data); err != nil {
		return fmt.Errorf("put the data directory in place: %w", err)
	}
	return nil
}

const settingsFile = "postgresql.conf" // in the home, included by the one in data

// writeSettings rewrites our part of the configuration. ALTER SYSTEM still
// wins over it, so an administrator can tune a running city.
func (c *Cluster) writeSettings() error {
	onOff := map[bool]string{true: "on", false: "off"}[c.opt.Fsync]
	buffers, connections := c.opt.SharedBuffersMB, c.opt.MaxConnections
	if buffers == 0 {
		buffers = 256
	}
	if connections == 0 {
		connections = 60
	}
	text := fmt.Sprintf(`# Written by onemap at every start. To change a setting use ALTER SYSTEM.
shared_buffers = %dMB
max_connections = %d
work_mem = 16MB
maintenance_work_mem = 128MB
effective_cache_size = 1GB
random_page_cost = 1.1
jit = off
fsync = %s
full_page_writes = %[3]s
synchronous_commit = on
wal_level = replica
max_wal_size = 1GB
wal_compression = on
idle_in_transaction_session_timeout = 30s
timezone = 'UTC'
log_timezone = 'UTC'
logging_collector = on
log_filename = 'postgresql-%%Y%%m%%d-%%H%%M%%S.log'
log_file_mode = 0600
log_rotation_size = 10MB
log_rotation_age = 1d
log_line_prefix = '%%m [%%p] %%a '
log_min_duration_statement = 1s
`, buffers, connections, onOff)
	if err := os.WriteFile(filepath.Join(c.home.dir, settingsFile), []byte(text), 0o644); err != nil {
		return fmt.Errorf("write settings: %w", err)
	}
	return nil
}

// lastWords are the ends of the start log and of the newest log, to say with an
// error; empty when PostgreSQL said nothing.
func (c *Cluster) lastWords() string {
	files := []string{filepath.Join(c.home.dir, "start.log")}
	if logs, err := filepath.Glob(filepath.Join(c.home.log, "*.log")); err == nil && len(logs) > 0 {
		files = append(files, slices.Max(logs))
	}
	var words strings.Builder
	for _, f := range files {
		text, err := os.ReadFile(f)
		if errors.Is(err, fs.ErrNotExist) || err == nil && len(bytes.TrimSpace(text)) == 0 {
			continue
		}
		lines := strings.Split(strings.TrimSpace(string(text)), "\n")
		fmt.Fprintf(&words, "\n%s: %s", filepath.Base(f), strings.Join(lines[max(0, len(lines)-8):], "\n  "))
	}
	return words.String()
}
