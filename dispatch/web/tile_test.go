package web_test

import (
	"fmt"
	"strings"
	"testing"
)

const townTile = "/tiles/team/10/852/387.mvt"

func TestTileIsSentOnce(t *testing.T) {
	w := newWorld(t)
	first := w.do("duty_officer", "GET", townTile, "")
	w.want(first, 200, "")
	tag := first.Header.Get("ETag")
	again := w.do("duty_officer", "GET", townTile, "", "If-None-Match", "W/"+tag)
	if again.StatusCode != 304 || again.body != "" {
		t.Errorf("again: %d, %d bytes", again.StatusCode, len(again.body))
	}
	packed := w.do("duty_officer", "GET", townTile, "", "Accept-Encoding", "gzip")
	if packed.Header.Get("Content-Encoding") != "gzip" || !strings.HasPrefix(packed.body, "\x1f\x8b") || packed.Header.Get("ETag") != tag {
		t.Errorf("packed: %v", packed.Header)
	}
}

func TestTileShowsItsReaderOnly(t *testing.T) {
	w := newWorld(t)
	for who, want := range map[string]string{"duty_officer": "T-1 T-9", "dispatcher": "T-1", "qinglong": ""} {
		a := w.do(who, "GET", townTile, "")
		var got []string
		for _, code := range []string{"T-1", "T-9"} {
			if strings.Contains(a.body, code) {
				got = append(got, code)
			}
		}
		if fmt.Sprint(strings.Join(got, " ")) != want {
			t.Errorf("%s sees %v, want %s", who, got, want)
		}
	}
}

func TestTileChangesWithItsLayer(t *testing.T) {
	w := newWorld(t)
	before := w.do("planner", "GET", townTile, "")
	body := `{"type": "Feature", "geometry": {"type": "Point", "coordinates": [119.6, 39.93]}, "properties": {"code": "T-1", "name": "新名（示例）", "division": "130302001", "source_datum": "wgs84", "sensitivity": 0, "owner_system": "fire_rescue", "capabilities": [], "mobilise_day_min": 1, "mobilise_night_min": 1, "readiness": "limited"}}`
	w.want(w.do("planner", "PUT", "/api/ledgers/team/"+id(4, 1).String(), body, "If-Match", `"1"`), 200, "")
	after := w.do("planner", "GET", townTile, "")
	if after.Header.Get("ETag") == before.Header.Get("ETag") || !strings.Contains(after.body, "limited") {
		t.Errorf("the tile did not change: %s", after.Header.Get("ETag"))
	}
}

func TestFiguresForMonitoring(t *testing.T) {
	w := newWorld(t)
	w.do("dispatcher", "GET", "/api/status", "")
	a := w.do("", "GET", "/metrics", "")
	for _, want := range []string{`onemap_requests_total{op="readStatus",status="200"} 1`, "onemap_picture_seq ", "onemap_sockets 0", "go_goroutines"} {
		if !strings.Contains(a.body, want) {
			t.Errorf("no %s", want)
		}
	}
}
