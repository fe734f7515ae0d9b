/** One range of x for all panels that share a word and an axis: zooming into one zooms them all. */

export type Range = readonly [number, number];
type Listener = (range: Range | null) => void;

const listeners = new Map<string, Set<Listener>>();
const ranges = new Map<string, Range>();

/** Hear of the range that panels of this word look at, except from oneself. Returns the way to stop. */
export function onZoom(word: string, listener: Listener): () => void {
  const those = listeners.get(word) ?? new Set<Listener>();
  listeners.set(word, those.add(listener));
  return () => {
    those.delete(listener);
    if (those.size) return;
    listeners.delete(word);
    ranges.delete(word);
  };
}

/** Let the others of this word look at the same range; null: at all of it. */
export function shareZoom(word: string, range: Range | null, from?: Listener): void {
  if (range) ranges.set(word, range);
  else ranges.delete(word);
  for (const listener of listeners.get(word) ?? []) if (listener !== from) listener(range);
}

/** The range that panels of this word look at now. */
export function zoomOf(word: string): Range | null {
  return ranges.get(word) ?? null;
}

/** A range zoomed about its middle (0.5 is nearer, 2 is farther), within all there is; null: all of it. */
export function zoomed([low, high]: Range, [first, last]: Range, factor: number): [number, number] | null {
  const [middle, half] = [(low + high) / 2, ((high - low) / 2) * factor];
  const wanted: [number, number] = [Math.max(middle - half, first), Math.min(middle + half, last)];
  return wanted[0] <= first && wanted[1] >= last ? null : wanted;
}
