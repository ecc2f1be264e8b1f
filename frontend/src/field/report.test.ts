import { describe, expect, it } from 'vitest';
import { bodyOf, draftOf, makeReport } from './report';

const at = new Date('2026-11-23T05:00:00Z');
const made = () => makeReport({ kind: 'flood', title: '洪涝', priority: 2, point: [119.5, 39.9], description: '  ' }, at);

describe('field report', () => {
  it('leaves out an empty description', () => {
    expect(bodyOf(made())).toEqual({
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [119.5, 39.9] },
      properties: { kind: 'flood', title: '洪涝', priority: 2, source: 'field', occurred_at: '2026-11-23T05:00:00.000Z' },
    });
  });

  it('has an id of its own, which is where it is put and what later ones about it wait for', () => {
    const a = made(), b = made();
    expect(a.id).not.toBe(b.id);
    expect(draftOf(a, 'me')).toMatchObject({ path: `/api/incidents/${a.id}`, subject: `incident:${a.id}`, account: 'me', madeAt: at.getTime() });
  });
});
