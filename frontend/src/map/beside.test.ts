import { expect, test } from 'vitest';
import { beside } from './beside';

const frame = { width: 1100, height: 950 };
const card = { width: 290, height: 280 };
const dock = { left: 730, top: 700, width: 368, height: 230 };

test('a card stands right of its point, and whole within the frame', () => {
  expect(beside({ x: 300, y: 300 }, frame, card)).toEqual({ left: 320, top: 280 });
  expect(beside({ x: 300, y: 940 }, frame, card).top + card.height).toBeLessThanOrEqual(frame.height);
});

test('a card near the right edge goes to the left of its point', () => {
  expect(beside({ x: 1050, y: 300 }, frame, card).left + card.width).toBeLessThan(1050);
});

test('a card does not lie over the panels in the corner', () => {
  const at = { x: 560, y: 600 };
  const { left, top } = beside(at, frame, card, dock);
  expect(left + card.width <= dock.left || top + card.height <= dock.top).toBe(true);
  expect(at.x > left && at.x < left + card.width && at.y > top && at.y < top + card.height).toBe(false);
});

test('where there is no room a card is still within the frame', () => {
  const small = { width: 374, height: 320 };
  expect(beside({ x: 180, y: 160 }, small, card, { left: 8, top: 8, width: 358, height: 200 })).toEqual({ left: 76, top: 32 });
});
