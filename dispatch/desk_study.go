package dispatch

import "context"

// Most studies of one person that wait or run, and most that are kept in all:
// every picture holds them.
const (
	mostAsked   = 20
	mostStudies = 1000
)

// AskStudy records that somebody wants a study. It runs on the ground and with
// the clearance of the widest of the asker's rights.
func (d *Desk) AskStudy(ctx context.Context, c Command, st Study) (Receipt, error) {
	by, err := d.AsksStudies(c.Actor)
	if err != nil {
		return Receipt{}, err
	}
	return d.Journal.Change(ctx, c, func(tx Tx) (Outcome, error) {
		old, err := find(ctx, tx, st.Ref())
		if err != nil {
			return Outcome{}, err
		}
		if old != nil {
			return Outcome{}, ErrExists
		}
		asked, kept, err := tx.CountStudies(ctx, by.ID)
		if err != nil {
			return Outcome{}, err
		}
		if asked >= mostAsked || kept >= mostStudies {
			return Outcome{}, ErrStudiesFull
		}
		return st.Request(by, d.Now())
	})
}

// AsksStudies is the one right an actor runs studies by.
func (d *Desk) AsksStudies(a Actor) (Actor, error) {
	by := a.At(d.Now()).Widest("study.run")
	if by.Incident != nil || by.Role.May("study.run") != InArea {
		return Actor{}, ErrForbidden
	}
	return by, nil
}

// EndStudy records how a study ended. Only the server itself says so.
func (d *Desk) EndStudy(ctx context.Context, c Command, f StudyEnded) (Receipt, error) {
	return d.Journal.Change(ctx, c, func(tx Tx) (Outcome, error) {
		row, err := tx.Entity(ctx, Ref{KindStudy, f.ID})
		if err != nil {
			return Outcome{}, err
		}
		return row.(*Study).End(f)
	})
}

// DropStudy calls a study off, or puts one away that has ended.
func (d *Desk) DropStudy(ctx context.Context, c Command, id ID) (Receipt, error) {
	return d.Journal.Change(ctx, c, func(tx Tx) (Outcome, error) {
		row, err := tx.Entity(ctx, Ref{KindStudy, id})
		if err != nil {
			return Outcome{}, err
		}
		st, a := row.(*Study), c.Actor.At(d.Now())
		if !a.SeesStudy(st) {
			return Outcome{}, ErrNotFound
		}
		if !a.reachesStudy("study.run", st) {
			return Outcome{}, ErrForbidden
		}
		if err := expect(c, st); err != nil {
			return Outcome{}, err
		}
		return st.Drop(d.Now())
	})
}
