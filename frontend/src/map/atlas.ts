import { UNIT_KINDS, UNIT_MARKS, tinted } from './marks';
import { paint } from './shape';

const CELL = 64; // px a kind

/** kindAtlas is one row of kind marks, white on nothing. */
export function kindAtlas(): ImageData {
  const canvas = document.createElement('canvas');
  canvas.width = CELL * UNIT_KINDS.length;
  canvas.height = CELL;
  const g = canvas.getContext('2d', { willReadFrequently: true });
  if (!g) throw new Error('no 2d canvas');
  UNIT_KINDS.forEach((kind, i) => paint(g, tinted(UNIT_MARKS[kind] ?? [], '#FFFFFF'), CELL, i * CELL, 0));
  return g.getImageData(0, 0, canvas.width, canvas.height);
}

/** kindIndex is the place of a kind in the atlas; an unknown kind shows the rescue mark. */
export function kindIndex(kind: string): number {
  const at = (UNIT_KINDS as readonly string[]).indexOf(kind);
  return at < 0 ? UNIT_KINDS.indexOf('rescue') : at;
}
