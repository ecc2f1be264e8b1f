import { ref, type ShallowRef } from 'vue';
import type { LonLat } from '../api/types';
import { may } from '../api/session';
import type { OneMap } from '../map/createMap';
import { mayClose } from '../road/commands';
import { beginClosure, chosen } from '../road/desk';
import { askReach, hideReach, reach, type ReachFrom } from '../road/reach';
import { hideRoute, routes } from '../road/routes';

/** useRoads gives a workspace its road commands; here is what rings are drawn around when nobody says. */
export function useRoads(map: ShallowRef<OneMap | undefined>, controls: () => boolean, here: () => ReachFrom | undefined) {
  /** menu is where on the map, and on the screen, a person asked what can be done. */
  const menu = ref<{ at: LonLat; x: number; y: number }>();

  function block(): void {
    if (controls() && mayClose() && map.value) beginClosure();
  }
  function rings(from?: ReachFrom): void {
    const one = map.value;
    if (!one || !may('query.run')) return;
    const { lng, lat } = one.map.getCenter();
    askReach(from ?? here() ?? { point: [lng, lat] });
  }
  /** back closes the topmost thing of the roads, and says whether there was one. */
  function back(): boolean {
    if (menu.value) menu.value = undefined;
    else if (chosen.value) chosen.value = undefined;
    else if (routes.select.value) hideRoute('select');
    else if (reach.value) hideReach();
    else return false;
    return true;
  }
  function ready(one: OneMap): void {
    one.map.on('contextmenu', (e) => {
      e.preventDefault();
      menu.value = { at: [e.lngLat.lng, e.lngLat.lat], x: e.point.x, y: e.point.y };
    });
    one.map.on('movestart', () => (menu.value = undefined));
  }
  return { menu, block, rings, back, ready };
}
