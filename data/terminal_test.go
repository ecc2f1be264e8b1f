package data

import (
	"crypto/sha256"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"onemap/dispatch"
	"onemap/geo/crs"
)

// TestATerminalIsKeptAndItsSecretApart: what is put, enrolled and removed is
// the fold of the journal, which never holds a hash.
func TestATerminalIsKeptAndItsSecretApart(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, time.Minute)
	d := desk(db)
	system := func(about string) dispatch.Command {
		c := wish(about)
		c.Actor = dispatch.System
		return c
	}
	unit := dispatch.Entry{
		Ledger: dispatch.Units, ID: dispatch.NewID(), Geometry: orb.Point{119.6, 39.9},
		Head:   dispatch.Head{Code: "U-T", Name: "终端车", Division: "130302001", SourceDatum: crs.WGS84},
		Detail: &dispatch.Unit{Team: dispatch.NewID(), CallSign: "T", Kind: "engine", Duty: "available_base", Crew: 4, CrewMinimum: 4},
	}
	must[dispatch.Receipt](t)(d.PutEntry(ctx, wish("unit"), unit))
	terminal := func() dispatch.Terminal {
		return dispatch.Terminal{ID: dispatch.NewID(), Protocol: dispatch.JT808, Identity: "13900000000", Unit: unit.ID, Datum: crs.WGS84, Clock: dispatch.DeviceClock, SkewS: 600, Enabled: true}
	}
	var race sync.WaitGroup
	kept := make([]*dispatch.Terminal, 8)
	for i := range kept {
		race.Go(func() { // all see a picture without any of the others
			one := terminal()
			if _, err := d.PutTerminal(ctx, system("race"), one, dispatch.SecretKept, nil); err == nil {
				kept[i] = &one
			} else if refused, ok := err.(*dispatch.Error); !ok || refused.Code != "identity_taken" {
				t.Errorf("put: %v", err)
			}
		})
	}
	race.Wait()
	var one *dispatch.Terminal
	for _, k := range kept {
		if k != nil && one != nil {
			t.Fatal("two terminals call themselves the same")
		} else if k != nil {
			one = k
		}
	}
	if _, err := db.TerminalSecret(ctx, one.ID); !dispatch.ErrNotFound.Is(err) {
		t.Errorf("a secret before there is one: %v", err)
	}
	hash := sha256.Sum256([]byte("secret"))
	must[dispatch.Receipt](t)(d.EnrolTerminal(ctx, system("enrol"), one.ID, hash[:]))
	if got := must[[]byte](t)(db.TerminalSecret(ctx, one.ID)); string(got) != string(hash[:]) {
		t.Errorf("the hash is %x", got)
	}
	for _, e := range must[[]dispatch.Event](t)(db.Events(ctx, 0, 100)) {
		if f, ok := e.Fact.(*dispatch.TerminalEnrolled); ok && f.Hash != nil {
			t.Error("the journal holds a hash")
		}
	}
	changed := *one
	changed.Identity = "13900000001"
	must[dispatch.Receipt](t)(d.PutTerminal(ctx, seen(system("change"), 2), changed, dispatch.SecretKept, nil))
	if p := must[*dispatch.Picture](t)(db.Snapshot(ctx)); p.TerminalCalled(dispatch.JT808, "13900000001") == nil || p.TerminalCalled(dispatch.JT808, one.Identity) != nil {
		t.Error("the picture does not know it by its new name")
	}
	must[[]byte](t)(db.TerminalSecret(ctx, one.ID)) // kept
	must[dispatch.Receipt](t)(d.PutTerminal(ctx, seen(system("take"), 3), changed, dispatch.SecretTaken, nil))
	if _, err := db.TerminalSecret(ctx, one.ID); !dispatch.ErrNotFound.Is(err) {
		t.Errorf("a secret that was taken back: %v", err)
	}
	if different := must[[]string](t)(db.Replay(ctx)); len(different) > 0 {
		t.Errorf("rows differ:\n%s", strings.Join(different, "\n"))
	}
}
