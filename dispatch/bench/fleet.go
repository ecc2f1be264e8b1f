package bench

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb"
)

// place is a point in units of 1e-7 degrees, as the live channel sends it. The
// load's places are whole hundreds, so that a step can be told from a frame.
type place struct{ lon, lat int32 }

func (p place) point() orb.Point { return orb.Point{float64(p.lon) / 1e7, float64(p.lat) / 1e7} }

// stride is how far a unit moves east in a second, in 1e-7 degrees: a metre.
const stride = 100

// loadUnit is a unit of the load, at home.
type loadUnit struct {
	id     uuid.UUID
	home   place
	handle uint32 // on the live channel
}

// lanes are the machines that report: each a tenth of the units, a tenth of a
// second apart.
const lanes = 10

const ownPrefix = "BENCH-" // codes of the load's own units

// prepare finds the units, makes them first where asked to, and gives each a
// home near a township's centre.
func (r *run) prepare(ctx context.Context) error {
	var page struct {
		Features []struct {
			Geometry   struct{ Coordinates []float64 }
			Properties struct{ Code, Level string }
		}
	}
	if err := r.ask(ctx, "GET", "/api/ledgers/division?limit=2000&geometry=false", nil, &page); err != nil {
		return fmt.Errorf("list divisions: %w", err)
	}
	var codes []string
	for _, f := range page.Features {
		if at := f.Geometry.Coordinates; f.Properties.Level == "township" && len(at) == 2 {
			r.places = append(r.places, place{round(at[0]), round(at[1])})
			codes = append(codes, f.Properties.Code)
		}
	}
	if len(r.places) == 0 {
		return errNoPlaces
	}
	if r.Own {
		if err := r.makeUnits(ctx, codes); err != nil {
			return err
		}
	}
	return r.findUnits(ctx)
}

func round(degrees float64) int32 { return int32(math.Round(degrees*1e5)) * 100 }

// homeOf spreads units round the townships, some hundred metres apart.
func (r *run) homeOf(i int) place {
	p, ring := r.places[i%len(r.places)], int32(i/len(r.places))
	return place{p.lon + (ring%8-4)*20_000, p.lat + (ring/8-4)*20_000}
}

// makeUnits imports the load's own units, or finds them there from an earlier
// load.
func (r *run) makeUnits(ctx context.Context, codes []string) error {
	var teams struct {
		Features []struct {
			ID         uuid.UUID
			Properties struct {
				Owner string `json:"owner_system"`
			}
		}
	}
	if err := r.ask(ctx, "GET", "/api/ledgers/team?limit=2000", nil, &teams); err != nil {
		return fmt.Errorf("list teams: %w", err)
	}
	team := uuid.Nil
	for _, f := range teams.Features {
		if f.Properties.Owner == "fire_rescue" || f.Properties.Owner == "gov_fulltime" { // whose owner need not be asked first
			team = f.ID
		}
	}
	if team == uuid.Nil {
		return errNoTeam
	}
	var file bytes.Buffer
	fmt.Fprintln(&file, "code,name,division,source_datum,sensitivity,team,call_sign,kind,duty,crew,crew_minimum,mobilise_min,lon,lat")
	for i := range r.Units {
		at := r.homeOf(i).point()
		fmt.Fprintf(&file, "%[1]s%06[2]d,%[1]s%06[2]d,%[3]s,wgs84,1,%[4]s,B%[2]d,engine,available_base,4,4,1,%.7[5]f,%.7[6]f\n", ownPrefix, i, codes[i%len(codes)], team, at[0], at[1])
	}
	return r.importFile(ctx, "unit", "text/csv", file.Bytes())
}

// findUnits takes units that are free, by the live picture.
func (r *run) findUnits(ctx context.Context) error {
	seen, err := r.picture(ctx)
	if err != nil {
		return err
	}
	for _, u := range seen.Units {
		if len(r.units) < r.Units && u.Class == "available" && (!r.Own || strings.HasPrefix(u.Code, ownPrefix)) {
			r.units = append(r.units, &loadUnit{u.ID, r.homeOf(len(r.units)), u.Handle})
		}
	}
	if len(r.units) < r.Units {
		return fmt.Errorf("the city has %d units that may be sent, %d are asked for", len(r.units), r.Units)
	}
	r.free = append(r.free, r.units...)
	return nil
}

// due is when the units of a lane report for the nth time.
func (r *run) due(lane, n int) time.Time {
	return r.start.Add(time.Duration(n)*time.Second + time.Duration(lane)*time.Second/lanes)
}

// drive reports every unit once a second.
func (r *run) drive(ctx context.Context, wg *sync.WaitGroup) {
	if r.Token == "" {
		return
	}
	for lane := range lanes {
		wg.Go(func() {
			for n := 0; r.due(lane, n).Before(r.start.Add(r.For)); n++ {
				if pause(ctx, r.due(lane, n)) != nil {
					return
				}
				if err := r.positions(ctx, lane, n); err != nil {
					r.refuse("fixes_" + codeOf(err))
				}
			}
		})
	}
}

func (r *run) positions(ctx context.Context, lane, n int) error {
	var body bytes.Buffer
	body.WriteString(`{"fixes":[`)
	now := time.Now().UTC().Format("2006-01-02T15:04:05.000Z07:00")
	for i := lane; i < len(r.units); i += lanes {
		if i > lane {
			body.WriteByte(',')
		}
		u := r.units[i]
		at := place{u.home.lon + int32(n)*stride, u.home.lat}.point()
		fmt.Fprintf(&body, `{"unit":"%s","at":"%s","lon":%.7f,"lat":%.7f,"heading_deg":90,"speed_mps":1}`, u.id, now, at[0], at[1])
	}
	body.WriteString(`]}`)
	var done struct {
		Refused []struct{ Code string }
	}
	if err := r.send(ctx, "POST", "/api/fixes", body.Bytes(), &done, http.Header{"Authorization": {"Bearer " + r.Token}}); err != nil {
		return err
	}
	for _, f := range done.Refused {
		r.refuse("fix_" + f.Code)
	}
	return nil
}

// processorTime is what this process has used so far.
func processorTime() time.Duration {
	var used syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &used) != nil {
		return 0 // shown as nothing: only a remark in the report
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
