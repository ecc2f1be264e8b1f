package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

const oldestMajor = 15 // the SQL of this module is written for 15 and later

// install is one set of PostgreSQL server programs.
type install struct {
	bin     string
	version string // "15.18"
	major   int
}

// find returns the newest installation that has PostGIS; one of the given major
// version when there are data already, because PostgreSQL does not read those
// of another. bin, when not empty, is the only place looked at.
func find(ctx context.Context, bin string, major int) (install, error) {
	var all []install
	for _, dir := range candidates(bin) {
		in, err := inspect(ctx, dir)
		if err != nil {
			if bin != "" {
				return install{}, err
			}
			continue
		}
		all = append(all, in)
	}
	slices.SortFunc(all, func(a, b install) int { return b.major - a.major })
	if len(all) == 0 {
		return install{}, fmt.Errorf("no PostgreSQL %d or newer with PostGIS found: install the packages "+
			"postgresql and postgresql-NN-postgis-3, or name the directory of its programs", oldestMajor)
	}
	if major == 0 {
		return all[0], nil
	}
	for _, in := range all {
		if in.major == major {
			return in, nil
		}
	}
	return install{}, fmt.Errorf("the data were made by PostgreSQL %d and the one installed is %d, which cannot read them: "+
		"install PostgreSQL %d with PostGIS beside it, or move the data with pg_upgrade", major, all[0].major, major)
}

// candidates lists directories that may hold the programs.
func candidates(bin string) []string {
	if bin != "" {
		return []string{bin}
	}
	var dirs []string
	for _, pattern := range []string{"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin"} {
		found, err := filepath.Glob(pattern)
		if err == nil {
			dirs = append(dirs, found...)
		}
	}
	if p, err := exec.LookPath("postgres"); err == nil {
		if program, err := filepath.EvalSymlinks(p); err == nil && !slices.Contains(dirs, filepath.Dir(program)) {
			dirs = append(dirs, filepath.Dir(program))
		}
	}
	return dirs
}

var versionWords = regexp.MustCompile(`\(PostgreSQL\) ((\d+)[^ \n]*)`)

// inspect asks the programs in dir who they are, and whether PostGIS is there.
func inspect(ctx context.Context, dir string) (install, error) {
	out, err := exec.CommandContext(ctx, filepath.Join(dir, "postgres"), "--version").Output()
	if err != nil {
		return install{}, fmt.Errorf("ask postgres in %s for its version: %w", dir, err)
	}
	m := versionWords.FindStringSubmatch(string(out))
	if m == nil {
		return install{}, fmt.Errorf("ask postgres in %s for its version: it says %q", dir, out)
	}
	major, err := strconv.Atoi(m[2])
	if err != nil {
		return install{}, fmt.Errorf("read version %q: %w", m[1], err)
	}
	if major < oldestMajor {
		return install{}, fmt.Errorf("PostgreSQL %s in %s is too old: %d or newer is needed", m[1], dir, oldestMajor)
	}
	share, err := exec.CommandContext(ctx, filepath.Join(dir, "pg_config"), "--sharedir").Output()
	if err != nil {
		return install{}, fmt.Errorf("ask pg_config in %s for its share directory: %w", dir, err)
	}
	control := filepath.Join(strings.TrimSpace(string(share)), "extension", "postgis.control")
	if _, err := os.Stat(control); errors.Is(err, os.ErrNotExist) {
		return install{}, fmt.Errorf("PostgreSQL %s in %s has no PostGIS: install postgresql-%d-postgis-3", m[1], dir, major)
	} else if err != nil {
		return install{}, fmt.Errorf("look for PostGIS: %w", err)
	}
	return install{bin: dir, version: m[1], major: major}, nil
}
