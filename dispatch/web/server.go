package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/paulmach/orb"
	"golang.org/x/sync/errgroup"

	"onemap/dispatch"
	"onemap/dispatch/live"
	"onemap/dispatch/study"
	"onemap/dispatch/wire/cap"
	"onemap/geo/crs"
	"onemap/tiles"
)

// Past is what the picture no longer holds: what happened to one thing, and
// old incidents.
type Past interface {
	// History returns the events of one entity, newest first.
	History(ctx context.Context, ref dispatch.Ref, limit int) ([]dispatch.Event, error)
	// Incidents returns incidents in an area by falling number, from behind before.
	Incidents(ctx context.Context, before string, limit int, open bool, area string) ([]*dispatch.Incident, error)
	Incident(ctx context.Context, id dispatch.ID) (*dispatch.Incident, error)
	// Assignments returns assignments of an incident and of a unit (nil: of any),
	// the newest order first, from behind the one ordered then under that id.
	Assignments(ctx context.Context, incident, unit *dispatch.ID, before time.Time, id dispatch.ID, limit int) ([]*dispatch.Assignment, error)
	Assignment(ctx context.Context, id dispatch.ID) (*dispatch.Assignment, error)
	Alarm(ctx context.Context, id dispatch.ID) (*dispatch.Alarm, error)
	Warning(ctx context.Context, id dispatch.ID) (*dispatch.Warning, error)
	// IncidentsNear returns incidents of an area that ended after since within
	// metres of a place, the newest end first.
	IncidentsNear(ctx context.Context, at orb.Point, metres float64, since time.Time, area string, limit int) ([]*dispatch.Incident, error)
	// Notes returns an incident's notes in the order they were recorded, Note
	// one of any incident, Photo the bytes of a note's photo.
	Notes(ctx context.Context, incident dispatch.ID) ([]*dispatch.Note, error)
	Note(ctx context.Context, id dispatch.ID) (*dispatch.Note, error)
	Photo(ctx context.Context, note dispatch.ID) ([]byte, error)
	// StudyResult returns the bytes of a study's result.
	StudyResult(ctx context.Context, study dispatch.ID) ([]byte, error)
	// EventsAbout returns events of some entities from behind a number, in order,
	// AlarmsAbout alarms about an incident, the oldest first.
	EventsAbout(ctx context.Context, about []dispatch.Ref, after dispatch.Seq, limit int) ([]dispatch.Event, error)
	AlarmsAbout(ctx context.Context, incident dispatch.ID, limit int) ([]*dispatch.Alarm, error)
	// Tracks returns where units were, each thinned to most points.
	Tracks(ctx context.Context, spans []dispatch.TrackSpan, most int) ([]dispatch.Track, error)
	// UnitTracks returns them with all that is known of each position, doubtful
	// ones too; all together thinned to about most.
	UnitTracks(ctx context.Context, spans []dispatch.TrackSpan, most int) ([]dispatch.UnitTrack, error)
	// Work returns the incidents of a time, a kind (empty: any), an area and a
	// division, and what was sent to them.
	Work(ctx context.Context, from, to time.Time, kind, area, division string) ([]*dispatch.Incident, []*dispatch.Assignment, error)
}

// Secrets is what people and machines prove themselves with. EndSessions ends
// an account's sessions, all but one.
type Secrets interface {
	PasswordOf(ctx context.Context, account dispatch.ID) (hash string, err error)
	TokenOf(ctx context.Context, hash []byte) (dispatch.ID, error)
	TerminalSecret(ctx context.Context, id dispatch.ID) ([]byte, error)
	EndSessions(ctx context.Context, account dispatch.ID, except []byte) error
}

// Sessions keeps who is signed in, by the hash of the cookie.
type Sessions interface {
	StartSession(ctx context.Context, hash []byte, account dispatch.ID, expires time.Time) error
	SessionOf(ctx context.Context, hash []byte) (account dispatch.ID, expires time.Time, err error)
	EndSession(ctx context.Context, hash []byte) error
}

// Tiles serves vector tiles and knows when a layer last changed.
type Tiles interface {
	Get(ctx context.Context, key tiles.Key, version int64) (tiles.Tile, error)
}

// Config is all the door needs. Everything but Secure, Hosts, Demo and Client
// must be set.
type Config struct {
	Desk     *dispatch.Desk
	Live     *live.Live
	Feed     live.Feed
	Past     Past
	Replay   Replay
	Secrets  Secrets
	Sessions Sessions
	Reads    Reads               // of restricted fields; nil keeps none
	Ingest   *live.Ingest        // what terminals sent; nil: none are listened to
	Feeds    func() []cap.Polled // of warnings; nil: none are polled
	Intake   dispatch.Intake     // of phones, and of receivers' files; nil: none
	Packs    *tiles.Packs        // of the base map, for tablets; nil: none
	Tiles    Tiles
	// BaseVersion is the version of the base map.
	BaseVersion func(ctx context.Context) (int64, error)
	Search      *dispatch.Searcher
	// Read takes a file apart into rows, Write puts entries into one.
	Read    func(l dispatch.Ledger, format string, d crs.Datum, r io.Reader) ([]dispatch.Row, []string, []dispatch.RowProblem, error)
	Write   func(w io.Writer, l dispatch.Ledger, format string, entries []*dispatch.Entry) error
	Imports Imports // foreign files on their way into a ledger
	// Book and Package write a study as a workbook and as a GeoPackage.
	Book    func(w io.Writer, r study.Result) error
	Package func(ctx context.Context, w io.Writer, r study.Result) error
	Ready   func(ctx context.Context) error // asks what the server stands on
	Full    func() bool                     // the disk has no room for commands; nil is never
	Figures func() map[string]float64       // of other rooms, for monitoring; may be nil

	Client  fs.FS    // the built client; nil serves none
	Hosts   []string // names this server answers to, beside addresses and loopback
	Secure  bool     // the cookie is for TLS only
	Demo    bool     // the data are examples
	Version string
	Log     *slog.Logger
	Now     func() time.Time
}

// Server is the door. Its zero value serves nothing; make one with New.
type Server struct {
	Config
	operations map[string]operation
	echo       *echo.Echo
	cookies    *proofs
	tokens     *proofs
	throttle   *throttle
	hashing    chan struct{} // who may compute a password hash now
	importing  chan struct{} // one import at a time
	receiving  chan struct{} // photos on their way in
	measuring  chan struct{} // coverage: a core is left for the dispatchers
	rerunning  chan struct{} // one study at a time
	previews   study.Memo
	sockets    *sockets
	metrics    *metrics
	client     *client
	baseMap    baseVersion
	pace       pace
	foreign    *http.CrossOriginProtection
	reads      readLog
	basics     *basics
	results    ogcResults
}

// New returns a server, or an error when its contract and its code part.
func New(cfg Config) (*Server, error) {
	operations, err := readOperations(spec)
	if err == nil {
		err = ogcOperations(operations)
	}
	if err != nil {
		return nil, err
	}
	s := &Server{
		Config: cfg, operations: operations, echo: echo.New(), throttle: newThrottle(), pace: honest,
		hashing: make(chan struct{}, hashers), importing: make(chan struct{}, 1), receiving: make(chan struct{}, mostReceiving), measuring: make(chan struct{}, max(1, runtime.GOMAXPROCS(0)-1)), rerunning: make(chan struct{}, 1),
		sockets: newSockets(), foreign: http.NewCrossOriginProtection(), basics: newBasics(),
	}
	s.cookies = newProofs(s.now, func(ctx context.Context, hash []byte) (dispatch.ID, time.Time, error) {
		return s.Sessions.SessionOf(ctx, hash)
	})
	s.tokens = newProofs(s.now, func(ctx context.Context, hash []byte) (dispatch.ID, time.Time, error) {
		id, err := s.Secrets.TokenOf(ctx, hash)
		return id, s.now().Add(sessionTime), err // when it really ends, the picture knows
	})
	s.metrics = newMetrics(s)
	if s.client, err = newClient(cfg.Client); err != nil {
		return nil, err
	}
	s.routes()
	return s, s.declared()
}

func (s *Server) now() time.Time { return s.Now() }

func (s *Server) routes() {
	e := s.echo
	e.HideBanner, e.HidePort = true, true
	e.Binder = binder{s}
	e.HTTPErrorHandler = func(err error, c echo.Context) { s.fail(c, err) }
	e.Use(s.admit)
	RegisterHandlers(e, NewStrictHandler(api{s}, nil))
	e.GET("/api/live", s.live)
	e.GET("/api/openapi.yaml", s.readSpec)
	e.POST("/api/ledgers/:ledger/import", s.importEntries)
	e.POST("/api/imports", s.startImport)
	e.PUT("/api/incidents/:id/photos/:note", s.addPhoto)
	e.GET("/api/photos/:id", s.readPhoto)
	e.GET("/api/incidents/:id/after-action", s.readAfterAction)
	e.GET("/api/ledgers/:ledger/export", s.exportEntries)
	e.GET("/api/packs/:area", s.readPack)
	e.GET("/api/tracks", s.readTracks)
	e.POST("/api/units/:id/track", s.addTrack)
	e.GET("/api/warnings/feed", s.readWarningFeed)
	e.GET("/api/warnings/:id/cap", s.readWarningCap)
	e.POST("/api/warnings/received", s.receiveWarnings)
	e.GET("/api/osmand", s.reportPhone)
	e.POST("/api/osmand", s.reportPhone)
	e.GET("/tiles/:layer", s.readTileJSON)
	e.GET("/tiles/:layer/:z/:x/:y", s.readTile)
	s.ogcRoutes(e)
}

// declared refuses a route that the contract does not have, and an operation
// that no route serves.
func (s *Server) declared() error {
	served := map[string]bool{}
	for _, r := range s.echo.Routes() {
		key := r.Method + " " + r.Path
		if _, ok := s.operations[key]; !ok {
			return fmt.Errorf("route %s is not in the contract", key)
		}
		served[key] = true
	}
	for key := range s.operations {
		if !served[key] {
			return fmt.Errorf("operation %s has no route", key)
		}
	}
	return nil
}

type binder struct{ *Server }

// api has the generated interface's methods.
type api struct{ *Server }

// Limits of a connection.
const (
	headerTimeout = 5 * time.Second
	idleTimeout   = 2 * time.Minute
	headerBytes   = 64 << 10
	stopTimeout   = 7 * time.Second
)

// Serve answers on a listener until ctx ends; then it lets what is under way
// finish, for at most 7 s.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	srv := &http.Server{
		Handler: s.Handler(), ReadHeaderTimeout: headerTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: headerBytes,
		ErrorLog: slog.NewLogLogger(s.Log.Handler(), slog.LevelDebug),
	}
	g, gctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("serve %s: %w", l.Addr(), err)
		}
		return nil
	})
	g.Go(func() error { return s.keepReads(gctx) })
	g.Go(func() error {
		<-gctx.Done()
		stop, cancel := context.WithTimeout(context.WithoutCancel(gctx), stopTimeout)
		defer cancel()
		drained := s.sockets.drain(stop)
		if err := srv.Shutdown(stop); err != nil {
			return errors.Join(fmt.Errorf("stop serving: %w", err), srv.Close())
		}
		return drained
	})
	return g.Wait()
}
