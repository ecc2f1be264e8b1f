package pgtest

import (
	"os"
	"path/filepath"
	"syscall"
)

const prefix = "onemap-test-"

// sweep removes the directories of test binaries that were killed before they
// could do so themselves. One whose cluster still runs holds its lock.
func sweep() {
	dirs, err := filepath.Glob(filepath.Join(os.TempDir(), prefix+"*"))
	if err != nil {
		return
	}
	for _, dir := range dirs {
		f, err := os.OpenFile(filepath.Join(dir, "pg", "lock"), os.O_RDWR, 0)
		if err != nil {
			continue // just being made, or another user's
		}
		if syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil {
			// Best effort: it is only disk space.
			_ = os.RemoveAll(dir)
		}
		f.Close()
	}
}
