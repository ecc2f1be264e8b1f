import { computed, onUnmounted, ref, shallowRef, watch } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import { lonLatOf } from '../api/point';
import type { LonLat, SearchHit } from '../api/types';
import { beat, fleet, incidents, units } from '../live/live';
import type { OneMap } from '../map/createMap';
import { byUrgency } from '../incident/rules';
import { anchor } from '../map/incidentLayer';
import type { Pick } from '../map/pick';
import { chosen } from '../road/desk';
import { hideRoute } from '../road/routes';
import { keepView, readView } from './wallUrl';
import { showForce, showWay, type Hit } from './ways';

const NEAR_ZOOM = 13;

/** useWall is what the wall knows: its map, the incident in hand, the thing that was clicked, and how to show them. */
export function useWall() {
  const route = useRoute();
  const router = useRouter();
  const view = readView(route.query);
  const map = shallowRef<OneMap>();
  const incidentId = ref(view.incident);
  const pick = shallowRef<Pick | null>(null);
  const following = ref(false);
  const incident = computed(() => (incidentId.value ? incidents.value.get(incidentId.value) : undefined));
  const point = computed<LonLat | undefined>(() => incident.value && anchor(incident.value.geometry));
  let before: { center: LonLat; zoom: number; for: string } | undefined;
  let keeper: ReturnType<typeof keepView> | undefined;

  function ready(made: OneMap, active: () => boolean) {
    map.value = made;
    made.onPick((p) => (p?.kind === 'incident' ? choose(p.id) : (pick.value = p && !['division', 'cell', 'closure'].includes(p.kind) ? p : null)));
    made.lock.onChange((locked) => locked && (following.value = false));
    keeper = keepView(made, router, () => incidentId.value, active);
    ring();
  }

  // a wall that was just opened shows the most urgent incident; after that only a person chooses
  const first = watch(
    incidents,
    (all) => {
      if (!all.size) return;
      if (!incidentId.value || !all.has(incidentId.value)) incidentId.value = [...all.values()].sort(byUrgency)[0]?.id;
      queueMicrotask(() => first.stop()); // an immediate watcher has no handle yet
    },
    { immediate: true, flush: 'post' },
  );

  /** choose takes an incident in hand. */
  function choose(id: string | undefined) {
    incidentId.value = id;
    pick.value = null;
  }

  /** visit flies to a point; asked for the same thing again it goes back to where it was. */
  function visit(key: string, to: LonLat, zoom?: number) {
    const m = map.value?.map;
    if (!m) return;
    const { lng, lat } = m.getCenter();
    if (before?.for === key) {
      m.flyTo({ center: before.center, zoom: before.zoom, duration: 500 });
      before = undefined;
      return;
    }
    before = { center: [lng, lat], zoom: m.getZoom(), for: key };
    map.value!.flyTo(to, zoom ?? Math.max(m.getZoom(), NEAR_ZOOM));
  }

  /** pickIncident chooses one, or flies to the one in hand. */
  function pickIncident(id: string) {
    if (id !== incidentId.value) return choose(id);
    locate();
  }
  function locate() {
    if (point.value) visit(`incident-${incidentId.value}`, point.value);
  }

  function pickUnit(id: string) {
    const slot = fleet.slotOf(id);
    const unit = units.value.get(id);
    if (slot === undefined || !unit) return;
    const at: LonLat = [fleet.lon[slot]!, fleet.lat[slot]!];
    pick.value = { kind: 'unit', id, name: unit.call_sign || unit.name, point: at, properties: { ...unit } };
    visit(`unit-${id}`, at);
  }

  function pickHit(hit: Hit) {
    const at = lonLatOf(hit.point);
    pick.value = { kind: hit.kind, id: hit.id, name: hit.name, point: at, properties: { division: hit.division } };
    visit(`${hit.kind}-${hit.id}`, at);
    if (incidentId.value) showWay(hit, incidentId.value, 'select');
  }

  const nameOf = (unit: string) => units.value.get(unit)?.call_sign || units.value.get(unit)?.name || '';
  /** pickForce goes to a unit that was sent, and shows the way it still has. */
  function pickForce(unit: string) {
    pickUnit(unit);
    showForce(unit, nameOf(unit), 'select');
  }
  function hoverForce(unit: string | undefined) {
    if (unit) showForce(unit, nameOf(unit), 'hover');
    else hideRoute('hover');
  }

  /** show goes to what was searched for. */
  function show(hit: SearchHit) {
    const at = lonLatOf(hit.point);
    if (hit.kind === 'incident') choose(hit.id);
    else if (hit.kind === 'unit') return pickUnit(hit.id);
    else if (hit.kind === 'closure') chosen.value = { id: hit.id, point: at };
    else if (!['place', 'coordinate', 'division', 'cell'].includes(hit.kind)) pick.value = { kind: hit.kind as Pick['kind'], id: hit.id, name: hit.name, point: at, properties: { division: hit.division } };
    map.value?.flyTo(at, NEAR_ZOOM);
  }

  /** line shows the way between the incident in hand and a hit, straight where it does not go by road, or takes it away. */
  function line(hit: Hit | undefined) {
    if (!map.value) return;
    const byRoad = hit && incidentId.value && showWay(hit, incidentId.value, 'hover');
    if (!hit) hideRoute('hover');
    const from = point.value;
    const to = hit && !byRoad && lonLatOf(hit.point);
    const features = from && to ? [{ type: 'Feature' as const, properties: {}, geometry: { type: 'LineString' as const, coordinates: [from, to] } }] : [];
    map.value.setOverlay('near-line', { type: 'FeatureCollection', features }, [
      { type: 'line', under: 'units', paint: { 'line-color': '#0B0F14', 'line-width': 5 } },
      { type: 'line', under: 'units', paint: { 'line-color': '#5AB8FF', 'line-width': 2.5, 'line-dasharray': [2, 1.5] } },
    ]);
  }

  function ring() {
    if (pick.value) map.value?.select(pick.value.kind, pick.value.id, pick.value.point);
    else if (point.value && incidentId.value) map.value?.select('incident', incidentId.value, point.value);
    else map.value?.deselect();
  }
  watch([pick, point], ring);
  watch(incidentId, () => {
    line(undefined);
    hideRoute('select');
    keeper?.write();
  });
  watch(beat, () => {
    if (!following.value || pick.value?.kind !== 'unit') return;
    const slot = fleet.slotOf(pick.value.id);
    if (slot !== undefined) map.value?.map.easeTo({ center: [fleet.lon[slot]!, fleet.lat[slot]!], duration: 250 });
  });
  onUnmounted(() => keeper?.end());

  function follow() {
    following.value = !following.value && pick.value?.kind === 'unit';
    if (following.value) map.value?.lock.resume();
  }

  return { view, map, incidentId, incident, point, pick, following, ready, choose, pickIncident, pickUnit, pickHit, pickForce, hoverForce, locate, show, line, follow, visit, written: () => keeper?.write() };
}
