package nmea

import (
	"bufio"
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
	"time"

	"onemap/dispatch"
)

const examples = "../../../../shared/testdata/09-nmea"

// sealed is a sentence with its checksum.
func sealed(body string) string {
	sum := byte(0)
	for _, c := range []byte(body) {
		sum ^= c
	}
	return fmt.Sprintf("$%s*%02X", body, sum)
}

func TestSentencesOfOneInstantMakeOneFix(t *testing.T) {
	for _, talker := range []string{"GP", "GN", "BD", "GB"} {
		log := strings.Join([]string{
			"# a log", sealed(talker + "GGA,053233.000,3956.0000,N,11936.0000,E,1,09,1.2,30.0,M,,,,"),
			sealed(talker + "RMC,053233.000,A,3956.0000,N,11936.0000,E,10.0,271.5,231126,,,A"),
			sealed(talker + "VTG,272.5,T,,M,12.0,N,22.2,K,A"),
			sealed(talker + "GSV,1,1,00"), "$GPRMC,garbled*00", "",
			sealed(talker + "RMC,053234.000,V,,,,,,,231126,,,N"),
		}, "\r\n")
		l, err := Decode([]byte(log))
		if err != nil || len(l.Fixes) != 1 || l.Bad["bad_checksum"] != 1 || l.Sentences != 5 {
			t.Fatalf("%s: %+v, %v", talker, l, err)
		}
		f := l.Fixes[0]
		if !f.DeviceAt.Equal(time.Date(2026, 11, 23, 5, 32, 33, 0, time.UTC)) || math.Abs(f.Point[0]-119.6) > 1e-9 || math.Abs(f.Point[1]-39.933333333) > 1e-8 ||
			math.Abs(*f.SpeedMPS-12*knot) > 1e-9 || *f.Heading != 272.5 || *f.Satellites != 9 || *f.AccuracyM != 6 || f.Unit != (dispatch.ID{}) {
			t.Errorf("%s: %+v", talker, f)
		}
	}
}

func TestMidnightAndDatesToCome(t *testing.T) {
	gga := func(at string) string { return sealed("GNGGA," + at + ",3956.0,N,11936.0,E,1,09,1.2,,M,,M,,") }
	l, err := Decode([]byte(gga("235957") + "\n" + sealed("GNRMC,235958,A,3956.0,N,11936.0,E,0.0,,231126,,,A") + "\n" + gga("235959") + "\n" + gga("000001") + "\n"))
	if err != nil || l.Undated != 1 || len(l.Fixes) != 3 {
		t.Fatalf("%+v, %v", l, err)
	}
	if at := l.Fixes[2].DeviceAt; !at.Equal(time.Date(2026, 11, 24, 0, 0, 1, 0, time.UTC)) {
		t.Errorf("after midnight it is %s", at)
	}
	for raw, want := range map[string]error{
		"": ErrNoNMEA, "hello\n$": ErrNoNMEA, gga("120000"): ErrNoDate, sealed("GPRMC,120000,V,,,,,,,231126,,"): ErrNoFix,
		strings.Repeat("x", MostBytes+1): ErrTooLarge,
	} {
		if _, err := Decode([]byte(raw)); !errors.Is(err, want) {
			t.Errorf("%.40q: %v, want %v", raw, err, want)
		}
	}
}

func TestWhatIsNoSentence(t *testing.T) {
	for line, want := range map[string]error{
		"": ErrSentence, "GPRMC": ErrSentence, "$GPRMC,1*": ErrChecksum, "$GPRMC,120000,A": ErrChecksum, "$" + strings.Repeat("G", maxLine): ErrSentence,
		"$GP\x00MC*00": ErrSentence, sealed("GPRMC,250000,A,3956.0,N,11936.0,E,,,231126,,"): ErrField, sealed("GPRMC,120000,A,3956.0,N,11936.0,E,,,320126,,"): ErrField,
		sealed("GPRMC,120000,A,3960.0,N,11936.0,E,,,231126,,"): ErrField, sealed("GPRMC,120000,A,9956.0,N,11936.0,E,,,231126,,"): ErrField,
		sealed("GPRMC,120000,A,3956.0,X,11936.0,E,,,231126,,"): ErrField, sealed("GPRMC,120000,A,NaN,N,11936.0,E,,,231126,,"): ErrField,
		sealed("GPGGA,120000,3956.0,N,11936.0,E,A,,,,,,,"): ErrField,
	} {
		if _, err := Parse(line); !errors.Is(err, want) {
			t.Errorf("%.60q: %v, want %v", line, err, want)
		}
	}
}

// given reads a value as the examples write it.
func given(text string) (float64, bool) {
	text = strings.Trim(text, `"`)
	if m := regexp.MustCompile(`\("([0-9.]+) ([NSEW])"\)`).FindStringSubmatch(text); m != nil {
		plus, minus := "N", "S"
		if m[2] == "E" || m[2] == "W" {
			plus, minus = "E", "W"
		}
		return angle(m[1], m[2], plus, minus)
	}
	v, err := strconv.ParseFloat(text, 64)
	return v, err == nil
}

// TestExampleSentences holds single sentences against what another reader made
// of them.
func TestExampleSentences(t *testing.T) {
	file, err := os.Open(filepath.Join(examples, "sentences.jsonl"))
	if err != nil {
		t.Skipf("no example sentences: %v", err)
	}
	defer file.Close()
	compared, refused := 0, 0
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var c struct {
			Name, Raw string
			Error     *string
			Expect    map[string]string
		}
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			continue // values of other kinds of sentences
		}
		kind := ""
		if len(c.Raw) > 6 {
			kind = c.Raw[3:6]
		}
		if !strings.Contains(" RMC GGA VTG ", " "+kind+" ") {
			if _, err := Parse(c.Raw); err == nil && c.Error != nil && strings.Contains(*c.Error, "checksum") && c.Name != "checksum ok" { // whose error is another's
				t.Errorf("%s is taken, expected %s", c.Raw, *c.Error)
			}
			continue
		}
		s, err := Parse(c.Raw)
		if c.Error != nil {
			if refused++; err == nil {
				t.Errorf("%s is taken, expected %s", c.Raw, *c.Error)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", c.Raw, err)
			continue
		}
		for name, got := range map[string]*float64{"Latitude": nil, "Longitude": nil, "Course": (*float64)(s.Heading), "TrueTrack": (*float64)(s.Heading), "HDOP": s.HDOP} {
			want, ok := given(c.Expect[name])
			if s.Point != nil && name == "Latitude" {
				got = &s.Point[1]
			} else if s.Point != nil && name == "Longitude" {
				got = &s.Point[0]
			}
			if ok && got != nil {
				if compared++; math.Abs(*got-want) > 1e-9 {
					t.Errorf("%s: %s is %v, want %v", c.Raw, name, *got, want)
				}
			}
		}
		if want, ok := given(c.Expect["Speed"]); ok && s.SpeedMPS != nil && math.Abs(*s.SpeedMPS-want*knot) > 1e-9 {
			t.Errorf("%s: speed %v", c.Raw, *s.SpeedMPS)
		}
	}
	if compared < 30 || refused < 8 {
		t.Errorf("%d values compared, %d refusals", compared, refused)
	}
}

// TestReceiverLogs reads real logs: every position is one that another reader
// found too, or the log is refused by name.
func TestReceiverLogs(t *testing.T) {
	logs, _ := filepath.Glob(filepath.Join(examples, "gpsd", "*.log"))
	if len(logs) == 0 {
		t.Skip("no receiver logs beside the project")
	}
	agreed := 0
	for _, name := range logs {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		l, err := Decode(raw)
		var own *dispatch.Error
		if err != nil && !errors.As(err, &own) {
			t.Errorf("%s: %v", name, err)
		}
		checks, err := os.ReadFile(name + ".chk")
		if err != nil {
			t.Fatal(err)
		}
		type place struct{ Lat, Lon *float64 }
		var places []place
		for line := range strings.Lines(string(checks)) {
			var p place
			if json.Unmarshal([]byte(line), &p) == nil && p.Lat != nil && p.Lon != nil {
				places = append(places, p)
			}
		}
		found := 0
		for _, f := range l.Fixes {
			for _, p := range places {
				if math.Abs(*p.Lat-f.Point[1]) < 2e-6 && math.Abs(*p.Lon-f.Point[0]) < 2e-6 {
					found++
					break
				}
			}
		}
		agreed += found
		if len(places) > 0 && found < len(l.Fixes) {
			t.Errorf("%s: %d of %d positions are found by the other reader", filepath.Base(name), found, len(l.Fixes))
		}
		t.Logf("%s: %d fixes, bad %v, undated %d, %v", filepath.Base(name), len(l.Fixes), l.Bad, l.Undated, own)
	}
	if agreed < 400 {
		t.Errorf("%d positions agreed", agreed)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(sealed("GNRMC,053233.438,A,3956.0,N,11936.0,E,0.07,167.42,231126,,,A") + "\r\n" + sealed("GNGGA,053233.438,3956.0,N,11936.0,E,1,5,1.5,,M,,M,,")))
	f.Add([]byte("$$*\n$GPRMC,,,,,,,,,*00\n" + sealed("GPZDA,235959.999,31,12,2026,00,00")))
	f.Add([]byte{'$', 0, '*', 0xff})
	f.Fuzz(func(t *testing.T, raw []byte) {
		l, err := Decode(raw)
		if (err == nil) != (len(l.Fixes) > 0) && !errors.Is(err, ErrTooMany) {
			t.Fatalf("%d fixes and %v", len(l.Fixes), err)
		}
		for _, fix := range l.Fixes {
			if math.Abs(fix.Point[0]) > 180 || math.Abs(fix.Point[1]) > 90 || fix.DeviceAt.IsZero() {
				t.Fatalf("%+v", fix)
			}
		}
	})
}
