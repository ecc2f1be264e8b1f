package load

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"onemap/dispatch"
)

// Map replaces the mapping of an import that is ready. One with a name is kept
// under it, for the next file of the same kind.
func (j *Imports) Map(by, id dispatch.ID, m dispatch.Mapping) (dispatch.ImportJob, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	job, err := j.find(by, id)
	if err != nil {
		return dispatch.ImportJob{}, err
	}
	if job.State != "ready" {
		return dispatch.ImportJob{}, errNotReady.With("the import is %s", job.State)
	}
	m.Ledger = job.Ledger
	if err := CheckMapping(job.Shape, m); err != nil {
		return dispatch.ImportJob{}, err
	}
	if m.Name != "" {
		if err := j.keepMapping(m); err != nil {
			return dispatch.ImportJob{}, err
		}
	}
	job.Mapping = &m
	j.keep(job)
	return *job, nil
}

// keepMapping writes a mapping down under its name; the file's name is a hash,
// so that no name reaches the disk.
func (j *Imports) keepMapping(m dispatch.Mapping) error {
	sum := sha256.Sum256([]byte(string(m.Ledger) + "\x00" + m.Name))
	path := filepath.Join(j.dir, "mappings", hex.EncodeToString(sum[:12])+".json")
	if _, err := os.Stat(path); err != nil {
		if all, err := os.ReadDir(filepath.Dir(path)); err != nil || len(all) >= maxMappings {
			return errTooMany.With("more than %d mappings are kept", maxMappings)
		}
	}
	if err := writeWhole(path, m); err != nil {
		return fmt.Errorf("keep mapping: %w", err)
	}
	return nil
}

// Mappings returns what was kept for a ledger, by name.
func (j *Imports) Mappings(l dispatch.Ledger) ([]dispatch.Mapping, error) {
	files, err := filepath.Glob(filepath.Join(j.dir, "mappings", "*.json"))
	if err != nil {
		return nil, fmt.Errorf("list mappings: %w", err)
	}
	var all []dispatch.Mapping
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("read mapping: %w", err)
		}
		var m dispatch.Mapping
		if err := json.Unmarshal(raw, &m); err != nil {
			j.log.Warn("a kept mapping cannot be read", "file", filepath.Base(file), "error", err)
			continue
		}
		if m.Ledger == l {
			all = append(all, m)
		}
	}
	slices.SortFunc(all, func(x, y dispatch.Mapping) int { return strings.Compare(x.Name, y.Name) })
	return all, nil
}

// Rows makes the rows of an import that is ready, or was applied.
func (j *Imports) Rows(by, id dispatch.ID) (dispatch.ImportRows, error) {
	job, err := j.Job(by, id)
	if err != nil {
		return dispatch.ImportRows{}, err
	}
	if job.State != "ready" && job.State != "applied" {
		return dispatch.ImportRows{}, errNotReady.With("the import is %s", job.State)
	}
	f, err := os.Open(j.path(id, "rows"))
	if err != nil {
		return dispatch.ImportRows{}, fmt.Errorf("read rows: %w", err)
	}
	defer f.Close()
	return MapRows(f, job.Shape, *job.Mapping)
}

// Cells returns what stands in some rows of an import's file, by row.
func (j *Imports) Cells(by, id dispatch.ID, rows map[int]bool) (map[int]map[string]string, error) {
	if _, err := j.Job(by, id); err != nil {
		return nil, err
	}
	f, err := os.Open(j.path(id, "rows"))
	if err != nil {
		return nil, fmt.Errorf("read rows: %w", err)
	}
	defer f.Close()
	found := map[int]map[string]string{}
	lines := bufio.NewScanner(f)
	lines.Buffer(make([]byte, 64<<10), maxStream)
	for lines.Scan() && len(found) < len(rows) {
		var l Line
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			return nil, fmt.Errorf("read rows: %w", err)
		}
		if l.Row != nil && rows[l.Row.N] {
			found[l.Row.N] = l.Row.Cells
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read rows: %w", err)
	}
	return found, nil
}

// Applied notes that an import is in the ledger since seq.
func (j *Imports) Applied(by, id dispatch.ID, seq dispatch.Seq) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	job, err := j.find(by, id)
	if err != nil {
		return err
	}
	job.State, job.Seq = "applied", seq
	j.keep(job)
	return nil
}
