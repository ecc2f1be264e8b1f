package data

import "sync/atomic"

type counters struct {
	commands, repeated, refused, retried, lost, events, fixes, tiles atomic.Int64
}

// Stats is what the room has done since it was opened.
type Stats struct {
	Commands int64 // that changed something
	Repeated int64 // answered with their first receipt
	Refused  int64
	Retried  int64 // attempts begun again after a lock, a race or a lost connection
	Lost     int64 // connections found dead
	Events   int64
	Fixes    int64 // positions kept
	Tiles    int64 // cut by the database
	Conns    int   // connections open now, both pools
	Busy     int   // of which in use
}

// Stats returns the counters.
func (db *DB) Stats() Stats {
	p, t := db.pool.Stat(), db.tilePool.Stat()
	return Stats{
		Commands: db.count.commands.Load(), Repeated: db.count.repeated.Load(), Refused: db.count.refused.Load(),
		Retried: db.count.retried.Load(), Lost: db.count.lost.Load(), Events: db.count.events.Load(),
		Fixes: db.count.fixes.Load(), Tiles: db.count.tiles.Load(),
		Conns: int(p.TotalConns() + t.TotalConns()), Busy: int(p.AcquiredConns() + t.AcquiredConns()),
	}
}
