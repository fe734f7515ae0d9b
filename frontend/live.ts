/** What changed on the server, told to whoever shows it: one DOM event for all of the page. */

export interface Change {
  /** Where it changed: `run.12`, `project.3.runs`, `user.7`. */
  group: string;
  /** What happened: `run.state_changed`; one of LOOKS when it is only worth looking. */
  name: string;
  /** Which rows: runs of a project. */
  ids?: number[];
  [detail: string]: unknown;
}

/** Nothing in particular happened, but something may have been missed: whoever listens looks. */
export const LOOKS: ReadonlySet<string> = new Set(["ready", "reconnected", "poll"]);

const EVENT = "carnet:changed";

/** Tell the page that something changed. */
export function tellChange(change: Change): void {
  document.dispatchEvent(new CustomEvent<Change>(EVENT, { detail: change }));
}

/** Listen for changes. Returns the way to stop. */
export function onChange(listener: (change: Change) => void): () => void {
  const heard = (event: Event) => listener((event as CustomEvent<Change>).detail);
  document.addEventListener(EVENT, heard);
  return () => document.removeEventListener(EVENT, heard);
}
