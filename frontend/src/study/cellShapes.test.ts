import { describe, expect, it } from 'vitest';
import { BANDS, bandOf, NO_ROAD } from './arrivals';
import { arrivalShapes, rowHeight } from './cellShapes';

const LAT = 39.9, HALF = 0.00225, WIDE = (2 * HALF) / Math.cos((LAT * Math.PI) / 180);

/** A row of cells side by side from 119° on, with their times. */
function row(lat: number, ...times: (number | null)[]) {
  return { cells: times.map((_, i) => `${lat}-${i}`), lon: times.map((_, i) => 119 + i * WIDE), lat: times.map(() => lat), travel_s: times };
}

describe('cells by time', () => {
  it('fall into bands, the end of each belonging to it', () => {
    expect([0, 300, 301, 3600, 3601].map(bandOf)).toEqual([0, 0, 1, 4, 5]);
    expect([bandOf(null), bandOf(undefined)]).toEqual([NO_ROAD, NO_ROAD]);
    expect(BANDS.at(-1)!.upTo).toBe(Infinity);
  });

  it('know the height of a row by the grid itself', () => {
    expect(rowHeight([39.9, 39.902, 39.9, 39.904])).toBeCloseTo(0.002, 9);
    expect(rowHeight([39.9, 39.9])).toBe(0.0045);
    expect(rowHeight([])).toBe(0.0045);
  });

  it('join neighbours of one band into one strip, a feature a band', () => {
    const shapes = arrivalShapes(row(LAT, 60, 120, 400, 90, null));
    expect(shapes.features.map((f) => [f.properties.band, f.geometry.coordinates.length])).toEqual([[NO_ROAD, 1], [0, 2], [1, 1]]);
    const [first] = shapes.features[1]!.geometry.coordinates;
    expect(first![0]![0]![0]).toBeCloseTo(119 - WIDE / 2, 9);
    expect(first![0]![1]![0]).toBeCloseTo(119 + 1.5 * WIDE, 9);
    expect(first![0]![0]).toEqual(first![0]![4]);
  });

  it('do not join across a hole in the row', () => {
    const holed = row(LAT, 60, 60, 60);
    holed.lon[2]! += WIDE;
    expect(arrivalShapes(holed).features[0]!.geometry.coordinates).toHaveLength(2);
  });

  it('keep rows apart and cover the ground of every cell once', () => {
    const [a, b] = [row(LAT, 60, 60), row(LAT + 2 * HALF, 60, 60)];
    const both = { cells: [...a.cells, ...b.cells], lon: [...a.lon, ...b.lon], lat: [...a.lat, ...b.lat], travel_s: [...a.travel_s, ...b.travel_s] };
    const strips = arrivalShapes(both).features[0]!.geometry.coordinates;
    expect(strips).toHaveLength(2);
    expect(strips[0]![0]![2]![1]).toBeCloseTo(strips[1]![0]![0]![1]!, 9);
  });

  it('are nothing when there are none', () => {
    expect(arrivalShapes({ cells: [], lon: [], lat: [], travel_s: [] }).features).toEqual([]);
  });
});
