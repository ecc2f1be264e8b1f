package web

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
	"github.com/labstack/echo/v4"

	"onemap/dispatch"
)

// Close codes of the live channel, see docs/live.md.
const (
	closeSignedOut  = 4001
	closeNotAllowed = 4003
	closeSlow       = 4008
	closeEpoch      = 4009
	closeRestart    = websocket.CloseServiceRestart // 1012
)

// Limits of a socket.
const (
	readLimit    = 64 << 10         // bytes of one frame from a client
	sendBuffer   = 256 << 10        // bytes the kernel keeps for a reader that does not read
	writeTimeout = 10 * time.Second // a reader that takes nothing for so long is gone
	helloTimeout = 5 * time.Second
	pingEvery    = 10 * time.Second
	silence      = 25 * time.Second // two pings missed, and the line is dead
	markEvery    = 5 * time.Second
)

// No compression: a limit on what is read is no limit under it (a frame of
// 64 KiB may hold 50 MB).
var upgrader = websocket.Upgrader{
	HandshakeTimeout: helloTimeout, ReadBufferSize: 1 << 10, WriteBufferSize: 8 << 10, WriteBufferPool: &sync.Pool{},
	CheckOrigin: func(*http.Request) bool { return true }, // ownOrigin has
	Error:       func(http.ResponseWriter, *http.Request, int, error) {},
}

// live upgrades to the live channel and stays until it ends.
func (s *Server) live(c echo.Context) error {
	r, k := c.Request(), callOf(c.Request().Context())
	if !websocket.IsWebSocketUpgrade(r) {
		return refuse(400, "not_websocket", "this path is a websocket")
	}
	if err := ownOrigin(r, k.who.machine); err != nil {
		return err
	}
	conn, err := upgrader.Upgrade(c.Response(), r, nil)
	if err != nil {
		return refuse(400, "not_websocket", "the handshake failed")
	}
	if tcp, ok := conn.NetConn().(*net.TCPConn); ok {
		// A smaller buffer only bounds memory; without it the socket works too.
		_ = tcp.SetWriteBuffer(sendBuffer)
	}
	s.serveSocket(conn, k)
	return nil
}

// ownOrigin refuses a page of another site, which the browser would let speak
// with our cookie. Only a machine may leave the origin out.
func ownOrigin(r *http.Request, machine bool) error {
	header := r.Header.Values("Origin")
	if len(header) == 0 && machine {
		return nil
	}
	if len(header) == 1 {
		if origin, err := url.Parse(header[0]); err == nil && origin.Host != "" && strings.EqualFold(origin.Host, r.Host) {
			return nil
		}
	}
	return refuse(403, "foreign_origin", "the channel opens for pages of this server only")
}

// socket is one open channel. Its reader, its writer and whoever ends it meet
// in end; the first to call it says why.
type socket struct {
	who    identity
	conn   *websocket.Conn
	out    chan []byte // answers of the reader, written by the writer; full: the client floods
	ended  chan struct{}
	once   sync.Once
	code   int
	reason string
}

func (k *socket) end(code int, reason string) {
	k.once.Do(func() {
		k.code, k.reason = code, reason
		close(k.ended)
		// Whoever is stuck in a read or a write has a second more.
		_ = k.conn.NetConn().SetDeadline(time.Now().Add(time.Second))
	})
}

// sockets is the set of open channels.
type sockets struct {
	mu       sync.Mutex
	open     map[*socket]struct{}
	stopping bool
	empty    chan struct{} // closed when stopping and none is open
}

func newSockets() *sockets {
	return &sockets{open: map[*socket]struct{}{}, empty: make(chan struct{})}
}

func (all *sockets) add(k *socket) {
	all.mu.Lock()
	defer all.mu.Unlock()
	all.open[k] = struct{}{}
	if all.stopping {
		k.end(closeRestart, "")
	}
}

func (all *sockets) remove(k *socket) {
	all.mu.Lock()
	defer all.mu.Unlock()
	delete(all.open, k)
	all.settle()
}

// settle tells drain that the last one has gone; the lock is held.
func (all *sockets) settle() {
	if !all.stopping || len(all.open) > 0 {
		return
	}
	select {
	case <-all.empty:
	default:
		close(all.empty)
	}
}

// drain ends every channel, those still to come too, and waits for them.
func (all *sockets) drain(ctx context.Context) error {
	all.mu.Lock()
	all.stopping = true
	for k := range all.open {
		k.end(closeRestart, "")
	}
	all.settle()
	all.mu.Unlock()
	select {
	case <-all.empty:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("end %d live channels: %w", all.count(), ctx.Err())
	}
}

func (all *sockets) count() int {
	all.mu.Lock()
	defer all.mu.Unlock()
	return len(all.open)
}

// closeWhere ends the channels of some identities.
func (all *sockets) closeWhere(code int, which func(identity) bool) {
	all.mu.Lock()
	defer all.mu.Unlock()
	for k := range all.open {
		if which(k.who) {
			k.end(code, "")
		}
	}
}

// become gives a channel other rights. Only its writer calls it, which may
// therefore read them without the lock.
func (all *sockets) become(k *socket, a dispatch.Actor) {
	all.mu.Lock()
	defer all.mu.Unlock()
	k.who.actor = a
}

// serveSocket runs the channel: the reader in its own goroutine, the writer
// here. It returns when both have ended.
func (s *Server) serveSocket(conn *websocket.Conn, k *call) {
	sock := &socket{who: k.who, conn: conn, out: make(chan []byte, 16), ended: make(chan struct{})}
	s.sockets.add(sock)
	defer s.sockets.remove(sock)
	first, err := sock.hello()
	if err != nil {
		sock.end(websocket.ClosePolicyViolation, err.Error())
		sock.bye()
		s.metrics.closed(sock.code)
		return
	}
	var reader sync.WaitGroup
	reader.Add(1)
	go func() {
		defer reader.Done()
		sock.read(s.now)
	}()
	w := &writer{Server: s, socket: sock}
	w.run(first)
	sock.bye()
	reader.Wait()
	s.metrics.closed(sock.code)
	s.Log.Info("socket closed", "request", k.id, "actor", k.who.actor.Name, "code", sock.code, "reason", sock.reason)
}

// bye says why, as far as the other end still listens, and closes.
func (k *socket) bye() {
	if k.code != 0 && k.code != websocket.CloseAbnormalClosure {
		// Whether it arrives is not known in any case.
		_ = k.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(k.code, k.reason), time.Now().Add(time.Second))
	}
	// The reader learns of the end by this.
	_ = k.conn.Close()
}

var errHello = fmt.Errorf("a hello frame is wanted first")
