package cap

import (
	"bytes"
	"encoding/csv"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/paulmach/orb"

	"onemap/dispatch"
	"onemap/dispatch/wire/markup"
)

const shared = "../../../../shared/testdata/05-cap"

func sharedFile(t testing.TB, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(shared, name))
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("no shared testdata here: ", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// TestEveryStoredAlertIsReadAsExpected holds each file against the index beside it.
func TestEveryStoredAlertIsReadAsExpected(t *testing.T) {
	rows, err := csv.NewReader(bytes.NewReader(sharedFile(t, "index.csv"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		name, version, count, sender, languages, signature, schema := row[0], row[1], row[2], row[3], row[4], row[5], row[7]
		t.Run(name, func(t *testing.T) {
			raw := sharedFile(t, "alerts/"+name)
			a, err := Decode(raw)
			if strings.HasPrefix(schema, "NOT valid") {
				if !errors.Is(err, ErrInvalid) || !strings.Contains(err.Error(), "scope") {
					t.Errorf("got %v, want it refused for its scope", err)
				}
				return
			}
			if count == "0" {
				if !errors.Is(err, ErrNotCAP) {
					t.Errorf("got %v, want %s", err, ErrNotCAP.Code)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var spoken []string
			for _, i := range a.Infos {
				if i.Language != "" && !slices.Contains(spoken, i.Language) {
					spoken = append(spoken, i.Language)
				}
			}
			got := []string{a.Version, a.Sender, strings.Join(spoken, ";"), map[bool]string{true: "signed"}[a.Signed]}
			if diff := cmp.Diff([]string{version, sender, languages, signature}, got); diff != "" {
				t.Error(diff)
			}
			againAndAgain(t, a)
		})
	}
	if len(rows) < 15 {
		t.Errorf("only %d rows in the index", len(rows))
	}
}

// againAndAgain writes an alert that was read and reads it again.
func againAndAgain(t *testing.T, a *Alert) {
	t.Helper()
	again := *a
	if again.References == "" && a.MsgType != MsgAlert {
		if _, err := a.Encode(); !errors.Is(err, ErrInvalid) {
			t.Errorf("an update of nothing was written: %v", err)
		}
		again.References = "s,i,2026-01-01T00:00:00+08:00"
	}
	if len(again.Infos) == 0 {
		if _, err := a.Encode(); !errors.Is(err, ErrInvalid) {
			t.Errorf("a warning of nothing was written: %v", err)
		}
		again.Infos = storm().Infos
	}
	raw, err := again.Encode()
	if err != nil {
		t.Fatal(err)
	}
	validates(t, raw)
	back, err := Decode(raw)
	if err != nil {
		t.Fatal(err)
	}
	same := cmp.Options{cmpopts.IgnoreFields(Alert{}, "XMLName", "Version", "Signed"), cmp.Comparer(func(x, y Time) bool { return x.Truncate(time.Second).Equal(y.Truncate(time.Second)) })}
	if diff := cmp.Diff(&again, back, same); diff != "" {
		t.Error(diff)
	}
}

// validates asks an outside judge, where there is one.
func validates(t *testing.T, raw []byte) {
	t.Helper()
	lint, err := exec.LookPath("xmllint")
	if err != nil {
		t.Log("not held against the OASIS schema: no xmllint here")
		return
	}
	if _, err := os.Stat(filepath.Join(shared, "schema/cap12.xsd")); err != nil {
		t.Log("not held against the OASIS schema: no shared testdata here")
		return
	}
	for _, schema := range []string{"cap12.xsd", "CAP-v1.2-oasis.xsd"} {
		run := exec.CommandContext(t.Context(), lint, "--nonet", "--noout", "--schema", filepath.Join(shared, "schema", schema), "-")
		run.Stdin = bytes.NewReader(raw)
		if said, err := run.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s\n%s", schema, err, said, raw)
		}
	}
}

var sent = time.Date(2026, 11, 23, 8, 0, 0, 0, beijing)

// storm is a warning as the desk will issue it.
func storm() *Alert {
	i := Info{
		Language: "zh-CN", Categories: []string{"Met"}, Event: "暴雨", ResponseTypes: []string{"Prepare"}, Urgency: "Expected", Certainty: "Likely",
		Effective: Time{sent}, Expires: Time{sent.Add(6 * time.Hour)}, SenderName: "秦皇岛市应急管理局", Headline: "秦皇岛市发布暴雨橙色预警 <试>",
		Areas: []Area{{
			Description: "海港区、北戴河区沿海",
			Polygons:    []string{"39.880000,119.450000 39.880000,119.560000 39.950000,119.560000 39.880000,119.450000"},
			Circles:     []string{"39.83,119.49 5"}, Geocodes: []Pair{{GeocodeName, "130302000000"}, {"SAME", "130304"}},
		}},
	}
	i.Paint(Orange)
	return &Alert{Identifier: "13030000100100_20261123080000_1", Sender: "qhd@example.cn", Sent: Time{sent}, Status: Actual, MsgType: MsgAlert, Scope: Public, Infos: []Info{i}}
}

func TestWhatTheDeskIssuesIsValid(t *testing.T) {
	a := storm()
	raw, err := a.Encode()
	if err != nil {
		t.Fatal(err)
	}
	validates(t, raw)
	if !bytes.Contains(raw, []byte("<sent>2026-11-23T08:00:00+08:00</sent>")) {
		t.Errorf("sent is not in the form of the schema:\n%s", raw)
	}
	if zero := (Time{sent.UTC()}).String(); zero != "2026-11-23T00:00:00-00:00" {
		t.Errorf("UTC is written %s", zero)
	}
	back, err := Decode(raw)
	if err != nil {
		t.Fatal(err)
	}
	if c, ok := back.Infos[0].Colour(); c != Orange || !ok || back.Infos[0].Severity != "Severe" {
		t.Errorf("colour %q %t, severity %s", c, ok, back.Infos[0].Severity)
	}
	if !back.Sounds(sent.Add(time.Hour)) || back.Sounds(sent.Add(6*time.Hour)) {
		t.Error("sounds while in force, and only then")
	}
	a.Drill("e-2026-防汛")
	a.Drill("e-2026-防汛")
	if raw, err = a.Encode(); err != nil {
		t.Fatal(err)
	}
	validates(t, raw)
	if a.Sounds(sent) || strings.Count(string(raw), "【演练】") != 1 || !bytes.Contains(raw, []byte("<status>Exercise</status>")) {
		t.Errorf("an exercise says so, once, and never alarms:\n%s", raw)
	}
}

func TestWhatIsRefusedSaysWhere(t *testing.T) {
	good, err := storm().Encode()
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ old, with, path, code string }{
		"no zone":         {"08:00:00+08:00</sent>", "08:00:00</sent>", "alert.sent", "bad_time"},
		"zulu":            {"08:00:00+08:00</sent>", "08:00:00Z</sent>", "alert.sent", "bad_time"},
		"comma offset":    {"08:00:00+08:00</sent>", "08:00:00,08:00</sent>", "alert.sent", "bad_time"},
		"far zone":        {"08:00:00+08:00</sent>", "08:00:00+15:00</sent>", "alert.sent", "bad_time"},
		"status":          {">Actual<", "> Actual <", "alert.status", "bad_enum"},
		"order":           {"<msgType>Alert</msgType>", "<scope>Public</scope><msgType>Alert</msgType>", "alert.msgType", "required"},
		"foreign element": {"<urgency>", `<x xmlns="u"/><urgency>`, "alert.info[0].urgency", "required"},
		"attribute":       {"<urgency>", `<urgency a="1">`, "alert.info[0].urgency@a", "cap_element"},
		"size":            {"<area>", "<resource><resourceDesc>d</resourceDesc><mimeType>m</mimeType><size>1k</size></resource><area>", "alert.info[0].resource[0].size", "bad_text"},
		"ceiling":         {"</area>", "<ceiling>high</ceiling></area>", "alert.info[0].area[0].ceiling", "bad_text"},
	} {
		t.Run(name, func(t *testing.T) {
			raw := strings.Replace(string(good), c.old, c.with, 1)
			if raw == string(good) {
				t.Fatal("nothing was replaced")
			}
			_, err := Decode([]byte(raw))
			var refusal *dispatch.Error
			if !errors.As(err, &refusal) || len(refusal.Fields) == 0 || refusal.Fields[0].Path != c.path || refusal.Fields[0].Code != c.code {
				t.Errorf("got %v, want %s at %s", err, c.code, c.path)
			}
		})
	}
}

func TestTheWordsOfTheStandard(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Alert)
		path   string
	}{
		"update of nothing": {func(a *Alert) { a.MsgType = MsgUpdate }, "alert.references"},
		"bad reference":     {func(a *Alert) { a.References = "a,b" }, "alert.references"},
		"itself":            {func(a *Alert) { a.References = a.Key().String() }, "alert.references"},
		"sender":            {func(a *Alert) { a.Sender = "a b" }, "alert.sender"},
		"restricted":        {func(a *Alert) { a.Scope = Restricted }, "alert.restriction"},
		"private":           {func(a *Alert) { a.Scope = Private }, "alert.addresses"},
		"exercise":          {func(a *Alert) { a.Status = Exercise }, "alert.note"},
		"empty":             {func(a *Alert) { a.Infos = nil }, "alert.info"},
		"over at once":      {func(a *Alert) { a.Infos[0].Expires = a.Infos[0].Effective }, "alert.info[0].expires"},
		"two levels":        {func(a *Alert) { a.Infos[0].Severity = "Minor" }, "alert.info[0].severity"},
		"open polygon":      {func(a *Alert) { a.Infos[0].Areas[0].Polygons[0] = "39,119 39,120 40,120 40,119" }, "alert.info[0].area[0].polygon[0]"},
		"lon,lat":           {func(a *Alert) { a.Infos[0].Areas[0].Polygons[0] = "119,39 120,39 120,40 119,39" }, "alert.info[0].area[0].polygon[0]"},
		"no polygon":        {func(a *Alert) { a.Infos[0].Areas[0].Polygons[0] = "" }, "alert.info[0].area[0].polygon[0]"},
		"radius":            {func(a *Alert) { a.Infos[0].Areas[0].Circles[0] = "39,119 NaN" }, "alert.info[0].area[0].circle[0]"},
		"hanging ceiling":   {func(a *Alert) { a.Infos[0].Areas[0].Ceiling = "300" }, "alert.info[0].area[0].ceiling"},
	} {
		t.Run(name, func(t *testing.T) {
			a := storm()
			c.change(a)
			if p := a.Check(); len(p) != 1 || p[0].Path != c.path {
				t.Errorf("got %v, want one fault at %s", p, c.path)
			}
			if _, err := a.Encode(); !errors.Is(err, ErrInvalid) {
				t.Errorf("it was written: %v", err)
			}
		})
	}
}

func TestWhoIsWarned(t *testing.T) {
	a := storm().Infos[0].Areas[0]
	for name, c := range map[string]struct {
		at       orb.Point
		division string
		want     bool
	}{
		"polygon":  {orb.Point{119.55, 39.90}, "", true},
		"circle":   {orb.Point{119.50, 39.84}, "", true},
		"division": {orb.Point{119.70, 40.20}, "130302001", true},
		"nobody":   {orb.Point{119.70, 40.20}, "130304", false}, // the code stands there as another system's
	} {
		if got := a.Covers(c.at, c.division); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
	county := orb.Polygon{{{119.5, 39.9}, {119.7, 39.9}, {119.7, 40.1}, {119.5, 40.1}, {119.5, 39.9}}}
	ground, unknown, err := a.Ground(func(code string) (orb.Geometry, bool) { return county, code == "130302" })
	if err != nil || len(unknown) != 0 {
		t.Fatal(err, unknown)
	}
	if len(ground) != 2 { // the polygon melts into the county, the circle stands off
		t.Errorf("%d parts, want 2", len(ground))
	}
	if _, unknown, err = a.Ground(func(string) (orb.Geometry, bool) { return nil, false }); err != nil || !cmp.Equal(unknown, []string{"130302"}) {
		t.Errorf("a division without ground: %v, %v", unknown, err)
	}
	texts, err := Polygons(county)
	if err != nil || !cmp.Equal(texts, []string{"39.900000,119.500000 39.900000,119.700000 40.100000,119.700000 40.100000,119.500000 39.900000,119.500000"}) {
		t.Errorf("%q, %v", texts, err)
	}
	if _, err := Polygons(orb.Polygon{county[0], county[0]}); !errors.Is(err, ErrHoles) {
		t.Errorf("a hole: %v", err)
	}
}

func TestColoursAsTheyAreSaid(t *testing.T) {
	for name, c := range map[string]struct {
		info Info
		want Colour
		said bool
	}{
		"parameter": {Info{Parameters: []Pair{{"预警等级", "Ⅱ级"}}}, Orange, true},
		"english":   {Info{EventCodes: []Pair{{"alertColor", "YELLOW"}}}, Yellow, true},
		"headline":  {Info{Headline: "市气象台发布大风蓝色预警"}, Blue, true},
		"triple":    {Info{EventCodes: []Pair{{"AREA_COLOR", "255 255 0"}}, Severity: "Minor"}, "", false},
		"place":     {Info{Headline: "红色娘子军路积水"}, "", false},
	} {
		if got, said := c.info.Colour(); got != c.want || said != c.said {
			t.Errorf("%s: %q %t", name, got, said)
		}
	}
	for _, k := range colours {
		if back, ok := ColourOf(k.colour.Severity()); back != k.colour || !ok {
			t.Errorf("%s comes back as %s", k.colour, back)
		}
	}
	if _, ok := ColourOf("Unknown"); ok {
		t.Error("unknown has a colour")
	}
}

func TestIdentifierOfTheDomesticRule(t *testing.T) {
	got, err := Identifier("130300", "001", "001", "00", sent, 1)
	if err != nil || got != "13030000100100_20261123080000_1" || len(got) != 31 {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := Identifier("1303", "001", "001", "00", sent, 10); !errors.Is(err, dispatch.ErrInvalid) {
		t.Errorf("bad parts: %v", err)
	}
}

func TestHugeAlertsEndSoon(t *testing.T) {
	head := `<alert xmlns="` + Namespace + `">`
	for name, c := range map[string]struct {
		raw  string
		want *dispatch.Error
	}{
		"deep":    {strings.Repeat("<a>", 500_000), markup.ErrTooDeep},
		"large":   {head + strings.Repeat(" ", 3<<20) + "</alert>", markup.ErrTooLarge},
		"many":    {head + strings.Repeat("<info/>", 30_000) + "</alert>", markup.ErrTooLarge},
		"faults":  {head + strings.Repeat("<info/>", 15_000) + "</alert>", ErrInvalid},
		"doctype": {`<!DOCTYPE alert [<!ENTITY x SYSTEM "file:///etc/passwd">]>` + head + `<identifier>&x;</identifier></alert>`, markup.ErrDTD},
	} {
		_, err := Decode([]byte(c.raw))
		var refusal *dispatch.Error
		if !errors.Is(err, c.want) || errors.As(err, &refusal) && len(refusal.Fields) > 2*maxProblems {
			t.Errorf("%s: %.200v", name, err)
		}
	}
}
