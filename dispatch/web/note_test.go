package web_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"strings"
	"testing"

	"onemap/dispatch"
)

// onePhoto is a PNG of two red pixels.
func onePhoto(t *testing.T) string {
	t.Helper()
	raw, err := base64.StdEncoding.DecodeString("iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAIAAAB7QOjdAAAADUlEQVR4nGP4z8AARAAI/gH/xp559wAAAABJRU5ErkJggg==")
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func noteAt(incident dispatch.ID, n int) string {
	return "/api/incidents/" + incident.String() + "/notes/" + id(21, n).String()
}

func photoAt(incident dispatch.ID, n int) string {
	return "/api/incidents/" + incident.String() + "/photos/" + id(22, n).String()
}

func TestPhotosThatAreNoneAreRefused(t *testing.T) {
	w := newWorld(t)
	png := onePhoto(t)
	wide := []byte(png)
	binary.BigEndian.PutUint32(wide[16:], 30_000)
	binary.BigEndian.PutUint32(wide[20:], 30_000)
	binary.BigEndian.PutUint32(wide[29:], crc32.ChecksumIEEE(wide[12:29]))
	huge := png + strings.Repeat("x", 8<<20)
	for name, c := range map[string]struct {
		kind, body string
		status     int
		code       string
	}{
		"as it should be":       {"image/png", png, 200, ""},
		"nothing":               {"image/png", "", 422, "bad_image"},
		"cut short":             {"image/png", png[:len(png)-12], 422, "bad_image"},
		"a header alone":        {"image/png", png[:33], 422, "bad_image"},
		"another type":          {"image/jpeg", png, 422, "bad_image_type"},
		"no type":               {"", png, 415, "bad_image_type"},
		"a drawing":             {"image/svg+xml", "<svg/>", 415, "bad_image_type"},
		"a drawing, declared":   {"image/png", "<svg xmlns='http://www.w3.org/2000/svg'/>", 422, "bad_image"},
		"a page before it":      {"image/png", "<html>" + png, 422, "bad_image"},
		"a film":                {"image/gif", "GIF89a", 415, "bad_image_type"},
		"webp":                  {"image/webp", "RIFF", 415, "bad_image_type"},
		"30,000 pixels squared": {"image/png", string(wide), 413, "image_too_large"},
		"too many bytes":        {"image/png", huge, 413, "too_large"},
	} {
		a := w.do("dispatcher", "PUT", photoAt(fire, len(name)), c.body, "Content-Type", c.kind)
		if a.StatusCode != c.status || !strings.Contains(a.body, c.code) {
			t.Errorf("%s: %d %s, want %d %s", name, a.StatusCode, brief(a.body), c.status, c.code)
		}
	}
}

func TestPhotoIsServedAsItIsAndMayRunNothing(t *testing.T) {
	w := newWorld(t)
	png := onePhoto(t)
	w.want(w.do("dispatcher", "PUT", photoAt(fire, 1)+"?caption=%E7%83%9F&lon=119.6&lat=39.93", png, "Content-Type", "image/png"), 200, "")
	at := "/api/photos/" + id(22, 1).String()
	a := w.do("duty_officer", "GET", at, "")
	if a.body != png {
		t.Errorf("%d %q", a.StatusCode, brief(a.body))
	}
	for name, want := range map[string]string{
		"Content-Type": "image/png", "X-Content-Type-Options": "nosniff", "Content-Disposition": "inline",
		"Content-Security-Policy": "default-src 'none'; sandbox", "Cache-Control": "private, no-cache",
	} {
		if got := a.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	w.want(w.do("duty_officer", "GET", at, "", "If-None-Match", a.Header.Get("ETag")), 304, "")
	w.want(w.do("qinglong", "GET", at, "", "If-None-Match", a.Header.Get("ETag")), 404, "not_found")
	for _, who := range []string{"viewer", "planner"} {
		w.want(w.do(who, "GET", at, ""), 404, "not_found")
	}
	w.want(w.do("duty_officer", "GET", "/api/photos/"+fire.String(), ""), 404, "not_found")
}

// A repeated photo is the same photo; another under its id is refused, and one
// with the same key is another command.
func TestPhotoSentTwiceIsKeptOnce(t *testing.T) {
	w := newWorld(t)
	png, key := onePhoto(t), dispatch.NewID().String()
	send := func(n int, key, body string) answer {
		return w.do("dispatcher", "PUT", photoAt(fire, n), body, "Content-Type", "image/png", "Idempotency-Key", key)
	}
	first, second := send(1, key, png), send(1, key, png)
	if w.want(first, 200, ""); first.body != second.body {
		t.Errorf("%s, then %s", first.body, second.body)
	}
	w.want(send(1, dispatch.NewID().String(), png), 409, "exists")
	w.want(send(2, key, png), 422, "idempotency_mismatch")
	var list struct{ Notes []struct{ ID dispatch.ID } }
	if w.decode(w.do("dispatcher", "GET", "/api/incidents/"+fire.String()+"/notes", ""), &list); len(list.Notes) != 1 {
		t.Errorf("%d notes", len(list.Notes))
	}
}

// The crew of U-1 is of Haigang; it is sent to Qinglong, where it sees nothing else.
func TestCrewReadsAndWritesAtItsIncidentOutsideItsArea(t *testing.T) {
	w := newWorld(t)
	incident, note := "/api/incidents/"+flood.String(), `{"text": "水位还在涨"}`
	w.want(w.do("responder", "GET", incident, ""), 404, "not_found")
	w.want(w.do("responder", "PUT", noteAt(flood, 1), note), 404, "not_found")
	order := fmt.Sprintf(`{"incident": %q, "unit": %q}`, flood, id(3, 1))
	w.want(w.do("duty_officer", "PUT", "/api/assignments/"+id(23, 1).String(), order), 200, "")
	w.want(w.do("responder", "GET", incident, ""), 200, "")
	w.want(w.do("responder", "PUT", noteAt(flood, 1), note), 200, "")
	if a := w.do("responder", "GET", incident+"/notes", ""); !strings.Contains(a.body, "水位还在涨") || !strings.Contains(a.body, id(3, 1).String()) {
		t.Errorf("%s", a.body)
	}
	w.want(w.do("responder", "POST", "/api/assignments/"+id(23, 1).String()+"/advance", `{"to": "declined", "reason": "车辆故障"}`, "If-Match", `"1"`), 200, "")
	w.want(w.do("responder", "PUT", noteAt(flood, 2), note), 200, "")
	w.want(w.do("grid_worker", "GET", incident, ""), 404, "not_found")
}

func TestLongNoteCountsRunes(t *testing.T) {
	w := newWorld(t)
	text := func(n int) string { return fmt.Sprintf(`{"text": %q}`, strings.Repeat("水", n)) }
	w.want(w.do("dispatcher", "PUT", noteAt(fire, 1), text(4000)), 200, "")
	w.want(w.do("dispatcher", "PUT", noteAt(fire, 2), text(4001)), 422, "too_long")
	w.want(w.do("dispatcher", "PUT", noteAt(fire, 3), `{"text": "a\u001bb"}`), 422, "bad_text")
	w.want(w.do("dispatcher", "PUT", noteAt(fire, 4), `{"text": " \n "}`), 422, "required")
	w.want(w.do("dispatcher", "PUT", "/api/incidents/"+fire.String()+"/notes/"+dispatch.ID{}.String(), `{"text": "x"}`), 400, "bad_id")
	if !bytes.Contains([]byte(w.do("dispatcher", "GET", "/api/incidents/"+fire.String()+"/notes", "").body), bytes.Repeat([]byte("水"), 4000)) {
		t.Error("the long note is not whole")
	}
}
