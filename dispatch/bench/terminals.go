package bench

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"onemap/dispatch/wire/jt808"
	"onemap/geo"
)

// pictureTarget is how soon a terminal's fix must be in the picture.
const pictureTarget = 500 * time.Millisecond

// Terminals plays vehicles that speak JT/T 808 over TCP: they are entered in
// the ledger, show their secrets, and drive up and down the city's roads. The
// server answers a position when it is in the picture, so the time to that
// answer bounds the time to the picture.
type Terminals struct {
	Target, Address string // the server's API, and where it listens to terminals
	User, Password  string // who sees units and roads
	Admin, AdminKey string // who enters terminals, and the password
	Connections     int
	Rate            float64 // positions a second from each; their clocks run that much faster
	For             time.Duration
	Own             bool // make the units first, by import
	Say             func(format string, args ...any)
}

// TerminalsReport is what came of it.
type TerminalsReport struct {
	Sent, Answered int64
	Results        map[byte]int64
	Took           time.Duration
	Picture        Figures // from the moment a position was due to its answer
	Saved          float64 // rows of tracks, by the server's own figures; over the whole run
	Late           time.Duration
	Lost           int // connections that ended early
	Cores          float64
}

// Missed names the targets that were not held.
func (r *TerminalsReport) Missed(wanted float64) (missed []string) {
	if got := float64(r.Answered) / r.Took.Seconds(); got < 0.99*wanted {
		missed = append(missed, fmt.Sprintf("%.0f positions a second, wanted %.0f", got, wanted))
	}
	if r.Picture.N == 0 || r.Picture.P99 >= pictureTarget {
		missed = append(missed, fmt.Sprintf("picture p99 %s, target %s", r.Picture.P99, pictureTarget))
	}
	if bad := r.Answered - r.Results[jt808.Done]; bad > 0 || r.Lost > 0 || r.Sent != r.Answered {
		missed = append(missed, fmt.Sprintf("%d positions not taken, %d not answered, %d connections lost", bad, r.Sent-r.Answered, r.Lost))
	}
	return missed
}

// vehicle is one terminal under way.
type vehicle struct {
	number string
	secret string
	unit   uuid.UUID
	conn   net.Conn
	road   *way
	along  geo.Metres
	clock  time.Time

	mu     sync.Mutex
	serial uint16
	due    map[uint16]time.Time
}

// terminalsRun is a run under way.
type terminalsRun struct {
	*Terminals
	desk, admin *Client
	vehicles    []*vehicle
	start       time.Time
	sent        atomic.Int64
	lost        atomic.Int64
	took        sample
	results     [256]atomic.Int64 // answers by result
}

// Run plays the terminals and says what came of it.
func (b *Terminals) Run(ctx context.Context) (*TerminalsReport, error) {
	r := &terminalsRun{Terminals: b}
	if err := r.prepare(ctx); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var readers sync.WaitGroup
	defer readers.Wait()
	defer r.hangUp()
	if err := r.connect(ctx, &readers); err != nil {
		return nil, err
	}
	before, err := r.saved(ctx)
	if err != nil {
		return nil, err
	}
	used := processorTime()
	r.start = time.Now().Add(100 * time.Millisecond)
	b.Say("%d terminals, %g positions a second each, for %s", len(r.vehicles), b.Rate, b.For)
	late := r.drive(ctx)
	report := &TerminalsReport{Took: time.Since(r.start), Late: late, Cores: (processorTime() - used).Seconds() / time.Since(r.start).Seconds()}
	if err := pause(ctx, time.Now().Add(settleFor)); err != nil {
		return nil, err
	}
	after, err := r.saved(ctx)
	if err != nil {
		return nil, err
	}
	report.Sent, report.Lost, report.Picture, report.Saved = r.sent.Load(), int(r.lost.Load()), r.took.figures(), after-before
	report.Results = map[byte]int64{}
	for result := range r.results {
		if n := r.results[result].Load(); n > 0 {
			report.Results[byte(result)] = n
			report.Answered += n
		}
	}
	return report, nil
}

// connect opens every connection and shows the secrets.
func (r *terminalsRun) connect(ctx context.Context, readers *sync.WaitGroup) error {
	began := time.Now()
	failed := each(r.vehicles, 64, func(v *vehicle) error {
		dialer := net.Dialer{Timeout: askFor}
		conn, err := dialer.DialContext(ctx, "tcp", r.Address)
		if err != nil {
			return fmt.Errorf("connect terminal %s: %w", v.number, err)
		}
		v.conn = conn
		var s jt808.Splitter
		if err := v.enter(&s); err != nil {
			return fmt.Errorf("sign terminal %s in: %w", v.number, err)
		}
		readers.Go(func() { r.listen(v, &s) })
		return nil
	})
	if failed == nil {
		r.Say("%d terminals signed in within %.1f s", len(r.vehicles), time.Since(began).Seconds())
	}
	return failed
}

func (r *terminalsRun) hangUp() {
	for _, v := range r.vehicles {
		if v.conn != nil {
			v.conn.Close()
		}
	}
}

// drive has every vehicle report at its turn, in lanes that start one after
// the other, and returns how far it fell behind its timetable.
func (r *terminalsRun) drive(ctx context.Context) time.Duration {
	const lanes = 20
	period := time.Duration(float64(time.Second) / r.Rate)
	var all sync.WaitGroup
	var late atomic.Int64
	for lane := range lanes {
		all.Go(func() {
			for n := 0; ; n++ {
				due := r.start.Add(time.Duration(n)*period + period*time.Duration(lane)/lanes)
				if due.Sub(r.start) >= r.For || pause(ctx, due) != nil {
					return
				}
				for i := lane; i < len(r.vehicles); i += lanes {
					r.report(r.vehicles[i], due)
				}
				if behind := int64(time.Since(due) - period/lanes); behind > late.Load() {
					late.Store(behind)
				}
			}
		})
	}
	all.Wait()
	return time.Duration(late.Load())
}

// report sends one position. A connection that is gone is counted where it is
// read.
func (r *terminalsRun) report(v *vehicle, due time.Time) {
	if v.conn == nil {
		return
	}
	if _, err := v.conn.Write(v.position(r.Rate, due, r.For)); err == nil {
		r.sent.Add(1)
	}
}

// listen counts answers until the connection ends.
func (r *terminalsRun) listen(v *vehicle, s *jt808.Splitter) {
	var chunk [2048]byte
	for {
		n, err := v.conn.Read(chunk[:])
		now := time.Now()
		for _, b := range chunk[:n] {
			frame, _ := s.Feed(b)
			if frame == nil {
				continue
			}
			m, bad := jt808.Decode(frame)
			if bad != nil || m.ID != jt808.Answer {
				continue
			}
			if a, bad := jt808.DecodeAnswer(m.Body); bad == nil && a.ID == jt808.Report {
				r.results[a.Result].Add(1)
				r.took.add(now.Sub(v.asked(a.Serial)))
			}
		}
		if err != nil {
			if !errors.Is(err, net.ErrClosed) {
				r.lost.Add(1)
			}
			return
		}
	}
}

// each does something for all, so many at once, and returns the first failure.
func each[T any](all []T, hands int, do func(T) error) error {
	var work sync.WaitGroup
	errs := make([]error, hands)
	for hand := range hands {
		work.Go(func() {
			for i := hand; i < len(all) && errs[hand] == nil; i += hands {
				errs[hand] = do(all[i])
			}
		})
	}
	work.Wait()
	if i := slices.IndexFunc(errs, func(err error) bool { return err != nil }); i >= 0 {
		return errs[i]
	}
	return nil
}
