package bench

import (
	"context"
	"fmt"
	"io"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"onemap/dispatch/wire/jt808"
	"onemap/geo"
)

// Numbers of the played terminals begin so; no real one's does.
const terminalPrefix = "19900"

// mostWays is how many roads the vehicles share.
const mostWays = 40

// cruising is how fast the vehicles drive, in m/s.
const cruising = 12

// prepare finds units and roads, and enters the terminals.
func (r *terminalsRun) prepare(ctx context.Context) error {
	load := &run{Load: &Load{Target: r.Target, Units: r.Connections, Own: r.Own, Say: r.Say}}
	var err error
	for _, who := range []struct {
		as         **Client
		name, pass string
	}{{&r.desk, r.User, r.Password}, {&r.admin, r.Admin, r.AdminKey}} {
		if *who.as, err = NewClient(r.Target); err != nil {
			return err
		}
		if _, err = (*who.as).signIn(ctx, who.name, who.pass); err != nil {
			return err
		}
	}
	load.Client = r.desk
	if err := load.prepare(ctx); err != nil {
		return err
	}
	ways, err := r.ways(ctx, load.places)
	if err != nil {
		return err
	}
	for i, u := range load.units {
		r.vehicles = append(r.vehicles, &vehicle{
			number: fmt.Sprintf("%s%06d", terminalPrefix, i), unit: u.id, road: ways[i%len(ways)],
			along: geo.Metres(i/len(ways)) * 97, due: map[uint16]time.Time{},
		})
	}
	return r.enterAll(ctx)
}

// ways asks for roads between the city's townships; where there are none the
// vehicles drive straight on.
func (r *terminalsRun) ways(ctx context.Context, places []place) (all []*way, err error) {
	for i := range min(mostWays, len(places)) {
		from, to := places[i].point(), places[(i+1)%len(places)].point()
		var answer struct {
			Line struct{ Coordinates orb.LineString }
		}
		point := func(p orb.Point) map[string]any {
			return map[string]any{"point": map[string]any{"type": "Point", "coordinates": p}}
		}
		err := r.desk.ask(ctx, "POST", "/api/route", map[string]any{"from": point(from), "to": point(to)}, &answer)
		if err != nil || len(answer.Line.Coordinates) < 2 {
			all = append(all, newWay(orb.LineString{from, {from[0] + 0.05, from[1]}}))
			continue
		}
		all = append(all, newWay(answer.Line.Coordinates))
	}
	return all, ctx.Err()
}

// enterAll puts the terminals into the ledger, and makes each a new secret.
func (r *terminalsRun) enterAll(ctx context.Context) error {
	var list struct {
		Terminals []struct {
			ID       uuid.UUID
			Version  int
			Protocol string
			Identity string
		}
	}
	if err := r.desk.ask(ctx, "GET", "/api/terminals", nil, &list); err != nil {
		return fmt.Errorf("list terminals: %w", err)
	}
	type known struct {
		id      uuid.UUID
		version int
	}
	there := map[string]known{}
	for _, t := range list.Terminals {
		if t.Protocol == "jt808" {
			there[t.Identity] = known{t.ID, t.Version}
		}
	}
	return each(r.vehicles, 8, func(v *vehicle) error {
		header := http.Header{"Idempotency-Key": {newID().String()}}
		id := newID()
		if old, ok := there[v.number]; ok {
			id = old.id
			header.Set("If-Match", strconv.Quote(strconv.Itoa(old.version)))
		}
		var made struct{ Secret string }
		err := r.admin.send(ctx, "PUT", "/api/terminals/"+id.String(), map[string]any{
			"protocol": "jt808", "identity": v.number, "unit": v.unit, "secret": "new", "skew_s": 7 * 24 * 3600, "note": "onemap bench terminals",
		}, &made, header)
		if err != nil {
			return fmt.Errorf("enter terminal %s: %w", v.number, err)
		}
		v.secret = made.Secret
		return nil
	})
}

// saved reads how many rows of tracks the server has kept.
func (r *terminalsRun) saved(ctx context.Context) (float64, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.desk.Base+"/metrics", nil)
	if err != nil {
		return 0, err
	}
	res, err := r.desk.http.Do(req)
	if err != nil {
		return 0, fmt.Errorf("read the server's figures: %w", err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil {
		return 0, fmt.Errorf("read the server's figures: %w", err)
	}
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, "onemap_db_fixes_total "); ok {
			return strconv.ParseFloat(strings.TrimSpace(value), 64)
		}
	}
	return 0, nil // not this machine's to read
}

// header is how this terminal writes.
func (v *vehicle) header(id uint16) jt808.Header {
	h := jt808.Header{ID: id, Phone: "0" + v.number, Serial: v.serial}
	v.serial++
	return h
}

// enter shows the secret and waits for the answer.
func (v *vehicle) enter(s *jt808.Splitter) error {
	if err := v.conn.SetDeadline(time.Now().Add(askFor)); err != nil {
		return err
	}
	h := v.header(jt808.Authenticate)
	if _, err := v.conn.Write(jt808.Append(nil, h, jt808.AppendSecret(nil, h, v.secret))); err != nil {
		return err
	}
	var one [1]byte
	for {
		if _, err := v.conn.Read(one[:]); err != nil {
			return err
		}
		frame, _ := s.Feed(one[0])
		if frame == nil {
			continue
		}
		m, err := jt808.Decode(frame)
		if err != nil {
			return err
		}
		if a, err := jt808.DecodeAnswer(m.Body); err == nil && a.Result == jt808.Done {
			return v.conn.SetDeadline(time.Time{})
		}
		return fmt.Errorf("answered %04x %x", m.ID, m.Body)
	}
}

// position writes the next one. The protocol's clock has whole seconds: a
// vehicle that reports more often lives faster, and begins so far in the past
// that it is never ahead of its time.
func (v *vehicle) position(rate float64, due time.Time, whole time.Duration) []byte {
	step := time.Duration(max(1, math.Round(1/rate))) * time.Second
	if v.clock.IsZero() {
		ahead := max(0, step.Seconds()*rate-1) * whole.Seconds()
		v.clock = due.Add(-time.Duration(ahead)*time.Second - 5*time.Second)
	}
	v.clock = v.clock.Add(step)
	at, course := v.move(geo.Metres(cruising * step.Seconds()))
	v.mu.Lock()
	defer v.mu.Unlock()
	h := v.header(jt808.Report)
	v.due[h.Serial] = due
	return jt808.Append(nil, h, jt808.AppendLocation(nil, jt808.Moving(at[0], at[1], cruising*3.6, course, v.clock)))
}

// asked is when the position of that serial was due.
func (v *vehicle) asked(serial uint16) time.Time {
	v.mu.Lock()
	defer v.mu.Unlock()
	due := v.due[serial]
	delete(v.due, serial)
	return due
}

// way is a road, and how far each of its points lies along it.
type way struct {
	line orb.LineString
	at   []geo.Metres
}

func newWay(line orb.LineString) *way {
	w := &way{line, make([]geo.Metres, len(line))}
	for i := 1; i < len(line); i++ {
		w.at[i] = w.at[i-1] + max(0.001, geo.GreatCircle(line[i-1], line[i]))
	}
	return w
}

// move goes on along the road, and turns back at its ends.
func (v *vehicle) move(by geo.Metres) (orb.Point, int) {
	w := v.road
	length := w.at[len(w.at)-1]
	v.along += by
	at := geo.Metres(math.Mod(float64(v.along), 2*float64(length)))
	back := at > length
	if back {
		at = 2*length - at
	}
	i, _ := slices.BinarySearch(w.at, at)
	i = max(1, min(i, len(w.at)-1))
	a, b := w.line[i-1], w.line[i]
	part := float64((at - w.at[i-1]) / (w.at[i] - w.at[i-1]))
	course := math.Atan2((b[0]-a[0])*math.Cos(a[1]*math.Pi/180), b[1]-a[1]) * 180 / math.Pi
	if back {
		course += 180
	}
	return orb.Point{a[0] + part*(b[0]-a[0]), a[1] + part*(b[1]-a[1])}, int(math.Mod(course+360, 360))
}

// Write writes the figures as a table; wanted is the positions a second that
// were asked for.
func (r *TerminalsReport) Write(w io.Writer, wanted float64) error {
	var b strings.Builder
	f := r.Picture
	b.WriteString("| from the moment it was due, ms | n | p50 | p90 | p99 | p99.9 | most |\n|---|---|---|---|---|---|---|\n")
	fmt.Fprintf(&b, "| position to picture | %d | %.1f | %.1f | %.1f | %.1f | %.0f |\n", f.N, ms(f.P50), ms(f.P90), ms(f.P99), ms(f.P999), ms(f.Most))
	took := r.Took.Seconds()
	fmt.Fprintf(&b, "\n%d positions sent in %.1f s (%.0f a second), %d answered; %.0f rows of tracks saved\n", r.Sent, took, float64(r.Sent)/took, r.Answered, r.Saved)
	fmt.Fprintf(&b, "the generator was at most %.0f ms behind its timetable and used %.2f of a core\n", ms(r.Late), r.Cores)
	missed := r.Missed(wanted)
	for _, m := range missed {
		fmt.Fprintf(&b, "MISSED: %s\n", m)
	}
	if len(missed) == 0 {
		fmt.Fprintf(&b, "held: every position answered, picture p99 < %s\n", pictureTarget)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
