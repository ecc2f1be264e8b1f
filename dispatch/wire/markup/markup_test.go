package markup

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"

	"onemap/dispatch"
)

var small = Limits{Bytes: 1 << 20, Depth: 8, Elements: 100}

func TestWhatIsRefusedByName(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want *dispatch.Error
	}{
		"dtd":             {`<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>`, ErrDTD},
		"entity declared": {`<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>`, ErrDTD},
		"laughs":          {`<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><l>&b;</l>`, ErrDTD},
		"entity":          {`<a>&b;</a>`, ErrEntity},
		"deep":            {strings.Repeat("<a>", 9), ErrTooDeep},
		"wide":            {"<a>" + strings.Repeat("<b/>", 100) + "</a>", ErrTooLarge},
		"large":           {"<a>" + strings.Repeat("x", 1<<20) + "</a>", ErrTooLarge},
		"attributes":      {"<a " + attributes(65) + "/>", ErrTooLarge},
		"twice":           {`<a b="1" b="2"/>`, ErrMalformed},
		"two roots":       {`<a/><b/>`, ErrMalformed},
		"text after":      {`<a/>b`, ErrMalformed},
		"nothing":         {` <!-- --> `, ErrMalformed},
		"open":            {`<a><b></a>`, ErrMalformed},
		"cut":             {`<a><b>`, ErrMalformed},
		"charset":         {`<?xml version="1.0" encoding="EBCDIC-US"?><a/>`, ErrCharset},
		"utf-16":          {"\xff\xfe<\x00a\x00", ErrCharset},
		"not utf-8":       {"<a>\xff</a>", ErrMalformed},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Read([]byte(c.text), small); !errors.Is(err, c.want) {
				t.Errorf("got %v, want %s", err, c.want.Code)
			}
		})
	}
}

func attributes(n int) (text string) {
	for i := range n {
		text += fmt.Sprintf(` a%d=""`, i)
	}
	return text
}

func TestChineseEncodings(t *testing.T) {
	for _, label := range []string{"GB2312", "gbk", "GB18030"} {
		raw, err := simplifiedchinese.GB18030.NewEncoder().String(`<?xml version="1.0" encoding="` + label + `"?><a b="暴雨">红色预警</a>`)
		if err != nil {
			t.Fatal(err)
		}
		e, err := Read([]byte(raw), small)
		if err != nil {
			t.Fatal(err)
		}
		if b, _ := e.Value("b"); e.Text != "红色预警" || b != "暴雨" {
			t.Errorf("%s: %q, %q", label, e.Text, b)
		}
	}
}

func TestWrittenIsReadAgain(t *testing.T) {
	const text = `<a b="&lt;1&gt;&#xA;"><c>x &amp; y 中文</c><d><e f="'"/></d></a>`
	first, err := Read([]byte(text), small)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Read(first.Append(nil), small)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(first, again); diff != "" {
		t.Error(diff)
	}
}

func FuzzRead(f *testing.F) {
	for _, seed := range []string{`<a/>`, `<a b="1">x<c/>y</a>`, `<?xml version="1.0" encoding="gbk"?><a>&amp;</a>`, `<!DOCTYPE a><a/>`, `<a:b xmlns:a="u"/>`, "\xef\xbb\xbf<a><![CDATA[<]]></a>"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		e, err := Read(raw, small)
		if err != nil {
			var named *dispatch.Error
			if !errors.As(err, &named) {
				t.Fatalf("a refusal without a name: %v", err)
			}
			return
		}
		if len(e.Append(nil)) == 0 {
			t.Fatal("written as nothing")
		}
	})
}
