package cot

import (
	"bytes"
	"encoding/hex"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"google.golang.org/protobuf/encoding/protowire"

	"onemap/dispatch"
	"onemap/dispatch/wire/markup"
)

// uids reads a stream to its end: the uid of each event, or the code of a refusal.
func uids(s *Stream) (found []string, end error) {
	for {
		e, err := s.Next()
		var named *dispatch.Error
		switch {
		case Broken(err):
			return found, err
		case errors.As(err, &named):
			found = append(found, named.Code)
		case e != nil:
			found = append(found, e.UID)
		}
	}
}

func TestEventsInWhateverPieces(t *testing.T) {
	second := strings.Replace(self, "ANDROID-1", "ANDROID-2", 1)
	bad := strings.Replace(self, `lat="39.935"`, `lat="x"`, 1)
	empty := `<event version="2.0"/>`
	text := "\x00\n<?xml version=\"1.0\"?>\n" + self + "<?xml version='1.0' encoding='UTF-8'?>\n" + bad + empty + "  " + second + "\n\n"
	want := "ANDROID-1 cot_place cot_time ANDROID-2"
	for name, r := range map[string]io.Reader{
		"at once": strings.NewReader(text), "byte by byte": iotest.OneByteReader(strings.NewReader(text)),
		"halves": iotest.HalfReader(strings.NewReader(text)), "with the end": iotest.DataErrReader(strings.NewReader(text)),
	} {
		got, end := uids(NewStream(r))
		if strings.Join(got, " ") != want || !errors.Is(end, io.EOF) {
			t.Errorf("%s: %q, %v", name, got, end)
		}
	}
	for cut := range len(self) {
		got, end := uids(NewStream(io.MultiReader(strings.NewReader(self[:cut]), strings.NewReader(self[cut:]+second))))
		if strings.Join(got, " ") != "ANDROID-1 ANDROID-2" || !errors.Is(end, io.EOF) {
			t.Fatalf("cut at %d: %q, %v", cut, got, end)
		}
	}
}

func TestStreamsThatEndBadly(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want error
	}{
		"no end":   {"<event>" + strings.Repeat("x", maxEvent+10), ErrFrame},
		"cut off":  {self[:100], io.ErrUnexpectedEOF},
		"no words": {"GET / HTTP/1.1\r\n\r\n", io.ErrUnexpectedEOF},
	} {
		if got, end := uids(NewStream(strings.NewReader(c.text))); len(got) != 0 || !errors.Is(end, c.want) {
			t.Errorf("%s: %q, %v", name, got, end)
		}
	}
	for name, c := range map[string]struct {
		raw  []byte
		want error
	}{
		"xml after the switch": {[]byte(self), ErrFrame},
		"huge":                 {[]byte{magic, 0xff, 0xff, 0xff, 0xff, 0x0f}, ErrFrame},
		"endless length":       {append([]byte{magic}, bytes.Repeat([]byte{0xff}, 12)...), nil},
		"cut":                  {[]byte{magic, 5, 1}, io.ErrUnexpectedEOF},
	} {
		s := NewStream(bytes.NewReader(c.raw))
		s.Switch()
		if got, end := uids(s); len(got) != 0 || c.want != nil && !errors.Is(end, c.want) {
			t.Errorf("%s: %q, %v", name, got, end)
		}
	}
}

func TestFramesAndDatagrams(t *testing.T) {
	e := mustDecode(t, self)
	message := e.EncodeMessage()
	bad := Frame([]byte{0xff})
	control := Frame(protowire.AppendBytes(protowire.AppendTag(nil, messageControl, protowire.BytesType), []byte{8, 1, 16, 1}))
	s := NewStream(iotest.OneByteReader(bytes.NewReader(append(append(append(Frame(message), control...), bad...), Frame(message)...))))
	s.Switch()
	if got, end := uids(s); strings.Join(got, " ") != "ANDROID-1 tak_malformed ANDROID-1" || !errors.Is(end, io.EOF) {
		t.Errorf("%q, %v", got, end)
	}
	for name, raw := range map[string][]byte{"xml": []byte(self), "mesh": append([]byte{0xbf, 1, 0xbf}, message...), "mesh of XML": append([]byte{0xbf, 0, 0xbf}, self...)} {
		if got, err := DecodeDatagram(raw); err != nil || got.UID != e.UID {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	for _, raw := range [][]byte{{0xbf}, {0xbf, 1}, {0xbf, 2, 0xbf}, {0xbf, 0xff, 0xff}} {
		if _, err := DecodeDatagram(raw); !errors.Is(err, ErrFrame) {
			t.Errorf("%x: %v", raw, err)
		}
	}
}

func TestWhatFitsIsTypedAndTheRestIsXML(t *testing.T) {
	text := strings.NewReplacer(`<contact callsign="海港01"/>`, `<contact callsign="海港01" phone="1"/><takv os="29" version="4" device="d"/><status battery="83"/>`, `"Cyan"`, `""`).Replace(self)
	e := mustDecode(t, text)
	message := e.EncodeMessage()
	for _, kept := range []string{`<contact callsign=`, `<takv os="29"`, `<__group name=""`} {
		if !bytes.Contains(message, []byte(kept)) {
			t.Errorf("%s is not kept as XML", kept)
		}
	}
	for _, gone := range []string{"<status", "<track"} {
		if bytes.Contains(message, []byte(gone)) {
			t.Errorf("%s is not typed", gone)
		}
	}
	there(t, e)
	// what stands in both is the XML's
	own := protowire.AppendBytes(protowire.AppendTag(nil, 2, protowire.BytesType), protowire.AppendString(protowire.AppendTag(nil, 2, protowire.BytesType), "typed"))
	both := protowire.AppendBytes(protowire.AppendTag(own, detailXML, protowire.BytesType), []byte(`<contact callsign="xml"/>`))
	var got Event
	if err := got.takeDetail(both); err != nil || got.CallSign() != "xml" {
		t.Errorf("%q, %v", got.CallSign(), err)
	}
	dtd := protowire.AppendBytes(protowire.AppendTag(nil, detailXML, protowire.BytesType), []byte(`</detail><!DOCTYPE a><detail>`))
	if err := got.takeDetail(dtd); !errors.Is(err, markup.ErrDTD) {
		t.Errorf("a document type within: %v", err)
	}
}

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{self, cry, `<event version="2.0"/>`, strings.Replace(self, "00.000Z", "00:00Z", 1)} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		for _, e := range heardOf(t, raw, NewStream(bytes.NewReader(raw))) {
			again(t, e)
		}
	})
}

func FuzzDecodeMessage(f *testing.F) {
	for _, seed := range []string{self, cry} {
		e := mustDecode(f, seed)
		f.Add(e.EncodeMessage())
		f.Add(Frame(e.EncodeMessage()))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		s := NewStream(bytes.NewReader(raw))
		s.Switch()
		for _, e := range heardOf(t, raw, s) {
			again(t, e)
		}
		e, err := DecodeMessage(raw)
		var named *dispatch.Error
		if err != nil && !errors.As(err, &named) {
			t.Fatalf("a refusal without a name: %v", err)
		}
		if err == nil && e != nil {
			again(t, e)
		}
	})
}

func heardOf(t *testing.T, raw []byte, s *Stream) (all []*Event) {
	t.Helper()
	for range len(raw) + 1 {
		e, err := s.Next()
		if Broken(err) {
			return all
		}
		if err == nil && e != nil {
			all = append(all, e)
		}
	}
	t.Fatal("the stream does not end")
	return nil
}

// again sends what was read out and in once more: nothing that is read may be
// something that cannot be written.
func again(t *testing.T, e *Event) {
	t.Helper()
	if f, err := e.Fix(); err == nil && f.Heading != nil && (*f.Heading < 0 || *f.Heading > 360) {
		t.Fatalf("heading %v", *f.Heading)
	}
	back, err := DecodeMessage(e.EncodeMessage())
	if err != nil {
		var named *dispatch.Error
		if errors.As(err, &named) {
			return // grew past a limit, or holds what XML cannot
		}
		t.Fatal(err)
	}
	if back.UID != e.UID || back.Type != e.Type {
		t.Fatalf("%+v came back as %+v", e, back)
	}
}

// TestTheBytesOfAMessage pins the field numbers: these bytes are laid out as two
// other encoders lay theirs out, and would not survive a renumbering.
func TestTheBytesOfAMessage(t *testing.T) {
	const want = "bf97011294010a09612d662d472d552d432a09414e44524f49442d313080a0cfada0343880a0cfada03440c0c9d6ada0344a036d2d67" +
		"5148e17a14aef74340596666666666e65d4061000000e0cf12634169cdcccccccccc234071000000e0cf126341" +
		"7a35120a1208e6b5b7e6b8af30311a130a044379616e120b5465616d204d656d6265723a12090000000000000c40110000000000a05640"
	if got := hex.EncodeToString(Frame(mustDecode(t, self).EncodeMessage())); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func BenchmarkDecode(b *testing.B) {
	raw := []byte(self)
	message := mustDecode(b, self).EncodeMessage()
	b.Run("xml", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := Decode(raw); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("protobuf", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := DecodeMessage(message); err != nil {
				b.Fatal(err)
			}
		}
	})
}
