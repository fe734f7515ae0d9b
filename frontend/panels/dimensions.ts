/** The axes of parallel coordinates: where values stand on them, and what is brushed. */
import { extentOf } from "../chart/strokes";
import type { Axis } from "./data";

/** Of a category the numbers count `names`; `key` is [section, name] in filters, null where they have no word for it. */
export interface Dimension {
  axis: Axis;
  values: Float64Array;
  names: string[];
  is_inverted: boolean;
  key: [string, string] | null;
  column: Record<string, unknown>;
}

/** The lowest and the highest value that are wanted. */
export type Brush = [number, number];

interface Condition {
  key: { section: string; name: string };
  op: string;
  value: unknown;
  disabled: boolean;
  connector?: "AND";
}

const ranges = new WeakMap<Dimension, [number, number]>();

/** What an axis reaches: all names, or from the lowest to the highest value. Found once: every place is told by it. */
export function rangeOn(dimension: Dimension): [number, number] {
  const range = ranges.get(dimension) ?? reach(dimension);
  ranges.set(dimension, range);
  return range;
}

function reach({ axis, values, names }: Dimension): [number, number] {
  if (axis.kind === "category") return [0, Math.max(names.length - 1, 0)];
  return extentOf([values], 0, Infinity) ?? [0, 1];
}

/** Where a value stands, 0 below to 1 above. */
export function placeOn(dimension: Dimension, value: number): number {
  const [low, high] = scaled(dimension, rangeOn(dimension));
  const [at] = scaled(dimension, [value, value]);
  const place = high > low ? (at - low) / (high - low) : 0.5;
  return dimension.is_inverted ? 1 - place : place;
}

/** The value at a place. */
export function valueOn(dimension: Dimension, place: number): number {
  const [low, high] = scaled(dimension, rangeOn(dimension));
  const at = low + (high - low) * (dimension.is_inverted ? 1 - place : place);
  return dimension.axis.is_log ? 10 ** at : at;
}

export function isWithin(value: number | undefined, [low, high]: Brush): boolean {
  return value !== undefined && value >= low && value <= high;
}

/** The order with one place moved to another. */
export function moved(order: readonly number[], from: number, to: number): number[] {
  const rest = order.filter((_, index) => index !== from);
  return [...rest.slice(0, to), order[from] as number, ...rest.slice(to)];
}

/** The brushes as conditions of a run set, in the client's form; null where filters have no word for one of them. */
export function filtersOf(dimensions: readonly Dimension[], brushes: ReadonlyMap<string, Brush>): object | null {
  const conditions: Condition[] = [];
  for (const dimension of dimensions) {
    const brush = brushes.get(dimension.axis.key);
    if (!brush) continue;
    if (!dimension.key) return null;
    const [section, name] = dimension.key;
    const ask = (op: string, value: unknown) =>
      conditions.push({
        key: { section, name },
        op,
        value,
        disabled: false,
        ...(conditions.length ? { connector: "AND" as const } : {}),
      });
    if (dimension.axis.kind === "category") ask("IN", namesWithin(dimension, brush));
    else {
      const said = (value: number) =>
        dimension.axis.kind === "time" ? new Date(value * 1000).toISOString() : settled(value);
      ask(">=", said(brush[0]));
      ask("<=", said(brush[1]));
    }
  }
  return { filterFormat: "filterV2", filters: conditions };
}

/** A number without what single precision added to it: values travel so, and 0.1 must stay within its own brush. */
function settled(value: number): number {
  const short = Number(value.toPrecision(6));
  return Math.abs(short - value) <= Math.abs(value) * 1e-7 ? short : Number(value.toPrecision(12));
}

/** Names within a brush. Truth values are written as texts here, and told in both forms. */
function namesWithin({ names }: Dimension, brush: Brush): unknown[] {
  const within = names.filter((_, index) => isWithin(index, brush));
  const truths = within.filter((name) => name === "true" || name === "false").map((name) => name === "true");
  const numbers = within.filter((name) => name !== "" && Number.isFinite(Number(name))).map(Number);
  return [...within, ...truths, ...numbers];
}

function scaled({ axis }: Dimension, [low, high]: readonly [number, number]): [number, number] {
  return axis.is_log ? [Math.log10(low), Math.log10(high)] : [low, high];
}
