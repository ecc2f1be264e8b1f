package load

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// dbf is a dBASE III+ table held in memory.
type dbf struct {
	body   []byte // of the records
	count  int
	length int // of a record, with its flag
	fields []dbfField
	decode *encoding.Decoder // nil: UTF-8
	said   string            // the encoding, and why
}

type dbfField struct {
	name   string
	kind   byte
	at, to int
}

// gbk reads what Chinese desktops write; GB 18030 holds all of it.
func gbk() *encoding.Decoder { return simplifiedchinese.GB18030.NewDecoder() }

// openDBF reads the head. asked is an encoding a person chose, cpg the text of
// the .cpg file.
func openDBF(raw []byte, asked, cpg string) (*dbf, error) {
	if len(raw) < 33 {
		return nil, badFile("the .dbf has no header")
	}
	count := int64(binary.LittleEndian.Uint32(raw[4:]))
	head, length := int(binary.LittleEndian.Uint16(raw[8:])), int(binary.LittleEndian.Uint16(raw[10:]))
	if head < 33 || head > len(raw) || length < 1 {
		return nil, badFile("the .dbf says a head of %d and records of %d bytes", head, length)
	}
	t := &dbf{length: length}
	at := 1
	for b := raw[32:head]; len(b) >= 32 && b[0] != 0x0D; b = b[32:] {
		f := dbfField{name: string(bytes.TrimRight(cutNUL(b[:11]), " ")), kind: b[11], at: at, to: at + int(b[16])}
		if at = f.to; at > length || len(t.fields) >= maxColumns {
			return nil, badFile("the columns of the .dbf are wider than its records: shifted, or damaged")
		}
		t.fields = append(t.fields, f)
	}
	if at != length {
		return nil, badFile("the columns of the .dbf make %d bytes, its records have %d: damaged", at, length)
	}
	t.body = bytes.TrimSuffix(raw[head:], []byte{0x1A})
	if count*int64(length) > int64(len(t.body)) {
		return nil, badFile("the .dbf says %d rows of %d bytes and has %d bytes", count, length, len(t.body))
	}
	if over := int64(len(t.body)) - count*int64(length); over >= int64(length) {
		return nil, badFile("the .dbf says %d rows and has %d bytes more", count, over)
	}
	t.count = int(count)
	if err := t.encoding(raw[29], asked, cpg, raw[32:]); err != nil {
		return nil, err
	}
	for i := range t.fields {
		name, err := t.text([]byte(t.fields[i].name))
		if err != nil {
			return nil, errCoding.With("the column names are not %s", t.said)
		}
		if t.fields[i].name = name; name == "" {
			t.fields[i].name = fmt.Sprintf("column %d", i+1)
		}
		for j := range i {
			if t.fields[j].name == t.fields[i].name {
				return nil, badFile("column %.40q twice", name)
			}
		}
	}
	return t, nil
}

func cutNUL(b []byte) []byte {
	b, _, _ = bytes.Cut(b, []byte{0})
	return b
}

// encoding settles how texts are read: what a person says, then .cpg, then the
// language driver id, then what the bytes look like, which is said aloud.
func (t *dbf) encoding(ldid byte, asked, cpg string, body []byte) error {
	name, why := asked, "as asked"
	if name == "" {
		name, why = strings.Trim(cpg, " \t\r\n\uFEFF\x00"), "said by .cpg"
	}
	if name == "" {
		name, why = driverPages[ldid], fmt.Sprintf("language driver 0x%02X", ldid)
	}
	if name == "" {
		switch {
		case utf8.Valid(body):
			name, why = "utf-8", "guessed: all bytes are UTF-8; nothing says the encoding"
		default:
			name, why = "gbk", "guessed: the bytes are no UTF-8; nothing says the encoding"
		}
	}
	switch folded := strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.ToLower(name)); folded {
	case "utf8", "65001", "cp65001":
		t.said = "UTF-8 (" + why + ")"
	case "gbk", "gb2312", "gb18030", "936", "cp936", "ansi936", "54936", "euccn":
		t.decode, t.said = gbk(), "GBK ("+why+")"
	case "88591", "iso88591", "latin1", "1252", "cp1252", "ansi1252", "windows1252":
		t.decode, t.said = charmap.Windows1252.NewDecoder(), "Windows-1252 ("+why+")"
	case "437", "cp437", "850", "cp850":
		t.decode, t.said = charmap.CodePage850.NewDecoder(), "code page 850 ("+why+")"
	default:
		return errCoding.With("encoding %.40q (%s): choose utf-8 or gbk", name, why)
	}
	return nil
}

// driverPages are the language driver ids that say a page worth believing.
// 0x57 says no more than "ANSI of the writer's desktop", and 0 nothing.
var driverPages = map[byte]string{0x4D: "936", 0x7A: "936", 0x03: "1252", 0x01: "437", 0x02: "850"}

func (t *dbf) text(b []byte) (string, error) {
	if bytes.Contains(b, []byte("\uFFFD")) {
		return "", errors.New("somebody converted the file before us and lost characters: take the original")
	}
	if t.decode == nil {
		if !utf8.Valid(b) {
			return "", fmt.Errorf("not %s", t.said)
		}
		return string(b), nil
	}
	out, err := t.decode.Bytes(b)
	if err != nil || bytes.ContainsRune(out, utf8.RuneError) {
		return "", fmt.Errorf("not %s", t.said)
	}
	return string(out), nil
}

// row reads record i, from 0. deleted is a record that was taken out and not
// yet swept away.
func (t *dbf) row(i int) (cells []cell, deleted bool, err error) {
	record := t.body[i*t.length : (i+1)*t.length]
	switch record[0] {
	case '*':
		return nil, true, nil
	case ' ':
	default:
		return nil, false, fmt.Errorf("the row begins with byte 0x%02X: the table is shifted", record[0])
	}
	cells = make([]cell, 0, len(t.fields))
	for _, f := range t.fields {
		text, err := t.value(f, record[f.at:f.to])
		if err != nil {
			return nil, false, fmt.Errorf("column %s: %w", f.name, err)
		}
		cells = append(cells, cell{f.name, text})
	}
	return cells, false, nil
}

// value writes a field as a person would: numbers without padding, dates with
// hyphens, what is not known as nothing.
func (t *dbf) value(f dbfField, b []byte) (string, error) {
	switch f.kind {
	case 'C', 'N', 'F', 'D', 'L':
	case 'I':
		if len(b) != 4 {
			return "", fmt.Errorf("an integer of %d bytes", len(b))
		}
		return fmt.Sprint(int32(binary.LittleEndian.Uint32(b))), nil
	default:
		return "", nil // memos stand in another file
	}
	b = bytes.Trim(cutNUL(b), " ")
	switch {
	case f.kind == 'L':
		switch strings.ToUpper(string(b)) {
		case "T", "Y":
			return "true", nil
		case "F", "N":
			return "false", nil
		}
		return "", nil
	case f.kind == 'D' && len(b) == 8:
		if string(b) == "00000000" {
			return "", nil
		}
		return string(b[:4]) + "-" + string(b[4:6]) + "-" + string(b[6:]), nil
	case (f.kind == 'N' || f.kind == 'F') && (len(b) == 0 || b[0] == '*'):
		return "", nil
	}
	return t.text(b)
}
