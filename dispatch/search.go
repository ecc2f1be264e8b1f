package dispatch

import (
	"cmp"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"github.com/mozillazg/go-pinyin"
	"github.com/paulmach/orb"

	"onemap/geo"
)

// SearchHit is one thing found.
type SearchHit struct {
	Kind, Code, Name, NameEN, Division, State string
	ID                                        string
	Point                                     orb.Point
	Datum                                     string // of a coordinate: what was assumed
}

// Spot is a named point of the base map.
type Spot struct {
	Kind, Name, NameEN string
	Point              orb.Point
}

// Searcher finds entries, incidents, spots and coordinates by what people
// type: part of a name, pinyin or its initials, a code, lon,lat.
type Searcher struct {
	spots []spotKey

	mu    sync.Mutex // guards what follows, built again when a shelf has changed
	of    map[Ledger]*Shelf
	words map[Ledger][]words
}

// words are the forms one name can be found by.
type words struct{ name, english, code, sound, initials string }

type spotKey struct {
	Spot
	words
}

// NewSearcher returns a searcher over the picture's ledgers and these spots.
func NewSearcher(spots []Spot) *Searcher {
	s := &Searcher{of: map[Ledger]*Shelf{}, words: map[Ledger][]words{}}
	for _, spot := range spots {
		s.spots = append(s.spots, spotKey{spot, spell(spot.Name, spot.NameEN, "")})
	}
	return s
}

var plain = pinyin.NewArgs()

func spell(name, english, code string) words {
	var sound, initials strings.Builder
	for _, r := range strings.ToLower(name) {
		if !unicode.Is(unicode.Han, r) {
			sound.WriteRune(r)
			initials.WriteRune(r)
			continue
		}
		if syllables := pinyin.SinglePinyin(r, plain); len(syllables) > 0 {
			sound.WriteString(syllables[0])
			initials.WriteByte(syllables[0][0])
		}
	}
	return words{strings.ToLower(name), strings.ToLower(english), strings.ToLower(code), sound.String(), initials.String()}
}

// score grades a match: lower is better, false is none.
func (w words) score(q string) (int, bool) {
	for i, s := range []string{w.code, w.name, w.initials, w.sound, w.english} {
		if s == "" {
			continue
		}
		at := strings.Index(s, q)
		switch {
		case at < 0:
		case len(s) == len(q):
			return i, true
		case at == 0:
			return 10 + i, true
		case len(q) > 1 || !isLatin(q):
			return 20 + i, true
		}
	}
	return 0, false
}

func isLatin(q string) bool { return len(q) > 0 && q[0] < 0x80 }

// sought are the ledgers a person looks for; cells have no names.
var sought = []Ledger{Divisions, Units, Teams, Depots, Shelters, Hazards, RiskZones, Cameras}

type graded struct {
	SearchHit
	score int
}

// Find returns up to limit hits in the actor's scope, best first.
func (s *Searcher) Find(p *Picture, a Actor, q string, limit int) []SearchHit {
	q = strings.ToLower(strings.TrimSpace(q))
	if q == "" {
		return nil
	}
	var found []graded
	if at, ok := coordinate(q); ok {
		found = append(found, graded{SearchHit{Kind: "coordinate", Name: q, Point: at, Datum: "wgs84"}, -1})
	}
	for rank, l := range sought {
		shelf := p.Shelf(l)
		keys := s.keys(l, shelf)
		for i, e := range shelf.ByCode() {
			if score, ok := keys[i].score(q); ok && a.Sees(e.Division, e.Sensitivity) {
				found = append(found, graded{entryHit(p, e), score*100 + rank})
			}
		}
	}
	for _, in := range p.Incidents {
		w := words{name: strings.ToLower(in.Title + " " + in.Place), code: strings.ToLower(in.Number)}
		if score, ok := w.score(q); ok && p.SeesIncident(a, in) {
			found = append(found, graded{SearchHit{Kind: KindIncident, ID: in.ID.String(), Code: in.Number, Name: in.Title, Division: in.Division, State: string(in.State), Point: in.Point()}, score * 100})
		}
	}
	for _, spot := range s.spots {
		if score, ok := spot.score(q); ok {
			found = append(found, graded{SearchHit{Kind: "place", Name: spot.Name, NameEN: spot.NameEN, State: spot.Kind, Point: spot.Point}, score*100 + len(sought)})
		}
	}
	slices.SortFunc(found, func(a, b graded) int {
		return cmp.Or(cmp.Compare(a.score, b.score), cmp.Compare(len(a.Name), len(b.Name)), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	hits := make([]SearchHit, min(limit, len(found)))
	for i := range hits {
		hits[i] = found[i].SearchHit
	}
	return hits
}

// Match reports whether an entry answers to q.
func (s *Searcher) Match(p *Picture, l Ledger, q string) func(i int) bool {
	keys := s.keys(l, p.Shelf(l))
	q = strings.ToLower(strings.TrimSpace(q))
	return func(i int) bool { _, ok := keys[i].score(q); return ok }
}

func (s *Searcher) keys(l Ledger, shelf *Shelf) []words {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.of[l] != shelf {
		entries := shelf.ByCode()
		keys := make([]words, len(entries))
		for i, e := range entries {
			keys[i] = spell(e.Name, e.NameEN, e.Code)
		}
		s.of[l], s.words[l] = shelf, keys
	}
	return s.words[l]
}

func entryHit(p *Picture, e *Entry) SearchHit {
	hit := SearchHit{Kind: string(e.Ledger), ID: e.ID.String(), Code: e.Code, Name: e.Name, NameEN: e.NameEN, Division: e.Division, Point: e.Point()}
	switch d := e.Detail.(type) {
	case *Unit:
		hit.State = p.Status(e)
	case *Shelter:
		hit.State = d.State
	}
	return hit
}

var pair = regexp.MustCompile(`^(-?\d{1,3}(?:\.\d+)?)\s*°?\s*[,，\s]\s*(-?\d{1,3}(?:\.\d+)?)\s*°?$`)

// coordinate reads "lon,lat" in decimal degrees; where the first cannot be a
// longitude here but the second can, it was said the other way round.
func coordinate(q string) (orb.Point, bool) {
	m := pair.FindStringSubmatch(q)
	if m == nil {
		return orb.Point{}, false
	}
	x, _ := strconv.ParseFloat(m[1], 64)
	y, _ := strconv.ParseFloat(m[2], 64)
	if math.Abs(y) > 90 || math.Abs(x) < 60 && math.Abs(y) > 60 {
		x, y = y, x
	}
	at := orb.Point{x, y}
	return at, geo.Check(at) == nil
}
