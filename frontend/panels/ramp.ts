/** Colours of ordered values: the seven steps of `--seq-…`, or the gradient that a person chose. */
import { colour } from "../theme";

/** A stop of a gradient; `at` 0…1, colours as `#rrggbb`. */
export interface Stop {
  at: number;
  colour: string;
}

export const STEPS = 7;

/** The colour of a place 0…1 between few and many, least and most. */
export function rampColour(place: number, stops: readonly Stop[] = []): string {
  if (stops.length) return between(place, stops);
  return colour(`--seq-${Math.min(Math.floor(Math.max(place, 0) * STEPS) + 1, STEPS)}`);
}

/** The same for dots and lines, which the lightest steps would hide. */
export function shadeOf(place: number, stops: readonly Stop[] = []): string {
  return rampColour(stops.length ? place : 0.3 + 0.7 * place, stops);
}

/** Where a value stands between two others, 0…1; on a logarithmic scale if asked. */
export function placeOf(value: number, [low, high]: readonly [number, number], isLog = false): number {
  if (!(high > low)) return 0.5;
  const [from, to, at] = isLog ? [Math.log(low), Math.log(high), Math.log(value)] : [low, high, value];
  return Math.min(Math.max((at - from) / (to - from), 0), 1);
}

function between(place: number, stops: readonly Stop[]): string {
  const above = stops.findIndex((stop) => stop.at >= place);
  const right = stops[above < 0 ? stops.length - 1 : above] as Stop;
  const left = stops[above < 0 ? stops.length - 1 : Math.max(above - 1, 0)] as Stop;
  const share = right.at > left.at ? (place - left.at) / (right.at - left.at) : 0;
  const mixed = channels(left.colour).map(
    (from, index) => from + ((channels(right.colour)[index] ?? 0) - from) * share,
  );
  return `rgb(${mixed.map(Math.round).join(", ")})`;
}

function channels(text: string): number[] {
  return [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16));
}
