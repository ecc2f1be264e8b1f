package cap

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"onemap/dispatch"
)

// Limits of polling.
const (
	pollEvery   = time.Minute
	longestRest = 16 * time.Minute // of a feed that fails again and again
	pollTimeout = 10 * time.Second // of one request
	roundLimit  = 2 * time.Minute
	mostLinks   = 50 // followed a round
	mostSeen    = 5000
	mostFeeds   = 20
)

// ErrNoAnswer says that a feed could not be had.
var ErrNoAnswer = &dispatch.Error{Kind: dispatch.Unavailable, Code: "feed_no_answer", Text: "the feed does not answer as it should"}

// Taken says what became of a feed's entries. Code is why the last was refused.
type Taken struct {
	Taken, Repeated, LeftOut, Refused int
	Code                              string
}

// Mishap is the last thing that went wrong with a feed.
type Mishap struct {
	At         time.Time
	Code, Text string
}

// Polled is what is known of one feed since this node started.
type Polled struct {
	URL                               string // without its query, where secrets stand
	LastAt, GoodAt, NextAt            time.Time
	LastError                         *Mishap
	Polls, Entries                    int64
	Taken, Repeated, LeftOut, Refused int64
}

// Poller asks feeds of alerts for what is new. It goes to the addresses it was
// given and nowhere else: links and redirects are followed on the same host only.
type Poller struct {
	Take func(ctx context.Context, source string, f *Feed) (Taken, error)
	Now  func() time.Time
	Log  *slog.Logger

	client *http.Client
	mu     sync.Mutex
	feeds  []*source
}

// source is one feed on this node.
type source struct {
	Polled
	at          *url.URL
	tag, since  string // of the answer that was taken whole
	rest        time.Duration
	linksFailed bool
	seen        map[string]bool // links that were followed
}

// NewPoller takes the addresses of feeds: http or https, at most 20.
func NewPoller(addresses []string, take func(ctx context.Context, source string, f *Feed) (Taken, error), now func() time.Time, log *slog.Logger) (*Poller, error) {
	p := &Poller{Take: take, Now: now, Log: log}
	if len(addresses) > mostFeeds {
		return nil, fmt.Errorf("%d feeds, more than %d", len(addresses), mostFeeds)
	}
	for _, address := range addresses {
		at, err := url.Parse(address)
		if err != nil || at.Scheme != "http" && at.Scheme != "https" || at.Host == "" {
			return nil, fmt.Errorf("feed %.80q: an http or https address is wanted", address)
		}
		shown := url.URL{Scheme: at.Scheme, Host: at.Host, Path: at.Path}
		p.feeds = append(p.feeds, &source{Polled: Polled{URL: shown.String()}, at: at, seen: map[string]bool{}})
	}
	p.client = &http.Client{Timeout: pollTimeout, CheckRedirect: func(r *http.Request, via []*http.Request) error {
		if len(via) > 3 || r.URL.Host != via[0].URL.Host || r.URL.Scheme != via[0].URL.Scheme {
			return http.ErrUseLastResponse // answered as the redirect it is: refused
		}
		return nil
	}}
	return p, nil
}

// Sources says how each feed stands, in the order they were given.
func (p *Poller) Sources() []Polled {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := make([]Polled, len(p.feeds))
	for i, f := range p.feeds {
		all[i] = f.Polled
	}
	return all
}

// Run polls until ctx ends, each feed in a loop of its own.
func (p *Poller) Run(ctx context.Context) error {
	var g errgroup.Group
	for _, f := range p.feeds {
		g.Go(func() error {
			for {
				timer := time.NewTimer(p.Round(ctx, f.URL))
				select {
				case <-timer.C:
				case <-ctx.Done():
					timer.Stop()
					return nil
				}
			}
		})
	}
	return g.Wait()
}

// Round polls one feed now, and says after what time it is due again.
func (p *Poller) Round(ctx context.Context, address string) time.Duration {
	ctx, cancel := context.WithTimeout(ctx, roundLimit)
	defer cancel()
	for _, f := range p.feeds {
		if f.URL == address {
			entries, taken, err := p.poll(ctx, f)
			return p.note(f, entries, taken, err)
		}
	}
	return longestRest
}

// note records a round.
func (p *Poller) note(f *source, entries int, taken Taken, err error) time.Duration {
	now := p.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	f.LastAt = now
	f.Polls++
	f.Entries += int64(entries)
	f.Taken += int64(taken.Taken)
	f.Repeated += int64(taken.Repeated)
	f.LeftOut += int64(taken.LeftOut)
	f.Refused += int64(taken.Refused)
	switch {
	case err != nil:
		var said *dispatch.Error
		code := ErrNoAnswer.Code
		if errors.As(err, &said) {
			code = said.Code
		}
		f.LastError = &Mishap{now, code, fmt.Sprintf("%.200v", err)}
		f.rest = min(longestRest, max(pollEvery, 2*f.rest))
		p.Log.Warn("feed of warnings not taken", "feed", f.URL, "code", code)
	case taken.Refused > 0:
		f.LastError = &Mishap{now, taken.Code, fmt.Sprintf("%d entries refused", taken.Refused)}
		f.GoodAt, f.rest = now, pollEvery
	default:
		f.GoodAt, f.rest = now, pollEvery
	}
	f.NextAt = now.Add(f.rest)
	return f.rest
}

// poll asks for a feed and hands over what it holds. What was not taken whole
// is asked for whole again.
func (p *Poller) poll(ctx context.Context, f *source) (entries int, taken Taken, err error) {
	raw, header, err := p.get(ctx, f.at, f.tag, f.since, feedLimits.Bytes)
	if err != nil || raw == nil {
		return 0, Taken{}, err
	}
	feed, err := ReadFeed(raw)
	if err != nil {
		return 0, Taken{}, err
	}
	f.linksFailed = false
	p.follow(ctx, f, feed)
	taken, err = p.Take(ctx, f.URL, feed)
	if err == nil && !f.linksFailed {
		f.tag, f.since = header.Get("ETag"), header.Get("Last-Modified")
	}
	return len(feed.Entries), taken, err
}

// follow fetches the alerts that entries only name, a few each round.
func (p *Poller) follow(ctx context.Context, f *source, feed *Feed) {
	if len(f.seen) > mostSeen {
		f.seen = map[string]bool{}
	}
	followed := 0
	for i := range feed.Entries {
		e := &feed.Entries[i]
		at, err := url.Parse(e.Link)
		if e.Alert != nil || e.Err != nil || e.Link == "" || err != nil || at.Host != f.at.Host || at.Scheme != f.at.Scheme || f.seen[e.Link] || e.ExpiredAt(p.Now()) {
			continue
		}
		if followed++; followed > mostLinks {
			f.linksFailed = true // the rest next time
			return
		}
		raw, _, err := p.get(ctx, at, "", "", alertLimits.Bytes)
		if err != nil {
			f.linksFailed, e.Err = true, err
			continue
		}
		if e.Alert, e.Err = Decode(raw); e.Err == nil || !errors.Is(e.Err, ErrNoAnswer) {
			f.seen[e.Link] = true
		}
	}
}

// get fetches at most so many bytes; nil when nothing has changed.
func (p *Poller) get(ctx context.Context, at *url.URL, tag, since string, most int) ([]byte, http.Header, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, at.String(), nil)
	if err != nil {
		return nil, nil, fmt.Errorf("ask for a feed: %w", err)
	}
	r.Header.Set("Accept", "application/atom+xml, application/cap+xml, application/rss+xml, application/xml")
	if tag != "" {
		r.Header.Set("If-None-Match", tag)
	} else if since != "" {
		r.Header.Set("If-Modified-Since", since)
	}
	answer, err := p.client.Do(r)
	if err != nil {
		var lost *url.Error
		if errors.As(err, &lost) { // its own text has the address, and what secret stands in it
			err = lost.Err
		}
		return nil, nil, ErrNoAnswer.With("%v", err)
	}
	defer answer.Body.Close()
	switch {
	case answer.StatusCode == http.StatusNotModified && (tag != "" || since != ""):
		return nil, answer.Header, nil
	case answer.StatusCode != http.StatusOK:
		return nil, nil, ErrNoAnswer.With("it answers %d", answer.StatusCode)
	}
	raw, err := io.ReadAll(io.LimitReader(answer.Body, int64(most)+1))
	switch {
	case err != nil:
		return nil, nil, ErrNoAnswer.With("it ends early: %v", err)
	case len(raw) > most:
		return nil, nil, ErrNoAnswer.With("it is longer than %d bytes", most)
	}
	return raw, answer.Header, nil
}
