/** Shape is one path of a symbol on a box of 24; at moves and scales it: x, y, factor. */
export interface Shape {
  d: string;
  fill?: string;
  stroke?: string;
  width?: number;
  dash?: number[];
  at?: readonly [x: number, y: number, scale: number];
}

const BOX = 24;

/** scaled puts a mark made for the whole box into its middle (cx, cy) at a part of its size. */
export function scaled(shapes: readonly Shape[], cx: number, cy: number, scale: number): Shape[] {
  return shapes.map((s) => ({ ...s, at: [cx - (BOX / 2) * scale, cy - (BOX / 2) * scale, scale] as const }));
}

/** paint draws shapes on a canvas whose box of 24 is px wide, its corner at x, y. */
export function paint(g: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D, shapes: readonly Shape[], px: number, x = 0, y = 0): void {
  for (const s of shapes) {
    const [dx, dy, k] = s.at ?? [0, 0, 1];
    g.setTransform((px / BOX) * k, 0, 0, (px / BOX) * k, x + (dx * px) / BOX, y + (dy * px) / BOX);
    const path = new Path2D(s.d);
    g.lineCap = g.lineJoin = 'round';
    if (s.fill) {
      g.fillStyle = s.fill;
      g.fill(path);
    }
    if (s.stroke) {
      g.strokeStyle = s.stroke;
      g.lineWidth = s.width ?? 1.5;
      g.setLineDash(s.dash ?? []);
      g.stroke(path);
    }
  }
  g.setTransform(1, 0, 0, 1, 0, 0);
}

/** raster draws shapes to pixels, px wide and high. */
export function raster(shapes: readonly Shape[], px: number): ImageData {
  const g = canvas(px);
  paint(g, shapes, px);
  return g.getImageData(0, 0, px, px);
}

/** hatch is the diagonal pattern of an area, so that it reads without its colour; lines 8 px apart at scale 1. */
export function hatch(colour: string, scale: number): ImageData {
  const px = Math.round(16 * scale);
  const g = canvas(px);
  g.strokeStyle = colour;
  g.lineWidth = 2.2 * scale;
  for (let i = -px; i < 2 * px; i += px / 2) {
    g.beginPath();
    g.moveTo(i - 1, px + 1);
    g.lineTo(i + px + 1, -1);
    g.stroke();
  }
  return g.getImageData(0, 0, px, px);
}

function canvas(px: number): CanvasRenderingContext2D {
  const made = document.createElement('canvas');
  made.width = made.height = px;
  const g = made.getContext('2d', { willReadFrequently: true });
  if (!g) throw new Error('no 2d canvas');
  return g;
}
