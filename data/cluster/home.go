package cluster

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

const (
	longestSocket = 107 // bytes of sun_path, less its closing zero
	keptLogs      = 20  // of 10 MB each
)

// home is where a cluster keeps its things.
type home struct {
	asked string // as the caller named it, absolute
	dir   string // where it is: the same, or elsewhere
	data  string // PGDATA, links resolved
	run   string // the socket's directory
	log   string
}

// settle decides where the cluster lives and as whom it runs. The directory
// itself exists afterwards. When PostgreSQL's user cannot enter the directory
// asked for (a checkout under /root, say), the cluster goes to a new one under
// /var/lib/onemap, and a link named "elsewhere" remembers which.
func settle(dir string) (home, owner, error) {
	asked, err := filepath.Abs(dir)
	if err != nil {
		return home{}, owner{}, fmt.Errorf("find directory: %w", err)
	}
	if err := os.MkdirAll(asked, 0o755); err != nil {
		return home{}, owner{}, fmt.Errorf("make directory: %w", err)
	}
	if asked, err = filepath.EvalSymlinks(asked); err != nil {
		return home{}, owner{}, fmt.Errorf("find directory: %w", err)
	}
	place := asked
	link := filepath.Join(asked, "elsewhere")
	if to, err := filepath.EvalSymlinks(link); err == nil {
		place = to
	}
	who, err := chooseOwner(filepath.Join(place, "data"))
	if err != nil {
		return home{}, owner{}, err
	}
	if barrier := who.barrier(place); barrier != "" {
		if place, err = moveOut(place, barrier, link, who); err != nil {
			return home{}, owner{}, err
		}
	}
	h := home{asked: asked, dir: place, data: filepath.Join(place, "data"), log: filepath.Join(place, "log")}
	h.run, err = socketDir(place)
	return h, who, err
}

// shared is where clusters go that cannot stay where they were asked to be.
const shared = "/var/lib/onemap"

func moveOut(place, barrier, link string, who owner) (string, error) {
	cannot := fmt.Errorf("PostgreSQL runs as user %s, who cannot enter %s", who.name, barrier)
	if _, err := os.Stat(filepath.Join(place, "data")); err == nil {
		return "", fmt.Errorf("%w: allow it (chmod o+x) or move the data", cannot)
	}
	if err := os.MkdirAll(shared, 0o755); err != nil {
		return "", fmt.Errorf("%w, and %s cannot be made instead: %w", cannot, shared, err)
	}
	to, err := os.MkdirTemp(shared, filepath.Base(place)+"-")
	if err != nil {
		return "", fmt.Errorf("%w, and nothing can be made in %s instead: %w", cannot, shared, err)
	}
	if err := os.Remove(link); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("replace link: %w", err)
	}
	if err := os.Symlink(to, link); err != nil {
		return "", fmt.Errorf("remember where the data are: %w", err)
	}
	return to, nil
}

// socketDir is place/run, or a short directory named after place when the
// socket's full name would not fit into a socket address.
func socketDir(place string) (string, error) {
	sum := sha256.Sum256([]byte(place))
	short := fmt.Sprintf("onemap-%d-%x", os.Geteuid(), sum[:6])
	choices := []string{filepath.Join(place, "run")}
	if os.Geteuid() == 0 {
		choices = append(choices, filepath.Join("/run", short))
	} else if x := os.Getenv("XDG_RUNTIME_DIR"); x != "" {
		choices = append(choices, filepath.Join(x, short))
	}
	choices = append(choices, filepath.Join(os.TempDir(), short), filepath.Join("/tmp", short))
	for _, c := range choices {
		if _, err := os.Stat(filepath.Dir(c)); err == nil && len(c)+len("/.s.PGSQL."+port) <= longestSocket {
			return c, nil
		}
	}
	return "", fmt.Errorf("no directory short enough for a socket; tried %s", strings.Join(choices, ", "))
}

// furnish makes the directories. The home stays ours, so that nothing we write
// there can be redirected by PostgreSQL's user; what is inside is that user's,
// and closed to everybody else.
func (h home) furnish(who owner) error {
	if who.lent {
		if err := os.Chmod(h.dir, 0o711); err != nil {
			return fmt.Errorf("let user %s pass: %w", who.name, err)
		}
	}
	for _, dir := range []string{h.run, h.log} {
		if err := give(dir, who); err != nil {
			return err
		}
	}
	return nil
}

// give makes dir if need be and makes it the owner's alone.
func give(dir string, who owner) error {
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("make directory: %w", err)
	}
	// A socket directory may lie in /tmp, where anyone can be first.
	st, err := os.Lstat(dir)
	if err != nil {
		return fmt.Errorf("look at directory: %w", err)
	}
	if uid := st.Sys().(*syscall.Stat_t).Uid; !st.IsDir() || uid != who.uid && uid != uint32(os.Geteuid()) {
		return fmt.Errorf("%s is not a directory of user %s (uid %d has it)", dir, who.name, uid)
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		return fmt.Errorf("close directory to others: %w", err)
	}
	if err := os.Lchown(dir, int(who.uid), int(who.gid)); err != nil {
		return fmt.Errorf("give directory to user %s: %w", who.name, err)
	}
	return nil
}

// vacate removes a socket directory made outside the home.
func (h home) vacate() {
	if filepath.Dir(h.run) != h.dir {
		// Left behind it is empty, private and taken up again at the next start.
		_ = os.Remove(h.run)
	}
}

// major is the version that made the data, 0 when there are none.
func (h home) major() (int, error) {
	text, err := os.ReadFile(filepath.Join(h.data, "PG_VERSION"))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("read version of the data: %w", err)
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return 0, fmt.Errorf("read version of the data: %w", err)
	}
	return n, nil
}

// prune deletes all but the newest logs; their names sort by time.
func (h home) prune() {
	logs, err := filepath.Glob(filepath.Join(h.log, "*.log"))
	if err != nil || len(logs) <= keptLogs {
		return
	}
	slices.Sort(logs)
	for _, f := range logs[:len(logs)-keptLogs] {
		// One that stays is deleted next time.
		_ = os.Remove(f)
	}
}

// lock takes the directory for this process until the file is closed.
func lock(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open lock file: %w", err)
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		holder := make([]byte, 16)
		n, _ := f.ReadAt(holder, 0) // a short read is the rule
		f.Close()
		return nil, fmt.Errorf("%w (process %s)", ErrInUse, strings.TrimSpace(string(holder[:n])))
	}
	if err == nil {
		err = f.Truncate(0)
	}
	if err == nil {
		_, err = f.WriteAt([]byte(strconv.Itoa(os.Getpid())), 0)
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("take lock: %w", err)
	}
	return f, nil
}
