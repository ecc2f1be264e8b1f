import type { EChartsCoreOption } from 'echarts/core';
import type { Column, Table } from './kinds';
import { labelOf } from './compare';
import { inUnit } from './say';
import { NOW } from '../ui/ramp';

const MOST_BARS = 24;
/** Columns that are the axis of a curve or of a distribution. */
const AXES = ['limit_s', 'minutes', 'time_s', 'from_s', 'upto_s', 'distance_m', 'from_m', 'upto_m', 'sites', 'bin', 'limit', 'quantile'];

export interface Picture { line: boolean; categories: string[]; values: (number | undefined)[]; unit: string; axis: string }

/** The column that a table runs along, when it is a curve. */
export function axisOf(t: Table): number {
  const first = t.columns[0];
  return first && first.unit !== 'text' && (AXES.includes(first.code) || /curve|distribution/.test(t.code)) ? 0 : -1;
}

/** What a chart of one measure of a table shows: a curve along its axis, or bars by row, the largest first. */
export function pictureOf(t: Table, measure: Column): Picture {
  const at = t.columns.findIndex((c) => c.code === measure.code);
  const value = (row: readonly unknown[]) => (typeof row[at] === 'number' ? row[at] : undefined);
  const axis = axisOf(t);
  if (axis >= 0) {
    const head = t.columns[axis]!;
    return { line: true, axis: head.code, categories: t.rows.map((r) => inUnit(head.unit, r[axis])), values: t.rows.map(value), unit: measure.unit };
  }
  const rows = [...t.rows].sort((a, b) => (value(b) ?? -Infinity) - (value(a) ?? -Infinity)).slice(0, MOST_BARS);
  return { line: false, axis: '', categories: rows.map((r) => labelOf(t, r)), values: rows.map(value), unit: measure.unit };
}

export interface Ink { text: string; dim: string; line: string; strong: string; font: string; size: number }

export function option(p: Picture, name: string, ink: Ink): EChartsCoreOption {
  const say = (v: unknown) => inUnit(p.unit, typeof v === 'number' ? v : undefined);
  const category = {
    type: 'category', data: p.categories, inverse: !p.line, axisTick: { show: false }, axisLine: { lineStyle: { color: ink.strong } },
    axisLabel: { color: ink.text, fontSize: ink.size, ...(p.line ? {} : { interval: 0, width: 110, overflow: 'truncate' }) },
  };
  const value = { type: 'value', min: 0, ...(p.unit === 'share' ? { max: 1 } : {}), splitNumber: 3, splitLine: { lineStyle: { color: ink.line } }, axisLabel: { color: ink.dim, fontSize: ink.size, formatter: say } };
  const data = p.values.map((v) => v ?? null);
  return {
    textStyle: { fontFamily: ink.font, color: ink.text },
    grid: { left: 8, right: p.line ? 24 : 56, // a full bar's label stands beside it
      top: 14, bottom: 6, containLabel: true },
    tooltip: { trigger: 'axis', renderMode: 'richText', axisPointer: { type: p.line ? 'line' : 'shadow' }, valueFormatter: say },
    xAxis: p.line ? category : value,
    yAxis: p.line ? value : category,
    series: [p.line
      ? { name, type: 'line', data, connectNulls: true, symbol: 'diamond', symbolSize: 9, lineStyle: { width: 3, color: NOW }, itemStyle: { color: NOW }, areaStyle: { color: NOW, opacity: 0.12 } }
      : { name, type: 'bar', data, barMaxWidth: 16, itemStyle: { color: NOW }, label: { show: p.categories.length <= 16, position: 'right', color: ink.text, fontSize: ink.size, formatter: (x: { value: unknown }) => say(x.value) } }],
  };
}
