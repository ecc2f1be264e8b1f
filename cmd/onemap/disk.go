package main

import (
	"context"
	"syscall"
	"time"
)

// The server stops writing while less room than both of these is left:
// PostgreSQL panics on a full disk, and then nothing can be read either. A
// twentieth of a large disk is room enough.
const (
	leastShare = 0.05
	leastBytes = 1 << 30
	looksEvery = 5 * time.Second
)

// nearlyFull reports whether the disk under dir has too little room; a disk
// that cannot be seen, of a database elsewhere, is not ours to judge.
func nearlyFull(dir string) bool {
	var at syscall.Statfs_t
	if err := syscall.Statfs(dir, &at); err != nil || at.Blocks == 0 {
		return false
	}
	free := float64(at.Bavail) * float64(at.Bsize)
	return free < leastBytes && float64(at.Bavail) < leastShare*float64(at.Blocks)
}

// watchDisk turns writing off while the disk of the private database is
// nearly full, and on again.
func (h *hall) watchDisk(ctx context.Context) error {
	if h.db.cluster == nil {
		return nil
	}
	t := time.NewTicker(looksEvery)
	defer t.Stop()
	for {
		if full := nearlyFull(h.db.cluster.Dir()); full != h.full.Swap(full) {
			h.log.Warn("disk", "nearly_full", full)
		}
		select {
		case <-t.C:
		case <-ctx.Done():
			return nil
		}
	}
}
