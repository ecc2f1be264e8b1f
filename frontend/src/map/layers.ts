import type { Map as MapLibre } from 'maplibre-gl';
import { TILED } from './ledgers';

/** GROUPS are what a person can switch, in the order of the digits. */
export const GROUPS = ['incident', 'unit', 'closure', 'shelter', 'depot', 'team', 'hazard', 'risk_zone', 'camera', 'cell'] as const;
export type Group = (typeof GROUPS)[number];

/** Layers switches groups of the map's layers and tells who listens. */
export class Layers {
  private on: Set<Group>;
  private hearers = new Set<() => void>();
  private effects = new Map<Group, (on: boolean) => void>();
  private readonly map: MapLibre;

  constructor(map: MapLibre, shown: readonly Group[]) {
    this.map = map;
    this.on = new Set(shown);
  }

  shown(group: Group): boolean {
    return this.on.has(group);
  }

  /** list is what is shown now, in the order of GROUPS. */
  list(): Group[] {
    return GROUPS.filter((g) => this.on.has(g));
  }

  set(group: Group, on: boolean): void {
    if (on) this.on.add(group);
    else this.on.delete(group);
    this.apply(group);
    for (const hear of this.hearers) hear();
  }

  onChange(hear: () => void): () => void {
    this.hearers.add(hear);
    return () => this.hearers.delete(hear);
  }

  /** effect says what else a group switches, such as the fleet. */
  effect(group: Group, run: (on: boolean) => void): void {
    this.effects.set(group, run);
    run(this.on.has(group));
  }

  private apply(group: Group): void {
    const on = this.on.has(group);
    this.effects.get(group)?.(on);
    if (!(TILED as readonly string[]).includes(group)) return;
    for (const layer of this.map.getStyle().layers) {
      if ('source' in layer && layer.source === group) this.map.setLayoutProperty(layer.id, 'visibility', on ? 'visible' : 'none');
    }
  }
}
