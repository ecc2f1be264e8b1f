package dispatch

import (
	"compress/gzip"
	"encoding/csv"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
)

// TestARealTrackShuffledIsTheSame takes a year of one person's fixes apart and
// puts them together again.
func TestARealTrackShuffledIsTheSame(t *testing.T) {
	file, err := os.Open("../../shared/testdata/03-tracks/geolife-user001.csv.gz")
	if err != nil {
		t.Skipf("no real track beside the project: %v", err)
	}
	defer file.Close()
	plain, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(plain).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var fixes []Fix
	for _, row := range rows[1:] {
		lat, errLat := strconv.ParseFloat(row[0], 64)
		lon, errLon := strconv.ParseFloat(row[1], 64)
		at, err := time.Parse(time.DateTime, row[2])
		if errLat != nil || errLon != nil || err != nil {
			t.Fatalf("%v", row)
		}
		fixes = append(fixes, Fix{Point: orb.Point{lon, lat}, DeviceAt: at})
	}
	want := Trace(fixes)
	again := append(fixes[:len(fixes):len(fixes)], fixes[:len(fixes)/3]...)
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(again), func(i, j int) { again[i], again[j] = again[j], again[i] })
	if diff := cmp.Diff(want, Trace(again)); diff != "" {
		t.Errorf("%.2000s", diff)
	}
	jumps := len(want) - len(Trusted(want))
	if short := Simplify(Trusted(want), 10); len(short)*3 > len(want) || jumps*1000 > len(want) {
		t.Errorf("%d points to 10 m of %d, %d jumps", len(short), len(want), jumps)
	}
	t.Logf("%d fixes, %d moments, %d jumps, %d to 10 m", len(fixes), len(want), jumps, len(Simplify(Trusted(want), 10)))
}
