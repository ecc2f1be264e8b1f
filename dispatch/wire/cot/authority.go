package cot

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// keyBits is the size of keys: RSA, because every TAK client reads it.
const keyBits = 2048

// How long certificates are good.
const (
	rootFor   = 15 * 365 * 24 * time.Hour
	serverFor = 5 * 365 * 24 * time.Hour // made anew at every start
)

// Authority signs the certificates of the clients and of the server (证书机构).
// It trusts no other, and no other trusts it. Who lost his certificate is shut
// out by the list of terminals: there is no list of revoked ones.
type Authority struct {
	root *x509.Certificate
	key  crypto.Signer
}

// OpenAuthority reads the authority kept in a directory, or makes one. Whoever
// reads its file can make himself any terminal.
func OpenAuthority(dir string, now time.Time) (*Authority, error) {
	path := filepath.Join(dir, "authority.pem")
	raw, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		if err = makeAuthority(path, now); err == nil {
			raw, err = os.ReadFile(path)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("open the certificate authority: %w", err)
	}
	pair, err := tls.X509KeyPair(raw, raw)
	if err != nil {
		return nil, fmt.Errorf("open the certificate authority %s: %w", path, err)
	}
	root, err := x509.ParseCertificate(pair.Certificate[0])
	key, signs := pair.PrivateKey.(crypto.Signer)
	if err != nil || !signs || !root.IsCA || now.After(root.NotAfter) {
		return nil, fmt.Errorf("open the certificate authority %s: it is none, or expired (%v)", path, err)
	}
	return &Authority{root, key}, nil
}

// makeAuthority writes a new authority, unless another process was faster.
func makeAuthority(path string, now time.Time) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	key, err := rsa.GenerateKey(rand.Reader, keyBits)
	if err != nil {
		return err
	}
	root := certificate("onemap TAK "+now.UTC().Format(time.DateOnly), now, rootFor)
	root.IsCA, root.BasicConstraintsValid, root.KeyUsage = true, true, x509.KeyUsageCertSign|x509.KeyUsageCRLSign
	der, err := x509.CreateCertificate(rand.Reader, root, root, key.Public(), key)
	if err != nil {
		return err
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	for kind, content := range map[string][]byte{"CERTIFICATE": der, "PRIVATE KEY": secret} {
		if err := pem.Encode(&b, &pem.Block{Type: kind, Bytes: content}); err != nil {
			return err
		}
	}
	f, err := os.CreateTemp(filepath.Dir(path), "new-*") // for its owner only
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(b.Bytes())
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Link(f.Name(), path); err != nil && !errors.Is(err, os.ErrExist) {
		return err
	}
	return nil
}

func certificate(name string, now time.Time, good time.Duration) *x509.Certificate {
	serial, _ := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127)) // the reader never fails
	return &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: name, Organization: []string{"onemap"}},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(good), // tablets' clocks are late
	}
}

// Pool holds who may sign a client's certificate: the authority.
func (a *Authority) Pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.root)
	return pool
}

// Server makes the server's own certificate, for these names and addresses.
func (a *Authority) Server(hosts []string, now time.Time) (tls.Certificate, error) {
	c := certificate("onemap", now, serverFor)
	c.KeyUsage, c.ExtKeyUsage = x509.KeyUsageDigitalSignature|x509.KeyUsageKeyEncipherment, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	for _, host := range hosts {
		if ip := net.ParseIP(host); ip != nil {
			c.IPAddresses = append(c.IPAddresses, ip)
		} else {
			c.DNSNames = append(c.DNSNames, host)
		}
	}
	return a.sign(c)
}

// Client makes the certificate of a terminal: its name is the identity in the
// list of terminals.
func (a *Authority) Client(name string, now time.Time, good time.Duration) (tls.Certificate, error) {
	if n := utf8.RuneCountInString(name); n < 1 || n > 64 || strings.TrimSpace(name) != name || strings.ContainsFunc(name, unicode.IsControl) {
		return tls.Certificate{}, fmt.Errorf("name %q: want 1 to 64 characters and no space around them", name)
	}
	c := certificate(name, now, good)
	c.KeyUsage, c.ExtKeyUsage = x509.KeyUsageDigitalSignature, []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	return a.sign(c)
}

func (a *Authority) sign(c *x509.Certificate) (tls.Certificate, error) {
	key, err := rsa.GenerateKey(rand.Reader, keyBits)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("make a key: %w", err)
	}
	if c.NotAfter.After(a.root.NotAfter) {
		c.NotAfter = a.root.NotAfter
	}
	der, err := x509.CreateCertificate(rand.Reader, c, a.root, key.Public(), a.key)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("sign a certificate: %w", err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("read what was signed: %w", err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, nil
}
