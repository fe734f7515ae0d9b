/** Runs that somebody chose for a bulk action, as the page tells it and as the server takes it. */
import * as format from "../format";

/** The detail of the event `runs-chosen`. With `uids` null all runs are meant that match, loaded or not. */
export interface RunsChosen {
  action: "move" | "delete" | "tag";
  uids: readonly string[] | null;
  filters?: unknown;
  search?: string;
  except?: readonly string[];
  count: number;
}

/** What the server calls a selection. */
export function selectionOf(chosen: RunsChosen): Record<string, unknown> {
  if (chosen.uids) return { uids: chosen.uids };
  return { filters: chosen.filters ?? {}, search: chosen.search ?? "", except: chosen.except ?? [] };
}

/** `1 run`, `1 284 runs`. */
export function runs(count: number): string {
  return some(count, "run");
}

/** `1 file`, `18 files`. */
export function some(count: number, noun: string, plural = `${noun}s`): string {
  return `${format.count(count)} ${count === 1 ? noun : plural}`;
}
