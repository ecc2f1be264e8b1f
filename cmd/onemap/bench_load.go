package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"onemap/dispatch/bench"
)

type benchDeskCmd struct {
	Target    string        `help:"The server." default:"http://127.0.0.1:8080"`
	User      string        `help:"Who runs the desk; with --own a role that may import." default:"duty_officer"`
	Password  string        `help:"Its password." required:""`
	TokenFile string        `help:"Machine token that reports positions; without one nothing moves." type:"existingfile"`
	Units     int           `help:"Units that report at 1 Hz." default:"5000"`
	Sockets   int           `help:"Sockets that read everything." default:"200"`
	Rate      float64       `help:"Commands a second." default:"20"`
	For       time.Duration `help:"How long." default:"60s"`
	Own       bool          `help:"First import the units into the target's city; they stay there."`
	Strict    bool          `help:"Exit with 1 when a target is missed."`
}

// Run puts the desk's load on a server and prints what it took.
func (c *benchDeskCmd) Run(ctx context.Context) error {
	if c.Units < 2 || c.Sockets < 1 || c.Rate <= 0 || c.For < time.Second {
		return errors.New("want two units, one socket, a rate and a second at least")
	}
	load := &bench.Load{
		Target: c.Target, User: c.User, Password: c.Password, Units: c.Units, Sockets: c.Sockets, Rate: c.Rate, For: c.For, Own: c.Own, Say: say,
	}
	if c.TokenFile != "" {
		token, err := os.ReadFile(c.TokenFile)
		if err != nil {
			return fmt.Errorf("read the token: %w", err)
		}
		load.Token = strings.TrimSpace(string(token))
	}
	report, err := load.Run(ctx)
	if err != nil {
		return err
	}
	if err := report.Write(os.Stdout); err != nil {
		return fmt.Errorf("print the report: %w", err)
	}
	if missed := report.Missed(); c.Strict && len(missed) > 0 {
		return fmt.Errorf("%d targets were missed", len(missed))
	}
	return nil
}
