package web_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"onemap/dispatch/web"
	"onemap/dispatch/wire/cap"
)

// alertXML is a neighbour's message; refers names those before it.
func alertXML(kind, identifier, status, refers, area string) string {
	if refers != "" {
		refers = "<references>" + refers + "</references>"
	}
	now := time.Now().UTC()
	return fmt.Sprintf(`<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>%s</identifier><sender>met.example</sender><sent>%s-00:00</sent><status>%s</status><msgType>%s</msgType><scope>Public</scope>%s
<info><language>zh-CN</language><category>Met</category><event>大风</event><urgency>Expected</urgency><severity>Severe</severity><certainty>Likely</certainty><expires>%s-00:00</expires><headline>气象台发布大风橙色预警</headline><area><areaDesc>海港区</areaDesc>%s</area></info></alert>`,
		identifier, now.Format("2006-01-02T15:04:05"), status, kind, refers, now.Add(6*time.Hour).Format("2006-01-02T15:04:05"), area)
}

const (
	haigang  = `<polygon>39.85,119.55 39.85,119.65 39.95,119.65 39.85,119.55</polygon>`
	hainan   = `<polygon>19.60,110.60 19.60,110.70 19.70,110.70 19.60,110.60</polygon>`
	capBytes = "application/cap+xml"
)

type taken struct {
	Taken, Repeated, Refused int
	Left                     int `json:"left_out"`
	Entries                  []struct{ ID, Outcome, Code string }
}

func (w *world) receive(who, body string) (t taken) {
	w.Helper()
	a := w.do(who, "POST", "/api/warnings/received", body, "Content-Type", capBytes)
	w.want(a, 200, "")
	w.decode(a, &t)
	return t
}

func TestAForeignWarningIsShownOnceAndNeverEdited(t *testing.T) {
	w := newWorld(t)
	raw := alertXML("Alert", "A1", "Actual", "", haigang)
	first := w.receive("machine", raw)
	if first.Taken != 1 {
		t.Fatalf("taken: %+v", first)
	}
	if again := w.receive("duty_officer", raw); again.Repeated != 1 || again.Taken != 0 {
		t.Errorf("again: %+v", again)
	}
	path := "/api/warnings/" + first.Entries[0].ID
	shown := w.do("viewer", "GET", path, "")
	for _, part := range []string{`"origin":"foreign"`, `"sounds":true`, `"kind":"gale"`, `"colour":"orange"`, `"state":"issued"`} {
		if !strings.Contains(shown.body, part) {
			t.Errorf("%s is not in %s", part, shown.body)
		}
	}
	w.want(w.do("dispatcher", "PUT", path, warningBody(""), "If-Match", `"1"`), 403, "foreign_warning")
	w.want(w.do("duty_officer", "POST", path+"/cancel", `{"reason": "不对"}`, "If-Match", `"1"`), 403, "foreign_warning")
	validCAP(t, w.do("viewer", "GET", path+"/cap", "").body)
	if feed := w.do("machine", "GET", "/api/warnings/feed", ""); strings.Contains(feed.body, "<entry>") {
		t.Error("our feed passes another's on")
	}

	sent := between(raw, "<sent>", "</sent>")
	w.receive("machine", alertXML("Cancel", "A2", "Actual", "met.example,A1,"+sent, haigang))
	if ended := w.do("viewer", "GET", path, ""); !strings.Contains(ended.body, `"state":"cancelled"`) || !strings.Contains(ended.body, `"sounds":false`) {
		t.Errorf("cancelled, it is %s", ended.body)
	}
	test := w.receive("machine", alertXML("Alert", "A3", "Test", "", haigang))
	if a := w.do("viewer", "GET", "/api/warnings/"+test.Entries[0].ID, ""); !strings.Contains(a.body, `"sounds":false`) || !strings.Contains(a.body, `"exercise":true`) {
		t.Errorf("a test: %s", a.body)
	}
	if differ, err := w.db.Replay(context.Background()); err != nil || len(differ) > 0 {
		t.Errorf("replayed: %v %v", differ, err)
	}
}

func TestHostileWarningsAreRefusedByName(t *testing.T) {
	w := newWorld(t)
	for name, c := range map[string]struct {
		body   string
		status int
		code   string
	}{
		"a DTD":          {`<!DOCTYPE alert><alert/>`, 422, "xml_dtd"},
		"an entity":      {`<alert>&xxe;</alert>`, 422, "xml_entity"},
		"billion laughs": {`<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><alert>&b;</alert>`, 422, "xml_dtd"},
		"depth":          {strings.Repeat("<a>", 100), 422, "xml_too_deep"},
		"breadth":        {"<feed>" + strings.Repeat("<a/>", 200_000) + "</feed>", 413, "xml_too_large"},
		"UTF-16":         {"\xff\xfe<\x00a\x00", 422, "xml_charset"},
		"cut off":        {`<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>`, 400, "xml_malformed"},
		"a page":         {`<html><body>404</body></html>`, 422, "cap_not_feed"},
		"nothing":        {``, 400, "xml_malformed"},
		"another schema": {`<alert xmlns="urn:x"/>`, 422, "cap_unknown"},
		"no status":      {strings.Replace(alertXML("Alert", "B", "Actual", "", haigang), "<status>Actual</status>", "", 1), 422, "cap_invalid"},
	} {
		t.Run(name, func(t *testing.T) {
			w.T = t
			w.want(w.do("machine", "POST", "/api/warnings/received", c.body, "Content-Type", capBytes), c.status, c.code)
		})
	}
	w.T = t
	w.want(w.do("machine", "POST", "/api/warnings/received", "<alert/>", "Content-Type", "application/json"), 415, "bad_content_type")
	w.want(w.do("machine", "POST", "/api/warnings/received", strings.Repeat(" ", 8<<20+1), "Content-Type", capBytes), 413, "too_large")
	ack := strings.Replace(alertXML("Ack", "C", "Actual", "met.example,A1,2026-01-01T00:00:00+08:00", haigang), "\n", "", -1)
	if got := w.receive("machine", ack); got.Refused != 1 || got.Entries[0].Code != "cap_no_warning" {
		t.Errorf("an acknowledgement: %+v", got)
	}
	bow := `<polygon>39.6,119.6 39.7,119.7 39.6,119.7 39.7,119.6 39.6,119.6</polygon>`
	if got := w.receive("machine", alertXML("Alert", "D", "Actual", "", bow)); got.Taken != 1 {
		t.Errorf("a bow tie is kept without its ground: %+v", got)
	}
}

func TestAPolledFeedIsTakenAndSaidOnTheIngestPage(t *testing.T) {
	polled := []cap.Polled{{URL: "http://met.example/feed", Polls: 3, Taken: 1, LastError: &cap.Mishap{At: time.Now(), Code: "feed_no_answer", Text: "it answers 503"}}}
	w := newWorld(t, func(c *web.Config) { c.Feeds = func() []cap.Polled { return polled } })
	feed := func(alerts ...string) *cap.Feed {
		out := &cap.Feed{}
		for _, raw := range alerts {
			one, err := cap.ReadFeed([]byte(raw))
			if err != nil {
				t.Fatal(err)
			}
			out.Entries = append(out.Entries, one.Entries...)
		}
		return out
	}
	got, err := w.server.TakeFeed(context.Background(), polled[0].URL, feed(alertXML("Alert", "E1", "Actual", "", haigang), alertXML("Alert", "E2", "Actual", "", hainan), alertXML("Ack", "E3", "Actual", "a,b,2026-01-01T00:00:00+08:00", haigang)))
	if err != nil || got != (cap.Taken{Taken: 1, LeftOut: 1, Refused: 1, Code: "cap_no_warning"}) {
		t.Errorf("taken %+v: %v", got, err)
	}
	if a := w.do("dispatcher", "GET", "/api/warnings", ""); strings.Count(a.body, `"source":"http://met.example/feed"`) != 1 {
		t.Errorf("listed: %s", a.body)
	}
	if a := w.do("duty_officer", "GET", "/api/ingest", ""); !strings.Contains(a.body, `"it answers 503"`) || !strings.Contains(a.body, `"polls":3`) {
		t.Errorf("the ingest page: %s", a.body)
	}
	if a := w.do("qinglong", "GET", "/api/warnings", ""); strings.Contains(a.body, "E1") {
		t.Errorf("a county it does not touch: %s", a.body)
	}
}

func TestAWarningOfTheWholeCountryIsNotOurs(t *testing.T) {
	w := newWorld(t)
	path := "/api/warnings/" + id(30, 1).String()
	country := `"polygon": {"type": "Polygon", "coordinates": [[[74,18],[135,18],[135,53],[74,53],[74,18]]]},`
	w.want(w.do("dispatcher", "PUT", path, warningBody(country)), 422, "area_outside_jurisdiction")
	w.want(w.do("qinglong", "PUT", path, warningBody("")), 422, "area_outside_jurisdiction")
	w.want(w.do("responder", "PUT", path, warningBody("")), 403, "forbidden")
	preview := w.do("dispatcher", "POST", "/api/warnings/preview", warningBody(""))
	w.want(preview, 200, "")
	if !strings.Contains(preview.body, `"people":800`) || !strings.Contains(preview.body, "文化路街道") {
		t.Errorf("preview: %s", preview.body)
	}
}
