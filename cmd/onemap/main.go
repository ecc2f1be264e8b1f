// Command onemap is the command-and-dispatch server of a city's emergency
// bureau (应急“一张图”): one binary that serves the map, the ledgers, the live
// picture and their database. It wires rooms together, and nothing else.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"
)

// settings are the same for every command: flag, then ONEMAP_*, then default.
type settings struct {
	Data        string `help:"Directory of the private database and what else is kept." default:".onemap" env:"ONEMAP_DATA" type:"path"`
	DatabaseURL string `help:"Use this PostGIS database instead of a private one." env:"ONEMAP_DATABASE_URL"`

	Serve   serveCmd      `cmd:"" help:"Serve the map (default)." default:"withargs"`
	Migrate migrateCmd    `cmd:"" help:"Bring the database to this version's schema."`
	Load    loadCmd       `cmd:"" help:"Take a CSV or GeoJSON file into a ledger, OSM data as the road network, or GeoJSON as the base map."`
	Roads   roadsCmd      `cmd:"" help:"Say what road network is stored, and what its import left out."`
	City    cityCmd       `cmd:"" help:"Write the demo city's files into a directory."`
	Verify  verifyCmd     `cmd:"" help:"Check the journal: no gap, hash chain whole, fold equal to the stored rows."`
	Doctor  doctorCmd     `cmd:"" help:"Say what is wrong, in words."`
	CotCert cotCertCmd    `cmd:"" name:"cot-cert" help:"Write the data package by which a TAK client (ATAK, iTAK, WinTAK) comes in with a certificate."`
	Import  importReadCmd `cmd:"" name:"import-read" hidden:"" help:"Read a foreign file for the server that started this."`
	Bench   benchCmd      `cmd:"" help:"Measure a running server from outside."`
}

// version is set by the build.
var version = "dev"

func main() {
	var s settings
	command := kong.Parse(&s, kong.Name("onemap"), kong.Description("Command and dispatch on one map (应急“一张图”)."), kong.UsageOnError())
	log := slog.New(slog.NewJSONHandler(os.Stderr, nil))
	for _, name := range unknownSettings(command.Model, os.Environ()) {
		log.Warn("unknown setting, it has no effect", "name", name)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	command.BindTo(ctx, (*context.Context)(nil))
	command.Bind(log)
	if err := command.Run(&s); err != nil {
		fmt.Fprintln(os.Stderr, "onemap:", err)
		stop()
		os.Exit(exitCode(err))
	}
}

// unknownSettings names the ONEMAP_ variables that no flag reads: a slip of
// the pen in ONEMAP_DATABASE_URL would start another database unseen.
func unknownSettings(model *kong.Application, environ []string) (unknown []string) {
	known := map[string]bool{}
	for _, flags := range append(model.AllFlags(false), commandFlags(model.Node)...) {
		for _, flag := range flags {
			for _, name := range flag.Envs {
				known[name] = true
			}
		}
	}
	for _, pair := range environ {
		if name, _, _ := strings.Cut(pair, "="); strings.HasPrefix(name, "ONEMAP_") && !known[name] {
			unknown = append(unknown, name)
		}
	}
	return unknown
}

func commandFlags(n *kong.Node) (groups [][]*kong.Flag) {
	for _, child := range n.Children {
		groups = append(append(groups, child.Flags), commandFlags(child)...)
	}
	return groups
}

// say prints one line of progress for the person who started the server.
func say(format string, args ...any) { fmt.Printf(format+"\n", args...) }
