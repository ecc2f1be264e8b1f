package cot

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"

	"onemap/dispatch"
)

// ErrNameless says that a client's certificate has no common name, so that no
// terminal can be told by it.
var ErrNameless = &dispatch.Error{Kind: dispatch.Forbidden, Code: "cot_nameless", Text: "the certificate names nobody"}

// TLS is the server's side of a connection of TAK clients: every client shows a
// certificate signed by one of clients, whose common name names the terminal.
// Sessions are not resumed, so that a certificate is looked at each time.
func TLS(own tls.Certificate, clients *x509.CertPool) *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{own},
		ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: clients, SessionTicketsDisabled: true,
	}
}

// nameOf shakes hands and returns the common name of the client's certificate;
// empty on a connection without TLS.
func nameOf(ctx context.Context, conn net.Conn) (string, error) {
	secure, ok := conn.(*tls.Conn)
	if !ok {
		return "", nil
	}
	if err := secure.HandshakeContext(ctx); err != nil {
		return "", fmt.Errorf("shake hands: %w", err)
	}
	chains := secure.ConnectionState().VerifiedChains
	if len(chains) == 0 || chains[0][0].Subject.CommonName == "" {
		return "", ErrNameless
	}
	return chains[0][0].Subject.CommonName, nil
}
