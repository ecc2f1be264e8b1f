package load

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"onemap/dispatch"
)

// Limits of what is kept.
const (
	maxJobs     = 20
	maxMappings = 200
	keepJob     = 24 * time.Hour
	readWithin  = 90 * time.Second // a reading, by the clock
)

// Refusals of jobs.
var (
	errRunning  = &dispatch.Error{Kind: dispatch.Unavailable, Code: "import_running", Text: "one file is read at a time"}
	errTooMany  = &dispatch.Error{Kind: dispatch.Unavailable, Code: "imports_full", Text: "too many imports are kept: apply or drop some"}
	errReader   = &dispatch.Error{Kind: dispatch.Invalid, Code: "reader_failed"}
	errNotReady = &dispatch.Error{Kind: dispatch.Conflict, Code: "wrong_step", Text: "the file is not ready"}
)

// Imports keeps files on their way into a ledger (导入任务), each in a directory
// of its own: the file until it is read, its rows, and what is known of it.
// Nothing here touches the database. Make it with OpenImports.
type Imports struct {
	dir   string
	read  Reader
	now   func() time.Time
	log   *slog.Logger
	mu    sync.Mutex
	jobs  map[dispatch.ID]*dispatch.ImportJob
	stop  context.CancelFunc // of the reading under way
	of    dispatch.ID
	ended sync.WaitGroup
}

// Reader reads one file, in a process of its own, and writes its rows to out.
type Reader func(ctx context.Context, file string, o dispatch.ReadOptions, out io.Writer) error

// OpenImports takes up what an earlier run left in dir: what was being read
// then has failed, what was ready still is.
func OpenImports(dir string, read Reader, now func() time.Time, log *slog.Logger) (*Imports, error) {
	j := &Imports{dir: dir, read: read, now: now, log: log, jobs: map[dispatch.ID]*dispatch.ImportJob{}}
	if err := os.MkdirAll(filepath.Join(dir, "mappings"), 0o700); err != nil {
		return nil, fmt.Errorf("make room for imports: %w", err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("look for imports: %w", err)
	}
	for _, e := range entries {
		id, err := uuid.Parse(e.Name())
		if err != nil {
			continue
		}
		job, err := j.load(id)
		if err != nil {
			log.Warn("an import cannot be taken up", "import", id, "error", err)
			os.RemoveAll(j.path(id, ""))
			continue
		}
		if job.State == "reading" {
			job.State, job.Failure = "failed", errReader.With("the server was restarted while the file was read: send it again")
			os.Remove(j.path(id, "file"))
			j.keep(job)
		}
		j.jobs[id] = job
	}
	return j, nil
}

func (j *Imports) path(id dispatch.ID, name string) string {
	return filepath.Join(j.dir, id.String(), name)
}

func (j *Imports) load(id dispatch.ID) (*dispatch.ImportJob, error) {
	raw, err := os.ReadFile(j.path(id, "job.json"))
	if err != nil {
		return nil, err
	}
	job := &dispatch.ImportJob{}
	if err := json.Unmarshal(raw, job); err != nil {
		return nil, err
	}
	return job, nil
}

// keep writes a job down, whole or not at all.
func (j *Imports) keep(job *dispatch.ImportJob) {
	if err := writeWhole(j.path(job.ID, "job.json"), job); err != nil {
		j.log.Warn("an import cannot be kept", "import", job.ID, "error", err)
	}
}

func writeWhole(path string, v any) error {
	raw, err := json.Marshal(v)
	if err != nil {
		return err
	}
	if err := os.WriteFile(path+".new", raw, 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// Settle waits until nothing is being read.
func (j *Imports) Settle() { j.ended.Wait() }

// Close ends the reading under way and waits for it.
func (j *Imports) Close() {
	j.mu.Lock()
	if j.stop != nil {
		j.stop()
	}
	j.mu.Unlock()
	j.ended.Wait()
}

// Start takes a file and has it read. It refuses a second one meanwhile; what
// was sent under the same id before is answered with as it is. body is read to
// its end before Start returns.
func (j *Imports) Start(id, by dispatch.ID, l dispatch.Ledger, name string, o dispatch.ReadOptions, divisions map[string]string, body io.Reader) (dispatch.ImportJob, error) {
	j.mu.Lock()
	before := j.jobs[id]
	j.mu.Unlock()
	if before != nil {
		return j.Job(by, id)
	}
	ctx, cancel := context.WithTimeout(context.Background(), readWithin)
	job := &dispatch.ImportJob{ID: id, By: by, Ledger: l, File: name, State: "reading", Options: o, CreatedAt: j.now()}
	if err := j.admit(job, cancel); err != nil {
		cancel()
		return dispatch.ImportJob{}, err
	}
	n, err := j.store(job.ID, body)
	if err != nil {
		j.mu.Lock()
		delete(j.jobs, job.ID)
		j.stop = nil
		j.mu.Unlock()
		cancel()
		os.RemoveAll(j.path(job.ID, ""))
		return dispatch.ImportJob{}, err
	}
	j.mu.Lock()
	job.Bytes = n
	j.keep(job)
	copied := *job
	j.mu.Unlock()
	j.ended.Go(func() {
		defer cancel()
		shape, err := j.reading(ctx, job)
		j.finish(job, shape, divisions, err)
	})
	return copied, nil
}

// admit lets one reading in at a time, and sweeps what is old.
func (j *Imports) admit(job *dispatch.ImportJob, cancel context.CancelFunc) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.stop != nil {
		return errRunning
	}
	for id, old := range j.jobs {
		if j.now().Sub(old.CreatedAt) > keepJob {
			delete(j.jobs, id)
			os.RemoveAll(j.path(id, ""))
		}
	}
	if len(j.jobs) >= maxJobs {
		return errTooMany
	}
	j.jobs[job.ID], j.stop, j.of = job, cancel, job.ID
	return nil
}

func (j *Imports) store(id dispatch.ID, body io.Reader) (int64, error) {
	if err := os.Mkdir(j.path(id, ""), 0o700); err != nil {
		return 0, fmt.Errorf("make room for an import: %w", err)
	}
	f, err := os.OpenFile(j.path(id, "file"), os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o600)
	if err != nil {
		return 0, fmt.Errorf("make room for an import: %w", err)
	}
	n, err := io.Copy(f, io.LimitReader(body, maxFile+1))
	if err = errors.Join(err, f.Close()); err != nil {
		return 0, fmt.Errorf("take the file: %w", err)
	}
	if n > maxFile {
		return 0, ErrTooLarge
	}
	return n, nil
}

// reading has the file read and its rows written down. A reading without its
// last line was cut short, whatever the reason.
func (j *Imports) reading(ctx context.Context, job *dispatch.ImportJob) (*dispatch.FileShape, error) {
	f, err := os.OpenFile(j.path(job.ID, "rows"), os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, fmt.Errorf("keep rows: %w", err)
	}
	w := &watcher{to: bufio.NewWriterSize(f, 64<<10), tell: func(p Progress) {
		j.mu.Lock()
		defer j.mu.Unlock()
		job.Rows, job.Expected = p.Rows, p.Of
	}}
	err = j.read(ctx, j.path(job.ID, "file"), job.Options, w)
	err = errors.Join(err, w.to.Flush(), f.Close())
	os.Remove(j.path(job.ID, "file"))
	switch {
	case w.last.Refused != nil:
		return nil, w.last.Refused
	case ctx.Err() != nil:
		return nil, errReader.With("the reading took more than %.0f s, or was stopped", readWithin.Seconds())
	case err != nil || w.last.End == nil:
		j.log.Warn("an import's reader failed", "import", job.ID, "error", err)
		return nil, errReader.With("the reader ended before the file did: it may want too much memory or time")
	}
	return w.last.End, nil
}

func (j *Imports) finish(job *dispatch.ImportJob, shape *dispatch.FileShape, divisions map[string]string, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.stop = nil
	if j.jobs[job.ID] == nil {
		return // dropped meanwhile
	}
	if err != nil {
		job.State, job.Failure = "failed", refusalOf(err)
		os.Remove(j.path(job.ID, "rows"))
	} else {
		m := Guess(job.Ledger, shape, divisions)
		job.State, job.Shape, job.Rows, job.Mapping = "ready", shape, shape.Rows, &m
	}
	j.keep(job)
	j.log.Info("import read", "import", job.ID, "state", job.State, "rows", job.Rows)
}

// watcher writes lines down, and looks at those that are no rows.
type watcher struct {
	to   *bufio.Writer
	tell func(Progress)
	part []byte
	n    int64
	last Line
}

func (w *watcher) Write(p []byte) (int, error) {
	if w.n += int64(len(p)); w.n > maxStream {
		return 0, ErrTooLarge.With("more than %d MB of rows", maxStream>>20)
	}
	if _, err := w.to.Write(p); err != nil {
		return 0, err
	}
	rest := p
	for {
		line, after, whole := bytes.Cut(rest, []byte("\n"))
		if w.part = append(w.part, line...); !whole {
			return len(p), nil
		}
		if !bytes.HasPrefix(w.part, []byte(`{"row"`)) {
			w.last = Line{}
			if err := json.Unmarshal(w.part, &w.last); err != nil {
				return 0, fmt.Errorf("read rows: %w", err)
			}
			if w.last.Tell != nil {
				w.tell(*w.last.Tell)
			}
		}
		w.part, rest = w.part[:0], after
	}
}

// find returns the job of its sender; anybody else's is not there.
func (j *Imports) find(by, id dispatch.ID) (*dispatch.ImportJob, error) {
	job := j.jobs[id]
	if job == nil || job.By != by {
		return nil, dispatch.ErrNotFound
	}
	return job, nil
}

// Job returns one import of its sender's.
func (j *Imports) Job(by, id dispatch.ID) (dispatch.ImportJob, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	job, err := j.find(by, id)
	if err != nil {
		return dispatch.ImportJob{}, err
	}
	return *job, nil
}

// List returns a sender's imports, the newest first.
func (j *Imports) List(by dispatch.ID) (all []dispatch.ImportJob) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, job := range j.jobs {
		if job.By == by {
			all = append(all, *job)
		}
	}
	slices.SortFunc(all, func(x, y dispatch.ImportJob) int { return y.CreatedAt.Compare(x.CreatedAt) })
	return all
}

// Drop forgets an import; a reading under way is ended.
func (j *Imports) Drop(by, id dispatch.ID) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if _, err := j.find(by, id); err != nil {
		return err
	}
	if j.stop != nil && j.of == id {
		j.stop()
	}
	delete(j.jobs, id)
	if err := os.RemoveAll(j.path(id, "")); err != nil {
		return fmt.Errorf("drop import: %w", err)
	}
	return nil
}
