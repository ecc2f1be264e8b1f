import { computed, ref, shallowRef } from 'vue';
import type { IncidentFeature } from '../api/types';
import { fleet, onEvent, onPicture, units } from '../live/live';
import { SOS } from '../live/protocol';

/** Alarm is something a person must see: a new urgent incident, or a unit that calls for help. */
export interface Alarm {
  id: string;
  kind: 'incident' | 'sos';
  level: number; // 1 or 2
  text: string;
  place: string;
  at: number;
  point: [number, number];
}

const all = shallowRef<readonly Alarm[]>([]);
const acknowledged = new Set<string>();

/** alarms are those nobody at this desk has acknowledged, the gravest and oldest first. */
export const alarms = computed(() => [...all.value].sort((a, b) => a.level - b.level || a.at - b.at));
/** shownAlarms is whether the list of alarms is open. */
export const shownAlarms = ref(false);

/** acknowledge takes an alarm off this desk. */
export function acknowledge(id: string): void {
  acknowledged.add(id);
  drop(id);
}

function drop(id: string): void {
  if (all.value.some((a) => a.id === id)) all.value = all.value.filter((a) => a.id !== id);
}

function raise(alarm: Alarm): void {
  if (acknowledged.has(alarm.id) || all.value.some((a) => a.id === alarm.id)) return;
  all.value = [...all.value, alarm];
}

/** ofIncident is the alarm of a newly reported incident of priority 1 or 2, else undefined. */
export function ofIncident(feature: IncidentFeature): Alarm | undefined {
  const i = feature.properties;
  if (i.priority > 2) return undefined;
  const at = feature.geometry.coordinates as unknown;
  const point = Array.isArray(at) && typeof at[0] === 'number' ? ([at[0], at[1]] as [number, number]) : [0, 0] as [number, number];
  return { id: feature.id, kind: 'incident', level: i.priority, text: `${i.number} ${i.title}`, place: i.place ?? '', at: new Date(i.received_at).getTime(), point };
}

onEvent(({ event, incident }) => {
  if (!incident) return;
  if (event.type === 'incident.reported') {
    const alarm = ofIncident(incident);
    if (alarm) raise(alarm);
  } else if (incident.properties.state !== 'reported') {
    drop(incident.id); // somebody has taken it up
  }
});
onPicture(() => (all.value = all.value.filter((a) => a.kind === 'incident')));
fleet.onMove((slots) => {
  for (const slot of slots) {
    const unit = fleet.units[slot];
    if (!unit) continue;
    const id = `sos-${unit.id}`;
    if (fleet.flags[slot]! & SOS) {
      raise({ id, kind: 'sos', level: 1, text: units.value.get(unit.id)?.call_sign || unit.name, place: unit.name, at: fleet.at[slot]!, point: [fleet.lon[slot]!, fleet.lat[slot]!] });
    } else acknowledged.delete(id); // the call ended: a new one rings again
  }
});
