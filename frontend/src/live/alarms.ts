import { computed, shallowRef } from 'vue';
import { ofIncident, ofServer, together, type Shown } from './alarm';
import { alarms as shared, fleet, onEvent, onPicture } from './live';
import { SOS } from './protocol';

const own = shallowRef<readonly Shown[]>([]);
const acknowledged = new Set<string>();

/** known are all alarms this screen knows of: the server's, and what it noticed itself. */
export const known = computed(() => together([...shared.value.values()].map(ofServer), own.value));
/** raised are those that nobody has acknowledged. */
export const raised = computed(() => known.value.filter((a) => a.state === 'raised'));

/** acknowledgeOwn takes an alarm of this desk alone off it. */
export function acknowledgeOwn(id: string): void {
  acknowledged.add(id);
  drop(id);
}

/** drop takes an alarm of this desk alone away without anybody having acknowledged it. */
export function drop(id: string): void {
  if (own.value.some((a) => a.id === id)) own.value = own.value.filter((a) => a.id !== id);
}

/** raise shows an alarm of this desk alone, once: one that was acknowledged here stays away. */
export function raise(alarm: Shown): void {
  if (acknowledged.has(alarm.id) || own.value.some((a) => a.id === alarm.id)) return;
  own.value = [...own.value, alarm];
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
onPicture(() => (own.value = own.value.filter((a) => a.kind === 'incident' || a.kind === 'warning')));
// a position that calls for help is shown before the server's own alarm is there, and should that never come
fleet.onMove((slots) => {
  for (const slot of slots) {
    const unit = fleet.units[slot];
    if (!unit) continue;
    const id = `sos-${unit.id}`;
    if (fleet.flags[slot]! & SOS) {
      raise({ id, kind: 'sos', own: true, version: 0, state: 'raised', at: fleet.at[slot]!, unit: unit.id, division: unit.division, point: [fleet.lon[slot]!, fleet.lat[slot]!] });
    } else acknowledged.delete(id); // the call ended: a new one rings again
  }
});
