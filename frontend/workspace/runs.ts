/**
 * The runs beside the charts: pages of a run set in its order, fetched where somebody looks, groups with their runs.
 *
 * Rows keep their place while they are fetched: a list of 10,000 runs has 10,000 rows of which most are empty.
 */
import { sentence } from "../api";
import type { Value } from "../format";
import type { Chosen, RunSet, ValueChoice } from "./document";

/** One run as the list shows it. */
export interface RunRow {
  /** The id of its mark in panels. */
  id: string;
  uid: string;
  name: string;
  label: string;
  state: string;
  /** The colour, 1 to 12, and how often the colours came round. */
  slot: number;
  dash: number;
  address: string;
  value: Value;
}

/** Runs that share the values of the grouping. */
export interface GroupRow {
  id: string;
  /** The values of the grouping, outermost first, as they are stored in selections. */
  values: string[];
  label: string;
  count: number;
  slot: number;
  dash: number;
  value: Value;
  isShown: boolean;
}

export interface Asked {
  runSet: RunSet;
  value: ValueChoice | null;
  offset: number;
  limit: number;
  /** The values of a group whose runs are wanted; null: groups where the run set is grouped, else runs. */
  within: readonly string[] | null;
}

export interface Answer {
  runs: RunRow[];
  groups: GroupRow[];
  /** On the first page: runs that stand before all others. */
  pinned: RunRow[];
  /** How many rows follow: runs, or groups. */
  total: number;
  /** How many runs match in all. */
  runCount: number;
  /** How many runs the project has, whatever matches. */
  allCount: number;
}

export type Ask = (asked: Asked, signal: AbortSignal) => Promise<Answer>;

export type Line =
  | { kind: "run"; run: RunRow; depth: number; within: readonly string[] }
  | { kind: "group"; group: GroupRow; isOpen: boolean }
  | { kind: "waiting"; depth: number };

export const PAGE = 100;

interface Pages {
  total: number;
  pages: Map<number, Answer>;
  /** What is on its way, there, or failed: nothing is asked twice before a refresh. */
  asked: Set<number>;
  failures: Map<number, string>;
}

interface Opened {
  values: string[];
  pages: Pages;
  /** The place of the group among the groups; null while its page is not there. */
  at: number | null;
}

/** The rows of a list. Events: `change`. */
export class RunPages extends EventTarget {
  /** Whether the first page has come. */
  isReady = false;
  runCount = 0;
  allCount = 0;

  private runSet: RunSet = { id: "runs" };
  private value: ValueChoice | null = null;
  private query = "";
  private roots: Pages = empty();
  private readonly open = new Map<string, Opened>();
  private waiting = new AbortController();

  /** `seed` is the first page as it stood in the document. */
  constructor(
    private readonly ask: Ask,
    private readonly seed: Answer | null = null,
  ) {
    super();
  }

  /** Show the runs of this set from now on. What was shown stays until the new rows are there. */
  show(runSet: RunSet, value: ValueChoice | null): void {
    const { search, filters, sort, grouping, pinnedRunIds, baselineRunId } = runSet;
    const selections = grouping?.length ? runSet.selections : null;
    const query = JSON.stringify([search, filters, sort, grouping, pinnedRunIds, baselineRunId, selections, value]);
    const isRegrouped = JSON.stringify(grouping ?? []) !== JSON.stringify(this.runSet.grouping ?? []);
    [this.runSet, this.value] = [runSet, value];
    if (query === this.query) return;
    const seed = this.query ? null : this.seed;
    this.query = query;
    if (seed) {
      this.take(this.roots, seed, 0);
      return;
    }
    if (isRegrouped) this.open.clear();
    this.refresh();
  }

  /** Why a page is missing; empty where none is. */
  get failure(): string {
    const all = [this.roots, ...[...this.open.values()].map(({ pages }) => pages)];
    return all.flatMap(({ failures }) => [...failures.values()])[0] ?? "";
  }

  /** Ask again for what is shown. */
  refresh(): void {
    this.waiting.abort();
    this.waiting = new AbortController();
    const shown = wanted(this.roots);
    this.roots.asked.clear();
    for (const { pages } of this.open.values()) pages.asked.clear();
    void this.fetch(this.roots, null, 0, true);
    for (const page of shown) void this.fetch(this.roots, null, page, false);
    for (const { values, pages } of this.open.values()) {
      for (const page of wanted(pages)) void this.fetch(pages, values, page, false);
    }
  }

  get isGrouped(): boolean {
    return Boolean(this.runSet.grouping?.length);
  }

  /** How many groups there are, known or not. */
  get groupCount(): number {
    return this.isGrouped ? this.roots.total : 0;
  }

  /** How many lines the list has. */
  get length(): number {
    let length = this.roots.total + this.pinned.length;
    for (const { pages } of this.placed()) length += pages.total;
    return length;
  }

  /** The lines of a part of the list; those that are not there yet are asked for. */
  lines(from: number, to: number): Line[] {
    const placed = this.placed();
    return range(from, Math.min(to, this.length)).map((place) => this.line(place, placed));
  }

  /** The runs from the first on as far as they are known without a gap. */
  get leading(): RunRow[] {
    const rows: RunRow[] = [...this.pinned];
    for (let page = 0; ; page += 1) {
      const answer = this.roots.pages.get(page);
      if (!answer) return rows;
      rows.push(...answer.runs);
    }
  }

  get pinned(): RunRow[] {
    return this.roots.pages.get(0)?.pinned ?? [];
  }

  get groups(): GroupRow[] {
    return [...this.roots.pages.entries()].sort(([a], [b]) => a - b).flatMap(([, answer]) => answer.groups);
  }

  /** Open or close a group. */
  toggle(values: readonly string[]): void {
    const name = JSON.stringify(values);
    if (this.open.delete(name)) {
      this.tell();
      return;
    }
    const at = this.placeOf(values);
    const pages = { ...empty(), total: this.groupAt(at)?.count ?? 1 };
    this.open.set(name, { values: [...values], pages, at });
    void this.fetch(pages, values, 0, false);
    this.tell();
  }

  /** The open groups of which it is known where they stand, in their order. */
  private placed(): Opened[] {
    const order = (opened: Opened) => opened.at ?? 0;
    return [...this.open.values()].filter(({ at }) => at !== null).sort((a, b) => order(a) - order(b));
  }

  private line(place: number, placed: readonly Opened[]): Line {
    const pinned = this.pinned[place];
    if (pinned) return { kind: "run", run: pinned, depth: 0, within: [] };
    let index = place - this.pinned.length;
    for (const { values, pages, at } of placed) {
      const inner = index - (at ?? 0) - 1;
      if (inner < 0) break;
      if (inner < pages.total) return this.runLine(pages, values, inner);
      index -= pages.total;
    }
    return this.rootLine(index);
  }

  private rootLine(index: number): Line {
    const group = this.groupAt(index);
    if (group) return { kind: "group", group, isOpen: this.open.has(JSON.stringify(group.values)) };
    return this.runLine(this.roots, null, index);
  }

  private runLine(pages: Pages, within: readonly string[] | null, index: number): Line {
    const depth = within ? 1 : 0;
    const page = Math.floor(index / PAGE);
    const run = pages.pages.get(page)?.runs[index % PAGE];
    if (run) return { kind: "run", run, depth, within: within ?? [] };
    void this.fetch(pages, within, page, false);
    return { kind: "waiting", depth };
  }

  private groupAt(index: number | null): GroupRow | null {
    if (index === null) return null;
    return this.roots.pages.get(Math.floor(index / PAGE))?.groups[index % PAGE] ?? null;
  }

  private placeOf(values: readonly string[]): number | null {
    for (const [page, { groups }] of this.roots.pages) {
      const index = groups.findIndex((group) => same(group.values, values));
      if (index >= 0) return page * PAGE + index;
    }
    return null;
  }

  private async fetch(pages: Pages, within: readonly string[] | null, page: number, isFirst: boolean): Promise<void> {
    if (pages.asked.has(page)) return;
    pages.asked.add(page);
    const { signal } = this.waiting;
    const asked = { runSet: this.runSet, value: this.value, offset: page * PAGE, limit: PAGE, within };
    try {
      const answer = await this.ask(asked, signal);
      if (signal.aborted) return;
      if (isFirst) dropBeyond(pages, answer.total);
      this.take(pages, answer, page);
      this.tell();
    } catch (error) {
      if (signal.aborted) return;
      pages.failures.set(page, sentence(error));
      this.tell();
    }
  }

  private take(pages: Pages, answer: Answer, page: number): void {
    pages.pages.set(page, answer);
    pages.asked.add(page);
    pages.failures.delete(page);
    pages.total = answer.total;
    if (pages !== this.roots) return;
    Object.assign(this, { runCount: answer.runCount, allCount: answer.allCount, isReady: true });
    for (const opened of this.open.values()) opened.at = this.placeOf(opened.values);
  }

  private tell(): void {
    this.dispatchEvent(new Event("change"));
  }
}

/** Who is shown, by the selection of a run set. */
export class Shown {
  private readonly root: number;
  private readonly names = new Set<string>();
  private readonly groups = new Set<string>();

  constructor(runSet: RunSet) {
    const { root = 1, tree = [] } = runSet.selections ?? {};
    this.root = root;
    for (const entry of tree) this.takeIn(entry, []);
  }

  get isAll(): boolean {
    return Boolean(this.root) && !this.names.size && !this.groups.size;
  }

  get isNone(): boolean {
    return !this.root && !this.names.size && !this.groups.size;
  }

  run(run: Pick<RunRow, "name" | "uid">, within: readonly string[] = []): boolean {
    const isNamed = this.names.has(run.name) || this.names.has(run.uid);
    return (isNamed || (within.length > 0 && this.groups.has(JSON.stringify(within)))) !== Boolean(this.root);
  }

  private takeIn(entry: Chosen, above: readonly string[]): void {
    if (typeof entry === "string") {
      this.names.add(entry);
      return;
    }
    const values = [...above, entry.value];
    if (!entry.children?.length) this.groups.add(JSON.stringify(values));
    for (const child of entry.children ?? []) this.takeIn(child, values);
  }
}

/** The runs among those leading that panels draw: pinned or shown, as many as the limit allows. */
export function drawnRuns(
  leading: readonly RunRow[],
  shown: Shown,
  pinned: ReadonlySet<string>,
  limit: number,
): RunRow[] {
  return leading.filter((run) => pinned.has(run.name) || shown.run(run)).slice(0, limit);
}

function empty(): Pages {
  return { total: 0, pages: new Map(), asked: new Set(), failures: new Map() };
}

/** The pages that somebody looked at. */
function wanted({ pages, failures }: Pages): number[] {
  return [...new Set([...pages.keys(), ...failures.keys()])];
}

function dropBeyond({ pages, failures }: Pages, total: number): void {
  const isBeyond = (page: number) => page > 0 && page * PAGE >= total;
  for (const page of [...pages.keys()].filter(isBeyond)) pages.delete(page);
  for (const page of [...failures.keys()].filter(isBeyond)) failures.delete(page);
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(to - from, 0) }, (_, index) => from + index);
}
