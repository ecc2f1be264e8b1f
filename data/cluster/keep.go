package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	firstPause = 100 * time.Millisecond
	maxPause   = 10 * time.Second
	hopeless   = 10 * time.Minute // down for so long, it is time for somebody else to know
)

// keep runs the postmaster until Stop, again and again if need be.
func (c *Cluster) keep() {
	defer close(c.done)
	// The kernel sends the parent-death signal when the forking thread ends,
	// so one thread forks every postmaster and outlives it.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()

	downSince := time.Now()
	for pause := firstPause; ; pause = min(2*pause, maxPause) {
		served, err := c.runOnce()
		if c.life.Err() != nil {
			return
		}
		if served {
			downSince, pause = time.Now(), firstPause
		}
		c.opt.Log.Error("database died", "cause", err, "again_in", pause)
		tell(c.down, err)
		if time.Since(downSince) > hopeless {
			tell(c.died, err)
		}
		select {
		case <-c.life.Done():
			return
		case <-time.After(pause):
		}
		if err := c.reclaim(c.life); err != nil && c.life.Err() == nil {
			c.opt.Log.Error("database not cleared for a new start", "cause", err)
		}
	}
}

// runOnce starts one postmaster and waits for its end, which is always an error
// unless Stop asked for it. It tells whether connections were accepted at all.
func (c *Cluster) runOnce() (served bool, err error) {
	early, err := os.Create(filepath.Join(c.home.dir, "start.log"))
	if err != nil {
		return false, fmt.Errorf("make start log: %w", err)
	}
	defer early.Close()
	cmd := c.command(context.Background(), "postgres", "-D", c.home.data, "-p", port, "-k", c.home.run,
		"-c", "listen_addresses=", "-c", "log_directory="+c.home.log)
	cmd.Stdout, cmd.Stderr = early, early

	c.mu.Lock()
	if c.life.Err() != nil {
		c.mu.Unlock()
		return false, nil
	}
	err = cmd.Start()
	if err == nil {
		c.proc = cmd.Process
	}
	c.mu.Unlock()
	if err != nil {
		return false, fmt.Errorf("start postgres: %w", err)
	}
	served, err = c.attend(cmd)
	c.mu.Lock()
	c.proc = nil
	c.mu.Unlock()
	if err == nil {
		err = errors.New("exit status 0")
	}
	return served, fmt.Errorf("postgres ended: %w%s", err, c.lastWords())
}

// attend waits for the postmaster's end and keeps its logs few meanwhile.
func (c *Cluster) attend(cmd *exec.Cmd) (served bool, err error) {
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	look := time.NewTicker(100 * time.Millisecond)
	defer look.Stop()
	for {
		select {
		case err := <-ended:
			return served, err
		case <-look.C:
			if c.accepting() {
				served = true
				look.Reset(10 * time.Minute)
			}
			c.home.prune()
		}
	}
}

// command prepares one of PostgreSQL's programs to run as the owner, away from
// the terminal's Ctrl-C, and to stop should this process be killed. The caller
// holds its thread (runtime.LockOSThread) until the program has ended.
func (c *Cluster) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, filepath.Join(c.install.bin, name), args...)
	cmd.Dir = c.home.dir
	cmd.Env = []string{"PATH=" + c.install.bin + ":/usr/bin:/bin", "LC_ALL=C", "TZ=UTC", "HOME=" + c.home.dir}
	last := syscall.SIGINT // fast shutdown, with a checkpoint
	if !c.opt.Fsync {
		last = syscall.SIGQUIT
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: last, Credential: c.owner.credential()}
	return cmd
}

// accepting reports whether our own postmaster has said "ready" in its lock
// file (line 1: pid, line 8: state), which is what pg_ctl waits for.
func (c *Cluster) accepting() bool {
	text, err := os.ReadFile(filepath.Join(c.home.data, "postmaster.pid"))
	if err != nil {
		return false
	}
	lines := strings.Split(string(text), "\n")
	pid := c.Pid()
	return len(lines) > 7 && pid != 0 && lines[0] == strconv.Itoa(pid) &&
		strings.TrimSpace(lines[7]) == "ready"
}

// tell leaves err in a channel of one, unless an earlier one still stands there.
func tell(ch chan<- error, err error) {
	select {
	case ch <- err:
	default:
	}
}

// Stop ends PostgreSQL within 8 s: a fast shutdown with a checkpoint, then an
// immediate one (the next start recovers from the log), then a kill. When ctx
// ends earlier it goes straight to the immediate shutdown. A second call waits
// for the first.
func (c *Cluster) Stop(ctx context.Context) error {
	var err error
	c.stop.Do(func() {
		c.mu.Lock()
		c.end()
		c.mu.Unlock()
		err = c.shutdown(ctx)
		c.home.vacate()
		c.lock.Close()
	})
	return err
}

func (c *Cluster) shutdown(ctx context.Context) error {
	steps := []struct {
		signal   syscall.Signal
		patience time.Duration
	}{{syscall.SIGINT, 5 * time.Second}, {syscall.SIGQUIT, 2 * time.Second}, {syscall.SIGKILL, time.Second}}
	for i, s := range steps {
		c.signal(s.signal)
		asked := ctx
		if i > 0 {
			asked = context.Background()
		}
		select {
		case <-c.done:
			// The logger is the last to leave, a moment after the postmaster.
			return c.untilEmpty(context.Background(), time.Second)
		case <-asked.Done():
		case <-time.After(s.patience):
		}
	}
	return fmt.Errorf("stop database in %s: still running after a kill", c.home.dir)
}

func (c *Cluster) signal(s syscall.Signal) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.proc != nil {
		// It may have ended meanwhile, which is what we want.
		_ = c.proc.Signal(s)
	}
}
