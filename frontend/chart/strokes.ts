/** From columns to paths: lines with the extremes of their buckets, bands, and where values lie. NaN is a gap. */

/** What takes a path: a Path2D, or a test. */
export interface Sink {
  moveTo: (x: number, y: number) => void;
  lineTo: (x: number, y: number) => void;
}

/** From a value to a place on the canvas. */
export type Projection = (value: number) => number;

type Column = Float64Array;

/** A line through the finite values; a gap parts it, and a lone value is a point. */
export function traceLine(
  sink: Sink,
  { x, y }: { x: Column; y: Column },
  px: Projection,
  py: Projection,
  options: { from?: number; to?: number; isLog?: boolean } = {},
): void {
  const { from = 0, to = x.length - 1, isLog = false } = options;
  let isOpen = false;
  for (let index = from; index <= to; index += 1) {
    const value = y[index] as number;
    const at = px(x[index] as number);
    if (!shows(value, isLog)) isOpen = false;
    else if (isOpen) sink.lineTo(at, py(value));
    else {
      sink.moveTo(at, py(value));
      sink.lineTo(at + 0.1, py(value));
      isOpen = true;
    }
  }
}

/** Each value without a neighbour, as a point. */
export function traceLone(
  sink: Sink,
  { x, y }: { x: Column; y: Column },
  px: Projection,
  py: Projection,
  { from, to, isLog }: { from: number; to: number; isLog: boolean },
): void {
  const isThere = (index: number) => index >= from && index <= to && shows(y[index] as number, isLog);
  for (let index = from; index <= to; index += 1) {
    if (!isThere(index) || isThere(index - 1) || isThere(index + 1)) continue;
    sink.moveTo(px(x[index] as number), py(y[index] as number));
    sink.lineTo(px(x[index] as number) + 0.1, py(y[index] as number));
  }
}

/** How long a line is where it is drawn, gaps left out: dashes of its next part go on from there. */
export function lengthOf(
  { x, y }: { x: Column; y: Column },
  px: Projection,
  py: Projection,
  { from, to, isLog }: { from: number; to: number; isLog: boolean },
): number {
  let length = 0;
  for (let index = from + 1; index <= to; index += 1) {
    const [a, b] = [y[index - 1] as number, y[index] as number];
    if (!shows(a, isLog) || !shows(b, isLog)) continue;
    length += Math.hypot(px(x[index] as number) - px(x[index - 1] as number), py(b) - py(a));
  }
  return length;
}

/** At each bucket a stroke from its lowest to its highest value, so that no spike is lost. */
export function traceExtremes(
  sink: Sink,
  { x, low, high }: { x: Column; low: Column; high: Column },
  px: Projection,
  py: Projection,
  options: { from?: number; to?: number; isLog?: boolean } = {},
): void {
  const { from = 0, to = x.length - 1, isLog = false } = options;
  for (let index = from; index <= to; index += 1) {
    const least = low[index] as number;
    const most = high[index] as number;
    if (least === most || !shows(most, isLog)) continue;
    const at = px(x[index] as number);
    sink.moveTo(at, py(shows(least, isLog) ? least : most) + 0.1);
    sink.lineTo(at, py(most));
  }
}

function shows(value: number, isLog: boolean): boolean {
  return Number.isFinite(value) && !(isLog && value <= 0);
}

/** The outline of a band, one closed shape for each stretch without a gap. */
export function traceBand(
  sink: Sink & { closePath: () => void },
  columns: { x: Column; low: Column; high: Column },
  px: Projection,
  py: Projection,
  options: { from?: number; to?: number; floor?: number } = {},
): void {
  const { x, low, high } = columns;
  const { from = 0, to = x.length - 1, floor = -Infinity } = options;
  let start = from;
  const close = (end: number) => {
    if (end > start) {
      sink.moveTo(px(x[start] as number), py(Math.max(high[start] as number, floor)));
      for (let index = start + 1; index < end; index += 1)
        sink.lineTo(px(x[index] as number), py(Math.max(high[index] as number, floor)));
      for (let index = end - 1; index >= start; index -= 1)
        sink.lineTo(px(x[index] as number), py(Math.max(low[index] as number, floor)));
      sink.closePath();
    }
    start = end + 1;
  };
  for (let index = from; index <= to; index += 1) {
    if (!Number.isFinite(low[index]) || !Number.isFinite(high[index])) close(index);
  }
  close(to + 1);
}

/** The first and last index that a range of x touches, one more at each side so that lines reach the edges. */
export function indexRange(x: Column, low: number, high: number): [number, number] {
  return [Math.max(lowerBound(x, low) - 1, 0), Math.min(lowerBound(x, high) + 1, x.length - 1)];
}

/** The index whose x is nearest, or -1 for an empty column. */
export function nearestIndex(x: Column, at: number): number {
  const above = lowerBound(x, at);
  if (above === x.length) return x.length - 1;
  if (above === 0) return 0;
  return at - (x[above - 1] as number) <= (x[above] as number) - at ? above - 1 : above;
}

/** The lowest and highest finite value of some columns between two indices; positive ones only if `isLog`. */
export function extentOf(
  columns: readonly (Column | null)[],
  from: number,
  to: number,
  isLog = false,
): [number, number] | null {
  let low = Infinity;
  let high = -Infinity;
  for (const column of columns) {
    if (!column) continue;
    const last = Math.min(to, column.length - 1);
    for (let index = from; index <= last; index += 1) {
      const value = column[index] as number;
      if (!Number.isFinite(value) || (isLog && value <= 0)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return high >= low ? [low, high] : null;
}

function lowerBound(x: Column, at: number): number {
  let low = 0;
  let high = x.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((x[middle] as number) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
