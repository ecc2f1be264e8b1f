import type { components } from './schema';

type Schemas = components['schemas'];

export type Problem = Schemas['Problem'];
export type FieldProblem = Schemas['FieldProblem'];
export type Receipt = Schemas['Receipt'];
export type Session = Schemas['Session'];
export type Role = Schemas['Role'];
export type Account = Schemas['Account'];
export type Token = Schemas['Token'];
export type Datum = Schemas['Datum'];
export type LedgerCode = Schemas['LedgerCode'];
export type EntryFeature = Schemas['EntryFeature'];
export type EntryPage = Schemas['EntryPage'];
export type Incident = Schemas['Incident'];
export type IncidentFeature = Schemas['IncidentFeature'];
export type IncidentState = Schemas['IncidentState'];
export type IncidentKind = Schemas['IncidentKind'];
export type IncidentFacts = Schemas['IncidentFacts'];
export type Disposition = Schemas['Disposition'];
export type NearestKind = Schemas['NearestKind'];
export type NearestQuery = Schemas['NearestQuery'];
export type NearestAnswer = Schemas['NearestAnswer'];
export type NearestHit = Schemas['NearestHit'];
export type WhyNot = Schemas['WhyNot'];
export type Basis = Schemas['Basis'];
export type Assignment = Schemas['Assignment'];
export type AssignmentState = Schemas['AssignmentState'];
export type Eta = Schemas['ETA'];
export type Warning = Schemas['Warning'];
export type Alarm = Schemas['Alarm'];
export type Note = Schemas['Note'];
export type AfterAction = Schemas['AfterAction'];
export type AlarmKind = Schemas['AlarmKind'];
export type AlarmOutcome = Schemas['AlarmOutcome'];
export type CoverageQuery = Schemas['CoverageQuery'];
export type CoverageAnswer = Schemas['CoverageAnswer'];
export type CoverageResult = Schemas['CoverageResult'];
export type SearchHit = Schemas['SearchHit'];
export type Event = Schemas['Event'];
export type Status = Schemas['Status'];
export type Shelter = Schemas['Shelter'];
export type Depot = Schemas['Depot'];

/** LonLat is a position in WGS84, longitude first. */
export type LonLat = [lon: number, lat: number];
