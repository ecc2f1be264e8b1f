package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"onemap/dispatch"
	"onemap/dispatch/wire/cot"
)

// takSettings say where TAK clients are listened to.
type takSettings struct {
	Listen    string        `help:"host:port to listen for TAK clients on without TLS: a loopback or private address, as of a VPN; a client is who it says. Empty: none." env:"ONEMAP_COT_LISTEN"`
	TLSListen string        `name:"tls-listen" help:"host:port to listen for TAK clients on with TLS: a client is who its certificate names (onemap cot-cert). Empty: none." env:"ONEMAP_COT_TLS_LISTEN"`
	Every     time.Duration `help:"How often each client is sent what it may see; it lives three times as long." default:"10s" env:"ONEMAP_COT_EVERY"`
}

// authorityDir is where the authority of TAK clients is kept.
func (s *settings) authorityDir() string { return filepath.Join(s.Data, "tak") }

// listen opens the ports of TAK clients. hosts are the server's other names.
func (c *takSettings) listen(ctx context.Context, s *settings, hosts []string) (open []net.Listener, err error) {
	defer func() {
		if err != nil {
			closeAll(open)
		}
	}()
	if some := c.Listen != "" || c.TLSListen != ""; some && (c.Every < time.Second || c.Every > time.Hour) {
		return nil, fmt.Errorf("TAK clients are sent what they may see each second at most, each hour at least, not each %s", c.Every)
	}
	if c.Listen != "" {
		if !closedNetwork(c.Listen) {
			return nil, fmt.Errorf("listen for TAK clients on %s: without TLS only on a loopback or private address", c.Listen)
		}
		l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.Listen)
		if err != nil {
			return nil, fmt.Errorf("listen for TAK clients on %s: %w", c.Listen, err)
		}
		open = append(open, l)
		say("· TAK clients at %s", l.Addr())
	}
	if c.TLSListen == "" {
		return open, nil
	}
	secure, err := takTLS(s, append([]string{"localhost", hostPart(c.TLSListen)}, hosts...))
	if err != nil {
		return open, err
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.TLSListen)
	if err != nil {
		return open, fmt.Errorf("listen for TAK clients on %s: %w", c.TLSListen, err)
	}
	say("· TAK clients with certificates at %s", l.Addr())
	return append(open, tls.NewListener(l, secure)), nil
}

func closeAll(open []net.Listener) {
	for _, l := range open {
		l.Close()
	}
}

// takTLS is the server's side, under the authority of this data directory.
func takTLS(s *settings, hosts []string) (*tls.Config, error) {
	authority, err := s.authority()
	if err != nil {
		return nil, err
	}
	own, err := authority.Server(hosts, time.Now())
	if err != nil {
		return nil, err
	}
	return cot.TLS(own, authority.Pool()), nil
}

func (s *settings) authority() (*cot.Authority, error) {
	if err := os.MkdirAll(s.Data, 0o755); err != nil { // the database's user passes through it
		return nil, fmt.Errorf("make the data directory: %w", err)
	}
	return cot.OpenAuthority(s.authorityDir(), time.Now())
}

func hostPart(address string) string {
	host, _, _ := net.SplitHostPort(address)
	return host
}

// carrierShared is the range of addresses that VPNs take beside the private ones.
var carrierShared = netip.MustParsePrefix("100.64.0.0/10")

// closedNetwork reports whether an address is one that strangers cannot reach.
func closedNetwork(address string) bool {
	host := hostPart(address)
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	ip = ip.Unmap()
	return err == nil && (ip.IsLoopback() || ip.IsPrivate() || ip.IsLinkLocalUnicast() || carrierShared.Contains(ip))
}

// hearTAK serves TAK clients until ctx ends, on one port.
func (h *hall) hearTAK(ctx context.Context, server *cot.Server, l net.Listener) error {
	if err := server.Serve(ctx, l); err != nil && !errors.Is(err, net.ErrClosed) {
		return fmt.Errorf("serve TAK clients on %s: %w", l.Addr(), err)
	}
	return nil
}

// takServer serves all ports: of one client the newest connection counts.
func (h *hall) takServer(every time.Duration) *cot.Server {
	return &cot.Server{Intake: h.gate, Show: h.showTAK, Every: every, Now: time.Now, Log: h.log}
}

// showTAK is what the crew with a terminal sees.
func (h *hall) showTAK(t *dispatch.Terminal, v cot.View) []*cot.Event {
	p := h.live.Picture()
	unit := p.Entry(dispatch.Units, t.Unit)
	if unit == nil {
		return nil
	}
	return v.Picture(p, crewOf(t, unit), h.live.Board().At)
}

const (
	countyDigits   = 6
	crewsClearance = 1   // internal
	nobodysArea    = "-" // in which nothing lies
)

// crewOf is the crew of a unit as a reader: its county, as the commander there,
// and no more secret than itself.
func crewOf(t *dispatch.Terminal, unit *dispatch.Entry) dispatch.Actor {
	area := nobodysArea
	if len(unit.Division) >= countyDigits {
		area = unit.Division[:countyDigits]
	}
	return dispatch.Actor{ID: t.ID, Name: t.Identity, Role: dispatch.IncidentCommander, Area: area, Clearance: max(crewsClearance, unit.Sensitivity), Unit: &t.Unit}
}

type cotCertCmd struct {
	Name string `arg:"" help:"Identity of the terminal, as in the list of terminals."`
	Host string `required:"" help:"Name or address by which tablets reach this server."`
	Port int    `help:"Port of --cot-tls-listen." default:"8089"`
	Days int    `help:"How long the certificate is good." default:"730"`
	Out  string `help:"File to write; NAME.zip when not said." type:"path"`
}

// Run writes the data package of one TAK client.
func (c *cotCertCmd) Run(s *settings) error {
	if c.Port < 1 || c.Port > 65535 || c.Days < 1 || c.Days > 3650 {
		return errors.New("want a port, and 1 to 3650 days")
	}
	authority, err := s.authority()
	if err != nil {
		return err
	}
	client, err := authority.Client(c.Name, time.Now(), time.Duration(c.Days)*24*time.Hour)
	if err != nil {
		return err
	}
	raw, err := authority.Package(client, net.JoinHostPort(c.Host, strconv.Itoa(c.Port)))
	if err != nil {
		return err
	}
	if c.Out == "" {
		c.Out = filepath.Base(c.Name) + ".zip"
	}
	f, err := os.OpenFile(c.Out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("write the data package: %w", err)
	}
	_, err = f.Write(raw)
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("write the data package: %w", err)
	}
	say("%s: good until %s. It is the terminal's key: carry it by hand, then delete it.", c.Out, client.Leaf.NotAfter.Format(time.DateOnly))
	return nil
}
