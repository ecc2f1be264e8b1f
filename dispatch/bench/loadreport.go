package bench

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// Write writes the figures as a table.
func (r *LoadReport) Write(w io.Writer) error {
	var b strings.Builder
	line := func(name string, f Figures) {
		fmt.Fprintf(&b, "| %s | %d | %.1f | %.1f | %.1f | %.1f | %.0f |\n", name, f.N, ms(f.P50), ms(f.P90), ms(f.P99), ms(f.P999), ms(f.Most))
	}
	b.WriteString("| from the moment it was due, ms | n | p50 | p90 | p99 | p99.9 | most |\n|---|---|---|---|---|---|---|\n")
	line("command to acknowledgement", r.Ack)
	line("command to other consoles", r.Others)
	line("fix to socket", r.Fix)
	for _, kind := range slices.Sorted(maps.Keys(r.ByKind)) {
		line("· "+kind, r.ByKind[kind])
	}
	fmt.Fprintf(&b, "\ntook %.1f s; the generator was at most %.0f ms behind its timetable and used %.2f of a core\n", r.Took.Seconds(), ms(r.Late), r.Cores)
	for _, code := range slices.Sorted(maps.Keys(r.Refused)) {
		fmt.Fprintf(&b, "refused %d times: %s\n", r.Refused[code], code)
	}
	missed := r.Missed()
	for _, m := range missed {
		fmt.Fprintf(&b, "MISSED: %s\n", m)
	}
	if len(missed) == 0 {
		fmt.Fprintf(&b, "held: acknowledgement p99 < %s, other consoles p99 < %s, every event seen\n", ackTarget, othersTarget)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
