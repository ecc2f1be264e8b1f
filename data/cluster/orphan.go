package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// reclaim ends whatever PostgreSQL still runs on our data directory and clears
// the lock files it left. We hold the flock, so nothing found there has a
// living server behind it: it is a postmaster whose server was killed, or
// backends whose postmaster was.
func (c *Cluster) reclaim(ctx context.Context) error {
	steps := []struct {
		signal   syscall.Signal
		patience time.Duration
	}{
		{0, 500 * time.Millisecond}, // most end by themselves as soon as they look
		{syscall.SIGINT, 8 * time.Second},
		{syscall.SIGQUIT, 3 * time.Second},
		{syscall.SIGKILL, 3 * time.Second},
	}
	for _, s := range steps {
		head, all := c.inhabitants()
		if len(all) == 0 {
			break
		}
		targets := all
		if head != 0 {
			targets = []int{head} // it takes its children along
		} else if s.signal == syscall.SIGINT {
			continue // to a backend that only means: cancel the query
		}
		if s.signal != 0 {
			c.opt.Log.Warn("stopping an earlier PostgreSQL on this directory", "pids", targets, "signal", s.signal)
		}
		for _, pid := range targets {
			signalTenant(pid, c.home.data, s.signal)
		}
		if err := c.untilEmpty(ctx, s.patience); err != nil {
			return err
		}
	}
	if _, all := c.inhabitants(); len(all) > 0 {
		return fmt.Errorf("an earlier PostgreSQL does not end (processes %v)", all)
	}
	for _, f := range []string{
		filepath.Join(c.home.data, "postmaster.pid"),
		filepath.Join(c.home.run, ".s.PGSQL."+port),
		filepath.Join(c.home.run, ".s.PGSQL."+port+".lock"),
	} {
		if err := os.Remove(f); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("clear what an earlier PostgreSQL left: %w", err)
		}
	}
	return nil
}

// untilEmpty waits until nobody lives on the data directory, at most d. Only
// the end of ctx is an error.
func (c *Cluster) untilEmpty(ctx context.Context, d time.Duration) error {
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	enough := time.After(d)
	for {
		if _, all := c.inhabitants(); len(all) == 0 {
			return nil
		}
		select {
		case <-look.C:
		case <-enough:
			return nil
		case <-ctx.Done():
			return fmt.Errorf("wait for an earlier PostgreSQL to end: %w", ctx.Err())
		}
	}
}

// inhabitants lists the postgres processes that live on our data directory,
// and which of them is the postmaster named in its lock file, 0 if none.
func (c *Cluster) inhabitants() (head int, all []int) {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return 0, nil
	}
	for _, e := range entries {
		if pid, err := strconv.Atoi(e.Name()); err == nil && livesOn(pid, c.home.data) {
			all = append(all, pid)
		}
	}
	text, err := os.ReadFile(filepath.Join(c.home.data, "postmaster.pid"))
	if err != nil {
		return 0, all
	}
	first, _, _ := strings.Cut(string(text), "\n")
	if pid, err := strconv.Atoi(first); err == nil && slices.Contains(all, pid) {
		head = pid
	}
	return head, all
}

// livesOn reports whether pid is a postgres working in dir. Every process of a
// cluster keeps its data directory as working directory, and no other
// cluster's can have the same.
func livesOn(pid int, dir string) bool {
	proc := filepath.Join("/proc", strconv.Itoa(pid))
	cwd, err := os.Readlink(filepath.Join(proc, "cwd"))
	if err != nil || cwd != dir {
		return false
	}
	exe, err := os.Readlink(filepath.Join(proc, "exe"))
	return err == nil && filepath.Base(strings.TrimSuffix(exe, " (deleted)")) == "postgres"
}

// signalTenant signals pid only if it still lives on dir: the handle is taken
// first, so a number given to another process in between is never hit.
func signalTenant(pid int, dir string, s syscall.Signal) {
	p, err := os.FindProcess(pid)
	if err == nil && s != 0 && livesOn(pid, dir) {
		// It may have ended meanwhile, which is what we want.
		_ = p.Signal(s)
	}
}
