/** Lets one panel a frame have its turn to draw: scrolling goes on between them, whatever came at once. */

const waiting = new Set<() => void>();
let isAwaited = false;

/** Wait for a frame of one's own. Rejects with an AbortError when it is no longer wanted. */
export function turn(signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason as Error);
      return;
    }
    waiting.add(resolve);
    signal.addEventListener("abort", () => {
      waiting.delete(resolve);
      reject(signal.reason as Error);
    });
    ask();
  });
}

function ask(): void {
  if (isAwaited) return;
  isAwaited = true;
  requestAnimationFrame(next);
}

function next(): void {
  isAwaited = false;
  const [first] = waiting;
  if (!first) return;
  waiting.delete(first);
  first();
  if (waiting.size) ask();
}
