package web

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics are the figures of this room; those of others are asked for when
// somebody scrapes.
type metrics struct {
	handler   http.Handler
	requests  *prometheus.CounterVec
	took      *prometheus.HistogramVec
	signIns   *prometheus.CounterVec
	fixes     *prometheus.CounterVec
	closes    *prometheus.CounterVec
	tiles     *prometheus.CounterVec
	readsLost prometheus.Counter
}

func newMetrics(s *Server) *metrics {
	registry := prometheus.NewRegistry()
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	}
	m := &metrics{
		requests: counter("onemap_requests_total", "Requests by operation and status.", "op", "status"),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "onemap_request_seconds", Help: "Time to answer, by operation.", Buckets: []float64{.001, .005, .02, .1, .5, 2, 10},
		}, []string{"op"}),
		signIns: counter("onemap_sign_ins_total", "Attempts to sign in, by outcome.", "outcome"),
		fixes:   counter("onemap_fixes_total", "Positions received, by outcome.", "outcome"),
		closes:  counter("onemap_sockets_closed_total", "Live channels ended, by close code.", "code"),
		tiles:   counter("onemap_tiles_total", "Tiles answered, by status.", "status"),

		readsLost: prometheus.NewCounter(prometheus.CounterOpts{Name: "onemap_reads_lost_total", Help: "Reads of restricted fields that could not be recorded."}),
	}
	registry.MustRegister(m.readsLost, m.requests, m.took, m.signIns, m.fixes, m.closes, m.tiles, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), elsewhere{s})
	m.handler = promhttp.HandlerFor(registry, promhttp.HandlerOpts{})
	return m
}

func (m *metrics) request(op string, status int, took time.Duration) {
	m.requests.WithLabelValues(op, strconv.Itoa(status)).Inc()
	if op != "live" {
		m.took.WithLabelValues(op).Observe(took.Seconds())
	}
}

func (m *metrics) closed(code int) { m.closes.WithLabelValues(strconv.Itoa(code)).Inc() }

// elsewhere collects what other rooms count.
type elsewhere struct{ *Server }

// Describe leaves the names open: which there are depends on the settings.
func (elsewhere) Describe(chan<- *prometheus.Desc) {}

// Collect asks the picture, the live room and whoever the settings name.
func (e elsewhere) Collect(out chan<- prometheus.Metric) {
	p, l := e.Live.Picture(), e.Live.Stats()
	figures := map[string]float64{
		"onemap_picture_seq": float64(p.Seq), "onemap_sockets": float64(e.sockets.count()),
		"onemap_units_heard":       float64(e.Live.Board().Heard(e.now().Add(-heardWithin))),
		"onemap_live_events_total": float64(l.Events), "onemap_live_ticks_total": float64(l.Ticks), "onemap_live_frames_total": float64(l.Frames),
		"onemap_live_frame_bytes_total": float64(l.FrameBytes), "onemap_live_slow_total": float64(l.SlowClosed), "onemap_tracks_lost_total": float64(l.TracksLost),
	}
	if e.Figures != nil {
		for name, v := range e.Figures() {
			figures["onemap_"+name] = v
		}
	}
	for name, v := range figures {
		out <- prometheus.MustNewConstMetric(prometheus.NewDesc(name, "See docs.", nil, nil), prometheus.UntypedValue, v)
	}
}
