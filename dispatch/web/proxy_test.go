package web_test

import (
	"errors"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

const socketFile = ".s.PGSQL.5432"

// proxy stands between a server and its database until it is cut.
type proxy struct {
	listener net.Listener
	target   string
	wait     sync.WaitGroup
	mu       sync.Mutex
	conns    []net.Conn
}

// through returns a DSN that leads through a new proxy.
func through(t *testing.T, dsn string) (string, *proxy) {
	t.Helper()
	address, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	q := address.Query()
	host := q.Get("host")
	dir, err := os.MkdirTemp("", "om") // short: a socket's path has 107 bytes
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	listener, err := net.Listen("unix", filepath.Join(dir, socketFile))
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{listener: listener, target: filepath.Join(host, socketFile)}
	p.wait.Add(1)
	go p.run(t)
	t.Cleanup(p.cut)
	q.Set("host", dir)
	address.RawQuery = q.Encode()
	return address.String(), p
}

func (p *proxy) run(t *testing.T) {
	defer p.wait.Done()
	for {
		in, err := p.listener.Accept()
		if err != nil {
			return
		}
		out, err := net.Dial("unix", p.target)
		if err != nil {
			t.Errorf("reach the database: %v", err)
			in.Close()
			return
		}
		p.mu.Lock()
		p.conns = append(p.conns, in, out)
		p.mu.Unlock()
		p.wait.Add(2)
		go p.pass(t, in, out)
		go p.pass(t, out, in)
	}
}

func (p *proxy) pass(t *testing.T, to, from net.Conn) {
	defer p.wait.Done()
	defer to.Close()
	if _, err := io.Copy(to, from); err != nil && !errors.Is(err, net.ErrClosed) && !errors.Is(err, io.EOF) {
		t.Logf("pass on: %v", err)
	}
}

// cut ends every connection, and takes no more.
func (p *proxy) cut() {
	p.listener.Close()
	p.mu.Lock()
	for _, c := range p.conns {
		c.Close()
	}
	p.mu.Unlock()
	p.wait.Wait()
}
