import type { EChartsCoreOption } from 'echarts/core';
import { share } from '../ui/format';
import { BASELINE, NOW, OVERLAP } from '../ui/ramp';
import { limitOf, type Answer, type Row } from './variants';

export type ChartKind = 'counties' | 'overlap' | 'distances';

/** What a chart shows, before it is drawn: the same figures stand in its table. */
export interface Figure {
  categories: string[];
  series: { name: string; values: (number | undefined)[]; base?: boolean }[];
  /** Parts add up to the whole of a bar. */
  stacked: boolean;
}

export interface Words { base: string; now: string; overlap: string[]; distance(m: number): string }

export function countiesFigure(now: Row[], base: Row[] | undefined, w: Words): Figure {
  const before = new Map(base?.map((r) => [r.division, r.people_share]));
  const series: Figure['series'] = [{ name: w.now, values: now.map((r) => r.people_share) }];
  if (base) series.unshift({ name: w.base, values: now.map((r) => before.get(r.division)), base: true });
  return { categories: now.map((r) => r.name), series, stacked: false };
}

/** Shares of people with 0, 1, 2, 3+ sites in reach; undefined where nobody lives. */
export function overlapFigure(rows: Row[], w: Words): Figure {
  return {
    categories: rows.map((r) => r.name),
    series: w.overlap.map((name, i) => ({ name, values: rows.map((r) => (r.people > 0 ? (r.overlap[i] ?? 0) / r.people : undefined)) })),
    stacked: true,
  };
}

export function distancesFigure(now: Answer, base: Answer | undefined, w: Words): Figure {
  const shares = (a: Answer, ds: number[]) => ds.map((d) => a.results.find((r) => limitOf(r) === d)?.total.people_share);
  const ds = [...new Set([...now.results, ...(base?.results ?? [])].map(limitOf))].sort((a, b) => a - b);
  const series: Figure['series'] = [{ name: w.now, values: shares(now, ds) }];
  if (base) series.unshift({ name: w.base, values: shares(base, ds), base: true });
  return { categories: ds.map(w.distance), series, stacked: false };
}

export interface Ink { text: string; dim: string; line: string; strong: string; font: string; size: number }

const percent = (v: unknown): string => share(typeof v === 'number' ? v : undefined);

/** Horizontal bars for divisions, a line for distances; the baseline is grey and dashed. */
export function option(f: Figure, kind: ChartKind, ink: Ink): EChartsCoreOption {
  const lying = kind !== 'distances';
  const category = {
    type: 'category', data: f.categories, inverse: lying, axisTick: { show: false },
    axisLine: { lineStyle: { color: ink.strong } }, axisLabel: { color: ink.text, fontSize: ink.size, interval: 0 },
  };
  const value = {
    type: 'value', min: 0, max: 1, splitLine: { lineStyle: { color: ink.line } }, axisLabel: { color: ink.dim, fontSize: ink.size, formatter: percent },
  };
  return {
    textStyle: { fontFamily: ink.font, color: ink.text },
    grid: { left: 8, right: 16, top: 34, bottom: 6, containLabel: true },
    legend: { top: 2, left: 'center', itemWidth: 16, itemHeight: 10, textStyle: { color: ink.text, fontSize: ink.size } },
    tooltip: { trigger: 'axis', renderMode: 'richText', axisPointer: { type: lying ? 'shadow' : 'line' }, valueFormatter: percent },
    xAxis: lying ? value : category,
    yAxis: lying ? category : value,
    series: f.series.map((s, i) => (lying ? bar(s, i, f.stacked, ink) : line(s))),
  };
}

function bar(s: Figure['series'][number], i: number, stacked: boolean, ink: Ink): Record<string, unknown> {
  const colour = stacked ? OVERLAP[i] : NOW;
  return {
    name: s.name, type: 'bar', data: s.values.map((v) => v ?? null), stack: stacked ? 'all' : undefined, barMaxWidth: 14, barGap: '15%',
    itemStyle: s.base ? { color: 'transparent', borderColor: BASELINE, borderType: 'dashed', borderWidth: 1.5 } : { color: colour },
    emphasis: s.base ? { disabled: true } : { itemStyle: { borderColor: ink.text, borderWidth: 2, borderType: 'solid' } },
  };
}

function line(s: Figure['series'][number]): Record<string, unknown> {
  return {
    name: s.name, type: 'line', data: s.values.map((v) => v ?? null), connectNulls: true,
    symbol: s.base ? 'circle' : 'diamond', symbolSize: s.base ? 8 : 10,
    lineStyle: s.base ? { type: 'dashed', width: 2, color: BASELINE } : { width: 3, color: NOW }, itemStyle: { color: s.base ? BASELINE : NOW },
  };
}
