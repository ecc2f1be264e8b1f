// Package cluster runs a private PostgreSQL as a child of the server: it makes
// the data directory, starts the postmaster, starts it again when it dies, and
// stops it. The database answers on a unix socket that only its own user and
// root can reach; there is no TCP port and no password to leak.
package cluster

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"
)

// Superuser is the database role that owns everything in the cluster.
const Superuser = "onemap"

const (
	port        = "5432"           // names the socket file; nothing listens on TCP
	startWithin = 10 * time.Minute // recovery after a power cut replays at most max_wal_size
)

// ErrInUse says that another live server owns the data directory.
var ErrInUse = errors.New("the database is in use by another server")

// Options says where and how. The zero value of every field but Dir is usable.
type Options struct {
	Dir             string       // home of the cluster; made when missing
	Bin             string       // directory of initdb and postgres; found when empty
	Fsync           bool         // true wherever the data matters; false in tests
	SharedBuffersMB int          // 256 when 0
	MaxConnections  int          // 60 when 0
	Log             *slog.Logger // decisions only; PostgreSQL writes its own log in Dir/log
}

// Cluster is one running PostgreSQL and its keeper.
type Cluster struct {
	opt     Options
	install install
	owner   owner
	home    home
	lock    *os.File

	down chan error      // why the postmaster ended, each time
	died chan error      // why it cannot be kept alive
	life context.Context // of the cluster, not of a call: ended by Stop
	end  context.CancelFunc
	done chan struct{} // closed when the keeper has ended

	mu   sync.Mutex // guards proc, and the step from living to ending
	proc *os.Process
	stop sync.Once
}

// Open starts PostgreSQL on opt.Dir and returns when it accepts connections.
// A first start runs initdb; after a crash, whatever an earlier server left
// running on the directory is stopped first. It refuses with ErrInUse while
// another server lives on the directory, and with words when PostGIS is
// missing, the data belong to another major version, or the directory cannot
// be reached by the user PostgreSQL has to run as.
func Open(ctx context.Context, opt Options) (*Cluster, error) {
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	c := &Cluster{opt: opt, down: make(chan error, 1), died: make(chan error, 1),
		done: make(chan struct{})}
	c.life, c.end = context.WithCancel(context.WithoutCancel(ctx))
	if err := c.prepare(ctx); err != nil {
		c.end()
		if c.lock != nil {
			c.lock.Close()
		}
		return nil, fmt.Errorf("open database in %s: %w", opt.Dir, err)
	}
	go c.keep()
	ctx, cancel := context.WithTimeout(ctx, startWithin)
	defer cancel()
	if err := c.firstReady(ctx); err != nil {
		err = errors.Join(err, c.Stop(context.WithoutCancel(ctx)))
		return nil, fmt.Errorf("start database in %s: %w", c.home.dir, err)
	}
	opt.Log.Info("database ready", "postgresql", c.install.version, "dir", c.home.dir)
	return c, nil
}

// prepare does everything that comes before the postmaster.
func (c *Cluster) prepare(ctx context.Context) (err error) {
	if c.home, c.owner, err = settle(c.opt.Dir); err != nil {
		return err
	}
	if c.home.dir != c.home.asked {
		c.opt.Log.Warn("database kept elsewhere: its user cannot enter the directory asked for",
			"asked", c.home.asked, "dir", c.home.dir, "user", c.owner.name)
	}
	if c.lock, err = lock(filepath.Join(c.home.dir, "lock")); err != nil {
		return err
	}
	major, err := c.home.major()
	if err != nil {
		return err
	}
	if c.install, err = find(ctx, c.opt.Bin, major); err != nil {
		return err
	}
	if err := c.home.furnish(c.owner); err != nil {
		return err
	}
	if major == 0 {
		if err := c.initdb(ctx); err != nil {
			return err
		}
	}
	if err := c.writeSettings(); err != nil {
		return err
	}
	return c.reclaim(ctx)
}

// firstReady waits for the first postmaster, and gives up when that one dies.
func (c *Cluster) firstReady(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		select {
		case err := <-c.down:
			cancel(err)
		case <-ctx.Done():
		}
	}()
	err := c.Ready(ctx)
	cancel(nil)
	<-watched
	return err
}

// Database makes sure that a database of the name exists and returns its DSN.
func (c *Cluster) Database(ctx context.Context, name string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, initdbWithin)
	defer cancel()
	runtime.LockOSThread() // see command
	defer runtime.UnlockOSThread()
	psql := c.command(ctx, "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-v", "name="+name, "-d", c.DSN("postgres"))
	psql.Stdin = strings.NewReader(`select format('create database %I', :'name')
		where not exists (select from pg_database where datname = :'name') \gexec`)
	if said, err := psql.CombinedOutput(); err != nil {
		return "", fmt.Errorf("make database %s: %w: %s", name, err, bytes.TrimSpace(said))
	}
	return c.DSN(name), nil
}

// Ready waits until the postmaster accepts connections or ctx ends.
func (c *Cluster) Ready(ctx context.Context) error {
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for !c.accepting() {
		select {
		case <-look.C:
		case <-c.life.Done():
			return errors.New("the database is being stopped")
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}

// DSN is the connection string of one database, in the form of a URL to which
// further parameters can be added with "&".
func (c *Cluster) DSN(db string) string {
	q := url.Values{"host": {c.home.run}, "port": {port}, "user": {Superuser}, "sslmode": {"disable"}}
	return "postgres:///" + url.PathEscape(db) + "?" + q.Encode()
}

// Died receives the cause when the database has been down for ten minutes in
// spite of all attempts. One death is not worth telling: the keeper clears up
// and starts the postmaster again within a second, and goes on trying also
// after it has given this notice.
func (c *Cluster) Died() <-chan error { return c.died }

// Version is the server's version as it names itself, such as "15.18".
func (c *Cluster) Version() string { return c.install.version }

// Dir is where the cluster really lives: Options.Dir, or the place chosen
// instead when PostgreSQL's user cannot enter that.
func (c *Cluster) Dir() string { return c.home.dir }

// Pid is the process id of the postmaster, 0 while there is none.
func (c *Cluster) Pid() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.proc == nil {
		return 0
	}
	return c.proc.Pid
}
