package bench

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
)

// Interval is one line of the server's report of intervals. Seconds are absent
// when nothing was counted.
type Interval struct {
	Code       string
	N, Missing int
	P50        float64 `json:"p50_s"`
	P90        float64 `json:"p90_s"`
}

// DayReport is what came of a played day.
type DayReport struct {
	Speed       float64
	Took, Late  time.Duration
	Calls       int
	Units       int
	Assignments int
	Commands    Figures
	Refused     map[string]int // by code
	Conflicts   []string       // units the record sends twice at once
	Superseded  int            // steps of responses that a later order had cut short
	Disordered  int            // steps the record has in an impossible order
	Endless     int            // responses without an end
	Inspected   int            // times the invariants were looked at
	Broken      []string       // what did not hold
	Choice      Choice
	Server      struct{ Total []Interval }
	Record      map[string]Interval // the same from what was sent
	RecordAlso  map[string]Interval // what the server cannot say, since it stamps the receipt itself
	took        sample
}

func (r *DayReport) finish(p *player) *DayReport {
	r.Units, r.Assignments, r.Commands = len(p.fleet), len(p.sent), r.took.figures()
	r.Choice = p.compare()
	r.Record, r.RecordAlso = map[string]Interval{}, map[string]Interval{}
	for code, ends := range map[string][2]string{"turnout": {"ordered", "enroute"}, "travel": {"enroute", "on_scene"}, "on_scene": {"on_scene", "ended"}} {
		var took []time.Duration
		for _, one := range p.sent {
			took = span(took, one.stamps[ends[0]], one.stamps[ends[1]])
		}
		r.Record[code] = intervalOf(code, took)
	}
	for _, in := range r.Server.Total {
		if own, known := r.Record[in.Code]; known && (own.N != in.N || own.P50 != in.P50 || own.P90 != in.P90) {
			p.broken("at the end", "interval %s: the server says n %d, p50 %.0f, p90 %.0f; what was sent gives %d, %.0f, %.0f",
				in.Code, in.N, in.P50, in.P90, own.N, own.P50, own.P90)
		}
	}
	var processing, first []time.Duration
	for _, c := range p.Calls {
		processing = span(processing, c.Received, c.Responses[0].Dispatched)
		for _, r := range c.Responses {
			if units := c.first(); len(units) > 0 && r.Unit == units[0] {
				first = span(first, c.Received, r.Arrived)
			}
		}
	}
	r.RecordAlso["processing"], r.RecordAlso["total_first"] = intervalOf("processing", processing), intervalOf("total_first", first)
	return r
}

func span(list []time.Duration, from, to time.Time) []time.Duration {
	if from.IsZero() || to.IsZero() || to.Before(from) {
		return list
	}
	return append(list, to.Sub(from))
}

func intervalOf(code string, took []time.Duration) Interval {
	f := figuresOf(took)
	return Interval{Code: code, N: f.N, P50: f.P50.Seconds(), P90: f.P90.Seconds()}
}

// Write writes the report as Markdown.
func (r *DayReport) Write(w io.Writer) error {
	var b strings.Builder
	r.head(&b)
	r.intervals(&b)
	r.choice(&b)
	fmt.Fprintf(&b, "\n## Invariants\n\nLooked at %d times, over the list of assignments, the list of incidents and the live picture.\n", r.Inspected)
	if len(r.Broken) == 0 {
		fmt.Fprintf(&b, "None was broken: no open assignment on an ended incident, one open assignment a unit, each status its derivation,\n"+
			"every stamp read back as sent.\n")
	}
	for _, s := range r.Broken {
		fmt.Fprintf(&b, "- BROKEN %s\n", s)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (r *DayReport) head(b *strings.Builder) {
	pace := "as fast as answers came"
	if r.Speed > 0 {
		pace = fmt.Sprintf("%g times the wall clock, at most %s behind it", r.Speed, r.Late.Round(time.Millisecond))
	}
	fmt.Fprintf(b, "# A recorded day, played through the public API\n\n%d calls, %d assignments of %d units; took %s, %s.\n\n", r.Calls, r.Assignments, r.Units, r.Took.Round(time.Second), pace)
	fmt.Fprintf(b, "%d commands: p50 %.1f ms, p99 %.1f ms, p99.9 %.1f ms, longest %.0f ms.\n", r.Commands.N, ms(r.Commands.P50), ms(r.Commands.P99), ms(r.Commands.P999), ms(r.Commands.Most))
	for _, code := range slices.Sorted(maps.Keys(r.Refused)) {
		fmt.Fprintf(b, "Refused %d times: %s.\n", r.Refused[code], code)
	}
	fmt.Fprintf(b, "\nThe record itself: %d units sent while still bound elsewhere (taken off the old call, %d later steps of it left out),\n"+
		"%d steps in an impossible order (left out), %d responses without an end (ended with the record).\n", len(r.Conflicts), r.Superseded, r.Disordered, r.Endless)
	for _, c := range r.Conflicts {
		fmt.Fprintf(b, "- %s\n", c)
	}
}

func (r *DayReport) intervals(b *strings.Builder) {
	fmt.Fprintf(b, "\n## Intervals\n\nSeconds. The server's own report, beside the same reckoned from what was sent.\n\n"+
		"| interval | n | p50 | p90 | missing | sent: n | p50 | p90 |\n|---|---|---|---|---|---|---|---|\n")
	for _, in := range r.Server.Total {
		own, ok := r.Record[in.Code]
		share := "–"
		if all := in.N + in.Missing; all > 0 {
			share = fmt.Sprintf("%.0f %%", 100*float64(in.Missing)/float64(all))
		}
		if !ok {
			own = r.RecordAlso[in.Code]
		}
		fmt.Fprintf(b, "| %s | %s | %s | %s |\n", in.Code, cells(in), share, cells(own))
	}
	fmt.Fprintf(b, "\nprocessing, total_first and control start at the server's own stamp of receipt, which no client can set, and the stamps sent\n"+
		"are of an earlier day: the server rightly calls them missing. The record has no acknowledgement, nothing under control and no foretold\n"+
		"arrival; their columns stay empty. What the record says of processing and total_first stands at the right.\n")
}

func cells(in Interval) string {
	if in.N == 0 {
		return "0 | – | –"
	}
	return fmt.Sprintf("%d | %.0f | %.0f", in.N, in.P50, in.P90)
}

func (r *DayReport) choice(b *strings.Builder) {
	c := r.Choice
	fmt.Fprintf(b, "\n## The first unit: ours by the straight line, theirs as it came\n\nAsked at the first dispatch of each call, of the units free at that moment. %d calls at which a unit arrived.\n\n"+
		"| | of all types | of the type that came | the same, engine or truck first |\n|---|---|---|---|\n", c.Compared)
	of := func(n, all int) string { return fmt.Sprintf("%d (%.0f %%)", n, 100*float64(n)/float64(max(1, all))) }
	fmt.Fprintf(b, "| calls | %d | %d | %d |\n", c.Compared, c.Compared, c.OfNumbered)
	fmt.Fprintf(b, "| the very unit | %s | %s | %s |\n", of(c.Any.Unit, c.Compared), of(c.Typed.Unit, c.Compared), of(c.Numbered.Unit, c.OfNumbered))
	fmt.Fprintf(b, "| of the same station | %s | %s | %s |\n", of(c.Any.Station, c.Compared), of(c.Typed.Station, c.Compared), of(c.Numbered.Station, c.OfNumbered))
	fmt.Fprintf(b, "| of the same type | %s | | |\n| among those sent at all | %s | | |\n| nobody free of the type | | %s | |\n", of(c.SameType, c.Compared), of(c.Sent, c.Compared), of(c.None, c.Compared))
	if n := len(c.Ours); n > 0 {
		fmt.Fprintf(b, "\nStraight from the station to the call, median and p90: ours %d and %d m, theirs %d and %d m.\n", c.Ours[n/2], c.Ours[n*9/10], c.Theirs[n/2], c.Theirs[n*9/10])
	}
	fmt.Fprintf(b, "\nThe record has no positions: engines and trucks stand at the station of their number, all others at the one in whose area most\n"+
		"of their calls were, which favours us for these: the last column is the fair one. Every unit of the day counts as on duty for all of it.\n")
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
