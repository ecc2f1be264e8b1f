package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"onemap/dispatch"
)

// fleet imports n more units into a running demo city, and returns their ids.
func (r *running) fleet(b *testing.B, n int) []dispatch.ID {
	b.Helper()
	var team struct{ Features []struct{ ID dispatch.ID } }
	if r.signIn("duty_officer", demoPassword("duty_officer")) != 200 || r.call("GET", "/api/ledgers/team?limit=1", nil, &team, nil) != 200 {
		b.Fatal("sign in as duty officer")
	}
	var file bytes.Buffer
	fmt.Fprintln(&file, "code,name,division,source_datum,sensitivity,team,call_sign,kind,duty,crew,crew_minimum,mobilise_min,lon,lat")
	for i := range n {
		fmt.Fprintf(&file, "L%06d,压测%06d,130302001,wgs84,1,%s,压测%06d,engine,available_base,4,4,1,%.6f,%.6f\n", i, i, team.Features[0].ID, i, 119+float64(i%100)*0.005, 39.8+float64(i/100)*0.005)
	}
	req, _ := http.NewRequest("POST", r.url+"/api/ledgers/unit/import?datum=wgs84", &file)
	req.Header.Set("Content-Type", "text/csv")
	req.Header.Set("Idempotency-Key", dispatch.NewID().String())
	client := *r.client
	client.Timeout = time.Minute
	res, err := client.Do(req)
	if err != nil {
		b.Fatal(err)
	}
	answer, _ := io.ReadAll(res.Body)
	res.Body.Close()
	if res.StatusCode != 200 || !strings.Contains(string(answer), fmt.Sprintf(`"added":%d`, n)) {
		b.Fatalf("import: %d %.300s", res.StatusCode, answer)
	}
	return r.loadUnits(b)
}

// loadUnits lists the imported units.
func (r *running) loadUnits(b *testing.B) (ids []dispatch.ID) {
	for after := "L"; ; {
		var page struct {
			Next     string
			Features []struct {
				ID         dispatch.ID
				Properties struct{ Code string }
			}
		}
		if status := r.call("GET", "/api/ledgers/unit?limit=2000&after="+after, nil, &page, nil); status != 200 {
			b.Fatalf("list units: %d", status)
		}
		for _, f := range page.Features {
			if strings.HasPrefix(f.Properties.Code, "L") {
				ids = append(ids, f.ID)
			}
		}
		if page.Next == "" || len(page.Features) == 0 {
			return ids
		}
		after = page.Next
	}
}

// second sends one fix of every unit, spread as lon tells the second apart.
func (r *running) second(token string, ids []dispatch.ID, lon float64) error {
	var body bytes.Buffer
	body.WriteString(`{"fixes":[`)
	now := time.Now().UTC().Format("2006-01-02T15:04:05.000Z07:00")
	for i, id := range ids {
		if i > 0 {
			body.WriteByte(',')
		}
		fmt.Fprintf(&body, `{"unit":"%s","at":"%s","lon":%.7f,"lat":%.7f,"heading_deg":90,"speed_mps":10}`, id, now, lon+float64(i%100)*1e-3, 39.8+float64(i/100)*1e-3)
	}
	body.WriteString(`]}`)
	req, _ := http.NewRequest("POST", r.url+"/api/fixes", &body)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	answer, _ := io.ReadAll(res.Body)
	if res.StatusCode != 200 || !bytes.Contains(answer, []byte(fmt.Sprintf(`"accepted":%d`, len(ids)))) {
		return fmt.Errorf("fixes: %d %.200s", res.StatusCode, answer)
	}
	return nil
}

// watcher is one socket that notes when a unit's longitude has changed.
func (r *running) watcher(ctx context.Context, unit dispatch.ID, ready func(), seen func(lon int32, at time.Time)) error {
	header := http.Header{"Origin": {r.url}}
	req, _ := http.NewRequest("GET", r.url, nil)
	for _, c := range r.client.Jar.Cookies(req.URL) {
		header.Add("Cookie", c.String())
	}
	conn, _, err := websocket.DefaultDialer.DialContext(ctx, "ws"+strings.TrimPrefix(r.url, "http")+"/api/live", header)
	if err != nil {
		return err
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	if err := conn.WriteMessage(websocket.TextMessage, []byte(`{"type":"hello"}`)); err != nil {
		return err
	}
	var handle uint32
	for {
		kind, frame, err := conn.ReadMessage()
		if err != nil {
			return err
		}
		if kind == websocket.TextMessage {
			if handle == 0 {
				if handle = handleOf(frame, unit); handle != 0 {
					ready()
				}
			}
			continue
		}
		now := time.Now()
		for at := 8; at+16 <= len(frame); at += 16 {
			if binary.LittleEndian.Uint32(frame[at:]) == handle {
				seen(int32(binary.LittleEndian.Uint32(frame[at+4:])), now)
			}
		}
	}
}

func handleOf(frame []byte, unit dispatch.ID) uint32 {
	var picture struct {
		Units []struct {
			Handle uint32
			ID     dispatch.ID
		}
	}
	if json.Unmarshal(frame, &picture) != nil {
		return 0
	}
	for _, u := range picture.Units {
		if u.ID == unit {
			return u.Handle
		}
	}
	return 0
}

// BenchmarkFixToSocket is load L of the design: 5,000 units at 1 Hz and 200
// sockets that see them all; an iteration is a second. It reports from the
// moment a batch is sent to the moment a frame with it was read.
func BenchmarkFixToSocket(b *testing.B) {
	r := serve(b, publicDir(b), "ONEMAP_DEMO=1")
	ids := r.fleet(b, 5000)
	token, err := os.ReadFile(filepath.Join(r.data, "demo-token"))
	if err != nil {
		b.Fatal(err)
	}
	var mu sync.Mutex
	sent, delays := map[int32]time.Time{}, []float64{}
	ctx, stop := context.WithCancel(b.Context())
	var wg, ready sync.WaitGroup
	ready.Add(200)
	for i := range 200 {
		unit := ids[i*25]
		wg.Go(func() {
			last := int32(0)
			_ = r.watcher(ctx, unit, ready.Done, func(lon int32, at time.Time) {
				mu.Lock()
				defer mu.Unlock()
				if began, ok := sent[lon-int32(i*25%100)*10000]; ok && lon != last {
					delays = append(delays, at.Sub(began).Seconds())
				}
				last = lon
			})
		})
	}
	ready.Wait()
	base := 119.0
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for i := 0; b.Loop(); i++ {
		<-tick.C
		base += 1e-5
		mu.Lock()
		sent[int32(base*1e7+0.5)] = time.Now()
		mu.Unlock()
		if err := r.second(string(token), ids, base); err != nil {
			b.Fatal(err)
		}
	}
	<-tick.C
	stop()
	wg.Wait()
	report(b, delays)
}

// report gives the percentiles of delays in seconds.
func report(b *testing.B, delays []float64) {
	b.Helper()
	if len(delays) < 100 {
		b.Fatalf("only %d measurements", len(delays))
	}
	slices.Sort(delays)
	for _, p := range []int{50, 99} {
		b.ReportMetric(delays[len(delays)*p/100]*1000, fmt.Sprintf("p%d-ms", p))
	}
	b.ReportMetric(float64(len(delays)), "measured")
}

// BenchmarkNearestHTTP asks at 200 requests a second, on a timetable that does
// not wait for answers, while 5,000 units move; an iteration is a request.
func BenchmarkNearestHTTP(b *testing.B) {
	r := serve(b, publicDir(b), "ONEMAP_DEMO=1")
	ids := r.fleet(b, 5000)
	token, err := os.ReadFile(filepath.Join(r.data, "demo-token"))
	if err != nil {
		b.Fatal(err)
	}
	if err := r.second(string(token), ids, 119); err != nil {
		b.Fatal(err)
	}
	body := map[string]any{"point": map[string]any{"type": "Point", "coordinates": []float64{119.3, 39.95}}, "kinds": []string{"unit"}, "k": 10, "status": []string{"available"}}
	var mu sync.Mutex
	var delays []float64
	var wg sync.WaitGroup
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for b.Loop() {
		due := <-tick.C
		wg.Go(func() {
			if status := r.call("POST", "/api/nearest", body, nil, nil); status != 200 {
				b.Errorf("nearest: %d", status)
			}
			mu.Lock()
			defer mu.Unlock()
			delays = append(delays, time.Since(due).Seconds())
		})
	}
	wg.Wait()
	report(b, delays)
}
