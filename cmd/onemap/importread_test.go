package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"onemap/data/load"
	"onemap/dispatch"
)

// TestFilesAreReadApart starts the program as the server does.
func TestFilesAreReadApart(t *testing.T) {
	program, err := built()
	if err != nil {
		t.Fatal(err)
	}
	reader := apart{program}
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	write := func(body string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()

	write("编号,名称\nS-1,东山\n")
	var out bytes.Buffer
	if err := reader.read(ctx, file, dispatch.ReadOptions{}, &out); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	var last load.Line
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &last); err != nil || last.End == nil || last.End.Rows != 1 {
		t.Errorf("%v, %s", err, out.String())
	}

	// A document whose tree would want far more than the reader has.
	write("<gpx><trk>" + strings.Repeat("<a/>", 990_000) + strings.Repeat("<trkseg/>", 9_000) + "</trk></gpx>")
	out.Reset()
	if err := reader.read(ctx, file, dispatch.ReadOptions{}, &out); err != nil {
		t.Errorf("a large document: %v", err)
	}

	// Who waits no longer ends it, and nothing of it stays.
	write(strings.Repeat("a,b\n", 10<<20))
	stopped, stop := context.WithCancel(ctx)
	err = reader.read(stopped, file, dispatch.ReadOptions{}, writerFunc(func(p []byte) (int, error) {
		stop()
		return len(p), nil
	}))
	left, _ := filepath.Glob(filepath.Join(dir, "reader*"))
	if !errors.Is(stopped.Err(), context.Canceled) || err == nil || len(left) > 0 {
		t.Errorf("%v, left %v", err, left)
	}
}

type writerFunc func(p []byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// TestReaderHoldsItsLimits lets the reader meet its limit of memory: it ends,
// and its server goes on.
func TestReaderHoldsItsLimits(t *testing.T) {
	program, err := built()
	if err != nil {
		t.Fatal(err)
	}
	reader := apart{program}
	file := filepath.Join(t.TempDir(), "file")
	body := "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"geometry\":null,\"properties\":{" + manyMembers(4_000_000) + "}}]}"
	if err := os.WriteFile(file, []byte(body), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Second)
	defer cancel()
	var out bytes.Buffer
	err = reader.read(ctx, file, dispatch.ReadOptions{}, &out)
	if refused := strings.Contains(out.String(), `"refused"`); err == nil && !refused {
		t.Errorf("%v, %.300s", err, out.String())
	}
}

func manyMembers(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "\"a%d\":1,", i)
	}
	return b.String() + "\"z\":1"
}
