package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	planning "onemap/dispatch/study"
)

// What a solver may take. It runs below everything else.
const (
	cbcLimit   = 60 * time.Second // by the clock
	cbcSpare   = 30 * time.Second // to read, tidy up and write, after which it is killed
	cbcMemory  = 2 << 30          // bytes of address space
	cbcProgram = 64 << 20         // bytes of a program: about a million pairs of a median
	cbcAnswer  = 16 << 20         // bytes that are read of what it writes
	cbcLeft    = time.Hour        // after which nobody runs in its directory any more
	cbcDir     = "onemap-cbc-"    // in the directory of what is temporary
)

// cbc is Debian's coinor-cbc (外部求解器), where it is installed.
type cbc struct {
	name  string // looked for on the path each time: it may be installed meanwhile
	limit time.Duration
}

func newCBC() cbc { return cbc{"cbc", cbcLimit} }

// Prove runs CBC on a program in a directory of its own, under limits of time and
// memory that the shell sets before it becomes CBC. Ending ctx kills it, and so
// does the end of this process, however it comes.
func (c cbc) Prove(ctx context.Context, q planning.Program) (planning.Verdict, error) {
	path, err := exec.LookPath(c.name)
	if err != nil {
		return planning.Verdict{}, fmt.Errorf("%w: %w", planning.ErrNoSolver, err)
	}
	sweepCBC()
	dir, err := os.MkdirTemp("", cbcDir)
	if err != nil {
		return planning.Verdict{}, fmt.Errorf("make room for CBC: %w", err)
	}
	defer os.RemoveAll(dir)
	if err := layProgram(dir, q); err != nil {
		return planning.Verdict{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, c.limit+cbcSpare)
	defer cancel()
	said, err := os.Create(filepath.Join(dir, "said"))
	if err != nil {
		return planning.Verdict{}, fmt.Errorf("make room for CBC: %w", err)
	}
	defer said.Close()
	seconds := strconv.Itoa(int(math.Ceil(c.limit.Seconds())))
	most := strconv.Itoa(2 * int((c.limit + cbcSpare).Seconds())) // of the processor, should nobody be left to kill it
	cmd := exec.CommandContext(ctx, "/bin/sh", "-c", `ulimit -v "$1" && ulimit -t "$2" && shift 2 && exec nice -n 10 "$@"`, "sh",
		strconv.Itoa(cbcMemory>>10), most, path, "program.lp", "mips", "start", "timeMode", "elapsed", "sec", seconds, "solve", "solution", "answer")
	cmd.Dir, cmd.Stdout, cmd.WaitDelay = dir, said, time.Second
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	runtime.LockOSThread() // whose end the signal is about
	defer runtime.UnlockOSThread()
	if err := cmd.Run(); err != nil {
		return planning.Verdict{}, fmt.Errorf("run CBC: %w", cmp.Or(ctx.Err(), err))
	}
	return readVerdict(dir)
}

// sweepCBC removes what servers left that were killed while one ran.
func sweepCBC() {
	left, _ := filepath.Glob(filepath.Join(os.TempDir(), cbcDir+"*"))
	for _, dir := range left {
		if at, err := os.Lstat(dir); err == nil && time.Since(at.ModTime()) > cbcLeft {
			_ = os.RemoveAll(dir) // or the next time
		}
	}
}

// layProgram writes the program, and the choice to begin with.
func layProgram(dir string, q planning.Program) error {
	f, err := os.Create(filepath.Join(dir, "program.lp"))
	if err != nil {
		return fmt.Errorf("write program: %w", err)
	}
	err = q.Write(&bounded{f, cbcProgram})
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("write program: %w", err)
	}
	var start bytes.Buffer
	fmt.Fprintln(&start, "start")
	for n, j := range q.Start {
		fmt.Fprintf(&start, "%d x%d 1 0\n", n, j)
	}
	if err := os.WriteFile(filepath.Join(dir, "start"), start.Bytes(), 0o600); err != nil {
		return fmt.Errorf("write program: %w", err)
	}
	return nil
}

// bounded is a file that may have so many bytes.
type bounded struct {
	w    io.Writer
	left int
}

func (b *bounded) Write(p []byte) (int, error) {
	if b.left -= len(p); b.left < 0 {
		return 0, planning.ErrProgramTooLarge
	}
	return b.w.Write(p)
}

var (
	cbcVersion = regexp.MustCompile(`(?m)^Version: (\S+)`)
	cbcValue   = regexp.MustCompile(`(?m)^Objective value: +-?(\S+)`)
	cbcBound   = regexp.MustCompile(`(?m)^(?:Lower|Upper) bound: +-?(\S+)`)
	cbcSite    = regexp.MustCompile(`^\s*\d+\s+x(\d+)\s+(\S+)`)
)

// readVerdict reads what CBC said and wrote. What a program counts is never
// negative; the sign CBC gives it depends on which way it turned the program.
func readVerdict(dir string) (planning.Verdict, error) {
	said, err := readSome(filepath.Join(dir, "said"))
	if err != nil {
		return planning.Verdict{}, err
	}
	v := planning.Verdict{Solver: "CBC"}
	if m := cbcVersion.FindSubmatch(said); m != nil {
		v.Solver += " " + string(m[1])
	}
	switch {
	case bytes.Contains(said, []byte("\nResult - Optimal solution found\n")):
		v.Bound = lastNumber(cbcValue, said)
	case bytes.Contains(said, []byte("\nResult - Stopped on ")):
		v.Bound = lastNumber(cbcBound, said)
	default:
		return planning.Verdict{}, errors.New("CBC said neither that it is done nor that it was stopped")
	}
	v.Sites, err = readSites(filepath.Join(dir, "answer"))
	return v, err
}

func lastNumber(what *regexp.Regexp, said []byte) *float64 {
	all := what.FindAllSubmatch(said, -1)
	if len(all) == 0 {
		return nil
	}
	n, err := strconv.ParseFloat(string(all[len(all)-1][1]), 64)
	if err != nil || n > 1e15 { // CBC writes 1e+50 for none
		return nil
	}
	return &n
}

// readSites lists the candidates that are one in CBC's answer; none where it
// found no choice.
func readSites(path string) ([]int, error) {
	raw, err := readSome(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var all []int
	for lines := bufio.NewScanner(bytes.NewReader(raw)); lines.Scan(); {
		m := cbcSite.FindStringSubmatch(strings.TrimPrefix(lines.Text(), "**"))
		if m == nil {
			continue
		}
		j, err := strconv.Atoi(m[1])
		share, shareErr := strconv.ParseFloat(m[2], 64)
		if err := errors.Join(err, shareErr); err != nil {
			return nil, fmt.Errorf("read CBC's answer: %w", err)
		}
		if share > 0.5 {
			all = append(all, j)
		}
	}
	return all, nil
}

func readSome(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read CBC's answer: %w", err)
	}
	defer f.Close()
	raw, err := io.ReadAll(io.LimitReader(f, cbcAnswer))
	if err != nil {
		return nil, fmt.Errorf("read CBC's answer: %w", err)
	}
	return raw, nil
}
