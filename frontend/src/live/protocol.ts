import type { ClosureNow } from '../api/road';
import type { Alarm, Assignment, Eta, Event, IncidentFeature, Warning } from '../api/types';

/** LiveUnit is a unit as the live channel tells it; lon and lat are its base. */
export interface LiveUnit {
  handle: number;
  id: string;
  version: number;
  code: string;
  name: string;
  call_sign: string;
  kind: string;
  division: string;
  team: string;
  status: string;
  class: string;
  lon: number;
  lat: number;
  at?: string;
}

export interface Picture {
  type: 'picture';
  seq: number;
  epoch: string;
  now: string;
  units: LiveUnit[] | null;
  incidents: IncidentFeature[] | null;
  assignments?: Assignment[] | null;
  alarms?: Alarm[] | null;
  warnings?: Warning[] | null;
  counts: Record<string, number> | null;
}
/** PastPicture is what a moment of the past is shown from. */
export interface PastPicture {
  at: string;
  units: (LiveUnit & { fix?: { lon: number; lat: number; heading: number; speed: number; at: number } })[];
  incidents: IncidentFeature[];
  assignments: Assignment[];
  closures: ClosureNow[];
  counts: Record<string, number>;
}
export interface Resume {
  type: 'resume';
  seq: number;
  epoch: string;
  now: string;
}
export interface EventFrame {
  type: 'event';
  seq: number;
  prev: number;
  event: Event;
  unit?: LiveUnit;
  incident?: IncidentFeature;
  assignment?: Assignment;
  alarm?: Alarm;
  warning?: Warning;
  handle?: number;
}
/** EtaFrame is when every assigned unit in scope will be there; a newer one replaces it whole. */
export interface EtaFrame {
  type: 'eta';
  seq: number;
  now: string;
  etas: Eta[] | null;
}
export interface Mark {
  type: 'mark';
  seq: number;
  now: string;
}
export interface Pong {
  type: 'pong';
  t: number;
  now: string;
}
export interface Refused {
  type: 'error';
  code: string;
  text: string;
}
export type TextFrame = Picture | Resume | EventFrame | EtaFrame | Mark | Pong | Refused;

/** LinkState says how the channel is; since is when it was lost, offset how far the server's clock is ahead, in ms. */
export interface LinkState {
  state: 'open' | 'waiting' | 'closed';
  since?: number;
  delayMs?: number;
  offsetMs?: number;
  final?: 'signed_out' | 'not_allowed';
}

/** Fixes is one decoded binary frame: arrays of one length, a place a unit. */
export interface Fixes {
  now: number; // server time, ms
  handle: Uint32Array;
  lon: Float64Array;
  lat: Float64Array;
  heading: Float32Array; // degrees clockwise from north, NaN unknown
  speed: Float32Array; // m/s, NaN unknown
  age: Uint8Array; // s, 255: 255 or more
  flags: Uint8Array;
}

export const DOUBTFUL = 4;
export const SOS = 8;

export type ToWorker = { type: 'start'; url: string } | { type: 'stop' } | { type: 'hurry' };
export type FromWorker = { type: 'link'; link: LinkState } | { type: 'text'; frame: Picture | Resume | EventFrame | EtaFrame | Mark } | { type: 'fixes'; fixes: Fixes };
