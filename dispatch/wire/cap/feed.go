package cap

import (
	"net/url"
	"strings"
	"time"

	"onemap/dispatch"
	"onemap/dispatch/wire/markup"
)

// Limits of a feed, and of the entries taken from one.
var feedLimits = markup.Limits{Bytes: 8 << 20, Depth: 20, Elements: 150_000}

const maxEntries = 2000

// ErrNotFeed says that a document is none of Atom, RSS 2.0 and a lone alert.
var ErrNotFeed = &dispatch.Error{Kind: dispatch.Invalid, Code: "cap_not_feed", Text: "neither Atom nor RSS nor an alert"}

// Feed is what a publisher has in force, and often what no longer is.
type Feed struct {
	ID      string
	Title   string
	Updated time.Time // zero: not said
	Entries []Entry
	Left    int // entries past the limit, not read
}

// Entry is one alert of a feed. Link is where the alert itself can be had; the
// feed's own word on what it says is not the alert.
type Entry struct {
	ID      string
	Title   string
	Summary string
	Link    string // http or https, empty when there is none to follow
	Updated time.Time
	Event   string
	Status  string
	MsgType string
	Expires time.Time // zero: not said
	Alert   *Alert    // the alert, where the feed carries it whole
	Err     error     // why the alert it carries is refused
}

// ReadFeed reads Atom and RSS 2.0; a lone alert is a feed of one. One bad entry
// does not spoil the others.
func ReadFeed(raw []byte) (*Feed, error) {
	root, err := markup.Read(raw, feedLimits)
	if err != nil {
		return nil, err
	}
	switch root.Name.Local {
	case "feed":
		return atomOf(form{root, "1.1"}), nil
	case "rss":
		if channel := root.Child("channel"); channel != nil {
			return rssOf(form{channel, "1.1"}), nil
		}
	case "alert":
		a, err := alertOf(root)
		if err != nil {
			return nil, err
		}
		return &Feed{ID: a.Identifier, Title: a.Identifier, Updated: a.Sent.Time, Entries: []Entry{EntryOf(a, "")}}, nil
	}
	return nil, ErrNotFeed.With("%.40s is neither Atom nor RSS nor an alert", root.Name.Local)
}

// ExpiredAt reports whether the entry, by its alert or the feed's word, has run out.
func (e *Entry) ExpiredAt(now time.Time) bool {
	if e.Alert != nil {
		return e.Alert.ExpiredAt(now)
	}
	return !e.Expires.IsZero() && !now.Before(e.Expires)
}

// EntryOf is the entry of an alert, which is found at link.
func EntryOf(a *Alert, link string) Entry {
	e := Entry{ID: "urn:x-cap:" + url.QueryEscape(a.Key().String()), Title: a.Identifier, Link: link, Updated: a.Sent.Time, Status: a.Status, MsgType: a.MsgType, Alert: a}
	for n, i := range a.Infos {
		if n == 0 {
			e.Event, e.Summary, e.Expires = i.Event, i.Description, i.Expires.Time
			if e.Title = i.Headline; e.Title == "" {
				e.Title = i.Event
			}
		}
	}
	return e
}

func atomOf(f form) *Feed {
	feed := &Feed{ID: f.one("id"), Title: f.one("title"), Updated: f.time("updated").Time}
	for _, x := range f.all("entry") {
		if len(feed.Entries) == maxEntries {
			feed.Left++
			continue
		}
		e := entryOf(x)
		e.ID, e.Summary, e.Updated = x.one("id"), x.one("summary"), x.time("updated").Time
		for _, l := range x.all("link") {
			rel, _ := l.Value("rel")
			href, _ := l.Value("href")
			kind, _ := l.Value("type")
			if e.Link == "" && (rel == "" || rel == "alternate") || kind == "application/cap+xml" {
				e.Link = followed(href)
			}
		}
		e.carry(x.Child("content"))
		feed.Entries = append(feed.Entries, e)
	}
	return feed
}

func rssOf(f form) *Feed {
	feed := &Feed{ID: f.one("link"), Title: f.one("title"), Updated: pubDate(f.one("pubDate"))}
	for _, x := range f.all("item") {
		if len(feed.Entries) == maxEntries {
			feed.Left++
			continue
		}
		e := entryOf(x)
		e.ID, e.Summary, e.Link, e.Updated = x.one("guid"), x.one("description"), followed(x.one("link")), pubDate(x.one("pubDate"))
		if e.ID == "" {
			e.ID = e.Link
		}
		e.carry(x.Element)
		feed.Entries = append(feed.Entries, e)
	}
	return feed
}

// entryOf reads what both tongues say by the same names.
func entryOf(x form) Entry {
	return Entry{Title: x.one("title"), Event: x.one("event"), Status: x.one("status"), MsgType: x.one("msgType"), Expires: x.time("expires").Time}
}

// carry takes the alert that stands whole within an element.
func (e *Entry) carry(within *markup.Element) {
	if alert := within.Child("alert"); alert != nil {
		e.Alert, e.Err = alertOf(alert)
	}
}

// pubDate reads the dates of RSS; zero of anything else.
func pubDate(text string) time.Time {
	for _, form := range []string{time.RFC1123Z, time.RFC1123, "Mon, 2 Jan 2006 15:04:05 -0700", time.RFC3339} {
		if at, err := time.Parse(form, text); err == nil {
			return at
		}
	}
	return time.Time{}
}

// followed returns a link that may be followed, else nothing. Where it leads to
// is for whoever follows it to look at.
func followed(link string) string {
	u, err := url.Parse(strings.TrimSpace(link))
	if err != nil || len(link) > 2048 || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
		return ""
	}
	return u.String()
}
