package demo

import (
	"embed"
	"fmt"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
)

//go:embed facts/*.txt
var tables embed.FS

// facts are the tables of the folder facts, read.
type facts struct {
	counties  []*county
	townships []*township
	coast     []orb.Point // from west to east, the sea on the right
	frame     map[string][]orb.Point
	roads     []corridor
	tolls     []toll
	rails     []landmark
	waters    []water
	sights    []landmark
	shares    map[string]share
	teams     []record
	vehicles  map[string]vehicleKind
	kits      []kit
	goods     []good
}

// record is one line of a table, cut at its bars.
type record []string

// share is what of the plan's totals falls to one bureau.
type share struct{ ponds, mines, plants, depots, teams, cameras, sites int }

// table reads one table: fields parted by bars, lines that begin with # left out.
func table(name string, fields int) ([]record, error) {
	raw, err := tables.ReadFile("facts/" + name + ".txt")
	if err != nil {
		return nil, fmt.Errorf("read table: %w", err)
	}
	var out []record
	for n, line := range strings.Split(string(raw), "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		rec := record(strings.Split(line, "|"))
		for i := range rec {
			rec[i] = strings.TrimSpace(rec[i])
		}
		if len(rec) < fields {
			return nil, fmt.Errorf("table %s line %d: %d fields, want %d", name, n+1, len(rec), fields)
		}
		out = append(out, rec)
	}
	return out, nil
}

// points reads "lon,lat lon,lat …".
func points(text string) ([]orb.Point, error) {
	var out []orb.Point
	for _, pair := range strings.Fields(text) {
		lon, lat, _ := strings.Cut(pair, ",")
		x, err := strconv.ParseFloat(lon, 64)
		if err != nil {
			return nil, fmt.Errorf("longitude of %q: %w", pair, err)
		}
		y, err := strconv.ParseFloat(lat, 64)
		if err != nil {
			return nil, fmt.Errorf("latitude of %q: %w", pair, err)
		}
		out = append(out, orb.Point{x, y})
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("no point in %q", text)
	}
	return out, nil
}

// numbers reads whole numbers.
func numbers(texts []string) ([]int, error) {
	out := make([]int, len(texts))
	for i, t := range texts {
		n, err := strconv.Atoi(t)
		if err != nil {
			return nil, fmt.Errorf("number %q: %w", t, err)
		}
		out[i] = n
	}
	return out, nil
}

// readFacts reads every table; the tables are ours, so an error is a slip in one of them.
func readFacts() (*facts, error) {
	f := &facts{frame: map[string][]orb.Point{}, shares: map[string]share{}, vehicles: map[string]vehicleKind{}}
	for _, read := range []func() error{
		f.readCounties, f.readTownships, f.readCoast, f.readRoads, f.readShares, f.readVehicles, f.readKits, f.readGoods, f.readWaters, f.readLandmarks,
	} {
		if err := read(); err != nil {
			return nil, err
		}
	}
	var err error
	f.teams, err = table("team", 11)
	return f, err
}

func (f *facts) readCoast() error {
	coast, err := table("coast", 1)
	if err != nil {
		return err
	}
	for _, rec := range coast {
		p, err := points(rec[0])
		if err != nil {
			return fmt.Errorf("coast: %w", err)
		}
		f.coast = append(f.coast, p...)
	}
	frame, err := table("frame", 2)
	if err != nil {
		return err
	}
	for _, rec := range frame {
		if f.frame[rec[0]], err = points(rec[1]); err != nil {
			return fmt.Errorf("frame %s: %w", rec[0], err)
		}
	}
	return nil
}

func (f *facts) readShares() error {
	recs, err := table("share", 8)
	if err != nil {
		return err
	}
	for _, rec := range recs {
		n, err := numbers(rec[1:])
		if err != nil {
			return fmt.Errorf("share of %s: %w", rec[0], err)
		}
		f.shares[rec[0]] = share{n[0], n[1], n[2], n[3], n[4], n[5], n[6]}
	}
	return nil
}

// landmark is a railway line, a station, or a place to find one's way by.
type landmark struct {
	kind, name, note string
	line             []orb.Point
}

func (f *facts) readLandmarks() error {
	rails, err := table("rail", 4)
	if err != nil {
		return err
	}
	for _, rec := range rails {
		line, err := points(rec[3])
		if err != nil {
			return fmt.Errorf("rail %s: %w", rec[1], err)
		}
		f.rails = append(f.rails, landmark{kind: rec[2], name: rec[1], line: line})
	}
	sights, err := table("spot", 4)
	if err != nil {
		return err
	}
	for _, rec := range sights {
		at, err := points(rec[2])
		if err != nil {
			return fmt.Errorf("spot %s: %w", rec[1], err)
		}
		f.sights = append(f.sights, landmark{rec[0], rec[1], rec[3], at})
	}
	return nil
}

// county finds one by code; nil when there is none.
func (f *facts) county(code string) *county {
	for _, c := range f.counties {
		if c.Code == code {
			return c
		}
	}
	return nil
}
