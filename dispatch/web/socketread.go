package web

import (
	"encoding/json"
	"errors"
	"time"
	"unicode/utf8"

	"github.com/gorilla/websocket"

	"onemap/dispatch"
)

// hello is the first frame of a client; both members absent for a new one.
type hello struct {
	Type  string       `json:"type"`
	Since dispatch.Seq `json:"since"`
	Epoch string       `json:"epoch"`
}

// ping asks for the server's clock.
type ping struct {
	Type string   `json:"type"`
	T    *float64 `json:"t"`
}

type pong struct {
	Type string    `json:"type"`
	T    float64   `json:"t"`
	Now  time.Time `json:"now"`
}

type errorFrame struct {
	Type string `json:"type"`
	Code string `json:"code"`
	Text string `json:"text"`
}

// hello waits for the first frame.
func (k *socket) hello() (hello, error) {
	var h hello
	k.conn.SetReadLimit(readLimit)
	if err := k.conn.SetReadDeadline(time.Now().Add(helloTimeout)); err != nil {
		return h, err
	}
	kind, raw, err := k.conn.ReadMessage()
	if err != nil {
		return h, errHello
	}
	if kind != websocket.TextMessage || json.Unmarshal(raw, &h) != nil || h.Type != "hello" || h.Since < 0 {
		return h, errHello
	}
	return h, nil
}

// allowance is how often something may come: n at once, n more each second.
type allowance struct {
	n    int
	left int
	full time.Time
}

func (a *allowance) take(now time.Time) bool {
	if now.Sub(a.full) >= time.Second {
		a.left, a.full = a.n, now
	}
	a.left--
	return a.left >= 0
}

// A client asks for the time now and then; more is a flood.
const (
	pingsASecond  = 10
	framesASecond = 20
	maxMistakes   = 10
)

// read takes what the client sends until the channel ends.
func (k *socket) read(now func() time.Time) {
	pings, frames, mistakes := allowance{n: pingsASecond}, allowance{n: framesASecond}, 0
	alive := func() error { return k.conn.SetReadDeadline(time.Now().Add(silence)) }
	k.conn.SetPongHandler(func(string) error { return alive() })
	k.conn.SetPingHandler(func(data string) error {
		if !pings.take(time.Now()) {
			k.end(websocket.ClosePolicyViolation, "ping flood")
			return errors.New("ping flood")
		}
		return k.conn.WriteControl(websocket.PongMessage, []byte(data), time.Now().Add(writeTimeout))
	})
	for {
		if alive() != nil {
			k.end(websocket.CloseAbnormalClosure, "")
			return
		}
		kind, raw, err := k.conn.ReadMessage()
		switch {
		case err != nil:
			k.end(closeCode(err), "")
			return
		case kind != websocket.TextMessage:
			k.end(websocket.CloseProtocolError, "text frames only")
			return
		case !utf8.Valid(raw):
			k.end(websocket.CloseInvalidFramePayloadData, "not UTF-8")
			return
		case !frames.take(time.Now()):
			k.end(websocket.ClosePolicyViolation, "flood")
			return
		}
		if !k.answer(raw, now()) {
			if mistakes++; mistakes > maxMistakes {
				k.end(websocket.ClosePolicyViolation, "frames that mean nothing")
				return
			}
		}
	}
}

// answer replies to one frame; false when it meant nothing.
func (k *socket) answer(raw []byte, now time.Time) bool {
	var p ping
	if json.Unmarshal(raw, &p) != nil || p.Type != "ping" || p.T == nil {
		k.send(errorFrame{"error", "unknown_frame", "a client sends hello once, then ping"})
		return false
	}
	k.send(pong{"pong", *p.T, now.UTC()})
	return true
}

// send queues an answer for the writer.
func (k *socket) send(frame any) {
	raw, err := json.Marshal(frame)
	if err != nil {
		k.end(websocket.CloseInternalServerErr, "")
		return
	}
	select {
	case k.out <- raw:
	case <-k.ended:
	default: // full: it asks faster than it listens
		k.end(closeSlow, "slow")
	}
}

// closeCode says what a failed read means.
func closeCode(err error) int {
	var closed *websocket.CloseError
	switch {
	case errors.Is(err, websocket.ErrReadLimit):
		return websocket.CloseMessageTooBig
	case errors.As(err, &closed):
		if closed.Code == websocket.CloseNoStatusReceived || closed.Code == websocket.CloseAbnormalClosure {
			return websocket.CloseNormalClosure
		}
		return closed.Code
	}
	return websocket.CloseAbnormalClosure
}
