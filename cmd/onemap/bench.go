package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"onemap/dispatch/bench"
)

// benchCmd measures another server from outside.
type benchCmd struct {
	Desk      benchDeskCmd      `cmd:"" help:"Put the desk's load on a server: moving units, sockets, commands on a timetable."`
	Terminals benchTerminalsCmd `cmd:"" help:"Play vehicles that speak JT/T 808 over TCP along the city's roads."`
	Day       benchDayCmd       `cmd:"" help:"Play a recorded day of calls through the public API of an empty server, and check what came of it."`
}

type benchDayCmd struct {
	Target   string  `help:"The server, empty." default:"http://127.0.0.1:8080"`
	User     string  `help:"An administrator, or who may run the desk." default:"admin"`
	Password string  `help:"Its password; a one-time password is replaced." required:""`
	Calls    string  `help:"Calls for service, one row a unit's response (CSV)." required:"" type:"existingfile"`
	Stations string  `help:"Fire stations (GeoJSON)." required:"" type:"existingfile"`
	Speed    float64 `help:"Times the wall clock; 0: as fast as answers come." default:"60"`
	Hours    string  `help:"Only calls received in these hours." placeholder:"7-9"`
	Report   string  `help:"Also write the report to this file." type:"path"`
}

// Run plays the day. It fails when an invariant was broken.
func (c *benchDayCmd) Run(ctx context.Context) error {
	day := &bench.Day{Target: c.Target, User: c.User, Password: c.Password, Speed: c.Speed, Say: say}
	if err := c.read(day); err != nil {
		return err
	}
	report, err := day.Run(ctx)
	if err != nil {
		return err
	}
	if err := report.Write(os.Stdout); err != nil {
		return fmt.Errorf("print the report: %w", err)
	}
	if c.Report != "" {
		if err := c.keep(report); err != nil {
			return fmt.Errorf("write the report: %w", err)
		}
	}
	if n := len(report.Broken); n > 0 {
		return fmt.Errorf("%d invariants were broken", n)
	}
	return nil
}

func (c *benchDayCmd) read(day *bench.Day) error {
	calls, err := os.Open(c.Calls)
	if err != nil {
		return err
	}
	defer calls.Close()
	stations, err := os.Open(c.Stations)
	if err != nil {
		return err
	}
	defer stations.Close()
	if day.Calls, err = bench.ReadCalls(calls); err != nil {
		return err
	}
	if day.Stations, err = bench.ReadStations(stations); err != nil {
		return err
	}
	if c.Hours == "" {
		return nil
	}
	var from, to int
	if n, err := fmt.Sscanf(c.Hours, "%d-%d", &from, &to); n != 2 || err != nil || from >= to {
		return fmt.Errorf("--hours %s: want two hours of the day, such as 7-9", c.Hours)
	}
	day.Calls = bench.Between(day.Calls, from, to)
	return nil
}

func (c *benchDayCmd) keep(report *bench.DayReport) error {
	file, err := os.Create(c.Report)
	if err != nil {
		return err
	}
	return errors.Join(report.Write(file), file.Close())
}
