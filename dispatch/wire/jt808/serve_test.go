package jt808

import (
	"context"
	"errors"
	"io"
	"net"
	"testing"
)

func TestTheServerTakesSessionsAndEnds(t *testing.T) {
	h := newHouse(number)
	s := serverOf(h)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, l) }()
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.Write(Append(nil, headed(old, Heartbeat), nil)); err != nil {
		t.Fatal(err)
	}
	var answer [64]byte
	if n, err := conn.Read(answer[:]); err != nil || n < 15 {
		t.Errorf("%d bytes, %v", n, err)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if _, err := conn.Read(answer[:]); !errors.Is(err, io.EOF) && err == nil {
		t.Error("the session outlives its server")
	}
}
