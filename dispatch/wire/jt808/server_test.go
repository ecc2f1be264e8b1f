package jt808

import (
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"onemap/dispatch"
	"onemap/geo/crs"
)

func serverOf(h *house) *Server {
	return &Server{Intake: h, Log: slog.New(slog.DiscardHandler), Now: time.Now}
}

const number = "13912345678"

func TestATerminalOfEachEditionReportsAPosition(t *testing.T) {
	for name, edition := range map[string]Header{"2013": old, "2019": newer} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(number)
			p := dial(t, serverOf(h), edition)
			p.enter()
			p.say(Heartbeat, nil)
			p.say(Report, AppendLocation(nil, Moving(119.6, 39.9, 36, 90, noon)))
			for range 2 {
				if r := p.result(); r != Done {
					t.Errorf("answered %d", r)
				}
			}
			h.mu.Lock()
			defer h.mu.Unlock()
			if len(h.took) != 1 {
				t.Fatalf("%d positions taken", len(h.took))
			}
			f := h.took[0]
			if f.Point[0] != 119.6 || f.Point[1] != 39.9 || !f.DeviceAt.Equal(noon) || *f.SpeedMPS != 10 || *f.Heading != 90 || *f.Satellites != 12 || f.SOS || f.Doubtful {
				t.Errorf("%+v", f)
			}
		})
	}
}

// TestWhoIsNotKnownIsShownOut is lines 90 and 91 of the torture list.
func TestWhoIsNotKnownIsShownOut(t *testing.T) {
	here := AppendLocation(nil, Moving(119.6, 39.9, 36, 90, noon))
	for name, c := range map[string]struct {
		act  func(p *handset)
		code string
	}{
		"a position before the secret":  {func(p *handset) { p.say(Report, here) }, "not_authenticated"},
		"a cry before the secret":       {func(p *handset) { p.say(Report, AppendLocation(nil, Moving(1, 1, 0, 0, noon).Cry())) }, "not_authenticated"},
		"a batch before the secret":     {func(p *handset) { p.say(Batch, AppendBatch(nil, nil)) }, "not_authenticated"},
		"an unknown one's heartbeat":    {func(p *handset) { p.edition.Phone = "000000000001"; p.say(Heartbeat, nil) }, "unknown_terminal"},
		"an unknown one registers":      {func(p *handset) { p.edition.Phone = "000000000001"; p.say(Register, make([]byte, 40)) }, "unknown_terminal"},
		"an unknown one shows a secret": {func(p *handset) { p.edition.Phone = "000000000001"; p.say(Authenticate, []byte("x")) }, "unknown_terminal"},
		"three wrong secrets": {func(p *handset) {
			for range mostTries {
				p.say(Authenticate, []byte("secret-of-another"))
			}
		}, "bad_secret"},
		"another's number in the session": {func(p *handset) {
			p.say(Heartbeat, nil)
			p.edition.Phone = "013900000000"
			p.say(Heartbeat, nil)
		}, "other_terminal"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(number, "13900000000")
			p := dial(t, serverOf(h), old)
			c.act(p)
			p.hungUp()
			if got := h.counts(); got[c.code] == 0 || len(h.took)+len(h.stored)+h.cries > 0 {
				t.Errorf("refused %v, took %v %v", got, h.took, h.stored)
			}
		})
	}
}

func TestASecretIsGivenOnce(t *testing.T) {
	h := newHouse(number)
	s := serverOf(h)
	dial(t, s, old).enter()
	thief := dial(t, s, old)
	thief.say(Register, AppendRegistration(nil, old, Registration{}))
	if _, result, secret, _ := DecodeRegisterAnswer(thief.next().Body); result != alreadyRegistered || secret != "" {
		t.Errorf("registered again: %d %q", result, secret)
	}
	if h.counts()["already_enrolled"] != 1 {
		t.Errorf("refused %v", h.counts())
	}
}

func TestACryPassesEveryFilter(t *testing.T) {
	h := newHouse(number)
	s := serverOf(h)
	first := dial(t, s, old)
	secret := first.enter()
	cry := AppendLocation(nil, Moving(119.6, 39.9, 0, 0, noon).Cry())
	garbled := append([]byte{}, cry...)
	copy(garbled[22:], "\xff\xff\xff\xff\xff\xff") // the clock
	first.say(Report, garbled)
	if r := first.result(); r != Done || h.cries != 1 {
		t.Errorf("a cry without a time: answered %d, %d cries", r, h.cries)
	}
	second := dial(t, s, old)
	second.prove(secret)
	second.say(Report, cry)
	if r := second.result(); r != Done || len(h.took) != 1 || !h.took[0].SOS {
		t.Errorf("a cry in a second session: answered %d, took %v", r, h.took)
	}
	h.mu.Lock()
	h.failing = errors.New("the journal does not answer")
	h.mu.Unlock()
	first.say(Report, cry)
	if r := first.result(); r != Failed {
		t.Errorf("a cry that could not be kept is answered %d: it would not be sent again", r)
	}
}

// TestTwoSessionsOfOneTerminal is line 92 of the torture list: the newer waits,
// and takes over when the older falls silent.
func TestTwoSessionsOfOneTerminal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(number)
		s := serverOf(h)
		first := dial(t, s, old)
		secret := first.enter()
		second := dial(t, s, old)
		second.prove(secret)
		if m := first.next(); m.ID != AskReport {
			t.Errorf("the older session was sent %04x, not asked where it is", m.ID)
		}
		here := AppendLocation(nil, Moving(119.6, 39.9, 36, 90, noon))
		second.say(Report, here)
		if r := second.result(); r != Failed || len(h.took) != 0 || h.counts()["second_session"] != 1 {
			t.Errorf("answered %d, took %d, refused %v", r, len(h.took), h.counts())
		}
		first.say(ReportAsked, append([]byte{0, 0}, here...))
		if r := first.result(); r != Done || len(h.took) != 1 {
			t.Errorf("the older one is answered %d, took %d", r, len(h.took))
		}
		time.Sleep(takeover + time.Second)
		second.say(Report, here)
		if r := second.result(); r != Done || len(h.took) != 2 {
			t.Errorf("the newer one, after a minute of silence, is answered %d, took %d", r, len(h.took))
		}
		first.hungUp()
	})
}

func TestStoredPositionsGoToTheirLane(t *testing.T) {
	h := newHouse(number)
	p := dial(t, serverOf(h), old)
	p.enter()
	lots := make([]Location, 40)
	for i := range lots {
		lots[i] = Moving(119.6, 39.9, 36, 90, noon.Add(time.Duration(-i)*time.Second))
	}
	lots[3].Status |= statusShifted
	body := AppendBatch(nil, lots)
	const size = 400
	parts := slices.Collect(slices.Chunk(body, size))
	for _, i := range append([]int{1, 0, 0}, sequence(2, len(parts))...) { // out of order, and one twice
		head := p.edition
		head.ID, head.Serial, head.Parts, head.Part = Batch, uint16(100+i), uint16(len(parts)), uint16(i+1)
		_, _ = p.conn.Write(Append(nil, head, parts[i]))
		if r := p.result(); r != Done {
			t.Errorf("part %d is answered %d", i+1, r)
		}
	}
	if len(h.took) != 0 || len(h.stored) != len(lots) || !slices.Equal(h.datums, []crs.Datum{crs.WGS84, crs.GCJ02}) {
		t.Errorf("live %d, stored %d of %d, in %v", len(h.took), len(h.stored), len(lots), h.datums)
	}
	h.mu.Lock()
	h.verdict = dispatch.Counted{Refused: len(lots), Code: "busy"}
	h.mu.Unlock()
	p.say(Batch, AppendBatch(nil, lots[:1]))
	if r := p.result(); r != Failed {
		t.Errorf("a batch there was no room for is answered %d", r)
	}
}

func sequence(from, to int) (all []int) {
	for i := from; i < to; i++ {
		all = append(all, i)
	}
	return all
}

// TestBytesMayComeAnyHow is line 89: a session split at each byte, and in one go.
func TestBytesMayComeAnyHow(t *testing.T) {
	h := newHouse(number)
	s := serverOf(h)
	first := dial(t, s, old)
	secret := first.enter()
	first.say(SignOff, nil)
	first.hungUp()
	head := old
	session := Append(nil, headed(head, Authenticate), AppendSecret(nil, old, secret))
	session = append(session, Append(nil, headed(head, Report), AppendLocation(nil, Moving(119.6, 39.9, 36, 90, noon)))...)
	session = append(session, Append(nil, headed(head, SignOff), nil)...)
	for at := range len(session) {
		p := dial(t, s, old)
		for _, part := range [][]byte{session[:at], session[at:]} {
			if _, err := p.conn.Write(part); err != nil && at > 0 {
				t.Fatalf("split at %d: %v", at, err)
			}
		}
		for range 3 {
			if r := p.result(); r != Done {
				t.Errorf("split at %d: answered %d", at, r)
			}
		}
		p.hungUp()
	}
	if len(h.took) != len(session) || len(h.counts()) > 0 {
		t.Errorf("%d positions of %d sessions, refused %v", len(h.took), len(session), h.counts())
	}
}

func TestTwentyErrorsEndASession(t *testing.T) {
	h := newHouse(number)
	p := dial(t, serverOf(h), old)
	p.enter()
	bad := Append(nil, headed(old, Report), nil)
	bad[5] ^= 1
	for range mostErrors - 1 {
		_, _ = p.conn.Write(bad)
	}
	p.say(Heartbeat, nil)
	if r := p.result(); r != Done {
		t.Fatalf("after %d errors a heartbeat is answered %d", mostErrors-1, r)
	}
	_, _ = p.conn.Write(bad)
	p.hungUp()
	want := map[string]int{"bad_checksum": mostErrors, "too_many_errors": 1}
	if diff := cmp.Diff(want, h.counts()); diff != "" {
		t.Error(diff)
	}
	if h.connected != 0 {
		t.Errorf("%d sessions are connected still", h.connected)
	}
}

func TestWhoFallsSilentIsLetGo(t *testing.T) {
	for name, enters := range map[string]bool{"before the secret": false, "after": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := newHouse(number)
				p := dial(t, serverOf(h), old)
				limit := authWithin
				if enters {
					p.enter()
					limit = idleLimit
				}
				began := time.Now()
				var drip sync.WaitGroup
				defer drip.Wait()
				drip.Go(func() { // a byte a second is no message
					for {
						if _, err := p.conn.Write([]byte{1}); err != nil {
							return
						}
						time.Sleep(time.Second)
					}
				})
				<-p.closed
				if took := time.Since(began); took < limit-time.Second || took > limit+2*time.Second {
					t.Errorf("let go after %s", took)
				}
				if h.counts()["idle"] != 1 {
					t.Errorf("refused %v", h.counts())
				}
			})
		})
	}
}

func TestWhoIsShutOutHearsItWithTheNextMessage(t *testing.T) {
	for name, change := range map[string]func(*dispatch.Terminal){
		"disabled":       func(t *dispatch.Terminal) { t.Enabled = false },
		"another secret": func(t *dispatch.Terminal) { at := noon.Add(time.Hour); t.SecretAt = &at },
		"no secret":      func(t *dispatch.Terminal) { t.SecretAt = nil },
		"another's":      func(t *dispatch.Terminal) { t.ID = uuid.New() },
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(number)
			p := dial(t, serverOf(h), old)
			p.enter()
			h.mu.Lock()
			next := *h.ledger[number]
			change(&next)
			h.ledger[number] = &next
			h.mu.Unlock()
			p.say(Report, AppendLocation(nil, Moving(119.6, 39.9, 36, 90, noon)))
			p.hungUp()
			if len(h.took) > 0 || h.counts()["shut_out"] != 1 {
				t.Errorf("took %d, refused %v", len(h.took), h.counts())
			}
		})
	}
}

// TestATerminalTooFastWaits is line 99: 2,000 messages at once are all taken,
// at the rate of one terminal.
func TestATerminalTooFastWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(number)
		p := dial(t, serverOf(h), old)
		p.enter()
		began := time.Now()
		const all = 2000
		go func() {
			for range all {
				p.say(Heartbeat, nil)
			}
		}()
		for range all {
			if r := p.result(); r != Done {
				t.Fatalf("answered %d", r)
			}
		}
		if took, want := time.Since(began), time.Duration(all-burst)*time.Second/rate; took < want-time.Second || took > want+2*time.Second {
			t.Errorf("took %s, want about %s", took, want)
		}
	})
}

func TestATextIsSaidAndTaken(t *testing.T) {
	h := newHouse(number)
	s := serverOf(h)
	id := h.ledger[number].ID
	if err := s.Say(t.Context(), id, "到东门"); !ErrOffline.Is(err) {
		t.Errorf("to nobody: %v", err)
	}
	for _, edition := range []Header{old, newer} {
		p := dial(t, s, edition)
		if h.ledger[number].SecretAt == nil {
			p.enter()
		} else {
			p.prove(h.secrets[id])
		}
		for result, want := range map[byte]error{Done: nil, Unsupported: ErrDeclined} {
			said := make(chan error, 1)
			go func() { said <- s.Say(t.Context(), id, "到东门集合") }()
			m := p.next()
			flag, text, err := DecodeText(m)
			if err != nil || m.ID != SendText || text != "到东门集合" || flag != textUrgent|textShown|textSpoken {
				t.Errorf("%+v says %q (%v)", m.Header, text, err)
			}
			p.say(TerminalAnswer, appendAnswer(nil, Answered{m.Serial, m.ID, result}))
			if err := <-said; !errors.Is(err, want) {
				t.Errorf("answered %d: %v", result, err)
			}
		}
		p.say(SignOff, nil)
		p.hungUp()
	}
	if err := s.Say(t.Context(), id, ""); err == nil {
		t.Error("nothing was said")
	}
}
