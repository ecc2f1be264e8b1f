package live

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"onemap/dispatch"
)

// nag always finds the same duty.
type nag struct{ do func() error }

func (n nag) Look(dispatch.Watch) []dispatch.Duty {
	return []dispatch.Duty{{Kind: "nag", Do: func(context.Context, *dispatch.Desk, dispatch.Command) (dispatch.Receipt, error) {
		return dispatch.Receipt{}, n.do()
	}}}
}

// TestAFailingDutyIsTriedEverLater: at first after a second, in the end every
// ten seconds, and once it is done it rests for half a minute.
func TestAFailingDutyIsTriedEverLater(t *testing.T) {
	l := New(dispatch.NewPicture(0, "e", nil), nil, nil, slog.New(slog.DiscardHandler))
	now, tries, failing := noon, 0, errors.New("the database is away")
	desk := &dispatch.Desk{Picture: l.Picture, Now: func() time.Time { return now }}
	a := l.NewAttendant(desk, nag{func() error { tries++; return failing }})
	var at []int
	for s := range 400 {
		now = noon.Add(time.Duration(s) * time.Second)
		was := tries
		if a.Round(t.Context()); tries > was {
			at = append(at, s)
		}
	}
	want := []int{0, 1, 3, 7, 15, 25, 35, 45, 55, 65, 75, 85, 95}
	if len(at) < len(want) {
		t.Fatalf("tried at %v, want %v", at, want)
	}
	for i := range want {
		if at[i] != want[i] {
			t.Fatalf("tried at %v, want %v", at, want)
		}
	}
	failing, tries = nil, 0
	for s := range 100 {
		now = noon.Add(time.Duration(500+s) * time.Second)
		a.Round(t.Context())
	}
	if tries != 4 {
		t.Errorf("done %d times within 100 s", tries)
	}
}
