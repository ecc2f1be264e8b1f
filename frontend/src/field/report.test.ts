import { describe, expect, it } from 'vitest';
import { ApiProblem, unreachable } from '../api/problem';
import { bodyOf, makeReport, retryable } from './report';

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

  it('has an id and a key of its own', () => {
    const a = made(), b = made();
    expect(a.id).not.toBe(b.id);
    expect(a.header).not.toEqual(b.header);
  });

  it('goes again after silence, not after a refusal', () => {
    const refused = (status: number) => new ApiProblem({ type: '', code: 'x', title: 'x', status, instance: '' });
    expect([unreachable(new Error('x')), refused(503), refused(429), refused(422), refused(409), new Error('x')].map(retryable)).toEqual([true, true, true, false, false, false]);
  });
});
