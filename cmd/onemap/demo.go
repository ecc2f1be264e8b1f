package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/paulmach/orb"

	"onemap/data/demo"
	"onemap/data/load"
	"onemap/dispatch"
	"onemap/dispatch/live"
)

// demoCity is the demo: the city's data, a sign-in for each role, and the
// token its units report with.
type demoCity struct {
	city      *demo.City
	token     string
	tokenFile string
}

// demoAccounts are the sign-ins of the demo; README.md lists them.
var demoAccounts = []dispatch.Account{
	{Name: "admin", Display: "系统管理员（示例）", Role: dispatch.Admin, Area: cityArea, Clearance: 1},
	{Name: "duty_officer", Display: "值班长（示例）", Role: dispatch.DutyOfficer, Area: cityArea, Clearance: 3},
	{Name: "dispatcher", Display: "调度员（示例）", Role: dispatch.Dispatcher, Area: cityArea, Clearance: 2},
	{Name: "dispatcher_qinglong", Display: "青龙调度员（示例）", Role: dispatch.Dispatcher, Area: "130321", Clearance: 2},
	{Name: "incident_commander", Display: "现场指挥员（示例）", Role: dispatch.IncidentCommander, Area: cityArea, Clearance: 2},
	{Name: "responder", Display: "出动人员（示例）", Role: dispatch.Responder, Area: cityArea, Clearance: 1},
	{Name: "planner", Display: "规划员（示例）", Role: dispatch.Planner, Area: cityArea, Clearance: 2},
	{Name: "grid_worker", Display: "网格员（示例）", Role: dispatch.GridWorker, Area: "130321211", Clearance: 1},
	{Name: "viewer", Display: "浏览者（示例）", Role: dispatch.Viewer, Area: cityArea, Clearance: 1},
	{Name: "partner", Display: "协作城市（示例）", Role: dispatch.Partner, Area: cityArea, Clearance: 0},
}

func demoPassword(name string) string { return "demo-" + name + "-2026" }

// prepareDemo loads the demo city into an empty database, and mints the token
// of this run.
func prepareDemo(ctx context.Context, s *settings, db *store, desk *dispatch.Desk, p *dispatch.Picture) (*demoCity, error) {
	city, err := demo.Build()
	if err != nil {
		return nil, fmt.Errorf("make demo city: %w", err)
	}
	d := &demoCity{city: city, token: rand.Text(), tokenFile: filepath.Join(s.Data, "demo-token")}
	if p.Seq == 0 {
		if err := d.load(ctx, db, desk); err != nil {
			return nil, err
		}
	} else if !isDemo(p) {
		return nil, errors.New("ONEMAP_DEMO is set, but the database holds data that is not the demo city")
	} else if err := d.catchUpRoads(ctx, db); err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte(d.token))
	if _, err := desk.MintToken(ctx, newCommand(dispatch.System), dispatch.Token{
		ID: dispatch.NewID(), Name: "示例车辆模拟", Area: cityArea, ExpiresAt: time.Now().Add(30 * 24 * time.Hour),
	}, sum[:]); err != nil {
		return nil, fmt.Errorf("mint demo token: %w", err)
	}
	if err := os.MkdirAll(s.Data, 0o755); err != nil {
		return nil, fmt.Errorf("keep demo token: %w", err)
	}
	if err := os.WriteFile(d.tokenFile, []byte(d.token), 0o600); err != nil {
		return nil, fmt.Errorf("keep demo token: %w", err)
	}
	return d, nil
}

// catchUpRoads gives a demo city of an earlier version its road network.
func (d *demoCity) catchUpRoads(ctx context.Context, db *store) error {
	if _, _, _, ok, err := db.RoadVersion(ctx); ok || err != nil {
		return err
	}
	network, err := load.Roads(ctx, "roads.osm", bytes.NewReader(d.city.File("roads.osm")), func(string) {})
	if err != nil {
		return fmt.Errorf("build the demo's roads: %w", err)
	}
	return network.Save(ctx, db.DB, func(line string) { say("· demo roads %s", line) })
}

// isDemo reports whether the database was filled by prepareDemo.
func isDemo(p *dispatch.Picture) bool {
	for _, a := range p.Accounts {
		if a.Name == "dispatcher" && a.Display == "调度员（示例）" {
			return true
		}
	}
	return false
}

func (d *demoCity) load(ctx context.Context, db *store, desk *dispatch.Desk) error {
	say("· loading the demo city (示例数据)")
	var list []load.File
	for _, f := range d.city.Files {
		list = append(list, load.File{Name: f.Name, Body: f.Body})
	}
	if err := load.City(ctx, desk, db.DB, list, func(line string) { say("  %s", line) }); err != nil {
		return fmt.Errorf("load demo city: %w", err)
	}
	filled, err := db.Snapshot(ctx)
	if err != nil {
		return fmt.Errorf("read picture: %w", err)
	}
	desk.Picture = func() *dispatch.Picture { return filled }
	for _, a := range demoAccounts {
		a.ID = dispatch.NewID()
		if a.Role == dispatch.Responder {
			unit := filled.Shelf(dispatch.Units).ByCode()[0].ID
			a.Unit = &unit
		}
		if err := makeAccount(ctx, desk, a, demoPassword(a.Name)); err != nil {
			return err
		}
	}
	return reportDemoIncidents(ctx, desk)
}

// demoIncidents give the wall something to show; all are invented.
var demoIncidents = []struct {
	kind, title, place string
	priority           int
	grade              int
	at                 orb.Point
	ago                time.Duration
	to                 []dispatch.State
}{
	{"forest_fire", "祖山景区北坡冒烟起火（示例）", "青龙祖山镇", 1, 3, orb.Point{119.4201, 40.1530}, 26 * time.Minute, []dispatch.State{dispatch.Confirmed, dispatch.Responding}},
	{"hazmat", "化工园区储罐阀门氨气泄漏（示例）", "经济技术开发区东区", 1, 3, orb.Point{119.7930, 39.9785}, 14 * time.Minute, []dispatch.State{dispatch.Confirmed}},
	{"flood", "汤河桥下积水两车被困（示例）", "海港区汤河公园附近", 2, 4, orb.Point{119.5602, 39.9295}, 41 * time.Minute, []dispatch.State{dispatch.Confirmed, dispatch.Responding}},
	{"traffic", "京秦高速隧道内两车追尾（示例）", "石门寨—大新寨隧道群", 2, 4, orb.Point{119.5204, 40.1032}, 9 * time.Minute, nil},
	{"geohazard", "刘杖子沟泥石流隐患点裂缝扩大（示例）", "青龙安子岭乡", 3, 4, orb.Point{119.3310, 40.2991}, 95 * time.Minute, []dispatch.State{dispatch.Verifying}},
	{"marine", "洋河口外渔船失去动力（示例）", "洋河口渔港以南", 3, 4, orb.Point{119.4153, 39.7668}, 33 * time.Minute, nil},
}

func reportDemoIncidents(ctx context.Context, desk *dispatch.Desk) error {
	for _, d := range demoIncidents {
		when, grade := time.Now().Add(-d.ago), d.grade
		in := dispatch.Incident{ID: dispatch.NewID(), Geometry: d.at, Source: "demo", OccurredAt: &when, Known: dispatch.Known{
			Kind: d.kind, Title: d.title, Place: d.place, Priority: d.priority, Grade: &grade,
		}}
		receipt, err := desk.ReportIncident(ctx, newCommand(dispatch.System), in)
		if err != nil {
			return fmt.Errorf("report demo incident %s: %w", d.title, err)
		}
		for _, to := range d.to {
			c, seen := newCommand(dispatch.System), receipt.Version
			c.Expected = &seen
			receipt, err = desk.ChangeIncident(ctx, c, "incident.update", in.ID, func(in dispatch.Incident) (dispatch.Outcome, error) {
				return in.Advance(to, "", when.Add(5*time.Minute))
			})
			if err != nil {
				return fmt.Errorf("advance demo incident %s: %w", d.title, err)
			}
		}
	}
	return nil
}

// drive runs the simulator through the public door, as a fleet would.
func (d *demoCity) drive(ctx context.Context, base string, room *live.Live, log *slog.Logger) error {
	return demo.Drive(ctx, d.city, base, d.token, radio{room}, log)
}

func (d *demoCity) greet() {
	say("demo sign-ins (示例账号): name / password")
	for _, a := range demoAccounts {
		say("  %-20s %-28s %s", a.Name, demoPassword(a.Name), a.Role)
	}
	say("machine token of the demo vehicles: %s", d.tokenFile)
}
