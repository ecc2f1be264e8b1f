package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"onemap/dispatch"
)

// studyFile is a result on its way out, byte for byte.
type studyFile struct {
	body []byte
	kind string // media type
	name string // of the file; empty: it is shown
	etag string

	policy string // of a page: what it may do
	gzip   bool   // the caller reads it
}

// VisitReadStudyResultResponse writes it.
func (f studyFile) VisitReadStudyResultResponse(w http.ResponseWriter) error { return f.write(w) }

// VisitPreviewStudyResponse writes it.
func (f studyFile) VisitPreviewStudyResponse(w http.ResponseWriter) error { return f.write(w) }

func (f studyFile) write(w http.ResponseWriter) error {
	h := w.Header()
	h.Set("Content-Type", f.kind)
	h.Add("Vary", "Accept-Encoding")
	body, err := f.packed()
	if err != nil {
		return err
	}
	if len(body) < len(f.body) {
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if f.name != "" {
		h.Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", f.name))
	}
	if f.etag != "" {
		h.Set("ETag", strconv.Quote(f.etag))
	}
	f.guard(h)
	w.WriteHeader(http.StatusOK)
	_, err = w.Write(body)
	return err
}

// leastPacked is how many bytes are worth packing; a workbook is packed already.
const leastPacked = 4 << 10

// packed is the body in gzip, where the caller reads that and it is shorter: a
// city's cells are a tenth of their text.
func (f studyFile) packed() ([]byte, error) {
	if !f.gzip || len(f.body) < leastPacked || f.kind == bookKind {
		return f.body, nil
	}
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestSpeed)
	if err != nil {
		return nil, fmt.Errorf("pack result: %w", err)
	}
	if _, err := w.Write(f.body); err != nil {
		return nil, fmt.Errorf("pack result: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("pack result: %w", err)
	}
	if out.Len() >= len(f.body) {
		return f.body, nil
	}
	return out.Bytes(), nil
}

// resultAsked is a result and what of it is wanted, in which language.
type resultAsked struct {
	st           *dispatch.Study
	raw          []byte
	table, layer string
	english      bool
}

// studyFormats writes a result in each format there is; json is the bytes as
// they are kept.
var studyFormats = map[string]func(context.Context, *Server, resultAsked) (studyFile, error){
	"json":    func(_ context.Context, _ *Server, r resultAsked) (studyFile, error) { return r.json(), nil },
	"csv":     func(_ context.Context, _ *Server, r resultAsked) (studyFile, error) { return r.csv() },
	"geojson": func(_ context.Context, _ *Server, r resultAsked) (studyFile, error) { return r.geoJSON() },
	"xlsx":    func(_ context.Context, s *Server, r resultAsked) (studyFile, error) { return r.book(s) },
	"gpkg":    func(ctx context.Context, s *Server, r resultAsked) (studyFile, error) { return r.geoPackage(ctx, s) },
	"html":    func(ctx context.Context, s *Server, r resultAsked) (studyFile, error) { return r.page(ctx, s) },
}

// ReadStudyResult hands out a result.
func (s api) ReadStudyResult(ctx context.Context, r ReadStudyResultRequestObject) (ReadStudyResultResponseObject, error) {
	st, err := s.study(ctx, s.Live.Picture(), r.Id)
	if err != nil {
		return nil, err
	}
	write := studyFormats[or(r.Params.Format, "json")]
	if write == nil {
		return nil, badParameter("format", "not a format this server writes")
	}
	raw, err := s.resultOf(ctx, st)
	if err != nil {
		return nil, err
	}
	file, err := write(ctx, s.Server, resultAsked{st, raw, or(r.Params.Table, ""), or(r.Params.Layer, ""), callOf(ctx).english})
	file.gzip = callOf(ctx).gzip
	return file, err
}

// resultOf reads the bytes of a study that has some.
func (s *Server) resultOf(ctx context.Context, st *dispatch.Study) ([]byte, error) {
	if st.State != dispatch.StudyFinished {
		return nil, dispatch.ErrNoResult.With("the study is %s", st.State)
	}
	raw, err := s.Past.StudyResult(ctx, st.ID)
	if errors.Is(err, dispatch.ErrNotFound) {
		return nil, fmt.Errorf("study %s has finished without a result", st.ID)
	}
	return raw, err
}

func (r resultAsked) file(kind, extension string, body []byte) studyFile {
	return studyFile{body: body, kind: kind, name: fmt.Sprintf("study-%s.%s", r.st.ID, extension)}
}

func (r resultAsked) json() studyFile {
	return studyFile{body: r.raw, kind: "application/json", etag: r.st.ResultSHA256}
}
