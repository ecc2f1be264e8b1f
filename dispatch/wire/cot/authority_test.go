package cot

import (
	"archive/zip"
	"bytes"
	"crypto/tls"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"software.sslmate.com/src/go-pkcs12"

	"onemap/dispatch/wire/markup"
)

// unpacked reads the files of a data package.
func unpacked(t *testing.T, raw []byte) map[string][]byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if files[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// entries reads a file of preferences.
func entries(t *testing.T, raw []byte) map[string]string {
	t.Helper()
	root, err := markup.Read(raw, eventLimits)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, group := range root.Children {
		for _, e := range group.Children {
			key, _ := e.Value("key")
			found[key] = e.Text
		}
	}
	return found
}

// TestAPackageIsAllAClientNeeds: from the files of the package alone a client
// comes in by its name.
func TestAPackageIsAllAClientNeeds(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "tak")
	if _, err := OpenAuthority(dir, time.Now()); err != nil {
		t.Fatal(err)
	}
	a, err := OpenAuthority(dir, time.Now()) // the one that was made
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(filepath.Join(dir, "authority.pem")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	own, err := a.Server([]string{"onemap.example", "127.0.0.1"}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	client, err := a.Client("平板<03>", time.Now(), 24*time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	g := newGate("平板<03>")
	address := serve(t, &Server{Intake: g}, TLS(own, a.Pool()))
	raw, err := a.Package(client, address)
	if err != nil {
		t.Fatal(err)
	}
	files := unpacked(t, raw)
	listed, err := markup.Read(files["MANIFEST/manifest.xml"], eventLimits)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range listed.Child("Contents").Children {
		if name, _ := c.Value("zipEntry"); files[name] == nil {
			t.Errorf("%q is listed and not there", name)
		}
	}
	said := entries(t, files[prefFile])
	roots, err := pkcs12.DecodeTrustStore(files[strings.TrimPrefix(said["caLocation"], "cert/")], said["caPassword"])
	if err != nil || len(roots) != 1 || !roots[0].Equal(a.root) {
		t.Fatalf("%d authorities (%v)", len(roots), err)
	}
	key, leaf, _, err := pkcs12.DecodeChain(files[strings.TrimPrefix(said["certificateLocation"], "cert/")], said["clientPassword"])
	if err != nil {
		t.Fatal(err)
	}
	to, found := strings.CutSuffix(said["connectString0"], ":ssl")
	if !found || to != address {
		t.Fatalf("connects to %q", said["connectString0"])
	}
	mine := tls.Certificate{Certificate: [][]byte{leaf.Raw}, PrivateKey: key}
	conn, err := tls.Dial("tcp", to, &tls.Config{RootCAs: a.Pool(), Certificates: []tls.Certificate{mine}})
	if err != nil {
		t.Fatal(err)
	}
	c := calling(t, conn)
	c.hear(typeOffer)
	c.say(self)
	g.want(t, "in 平板<03>", "take 平板<03>")
}

func TestAnAuthorityThatIsNoneIsRefused(t *testing.T) {
	dir := t.TempDir()
	a, err := OpenAuthority(dir, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"", " x", "a\nb", strings.Repeat("x", 65)} {
		if _, err := a.Client(name, time.Now(), time.Hour); err == nil {
			t.Errorf("%q is a name", name)
		}
	}
	if _, err := OpenAuthority(dir, time.Now().Add(rootFor+time.Hour)); err == nil {
		t.Error("an authority past its time is opened")
	}
	if err := os.WriteFile(filepath.Join(dir, "authority.pem"), []byte("nothing"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenAuthority(dir, time.Now()); err == nil {
		t.Error("nothing is opened as an authority, and made anew the tablets would be strangers")
	}
}
