/** The axes of our charts: hairlines, round ticks, labels of 11 px. */
import type uPlot from "uplot";
import * as format from "../format";
import { colour } from "../theme";
import { durationTicks, linearTicks, logTicks, timeTicks } from "./ticks";

/** What an axis counts. */
export type AxisKind = "step" | "duration" | "time" | "number" | "category";

const FONT = '11px "Inter Variable", Inter, sans-serif';
const CHARACTER_WIDTH = 6.3;
const X_AXIS_HEIGHT = 24;
const MIN_TICK_WIDTH = 76;
const MIN_TICK_HEIGHT = 34;
const MOST_CHARACTERS = 14; // of a name on an axis
const DAY = 86_400;

/** The axis below: no grid, no title. `names` are what a category counts, from 0. */
export function xAxis(kind: AxisKind, isLog = false, names: readonly string[] = []): uPlot.Axis {
  return {
    size: X_AXIS_HEIGHT,
    gap: 6,
    font: FONT,
    stroke: () => colour("--chart-label"),
    grid: { show: false },
    ticks: { show: false },
    border: { show: true, width: 1, stroke: () => colour("--chart-axis") },
    splits: (plot, _, low, high) => ticksOf(kind, isLog, low, high, fitting(plot.bbox.width, MIN_TICK_WIDTH)),
    filter: (_, splits) => splits,
    values: (plot, splits) => {
      const range = kind === "time" ? rangeOf(plot) : Infinity;
      return splits.map((at) => axisLabel(kind, at, isLog ? at : stepOf(splits, range), names));
    },
  };
}

/** The axis at the left: horizontal hairlines, as wide as its longest label. */
export function yAxis(isLog = false, kind: AxisKind = "number", names: readonly string[] = []): uPlot.Axis {
  return {
    size: (_, values) =>
      12 + CHARACTER_WIDTH * Math.max(2, ...((values as string[] | null) ?? []).map((text) => text.length)),
    gap: 6,
    font: FONT,
    stroke: () => colour("--chart-label"),
    grid: { width: 1, stroke: () => colour("--chart-grid") },
    ticks: { show: false },
    splits: (plot, _, low, high) => ticksOf(kind, isLog, low, high, fitting(plot.bbox.height, MIN_TICK_HEIGHT)),
    filter: (_, splits) => splits,
    values: (_, splits) => splits.map((at) => axisLabel(kind, at, isLog ? at : stepOf(splits), names)),
  };
}

/** Write a value of an axis in full: `18 400`, `3 h 20 m`, `18 Nov 2026, 15:04:05 CET`. */
export function axisValue(kind: AxisKind, at: number): string {
  if (kind === "duration") return format.duration(at);
  if (kind === "time") return format.exact(new Date(at * 1000));
  return kind === "step" ? format.count(at) : format.number(at);
}

function axisLabel(kind: AxisKind, at: number, step: number, names: readonly string[]): string {
  if (kind === "category") return cut(names[at] ?? "");
  if (kind === "duration") return format.duration(at);
  if (kind !== "time") return format.tick(at, step);
  const moment = new Date(at * 1000);
  if (step >= DAY) return `${moment.getDate()} ${moment.toLocaleDateString("en-US", { month: "short" })}`;
  return moment.toLocaleTimeString("en-GB", {
    hour: "2-digit",
    minute: "2-digit",
    ...(step < 60 ? { second: "2-digit" } : {}),
  });
}

function ticksOf(kind: AxisKind, isLog: boolean, low: number, high: number, most: number): number[] {
  if (isLog) return logTicks(low, high, most);
  if (kind === "category") return nameTicks(low, high, most);
  if (kind === "duration") return durationTicks(low, high, most);
  return kind === "time" ? timeTicks(low, high, most) : linearTicks(low, high, most);
}

/** Every name, or every second, third … where they do not fit. */
function nameTicks(low: number, high: number, most: number): number[] {
  const [first, last] = [Math.ceil(low), Math.floor(high)];
  const every = Math.max(1, Math.ceil((last - first + 1) / most));
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index).filter(
    (at) => (at - first) % every === 0,
  );
}

function cut(name: string): string {
  return name.length > MOST_CHARACTERS ? `${name.slice(0, MOST_CHARACTERS - 1)}…` : name;
}

function fitting(size: number, each: number): number {
  return Math.max(2, Math.min(5, Math.floor(size / devicePixelRatio / each)));
}

/** The distance of the ticks; a lone tick is as exact as its value, and not finer than the range needs. */
function stepOf(splits: readonly number[], range = Infinity): number {
  if (splits.length > 1) return Math.abs((splits[1] as number) - (splits[0] as number));
  return Math.min(Math.abs(splits[0] ?? 1), range);
}

function rangeOf(plot: uPlot): number {
  const { min, max } = plot.scales["x"] ?? {};
  return Math.abs((max ?? 1) - (min ?? 0)) || 1;
}
