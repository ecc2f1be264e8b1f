import type { Shape } from './shape';

const line = (d: string, width = 2): Shape => ({ d, stroke: 'currentColor', width });
const solid = (d: string): Shape => ({ d, fill: 'currentColor' });

const flame = solid('M12 3.5c3.8 3.8 5.6 6.3 5.6 9.7a5.6 5.6 0 0 1-11.2 0c0-2.5 1.3-3.8 2.6-5.1.5 1.9 1.2 2.5 1.7 2.5.6-2.5-.5-4.7 1.3-7.1z');
const plus = solid('M9.5 4.5h5v5h5v5h-5v5h-5v-5h-5v-5h5z');
const waves = line('M4 10c2.7-2.7 5.3-2.7 8 0s5.3 2.7 8 0M4 16c2.7-2.7 5.3-2.7 8 0s5.3 2.7 8 0', 2.4);
const hazmat = [line('M12 4.5l8 14.5h-16z', 2.2), line('M12 10v4M12 16.4v.3', 2.2)];
const box = line('M4.5 8.5l7.5-4 7.5 4v7.5l-7.5 4-7.5-4zM4.5 8.5l7.5 4 7.5-4M12 12.5v7.5', 2);

/** UNIT_KINDS are the kinds in the order of their marks in the fleet's atlas. */
export const UNIT_KINDS = ['engine', 'ladder', 'rescue', 'hazmat', 'forest', 'ambulance', 'boat', 'pump', 'command', 'comms', 'transport', 'excavator', 'helicopter'] as const;

/** UNIT_MARKS are the inner marks of units by kind. */
export const UNIT_MARKS: Record<string, Shape[]> = {
  engine: [flame],
  ladder: [line('M8 20V4M16 20V4M8 8h8M8 12h8M8 16h8', 2.4)],
  rescue: [line('M12 4.5v15M4.5 12h15', 4)],
  hazmat,
  forest: [solid('M12 2.5l6 8h-3l4.5 6.5h-6v4.5h-3v-4.5h-6l4.5-6.5h-3z')],
  ambulance: [plus],
  boat: [solid('M3.5 13h17l-3.5 6h-10zM11 3.5h2v8h-2zM13.5 5l4.5 5.5h-4.5z')],
  pump: [solid('M12 3c4 5 6 8 6 11a6 6 0 0 1-12 0c0-3 2-6 6-11z')],
  command: [solid('M6 3h2v18h-2zM9 4h10l-3 4 3 4h-10z')],
  comms: [line('M12 11v10M8 14.5a5.5 5.5 0 1 1 8 0M5 17.5a9.5 9.5 0 1 1 14 0', 2.2)],
  transport: [box],
  excavator: [line('M4 19h9M5 15h7v-5h-5zM12 12l5-7 3 5-2 5', 2.4)],
  helicopter: [line('M4 5h16M12 5v4M7 12a5 4 0 0 1 10 0v3h-8zM17 12h4M8 19h9', 2.2)],
};

/** INCIDENT_MARKS are the inner marks of incidents by kind. */
export const INCIDENT_MARKS: Record<string, Shape[]> = {
  forest_fire: [flame],
  building_fire: [flame],
  hazmat,
  tailings: [line('M3.5 8h5l4 10h8M11 12.5h9', 2.4)],
  mine: [line('M5 8c4-4 10-4 14 0M12 6l-5.5 13', 2.6)],
  flood: [waves],
  geohazard: [line('M3.5 18.5l6-12 4 7 2.5-3 4.5 8z', 2.2)],
  earthquake: [line('M3 12h4l2.5-6 3.5 12 3-8.5 1 2.5h4', 2.2)],
  marine: [line('M12 8.5v11M7.5 12h9M5 14c.5 4 3.5 5.5 7 5.5s6.5-1.5 7-5.5', 2.2), line('M12 4.2a2 2 0 1 0 .01 0z', 2)],
  traffic: [line('M4 16v-3.5l2.5-5.5h11l2.5 5.5v3.5zM4.5 12.5h15M7 16v2.5M17 16v2.5', 2.2)],
  storm_surge: [waves],
  medical: [plus],
  public_health: [plus],
  social: [line('M8.5 6.5a2.5 2.5 0 1 0 .01 0zM15.5 6.5a2.5 2.5 0 1 0 .01 0zM4 19c0-4 2-5.5 4.5-5.5s3.5 1 3.5 3c0-2 1-3 3.5-3s4.5 1.5 4.5 5.5', 2)],
  other: [line('M12 5v9M12 18.3v.3', 3)],
};

/** HAZARD_MARKS are the inner marks of hazards by kind. */
export const HAZARD_MARKS: Record<string, Shape[]> = {
  tailings_pond: [line('M5 9h4l4 9h7M12 13h8', 2.8)],
  mine: INCIDENT_MARKS.mine!,
  hazmat: [line('M9 4h6M10 4v6l-5 9h14l-5-9v-6', 2.6)],
  geohazard: INCIDENT_MARKS.geohazard!,
};

/** tinted gives a mark its colour. */
export function tinted(mark: readonly Shape[], colour: string): Shape[] {
  return mark.map((s) => ({ ...s, fill: s.fill && colour, stroke: s.stroke && colour }));
}
