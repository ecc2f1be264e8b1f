package web_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"onemap/data"
	"onemap/data/pgtest"
	"onemap/dispatch"
	"onemap/dispatch/study"
	"onemap/dispatch/web"
	"onemap/geo"
	"onemap/geo/crs"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// id makes ids that are the same in every run: group says what it names.
func id(group, n int) dispatch.ID {
	return uuid.MustParse(fmt.Sprintf("01930000-0000-7000-80%02x-%012d", group, n))
}

const (
	cityCode  = "130300"
	townCode  = "130302001" // in Haigang
	hillCode  = "130321101" // in Qinglong
	password  = "correct-horse-1"
	cookieFor = "cookie-of-" // + name of the account
)

// people are the accounts: one a role, and a dispatcher of another county.
var people = []dispatch.Account{
	{ID: id(1, 1), Name: "admin", Role: dispatch.Admin, Area: cityCode, Clearance: 0},
	{ID: id(1, 2), Name: "duty_officer", Role: dispatch.DutyOfficer, Area: cityCode, Clearance: 3},
	{ID: id(1, 3), Name: "dispatcher", Role: dispatch.Dispatcher, Area: cityCode, Clearance: 2},
	{ID: id(1, 4), Name: "incident_commander", Role: dispatch.IncidentCommander, Area: cityCode, Clearance: 2},
	{ID: id(1, 5), Name: "responder", Role: dispatch.Responder, Area: "130302", Clearance: 1, Unit: ref(id(3, 1))},
	{ID: id(1, 6), Name: "planner", Role: dispatch.Planner, Area: cityCode, Clearance: 2},
	{ID: id(1, 7), Name: "grid_worker", Role: dispatch.GridWorker, Area: townCode, Clearance: 1},
	{ID: id(1, 8), Name: "viewer", Role: dispatch.Viewer, Area: cityCode, Clearance: 1},
	{ID: id(1, 9), Name: "partner", Role: dispatch.Partner, Area: cityCode, Clearance: 0},
	{ID: id(1, 10), Name: "qinglong", Role: dispatch.Dispatcher, Area: "130321", Clearance: 2},
}

func ref[T any](v T) *T { return &v }

func square(lon, lat, size float64) orb.Polygon {
	return orb.Polygon{{{lon, lat}, {lon + size, lat}, {lon + size, lat + size}, {lon, lat + size}, {lon, lat}}}
}

func head(code, name, division string) dispatch.Head {
	return dispatch.Head{Code: code, Name: name, Division: division, SourceDatum: crs.WGS84}
}

func day(text string) *dispatch.Date {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return &dispatch.Date{Time: t}
}

// entries is a city of two townships with one or two of everything.
func entries() []dispatch.Entry {
	chief := &dispatch.Person{Name: "李示例", Phones: []string{"13900000000"}}
	stale := head("D-2", "青龙物资点（示例）", hillCode)
	stale.VerifyBy = day("2020-01-31")
	joint := head("T-9", "联合分队（示例）", townCode)
	joint.Sensitivity = 3
	all := []dispatch.Entry{
		{ID: id(2, 1), Head: head("130300", "秦皇岛市", cityCode), Detail: &dispatch.Division{Level: "city"}, Geometry: square(119, 39.5, 1)},
		{ID: id(2, 2), Head: head("130302", "海港区", "130302"), Detail: &dispatch.Division{Level: "county", Parent: "130300"}, Geometry: square(119.5, 39.5, 0.5)},
		{ID: id(2, 3), Head: head(townCode, "文化路街道", townCode), Detail: &dispatch.Division{Level: "township", Parent: "130302", County: "130302"}, Geometry: square(119.5, 39.8, 0.2)},
		{ID: id(2, 4), Head: head(hillCode, "青龙镇", hillCode), Detail: &dispatch.Division{Level: "township", Parent: "130321", County: "130321"}, Geometry: square(119, 40.2, 0.2)},
		{ID: id(4, 1), Head: head("T-1", "海港消防站（示例）", townCode), Geometry: orb.Point{119.6, 39.93},
			Detail: &dispatch.Team{OwnerSystem: "fire_rescue", Capabilities: []dispatch.Capability{{Discipline: "fire", Level: 1}}, Leader: chief, MobiliseDayMin: 1, MobiliseNightMin: 2, Readiness: "ready"}},
		{ID: id(4, 9), Head: joint, Geometry: orb.Point{119.61, 39.94},
			Detail: &dispatch.Team{OwnerSystem: "military_joint", Joint: true, Capabilities: []dispatch.Capability{}, Readiness: "ready"}},
		{ID: id(3, 1), Head: head("U-1", "海港一号车", townCode), Detail: unit("engine", "海港101"), Geometry: orb.Point{119.6, 39.93}},
		{ID: id(3, 2), Head: head("U-2", "海港二号车", townCode), Detail: unit("ladder", "海港102"), Geometry: orb.Point{119.605, 39.93}},
		{ID: id(3, 3), Head: head("U-3", "青龙一号车", hillCode), Detail: unit("forest", "青龙301"), Geometry: orb.Point{119.1, 40.3}},
		{ID: id(5, 1), Head: head("D-1", "市物资库（示例）", townCode), Geometry: orb.Point{119.58, 39.92},
			Detail: &dispatch.Depot{Level: "city", Keeper: chief, Stock: []dispatch.Stock{{Item: "2011100", Name: "帐篷", Unit: "顶", Quantity: 300, Target: 400}}}},
		{ID: id(5, 2), Head: stale, Detail: &dispatch.Depot{Level: "county", Stock: []dispatch.Stock{}}, Geometry: orb.Point{119.12, 40.31}},
		{ID: id(6, 1), Head: head("S-1", "人民广场避难场所", townCode), Geometry: orb.Point{119.59, 39.94},
			Detail: &dispatch.Shelter{Class: "fixed_short", Grade: "city", Space: "outdoor", State: "ready", Capacity: 500, Occupancy: 20}},
		{ID: id(7, 1), Head: head("H-1", "尾矿库（示例）", hillCode), Detail: &dispatch.Hazard{Kind: "tailings_pond", Level: 2, State: "operating", Keeper: chief}, Geometry: orb.Point{119.15, 40.25}},
		{ID: id(8, 1), Head: head("R-1", "一级火险区（示例）", hillCode), Detail: &dispatch.RiskZone{Kind: "forest_fire", Class: 1}, Geometry: square(119.1, 40.25, 0.05)},
		{ID: id(9, 1), Head: head("V-1", "广场监控", townCode), Detail: &dispatch.Camera{State: "online", Heading: ref(90)}, Geometry: orb.Point{119.591, 39.941}},
		{ID: id(10, 1), Head: head("C-1", "格1", townCode), Detail: &dispatch.Cell{People: 800, AreaM2: 250_000}, Geometry: square(119.59, 39.93, 0.005)},
		{ID: id(10, 2), Head: head("C-2", "格2", hillCode), Detail: &dispatch.Cell{People: 120, AreaM2: 250_000}, Geometry: square(119.1, 40.3, 0.005)},
	}
	ledgers := map[byte]dispatch.Ledger{2: dispatch.Divisions, 3: dispatch.Units, 4: dispatch.Teams, 5: dispatch.Depots, 6: dispatch.Shelters, 7: dispatch.Hazards, 8: dispatch.RiskZones, 9: dispatch.Cameras, 10: dispatch.Cells}
	for i := range all {
		all[i].Ledger, all[i].Geometry = ledgers[all[i].ID[9]], geo.Snap(all[i].Geometry)
	}
	return all
}

func unit(kind, call string) *dispatch.Unit {
	return &dispatch.Unit{Team: id(4, 1), CallSign: call, Kind: kind, Duty: "available_base", Crew: 5, CrewMinimum: 3, MobiliseMin: 1,
		Capabilities: []dispatch.Capability{{Discipline: "fire", Level: 2}}}
}

// fire and flood are the incidents there are: one of the city's dispatcher, one
// in Qinglong.
var fire, flood = id(11, 1), id(11, 2)

func incidents() []dispatch.Incident {
	return []dispatch.Incident{
		{ID: fire, Geometry: orb.Point{119.601, 39.931}, Source: "call", Known: dispatch.Known{Kind: "building_fire", Title: "仓库起火", Priority: 1, Division: townCode, CallerName: "王示例", CallerPhone: "13800000000"}},
		{ID: flood, Geometry: orb.Point{119.11, 40.29}, Source: "field", Known: dispatch.Known{Kind: "flood", Title: "河水上涨", Priority: 3, Division: hillCode}},
	}
}

// machineSecret is the token of the machine there is.
const machineSecret = "machine secret"

func seed(dsn string) error {
	ctx := context.Background()
	db, err := data.Open(ctx, data.Options{DSN: dsn, MaxConns: 2})
	if err != nil {
		return err
	}
	defer db.Close()
	if err := db.Migrate(ctx); err != nil {
		return err
	}
	empty := dispatch.NewPicture(0, "", nil)
	s := seeding{ctx, &dispatch.Desk{Journal: db, Picture: func() *dispatch.Picture { return empty }, Now: time.Now}, 0}
	if err := s.accounts(db); err != nil {
		return err
	}
	officer := dispatch.Actor{ID: id(1, 2), Name: "duty_officer", Role: dispatch.DutyOfficer, Area: cityCode, Clearance: 3}
	for _, e := range entries() {
		if _, err := s.desk.PutEntry(ctx, s.command(officer), e); err != nil {
			return fmt.Errorf("seed %s %s: %w", e.Ledger, e.Code, err)
		}
	}
	for _, in := range incidents() {
		if _, err := s.desk.ReportIncident(ctx, s.command(dispatch.Actor{ID: id(1, 3), Name: "dispatcher", Role: dispatch.Dispatcher, Area: cityCode}), in); err != nil {
			return fmt.Errorf("seed incident %s: %w", in.Title, err)
		}
	}
	return s.study(db)
}

// answered is a study of the city's planner that has its answer.
var answered = id(14, 1)

// study asks and answers one, as the server's runner does.
func (s *seeding) study(db *data.DB) error {
	planner := dispatch.Actor{ID: id(1, 6), Name: "planner", Role: dispatch.Planner, Area: cityCode, Clearance: 2}
	asked := dispatch.Study{ID: answered, Name: "避难场所 1 千米覆盖", Kind: "coverage", Params: []byte(`{"kinds": ["shelter"], "distances_m": [1000, 3000]}`)}
	if _, err := s.desk.AskStudy(s.ctx, s.command(planner), asked); err != nil {
		return fmt.Errorf("seed study: %w", err)
	}
	p, err := db.Snapshot(s.ctx)
	if err != nil {
		return fmt.Errorf("read picture: %w", err)
	}
	answer, err := study.On(p, nil, time.Now()).Answer(s.ctx, p.Studies[answered], nil)
	if err != nil {
		return fmt.Errorf("compute study: %w", err)
	}
	end, err := answer.Ended(answered, time.Now())
	if err != nil {
		return err
	}
	if _, err := s.desk.EndStudy(s.ctx, s.command(dispatch.System), end); err != nil {
		return fmt.Errorf("end study: %w", err)
	}
	return nil
}

type seeding struct {
	ctx  context.Context
	desk *dispatch.Desk
	n    int
}

func (s *seeding) command(a dispatch.Actor) dispatch.Command {
	s.n++
	return dispatch.Command{ID: id(20, s.n), Actor: a, OccurredAt: time.Now()}
}

func (s *seeding) accounts(db *data.DB) error {
	hash, err := web.HashPassword(password)
	if err != nil {
		return err
	}
	nobody := dispatch.Actor{Name: "seed", Role: dispatch.Admin}
	for _, a := range people {
		a.Display = a.Name
		if _, err := s.desk.PutAccount(s.ctx, s.command(nobody), a, hash); err != nil {
			return fmt.Errorf("seed account %s: %w", a.Name, err)
		}
		cookie := sha256.Sum256([]byte(cookieFor + a.Name))
		if err := db.StartSession(s.ctx, cookie[:], a.ID, time.Now().Add(time.Hour)); err != nil {
			return fmt.Errorf("seed session %s: %w", a.Name, err)
		}
	}
	secret := sha256.Sum256([]byte(machineSecret))
	token := dispatch.Token{ID: id(1, 11), Name: "machine", Area: cityCode, ExpiresAt: time.Now().Add(24 * time.Hour)}
	if _, err := s.desk.MintToken(s.ctx, s.command(nobody), token, secret[:]); err != nil {
		return fmt.Errorf("seed token: %w", err)
	}
	return nil
}
