package main

import (
	"context"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

func TestUnknownSettingIsNamed(t *testing.T) {
	parser, err := kong.New(&settings{})
	if err != nil {
		t.Fatal(err)
	}
	environ := []string{"ONEMAP_DATABSE_URL=x", "ONEMAP_DATABASE_URL=x", "ONEMAP_LISTEN=y", "ONEMAP_TLS_KEY=z", "HOME=/", "ONEMAP_DEMO=1"}
	if got := unknownSettings(parser.Model, environ); !slices.Equal(got, []string{"ONEMAP_DATABSE_URL"}) {
		t.Errorf("unknown: %v", got)
	}
}

// TestBadCertificateLeavesNothingBehind: a first start that fails must not
// make an administrator whose password nobody has seen.
func TestBadCertificateLeavesNothingBehind(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	c := serveCmd{Listen: "127.0.0.1:0"}
	c.TLS.Cert = filepath.Join(t.TempDir(), "absent.pem")
	err := c.Run(context.Background(), &settings{Data: dir}, slog.New(slog.DiscardHandler))
	if err == nil || !strings.Contains(err.Error(), "load certificate") {
		t.Fatalf("error: %v", err)
	}
	if found, _ := filepath.Glob(dir); len(found) > 0 {
		t.Error("a database was begun")
	}
}
