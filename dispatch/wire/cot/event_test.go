package cot

import (
	"bytes"
	"encoding/csv"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"onemap/dispatch"
	"onemap/dispatch/wire/markup"
)

const shared = "../../../../shared/testdata/06-cot"

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

// same compares events by what they say: not by the order of elements, nor by
// the order, spelling or spacing of attributes.
var same = cmp.Options{
	cmp.Transformer("plain", func(e *markup.Element) string { return string(plain(e).Append(nil)) }),
}

func plain(e *markup.Element) *markup.Element {
	p := &markup.Element{Name: e.Name, Text: strings.TrimSpace(e.Text), Attr: slices.Clone(e.Attr)}
	for i, a := range p.Attr {
		if v, err := strconv.ParseFloat(a.Value, 64); err == nil {
			p.Attr[i].Value = strconv.FormatFloat(v, 'f', -1, 64)
		}
	}
	for i := range p.Attr {
		for j := range i {
			if p.Attr[i].Name.Local < p.Attr[j].Name.Local {
				p.Attr[i], p.Attr[j] = p.Attr[j], p.Attr[i]
			}
		}
	}
	for _, c := range e.Children {
		p.Children = append(p.Children, plain(c))
	}
	slices.SortFunc(p.Children, func(a, b *markup.Element) int { return strings.Compare(sorted(a), sorted(b)) })
	return p
}

func sorted(e *markup.Element) string { return string(e.Append(nil)) }

// captured reads the index of captured events, and each event.
func captured(t testing.TB) (rows [][]string, events [][]byte) {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(sharedFile(t, "index.csv"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	rows = rows[1:]
	if len(rows) < 20 {
		t.Fatalf("only %d rows in the index", len(rows))
	}
	for _, row := range rows {
		events = append(events, sharedFile(t, "captures/"+row[0]))
	}
	return rows, events
}

func TestEveryCapturedEventIsReadAsExpected(t *testing.T) {
	rows, events := captured(t)
	number := func(text string) float64 {
		v, err := strconv.ParseFloat(text, 64)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	moment := func(text string) time.Time {
		at, err := time.Parse(time.RFC3339Nano, text)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	for n, row := range rows {
		t.Run(row[0], func(t *testing.T) {
			e, err := Decode(events[n])
			if err != nil {
				t.Fatal(err)
			}
			var elements []string
			for _, c := range children(e.Detail) {
				if !slices.Contains(elements, c.Name.Local) {
					elements = append(elements, c.Name.Local)
				}
			}
			got := []any{e.Version, e.UID, e.Type, e.Time, e.Stale, e.How, e.Point[1], e.Point[0], e.HAE, e.CE, e.LE, strings.Join(elements, ";")}
			want := []any{row[1], row[2], row[3], moment(row[4]), moment(row[5]), row[6], number(row[7]), number(row[8]), number(row[9]), number(row[10]), number(row[11]), row[12]}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			there(t, e)
		})
	}
}

// there sends an event through XML and protobuf, and has it back.
func there(t *testing.T, e *Event) {
	t.Helper()
	want := *e
	if want.Detail == nil {
		want.Detail = within("detail") // a detail is always written
	}
	validates(t, e.Encode())
	back, err := Decode(e.Encode())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(&want, back, same); diff != "" {
		t.Errorf("XML: %s", diff)
	}
	if back, err = DecodeMessage(e.EncodeMessage()); err != nil {
		t.Fatal(err)
	}
	if back.Detail == nil {
		back.Detail = within("detail")
	}
	if diff := cmp.Diff(&want, back, same); diff != "" {
		t.Errorf("protobuf: %s", diff)
	}
}

// validates asks an outside judge, where there is one, by the base schema of MITRE.
func validates(t *testing.T, raw []byte) {
	t.Helper()
	schema := filepath.Join(shared, "schema/mitre/CoT_Base-Event_Schema__(PUBLIC_RELEASE).xsd")
	lint, err := exec.LookPath("xmllint")
	if _, missing := os.Stat(schema); err != nil || missing != nil {
		t.Log("not held against the base schema: no xmllint or no shared testdata here")
		return
	}
	run := exec.CommandContext(t.Context(), lint, "--nonet", "--noout", "--schema", schema, "-")
	run.Stdin = bytes.NewReader(raw)
	if said, err := run.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s\n%s", err, said, raw)
	}
}

func TestExamplesOfATAK(t *testing.T) {
	for _, name := range []string{"Drawing_Shapes_-_Circle", "Drawing_Shapes_-_Free_Form", "Drawing_Shapes_-_Rectangle", "Drawing_Shapes_-_Telestration", "Marker_-_2525", "Marker_-_Icon_Set", "Range_and_Bearing_-_Bullseye", "Range_and_Bearing_-_Line"} {
		e, err := Decode(sharedFile(t, "examples/"+name+".cot"))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if want := map[bool]Meaning{true: Marker}[strings.HasPrefix(name, "Marker")]; e.Means() != want {
			t.Errorf("%s means %d", name, e.Means())
		}
		there(t, e)
	}
}

const self = `<event version="2.0" uid="ANDROID-1" type="a-f-G-U-C" how="m-g" time="2026-11-23T00:00:00.000Z" start="2026-11-23T00:00:00Z" stale="2026-11-23T08:02:00+08:00"><point lat="39.935" lon="119.6" hae="9999999.0" ce="9.9" le="9999999.0"/><detail><contact callsign="海港01"/><__group name="Cyan" role="Team Member"/><track course="90.5" speed="3.5"/></detail></event>`

func TestWhatIsRefusedByName(t *testing.T) {
	for name, c := range map[string]struct {
		old, with string
		want      *dispatch.Error
		says      string
	}{
		"fourth part": {"2026-11-23T00:00:00.000Z", "2026-11-23T08:13:25:00Z", ErrTime, "fourth part"},
		"no zone":     {"2026-11-23T00:00:00.000Z", "2026-11-23T00:00:00", ErrTime, "no zone"},
		"space":       {"2026-11-23T00:00:00.000Z", "2026-11-23 00:00:00Z", ErrTime, "space"},
		"comma":       {"2026-11-23T00:00:00.000Z", "2026-11-23T00:00:00,5Z", ErrTime, "comma"},
		"epoch":       {"2026-11-23T00:00:00.000Z", "1795392000000", ErrTime, "epoch"},
		"no time":     {`time="2026-11-23T00:00:00.000Z"`, "", ErrTime, "missing"},
		"stale early": {"2026-11-23T08:02:00+08:00", "2026-11-22T08:02:00+08:00", ErrTime, "before"},
		"latitude":    {`lat="39.935"`, `lat="91"`, ErrPlace, "range"},
		"nan":         {`lat="39.935"`, `lat="NaN"`, ErrPlace, "finite"},
		"no lon":      {`lon="119.6"`, ``, ErrPlace, "lon"},
		"no point":    {"point", "pint", ErrPlace, "no point"},
		"version":     {`version="2.0"`, `version="1.1"`, ErrNotEvent, "version"},
		"no uid":      {"ANDROID-1", "", ErrField, "uid"},
		"long uid":    {"ANDROID-1", strings.Repeat("x", 300), ErrField, "uid"},
		"type":        {"a-f-G-U-C", "a f", ErrField, "type"},
		"height":      {`hae="9999999.0"`, `hae="-1e9"`, ErrField, "hae"},
		"root":        {"event", "alert", ErrNotEvent, "not an event"},
		"dtd":         {"<event", `<!DOCTYPE event [<!ENTITY a "b">]><event`, markup.ErrDTD, ""},
		"entity":      {"海港01", "&xxe;", markup.ErrEntity, ""},
		"deep":        {"<track", strings.Repeat("<a>", 30) + "<track", markup.ErrTooDeep, ""},
		"large":       {"海港01", strings.Repeat("x", maxEvent), markup.ErrTooLarge, ""},
	} {
		t.Run(name, func(t *testing.T) {
			raw := strings.ReplaceAll(self, c.old, c.with)
			if raw == self {
				t.Fatal("nothing was replaced")
			}
			if _, err := Decode([]byte(raw)); !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want %s: … %s", err, c.want.Code, c.says)
			}
		})
	}
}

func TestUnknownIsNotAHeight(t *testing.T) {
	for _, said := range []string{`hae="999999"`, `hae="9999999"`, `hae="99999999"`, `hae=""`, ``} {
		e, err := Decode([]byte(strings.Replace(self, `hae="9999999.0"`, said, 1)))
		if err != nil || e.HAE != Unknown {
			t.Errorf("%s: %v, %v", said, e, err)
		}
	}
}

func mustDecode(t testing.TB, raw string) *Event {
	t.Helper()
	e, err := Decode([]byte(raw))
	if err != nil {
		t.Fatal(err)
	}
	return e
}
