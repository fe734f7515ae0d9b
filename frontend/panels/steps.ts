/** One step for all media panels that share a word: moving the slider of a section moves them all. */

type Listener = () => void;

interface Shared {
  step: number | null;
  offered: Map<object, ArrayLike<number>>;
  listeners: Set<Listener>;
}

const shared = new Map<string, Shared>();

/** Hear when the step of a word, or the steps there are, change. Returns the way to stop. */
export function onSteps(word: string, listener: Listener): () => void {
  const those = of(word);
  those.listeners.add(listener);
  return () => {
    those.listeners.delete(listener);
    forget(word);
  };
}

/** Tell which steps a panel can show; null: it is gone. */
export function offerSteps(word: string, panel: object, steps: ArrayLike<number> | null): void {
  const those = of(word);
  if (steps) those.offered.set(panel, steps);
  else those.offered.delete(panel);
  tell(those);
  forget(word);
}

/** All steps that panels of a word can show, rising. */
export function stepsOf(word: string): number[] {
  const all = new Set<number>();
  for (const steps of shared.get(word)?.offered.values() ?? []) for (const step of Array.from(steps)) all.add(step);
  return [...all].sort((a, b) => a - b);
}

/** The step that is looked at; null: the last of each panel. */
export function stepOf(word: string): number | null {
  return shared.get(word)?.step ?? null;
}

export function shareStep(word: string, step: number | null): void {
  const those = of(word);
  if (those.step === step) return;
  those.step = step;
  tell(those);
}

function of(word: string): Shared {
  let those = shared.get(word);
  if (!those) shared.set(word, (those = { step: null, offered: new Map(), listeners: new Set() }));
  return those;
}

function tell(those: Shared): void {
  for (const listener of [...those.listeners]) listener();
}

function forget(word: string): void {
  const those = shared.get(word);
  if (those && !those.listeners.size && !those.offered.size) shared.delete(word);
}
