import { shallowRef } from 'vue';

/** wish is the warning that a map shall show; done once one has. */
export const wish = shallowRef<{ id: string; done?: boolean }>();
const maps = new Set<symbol>();

/** attend says that a map is there to show warnings, until what it returns is called. */
export function attend(): () => void {
  const me = Symbol('map');
  maps.add(me);
  return () => maps.delete(me);
}

/** look asks the map for a warning and says whether there is one to answer. */
export function look(id: string): boolean {
  wish.value = { id };
  return maps.size > 0;
}
