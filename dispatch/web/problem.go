package web

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"onemap/dispatch"
	"onemap/geo"
)

// refused is a refusal on its way to the caller: a status, a stable code, and
// what may be said about it.
type refused struct {
	status  int
	code    string
	detail  string
	fields  []FieldProblem
	current any
	retry   int // seconds, for Retry-After
	allow   string
}

func (e *refused) Error() string { return e.code + ": " + e.detail }

func refuse(status int, code, detail string) *refused {
	return &refused{status: status, code: code, detail: detail}
}

// statuses is the one table from a desk's refusal to HTTP.
var statuses = map[dispatch.Kind]int{
	dispatch.Invalid: 422, dispatch.Malformed: 400, dispatch.NotFound: 404, dispatch.Conflict: 409,
	dispatch.Forbidden: 403, dispatch.Unavailable: 503, dispatch.Precondition: 428, dispatch.TooLarge: 413,
}

// retryAfter is what a caller is told to wait when the server cannot now.
const retryAfter = 1

// refusalOf says what an error is to the caller; nil for a fault, of which the
// caller learns nothing but the request id.
func refusalOf(err error) *refused {
	var own *refused
	var desk *dispatch.Error
	var shape *geo.Invalid
	var router *echo.HTTPError
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &own):
		return own
	case errors.As(err, &desk):
		return deskRefusal(desk)
	case errors.As(err, &shape):
		return geometryRefusal("geometry", shape)
	case errors.As(err, &large):
		return refuse(413, "too_large", "the body is larger than "+strconv.FormatInt(large.Limit, 10)+" bytes")
	case errors.As(err, &router):
		return routerRefusal(router)
	case errors.Is(err, context.DeadlineExceeded):
		return &refused{status: 503, code: "unavailable", detail: "no answer in time", retry: retryAfter}
	}
	return nil
}

func deskRefusal(e *dispatch.Error) *refused {
	r := &refused{status: statuses[e.Kind], code: e.Code, detail: e.Text, current: e.Current}
	if r.status == 0 {
		return nil
	}
	if r.status == http.StatusServiceUnavailable {
		r.retry = retryAfter
	}
	for _, f := range e.Fields {
		r.fields = append(r.fields, FieldProblem{Path: f.Path, Code: f.Code, Text: f.Text})
	}
	return r
}

// routerRefusal words what echo and the generated code refuse.
func routerRefusal(e *echo.HTTPError) *refused {
	text, _ := e.Message.(string)
	switch e.Code {
	case http.StatusNotFound:
		return refuse(404, "not_found", "there is nothing at this path")
	case http.StatusMethodNotAllowed:
		return refuse(405, "method_not_allowed", "this path does not take this method")
	case http.StatusUnsupportedMediaType:
		return refuse(415, "bad_content_type", "send application/json")
	case http.StatusBadRequest:
		return refuse(400, "bad_parameter", text)
	}
	return nil
}

// worded gives each field's code its words.
func worded(fields []FieldProblem, english bool) []FieldProblem {
	all := slices.Clone(fields)
	for i := range all {
		words, ok := titles[all[i].Code]
		if !ok {
			continue
		}
		all[i].Title, all[i].TitleEn = &words[0], &words[1]
		if english {
			all[i].Title = &words[1]
		}
	}
	return all
}

// problem writes one refusal, or a fault without its cause, as RFC 9457.
func writeProblem(w http.ResponseWriter, k *call, r *refused) {
	if r == nil {
		r = refuse(500, "internal", "")
	}
	title := titles[r.code]
	if title[0] == "" {
		title = [2]string{http.StatusText(r.status), http.StatusText(r.status)}
	}
	body := Problem{Type: "/problems/" + r.code, Title: title[0], TitleEn: &title[1], Status: r.status, Code: r.code, Instance: k.id}
	if k.english {
		body.Title = title[1]
	}
	if r.detail != "" {
		body.Detail = &r.detail
	}
	if len(r.fields) > 0 {
		body.Errors = ptr(worded(r.fields, k.english))
	}
	if r.current != nil {
		body.Current = &r.current
	}
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "no-store")
	h.Del("ETag")
	if r.retry > 0 {
		h.Set("Retry-After", strconv.Itoa(r.retry))
	}
	if r.allow != "" {
		h.Set("Allow", r.allow)
	}
	switch r.status {
	case http.StatusUnauthorized:
		h.Set("WWW-Authenticate", `Bearer realm="onemap"`)
		if strings.HasPrefix(k.op.Route, ogcRoot) { // elsewhere a browser would ask with a box of its own
			h.Add("WWW-Authenticate", `Basic realm="onemap", charset="UTF-8"`)
		}
	case http.StatusRequestTimeout, http.StatusRequestEntityTooLarge:
		h.Set("Connection", "close") // what is left of the body is not read
	}
	w.WriteHeader(r.status)
	// The client may be gone; there is nobody else to tell.
	_ = json.NewEncoder(w).Encode(body)
}
