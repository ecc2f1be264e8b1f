package web

import (
	"bytes"
	"context"
	"net/http"

	"onemap/dispatch/study"
)

const bookKind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// book writes all tables as a workbook, headed in the caller's language.
func (r resultAsked) book(s *Server) (studyFile, error) {
	result, err := study.Decode(r.raw)
	if err != nil {
		return studyFile{}, err
	}
	if r.english {
		result = result.InEnglish()
	}
	var out bytes.Buffer
	if err := s.Book(&out, result); err != nil {
		return studyFile{}, err
	}
	return r.file(bookKind, "xlsx", out.Bytes()), nil
}

// geoPackage writes all layers as a GeoPackage.
func (r resultAsked) geoPackage(ctx context.Context, s *Server) (studyFile, error) {
	result, err := study.Decode(r.raw)
	if err != nil {
		return studyFile{}, err
	}
	var out bytes.Buffer
	if err := s.Package(ctx, &out, result); err != nil {
		return studyFile{}, err
	}
	return r.file("application/geopackage+sqlite3", "gpkg", out.Bytes()), nil
}

// page writes the study as a page to print; it is shown, not saved.
func (r resultAsked) page(ctx context.Context, s *Server) (studyFile, error) {
	result, err := study.Decode(r.raw)
	if err != nil {
		return studyFile{}, err
	}
	var out bytes.Buffer
	if err := writeStudyPage(&out, result, r.st.Name, callOf(ctx).who.actor.Name, s.now()); err != nil {
		return studyFile{}, err
	}
	return studyFile{body: out.Bytes(), kind: "text/html; charset=utf-8", policy: pagePolicy()}, nil
}

// guard lets a page do nothing but look like itself.
func (f studyFile) guard(h http.Header) {
	if f.policy != "" {
		h.Set("Content-Security-Policy", f.policy)
	}
}
