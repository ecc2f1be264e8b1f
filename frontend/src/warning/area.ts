import type { Geometry } from 'geojson';
import type { Warned } from '../map/warningAreas';
import { levelOf, textOf, type Text, type Warning } from './state';

/** warnedOf is the ground of a warning as the map draws it; of another house's the townships it reaches where it drew nothing and named none of ours. */
export function warnedOf(w: Warning, label: string, chosen = false, text: Text | undefined = textOf(w)): Warned {
  const polygon = text?.polygon as unknown as Geometry | undefined;
  const named = text?.divisions ?? [];
  return {
    id: w.id, level: levelOf(text?.colour), how: w.exercise ? 'exercise' : w.origin === 'foreign' ? 'foreign' : 'real', label, chosen,
    polygon, divisions: named.length || polygon ? named : (text?.reaches ?? []),
  };
}
