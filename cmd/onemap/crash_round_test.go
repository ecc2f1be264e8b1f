package main

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"onemap/dispatch"
)

// TestEveryCommandIsDoneOnceOverKills has six writers contend for five units
// while the server, its database and single connections of it die by -9, nine
// times. A writer repeats what was not answered under the same key. Then every
// command was done once or not at all, as it was told, and no unit was ever
// sent to two places. Before each kill one more order is given and left alone:
// its crew is called again once, and one alarm is raised, whoever was dead when
// either fell due.
func TestEveryCommandIsDoneOnceOverKills(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	defer cancel()
	dir := publicDir(t)
	const due = "ONEMAP_ACK_DUE=3s" // twice that is about five kills
	victims := []string{"server", "postmaster", "backend", "both", "backend", "server", "postmaster", "both", "server"}
	r := serve(t, dir, due)
	r.officer()
	c := newCrew(t, r)
	c.equip(ctx, 5+len(victims))
	alone := c.units[5:]
	c.units = c.units[:5]
	at := "ONEMAP_LISTEN=" + strings.TrimPrefix(r.url, "http://") // the writers look for it where it was
	var over sync.WaitGroup
	stop := make(chan struct{})
	enough := func() bool {
		select {
		case <-stop:
			return true
		default:
			return false
		}
	}
	for w := range 6 {
		over.Go(func() { c.write(ctx, w, enough) })
	}
	left := map[dispatch.ID]bool{}
	for i, victim := range victims {
		left[c.leave(ctx, alone[i])] = true
		c.await(ctx, 60)
		pid := postmaster(t, dir)
		switch victim {
		case "postmaster":
			kill(t, pid)
		case "backend":
			kill(t, backend(t, pid))
		default:
			kill(t, r.cmd.Process.Pid)
			if victim == "both" {
				kill(t, pid)
			}
			_ = r.cmd.Wait() // killed: that it did not end well is the point
			r = serve(t, dir, at, due)
		}
	}
	c.await(ctx, 60)
	close(stop)
	over.Wait()
	c.awaitAlarms(ctx, left)
	c.doneOnce(ctx, left)
	r.stop()
	r.verify()
}

// doneOnce holds the writers' answers against the journal.
func (c *crew) doneOnce(ctx context.Context, left map[dispatch.ID]bool) {
	c.t.Helper()
	events := c.journal()
	type state struct {
		id      dispatch.ID
		version int
	}
	made := map[state]int64{} // by which event
	for _, e := range events {
		made[state{e.ID, e.Version}] = e.Seq
	}
	kept, refused := 0, 0
	for _, w := range c.done {
		if w.status != 200 {
			refused++
			continue
		}
		kept++
		if seq := made[state{w.receipt.ID, w.receipt.Version}]; seq == 0 || seq > int64(w.receipt.Seq) {
			c.t.Errorf("%s %s was answered %+v, which event %d made", w.method, w.path, w.receipt, seq)
		}
		again := *w
		again.receipt = dispatch.Receipt{}
		if err := c.ask(ctx, &again); err != nil || again.status != 200 || again.receipt != w.receipt {
			c.t.Errorf("%s %s again: %d %+v %v, was %+v", w.method, w.path, again.status, again.receipt, err, w.receipt)
		}
	}
	for _, e := range c.journal()[len(events):] {
		c.t.Errorf("repeating every command made event %d %s", e.Seq, e.Type)
	}
	c.once(events, left)
	if kept == 0 || refused == 0 || c.repeated.Load() == 0 {
		c.t.Errorf("%d done, %d refused, %d repeated: nothing was contended or cut", kept, refused, c.repeated.Load())
	}
	c.t.Logf("%d commands done, %d refused for a unit that was busy, %d times sent again, %d events", kept, refused, c.repeated.Load(), len(events))
}

// awaitAlarms waits until each order that was left alone has its alarm.
func (c *crew) awaitAlarms(ctx context.Context, left map[dispatch.ID]bool) {
	c.t.Helper()
	for {
		var list struct {
			Alarms []struct {
				Kind       string
				Assignment dispatch.ID
			}
		}
		c.read("/api/alarms?open=true", &list)
		n := 0
		for _, al := range list.Alarms {
			if al.Kind == dispatch.AlarmUnacknowledged && left[al.Assignment] {
				n++
			}
		}
		if n >= len(left) {
			return
		}
		if !rest(ctx, 100*time.Millisecond) {
			c.t.Fatalf("%d of %d orders that nobody acknowledged have their alarm", n, len(left))
		}
	}
}

// once folds the journal by hand: nothing twice, a unit is free when it is
// ordered, and whoever was left alone was paged and told of once.
func (c *crew) once(events []event, left map[dispatch.ID]bool) {
	c.t.Helper()
	type step struct {
		id       dispatch.ID
		kind, to string
	}
	done, unit, holder := map[step]bool{}, map[dispatch.ID]dispatch.ID{}, map[dispatch.ID]dispatch.ID{}
	paged, alarmed := map[dispatch.ID]int{}, map[dispatch.ID]int{}
	for _, e := range events {
		s := step{e.ID, e.Type, e.Payload.To}
		if done[s] && !strings.HasPrefix(e.Type, "account.") {
			c.t.Errorf("event %d repeats %s %s of %s", e.Seq, e.Type, e.Payload.To, e.ID)
		}
		done[s] = true
		switch {
		case e.Type == "assignment.ordered":
			if by, held := holder[e.Payload.Unit]; held {
				c.t.Errorf("event %d orders unit %s, which %s holds", e.Seq, e.Payload.Unit, by)
			}
			unit[e.ID], holder[e.Payload.Unit] = e.Payload.Unit, e.ID
		case e.Type == "assignment.advanced" && e.Payload.To == "released":
			delete(holder, unit[e.ID])
		case e.Type == "assignment.paged":
			paged[e.ID]++
		case e.Type == "alarm.raised" && e.Payload.Kind == dispatch.AlarmUnacknowledged:
			alarmed[e.Payload.Assignment]++
		}
	}
	if len(holder) != len(left) {
		c.t.Errorf("%d units are still held, %d should be", len(holder), len(left))
	}
	for id := range left {
		if paged[id] != 1 || alarmed[id] != 1 {
			c.t.Errorf("order %s that nobody acknowledged: called again %d times, %d alarms", id, paged[id], alarmed[id])
		}
	}
}
