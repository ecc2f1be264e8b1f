export interface Px { x: number; y: number }

const ROUNDS = 60;

/** apart moves points that lie nearer to each other than least just so far that they do not; the others stay. Every round parts each pair by half its want, so that a crowd spreads round its middle. */
export function apart(points: readonly Px[], least: number): Px[] {
  const out = points.map(({ x, y }) => ({ x, y }));
  for (let round = 0, moved = true; moved && round < ROUNDS; round++) {
    moved = false;
    out.forEach((a, i) => out.slice(i + 1).forEach((b, k) => {
      const dx = b.x - a.x, dy = b.y - a.y, far = Math.hypot(dx, dy);
      if (far >= least - 0.01) return;
      moved = true;
      // two on one spot part along a way of their own
      const turn = (i + k + 1) * 2.4, [ux, uy] = far > 0 ? [dx / far, dy / far] : [Math.cos(turn), Math.sin(turn)];
      const half = (least - far) / 2;
      [a.x, a.y, b.x, b.y] = [a.x - ux * half, a.y - uy * half, b.x + ux * half, b.y + uy * half];
    }));
  }
  return out;
}
