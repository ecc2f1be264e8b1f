package cap

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"slices"
	"time"

	"onemap/dispatch"
)

type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Author  string      `xml:"author>name"`
	Self    *atomLink   `xml:"link,omitempty"`
	Entries []atomEntry `xml:"entry"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Link    *atomLink   `xml:"link,omitempty"`
	Summary string      `xml:"summary,omitempty"`
	Content atomContent `xml:"content"`
}

type atomContent struct {
	Type string `xml:"type,attr"`
	Raw  []byte `xml:",innerxml"`
}

// WriteFeed writes an Atom feed of the alerts in force at now, the newest
// first, each whole within its entry. The expired are left out, because readers
// of feeds show what they find. self is the feed's own address, or empty.
func WriteFeed(f Feed, author, self string, now time.Time) ([]byte, error) {
	if len(f.Entries) > maxEntries {
		return nil, dispatch.ErrInvalid.With("%d entries, more than %d", len(f.Entries), maxEntries)
	}
	out := atomFeed{ID: f.ID, Title: f.Title, Author: author, Updated: Time{f.Updated}.String()}
	if self != "" {
		out.Self = &atomLink{"self", "application/atom+xml", self}
	}
	entries := slices.Clone(f.Entries)
	slices.SortStableFunc(entries, func(a, b Entry) int {
		return cmp.Or(b.Updated.Compare(a.Updated), cmp.Compare(a.ID, b.ID))
	})
	for _, e := range entries {
		if e.Alert == nil || e.ExpiredAt(now) {
			continue
		}
		raw, err := e.Alert.Encode()
		if err != nil {
			return nil, fmt.Errorf("entry %s: %w", e.ID, err)
		}
		entry := atomEntry{ID: e.ID, Title: e.Title, Updated: Time{e.Updated}.String(), Summary: e.Summary, Content: atomContent{"application/cap+xml", raw[len(xml.Header):]}}
		if e.Link != "" {
			entry.Link = &atomLink{"alternate", "application/cap+xml", e.Link}
		}
		out.Entries = append(out.Entries, entry)
	}
	raw, err := xml.MarshalIndent(out, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write feed: %w", err)
	}
	return append([]byte(xml.Header), raw...), nil
}
