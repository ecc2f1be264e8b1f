package markup

import (
	"io"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// charsets are the encodings read beside UTF-8, by what documents call them.
// GB 18030 holds GBK, which holds GB 2312.
var charsets = map[string]encoding.Encoding{
	"gb2312": simplifiedchinese.GB18030, "gbk": simplifiedchinese.GB18030, "gb18030": simplifiedchinese.GB18030,
	"iso-8859-1": charmap.ISO8859_1, "latin1": charmap.ISO8859_1, "us-ascii": charmap.ISO8859_1,
	"windows-1252": charmap.Windows1252,
}

func charset(label string, raw io.Reader) (io.Reader, error) {
	if known := charsets[strings.ToLower(label)]; known != nil {
		return known.NewDecoder().Reader(raw), nil
	}
	return nil, ErrCharset.With("unknown character encoding %q", label)
}
