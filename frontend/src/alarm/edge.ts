/** Edge is where a point of the map is shown on the screen: at its place, or, out of view, at the edge with the way to it. Pixels; degrees clockwise from up. */
export interface Edge {
  x: number;
  y: number;
  out: boolean;
  angle: number;
}

/** edgeOf keeps a point within a frame of margin px: what lies outside is drawn where the straight line from the middle leaves it. */
export function edgeOf(x: number, y: number, width: number, height: number, margin: number): Edge {
  const [cx, cy] = [width / 2, height / 2];
  const [dx, dy] = [x - cx, y - cy];
  const angle = ((Math.atan2(dx, -dy) * 180) / Math.PI + 360) % 360;
  const out = x < 0 || y < 0 || x > width || y > height;
  if (!out) return { x, y, out, angle };
  const room = (half: number, d: number) => (d === 0 ? Infinity : Math.max(0, half - margin) / Math.abs(d));
  const part = Math.min(room(cx, dx), room(cy, dy));
  return { x: cx + dx * part, y: cy + dy * part, out, angle };
}
