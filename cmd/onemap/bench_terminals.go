package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"onemap/dispatch/bench"
)

type benchTerminalsCmd struct {
	Target        string        `help:"The server." default:"http://127.0.0.1:8080"`
	Address       string        `help:"Where it listens for JT/T 808." default:"127.0.0.1:7808"`
	User          string        `help:"Who sees units and roads; with --own a role that may import." default:"duty_officer"`
	Password      string        `help:"Its password." required:""`
	Admin         string        `help:"Who enters the terminals." default:"admin"`
	AdminPassword string        `help:"Its password." required:""`
	Connections   int           `help:"Terminals, each with a connection and a unit of its own." default:"5000"`
	Rate          float64       `help:"Positions a second from each; above 1 their clocks run faster than ours." default:"4"`
	For           time.Duration `help:"How long." default:"30s"`
	Own           bool          `help:"First import the units into the target's city; they stay there."`
	Strict        bool          `help:"Exit with 1 when a target is missed."`
}

// Run plays the terminals and prints what came of it.
func (c *benchTerminalsCmd) Run(ctx context.Context) error {
	if c.Connections < 1 || c.Rate <= 0 || c.Rate > 50 || c.For < time.Second {
		return errors.New("want a connection, a rate of at most 50 and a second at least")
	}
	b := &bench.Terminals{
		Target: c.Target, Address: c.Address, User: c.User, Password: c.Password, Admin: c.Admin, AdminKey: c.AdminPassword,
		Connections: c.Connections, Rate: c.Rate, For: c.For, Own: c.Own, Say: say,
	}
	report, err := b.Run(ctx)
	if err != nil {
		return err
	}
	if err := report.Write(os.Stdout, float64(c.Connections)*c.Rate); err != nil {
		return fmt.Errorf("print the report: %w", err)
	}
	if n := len(report.Missed(float64(c.Connections) * c.Rate)); c.Strict && n > 0 {
		return fmt.Errorf("%d targets were missed", n)
	}
	return nil
}
