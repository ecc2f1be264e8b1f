package jt808

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"onemap/dispatch"
)

var (
	old   = Header{Phone: "013912345678", Serial: 7}
	newer = Header{New: true, Version: 1, Phone: "00000000013912345678", Serial: 7}
	noon  = time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)
)

func headed(h Header, id uint16) Header {
	h.ID = id
	return h
}

func TestAFrameReadsBackWhateverItsBytes(t *testing.T) {
	body := []byte{0x7e, 0x7d, 0x01, 0x02, 0x7d, 0x02, 0x7e, 0x7e}
	for _, h := range []Header{headed(old, Report), headed(newer, Batch), {ID: Batch, Phone: "000000000001", Serial: 65535, Parts: 3, Part: 2}} {
		raw := Append(nil, h, body)
		all, refusals := through(raw)
		if len(refusals) > 0 || len(all) != 1 {
			t.Fatalf("%d messages, %v", len(all), refusals)
		}
		if diff := cmp.Diff(Message{h, body}, all[0]); diff != "" {
			t.Error(diff)
		}
		if bytes.Count(raw, []byte{mark}) != 2 {
			t.Errorf("%x has a mark inside", raw)
		}
	}
}

// TestDamagedFramesAreRefusedByName is line 89 of the torture list.
func TestDamagedFramesAreRefusedByName(t *testing.T) {
	good := Append(nil, headed(old, Report), AppendLocation(nil, Moving(119.6, 39.9, 36, 90, noon)))
	inside := func(raw []byte) []byte { return raw[1 : len(raw)-1] }
	flip := bytes.Clone(good)
	flip[20] ^= 1
	lie := Append(nil, headed(old, Report), []byte{1, 2, 3})
	lie[4]++                 // the length
	lie[len(lie)-2] ^= 3 ^ 4 // and a checksum that fits
	secret := Append(nil, Header{ID: Report, Phone: "1", Encrypted: 1}, []byte{1})
	for name, c := range map[string]struct {
		raw  []byte
		code string
	}{
		"a wrong checksum":         {flip, "bad_checksum"},
		"a wrong escape":           {[]byte{mark, 1, escape, 3, 5, mark}, "bad_escape"},
		"an escape at the end":     {[]byte{mark, 1, escape, mark}, "bad_escape"},
		"a length that lies":       {lie, "bad_length"},
		"half a header":            {[]byte{mark, 2, 0, 0, 2, mark}, "short_message"},
		"an encrypted body":        {secret, "encrypted"},
		"part 4 of 3":              {Append(nil, Header{ID: Batch, Phone: "1", Parts: 3, Part: 4}, nil), "bad_parts"},
		"no end":                   {append([]byte{mark}, bytes.Repeat([]byte{1}, 5000)...), "frame_too_long"},
		"nothing but marks":        {bytes.Repeat([]byte{mark}, 70), "mark_flood"},
		"bytes before the mark":    {append([]byte("GET / HTTP/1.1"), good...), ""},
		"the very end of another":  {append(inside(good), good...), ""},
		"one mark between the two": {append(bytes.Clone(good[:len(good)-1]), good...), ""},
	} {
		t.Run(name, func(t *testing.T) {
			all, refusals := through(c.raw)
			if c.code == "" {
				if len(all) == 0 || len(refusals) > 0 {
					t.Errorf("%d messages, refused %v", len(all), refusals)
				}
				return
			}
			var named *dispatch.Error
			if len(all) > 0 || len(refusals) != 1 || !errors.As(refusals[0], &named) || named.Code != c.code {
				t.Errorf("%d messages, refused %v, want %s", len(all), refusals, c.code)
			}
		})
	}
}

func TestAFrameHoldsNoMoreThanAFrame(t *testing.T) {
	var s Splitter
	s.Feed(mark)
	for range 1 << 20 {
		s.Feed(1)
	}
	if cap(s.buf) > 2*mostRaw {
		t.Errorf("%d bytes kept of a frame without end", cap(s.buf))
	}
	if frame, _ := s.Feed(mark); frame != nil {
		t.Errorf("a frame of %d bytes", len(frame))
	}
}

func TestLocationsOfEveryHemisphere(t *testing.T) {
	for _, at := range [][2]float64{{119.6, 39.9}, {-119.6, 39.9}, {119.6, -39.9}, {-119.6, -39.9}} {
		mileage := 1234.5
		want := Moving(at[0], at[1], 36.5, 271, noon)
		want.MileageKM = &mileage
		got, err := DecodeLocation(AppendLocation(nil, want))
		if err != nil {
			t.Fatal(err)
		}
		got.Status, got.Extras, want.Extras = want.Status, 0, 0
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
}

// TestClocksThatCannotBe is line 93 of the torture list, as far as the wire goes.
func TestClocksThatCannotBe(t *testing.T) {
	for reading, want := range map[string]time.Time{
		"\x26\x11\x23\x12\x00\x00": noon,
		"\x26\x13\x45\x99\x99\x99": {},
		"\xff\xff\xff\xff\xff\xff": {},
		"\x00\x00\x00\x00\x00\x00": {},
		"\x00\x01\x01\x00\x00\x00": time.Date(1999, 12, 31, 16, 0, 0, 0, time.UTC),
	} {
		if got := moment([]byte(reading)); !got.Equal(want) {
			t.Errorf("%x is %s, want %s", reading, got, want)
		}
	}
}

func TestPartsThatNeverComeAreGivenUp(t *testing.T) {
	part := func(serial, parts, n uint16, size int) Message {
		return Message{Header{ID: Batch, Serial: serial, Parts: parts, Part: n}, bytes.Repeat([]byte{byte(n)}, size)}
	}
	var p parts
	for n := uint16(1); n <= 1000; n++ { // 1,000 messages whose second part never comes
		if whole, _ := p.add(part(n*10, 2, 1, 1000), noon); whole != nil {
			t.Fatal("half a message is whole")
		}
	}
	if p.bytes > mostWhole || len(p.got) > mostParts {
		t.Errorf("%d bytes in %d parts kept", p.bytes, len(p.got))
	}
	p = parts{}
	for _, c := range []struct {
		m     Message
		later time.Duration
		whole string
		bad   bool
	}{
		{part(11, 3, 2, 1), 0, "", false}, {part(11, 3, 2, 1), 0, "", false}, {part(12, 3, 3, 1), 0, "", false}, {part(10, 3, 1, 1), 0, "\x01\x02\x03", false},
		{part(20, 2, 1, 1), 0, "", false}, {part(21, 2, 2, 1), 2 * partsLimit, "", true}, // too late: the first is forgotten
		{part(65535, 2, 1, 1), 3 * partsLimit, "", true}, {part(0, 2, 2, 1), 3 * partsLimit, "\x01\x02", false}, // serials turn over
		{part(1, mostParts+1, 1, 1), 0, "", true},
	} {
		whole, err := p.add(c.m, noon.Add(c.later))
		got := ""
		if whole != nil {
			got = string(whole.Body)
		}
		if got != c.whole || (err != nil) != c.bad {
			t.Errorf("part %d of %d (serial %d): %q, %v", c.m.Part, c.m.Parts, c.m.Serial, got, err)
		}
	}
	p = parts{}
	var err error
	for n := uint16(1); n <= 60 && err == nil; n++ {
		_, err = p.add(part(n, 60, n, mostBody), noon)
	}
	if err == nil || !strings.Contains(err.Error(), "bytes in parts") || p.got != nil {
		t.Errorf("60 whole parts were taken: %v", err)
	}
}

// FuzzStream feeds anything: no panic, and what is read is written the same.
func FuzzStream(f *testing.F) {
	at := AppendLocation(nil, Moving(119.6, 39.9, 36, 90, noon).Cry())
	for _, seed := range [][]byte{
		Append(nil, headed(old, Report), at),
		Append(nil, headed(newer, Report), at),
		Append(nil, headed(old, Batch), AppendBatch(nil, []Location{Moving(119.6, 39.9, 36, 90, noon), Moving(-1, -1, 0, 0, noon)})),
		Append(nil, headed(old, Register), AppendRegistration(nil, old, Registration{Province: 13, City: 300, Maker: "ONEMP", Model: "X1", Device: "A1", PlateColour: 2, Plate: "C12345"})),
		Append(nil, headed(newer, Register), AppendRegistration(nil, newer, Registration{Maker: "ONEMP"})),
		Append(nil, headed(old, Authenticate), AppendSecret(nil, old, "secret")),
		Append(nil, headed(newer, Authenticate), AppendSecret(nil, newer, "secret")),
		Append(nil, Header{ID: Batch, Phone: "1", Parts: 2, Part: 1}, at),
		{mark, mark, escape, 1, mark},
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		all, _ := through(raw)
		var p parts
		for _, m := range all {
			back, refusals := through(Append(nil, m.Header, m.Body))
			if len(back) != 1 || len(refusals) > 0 || back[0].Header != m.Header || !bytes.Equal(back[0].Body, m.Body) {
				t.Fatalf("%+v reads back as %+v (%v)", m, back, refusals)
			}
			if m.Parts > 0 {
				_, _ = p.add(m, noon)
			}
			for _, read := range []func() error{
				func() error { _, err := DecodeRegistration(m); return err },
				func() error { _, err := DecodeSecret(m); return err },
				func() error { l, err := DecodeLocation(m.Body); l.Fix(); return err },
				func() error { _, err := DecodeBatch(m.Body); return err },
				func() error { _, err := DecodeAnswer(m.Body); return err },
				func() error { _, _, err := DecodeText(m); return err },
			} {
				if err := read(); err != nil && !errors.As(err, new(*dispatch.Error)) {
					t.Fatalf("refused without a name: %v", err)
				}
			}
		}
	})
}
