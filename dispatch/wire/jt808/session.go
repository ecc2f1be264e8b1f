package jt808

import (
	"context"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"onemap/dispatch"
)

// session is one connection. Its reader is one goroutine; others may only ask.
type session struct {
	srv     *Server
	conn    net.Conn
	remote  string
	began   time.Time
	split   Splitter
	parts   parts
	bucket  bucket
	errors  int
	tries   int // at the secret
	ended   chan struct{}
	heard   atomic.Int64       // Unix nanoseconds of the last whole frame
	edition Header             // how the terminal writes: set by its first message
	known   bool               // edition is set
	was     *dispatch.Terminal // as it stood when it proved itself; nil before
	from    dispatch.Source    // named from the first message on
	leave   func()
	second  bool // another session counts

	due time.Time // of reading, as last set

	mu      sync.Mutex // guards what follows
	sendDue time.Time  // of writing, as last set
	out     []byte
	serial  uint16
	waiting map[uint16]chan byte
}

func newSession(s *Server, conn net.Conn) *session {
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetReadBuffer(received) // a larger one holds more of what is late anyway
	}
	remote := conn.RemoteAddr().String()
	n := &session{srv: s, conn: conn, remote: remote, began: s.Now(), ended: make(chan struct{}), waiting: map[uint16]chan byte{}}
	n.from = dispatch.Source{Protocol: dispatch.JT808, Remote: remote}
	n.bucket = bucket{left: burst, at: n.began}
	n.heard.Store(n.began.UnixNano())
	return n
}

func (n *session) heardAt() time.Time { return time.Unix(0, n.heard.Load()) }

// run reads until the connection ends, or is not worth keeping.
func (n *session) run(ctx context.Context) {
	stop := context.AfterFunc(ctx, func() { n.conn.Close() })
	defer stop()
	defer n.end()
	var chunk [4096]byte
	for {
		if due := n.deadline(); due.Sub(n.due).Abs() > deadlineGrain || n.due.IsZero() {
			if n.due = due; n.conn.SetReadDeadline(due) != nil {
				return
			}
		}
		got, err := n.conn.Read(chunk[:])
		open := n.read(ctx, chunk[:got])
		if n.flush() != nil || !open {
			return
		}
		if err != nil {
			var late net.Error
			if errors.As(err, &late) && late.Timeout() {
				n.srv.Intake.Refused(n.from, "idle", "no whole message in time")
			}
			return
		}
	}
}

// deadline is when the session ends unless more comes: half a frame is nothing.
func (n *session) deadline() time.Time {
	if n.was == nil {
		return n.began.Add(authWithin)
	}
	return n.heardAt().Add(idleLimit)
}

func (n *session) end() {
	if n.was != nil { // before it hangs up: who hears that may come again at once
		n.srv.release(n, n.was.ID)
		n.leave()
	}
	n.conn.Close()
	close(n.ended)
}

// read takes bytes, and reports whether the session goes on.
func (n *session) read(ctx context.Context, chunk []byte) bool {
	for _, b := range chunk {
		frame, err := n.split.Feed(b)
		if err != nil {
			n.mistake(err)
		}
		if frame != nil {
			if wait := n.bucket.take(n.srv.Now()); wait > 0 && (n.flush() != nil || rest(ctx, wait) != nil) {
				return false
			}
			m, err := Decode(frame)
			if err != nil {
				n.mistake(err)
			} else if !n.message(ctx, m) {
				return false
			}
		}
		if n.errors >= mostErrors {
			n.srv.Intake.Refused(n.from, "too_many_errors", "the session was closed")
			return false
		}
	}
	return true
}

// mistake counts what cannot be read.
func (n *session) mistake(err error) {
	n.errors++
	code := "bad_message"
	var refusal *dispatch.Error
	if errors.As(err, &refusal) {
		code = refusal.Code
	}
	n.srv.Intake.Refused(n.from, code, err.Error())
}

// message handles one, and reports whether the session goes on.
func (n *session) message(ctx context.Context, m Message) bool {
	n.heard.Store(n.srv.Now().UnixNano())
	if !n.known {
		n.known = true
		n.edition = Header{New: m.New, Version: m.Version, Phone: m.Phone}
		n.from.Identity = dispatch.CalledAs(dispatch.JT808, m.Phone)
	} else if m.Phone != n.edition.Phone {
		n.srv.Intake.Refused(n.from, "other_terminal", "a message of "+m.Phone+" in this session")
		return false
	}
	if n.was == nil {
		ctx, cancel := context.WithTimeout(ctx, workLimit)
		defer cancel()
		return n.stranger(ctx, m)
	}
	t, ok := n.srv.Intake.Terminal(dispatch.JT808, n.edition.Phone)
	if !ok || t.ID != n.was.ID || !sameSecret(t, n.was) {
		n.srv.Intake.Refused(n.from, "shut_out", "the terminal was disabled, taken off, or has another secret")
		return false
	}
	n.srv.Intake.Heard(n.from, 1)
	n.second = !n.srv.claim(n, t.ID, n.srv.Now())
	if m.Parts == 0 {
		return n.terminal(ctx, t, m)
	}
	whole, err := n.parts.add(m, n.srv.Now())
	if err != nil {
		n.mistake(err)
	}
	if whole == nil {
		n.answer(m, Done)
		return true
	}
	return n.terminal(ctx, t, *whole)
}

func sameSecret(a, b *dispatch.Terminal) bool {
	return a.SecretAt != nil && b.SecretAt != nil && a.SecretAt.Equal(*b.SecretAt)
}

// answer queues a general answer.
func (n *session) answer(m Message, result byte) {
	n.post(Answer, appendAnswer(nil, Answered{m.Serial, m.ID, result}))
}

// post queues a message; it is written when what was read is done.
func (n *session) post(id uint16, body []byte) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.put(id, body)
}

func (n *session) put(id uint16, body []byte) (serial uint16) {
	h := n.edition
	h.ID, h.Serial = id, n.serial
	n.serial++
	n.out = Append(n.out, h, body)
	return h.Serial
}

// flush writes what is queued.
func (n *session) flush() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.out) == 0 {
		return nil
	}
	if due := time.Now().Add(writeLimit); due.Sub(n.sendDue) > deadlineGrain {
		if n.sendDue = due; n.conn.SetWriteDeadline(due) != nil {
			return net.ErrClosed
		}
	}
	_, err := n.conn.Write(n.out)
	n.out = n.out[:0]
	return err
}

// ask sends a message now, and returns where its answer comes.
func (n *session) ask(id uint16, body []byte) (answer <-chan byte, forget func(), err error) {
	n.mu.Lock()
	if len(n.waiting) >= mostWaiting {
		n.mu.Unlock()
		return nil, nil, ErrUnheard.With("%d texts wait for their answer already", mostWaiting)
	}
	c := make(chan byte, 1)
	serial := n.put(id, body)
	n.waiting[serial] = c
	n.mu.Unlock()
	forget = func() {
		n.mu.Lock()
		delete(n.waiting, serial)
		n.mu.Unlock()
	}
	if err := n.flush(); err != nil {
		forget()
		return nil, nil, ErrOffline
	}
	return c, forget, nil
}

// answered passes the terminal's answer on to whoever asked.
func (n *session) answered(a Answered) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if c := n.waiting[a.Serial]; c != nil {
		select {
		case c <- a.Result:
		default: // answered twice
		}
	}
}

// bucket holds back who speaks too fast.
type bucket struct {
	left float64
	at   time.Time
}

// take takes one message's worth, and says how long to wait first.
func (b *bucket) take(now time.Time) time.Duration {
	b.left = min(burst, b.left+max(0, now.Sub(b.at).Seconds())*rate) - 1
	b.at = now
	if b.left >= 0 {
		return 0
	}
	return time.Duration(-b.left / rate * float64(time.Second))
}
