package web_test

import (
	"fmt"
	"strings"
	"testing"

	"onemap/dispatch"
)

// probe is a request that is well formed, and changes nothing even where it is
// allowed: it names what is not there, or a version that is not.
type probe struct{ method, path, body string }

func probes(own dispatch.ID) map[string]probe {
	absent := id(99, 1).String()
	incident := "/api/incidents/" + own.String()
	return map[string]probe{
		"signIn":                {"POST", "/api/session", `{"name": "` + absent + `", "password": "x"}`},
		"readSession":           {"GET", "/api/session", ""},
		"changePassword":        {"POST", "/api/session/password", `{"old": "wrong", "new": "long-enough-1"}`},
		"listAccounts":          {"GET", "/api/accounts", ""},
		"putAccount":            {"PUT", "/api/accounts/" + absent, `{"name": "x", "display": "x", "role": "viewer", "area": "130300", "clearance": 0}`},
		"listTokens":            {"GET", "/api/tokens", ""},
		"mintToken":             {"PUT", "/api/tokens/" + absent, `{"name": "x", "area": "nowhere", "days": 1}`},
		"revokeToken":           {"DELETE", "/api/tokens/" + absent, ""},
		"listTerminals":         {"GET", "/api/terminals", ""},
		"putTerminal":           {"PUT", "/api/terminals/" + absent, `{"protocol": "jt808", "identity": "1", "unit": "` + absent + `"}`},
		"removeTerminal":        {"DELETE", "/api/terminals/" + absent, ""},
		"readIngest":            {"GET", "/api/ingest", ""},
		"listEntries":           {"GET", "/api/ledgers/shelter", ""},
		"readEntry":             {"GET", "/api/ledgers/shelter/" + absent, ""},
		"putEntry":              {"PUT", "/api/ledgers/shelter/" + absent, shelterBody},
		"removeEntry":           {"DELETE", "/api/ledgers/shelter/" + absent, ""},
		"readHistory":           {"GET", "/api/ledgers/shelter/" + absent + "/history", ""},
		"importEntries":         {"POST", "/api/ledgers/shelter/import?datum=wgs84&dry_run=true", "code\n"},
		"startImport":           {"POST", "/api/imports?ledger=shelter", "a\n"},
		"listImports":           {"GET", "/api/imports", ""},
		"readImport":            {"GET", "/api/imports/" + absent, ""},
		"dropImport":            {"DELETE", "/api/imports/" + absent, ""},
		"mapImport":             {"PUT", "/api/imports/" + absent + "/mapping", `{"fields": []}`},
		"compareImport":         {"GET", "/api/imports/" + absent + "/diff", ""},
		"applyImport":           {"POST", "/api/imports/" + absent + "/apply", ""},
		"listImportMappings":    {"GET", "/api/import-mappings?ledger=shelter", ""},
		"exportEntries":         {"GET", "/api/ledgers/shelter/export?format=csv", ""},
		"listIncidents":         {"GET", "/api/incidents", ""},
		"readIncident":          {"GET", incident, ""},
		"reportIncident":        {"PUT", incident, reportBody},
		"amendIncident":         {"PATCH", incident, `{}`},
		"advanceIncident":       {"POST", incident + "/advance", `{"to": "verifying"}`},
		"closeIncident":         {"POST", incident + "/close", `{"disposition": "resolved", "reason": "x"}`},
		"readIncidentHistory":   {"GET", incident + "/history", ""},
		"listAssignments":       {"GET", "/api/assignments", ""},
		"readAssignment":        {"GET", "/api/assignments/" + absent, ""},
		"orderUnit":             {"PUT", "/api/assignments/" + absent, `{"incident": "` + absent + `", "unit": "` + absent + `"}`},
		"advanceAssignment":     {"POST", "/api/assignments/" + absent + "/advance", `{"to": "acknowledged"}`},
		"readAssignmentHistory": {"GET", "/api/assignments/" + absent + "/history", ""},
		"listAlarms":            {"GET", "/api/alarms", ""},
		"raiseAlarm":            {"PUT", "/api/alarms/" + absent, `{"kind": "sos", "unit": "` + absent + `"}`},
		"advanceAlarm":          {"POST", "/api/alarms/" + absent + "/advance", `{"to": "acknowledged"}`},
		"divertAssignment":      {"POST", "/api/assignments/" + absent + "/divert", `{"assignment": "` + absent + `", "incident": "` + absent + `", "reason": "x"}`},
		"listReads":             {"GET", "/api/audit/reads", ""},
		"listGrants":            {"GET", "/api/grants", ""},
		"giveGrant":             {"PUT", "/api/grants/" + absent, `{"account": "` + absent + `", "role": "viewer", "area": "130300", "valid_until": "2020-01-01T00:00:00Z", "reason": "x"}`},
		"revokeGrant":           {"DELETE", "/api/grants/" + absent, ""},
		"listETAs":              {"GET", "/api/etas", ""},
		"findNearest":           {"POST", "/api/nearest", `{"point": {"type": "Point", "coordinates": [119.6, 39.9]}, "kinds": ["unit"]}`},
		"measureCoverage":       {"POST", "/api/coverage", `{"kinds": ["shelter"], "distances_m": [1000]}`},
		"readRoads":             {"GET", "/api/roads", ""},
		"listClosures":          {"GET", "/api/closures", ""},
		"previewClosure":        {"POST", "/api/closures/preview", `{"geometry": {"type": "Point", "coordinates": [119.6, 39.9]}}`},
		"findRoute":             {"POST", "/api/route", over},
		"findMatrix":            {"POST", "/api/matrix", matrixOver},
		"findReach":             {"POST", "/api/reach", reachOver},
		"findTwins":             {"POST", "/api/incidents/near", `{"point": {"type": "Point", "coordinates": [119.6, 39.9]}}`},
		"recommend":             {"POST", recommendation(dispatch.ID{15: 1}), `{}`},
		"orderUnits":            {"POST", ordersTo(dispatch.ID{15: 1}), orders(1, dispatch.ID{15: 1})},
		"recommendJointly":      {"POST", "/api/recommendations/joint", `{}`},
		"listVoids":             {"GET", "/api/voids", ""},
		"postUnit":              {"PUT", "/api/units/" + absent + "/post", `{"reason": "x"}`},
		"listActivations":       {"GET", "/api/incidents/" + dispatch.ID{15: 1}.String() + "/activations", ""},
		"listNotes":             {"GET", incident + "/notes", ""},
		"addNote":               {"PUT", incident + "/notes/" + absent, `{"text": ""}`},
		"addPhoto":              {"PUT", incident + "/photos/" + absent, "no picture"},
		"readPhoto":             {"GET", "/api/photos/" + absent, ""},
		"readAfterAction":       {"GET", incident + "/after-action", ""},
		"readIntervals":         {"GET", "/api/intervals", ""},
		"search":                {"GET", "/api/search?q=x", ""},
		"listStudies":           {"GET", "/api/studies", ""},
		"previewStudy":          {"POST", "/api/studies/preview", studyBody},
		"readStudy":             {"GET", "/api/studies/" + absent, ""},
		"askStudy":              {"PUT", "/api/studies/" + absent, `{"name": "x", "kind": "coverage", "params": {}}`},
		"dropStudy":             {"DELETE", "/api/studies/" + absent, ""},
		"readStudyResult":       {"GET", "/api/studies/" + absent + "/result", ""},
		"rerunStudy":            {"POST", "/api/studies/" + absent + "/rerun", ""},
		"listWarnings":          {"GET", "/api/warnings", ""},
		"previewWarning":        {"POST", "/api/warnings/preview", warningBody("")},
		"readWarningFeed":       {"GET", "/api/warnings/feed", ""},
		"receiveWarnings":       {"POST", "/api/warnings/received", "<alert/>"},
		"readWarning":           {"GET", "/api/warnings/" + absent, ""},
		"putWarning":            {"PUT", "/api/warnings/" + absent, warningBody("")},
		"submitWarning":         {"POST", "/api/warnings/" + absent + "/submit", ""},
		"returnWarning":         {"POST", "/api/warnings/" + absent + "/return", `{"reason": "x"}`},
		"approveWarning":        {"POST", "/api/warnings/" + absent + "/approve", ""},
		"issueWarning":          {"POST", "/api/warnings/" + absent + "/issue", `{"password": "` + password + `"}`},
		"cancelWarning":         {"POST", "/api/warnings/" + absent + "/cancel", `{"reason": "x"}`},
		"readWarningCap":        {"GET", "/api/warnings/" + absent + "/cap", ""},
		"readReplay":            {"GET", "/api/replay?at=2020-01-01T00:00:00Z", ""},
		"readReplaySpan":        {"GET", "/api/replay/span", ""},
		"readLabels":            {"GET", "/api/labels", ""},
		"reportFixes":           {"POST", "/api/fixes", `{"fixes": [{"unit": "` + absent + `", "at": "2026-01-01T00:00:00Z", "lon": 1, "lat": 1}]}`},
		"live":                  {"GET", "/api/live", ""},
		"listPacks":             {"GET", "/api/packs", ""},
		"readPack":              {"GET", "/api/packs/nowhere", ""},
		"readTracks":            {"GET", "/api/tracks?from=2026-11-01T00:00:00Z&to=2026-11-02T00:00:00Z&unit=" + absent, ""},
		"addTrack":              {"POST", "/api/units/" + absent + "/track", "$GPRMC"},
		"reportPhone":           {"GET", "/api/osmand?lat=1&lon=1", ""},
		"reportPhoneForm":       {"POST", "/api/osmand?lat=1&lon=1", ""},
		"readJournal":           {"GET", "/api/journal", ""},
		"readStatus":            {"GET", "/api/status", ""},
		"readSpec":              {"GET", "/api/openapi.yaml", ""},
		"readTileJSON":          {"GET", "/tiles/shelter.json", ""},
		"readTile":              {"GET", "/tiles/shelter/8/212/97.mvt", ""},
		"signOut":               {"DELETE", "/api/session", ""},
	}
}

const (
	shelterBody = `{"type": "Feature", "geometry": {"type": "Point", "coordinates": [119.6, 39.94]}, "properties": {"code": "S-9", "name": "避难场所", "division": "130302001", "source_datum": "wgs84", "sensitivity": 0, "class": "central", "grade": "city", "space": "indoor", "state": "planned", "capacity": 9, "occupancy": 0}}`
	studyBody   = `{"name": "x", "kind": "coverage", "params": {"kinds": ["shelter"], "distances_m": [1000]}}`
	reportBody  = `{"type": "Feature", "geometry": {"type": "Point", "coordinates": [119.6, 39.9]}, "properties": {"kind": "flood", "title": "积水", "priority": 3}}`
)

// TestEveryOperationKeepsTheMatrix sends one request for each operation and
// role: allowed or refused as the matrix says, and nothing to nobody.
func TestEveryOperationKeepsTheMatrix(t *testing.T) {
	w := newWorld(t)
	own := id(98, 1)
	w.want(w.do("responder", "PUT", "/api/incidents/"+own.String(), reportBody), 200, "")
	all := probes(own)
	for _, op := range readContract(t).actions() {
		p, ok := all[op.id]
		if !ok {
			t.Errorf("operation %s has no probe", op.id)
			continue
		}
		for _, role := range dispatch.Roles {
			if op.id != "signOut" {
				w.try(op, p, string(role), may(role, op.action))
			}
		}
		if op.action != "public" {
			w.want(w.do("", p.method, p.path, p.body, headersOf(op.id)...), 401, "unauthorized")
		}
	}
	for _, role := range dispatch.Roles {
		w.try(declared{"signOut", "session.own"}, all["signOut"], string(role), may(role, "session.own"))
	}
}

// may is the matrix, and the one operation two rights open.
func may(role dispatch.Role, action string) bool {
	return action == "public" || role.May(dispatch.Action(action)) != dispatch.Denied ||
		action == "ledger.edit" && role.May("ledger.operate") != dispatch.Denied
}

func headersOf(op string) []string {
	switch op {
	case "importEntries":
		return []string{"Content-Type", "text/csv"}
	case "startImport":
		return []string{"Content-Type", "application/octet-stream"}
	case "addTrack":
		return []string{"Content-Type", "text/plain"}
	case "addPhoto":
		return []string{"Content-Type", "image/png"}
	case "receiveWarnings":
		return []string{"Content-Type", "application/cap+xml"}
	case "postUnit", "amendIncident", "advanceIncident", "closeIncident", "advanceAssignment", "divertAssignment", "revokeGrant", "advanceAlarm", "putEntry", "removeEntry", "putAccount", "dropStudy", "putTerminal", "removeTerminal",
		"putWarning", "submitWarning", "returnWarning", "approveWarning", "issueWarning", "cancelWarning":
		return []string{"If-Match", `"99"`}
	}
	return nil
}

func (w *world) try(op declared, p probe, role string, allowed bool) {
	w.Helper()
	a := w.do(role, p.method, p.path, p.body, headersOf(op.id)...)
	refusal := a.StatusCode == 403 || a.StatusCode == 401 && !strings.Contains(a.body, "bad_credentials")
	if refusal == allowed || a.StatusCode >= 500 {
		w.Errorf("%s as %s: %d %s; the matrix says %t", op.id, role, a.StatusCode, brief(a.body), allowed)
	}
}

func brief(body string) string { return fmt.Sprintf("%.300s", body) }

func TestResponderReportsTheOwnUnitOnly(t *testing.T) {
	w := newWorld(t)
	body := func(unit dispatch.ID) string {
		return fmt.Sprintf(`{"fixes": [{"unit": %q, "at": %q, "lon": 119.61, "lat": 39.93, "heading_deg": 720}]}`, unit, stamp(0))
	}
	own := w.do("responder", "POST", "/api/fixes", body(id(3, 1)))
	if !strings.Contains(own.body, `"accepted":1,"doubtful":1`) {
		t.Errorf("own unit, heading 720: %s", own.body)
	}
	other := w.do("responder", "POST", "/api/fixes", body(id(3, 2)))
	if !strings.Contains(other.body, `"unknown_unit"`) {
		t.Errorf("other unit: %s", other.body)
	}
}

func TestPlannerSeesUnitsAtTheirBaseOnly(t *testing.T) {
	w := newWorld(t)
	w.want(w.do("machine", "POST", "/api/fixes", fmt.Sprintf(`{"fixes": [{"unit": %q, "at": %q, "lon": 119.7, "lat": 39.9}]}`, id(3, 1), stamp(0))), 200, "")
	ask := `{"point": {"type": "Point", "coordinates": [119.7, 39.9]}, "kinds": ["unit"], "k": 1, "basis": "crow_flies"}`
	if a := w.do("dispatcher", "POST", "/api/nearest", ask); !strings.Contains(a.body, `"source":"fix"`) || !strings.Contains(a.body, `"distance_m":0`) {
		t.Errorf("dispatcher: %s", a.body)
	}
	if a := w.do("planner", "POST", "/api/nearest", ask); strings.Contains(a.body, `"source":"fix"`) {
		t.Errorf("planner: %s", a.body)
	}
}
