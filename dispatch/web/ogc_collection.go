package web

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"onemap/dispatch"
	"onemap/dispatch/cql"
)

// ogcRow is one feature of a collection, written when it is wanted: as its
// reader may see it, so that no filter learns what is hidden.
type ogcRow struct {
	key      string       // the order of paging, unique in the collection
	name     string       // its id; empty: that of what it is about
	geometry orb.Geometry // nil: not known
	span     cql.Span     // when it was so
	write    func() (json.RawMessage, error)
	kind     string // of what is noted when it is shown
	about    dispatch.ID
	secret   func() []string // the restricted fields it shows; nil: none
	entry    *dispatch.Entry // what members reads of; nil: of nothing
	members  entryMembers
}

// id is the feature's id in its collection.
func (r *ogcRow) id() string {
	if r.name != "" {
		return r.name
	}
	return r.about.String()
}

// ogcCollection is one collection of features for one caller.
type ogcCollection struct {
	id, zh, en string
	properties []ogcProperty
	note       string
	rows       func(ctx context.Context, v ogcView) ([]ogcRow, error)
}

// ogcView is what one request is answered from: who asks, one picture, and now.
type ogcView struct {
	*Server
	who dispatch.Actor
	p   *dispatch.Picture
	now time.Time
}

func (s *Server) ogcView(k *call) ogcView {
	return ogcView{s, k.who.actor, s.Live.Picture(), s.now()}
}

var always = cql.Span{From: -1 << 63, To: 1<<63 - 1}

// ledgerWords name the ledgers' collections.
var ledgerWords = map[dispatch.Ledger][2]string{
	dispatch.Divisions: {"行政区划", "divisions"}, dispatch.Teams: {"救援队伍", "rescue teams"}, dispatch.Units: {"出动力量", "units at their bases"},
	dispatch.Depots: {"物资储备库", "depots"}, dispatch.Shelters: {"避难场所", "shelters"}, dispatch.Hazards: {"危险源、隐患点", "hazards"},
	dispatch.RiskZones: {"风险区", "risk zones"}, dispatch.Cameras: {"监控点", "cameras"}, dispatch.Cells: {"人口格网", "population grid"},
	dispatch.Closures: {"道路阻断", "road closures"}, dispatch.RunCards: {"出动编组方案", "run cards"}, dispatch.CoverageRules: {"覆盖规则", "coverage rules"},
}

// collections lists what the caller may read at all.
func (v ogcView) collections() []ogcCollection {
	var all []ogcCollection
	may := func(x dispatch.Action) bool { return v.who.May(x) != dispatch.Denied }
	if may("ledger.read") {
		for _, l := range dispatch.Ledgers {
			all = append(all, ledgerCollection(l))
		}
	}
	if may("incident.read") {
		all = append(all, ogcCollection{id: dispatch.KindIncident, zh: "突发事件", en: "incidents", note: "进行中的，以及一天内结束的 · open, or ended within a day",
			properties: versioned(reflect.TypeFor[dispatch.Incident]()), rows: incidentRows})
	}
	if may("alarm.read") {
		all = append(all, ogcCollection{id: dispatch.KindAlarm, zh: "报警", en: "alarms", note: "进行中的，以及一天内结束的 · open, or ended within a day",
			properties: versioned(reflect.TypeFor[dispatch.Alarm]()), rows: alarmRows})
	}
	if may("position.read") {
		all = append(all,
			ogcCollection{id: "position", zh: "力量位置", en: "units where they were heard last", properties: propertiesOf(reflect.TypeFor[ogcPosition]()), rows: positionRows},
			ogcCollection{id: "track", zh: "轨迹", en: "tracks of what was sent", note: "现有及一天内结束的出动 · of assignments that are open, or ended within a day",
				properties: propertiesOf(reflect.TypeFor[ogcTrack]()), rows: trackRows})
	}
	if may("study.read") {
		all = append(all, v.studyCollections()...)
	}
	return all
}

// collection finds one by its id; what the caller may not read is not there.
func (v ogcView) collection(ctx context.Context, id string) (ogcCollection, error) {
	for _, c := range v.collections() {
		if c.id != id {
			continue
		}
		if c.properties == nil { // of a study: as its result has them
			var err error
			if c, err = v.studyProperties(ctx, c); err != nil {
				return c, err
			}
		}
		return c, nil
	}
	return ogcCollection{}, errNoCollection
}

func versioned(types ...reflect.Type) []ogcProperty {
	return append(propertiesOf(types...), ogcProperty{"version", cql.Number})
}

func ledgerCollection(l dispatch.Ledger) ogcCollection {
	words := ledgerWords[l]
	c := ogcCollection{id: string(l), zh: words[0], en: words[1], properties: versioned(reflect.TypeFor[dispatch.Head]())}
	if detail, err := dispatch.NewDetail(l); err == nil {
		c.properties = append(c.properties, propertiesOf(reflect.TypeOf(detail).Elem())...)
	}
	c.properties = append(c.properties, ogcProperty{"recorded_at", cql.Timestamp})
	c.rows = func(_ context.Context, v ogcView) ([]ogcRow, error) { return v.entryRows(l), nil }
	return c
}

func (v ogcView) entryRows(l dispatch.Ledger) []ogcRow {
	entries, members := v.p.Shelf(l).ByCode(), plainMembers(l)
	rows := make([]ogcRow, 0, len(entries))
	for _, e := range entries {
		if !v.who.Sees(e.Division, e.Sensitivity) {
			continue
		}
		rows = append(rows, ogcRow{
			key: e.Code, geometry: e.Geometry, span: cql.Span{From: e.RecordedAt.UnixMicro(), To: always.To},
			kind: string(e.Ledger), about: e.ID, secret: secretsOf(e), entry: e, members: members,
			write: func() (json.RawMessage, error) {
				raw, err := e.Properties()
				if err != nil {
					return nil, fmt.Errorf("write %s %s: %w", e.Ledger, e.ID, err)
				}
				if v.who.MasksEntry(e.Division, e.Sensitivity) {
					raw = redact(raw)
				}
				return withMembers(raw, fmt.Sprintf(`"version":%d,"recorded_at":%q`, e.Version, e.RecordedAt.UTC().Format(time.RFC3339Nano))), nil
			},
		})
	}
	return rows
}

// secretsOf is nil for what is not restricted, which nearly all is not.
func secretsOf(e *dispatch.Entry) func() []string {
	if e.Sensitivity < dispatch.RestrictedFrom {
		return nil
	}
	return e.Restricted
}

// withMembers adds written members to a JSON object.
func withMembers(raw json.RawMessage, members string) json.RawMessage {
	end := bytes.LastIndexByte(raw, '}')
	if end < 0 {
		return raw
	}
	out := append(make([]byte, 0, len(raw)+len(members)+1), raw[:end]...)
	if end > 1 {
		out = append(out, ',')
	}
	return append(append(out, members...), '}')
}

// during is the time between two moments; without an end it goes on.
func during(from time.Time, to *time.Time) cql.Span {
	s := cql.Span{From: from.UnixMicro(), To: always.To}
	if to != nil {
		s.To = to.UnixMicro()
	}
	return s
}

func sortedRows(rows []ogcRow) []ogcRow {
	slices.SortFunc(rows, func(a, b ogcRow) int { return cmp.Compare(a.key, b.key) })
	return rows
}

func incidentRows(_ context.Context, v ogcView) ([]ogcRow, error) {
	var rows []ogcRow
	for in := range maps.Values(v.p.Incidents) {
		if !v.p.SeesIncident(v.who, in) {
			continue
		}
		rows = append(rows, ogcRow{
			key: in.Number + in.ID.String(), geometry: in.Geometry, span: during(in.ReceivedAt, in.ClosedAt),
			kind: dispatch.KindIncident, about: in.ID, secret: func() []string { return in.Restricted(v.who) },
			write: func() (json.RawMessage, error) {
				raw, err := json.Marshal(in)
				if err != nil {
					return nil, fmt.Errorf("write incident %s: %w", in.ID, err)
				}
				if v.who.MasksIncident(in) {
					raw = redact(raw)
				}
				return withMembers(raw, fmt.Sprintf(`"version":%d`, in.Version)), nil
			},
		})
	}
	return sortedRows(rows), nil
}

func alarmRows(_ context.Context, v ogcView) ([]ogcRow, error) {
	var rows []ogcRow
	for al := range maps.Values(v.p.Alarms) {
		if !v.p.SeesAlarm(v.who, al) {
			continue
		}
		r := ogcRow{key: al.RaisedAt.UTC().Format(time.RFC3339Nano) + al.ID.String(), about: al.ID, span: during(al.RaisedAt, al.EndedAt), write: func() (json.RawMessage, error) {
			raw, err := json.Marshal(al)
			return withMembers(raw, fmt.Sprintf(`"version":%d`, al.Version)), err
		}}
		if al.Point != nil {
			r.geometry = *al.Point
		}
		rows = append(rows, r)
	}
	return sortedRows(rows), nil
}

// ogcPosition is a unit where it was heard last. Health says what that is worth.
type ogcPosition struct {
	Unit       string    `json:"unit"` // its code
	Name       string    `json:"name"`
	CallSign   string    `json:"call_sign"`
	Kind       string    `json:"kind"`
	Division   string    `json:"division"`
	Status     string    `json:"status"`
	Health     string    `json:"health"`
	DeviceAt   time.Time `json:"device_at"`
	HeadingDeg *float64  `json:"heading_deg,omitempty"`
	SpeedMPS   *float64  `json:"speed_mps,omitempty"`
	AccuracyM  *float64  `json:"accuracy_m,omitempty"`
	Doubtful   bool      `json:"doubtful"`
}

func positionRows(_ context.Context, v ogcView) ([]ogcRow, error) {
	var rows []ogcRow
	for _, e := range v.p.Shelf(dispatch.Units).ByCode() {
		fix, heard := v.Live.Board().At(e.ID)
		if !heard || !v.who.SeesPosition(e) {
			continue
		}
		rows = append(rows, ogcRow{
			key: e.Code, geometry: fix.Point, span: during(fix.DeviceAt, &fix.DeviceAt),
			kind: string(e.Ledger), about: e.ID, secret: e.Restricted,
			write: func() (json.RawMessage, error) {
				unit, status := e.Detail.(*dispatch.Unit), v.p.Status(e)
				return json.Marshal(ogcPosition{
					Unit: e.Code, Name: e.Name, CallSign: unit.CallSign, Kind: unit.Kind, Division: e.Division, Status: status,
					Health: string(dispatch.HealthAt(v.now.Sub(fix.DeviceAt), dispatch.StatusClass(status))), DeviceAt: fix.DeviceAt.UTC(),
					HeadingDeg: (*float64)(fix.Heading), SpeedMPS: fix.SpeedMPS, AccuracyM: fix.AccuracyM, Doubtful: fix.Doubtful,
				})
			},
		})
	}
	return rows, nil
}

// ogcTrack is where a unit went while an assignment bound it.
type ogcTrack struct {
	Incident string    `json:"incident"` // its number
	Unit     string    `json:"unit"`
	Name     string    `json:"name"`
	State    string    `json:"state"`
	From     time.Time `json:"from"`
	To       time.Time `json:"to"`
	Fixes    int       `json:"fixes"`
	LengthM  *float64  `json:"length_m,omitempty"` // nil: fewer than two fixes
}

// Most tracks of one answer, the newest first, and the points they share.
const (
	mostTracks      = 500
	mostTrackDots   = 200_000
	mostDotsOfTrack = 2000
)

func trackRows(ctx context.Context, v ogcView) ([]ogcRow, error) {
	sent := slices.Collect(maps.Values(v.p.Assignments))
	slices.SortFunc(sent, func(a, b *dispatch.Assignment) int {
		return cmp.Or(b.OrderedAt.Compare(a.OrderedAt), slices.Compare(a.ID[:], b.ID[:]))
	})
	spans := v.p.TrackSpans(v.who, sent, v.now)
	spans = spans[:min(len(spans), mostTracks)]
	if len(spans) == 0 {
		return nil, nil
	}
	tracks, err := v.Past.Tracks(ctx, spans, min(mostDotsOfTrack, max(2, mostTrackDots/len(spans))))
	if err != nil {
		return nil, fmt.Errorf("read tracks: %w", err)
	}
	byID := map[dispatch.ID]dispatch.Track{}
	for _, t := range tracks {
		byID[t.Assignment] = t
	}
	var rows []ogcRow
	for _, span := range spans {
		as, t := v.p.Assignments[span.Assignment], byID[span.Assignment]
		one := ogcTrack{Incident: as.Number, State: string(as.State), From: span.From.UTC(), To: span.To.UTC(), Fixes: t.Fixes}
		if length, ok := t.Length(); ok {
			one.LengthM = (*float64)(&length)
		}
		r := ogcRow{key: as.ID.String(), name: as.ID.String(), span: during(span.From, &span.To), write: func() (json.RawMessage, error) { return json.Marshal(one) }}
		if unit := v.p.Entry(dispatch.Units, as.Unit); unit != nil {
			one.Unit, one.Name = unit.Code, unit.Name
			r.kind, r.about, r.secret = string(unit.Ledger), unit.ID, unit.Restricted
		}
		if len(t.Points) > 1 { // one place is no line
			line := make(orb.LineString, len(t.Points))
			for i, p := range t.Points {
				line[i] = p.Point
			}
			r.geometry = line
		}
		rows = append(rows, r)
	}
	return sortedRows(rows), nil
}

// studyID reads the id of a study from that of its collection.
func studyID(id string) (dispatch.ID, bool) {
	text, ok := strings.CutPrefix(id, "study-")
	if !ok {
		return dispatch.ID{}, false
	}
	study, err := uuid.Parse(text)
	return study, err == nil
}
