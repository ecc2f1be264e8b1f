/**
 * Codes a form offers, in the order of the domain model. The words come from the server's labels where it has
 * the list, otherwise from the locale files under ledger.codes.
 */
export const CODES: Record<string, readonly string[]> = {
  datum: ['wgs84', 'cgcs2000', 'gcj02', 'bd09'],
  sensitivity: ['0', '1', '2', '3'],
  division_level: ['city', 'county', 'township'],
  owner_system: ['fire_rescue', 'gov_fulltime', 'enterprise', 'professional', 'military_joint', 'township', 'village', 'social', 'aviation', 'transport'],
  discipline: ['fire', 'forest_fire', 'hazmat', 'mine', 'flood', 'water_rescue', 'diving', 'mountain', 'collapse', 'geohazard', 'medical', 'engineering', 'power', 'comms', 'aviation', 'disinfection', 'psychology'],
  capability_level: ['1', '2', '3', '4'],
  readiness: ['ready', 'limited', 'not_ready'],
  shift: ['day', 'night'],
  unit_kind: ['engine', 'ladder', 'rescue', 'hazmat', 'forest', 'ambulance', 'boat', 'pump', 'command', 'comms', 'transport', 'excavator', 'helicopter'],
  duty: ['off_duty', 'standby', 'available_base', 'available_mobile', 'resting', 'maintenance', 'suspended'],
  depot_level: ['city', 'county', 'township'],
  shelter_class: ['emergency', 'fixed_short', 'fixed_mid', 'fixed_long', 'central'],
  shelter_grade: ['province', 'city', 'county', 'township', 'village'],
  shelter_space: ['indoor', 'outdoor'],
  shelter_state: ['planned', 'built', 'ready', 'maintenance', 'opening', 'open', 'full', 'closing', 'unsafe'],
  hazard_kind: ['tailings_pond', 'mine', 'hazmat', 'geohazard'],
  hazard_level: ['1', '2', '3', '4'],
  hazard_state: ['operating', 'suspended', 'closed', 'treated'],
  risk_zone_kind: ['forest_fire', 'flood', 'geohazard', 'surge'],
  risk_zone_class: ['1', '2', '3'],
  closure_cause: ['flood', 'landslide', 'collapse', 'accident', 'works', 'ice_snow', 'fire', 'control', 'other'],
  closure_confidence: ['reported', 'verified'],
  run_card_mode: ['inform', 'prefill', 'auto'],
  priority: ['1', '2', '3', '4', '5'],
  camera_state: ['online', 'offline', 'unknown'],
};

/** Lists whose values are numbers on the wire. */
export const NUMERIC = new Set(['sensitivity', 'capability_level', 'hazard_level', 'risk_zone_class', 'priority']);
