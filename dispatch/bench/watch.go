package bench

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/gorilla/websocket"
)

// picture is what of the live channel's first frame is looked at.
type picture struct {
	Type  string
	Seq   int64
	Units []struct {
		Handle uint32
		ID     uuid.UUID
		Code   string
		Status string
		Class  string
	}
	Assignments []assignment
}

// dial opens the live channel with the client's session and says hello.
func (c *Client) dial(ctx context.Context) (*websocket.Conn, error) {
	at, err := url.Parse(c.Base)
	if err != nil {
		return nil, fmt.Errorf("open the live channel: %w", err)
	}
	header := http.Header{"Origin": {c.Base}}
	for _, cookie := range c.http.Jar.Cookies(at) {
		header.Add("Cookie", cookie.Name+"="+cookie.Value)
	}
	dialer := websocket.Dialer{HandshakeTimeout: askFor, ReadBufferSize: 32 << 10}
	conn, res, err := dialer.DialContext(ctx, "ws"+strings.TrimPrefix(c.Base, "http")+"/api/live", header)
	if res != nil && res.Body != nil {
		defer res.Body.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("open the live channel: %w", err)
	}
	if err := conn.WriteMessage(websocket.TextMessage, []byte(`{"type":"hello"}`)); err != nil {
		return nil, fmt.Errorf("say hello: %w", errors.Join(err, conn.Close()))
	}
	return conn, nil
}

// picture takes one picture over the live channel.
func (c *Client) picture(ctx context.Context) (picture, error) {
	var first picture
	conn, err := c.dial(ctx)
	if err != nil {
		return first, err
	}
	defer conn.Close()
	if err := conn.SetReadDeadline(time.Now().Add(askFor)); err != nil {
		return first, fmt.Errorf("wait for the picture: %w", err)
	}
	for first.Type != "picture" {
		if err := conn.ReadJSON(&first); err != nil {
			return first, fmt.Errorf("read the picture: %w", err)
		}
	}
	return first, nil
}

// sampledSockets is how many of the sockets note what they see and when; all
// of them read everything.
const sampledSockets = 20

// watcher is one socket of the load.
type watcher struct {
	sampled bool
	seen    map[int64]time.Time // by journal number
	ended   atomic.Bool
	unit    int // whose moves it notes
	last    int32
}

// watch opens the sockets and returns when each has its picture.
func (r *run) watch(ctx context.Context, wg *sync.WaitGroup) error {
	opened := make(chan error, r.Sockets) // one a socket, so none blocks
	every := max(1, r.Sockets/sampledSockets)
	for i := range r.Sockets {
		follows := (i*len(r.units)/r.Sockets + i/every) % len(r.units) // in another lane than the one before
		w := &watcher{sampled: i%every == 0, unit: follows, seen: map[int64]time.Time{}}
		r.watchers = append(r.watchers, w)
		wg.Go(func() { w.run(ctx, r, opened) })
		if err := <-opened; err != nil { // one after another: a wall is not switched on all at once
			return fmt.Errorf("open socket %d: %w", i+1, err)
		}
	}
	return nil
}

func (w *watcher) run(ctx context.Context, r *run, opened chan<- error) {
	conn, err := r.dial(ctx)
	if err != nil {
		opened <- err
		return
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	for first := true; ; {
		kind, frame, err := conn.ReadMessage()
		now := time.Now()
		switch {
		case err != nil && first:
			opened <- err
			return
		case err != nil:
			w.ended.Store(ctx.Err() == nil)
			return
		case kind == websocket.BinaryMessage:
			w.positions(r, frame, now)
		case first && bytes.HasPrefix(frame, []byte(`{"type":"picture"`)):
			first = false
			opened <- nil
		case w.sampled:
			w.event(frame, now)
		}
	}
}

// event notes when an event was read.
func (w *watcher) event(frame []byte, now time.Time) {
	rest, ok := bytes.CutPrefix(frame, []byte(`{"type":"event","seq":`))
	if !ok {
		return
	}
	digits, _, _ := bytes.Cut(rest, []byte(","))
	if seq, err := strconv.ParseInt(string(digits), 10, 64); err == nil {
		w.seen[seq] = now
	}
}

// positions notes how old a move is when its frame has been read.
func (w *watcher) positions(r *run, frame []byte, now time.Time) {
	if !w.sampled || r.Token == "" || !r.begun.Load() {
		return
	}
	u := r.units[w.unit]
	for at := 8; at+16 <= len(frame); at += 16 {
		if binary.LittleEndian.Uint32(frame[at:]) != u.handle {
			continue
		}
		lon := int32(binary.LittleEndian.Uint32(frame[at+4:]))
		if moved := lon - u.home.lon; lon != w.last && moved >= 0 && moved%stride == 0 {
			if late := now.Sub(r.due(w.unit%lanes, int(moved/stride))); late >= 0 && late < r.For {
				r.fixes.add(late)
			}
		}
		w.last = lon
	}
}
