package live

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"time"

	"onemap/dispatch"
)

// Bounds of what is counted: sources beyond are counted with their protocol's
// listener, and of those that knock the longest silent is forgotten.
const (
	mostSources = 20_000
	mostKnocks  = 200
	mostText    = 200 // bytes of an error's text
)

// Mishap is the last thing that went wrong with a source.
type Mishap struct {
	At         time.Time
	Code, Text string
}

// Heard is what was heard of one source since this node started (接入情况).
type Heard struct {
	dispatch.Source
	LastAt         time.Time // of the last message; zero: none
	LastError      *Mishap
	ConnectedSince *time.Time // nil: not connected
	Sessions       int        // at once; more than one is flagged
	Messages       int64
	Fixes          int64 // kept, in whichever lane
	Refused        int64 // messages and fixes
	Duplicates     int64
	Backfill       int64
	Late           int64
	Doubtful       int64
	Doubled        int64          // second sessions of a terminal that had one
	Offset         *time.Duration // the device's clock less ours, at the last live fix
}

// Knock is a terminal that is not in the ledger, and tried.
type Knock struct {
	dispatch.Source
	FirstAt, LastAt time.Time
	Times           int64
	Code            string
}

type caller struct {
	protocol dispatch.Protocol
	identity string
}

// Ingest counts what comes in by source. It may be used from many sessions at
// once.
type Ingest struct {
	mu      sync.Mutex
	sources map[caller]*Heard
	knocks  map[caller]*Knock
}

func newIngest() *Ingest {
	return &Ingest{sources: map[caller]*Heard{}, knocks: map[caller]*Knock{}}
}

// of returns the count of a source; the lock is held.
func (g *Ingest) of(s dispatch.Source) *Heard {
	key := caller{s.Protocol, s.Identity}
	h := g.sources[key]
	if h == nil && len(g.sources) >= mostSources && s.Identity != "" {
		return g.of(dispatch.Source{Protocol: s.Protocol})
	}
	if h == nil {
		h = &Heard{Source: s}
		g.sources[key] = h
	}
	if s.Remote != "" {
		h.Remote = s.Remote
	}
	return h
}

func (g *Ingest) heard(s dispatch.Source, now time.Time, messages int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	h := g.of(s)
	h.LastAt = now
	h.Messages += int64(messages)
}

func (g *Ingest) refused(s dispatch.Source, now time.Time, code, text string, n int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	h := g.of(s)
	h.Refused += int64(n)
	h.LastError = &Mishap{now, code, brief(text)}
}

func (g *Ingest) knocked(s dispatch.Source, now time.Time, code string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	s.Identity = brief(s.Identity)
	key := caller{s.Protocol, s.Identity}
	k := g.knocks[key]
	if k == nil {
		if len(g.knocks) >= mostKnocks {
			g.forgetOldest()
		}
		k = &Knock{Source: s, FirstAt: now}
		g.knocks[key] = k
	}
	k.LastAt, k.Code, k.Remote = now, code, s.Remote
	k.Times++
}

func (g *Ingest) forgetOldest() {
	var oldest caller
	first := true
	for key, k := range g.knocks {
		if first || k.LastAt.Before(g.knocks[oldest].LastAt) {
			oldest, first = key, false
		}
	}
	delete(g.knocks, oldest)
}

// admitted takes a source off the list of those that knock: it is known now.
func (g *Ingest) admitted(s dispatch.Source) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.knocks, caller{s.Protocol, s.Identity})
}

// took adds what became of fixes.
func (g *Ingest) took(s dispatch.Source, c dispatch.Counted, offset *time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	h := g.of(s)
	h.Fixes += int64(c.Shown + c.Late + c.Doubtful + c.Backfilled)
	h.Duplicates += int64(c.Repeated)
	h.Backfill += int64(c.Backfilled)
	h.Late += int64(c.Late)
	h.Doubtful += int64(c.Doubtful)
	if offset != nil {
		h.Offset = offset
	}
}

// connected notes a session, and returns what ends it.
func (g *Ingest) connected(s dispatch.Source, now time.Time) (leave func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	h := g.of(s)
	if h.Sessions++; h.Sessions == 1 {
		h.ConnectedSince = &now
	} else if s.Identity != "" {
		h.Doubled++
		h.LastError = &Mishap{now, "second_session", "two sessions at once, the newer from " + s.Remote}
	}
	var once sync.Once
	return func() {
		once.Do(func() {
			g.mu.Lock()
			defer g.mu.Unlock()
			if h.Sessions--; h.Sessions == 0 {
				h.ConnectedSince = nil
			}
		})
	}
}

// Sources returns the counts, in the order of protocol and identity.
func (g *Ingest) Sources() []Heard {
	g.mu.Lock()
	all := make([]Heard, 0, len(g.sources))
	for _, h := range g.sources {
		all = append(all, *h)
	}
	g.mu.Unlock()
	slices.SortFunc(all, func(a, b Heard) int {
		return cmp.Or(cmp.Compare(a.Protocol, b.Protocol), cmp.Compare(a.Identity, b.Identity))
	})
	return all
}

// Knocks returns those that knocked, the latest first.
func (g *Ingest) Knocks() []Knock {
	g.mu.Lock()
	all := make([]Knock, 0, len(g.knocks))
	for _, k := range g.knocks {
		all = append(all, *k)
	}
	g.mu.Unlock()
	slices.SortFunc(all, func(a, b Knock) int {
		return cmp.Or(b.LastAt.Compare(a.LastAt), cmp.Compare(a.Protocol, b.Protocol), cmp.Compare(a.Identity, b.Identity))
	})
	return all
}

// brief cuts what a stranger sent to a length, and to text.
func brief(s string) string {
	return strings.ToValidUTF8(s[:min(len(s), mostText)], "�")
}
