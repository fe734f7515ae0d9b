/** Where an axis has its ticks: three to five of them, on round numbers. */

const ROUND = [1, 2, 2.5, 5, 10];
const TIMES = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400];

/** Round ticks of a linear axis; `most` is how many fit. */
export function linearTicks(low: number, high: number, most = 5): number[] {
  if (!(high > low)) return [low];
  for (let least = (high - low) / (most + 1); ; least *= 1.01) {
    const ticks = multiples(low, high, roundStep(least));
    if (ticks.length <= most) return ticks;
    least = roundStep(least);
  }
}

/** Ticks of an axis of seconds: whole minutes, hours, days. */
export function durationTicks(low: number, high: number, most = 5): number[] {
  if ((high - low) / Math.max(most - 1, 1) < 1) return linearTicks(low, high, most);
  for (const step of TIMES) {
    if ((high - low) / step > most) continue;
    const ticks = multiples(low, high, step);
    if (ticks.length <= most) return ticks;
  }
  return multiples(low, high, Math.ceil((high - low) / Math.max(most - 1, 1) / 86_400) * 86_400);
}

/** Ticks of an axis of instants, in seconds since 1970: whole minutes, hours, days of the reader's zone. */
export function timeTicks(low: number, high: number, most = 5): number[] {
  const ahead = -new Date(low * 1000).getTimezoneOffset() * 60;
  return durationTicks(low + ahead, high + ahead, most).map((at) => at - ahead);
}

/** Ticks of a logarithmic axis at 1, 3, 10; only at powers of ten when there are many. */
export function logTicks(low: number, high: number, most = 5): number[] {
  if (!(low > 0) || !(high > low)) return low > 0 ? [low] : [];
  const first = Math.floor(Math.log10(low));
  const last = Math.ceil(Math.log10(high));
  const thirds: number[] = [];
  const tens: number[] = [];
  for (let power = first; power <= last; power += 1) {
    const ten = 10 ** power;
    tens.push(ten);
    thirds.push(ten, Number((3 * ten).toPrecision(12)));
  }
  const inside = (ticks: number[]) => ticks.filter((tick) => tick >= low * 0.999 && tick <= high * 1.001);
  if (inside(thirds).length < 2) return linearTicks(low, high, most).filter((tick) => tick > 0);
  if (inside(thirds).length <= most) return inside(thirds);
  const every = Math.max(1, Math.ceil(inside(tens).length / most));
  return inside(tens).filter((_, index) => index % every === 0);
}

/** The range that shows all of `low` to `high` with a little air; zero stays the floor of what is never negative. */
export function airyRange(low: number, high: number): [number, number] {
  if (low === high) {
    const air = Math.abs(low) * 0.1 || 1;
    return [low - air, high + air];
  }
  const air = (high - low) * 0.06;
  return [low >= 0 && low - air < 0 ? 0 : low - air, high + air];
}

/** The same for a logarithmic axis. */
export function airyLogRange(low: number, high: number): [number, number] {
  if (!(low > 0)) return [0.1, 10];
  const air = low === high ? 2 : (high / low) ** 0.05;
  return [low / air, high * air];
}

function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const times = ROUND.find((round) => round * power >= least * 0.999_999) ?? 10;
  return times * power;
}

function multiples(low: number, high: number, step: number): number[] {
  const ticks: number[] = [];
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  for (let multiple = first; multiple <= last; multiple += 1) ticks.push(Number((multiple * step).toPrecision(12)));
  return ticks;
}
