package web

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"
)

// pages are the client's routes: each answers with index.html, and the client
// finds its way. Anything else that is no file is not found.
var pages = []string{"wall", "desk", "field", "plan", "ledgers", "import", "ingest", "warnings", "report", "admin", "sign-in"}

// kinds are the types of the client's files; the machine's own table may say
// otherwise.
var kinds = map[string]string{
	".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".mjs": "text/javascript; charset=utf-8",
	".css": "text/css; charset=utf-8", ".json": "application/json", ".webmanifest": "application/manifest+json", ".svg": "image/svg+xml",
	".png": "image/png", ".ico": "image/x-icon", ".woff2": "font/woff2", ".txt": "text/plain; charset=utf-8", ".map": "application/json",
}

// client serves the built client from an embedded file system.
type client struct {
	files fs.FS
	etags map[string]string // path → ETag of every file
}

func newClient(files fs.FS) (*client, error) {
	c := &client{files: files, etags: map[string]string{}}
	if files == nil {
		return c, nil
	}
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := fs.ReadFile(files, name)
		sum := sha256.Sum256(raw)
		c.etags[name] = `"` + hex.EncodeToString(sum[:12]) + `"`
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read client: %w", err)
	}
	return c, nil
}

func (c *client) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	k := callOf(r.Context())
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		writeProblem(w, k, &refused{status: 405, code: "method_not_allowed", detail: "files are only read", allow: "GET, HEAD"})
		return
	}
	name := c.find(r.URL.Path)
	if name == "" {
		writeProblem(w, k, refuse(404, "not_found", "there is nothing at this path"))
		return
	}
	if c.serve(w, r, name) != nil {
		writeProblem(w, k, refuse(404, "not_found", "there is nothing at this path"))
	}
}

// find returns the file a path means, empty when none.
func (c *client) find(urlPath string) string {
	name := strings.TrimPrefix(path.Clean(urlPath), "/")
	if ext := path.Ext(name); c.etags[name] != "" && kinds[ext] != "" {
		return name
	}
	first, _, _ := strings.Cut(name, "/")
	for _, page := range pages {
		if (name == "" || first == page) && c.etags["index.html"] != "" {
			return "index.html"
		}
	}
	return ""
}

// serve writes a file, precompressed where there is such a copy and the
// browser takes it.
func (c *client) serve(w http.ResponseWriter, r *http.Request, name string) error {
	h := w.Header()
	stored := name
	h.Set("Vary", "Accept-Encoding")
	for _, coding := range []struct{ name, ext string }{{"br", ".br"}, {"gzip", ".gz"}} {
		if c.etags[name+coding.ext] != "" && accepts(r, coding.name) {
			stored = name + coding.ext
			h.Set("Content-Encoding", coding.name)
			break
		}
	}
	f, err := c.files.Open(stored)
	if err != nil {
		return err
	}
	defer f.Close()
	content, ok := f.(io.ReadSeeker)
	if !ok {
		return errors.New("file cannot seek")
	}
	h.Set("Content-Type", kinds[path.Ext(name)])
	h.Set("ETag", c.etags[stored])
	if strings.HasPrefix(name, "assets/") || strings.HasPrefix(name, "fonts/") {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		h.Set("Cache-Control", "no-cache")
	}
	http.ServeContent(w, r, name, time.Time{}, content)
	return nil
}

// accepts reports whether a request takes a coding; "q=0" says that it does not.
func accepts(r *http.Request, coding string) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, parameter, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(strings.TrimSpace(name), coding) {
			q := strings.ReplaceAll(parameter, " ", "")
			return q != "q=0" && q != "q=0.0"
		}
	}
	return false
}
