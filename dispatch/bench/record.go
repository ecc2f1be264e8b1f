package bench

import (
	"cmp"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
)

// Response is one unit sent to one call, as the record has it (San Francisco
// Fire Department Calls for Service). A zero time is not in the record.
type Response struct {
	Unit, Type                   string
	Dispatched, Left, Arrived    time.Time
	Transport, Hospital, Cleared time.Time
}

// Call is one incident of the record.
type Call struct {
	Number, Type, Address, Ended string
	Priority                     int
	Area                         int // whose first-due station it lies in
	At                           orb.Point
	Received, Entered            time.Time
	Responses                    []Response // by time of dispatch
}

// columns the reader needs.
var columns = []string{
	"Unit ID", "Incident Number", "Call Type", "Received DtTm", "Entry DtTm", "Dispatch DtTm", "Response DtTm", "On Scene DtTm", "Transport DtTm",
	"Hospital DtTm", "Call Final Disposition", "Available DtTm", "Address", "Station Area", "Final Priority", "Unit Type", "Location",
}

// ReadCalls reads a day's file, one row a unit's response, and returns the
// calls by time of receipt.
func ReadCalls(r io.Reader) ([]*Call, error) {
	rows, err := csv.NewReader(r).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read calls: %w", err)
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("read calls: no header")
	}
	at := map[string]int{}
	for i, name := range rows[0] {
		at[name] = i
	}
	for _, name := range columns {
		if _, ok := at[name]; !ok {
			return nil, fmt.Errorf("read calls: no column %q", name)
		}
	}
	calls := map[string]*Call{}
	for i, cells := range rows[1:] {
		row := row{at, cells, nil}
		row.into(calls)
		if row.err != nil {
			return nil, fmt.Errorf("read calls: line %d: %w", i+2, row.err)
		}
	}
	list := slices.Collect(maps.Values(calls))
	slices.SortFunc(list, func(a, b *Call) int {
		return cmp.Or(a.Received.Compare(b.Received), strings.Compare(a.Number, b.Number))
	})
	for _, c := range list {
		slices.SortStableFunc(c.Responses, func(a, b Response) int {
			return cmp.Or(a.Dispatched.Compare(b.Dispatched), strings.Compare(a.Unit, b.Unit))
		})
	}
	return list, nil
}

// row reads cells by the name of their column; the first error stays.
type row struct {
	at    map[string]int
	cells []string
	err   error
}

func (r *row) text(name string) string { return strings.TrimSpace(r.cells[r.at[name]]) }

func (r *row) when(name string) time.Time {
	s := r.text(name)
	if s == "" {
		return time.Time{}
	}
	t, err := time.Parse("01/02/2006 03:04:05 PM", s)
	if err != nil && r.err == nil {
		r.err = fmt.Errorf("%s: %w", name, err)
	}
	return t
}

func (r *row) into(calls map[string]*Call) {
	number := r.text("Incident Number")
	c := calls[number]
	if c == nil {
		c = &Call{
			Number: number, Type: r.text("Call Type"), Address: r.text("Address"), Ended: r.text("Call Final Disposition"),
			Received: r.when("Received DtTm"), Entered: r.when("Entry DtTm"), At: r.point(),
		}
		// Neither is needed to play the call: unknown stays 0, priority becomes 3.
		c.Area, _ = strconv.Atoi(r.text("Station Area"))
		if c.Priority, _ = strconv.Atoi(r.text("Final Priority")); c.Priority < 1 || c.Priority > 5 {
			c.Priority = 3
		}
		calls[number] = c
	}
	c.Responses = append(c.Responses, Response{
		Unit: r.text("Unit ID"), Type: r.text("Unit Type"), Dispatched: r.when("Dispatch DtTm"), Left: r.when("Response DtTm"),
		Arrived: r.when("On Scene DtTm"), Transport: r.when("Transport DtTm"), Hospital: r.when("Hospital DtTm"), Cleared: r.when("Available DtTm"),
	})
	if r.err == nil && c.Responses[len(c.Responses)-1].Dispatched.IsZero() {
		r.err = fmt.Errorf("unit %s was never dispatched", r.text("Unit ID"))
	}
}

var latLon = regexp.MustCompile(`^\((-?[0-9.]+), (-?[0-9.]+)\)$`)

func (r *row) point() orb.Point {
	m := latLon.FindStringSubmatch(r.text("Location"))
	if m == nil {
		if r.err == nil {
			r.err = fmt.Errorf("no place in %q", r.text("Location"))
		}
		return orb.Point{}
	}
	// The pattern lets only numbers through, but for two dots in one.
	lat, errLat := strconv.ParseFloat(m[1], 64)
	lon, errLon := strconv.ParseFloat(m[2], 64)
	if (errLat != nil || errLon != nil) && r.err == nil {
		r.err = fmt.Errorf("no place in %q", r.text("Location"))
	}
	return orb.Point{lon, lat}
}

var stationNumber = regexp.MustCompile(`#0*([0-9]+)`)

// ReadStations reads the fire stations by their numbers.
func ReadStations(r io.Reader) (map[int]orb.Point, error) {
	raw, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("read stations: %w", err)
	}
	var file geojson.FeatureCollection
	if err := json.Unmarshal(raw, &file); err != nil {
		return nil, fmt.Errorf("read stations: %w", err)
	}
	stations := map[int]orb.Point{}
	for _, f := range file.Features {
		at, isPoint := f.Geometry.(orb.Point)
		m := stationNumber.FindStringSubmatch(f.Properties.MustString("common_name", ""))
		if m == nil || !isPoint {
			continue // an office, not a station
		}
		n, err := strconv.Atoi(m[1])
		if err != nil {
			return nil, fmt.Errorf("read stations: %w", err)
		}
		stations[n] = at
	}
	if len(stations) == 0 {
		return nil, fmt.Errorf("read stations: none in the file")
	}
	return stations, nil
}

// Between keeps the calls received in hours from until before to.
func Between(calls []*Call, from, to int) []*Call {
	return slices.DeleteFunc(slices.Clone(calls), func(c *Call) bool { return c.Received.Hour() < from || c.Received.Hour() >= to })
}
