/** Look is how a unit's state is shown: colour token, mark and map fill go by it. */
export const LOOKS = ['avail', 'enroute', 'scene', 'return', 'wait', 'oos', 'distress'] as const;
export type Look = (typeof LOOKS)[number];

const of: Record<string, Look> = {
  available_base: 'avail', available_mobile: 'avail',
  ordered: 'enroute', acknowledged: 'enroute', enroute: 'enroute', staged: 'enroute', to_facility: 'enroute',
  on_scene: 'scene', at_facility: 'scene',
  returning: 'return',
  standby: 'wait', resting: 'wait', proposed: 'wait',
  off_duty: 'oos', maintenance: 'oos', suspended: 'oos',
};

/** lookOf gives a status its look; an unknown status is out of service. */
export function lookOf(status: string, sos = false): Look {
  return sos ? 'distress' : (of[status] ?? 'oos');
}

/** MARKS are the silhouettes beside words, on a box of 24. */
export const MARKS: Record<Look, string> = {
  avail: 'M12 7.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 1 0 0-9z',
  enroute: 'M8 5.5l9 6.5-9 6.5z',
  scene: 'M7 7h10v10h-10z',
  return: 'M16 5.5L7 12l9 6.5z',
  wait: 'M7 6h3.5v12h-3.5zM13.5 6h3.5v12h-3.5z',
  oos: 'M7.5 5.4l4.5 4.5 4.5-4.5 2.1 2.1-4.5 4.5 4.5 4.5-2.1 2.1-4.5-4.5-4.5 4.5-2.1-2.1 4.5-4.5-4.5-4.5z',
  distress: 'M12 3.5l8.5 15.5h-17z',
};
