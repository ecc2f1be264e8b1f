import { api, ask } from './client';
import type { components } from './schema';

type Schemas = components['schemas'];

export type RoadProfile = Schemas['RoadProfile'];
export type Direction = Schemas['Direction'];
export type ClosureRef = Schemas['ClosureRef'];
export type ClosureNow = Schemas['ClosureNow'];
export type ClosureList = Schemas['ClosureList'];
export type ClosurePreview = Schemas['ClosurePreview'];
export type ClosurePreviewQuery = Schemas['ClosurePreviewQuery'];
export type Closure = Schemas['Closure'];
export type RoutePlace = Schemas['RoutePlace'];
export type RouteQuery = Schemas['RouteQuery'];
export type RouteAnswer = Schemas['RouteAnswer'];
export type RouteStep = Schemas['RouteStep'];
export type ReachQuery = Schemas['ReachQuery'];
export type ReachAnswer = Schemas['ReachAnswer'];
export type ReachBand = Schemas['ReachBand'];
export type Why = Schemas['Why'];

/** PROFILES are the vehicles one can ask for, as on the wire. */
export const PROFILES: readonly RoadProfile[] = ['car', 'fire_engine', 'ambulance', 'bus', 'truck', 'foot'];

/** readClosures are the closures in scope that hold now or will. */
export const readClosures = (signal?: AbortSignal): Promise<ClosureList> => ask(api.GET('/api/closures', { signal }));

/** previewClosure is what a closure of a shape would cover. */
export const previewClosure = (body: ClosurePreviewQuery, signal?: AbortSignal): Promise<ClosurePreview> => ask(api.POST('/api/closures/preview', { body, signal }));

/** findRoute is the quickest way under the closures in force. */
export const findRoute = (body: RouteQuery, signal?: AbortSignal): Promise<RouteAnswer> => ask(api.POST('/api/route', { body, signal }));

/** findReach is what is reached within each of some times. */
export const findReach = (body: ReachQuery, signal?: AbortSignal): Promise<ReachAnswer> => ask(api.POST('/api/reach', { body, signal }));
