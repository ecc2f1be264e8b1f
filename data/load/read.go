package load

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"

	"onemap/dispatch"
)

// Refusals of foreign files.
var (
	errBadFile = &dispatch.Error{Kind: dispatch.Invalid, Code: "bad_file"}
	errArchive = &dispatch.Error{Kind: dispatch.Invalid, Code: "archive_unsafe"}
	errCRS     = &dispatch.Error{Kind: dispatch.Invalid, Code: "crs_unknown"}
	errLayer   = &dispatch.Error{Kind: dispatch.Invalid, Code: "layer_unknown"}
	errCoding  = &dispatch.Error{Kind: dispatch.Invalid, Code: "encoding_unknown"}
)

func badFile(format string, args ...any) error { return errBadFile.With(format, args...) }

// refusalOf words an error for the sender; what is no refusal is a bad file.
func refusalOf(err error) *dispatch.Error {
	var own *dispatch.Error
	if errors.As(err, &own) {
		return own
	}
	return errBadFile.With("%v", err)
}

// ReadFile reads a foreign file and writes its rows as JSON lines, the last of
// them a Line with End or Refused. It knows the format by the content, not by
// the name: shapefile (zip), GeoPackage, KML, KMZ, GPX, XLSX, GeoJSON, CSV. It
// is meant for a process of its own, with limits. err is that w takes no more.
func ReadFile(w io.Writer, file string, o dispatch.ReadOptions) error {
	s := newSink(w)
	return s.end(s.read(file, o))
}

func (s *sink) read(file string, o dispatch.ReadOptions) (err error) {
	defer func() { // a parser of somebody else's must not decide how we end
		if r := recover(); r != nil {
			err = badFile("the reader gave up: %v", r)
		}
	}()
	f, err := os.Open(file)
	if err != nil {
		return fmt.Errorf("open file: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("open file: %w", err)
	}
	if info.Size() > maxFile {
		return ErrTooLarge
	}
	head := make([]byte, 512)
	n, err := io.ReadFull(f, head)
	if n == 0 {
		return badFile("the file is empty")
	}
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("read file: %w", err)
	}
	head = head[:n]
	switch {
	case bytes.HasPrefix(head, []byte("PK")):
		return s.zipped(f, info.Size(), o)
	case bytes.HasPrefix(head, []byte("SQLite format 3\x00")):
		return s.geoPackage(file, o)
	case bytes.HasPrefix(head, []byte("\xD0\xCF\x11\xE0")):
		return ErrFormat.With("an .xls workbook of Excel 97: save it as .xlsx")
	case bytes.HasPrefix(head, []byte{0, 0, 0x27, 0x0A}):
		return ErrFormat.With("a .shp alone: zip it with its .dbf, .shx and .prj")
	case bytes.HasPrefix(head, []byte("Rar!")), bytes.HasPrefix(head, []byte("7z\xBC\xAF")), bytes.HasPrefix(head, []byte{0x1F, 0x8B}):
		return ErrFormat.With("of archives only .zip is taken")
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("read file: %w", err)
	}
	return s.plain(f, head, o)
}

// plain reads what is text.
func (s *sink) plain(r io.Reader, head []byte, o dispatch.ReadOptions) error {
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xEF\xBB\xBF")), " \t\r\n")
	switch {
	case bytes.HasPrefix(text, []byte("<")), bytes.HasPrefix(head, []byte("\xFF\xFE<")), bytes.HasPrefix(head, []byte("\xFE\xFF")):
		return s.markup(r, nil)
	case bytes.HasPrefix(text, []byte("{")), bytes.HasPrefix(text, []byte("[")):
		body, err := readFile(r)
		if err != nil {
			return err
		}
		return s.geojson(body)
	}
	body, err := readFile(r)
	if err != nil {
		return err
	}
	return s.table(body, o)
}

// zipped tells shapefile, KMZ and workbook apart by what is inside.
func (s *sink) zipped(f *os.File, size int64, o dispatch.ReadOptions) error {
	a, err := openArchive(f, size)
	if err != nil {
		return err
	}
	switch {
	case a.has("xl/workbook.xml"):
		return s.workbook(a, f, size, o)
	case len(a.ending(".shp")) > 0:
		return s.shapefile(a, o)
	case len(a.ending(".kml")) > 0:
		return s.kmz(a, o)
	case len(a.ending(".dbf")) > 0:
		return badFile("a .dbf without its .shp: attributes without places")
	}
	return ErrFormat.With("the archive holds no .shp, no .kml and no workbook")
}

// Limits of an archive (torture lines 73 to 75).
const (
	maxEntries  = 1000
	maxInflated = 256 << 20
	maxRatio    = 100
	ratioFrom   = 1 << 20 // below, a high ratio does no harm
)

// archive is a zip whose names are harmless and whose bytes are counted.
type archive struct {
	entries  []*zip.File
	names    []string // as they are to be read, GBK names decoded
	inflated int64
	packed   int64
}

func unsafeArchive(format string, args ...any) error { return errArchive.With(format, args...) }

func openArchive(r io.ReaderAt, size int64) (*archive, error) {
	z, err := zip.NewReader(r, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, unsafeArchive("not a whole .zip: %v", err)
	}
	if len(z.File) > maxEntries {
		return nil, unsafeArchive("more than %d files", maxEntries)
	}
	a := &archive{packed: size}
	for _, f := range z.File {
		name := f.Name
		if f.NonUTF8 {
			if decoded, err := gbk().Bytes([]byte(name)); err == nil {
				name = string(decoded)
			}
		}
		if err := checkName(name, f); err != nil {
			return nil, err
		}
		if f.FileInfo().IsDir() || strings.HasPrefix(path.Base(name), "._") || strings.HasPrefix(name, "__MACOSX/") {
			continue
		}
		if slices.Contains(a.names, name) {
			return nil, unsafeArchive("%.80q stands in it twice", name)
		}
		a.entries, a.names = append(a.entries, f), append(a.names, name)
	}
	return a, nil
}

// checkName refuses names that would reach out of a directory, names of
// devices, links, and archives within the archive.
func checkName(name string, f *zip.File) error {
	upper := strings.ToUpper(path.Base(name))
	stem, _, _ := strings.Cut(upper, ".")
	switch {
	case name == "" || len(name) > 255 || strings.HasPrefix(name, "/") || strings.ContainsAny(name, "\\:\x00"),
		slices.Contains(strings.Split(name, "/"), ".."), strings.ContainsFunc(name, func(r rune) bool { return r < 0x20 }):
		return unsafeArchive("the name %.80q", name)
	case slices.Contains([]string{"CON", "PRN", "AUX", "NUL"}, stem), len(stem) == 4 && (strings.HasPrefix(stem, "COM") || strings.HasPrefix(stem, "LPT")) && stem[3] >= '0' && stem[3] <= '9':
		return unsafeArchive("%.80q is the name of a device", name)
	case !f.Mode().IsRegular() && !f.Mode().IsDir():
		return unsafeArchive("%.80q is no plain file", name)
	case slices.Contains([]string{".ZIP", ".KMZ", ".RAR", ".7Z", ".GZ", ".TAR", ".BZ2", ".XZ"}, path.Ext(upper)):
		return unsafeArchive("%.80q is an archive within the archive", name)
	case f.Flags&1 != 0:
		return unsafeArchive("%.80q is locked with a password", name)
	}
	return nil
}

func (a *archive) has(name string) bool { return slices.Contains(a.names, name) }

// ending lists names by their ending, whatever its case, in their order.
func (a *archive) ending(suffix string) (found []string) {
	for _, name := range a.names {
		if strings.HasSuffix(strings.ToLower(name), suffix) {
			found = append(found, name)
		}
	}
	return found
}

// bytes reads one entry whole; nil when there is none of that name. It stops
// while reading when the archive turns out to be a bomb.
func (a *archive) bytes(name string) ([]byte, error) {
	for i, have := range a.names {
		if !strings.EqualFold(have, name) {
			continue
		}
		r, err := a.entries[i].Open()
		if err != nil {
			return nil, unsafeArchive("%.80q: %v", name, err)
		}
		defer r.Close()
		var out bytes.Buffer
		_, err = io.Copy(&out, a.counted(r))
		var own *dispatch.Error
		switch {
		case errors.As(err, &own):
			return nil, own
		case err != nil:
			return nil, unsafeArchive("%.80q: %v", name, err)
		}
		return out.Bytes(), nil
	}
	return nil, nil
}

// counted refuses to read on beyond the archive's allowance.
func (a *archive) counted(r io.Reader) io.Reader { return &countedReader{a, r} }

type countedReader struct {
	a *archive
	r io.Reader
}

func (c *countedReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.a.inflated += int64(n)
	switch total := c.a.inflated; {
	case total > maxInflated:
		return 0, unsafeArchive("more than %d MB when unpacked", maxInflated>>20)
	case total > ratioFrom && total/max(1, c.a.packed) > maxRatio:
		return 0, unsafeArchive("it unpacks to more than %d times its size", maxRatio)
	}
	return n, err
}
