package dispatch

import (
	"maps"
	"slices"
	"testing"
)

func TestEveryCodeHasWordsInBothLanguages(t *testing.T) {
	ledgers := make([]string, len(Ledgers))
	for i, l := range Ledgers {
		ledgers[i] = string(l)
	}
	var statuses, roles []string
	for _, s := range UnitStatuses {
		statuses = append(statuses, s.Code)
	}
	for _, r := range Roles {
		roles = append(roles, string(r))
	}
	for list, codes := range map[string][]string{
		"ledger": ledgers, "unit_kind": UnitKinds, "duty": DutyStates, "unit_status": statuses, "discipline": Disciplines,
		"owner_system": OwnerSystems, "readiness": Readiness, "depot_level": DepotLevels, "shelter_class": ShelterClasses,
		"shelter_grade": ShelterGrades, "shelter_state": ShelterStates, "shelter_space": ShelterSpaces, "hazard_kind": HazardKinds,
		"hazard_state": HazardStates, "risk_zone_kind": RiskZoneKinds, "camera_state": CameraStates, "incident_kind": IncidentKinds,
		"disposition": slices.Collect(maps.Keys(Dispositions)), "role": roles, "division_level": DivisionLevels,
		"closure_cause": ClosureCauses, "closure_confidence": ClosureConfidence, "road_profile": profileNames(),
		"alarm_kind": {AlarmSOS, AlarmUnacknowledged, AlarmLost, AlarmVoid, AlarmAutoOrdered, AlarmHazard}, "alarm_state": {AlarmNew, AlarmSeen, AlarmOver},
		"alarm_outcome": AlarmOutcomes,
		"warning_state": WarningStates, "warning_colour": WarningColours, "warning_kind": WarningKinds, "warning_urgency": WarningUrgency,
		"warning_certainty": WarningCertainty, "warning_message": {MessageAlert, MessageUpdate, MessageCancel},
		"terminal_protocol": {string(JT808), string(OsmAnd), string(CoT), string(NMEA), string(MQTT)}, "terminal_clock": {string(DeviceClock), string(ServerClock)},
		"study_kind": StudyKinds, "study_state": {StudyAsked, "running", StudyFinished, StudyFailed, StudyCancelled},
		"study_verdict": {"pass", "fail", "unknown"}, "study_sense": {"least", "most"}, "study_unit": {"m2", "m", "people", "count"},
		"study_short": {"stock_out", "too_far", "unreachable"}, "study_binding": {"places", "travel"}, "yes_no": {"yes", "no"},
		"requirement_type": RequirementTypes, "run_card_mode": RunCardModes,
	} {
		for _, code := range codes {
			if w := Labels[list][code]; w[0] == "" || w[1] == "" {
				t.Errorf("%s %q has no words: %q", list, code, w)
			}
		}
	}
}
