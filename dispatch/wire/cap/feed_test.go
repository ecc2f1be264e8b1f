package cap

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"onemap/dispatch"
	"onemap/dispatch/wire/markup"
)

func TestStoredFeed(t *testing.T) {
	raw := sharedFile(t, "alerts/nws_atom_feed_example.xml")
	feed, err := ReadFeed(raw)
	if err != nil {
		t.Fatal(err)
	}
	if want := bytes.Count(raw, []byte("<entry>")); len(feed.Entries) != want || feed.Left != 0 || want == 0 {
		t.Errorf("%d entries and %d left, want %d", len(feed.Entries), feed.Left, want)
	}
	first := feed.Entries[0]
	if first.Event != "High Wind Warning" || first.Status != Actual || first.MsgType != MsgAlert || !strings.HasPrefix(first.Link, "https://alerts.weather.gov/cap/") {
		t.Errorf("first: %+v", first)
	}
	if end := time.Date(2018, 8, 16, 15, 0, 0, 0, time.UTC); !first.Expires.Equal(end) || first.ExpiredAt(end.Add(-1)) || !first.ExpiredAt(end) {
		t.Errorf("expires %v", first.Expires)
	}
}

func TestFeedWrittenIsReadAgain(t *testing.T) {
	fresh, old := storm(), storm()
	fresh.Identifier, fresh.Sent = "fresh", Time{sent.Add(time.Minute)}
	over := storm()
	over.Infos[0].Expires = Time{sent.Add(time.Minute)}
	f := Feed{ID: "urn:x-cap:feed", Title: "秦皇岛市预警", Updated: sent, Entries: []Entry{EntryOf(old, "https://onemap.example.cn/cap/1"), EntryOf(over, ""), EntryOf(fresh, "")}}
	raw, err := WriteFeed(f, "秦皇岛市应急管理局", "https://onemap.example.cn/cap.atom", sent.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	back, err := ReadFeed(raw)
	if err != nil {
		t.Fatal(err)
	}
	if len(back.Entries) != 2 || back.Entries[0].Alert == nil || back.Entries[0].Alert.Identifier != "fresh" {
		t.Fatalf("want the two in force, newest first:\n%s", raw)
	}
	if e := back.Entries[1]; e.Link != "https://onemap.example.cn/cap/1" || e.Err != nil || e.Alert.Infos[0].Event != "暴雨" || e.Title != old.Infos[0].Headline {
		t.Errorf("%+v", e)
	}
}

func TestFeedsOfOtherShapes(t *testing.T) {
	alert, err := storm().Encode()
	if err != nil {
		t.Fatal(err)
	}
	bare := string(alert[bytes.Index(alert, []byte("<alert")):])
	rss := `<rss version="2.0"><channel><title>t</title><item><title>a</title><guid>1</guid><link>file:///etc/passwd</link><pubDate>Mon, 23 Nov 2026 08:00:00 +0800</pubDate>` + bare +
		`</item><item><title>b</title><link>http://10.0.0.1/x.cap</link><alert xmlns="` + Namespace + `"/></item></channel></rss>`
	feed, err := ReadFeed([]byte(rss))
	if err != nil || len(feed.Entries) != 2 {
		t.Fatal(feed, err)
	}
	if e := feed.Entries[0]; e.Alert == nil || e.Link != "" || !e.Updated.Equal(sent) {
		t.Errorf("an alert within, a link to a file: %+v", e)
	}
	if e := feed.Entries[1]; e.Alert != nil || !errors.Is(e.Err, ErrInvalid) || e.ID != "http://10.0.0.1/x.cap" {
		t.Errorf("a bad alert within: %+v", e)
	}
	if feed, err = ReadFeed(alert); err != nil || len(feed.Entries) != 1 || feed.Entries[0].Alert.Identifier != storm().Identifier {
		t.Errorf("a lone alert: %v", err)
	}
	long := "<feed>" + strings.Repeat("<entry/>", maxEntries+5) + "</feed>"
	if feed, err = ReadFeed([]byte(long)); err != nil || len(feed.Entries) != maxEntries || feed.Left != 5 {
		t.Errorf("a long feed: %v", err)
	}
	for text, want := range map[string]*dispatch.Error{`<html/>`: ErrNotFeed, `<rss/>`: ErrNotFeed, `<!DOCTYPE feed><feed/>`: markup.ErrDTD} {
		if _, err := ReadFeed([]byte(text)); !errors.Is(err, want) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	good, err := storm().Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte(fmt.Sprintf(`<alert xmlns=%q><identifier/></alert>`, Namespace)))
	f.Add([]byte(fmt.Sprintf(`<alert xmlns=%q><identifier>i</identifier><sender>s</sender><sent>2026-11-23T08:00:00.5Z</sent><status>Test</status><msgType>Ack</msgType><scope>Public</scope><references>a,b,2026-11-23T08:00:00Z</references></alert>`, namespace11)))
	f.Add(bytes.Replace(good, []byte("<event>"), []byte("<event a='1'><b/>"), 1))
	f.Add([]byte(`<feed><entry><content>` + string(good[bytes.Index(good, []byte("<alert")):]) + `</content></entry></feed>`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		var named *dispatch.Error
		if _, err := ReadFeed(raw); err != nil && !errors.As(err, &named) {
			t.Fatalf("a refusal without a name: %v", err)
		}
		a, err := Decode(raw)
		if err != nil {
			if !errors.As(err, &named) {
				t.Fatalf("a refusal without a name: %v", err)
			}
			return
		}
		for _, i := range a.Infos {
			for _, area := range i.Areas {
				area.Covers([2]float64{119.5, 39.9}, "130302")
			}
		}
		if len(a.Check()) > 0 {
			return
		}
		if _, err := a.Encode(); err != nil {
			t.Fatalf("read without fault, not written: %v\n%s", err, raw)
		}
	})
}
