package study

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"

	"github.com/google/uuid"

	"onemap/dispatch"
)

// pins gathers all that the figures rest on into one SHA-256: the same pins
// give the same figures (同样的输入).
type pins struct{ sum hash.Hash }

// pins begins with what was asked.
func (in *Input) pins(kind string) (*pins, error) {
	p := &pins{sha256.New()}
	asked, err := json.Marshal(in.Params)
	if err != nil {
		return nil, fmt.Errorf("write params: %w", err)
	}
	fmt.Fprintf(p.sum, "%s %s %t\n", kind, asked, in.Coarse)
	return p, nil
}

func (p *pins) ground(g *ground) {
	for _, c := range g.cells {
		fmt.Fprintf(p.sum, "%s %s %s %v %d %d\n", c.entry.Code, c.township, c.county, c.at, c.people, c.areaM2)
	}
}

func (p *pins) places(all []place) {
	for _, s := range all {
		if s.entry != nil {
			p.entry(s.entry)
		}
		fmt.Fprintf(p.sum, "%s %v %d\n", s.code, s.at, s.room)
	}
}

// entry pins an entry by its version.
func (p *pins) entry(e *dispatch.Entry) { fmt.Fprintf(p.sum, "%s %s %d\n", e.Ledger, e.ID, e.Version) }

// roads pins the network, and the closures that shaped what was found on it.
func (p *pins) roads(in *Input, closures []string) {
	fmt.Fprintf(p.sum, "%s\n", in.network())
	for _, id := range closures {
		version := 0
		if parsed, err := uuid.Parse(id); err == nil {
			if e := in.Picture.Entry(dispatch.Closures, parsed); e != nil {
				version = e.Version
			}
		}
		fmt.Fprintf(p.sum, "%s %d\n", id, version)
	}
}

// note pins anything else.
func (p *pins) note(v ...any) { fmt.Fprintln(p.sum, v...) }

func (p *pins) hex() string { return hex.EncodeToString(p.sum.Sum(nil)) }

// network names the version of the road network; empty without one.
func (in *Input) network() string {
	if in.Picture.Roads == nil {
		return ""
	}
	return fmt.Sprintf("%016x", in.Picture.Roads.Now.Graph().Version())
}
