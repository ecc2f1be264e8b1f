package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"
)

// Driver drives a city's units through the public door of a server, POST
// /api/fixes, one batch a tick.
type Driver struct {
	City   *City
	Base   string // "http://127.0.0.1:8080"
	Token  string // sent as bearer
	Log    *slog.Logger
	Client *http.Client
	Orders Orders           // nil: everybody patrols
	Ticks  <-chan time.Time // the time of each batch; the run ends when it is closed
}

const (
	askFor      = 5 * time.Second // the longest a batch may take
	firstPause  = time.Second     // after a failure; doubled after each further one,
	longestWait = 30 * time.Second
)

// Drive drives all units that are on watch, a batch a second, until ctx ends.
func Drive(ctx context.Context, city *City, base, token string, orders Orders, log *slog.Logger) error {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	d := &Driver{City: city, Base: base, Token: token, Log: log, Client: &http.Client{Timeout: askFor}, Orders: orders, Ticks: ticker.C}
	return d.Run(ctx)
}

// Run drives until ctx ends or the ticks do; nil then. A batch that does not
// arrive is logged and waits, each unit's newest position only, for the next
// attempt after a pause that grows.
func (d *Driver) Run(ctx context.Context) error {
	if d.City == nil || d.City.net == nil {
		return errors.New("drive: no city")
	}
	moving := newTraffic(d.City)
	moving.orders = d.Orders
	var unsent []fix
	var pause time.Duration
	var next time.Time
	for {
		select {
		case <-ctx.Done():
			return nil
		case now, ok := <-d.Ticks:
			if !ok {
				return nil
			}
			unsent = newest(unsent, moving.step(now))
			if len(unsent) == 0 || now.Before(next) {
				continue
			}
			if err := d.send(ctx, unsent); err != nil {
				if ctx.Err() != nil {
					return nil
				}
				pause = min(longestWait, max(firstPause, 2*pause))
				next = now.Add(pause)
				d.Log.Warn("fixes not taken", "err", err, "fixes", len(unsent), "retry_in", pause)
				continue
			}
			unsent, pause = nil, 0
		}
	}
}

// newest keeps one fix a unit: the later one.
func newest(old, fresh []fix) []fix {
	if len(old) == 0 {
		return fresh
	}
	at := make(map[[16]byte]int, len(old))
	for i, f := range old {
		at[f.Unit] = i
	}
	for _, f := range fresh {
		if i, ok := at[f.Unit]; ok {
			old[i] = f
			continue
		}
		old = append(old, f)
	}
	return old
}

func (d *Driver) send(ctx context.Context, fixes []fix) error {
	body, err := json.Marshal(map[string]any{"fixes": fixes})
	if err != nil {
		return fmt.Errorf("write fixes: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimSuffix(d.Base, "/")+"/api/fixes", bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("ask for fixes: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+d.Token)
	res, err := d.Client.Do(req)
	if err != nil {
		return fmt.Errorf("send fixes: %w", err)
	}
	defer res.Body.Close()
	said, err := io.ReadAll(io.LimitReader(res.Body, 2000))
	if err != nil {
		return fmt.Errorf("read answer: %w", err)
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("send fixes: status %d: %s", res.StatusCode, said)
	}
	return nil
}
