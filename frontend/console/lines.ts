/** The lines of a console, fetched in windows of five hundred as they are looked at. */
import { getJson, withParameters } from "../api";
import { findFolds, RowMap } from "./folds";

export interface LogLine {
  n: number;
  t: string;
  level: "info" | "warning" | "error";
  text: string;
}

export interface Page {
  total: number;
  lines: LogLine[];
  first_error: number | null;
  counts: { warning?: number; error?: number };
}

export const WINDOW = 500;

/** All lines by number. Windows that were not looked at are not there yet. */
export class LineStore {
  total = 0;
  firstError: number | null = null;
  counts = { warning: 0, error: 0 };
  readonly rows = new RowMap();
  private readonly lines = new Map<number, LogLine>();
  private readonly asked = new Set<number>();

  constructor(private readonly src: string) {}

  line(n: number): LogLine | undefined {
    return this.lines.get(n);
  }

  /** Fetch what is missing between two lines. True if anything came. */
  async need(from: number, to: number, signal: AbortSignal): Promise<boolean> {
    const missing: number[] = [];
    for (let window = Math.floor(from / WINDOW); window <= Math.floor(to / WINDOW); window += 1) {
      if (window >= 0 && !this.asked.has(window) && window * WINDOW < Math.max(this.total, 1)) missing.push(window);
    }
    if (!missing.length) return false;
    for (const window of missing) this.asked.add(window);
    try {
      await Promise.all(missing.map((window) => this.fetch(window * WINDOW, signal)));
      return true;
    } catch (error) {
      for (const window of missing) this.asked.delete(window);
      throw error;
    }
  }

  /** Look for new and rewritten lines at the end. Returns how many came. */
  async freshen(signal: AbortSignal): Promise<number> {
    const before = this.total;
    const known = Math.max(this.total - 1, 0);
    const from = Math.floor(known / WINDOW) * WINDOW;
    await this.fetch(from, signal);
    for (let window = Math.floor(from / WINDOW); window * WINDOW < this.total; window += 1) {
      const complete = (window + 1) * WINDOW <= this.total;
      if (window * WINDOW === from && complete) this.asked.add(window);
    }
    return this.total - before;
  }

  private async fetch(from: number, signal: AbortSignal): Promise<void> {
    const page = await fetchPage(this.src, { after: from - 1, limit: WINDOW }, signal);
    this.total = page.total;
    this.firstError = page.first_error;
    this.counts = { warning: page.counts.warning ?? 0, error: page.counts.error ?? 0 };
    for (const line of page.lines) this.lines.set(line.n, line);
    const folds = findFolds(
      page.lines.map((line) => line.text),
      from,
    );
    this.rows.learn(folds, from, from + WINDOW - 1);
  }
}

/** Lines that match a level or words, in the order of the log; more of them as one scrolls. */
export class MatchList {
  total = 0;
  readonly lines: LogLine[] = [];
  private done = false;

  constructor(
    private readonly src: string,
    private readonly filter: { level?: string; q?: string },
  ) {}

  get complete(): boolean {
    return this.done;
  }

  async more(signal: AbortSignal): Promise<void> {
    if (this.done) return;
    const after = this.lines.at(-1)?.n ?? -1;
    const page = await fetchPage(this.src, { after, limit: WINDOW, ...this.filter }, signal);
    this.total = page.total;
    this.lines.push(...page.lines);
    this.done = page.lines.length < WINDOW;
  }
}

async function fetchPage(
  src: string,
  query: { after: number; limit: number; level?: string; q?: string },
  signal: AbortSignal,
): Promise<Page> {
  const after = query.after < 0 ? null : query.after;
  return (await getJson(withParameters(src, { ...query, after }), signal)) as Page;
}
