/** From columns to what uPlot draws: one common x, gaps as null, steps of other series as undefined. */
import type { Series } from "../api";
import { smooth } from "./smoothing";

export type Cell = number | null | undefined;

/** One drawn line: its values at the common steps, and the extremes its buckets cover. */
export interface Line {
  series: Series;
  values: Cell[];
  low: Cell[];
  high: Cell[];
  /** The smoothed values, if the panel smooths; then `values` are drawn faintly behind. */
  smoothed: Cell[] | null;
}

export interface Lines {
  x: number[];
  lines: Line[];
  /** Values that a logarithmic axis cannot show. */
  notPositive: number;
  notFinite: number;
}

/** Align series on one x. With `log`, zeros and negatives become gaps and are counted. */
export function layLines(series: readonly Series[], options: { smoothing?: number; log?: boolean } = {}): Lines {
  const x = commonSteps(series);
  const at = new Map(x.map((step, index) => [step, index]));
  const lost = { notPositive: 0 };
  const lines = series.map((one): Line => {
    const spread = (column: Float64Array, count = false) =>
      place(column, one.x, at, x.length, options.log, count ? lost : null);
    return {
      series: one,
      values: spread(one.y, true),
      low: spread(one.min ?? one.y),
      high: spread(one.max ?? one.y),
      smoothed: options.smoothing ? spread(smooth(one.x, one.y, options.smoothing)) : null,
    };
  });
  return { x, lines, ...lost, notFinite: series.reduce((sum, one) => sum + one.notFinite, 0) };
}

/** The lowest and highest value drawn between two indices, extremes of the buckets included; null if there is none. */
export function extent(lines: readonly Line[], from: number, to: number): [number, number] | null {
  let low = Infinity;
  let high = -Infinity;
  for (const line of lines) {
    for (let index = from; index <= to; index += 1) {
      const value = line.values[index];
      const least = line.low[index] ?? value;
      const most = line.high[index] ?? value;
      if (least !== null && least !== undefined && least < low) low = least;
      if (most !== null && most !== undefined && most > high) high = most;
    }
  }
  return high >= low ? [low, high] : null;
}

/** The last index at which a line has a value, or -1. */
export function lastIndex(values: readonly Cell[]): number {
  for (let index = values.length - 1; index >= 0; index -= 1) {
    if (values[index] !== null && values[index] !== undefined) return index;
  }
  return -1;
}

function commonSteps(series: readonly Series[]): number[] {
  const [first, ...others] = series;
  if (!first) return [];
  if (others.every((other) => sameSteps(first.x, other.x))) return Array.from(first.x);
  const all = new Set<number>();
  for (const one of series) for (const step of one.x) all.add(step);
  return [...all].sort((a, b) => a - b);
}

function sameSteps(a: Float64Array, b: Float64Array): boolean {
  return a.length === b.length && a.every((step, index) => step === b[index]);
}

function place(
  column: Float64Array,
  steps: Float64Array,
  at: Map<number, number>,
  length: number,
  log: boolean | undefined,
  lost: { notPositive: number } | null,
): Cell[] {
  const cells = new Array<Cell>(length).fill(undefined);
  for (let index = 0; index < steps.length; index += 1) {
    const value = column[index] as number;
    const tooLow = log === true && value <= 0;
    if (tooLow && lost) lost.notPositive += 1;
    cells[at.get(steps[index] as number) as number] = Number.isNaN(value) || tooLow ? null : value;
  }
  return cells;
}
