package data

import (
	"context"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"onemap/dispatch"
	"onemap/tiles"
)

// BenchmarkTile compares, at one tile of some 260 cells: bare ST_AsMVT from a
// table of plain typed columns without scope, a tile cut from the picture and
// compressed, and the cache on a hit.
func BenchmarkTile(b *testing.B) {
	db, ctx := open(b), within(b, 5*time.Minute)
	grid := make([]dispatch.Entry, 31_000)
	for i := range grid {
		grid[i] = cell(i)
	}
	must[dispatch.Taken](b)(desk(db).Import(ctx, wish("grid"), dispatch.Cells, rows(grid...), false))
	const plain = `set local statement_timeout = 0; create table plain as select fid, id::text, (properties->>'people')::int as people, geom3857 as geom from entry where ledger = 'cell';
		create index on plain using gist (geom); analyze`
	if _, err := db.pool.Exec(ctx, plain); err != nil {
		b.Fatal(err)
	}
	k := over("cell", 12, orb.Point{119.5, 39.75})
	b.Run("bare", func(b *testing.B) {
		const bare = `select st_asmvt(f, 'cell', 4096, 'geom', 'fid') from (
			select fid, id, people, st_asmvtgeom(geom, st_tileenvelope($1, $2, $3), 4096, 64, true) as geom
			from plain where geom && st_tileenvelope($1, $2, $3, margin => 64.0 / 4096)) f`
		var body []byte
		for b.Loop() {
			if err := db.tilePool.QueryRow(ctx, bare, k.Z, k.X, k.Y).Scan(&body); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(len(body)), "B/tile")
	})
	p := must[*dispatch.Picture](b)(db.Snapshot(ctx))
	raw := 0
	source := sourceFunc(func(_ context.Context, k tiles.Key) ([]byte, error) {
		body, err := p.Tile(k, time.Now())
		raw = len(body)
		return body, err
	})
	b.Run("cut", func(b *testing.B) {
		for b.Loop() {
			must[[]byte](b)(source(ctx, k))
		}
		b.ReportMetric(float64(raw), "B/tile")
	})
	b.Run("cold", func(b *testing.B) { // cut, compressed, and put into the cache
		c, n := tiles.NewCache(source, 0), int64(0)
		for b.Loop() {
			n++
			must[tiles.Tile](b)(c.Get(ctx, k, n))
		}
		b.ReportMetric(float64(raw), "B/tile")
	})
	b.Run("warm", func(b *testing.B) {
		c, n := tiles.NewCache(source, 0), 0
		for b.Loop() {
			n = len(must[tiles.Tile](b)(c.Get(ctx, k, 1)).Gzip)
		}
		b.ReportMetric(float64(n), "B/tile") // as it is sent: compressed once
	})
	b.Run("first", func(b *testing.B) { // the first tile after a change: the whole ledger is drawn anew
		for b.Loop() {
			if _, err := dispatch.NewPicture(p.Seq, p.Epoch, cellsOf(p)).Tile(k, time.Now()); err != nil {
				b.Fatal(err)
			}
		}
	})
}

type sourceFunc func(ctx context.Context, k tiles.Key) ([]byte, error)

func (f sourceFunc) Tile(ctx context.Context, k tiles.Key) ([]byte, error) { return f(ctx, k) }

func cellsOf(p *dispatch.Picture) (all []dispatch.Entity) {
	for _, e := range p.Shelf(dispatch.Cells).ByCode() {
		all = append(all, e)
	}
	return all
}

// BenchmarkCommand is one command after another, without fsync.
func BenchmarkCommand(b *testing.B) {
	db, ctx := open(b), within(b, 5*time.Minute)
	n := 0
	for b.Loop() {
		must[dispatch.Receipt](b)(desk(db).PutEntry(ctx, wish("put"), shelter(n)))
		n++
	}
}

// BenchmarkFixes keeps a second's positions of 10,000 vehicles.
func BenchmarkFixes(b *testing.B) {
	db, ctx := open(b), within(b, 5*time.Minute)
	if err := db.KeepPartitions(ctx, time.Now()); err != nil {
		b.Fatal(err)
	}
	batch, at := make([]dispatch.Fix, 10_000), time.Now()
	for i := range batch {
		batch[i] = dispatch.Fix{Unit: dispatch.NewID(), Point: orb.Point{119.6, 39.9}, RecordedAt: at}
	}
	for b.Loop() {
		at = at.Add(time.Second)
		for i := range batch {
			batch[i].DeviceAt = at
		}
		if err := db.SaveFixes(ctx, batch); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*float64(len(batch))/b.Elapsed().Seconds(), "fixes/s")
}
