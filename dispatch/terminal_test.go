package dispatch

import (
	"strings"
	"testing"
	"time"

	"onemap/geo/crs"
)

var aTerminal = Terminal{ID: ID{1}, Protocol: JT808, Identity: "013912345678", Unit: ID{2}, Datum: crs.GCJ02, Clock: DeviceClock, SkewS: DefaultSkew, Enabled: true}

func TestATerminalIsPutOrAllThatIsWrongIsSaid(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Terminal)
		codes  string
	}{
		"as it should be":          {func(*Terminal) {}, ""},
		"a maker's device id":      {func(t *Terminal) { t.Identity = "4E5DE66FBA22" }, ""},
		"a phone app's own name":   {func(t *Terminal) { t.Protocol, t.Identity = OsmAnd, "王队长的手机" }, ""},
		"a number with a dash":     {func(t *Terminal) { t.Identity = "139-1234" }, "bad_phone"},
		"21 digits":                {func(t *Terminal) { t.Identity = strings.Repeat("1", 21) }, "bad_phone"},
		"nothing but zeros":        {func(t *Terminal) { t.Identity = "000" }, "required"},
		"a name with a line break": {func(t *Terminal) { t.Protocol, t.Identity = CoT, "a\nb" }, "bad_text"},
		"an unknown tongue":        {func(t *Terminal) { t.Protocol = "ais" }, "bad_enum"},
		"an unknown datum":         {func(t *Terminal) { t.Datum = "xian80" }, "bad_enum"},
		"three wrong things":       {func(t *Terminal) { t.Clock, t.SkewS, t.Note = "gps", 0, strings.Repeat("长", 401) }, "bad_enum out_of_range too_long"},
		"skew of more than a week": {func(t *Terminal) { t.SkewS = mostSkew + 1 }, "out_of_range"},
	} {
		t.Run(name, func(t *testing.T) {
			terminal := aTerminal
			c.change(&terminal)
			_, err := terminal.Put(nil, SecretKept, nil, noonUTC)
			var codes []string
			if refusal, ok := err.(*Error); ok {
				for _, f := range refusal.Fields {
					codes = append(codes, f.Code)
				}
			}
			if got := strings.Join(codes, " "); got != c.codes {
				t.Errorf("refused for %q, want %q (%v)", got, c.codes, err)
			}
		})
	}
}

var noonUTC = time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)

func TestANumberIsOneHoweverManyZerosFillItUp(t *testing.T) {
	for _, as := range []string{"13912345678", "013912345678", "00000000013912345678"} {
		if got := CalledAs(JT808, as); got != "13912345678" {
			t.Errorf("%s is %s", as, got)
		}
	}
	if CalledAs(JT808, "00AB") != "ab" || CalledAs(CoT, "00AB") != "00AB" {
		t.Error("a device id loses its zeros and case, another's name does not")
	}
}

func TestASecretLivesAsWished(t *testing.T) {
	var now Terminal
	hash := []byte{1}
	fold := func(out Outcome, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		now.Apply(out.Facts[0], noonUTC)
	}
	fold(aTerminal.Put(nil, SecretKept, nil, noonUTC))
	if now.SecretAt != nil || now.Identity != "13912345678" {
		t.Errorf("a new terminal is %+v", now)
	}
	fold(now.Enrol(hash, noonUTC))
	if now.SecretAt == nil || now.Version != 2 {
		t.Errorf("enrolled, it is %+v", now)
	}
	if _, err := now.Enrol(hash, noonUTC); !ErrEnrolled.Is(err) {
		t.Errorf("enrolled twice: %v", err)
	}
	old := now
	fold(aTerminal.Put(&old, SecretKept, nil, noonUTC.Add(time.Hour)))
	if now.SecretAt == nil || !now.SecretAt.Equal(noonUTC) {
		t.Errorf("its secret is of %v", now.SecretAt)
	}
	old = now
	out, err := aTerminal.Put(&old, SecretMade, hash, noonUTC.Add(time.Hour))
	fold(out, err)
	if f := out.Facts[0].(*TerminalPut); len(f.Hash) == 0 || now.SecretAt.Equal(noonUTC) {
		t.Errorf("a new secret is of %v, with hash %x", now.SecretAt, f.Hash)
	}
	old = now
	fold(aTerminal.Put(&old, SecretTaken, nil, noonUTC))
	if now.SecretAt != nil {
		t.Error("the secret was taken and is there")
	}
	fold(now.Remove())
	if _, err := now.Enrol(hash, noonUTC); !now.Removed || now.Enabled || !ErrNotFound.Is(err) {
		t.Errorf("removed, it is %+v, and enrols with %v", now, err)
	}
}

func TestAPictureKnowsTerminalsByWhatTheyCallThemselves(t *testing.T) {
	put := func(p *Picture, seq Seq, version int, f Fact) *Picture {
		return p.Next([]Event{{Seq: seq, Version: version, Fact: f, RecordedAt: noonUTC}})
	}
	one, renamed := aTerminal, aTerminal
	one.Identity, renamed.Identity = "1", "2"
	before := NewPicture(1, "e", nil)
	first := put(before, 2, 1, &TerminalPut{Terminal: one})
	second := put(first, 3, 2, &TerminalPut{Terminal: renamed})
	third := put(second, 4, 3, &TerminalRemoved{renamed.ID})
	for i, c := range []struct {
		p        *Picture
		one, two bool
	}{{before, false, false}, {first, true, false}, {second, false, true}, {third, false, false}, {third.Then(2, noonUTC, []Entity{first.Terminals[one.ID]}, nil), true, false}, {second.Then(1, noonUTC, nil, []Ref{one.Ref()}), false, false}} {
		if got := c.p.TerminalCalled(JT808, "1") != nil; got != c.one {
			t.Errorf("picture %d knows 1: %t", i, got)
		}
		if got := c.p.TerminalCalled(JT808, "2") != nil; got != c.two {
			t.Errorf("picture %d knows 2: %t", i, got)
		}
		if c.p.TerminalCalled(CoT, "1") != nil || c.p.TerminalCalled(JT808, "") != nil {
			t.Errorf("picture %d knows what there never was", i)
		}
	}
	back := put(third, 5, 4, &TerminalPut{Terminal: one})
	if got := back.TerminalCalled(JT808, "1"); got == nil || got.Version != 4 {
		t.Errorf("put again it is %+v", got)
	}
}
