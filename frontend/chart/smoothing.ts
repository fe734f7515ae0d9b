/**
 * Smooth a line by an exponential moving average that is weighted by distance, so that a gap forgets more than a step.
 *
 * `weight` is 0…0.999 as on the slider. The distance is measured in thousandths of the drawn range and the sum of the
 * weights is divided out, so the first points are not pulled to zero. NaN stays NaN and leaves the average alone.
 */
export function smooth(x: Float64Array, y: Float64Array, weight: number): Float64Array {
  const smoothed = new Float64Array(y.length);
  const range = (x[x.length - 1] ?? 0) - (x[0] ?? 0) || 1;
  const keep = Math.min(Math.sqrt(weight), 0.999);
  let sum = 0;
  let weights = 0;
  let before = x[0] ?? 0;
  for (let index = 0; index < y.length; index += 1) {
    const value = y[index] as number;
    if (Number.isNaN(value)) {
      smoothed[index] = NaN;
      continue;
    }
    const at = x[index] as number;
    const kept = keep ** (((at - before) / range) * 1000);
    sum = sum * kept + value;
    weights = weights * kept + 1;
    before = at;
    smoothed[index] = sum / weights;
  }
  return smoothed;
}
