package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"onemap/data"
	"onemap/data/load"
	"onemap/dispatch"
	"onemap/dispatch/live"
	"onemap/dispatch/web"
	"onemap/dispatch/wire/cap"
	"onemap/dispatch/wire/mqtt"
	"onemap/frontend"
	"onemap/tiles"
)

type serveCmd struct {
	Listen string   `help:"host:port to serve on." default:"127.0.0.1:8080" env:"ONEMAP_LISTEN"`
	Hosts  []string `help:"Host names the server answers to beside its own address." env:"ONEMAP_HOSTS"`
	TLS    struct {
		Cert string `help:"Certificate file (PEM)." env:"ONEMAP_TLS_CERT"`
		Key  string `help:"Key file (PEM)." env:"ONEMAP_TLS_KEY"`
	} `embed:"" prefix:"tls-"`
	AckDue      time.Duration `help:"How long a crew has to acknowledge an order before it is called again; as long again, and an alarm is raised." default:"60s" env:"ONEMAP_ACK_DUE"`
	TrackDays   int           `help:"How many days tracks are kept; 0: for ever." default:"180" env:"ONEMAP_TRACK_DAYS"`
	JT808Listen string        `name:"jt808-listen" help:"host:port to listen for JT/T 808 terminals on; empty: none. Their place is a private network." env:"ONEMAP_JT808_LISTEN"`
	CoT         takSettings   `embed:"" prefix:"cot-"`
	MQTT        mqttSettings  `embed:"" prefix:"mqtt-"`
	CAPFeeds    []string      `name:"cap-feeds" help:"Feeds of other houses' warnings (Atom, RSS or CAP), polled every minute: http or https addresses. No other address is asked." env:"ONEMAP_CAP_FEEDS"`
	CAPSender   string        `name:"cap-sender" help:"As whom warnings go out: a name without spaces, commas, < or &." default:"onemap.130300" env:"ONEMAP_CAP_SENDER"`
	CAPName     string        `name:"cap-name" help:"Name of the house that warns." default:"秦皇岛市应急管理局" env:"ONEMAP_CAP_NAME"`
	CAPCode     string        `name:"cap-code" help:"Eight digits of every warning's number: agency, unit, extension." default:"00100100" env:"ONEMAP_CAP_CODE"`
	KeepStudies time.Duration `help:"How long the result of a study is kept after it was put away; what it said stays in the journal." default:"2160h" env:"ONEMAP_KEEP_STUDIES"`
	Demo        bool          `help:"Load the demo city into an empty database and drive its units." env:"ONEMAP_DEMO"`
}

// Run serves until it is told to stop.
func (c *serveCmd) Run(ctx context.Context, s *settings, log *slog.Logger) error {
	if shortest := int(data.ShortestTracks / (24 * time.Hour)); c.TrackDays != 0 && c.TrackDays < shortest {
		return fmt.Errorf("tracks are kept for %d days at least, or 0 for ever", shortest)
	}
	started := time.Now()
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("listen on %s: %w", c.Listen, err)
	}
	defer listener.Close()
	base := "http://" + listener.Addr().String()
	if c.TLS.Cert != "" { // before anything is written: a first start that fails must leave no administrator behind
		pair, err := tls.LoadX509KeyPair(c.TLS.Cert, c.TLS.Key)
		if err != nil {
			return fmt.Errorf("load certificate: %w", err)
		}
		listener = tls.NewListener(listener, &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12})
		base = "https" + strings.TrimPrefix(base, "http")
	}
	terminals, err := c.listenTerminals(ctx)
	if err != nil {
		return err
	}
	if terminals != nil {
		defer terminals.Close()
	}
	tablets, err := c.CoT.listen(ctx, s, c.Hosts)
	if err != nil {
		return err
	}
	defer closeAll(tablets)
	broker, err := c.MQTT.client()
	if err != nil {
		return err
	}
	db, err := s.open(ctx, log)
	if err != nil {
		return err
	}
	defer db.close()
	hall, err := c.furnish(ctx, s, db, log)
	if err != nil {
		return err
	}
	hall.terminals, hall.tablets, hall.tabletsEvery, hall.broker = terminals, tablets, c.CoT.Every, broker
	hall.greet()
	say("ready in %.1f s: %s", time.Since(started).Seconds(), base)
	return hall.run(ctx, listener, base)
}

// hall is everything that runs while the server serves.
type hall struct {
	db           *store
	live         *live.Live
	desk         *dispatch.Desk
	gate         *live.Gate     // what terminals say comes in here
	terminals    net.Listener   // of JT/T 808; nil: none are listened to
	tablets      []net.Listener // of TAK clients
	tabletsEvery time.Duration  // they are sent what they may see
	broker       *mqtt.Client   // nil: none is heard
	ackDue       time.Duration
	keepDays     int           // of tracks; 0: for ever
	keepStudies  time.Duration // after they were put away
	packs        *tiles.Packs  // of the base map
	server       *web.Server
	demo         *demoCity
	log          *slog.Logger
	full         atomic.Bool
	graph        uint64 // version of the road network in use; of followRoads once serving
	imports      *load.Imports
	feeds        *cap.Poller // of other houses' warnings
}

func (c *serveCmd) furnish(ctx context.Context, s *settings, db *store, log *slog.Logger) (*hall, error) {
	h := &hall{db: db, log: log, ackDue: c.AckDue, keepDays: c.TrackDays, keepStudies: c.KeepStudies}
	picture, err := db.Snapshot(ctx)
	if err != nil {
		return nil, fmt.Errorf("read picture: %w", err)
	}
	desk := &dispatch.Desk{Journal: db, Now: time.Now, Picture: func() *dispatch.Picture { return picture }}
	if c.Demo {
		if h.demo, err = prepareDemo(ctx, s, db, desk, picture); err != nil {
			return nil, err
		}
	} else if once, err := firstAdministrator(ctx, desk, picture); err != nil {
		return nil, err
	} else if once != "" { // said at once: whatever fails from here on, it is not lost
		say("first administrator: name admin, one-time password %s (change it at first sign-in)", once)
	}
	if picture, err = db.Snapshot(ctx); err != nil {
		return nil, fmt.Errorf("read picture: %w", err)
	}
	h.live = live.New(picture, db, db, log)
	desk.Picture = h.live.Picture
	desk.Written = web.WriteRecommendation
	if desk.House, err = c.house(); err != nil {
		return nil, err
	}
	h.desk, h.gate = desk, h.live.NewGate(desk, db)
	last, err := db.LastFixes(ctx, 7*24*time.Hour)
	if err != nil {
		return nil, fmt.Errorf("read last positions: %w", err)
	}
	h.live.Restore(last)
	if err := h.takeRoads(ctx); err != nil { // a map without roads is better than no map
		log.Warn("take the road network", "error", err)
		say("· the road network cannot be used, distances are straight lines: %v", err)
	}
	own, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find the reader of files: %w", err)
	}
	if h.imports, err = load.OpenImports(filepath.Join(s.Data, "imports"), apart{own}.read, time.Now, log); err != nil {
		return nil, err
	}
	if h.packs, err = tiles.OpenPacks(filepath.Join(s.Data, "packs"), log); err != nil {
		return nil, err
	}
	if h.feeds, err = cap.NewPoller(c.CAPFeeds, h.takeFeed, time.Now, log); err != nil {
		return nil, err
	}
	h.server, err = c.web(ctx, db, desk, h)
	return h, err
}

func (c *serveCmd) web(ctx context.Context, db *store, desk *dispatch.Desk, h *hall) (*web.Server, error) {
	client, err := fs.Sub(frontend.Dist, "dist")
	if err != nil {
		return nil, fmt.Errorf("open client: %w", err)
	}
	spots, err := db.Places(ctx)
	if err != nil {
		return nil, fmt.Errorf("read places: %w", err)
	}
	cache := tiles.NewCache(h.live.Tiles(db.DB), tileBudget)
	return web.New(web.Config{
		Log: h.log, Client: client, Desk: desk, Live: h.live, Feed: db, Past: db, Replay: db, Secrets: db, Sessions: db, Reads: db, Ingest: h.gate.Counts(), Intake: h.gate, Feeds: h.feeds.Sources, Packs: h.packs, Ready: db.Ready,
		Search: dispatch.NewSearcher(spots), Tiles: cache, BaseVersion: db.BaseVersion, Imports: h.imports, Read: load.Rows, Write: load.Write, Book: load.WriteXLSX, Package: load.WriteGPKG,
		Hosts: c.Hosts, Secure: c.TLS.Cert != "", Demo: h.demo != nil, Full: h.full.Load, Figures: figures(db.DB, cache), Version: version, Now: time.Now,
	})
}

// tileBudget is how many bytes of tiles stay in memory.
const tileBudget = 256 << 20

// run holds every goroutine of the server.
func (h *hall) run(ctx context.Context, listener net.Listener, base string) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return h.live.Run(ctx) })
	g.Go(func() error { return h.live.Attend(ctx, h.desk, dispatch.Watchmen(h.ackDue)...) })
	g.Go(func() error { return h.server.Serve(ctx, listener) })
	g.Go(func() error { return h.keepTracks(ctx) })
	g.Go(func() error { return h.packs.Run(ctx) })
	g.Go(func() error { return h.feeds.Run(ctx) })
	g.Go(func() error { return h.watchDisk(ctx) })
	g.Go(func() error { // a file being read goes with the server
		<-ctx.Done()
		h.imports.Close()
		return nil
	})
	g.Go(func() error { return h.followRoads(ctx) })
	g.Go(func() error { return newStudyRunner(h.live, h.desk, h.db.Turn, h.log).Run(ctx) })
	g.Go(func() error { return pruneStudies(ctx, h.db.DB, h.keepStudies, h.log) })
	g.Go(func() error {
		select {
		case <-ctx.Done():
			return nil
		case err := <-h.db.died():
			return fmt.Errorf("the database cannot be kept alive: %w", err)
		}
	})
	if h.terminals != nil {
		g.Go(func() error { return h.hearTerminals(ctx) })
	}
	tak := h.takServer(h.tabletsEvery)
	for _, l := range h.tablets {
		g.Go(func() error { return h.hearTAK(ctx, tak, l) })
	}
	if h.broker != nil {
		h.broker.Intake, h.broker.Log = h.gate, h.log
		g.Go(func() error { return h.broker.Run(ctx) })
	}
	if h.demo != nil {
		g.Go(func() error { return h.demo.drive(ctx, base, h.live, h.log) })
	}
	return g.Wait()
}

// keepTracks makes tomorrow's partition of the tracks in time, and drops those
// that were kept long enough; one node at a time.
func (h *hall) keepTracks(ctx context.Context) error {
	t := time.NewTicker(time.Hour)
	defer t.Stop()
	for {
		if _, err := h.db.Turn(ctx, "tracks", h.tidyTracks); err != nil && ctx.Err() == nil {
			h.log.Warn("keep track partitions", "error", err)
		}
		select {
		case <-t.C:
		case <-ctx.Done():
			return nil
		}
	}
}

func (h *hall) tidyTracks(ctx context.Context) error {
	now := time.Now()
	made := h.db.KeepPartitions(ctx, now)
	if h.keepDays == 0 {
		return made
	}
	dropped, err := h.db.PruneTracks(ctx, now, time.Duration(h.keepDays)*24*time.Hour)
	if len(dropped) > 0 {
		h.log.Info("old tracks dropped", "days", dropped)
	}
	return errors.Join(made, err)
}

// greet prints who can sign in.
func (h *hall) greet() {
	if h.demo != nil {
		h.demo.greet()
	}
}

var _ dispatch.Journal = (*data.DB)(nil)
