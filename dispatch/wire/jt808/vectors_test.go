package jt808

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"onemap/dispatch"
)

// vectors are the shared cases: whole frames, bare bodies, what their origin's
// tests expect, and an independent reading of header and location.
const vectors = "../../../../shared/testdata/07-jt808"

type vector struct {
	ID, Direction  string
	Frames, Bodies []string
	Expect         []struct{ Field, Value string }
	Header         []*reading
}

// reading is the independent one of a frame.
type reading struct {
	MsgID      string `json:"msg_id"`
	New        bool   `json:"version_2019"`
	Phone      string
	Serial     uint16
	BodyLen    int   `json:"body_len"`
	Said       int   `json:"body_len_header"`
	SubPackage []int `json:"sub_package"`
	Sum        bool  `json:"checksum_ok"`
	Encrypted  byte
	Location   *struct {
		Alarm, Status uint32
		Lat, Lon      float64
		Altitude      int
		Speed         float64 `json:"speed_kmh"`
		Course        int
		Time          string `json:"time_bcd"`
	}
}

func readVectors(t *testing.T) (all []vector) {
	t.Helper()
	f, err := os.Open(filepath.Join(vectors, "vectors.jsonl"))
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("the shared test data are not beside this tree")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var v vector
		if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
			t.Fatal(err)
		}
		all = append(all, v)
	}
	if len(all) < 300 {
		t.Fatalf("%d vectors", len(all))
	}
	return all
}

// through feeds bytes and returns what comes out: a message or a refusal each.
func through(raw []byte) (all []Message, refusals []error) {
	var s Splitter
	for _, b := range raw {
		frame, err := s.Feed(b)
		if err != nil {
			refusals = append(refusals, err)
		}
		if frame == nil {
			continue
		}
		m, err := Decode(append([]byte{}, frame...))
		if err != nil {
			refusals = append(refusals, err)
		} else {
			all = append(all, m)
		}
	}
	return all, refusals
}

// tally counts what became of the shared frames.
type tally struct{ read, refused, located int }

func TestEveryFrameOfTheSharedVectorsIsReadOrRefusedByName(t *testing.T) {
	var n tally
	for _, v := range readVectors(t) {
		for i, text := range v.Frames {
			n.frame(t, v.ID, text, v.Header[min(i, len(v.Header)-1)])
		}
	}
	t.Logf("%d frames read, %d of them with a position, %d refused by name", n.read, n.located, n.refused)
	if n.read < 130 || n.located < 60 {
		t.Errorf("only %d frames read, %d with a position", n.read, n.located)
	}
}

// frame reads one case, and compares it with the independent reading.
func (n *tally) frame(t *testing.T, id, text string, want *reading) {
	t.Helper()
	raw, err := hex.DecodeString(text)
	if err != nil {
		t.Fatalf("%s: %v", id, err)
	}
	got, refusals := through(raw)
	for _, err := range refusals {
		if named := new(dispatch.Error); !errors.As(err, &named) || named.Code == "" {
			t.Errorf("%s: refused without a name: %v", id, err)
		}
	}
	switch {
	case want == nil || !want.Sum: // a fragment, another dialect, or damaged
		n.refused++
		if len(got) > 0 {
			t.Errorf("%s: %x read as %+v", id, raw, got)
		}
	case strings.Contains(text[2:len(text)-2], "7E7E"): // two frames in one case: the independent reading took them for one
		n.read++
		if len(got) != 2 || got[0].Serial != want.Serial {
			t.Errorf("%s: %d messages in two frames, refused %v", id, len(got), refusals)
		}
	case want.Encrypted != 0 || want.BodyLen != want.Said || unescaped(raw[1:len(raw)-1]):
		n.refused++
		if len(got) > 0 || len(refusals) == 0 {
			t.Errorf("%s: encrypted, of another length or not escaped, and not refused", id)
		}
	case len(got) != 1 || len(got[0].Body) != want.BodyLen:
		t.Errorf("%s: %d messages, refused %v", id, len(got), refusals)
	default:
		n.read++
		n.located += compareMessage(t, id, got[0], want)
	}
}

// compareMessage compares header and position, and counts the position.
func compareMessage(t *testing.T, id string, m Message, want *reading) int {
	t.Helper()
	part := []int{int(m.Parts), int(m.Part)}
	if fmt.Sprintf("0x%04x", m.ID) != strings.ToLower(want.MsgID) || m.New != want.New || m.Serial != want.Serial || m.Phone != want.Phone ||
		(want.SubPackage == nil) != (m.Parts == 0) || want.SubPackage != nil && fmt.Sprint(part) != fmt.Sprint(want.SubPackage) {
		t.Errorf("%s: header %+v, want %+v", id, m.Header, *want)
	}
	w := want.Location
	if w == nil {
		return 0
	}
	l, err := DecodeLocation(m.Body)
	if err != nil {
		t.Errorf("%s: %v", id, err)
		return 0
	}
	clock := ""
	if !l.At.IsZero() {
		clock = l.At.In(china).Format("060102150405")
	}
	if l.Alarm != w.Alarm || l.Status != w.Status || !near(l.Lat, w.Lat) || !near(l.Lon, w.Lon) || l.AltitudeM != int(int16(w.Altitude)) ||
		!near(l.SpeedKMH, w.Speed) || l.Course != w.Course || clock != "" && clock != w.Time {
		t.Errorf("%s: location %+v (%s), want %+v", id, l, clock, *w)
	}
	return 1
}

// unescaped reports bytes that cannot stand inside a frame.
func unescaped(inside []byte) bool {
	for i, b := range inside {
		if b == mark || b == escape && (i+1 == len(inside) || inside[i+1] != 1 && inside[i+1] != 2) {
			return true
		}
	}
	return false
}

func near(a, b float64) bool { return math.Abs(a-b) < 1e-9 }

var plain = regexp.MustCompile(`-?0x[0-9A-Fa-f]+|-?\d+`)

// TestBodiesOfTheSharedVectorsHaveTheExpectedFields reads bare bodies of
// positions and secrets, and compares what the origin's tests look at.
func TestBodiesOfTheSharedVectorsHaveTheExpectedFields(t *testing.T) {
	compared := 0
	for _, v := range readVectors(t) {
		if v.Direction != "decode" || len(v.Bodies) == 0 || len(v.Expect) == 0 {
			continue
		}
		raw, err := hex.DecodeString(v.Bodies[0])
		if err != nil {
			t.Fatalf("%s: %v", v.ID, err)
		}
		switch {
		case strings.Contains(v.ID, "JT808_0x0200Test."):
			l, err := DecodeLocation(raw)
			if err != nil {
				t.Errorf("%s: %v", v.ID, err)
				continue
			}
			for _, e := range v.Expect {
				if want, ok := expected(e.Value); ok && strings.Contains(e.Field, "UploadLocationRequest.") {
					compared += compareLocation(t, v.ID, l, e.Field, want)
				}
			}
		case strings.Contains(v.ID, "JT808_0x0102Test."):
			code, err := DecodeSecret(Message{Body: raw})
			if err != nil || strconv.Quote(code) != v.Expect[0].Value {
				t.Errorf("%s: secret %q, want %s (%v)", v.ID, code, v.Expect[0].Value, err)
			}
			compared++
		}
	}
	t.Logf("%d fields compared", compared)
	if compared < 30 {
		t.Errorf("only %d fields compared", compared)
	}
}

// expected reads a plain number out of a test's expression; those that are put
// together of several are left out.
func expected(value string) (int64, bool) {
	all := plain.FindAllString(value, -1)
	if strings.Contains(value, "0b") || strings.Contains(value, "|") || strings.Contains(value, "DateTime") || len(all) != 1 {
		return 0, false
	}
	n, err := strconv.ParseInt(strings.TrimPrefix(all[0], "+"), 0, 64)
	return n, err == nil
}

func compareLocation(t *testing.T, id string, l Location, field string, want int64) int {
	t.Helper()
	_, name, _ := strings.Cut(field, ".")
	have := map[string]float64{
		"Lat": l.Lat * 1e6, "Lng": l.Lon * 1e6, "Speed": l.SpeedKMH * 10, "AlarmFlag": float64(l.Alarm), "StatusFlag": float64(l.Status),
		"Altitude": float64(l.AltitudeM), "Direction": float64(l.Course),
	}
	got, known := have[name]
	if !known {
		return 0
	}
	if math.Abs(got-float64(want)) > 1e-3 {
		t.Errorf("%s: %s is %v, want %d", id, name, got, want)
	}
	return 1
}

// TestNamedMessagesOfTheSharedVectors reads registrations, batches, answers
// and texts, and compares names and numbers.
func TestNamedMessagesOfTheSharedVectors(t *testing.T) {
	compared := 0
	for _, v := range readVectors(t) {
		if v.Direction != "decode" || len(v.Frames) != 1 {
			continue
		}
		raw, _ := hex.DecodeString(v.Frames[0])
		all, _ := through(raw)
		if len(all) != 1 {
			continue
		}
		have := fieldsOf(t, v.ID, all[0])
		for _, e := range v.Expect {
			field := e.Field[strings.LastIndexByte(e.Field, '.')+1:]
			if strings.Contains(e.Field, "[0]") {
				field = "0." + field
			} else if strings.Contains(e.Field, "[1]") {
				field = "1." + field
			} else if strings.Contains(e.Field, "TrimStart") {
				field = "PlateNo"
			}
			got, known := have[field]
			want := e.Value
			if n, ok := expected(want); ok && !strings.HasPrefix(want, `"`) {
				want = fmt.Sprint(n)
			}
			if !known || strings.Contains(want, "Enums") || strings.Contains(want, "JT808") || strings.Contains(want, "DateTime") {
				continue
			}
			compared++
			if unquoted := strings.Trim(want, `"`); got != unquoted && strings.TrimLeft(got, "0") != strings.TrimLeft(unquoted, "0") {
				t.Errorf("%s: %s is %q, want %s", v.ID, e.Field, got, e.Value)
			}
		}
	}
	t.Logf("%d fields compared", compared)
	if compared < 40 {
		t.Errorf("only %d fields compared", compared)
	}
}

func fieldsOf(t *testing.T, id string, m Message) map[string]string {
	t.Helper()
	have := map[string]string{"TerminalPhoneNo": m.Phone}
	fail := func(err error) {
		if err != nil {
			t.Errorf("%s: %v", id, err)
		}
	}
	switch m.ID {
	case Register:
		g, err := DecodeRegistration(m)
		fail(err)
		have["AreaID"], have["CityOrCountyId"], have["MakerId"] = fmt.Sprint(g.Province), fmt.Sprint(g.City), g.Maker
		have["TerminalModel"], have["TerminalId"], have["PlateNo"], have["PlateColor"] = g.Model, g.Device, g.Plate, fmt.Sprint(g.PlateColour)
	case Batch:
		all, err := DecodeBatch(m.Body)
		fail(err)
		have["Count"] = fmt.Sprint(len(all))
		for i, l := range all {
			at := fmt.Sprint(i, ".")
			have[at+"Lat"], have[at+"Lng"] = fmt.Sprintf("%.0f", l.Lat*1e6), fmt.Sprintf("%.0f", l.Lon*1e6)
			have[at+"Speed"], have[at+"AlarmFlag"], have[at+"StatusFlag"] = fmt.Sprintf("%.0f", l.SpeedKMH*10), fmt.Sprint(l.Alarm), fmt.Sprint(l.Status)
		}
	case TerminalAnswer, Answer:
		a, err := DecodeAnswer(m.Body)
		fail(err)
		have["ReplyMsgNum"] = fmt.Sprint(a.Serial)
	case RegisterAnswer:
		serial, _, secret, err := DecodeRegisterAnswer(m.Body)
		fail(err)
		have["Code"], have["AckMsgNum"] = secret, fmt.Sprint(serial)
	case SendText:
		flag, text, err := DecodeText(m)
		fail(err)
		have["TextInfo"], have["TextFlag"] = text, fmt.Sprint(flag)
	}
	return have
}

// TestTheAttachmentStreamIsNoTrouble reads the Su standard's upload sessions: a
// dialect of another port, whose bytes must be refused and nothing more.
func TestTheAttachmentStreamIsNoTrouble(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(vectors, "su-biao", "*"))
	if err != nil || len(files) == 0 {
		t.Skip("the shared test data are not beside this tree")
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, raw := range [][]byte{text, unhex(string(text))} {
			all, refusals := through(raw)
			for _, m := range all {
				if m.ID < 0x1210 || m.ID > 0x1212 {
					t.Errorf("%s: read as message %04x", filepath.Base(file), m.ID)
				}
			}
			if len(refusals) > 10 {
				t.Errorf("%s: %d refusals", filepath.Base(file), len(refusals))
			}
		}
	}
}

func unhex(text string) []byte {
	raw, err := hex.DecodeString(strings.TrimSpace(text))
	if err != nil {
		return nil
	}
	return raw
}
