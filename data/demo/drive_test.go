package demo

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb"
)

var noon = time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)

// door is a server that keeps what it is sent. It refuses while broken.
type door struct {
	sync.Mutex
	broken  bool
	token   string
	batches [][]fix
	refused int
}

func (d *door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.Lock()
	defer d.Unlock()
	var body struct{ Fixes []fix }
	err := json.NewDecoder(r.Body).Decode(&body)
	if err != nil || d.broken || r.URL.Path != "/api/fixes" || r.Method != http.MethodPost {
		d.refused++
		http.Error(w, "not now", http.StatusServiceUnavailable)
		return
	}
	d.token = r.Header.Get("Authorization")
	d.batches = append(d.batches, body.Fixes)
}

// drive runs the driver over the seconds, calling at before each. It returns
// when the last batch has been answered.
func drive(t *testing.T, d *door, seconds int, at func(second int)) {
	t.Helper()
	server := httptest.NewServer(d)
	defer server.Close()
	ticks := make(chan time.Time) // unbuffered: a tick is taken when the last one is done with
	driver := &Driver{City: theCity(t), Base: server.URL, Token: "secret", Client: server.Client(), Ticks: ticks,
		Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
	done := make(chan error, 1)
	go func() { done <- driver.Run(context.Background()) }()
	for s := range seconds {
		if at != nil {
			at(s)
		}
		ticks <- noon.Add(time.Duration(s) * time.Second)
	}
	close(ticks)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

func TestUnitsDriveOnTheRoadsWithoutLeaping(t *testing.T) {
	t.Parallel()
	d := &door{}
	drive(t, d, 240, nil)
	if d.token != "Bearer secret" || d.refused > 0 || len(d.batches) < 239 {
		t.Fatalf("%d batches, %d refused, token %q", len(d.batches), d.refused, d.token)
	}
	last := map[uuid.UUID]fix{}
	moved := map[uuid.UUID]bool{}
	for _, batch := range d.batches {
		for _, f := range batch {
			if f.Speed < 0 || f.Speed > 34 || f.Heading < 0 || f.Heading >= 360 {
				t.Fatalf("speed %f, heading %f", f.Speed, f.Heading)
			}
			before, known := last[f.Unit]
			last[f.Unit] = f
			moved[f.Unit] = moved[f.Unit] || f.Speed > 2
			if !known {
				continue
			}
			a, errA := time.Parse(time.RFC3339, before.At)
			b, errB := time.Parse(time.RFC3339, f.At)
			if errA != nil || errB != nil || !b.After(a) {
				t.Fatalf("times %s, %s", before.At, f.At)
			}
			d := distance(orb.Point{before.Lon, before.Lat}, orb.Point{f.Lon, f.Lat})
			if most := 34*b.Sub(a).Seconds() + 12; d > most {
				t.Fatalf("%s went %.0f m in %s", f.Unit, d, b.Sub(a))
			}
		}
	}
	driving := 0
	for _, m := range moved {
		if m {
			driving++
		}
	}
	if len(last) < 140 || driving < len(last)/4 || driving > len(last)*2/3 {
		t.Errorf("%d units report, %d drive", len(last), driving)
	}
}

func TestAUnitAtItsBaseReportsEveryFifteenSeconds(t *testing.T) {
	t.Parallel()
	moving := newTraffic(theCity(t))
	count := map[uuid.UUID]int{}
	for s := range 300 {
		for _, f := range moving.step(noon.Add(time.Duration(s) * time.Second)) {
			count[f.Unit]++
		}
	}
	for _, c := range moving.cars {
		if !c.patrols && c.silent.IsZero() && (count[c.id] < 19 || count[c.id] > 21) {
			t.Errorf("unit %s reported %d times in 300 s, want 20", c.id, count[c.id])
		}
	}
}

func TestSomeUnitsFallSilentAndComeBack(t *testing.T) {
	t.Parallel()
	moving := newTraffic(theCity(t))
	longest := map[uuid.UUID]time.Duration{}
	last := map[uuid.UUID]time.Time{}
	for s := 0; s < 3600; s += 5 {
		now := noon.Add(time.Duration(s) * time.Second)
		for _, f := range moving.step(now) {
			if at, ok := last[f.Unit]; ok {
				longest[f.Unit] = max(longest[f.Unit], now.Sub(at))
			}
			last[f.Unit] = now
		}
	}
	silent := 0
	for _, gap := range longest {
		if gap > 2*time.Minute {
			silent++
		}
	}
	if silent == 0 || silent > len(last)/5 {
		t.Errorf("%d of %d units were silent for minutes and came back, want a few", silent, len(last))
	}
}

func TestWhatTheServerRefusedIsSentAgainNewestOnly(t *testing.T) {
	t.Parallel()
	d := &door{broken: true}
	drive(t, d, 40, func(second int) {
		if second == 20 {
			d.Lock()
			d.broken = false
			d.Unlock()
		}
	})
	// Pauses of 1, 2, 4, 8, 16 s: asked at 0, 1, 3, 7, 15 in vain, at 31 again.
	if d.refused != 5 || len(d.batches) != 9 {
		t.Fatalf("asked %d times in vain, %d times with success, want 5 and 9", d.refused, len(d.batches))
	}
	seen := map[uuid.UUID]bool{}
	for _, f := range d.batches[0] {
		if seen[f.Unit] {
			t.Errorf("unit %s stands twice in one batch", f.Unit)
		}
		seen[f.Unit] = true
	}
	if len(seen) < 140 {
		t.Errorf("the first batch holds %d units, want all that report", len(seen))
	}
}
