package load

import (
	"bytes"
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"onemap/data"
	"onemap/data/demo"
	"onemap/data/pgtest"
	"onemap/dispatch"
	"onemap/geo/crs"
	"onemap/tiles"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

func open(t testing.TB) *data.DB {
	t.Helper()
	db, err := data.Open(context.Background(), data.Options{DSN: pgtest.New(t), MaxConns: 4})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	if err := db.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	return db
}

func city(t testing.TB) []File {
	t.Helper()
	built, err := demo.Build()
	if err != nil {
		t.Fatal(err)
	}
	var files []File
	for _, f := range built.Files {
		files = append(files, File{f.Name, f.Body})
	}
	return files
}

func TestDemoCityIsTakenWholeAndOnce(t *testing.T) {
	db, files := open(t), city(t)
	ctx, cancel := context.WithTimeout(context.Background(), 8*time.Minute)
	defer cancel()
	empty := dispatch.NewPicture(0, "", nil)
	desk := &dispatch.Desk{Journal: db, Picture: func() *dispatch.Picture { return empty }, Now: time.Now}
	if err := City(ctx, desk, db, files, func(line string) { t.Log(line) }); err != nil {
		t.Fatal(err)
	}
	p, err := db.Snapshot(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range dispatch.Ledgers {
		if len(p.Shelf(l).Entries) == 0 {
			t.Errorf("ledger %s is empty", l)
		}
	}
	// Again, but for the cells, which take longer than they teach.
	few := slices.DeleteFunc(files, func(f File) bool { return f.Name == "cell.geojson" })
	if err := City(ctx, desk, db, few, func(string) {}); err != nil {
		t.Fatal(err)
	}
	again, err := db.Snapshot(ctx)
	if err != nil || again.Seq != p.Seq {
		t.Errorf("loading again moved the journal from %d to %d, %v", p.Seq, again.Seq, err)
	}
	if version, err := db.BaseVersion(ctx); err != nil || version != 2 {
		t.Errorf("base map at version %d, %v", version, err)
	}
	g, err := db.Roads(ctx)
	if err != nil || g.Nodes() < 1000 || g.Report().Core["car"] < 0.9 {
		t.Fatalf("the demo city's network: %v", err)
	}
	t.Logf("network: %+v", g.Report())
	spots, err := db.Places(ctx)
	if err != nil || len(spots) < 100 || spots[0].Name == "" || spots[0].Point[0] < 118 {
		t.Errorf("%d places, %v", len(spots), err)
	}
	everyTileIsLight(ctx, t, db, p)
	exportsComeBackUnchanged(t, p)
	different, err := db.Replay(ctx)
	if err != nil || len(different) > 0 {
		t.Errorf("%v, %d rows differ from the journal", err, len(different))
	}
}

// everyTileIsLight cuts every tile over the city to zoom 11.
func everyTileIsLight(ctx context.Context, t *testing.T, db *data.DB, p *dispatch.Picture) {
	heaviest := map[string]int{}
	for _, l := range tiles.Layers {
		filled := 0
		for z := l.MinZoom; z <= 11; z++ {
			x0, y0, x1, y1 := 6791>>(13-z), 3082>>(13-z), 6836>>(13-z), 3118>>(13-z)
			for x := x0; x <= x1; x++ {
				for y := y0; y <= y1; y++ {
					k := tiles.Key{Layer: l.Name, Z: z, X: x, Y: y, Area: "1303", Clearance: 3}
					cut := func() ([]byte, error) { return p.Tile(k, time.Now()) }
					if l.Name == tiles.Base {
						cut = func() ([]byte, error) { return db.Tile(ctx, k) }
					}
					body, err := cut()
					if err != nil {
						t.Fatal(err)
					}
					if len(body) > 0 {
						filled++
					}
					heaviest[l.Name] = max(heaviest[l.Name], len(body))
				}
			}
		}
		if filled == 0 || heaviest[l.Name] > 500_000 {
			t.Errorf("%s: %d tiles filled, heaviest %d bytes", l.Name, filled, heaviest[l.Name])
		}
	}
	t.Logf("heaviest tiles: %v", heaviest)
}

// exportsComeBackUnchanged writes every ledger in both formats and reads it
// again: nothing may be other than it was.
func exportsComeBackUnchanged(t *testing.T, p *dispatch.Picture) {
	for _, l := range dispatch.Ledgers {
		entries := p.Shelf(l).ByCode()
		entries = entries[:min(len(entries), 1000)]
		for _, format := range []string{"geojson", "csv"} {
			var out bytes.Buffer
			if err := Write(&out, l, format, entries); err != nil {
				t.Fatal(err)
			}
			rows, _, problems, err := Rows(l, format, crs.WGS84, &out)
			if err != nil || len(problems) > 0 || len(rows) != len(entries) {
				t.Fatalf("%s as %s: %d rows, %v, %v", l, format, len(rows), err, problems)
			}
			for i, row := range rows {
				want := *entries[i]
				want.Version, want.RecordedAt = 0, time.Time{}
				if diff := cmp.Diff(want, row.Entry); diff != "" {
					t.Fatalf("%s as %s: %s", l, format, diff)
				}
			}
		}
	}
}
