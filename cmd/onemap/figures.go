package main

import (
	"onemap/data"
	"onemap/tiles"
)

// figures gathers what the database and the tile cache have counted, for
// monitoring.
func figures(db *data.DB, cache *tiles.Cache) func() map[string]float64 {
	return func() map[string]float64 {
		d, t := db.Stats(), cache.Stats()
		return map[string]float64{
			"db_commands_total": float64(d.Commands), "db_repeated_total": float64(d.Repeated), "db_refused_total": float64(d.Refused),
			"db_retried_total": float64(d.Retried), "db_connections_lost_total": float64(d.Lost), "db_events_total": float64(d.Events),
			"db_fixes_total": float64(d.Fixes), "db_tiles_total": float64(d.Tiles), "db_connections": float64(d.Conns), "db_connections_busy": float64(d.Busy),
			"tile_hits_total": float64(t.Hits), "tile_misses_total": float64(t.Misses), "tile_failed_total": float64(t.Failed),
			"tile_evicted_total": float64(t.Evicted), "tile_bytes": float64(t.Bytes),
		}
	}
}
