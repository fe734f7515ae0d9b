/** Areas stacked on one another: lines on one common x, each standing on the sum of those before. */

export interface Stackable {
  x: Float64Array;
  y: Float64Array;
}

export interface Layer {
  x: Float64Array;
  low: Float64Array;
  high: Float64Array;
}

/** Stack lines in their order; between its points a line is straight, outside of them it adds nothing. With `isShare`
 * the whole is 100 at every x. Gaps and negative values add nothing. */
export function stack(lines: readonly Stackable[], isShare = false): Layer[] {
  const x = Float64Array.from([...new Set(lines.flatMap((line) => [...line.x]))].sort((a, b) => a - b));
  let floor = new Float64Array(x.length);
  const layers = lines.map((line) => {
    const own = along(line, x);
    const high = floor.map((value, index) => value + (own[index] as number));
    const layer = { x, low: floor, high };
    floor = high;
    return layer;
  });
  if (!isShare) return layers;
  const share = (column: Float64Array) =>
    column.map((value, index) => (floor[index] ? (100 * value) / floor[index] : 0));
  return layers.map(({ low, high }) => ({ x, low: share(low), high: share(high) }));
}

function along({ x, y }: Stackable, at: Float64Array): Float64Array {
  const found = new Float64Array(at.length);
  let next = 0;
  at.forEach((place, index) => {
    while (next < x.length && (x[next] as number) < place) next += 1;
    if (next === x.length || (next === 0 && x[0] !== place)) return;
    const after = y[next] as number;
    const before = next ? (y[next - 1] as number) : after;
    const start = next ? (x[next - 1] as number) : place;
    const end = x[next] as number;
    const value =
      end === start || end === place ? after : before + ((after - before) * (place - start)) / (end - start);
    found[index] = Number.isFinite(value) && value > 0 ? value : 0;
  });
  return found;
}
