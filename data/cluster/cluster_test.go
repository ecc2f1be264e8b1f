package cluster

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// asServer makes the test binary a server of its own: it opens the directory
// named, says the postmaster's pid and waits to be killed.
const asServer = "ONEMAP_CLUSTER_TEST_DIR"

func TestMain(m *testing.M) {
	dir := os.Getenv(asServer)
	if dir == "" {
		os.Exit(m.Run())
	}
	c, err := Open(context.Background(), Options{Dir: dir, SharedBuffersMB: 16})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(c.Pid())
	// Returns only if the test goes away before killing us.
	_, _ = io.Copy(io.Discard, os.Stdin)
	if err := c.Stop(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
}

// freshDir is a directory PostgreSQL's user can enter also when root tests.
func freshDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "onemap-cluster-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o711); err != nil {
		t.Fatal(err)
	}
	return dir
}

func open(t *testing.T, dir string) *Cluster {
	t.Helper()
	c, err := Open(t.Context(), Options{Dir: dir, SharedBuffersMB: 16})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return c
}

// query runs SQL through psql; this room knows no driver.
func query(c *Cluster, sql string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, filepath.Join(c.install.bin, "psql"), "-XAtqd", c.DSN("postgres"), "-c", sql)
	out, err := cmd.CombinedOutput()
	return strings.TrimSpace(string(out)), err
}

func wantAnswer(t *testing.T, c *Cluster, sql, want string) {
	t.Helper()
	got, err := query(c, sql)
	if err != nil || got != want {
		t.Fatalf("%s: got %q, %v; want %q", sql, got, err, want)
	}
}

func TestDataSurviveStopAndStart(t *testing.T) {
	t.Parallel()
	dir := freshDir(t)
	c := open(t, dir)
	wantAnswer(t, c, "create table kept as select 7 as n; select n from kept", "7")
	wantAnswer(t, c, "select current_user", Superuser)
	for setting, want := range map[string]string{"data_checksums": "on", "listen_addresses": "", "jit": "off",
		"server_encoding": "UTF8", "synchronous_commit": "on", "fsync": "off",
		"idle_in_transaction_session_timeout": "30s", "data_directory": c.home.data} {
		wantAnswer(t, c, "show "+setting, want)
	}
	if st, err := os.Stat(c.home.run); err != nil || st.Mode().Perm() != 0o700 {
		t.Fatalf("directory of the socket: %v, %v; want it closed to others", st.Mode(), err)
	}
	if err := c.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, all := c.inhabitants(); len(all) > 0 {
		t.Fatalf("stopped, yet processes %v live", all)
	}
	again := open(t, dir)
	wantAnswer(t, again, "select n from kept", "7")
	for range 2 { // made once, found once
		dsn, err := again.Database(t.Context(), `one "map"`)
		if err != nil || dsn != again.DSN(`one "map"`) {
			t.Fatalf("database: %q, %v", dsn, err)
		}
	}
	wantAnswer(t, again, `select count(*) from pg_database where datname = 'one "map"'`, "1")
}

func TestSecondOwnerIsRefused(t *testing.T) {
	t.Parallel()
	dir := freshDir(t)
	c := open(t, dir)
	if _, err := Open(t.Context(), Options{Dir: dir}); !errors.Is(err, ErrInUse) ||
		!strings.Contains(err.Error(), strconv.Itoa(os.Getpid())) {
		t.Fatalf("second owner: got %v, want ErrInUse naming process %d", err, os.Getpid())
	}
	wantAnswer(t, c, "select 1", "1")
}

func TestKilledPostmasterComesBackWithItsData(t *testing.T) {
	t.Parallel()
	c := open(t, freshDir(t))
	wantAnswer(t, c, "create table kept as select 7 as n; select n from kept", "7")
	busy := make(chan error, 1) // a backend too busy to notice the death by itself
	go func() {
		_, err := query(c, "select count(n) from (select generate_series(1, 1e12::bigint) as n) as busy")
		busy <- err
	}()
	for {
		if n, err := query(c, "select count(*) from pg_stat_activity where query like 'select count(n)%'"); err != nil {
			t.Fatal(err)
		} else if n == "1" {
			break
		}
	}
	before := c.Pid()
	signalTenant(before, c.home.data, syscall.SIGKILL)
	if err := <-c.down; err == nil || !strings.Contains(err.Error(), "killed") {
		t.Fatalf("the cause of death is said to be: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := c.Ready(ctx); err != nil {
		t.Fatal(err)
	}
	if c.Pid() == before {
		t.Fatal("ready, but the postmaster is the dead one")
	}
	wantAnswer(t, c, "select n from kept", "7")
	if err := <-busy; err == nil {
		t.Fatal("a query outlived its postmaster")
	}
}

// startServer runs the test binary as a server and returns it with the pid of
// its postmaster.
func startServer(t *testing.T, dir string) (*exec.Cmd, int) {
	t.Helper()
	server := exec.Command(os.Args[0])
	server.Env = append(os.Environ(), asServer+"="+dir)
	server.Stderr = os.Stderr
	if _, err := server.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := server.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		t.Fatal(err)
	}
	return server, pid
}

func TestServerKilledWithItsPostmaster(t *testing.T) {
	t.Parallel()
	dir := freshDir(t)
	server, pid := startServer(t, dir)
	data := filepath.Join(dir, "data")
	if !livesOn(pid, data) {
		t.Fatalf("process %d does not live on %s", pid, data)
	}
	signalTenant(pid, data, syscall.SIGKILL)
	if err := server.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	// "signal: killed" is what was asked for.
	_ = server.Wait()
	wantAnswer(t, open(t, dir), "select 1", "1")
}

func TestKilledServerTakesItsPostmasterAlong(t *testing.T) {
	t.Parallel()
	dir := freshDir(t)
	server, _ := startServer(t, dir)
	if err := server.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	// "signal: killed" is what was asked for.
	_ = server.Wait()
	c := &Cluster{home: home{data: filepath.Join(dir, "data")}}
	if err := c.untilEmpty(t.Context(), 20*time.Second); err != nil {
		t.Fatal(err)
	}
	if _, all := c.inhabitants(); len(all) > 0 {
		t.Fatalf("the server is dead, yet processes %v live", all)
	}
}

func TestOrphanedPostmasterIsReplaced(t *testing.T) {
	t.Parallel()
	dir := freshDir(t)
	c := open(t, dir)
	wantAnswer(t, c, "create table kept as select 7 as n; select n from kept", "7")
	if err := c.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	orphan := c.command(context.Background(), "postgres", "-D", c.home.data, "-k", c.home.run, "-c", "listen_addresses=")
	if err := orphan.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- orphan.Wait() }()
	c.proc = orphan.Process
	for !c.accepting() {
		if !livesOn(orphan.Process.Pid, c.home.data) && len(ended) > 0 {
			t.Fatalf("the orphan ended: %v", <-ended)
		}
	}
	heir := open(t, dir)
	if err := <-ended; err != nil {
		t.Fatalf("the orphan was not stopped cleanly: %v", err)
	}
	wantAnswer(t, heir, "select n from kept", "7")
}

func TestLockFilesOfADeadPostmasterAreCleared(t *testing.T) {
	t.Parallel()
	dir := freshDir(t)
	c := open(t, dir)
	if err := c.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	// Its number now belongs to somebody else alive: this very test.
	stale := fmt.Sprintf("%d\n%s\n", os.Getpid(), c.home.data)
	for _, f := range []string{filepath.Join(c.home.data, "postmaster.pid"), filepath.Join(c.home.run, ".s.PGSQL.5432.lock")} {
		if err := os.WriteFile(f, []byte(stale), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	wantAnswer(t, open(t, dir), "select 1", "1")
}

func TestLongDirectoryHasAShortSocket(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(freshDir(t), strings.Repeat("long", 30), "pg")
	c := open(t, dir)
	if c.Dir() != dir {
		t.Fatalf("the cluster went to %s", c.Dir())
	}
	if n := len(c.home.run) + len("/.s.PGSQL.5432"); n > longestSocket {
		t.Fatalf("socket name of %d bytes in %s", n, c.home.run)
	}
	wantAnswer(t, c, "select 1", "1")
}

func TestClosedDirectoryAboveIsNamed(t *testing.T) {
	t.Parallel()
	closed := filepath.Join(freshDir(t), "closed")
	if err := os.MkdirAll(filepath.Join(closed, "deep", "pg"), 0o755); err != nil {
		t.Fatal(err)
	}
	stranger := owner{uid: 64999, gid: 64999, lent: true}
	pg := filepath.Join(closed, "deep", "pg")
	for mode, want := range map[os.FileMode]string{0o700: closed, 0o750: closed, 0o711: ""} {
		if err := os.Chmod(closed, mode); err != nil {
			t.Fatal(err)
		}
		if got := stranger.barrier(pg); got != want {
			t.Errorf("with mode %o: barrier %q, want %q", mode, got, want)
		}
	}
}

func TestDataOfAnotherVersionAreRefused(t *testing.T) {
	t.Parallel()
	dir := freshDir(t)
	if err := os.Mkdir(filepath.Join(dir, "data"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "data", "PG_VERSION"), []byte("9\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), Options{Dir: dir}); err == nil || !strings.Contains(err.Error(), "made by PostgreSQL 9") {
		t.Fatalf("got %v, want a refusal that names version 9", err)
	}
}
