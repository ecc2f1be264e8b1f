package cap

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// publisher is a neighbour's feed that answers as it is told.
type publisher struct {
	*httptest.Server
	answer http.HandlerFunc
	asked  []string
}

func newPublisher(t *testing.T) *publisher {
	p := &publisher{}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.asked = append(p.asked, r.URL.Path)
		p.answer(w, r)
	}))
	t.Cleanup(p.Close)
	return p
}

func pollerOf(t *testing.T, address string, take func(*Feed) Taken) *Poller {
	t.Helper()
	p, err := NewPoller([]string{address}, func(_ context.Context, _ string, f *Feed) (Taken, error) { return take(f), nil }, func() time.Time { return sent }, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestAFeedIsAskedForWhatIsNew(t *testing.T) {
	house := newPublisher(t)
	alert, err := storm().Encode()
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := newPublisher(t)
	elsewhere.answer = func(http.ResponseWriter, *http.Request) {}
	house.answer = func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/one.cap":
			_, _ = w.Write(alert)
		case r.Header.Get("If-None-Match") == `"1"`:
			w.WriteHeader(http.StatusNotModified)
		default:
			w.Header().Set("ETag", `"1"`)
			_, _ = fmt.Fprintf(w, `<feed xmlns="http://www.w3.org/2005/Atom"><id>a</id><entry><id>1</id><link href="%s/one.cap"/></entry><entry><id>2</id><link href="%s/two.cap"/></entry></feed>`, house.URL, elsewhere.URL)
		}
	}
	var got []*Alert
	p := pollerOf(t, house.URL+"/feed?key=secret", func(f *Feed) (n Taken) {
		for _, e := range f.Entries {
			if e.Alert == nil {
				n.LeftOut++
				continue
			}
			got = append(got, e.Alert)
			n.Taken++
		}
		return n
	})
	address := house.URL + "/feed"
	for range 2 {
		if rest := p.Round(t.Context(), address); rest != pollEvery {
			t.Errorf("due again in %s", rest)
		}
	}
	if len(got) != 1 || got[0].Identifier != storm().Identifier {
		t.Errorf("got %v", got)
	}
	if len(elsewhere.asked) > 0 {
		t.Errorf("a host nobody allowed was asked for %v", elsewhere.asked)
	}
	s := p.Sources()[0]
	if s.URL != address || s.Polls != 2 || s.Entries != 2 || s.Taken != 1 || s.LeftOut != 1 || s.LastError != nil || !s.GoodAt.Equal(sent) {
		t.Errorf("it is said of it: %+v", s)
	}
}

func TestAFeedThatCannotBeHadIsNamedAndAskedLess(t *testing.T) {
	house, elsewhere := newPublisher(t), newPublisher(t)
	elsewhere.answer = func(http.ResponseWriter, *http.Request) {}
	taken := 0
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		code   string
	}{
		"down":       {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) }, "feed_no_answer"},
		"moved away": {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere.URL, http.StatusFound) }, "feed_no_answer"},
		"a page":     {func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html/>") }, "cap_not_feed"},
		"a DTD": {func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, `<!DOCTYPE feed [<!ENTITY a "b">]><feed>&a;</feed>`)
		}, "xml_dtd"},
		"a bomb": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			for range 200 {
				_, _ = io.WriteString(z, strings.Repeat(" ", 1<<20))
			}
			_ = z.Close()
		}, "feed_no_answer"},
	} {
		t.Run(name, func(t *testing.T) {
			house.answer = c.answer
			p := pollerOf(t, house.URL, func(*Feed) Taken { taken++; return Taken{} })
			rests := []time.Duration{p.Round(t.Context(), house.URL), p.Round(t.Context(), house.URL), p.Round(t.Context(), house.URL)}
			if rests[0] != pollEvery || rests[2] != 4*pollEvery {
				t.Errorf("due again in %v", rests)
			}
			if e := p.Sources()[0].LastError; e == nil || e.Code != c.code || strings.Contains(e.Text, elsewhere.URL) {
				t.Errorf("said of it: %+v, want %s", e, c.code)
			}
		})
	}
	if taken > 0 || len(elsewhere.asked) > 0 {
		t.Errorf("taken %d, elsewhere asked %v", taken, elsewhere.asked)
	}
}

func TestAddressesOfFeeds(t *testing.T) {
	for _, address := range []string{"", "file:///etc/passwd", "gopher://a/", "http://", "feed"} {
		if _, err := NewPoller([]string{address}, nil, nil, nil); err == nil {
			t.Errorf("%q is taken for a feed", address)
		}
	}
}
