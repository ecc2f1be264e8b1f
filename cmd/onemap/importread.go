package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"syscall"
	"time"

	"onemap/data/load"
	"onemap/dispatch"
)

// Limits of the process that reads a stranger's file.
const (
	readerMemory = 1 << 30 // bytes of data and heap
	readerHeap   = 768 << 20
	readerCPU    = 60        // seconds
	readerFiles  = 32        // open at once
	readerWrites = 256 << 20 // bytes of one file it may write: a workbook is unpacked on disk
)

// importReadCmd reads a file for the server that started it and ends with it.
// It holds no secret, opens no connection and writes rows to standard output.
type importReadCmd struct {
	File     string `arg:"" type:"existingfile"`
	Layer    string `help:"Shapefile, table or sheet to read."`
	Header   int    `help:"Row of the column names."`
	Encoding string `help:"Encoding of the attributes." `
}

// Run limits itself before it looks at the file.
func (c *importReadCmd) Run() error {
	for _, l := range []struct {
		what  int
		limit uint64
	}{
		{syscall.RLIMIT_CORE, 0}, {syscall.RLIMIT_DATA, readerMemory}, {syscall.RLIMIT_CPU, readerCPU},
		{syscall.RLIMIT_NOFILE, readerFiles}, {syscall.RLIMIT_FSIZE, readerWrites},
	} {
		if err := syscall.Setrlimit(l.what, &syscall.Rlimit{Cur: l.limit, Max: l.limit}); err != nil {
			return fmt.Errorf("limit the reader: %w", err)
		}
	}
	debug.SetMemoryLimit(readerHeap)
	go func() { // standard input ends when the server does
		io.Copy(io.Discard, os.Stdin)
		os.Exit(1)
	}()
	return load.ReadFile(os.Stdout, c.File, dispatch.ReadOptions{Layer: c.Layer, Header: c.Header, Encoding: c.Encoding})
}

// apart is the program that reads files: this one, started anew.
type apart struct{ program string }

// read reads a file in a process of its own, without the server's environment,
// in a directory of its own.
func (a apart) read(ctx context.Context, file string, o dispatch.ReadOptions, out io.Writer) error {
	dir, err := os.MkdirTemp(filepath.Dir(file), "reader")
	if err != nil {
		return fmt.Errorf("make room for the reader: %w", err)
	}
	defer os.RemoveAll(dir)
	reader := exec.CommandContext(ctx, a.program, "import-read", "--layer="+o.Layer, "--header="+strconv.Itoa(o.Header), "--encoding="+o.Encoding, file)
	reader.Dir, reader.Env = dir, []string{"TMPDIR=" + dir, "GOMAXPROCS=2", "GOTRACEBACK=none"}
	reader.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	reader.WaitDelay = 2 * time.Second
	reader.Stdout = out
	var said tail
	reader.Stderr = &said
	alive, err := reader.StdinPipe()
	if err != nil {
		return fmt.Errorf("start the reader: %w", err)
	}
	defer alive.Close()
	if err := reader.Run(); err != nil {
		return errors.Join(fmt.Errorf("read %s: %w", filepath.Base(file), err), errors.New(said.String()))
	}
	return nil
}

// tail keeps the first words of what a process complains of.
type tail struct{ bytes.Buffer }

func (t *tail) Write(p []byte) (int, error) {
	if room := 2000 - t.Len(); room > 0 {
		t.Buffer.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}
