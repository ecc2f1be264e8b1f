package live

import (
	"math"

	"onemap/dispatch"
)

// Progress is how far a study is that this node runs: Done of 1, and while
// siting runs the best value and bound so far, NaN for none yet. It is nowhere
// kept: a study that is run by another node has none here.
type Progress struct {
	Study              dispatch.ID
	Done, Value, Bound float64
}

// Same reports whether nothing has changed.
func (p Progress) Same(o Progress) bool {
	same := func(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }
	return p.Study == o.Study && same(p.Done, o.Done) && same(p.Value, o.Value) && same(p.Bound, o.Bound)
}

// Advance says how far a study is, and rings every watcher.
func (l *Live) Advance(p Progress) {
	l.progress.Store(p.Study, p)
	for _, s := range l.watchers() {
		select {
		case s.told <- struct{}{}:
		default: // rings already: the newest is taken
		}
	}
}

// Rest forgets the progress of a study that has ended.
func (l *Live) Rest(study dispatch.ID) { l.progress.Delete(study) }

// Progress returns how far a study is; false when this node does not run it.
func (l *Live) Progress(study dispatch.ID) (Progress, bool) {
	p, ok := l.progress.Load(study)
	if !ok {
		return Progress{}, false
	}
	return p.(Progress), true
}

// Running lists the studies that this node runs now.
func (l *Live) Running() (all []Progress) {
	l.progress.Range(func(_, p any) bool {
		all = append(all, p.(Progress))
		return true
	})
	return all
}
