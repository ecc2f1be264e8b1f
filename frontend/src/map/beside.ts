/** Box is a rectangle in px of the map's frame. */
export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

const GAP = 20; // px between a point and its card
const EDGE = 8; // px between a card and the frame

const meet = (a: Box, b: Box) => a.left < b.left + b.width && b.left < a.left + a.width && a.top < b.top + b.height && b.top < a.top + a.height;

/** beside finds where the card of a point stands: whole within the frame, right or left of the point, off what is taken; where nothing is free, right of it. */
export function beside(at: { x: number; y: number }, frame: { width: number; height: number }, card: { width: number; height: number }, taken?: Box): { left: number; top: number } {
  const within = (n: number, most: number) => Math.max(EDGE, Math.min(most - EDGE, n));
  const place = (left: number, top: number): Box => ({ ...card, left: within(left, frame.width - card.width), top: within(top, frame.height - card.height) });
  const right = at.x + GAP;
  const left = at.x - GAP - card.width;
  const tries = [place(right, at.y - GAP), place(left, at.y - GAP)];
  if (taken) tries.push(place(right, taken.top - card.height - EDGE), place(left, taken.top - card.height - EDGE), place(taken.left - card.width - EDGE, at.y - GAP));
  const free = tries.find((b) => (!taken || !meet(b, taken)) && !(at.x > b.left && at.x < b.left + b.width && at.y > b.top && at.y < b.top + b.height));
  const { left: x, top: y } = free ?? tries.find((b) => !taken || !meet(b, taken)) ?? tries[0]!;
  return { left: x, top: y };
}

/** cardStyle is where an element goes that belongs to a point of a map, off the panels that lie over it. */
export function cardStyle(container: HTMLElement, at: { x: number; y: number }, card: HTMLElement | null | undefined, guess: { width: number; height: number }): { left: string; top: string } {
  const size = card ? { width: card.offsetWidth, height: card.offsetHeight } : guess;
  const dock = container.parentElement?.querySelector<HTMLElement>('.road-dock');
  const taken = dock && dock.offsetHeight ? { left: dock.offsetLeft, top: dock.offsetTop, width: dock.offsetWidth, height: dock.offsetHeight } : undefined;
  const { left, top } = beside(at, { width: container.clientWidth, height: container.clientHeight }, size, taken);
  return { left: `${left}px`, top: `${top}px` };
}
