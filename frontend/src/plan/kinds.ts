import type { components } from '../api/schema';

type Schemas = components['schemas'];
export type Kind = Schemas['StudyKind'];
export type Params = Schemas['StudyParams'];
export type Put = Schemas['StudyPut'];
export type Study = Schemas['Study'];
export type Result = Schemas['StudyResult'];
export type Table = Schemas['StudyTable'];
export type Column = Schemas['StudyColumn'];
export type Figure = Schemas['StudyFigure'];
export type Layer = Schemas['StudyLayer'];
export type Model = Schemas['SitingModel'];
export type Site = Schemas['NearestKind'];
export type Profile = Schemas['RoadProfile'];
export type Geometry = Schemas['Geometry'];

export const QUESTIONS: readonly Kind[] = ['coverage', 'siting', 'capacity', 'evacuation', 'accessibility', 'hazard_response', 'depot_readiness', 'shelter_norms', 'station_norms'];
export const MODELS: readonly Model[] = ['mclp', 'lscp', 'p_median', 'p_centre', 'mclp_backup', 'lscp_backup'];
export const SITES: readonly Site[] = ['shelter', 'depot', 'team', 'unit', 'hazard', 'camera'];
export const PROFILES: readonly Profile[] = ['car', 'fire_engine', 'ambulance', 'bus', 'truck', 'foot'];
export const MODES = ['foot', 'bus', 'car'] as const;

/** One part of the question that a person fills in; limits is several thresholds, limit is one. */
export type Part = 'kinds' | 'open_only' | 'division' | 'basis' | 'profile' | 'limits' | 'limit' | 'points' | 'siting' | 'zone' | 'mode' | 'way' | 'class' | 'stock' | 'hours' | 'unit_kinds' | 'hazard_kinds';

/** What is asked for each kind; the server refuses what does not count for it. */
export const PARTS: Record<Kind, readonly Part[]> = {
  coverage: ['kinds', 'basis', 'limits', 'profile', 'points', 'class', 'open_only', 'division'],
  capacity: ['basis', 'limit', 'profile', 'class', 'open_only', 'division'],
  accessibility: ['kinds', 'basis', 'limit', 'profile', 'class', 'open_only', 'division'],
  shelter_norms: ['class', 'open_only', 'division'],
  station_norms: ['open_only', 'division'],
  depot_readiness: ['stock', 'hours', 'open_only', 'division'],
  hazard_response: ['hazard_kinds', 'unit_kinds', 'limits', 'profile', 'division'],
  siting: ['siting', 'kinds', 'basis', 'limit', 'profile', 'class', 'open_only', 'division'],
  evacuation: ['zone', 'mode', 'way', 'class', 'open_only'],
};

/** Models that look for so many sites; the others find how few do. */
export const counts = (m: Model): boolean => !m.startsWith('lscp');
/** Models that a solver outside can be asked to prove. */
export const PROVABLE: readonly Model[] = ['lscp', 'mclp', 'p_median'];
