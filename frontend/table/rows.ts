/**
 * Rows by place: those of one filter and order, fetched a hundred at a time as they come into view.
 *
 * Pages keep columns as they came, one array each; a row is a page and a place in it.
 */
import { getJson, isAbort } from "../api";
import type { Value } from "../format";
import { type Head, NAME } from "./columns";

export const PAGE = 100;

/** An answer of `…/table`. */
export interface TableAnswer {
  offset: number;
  total: number | null;
  rows: Record<"uid" | "name" | "display_name" | "state" | "entity" | "project", string[]> & { slot: number[] };
  columns: (Head & { values: unknown[] })[];
}

/** What is known of one run. */
export interface Row {
  uid: string;
  name: string;
  displayName: string;
  state: string;
  slot: number;
  entity: string;
  project: string;
  value: (key: string) => unknown;
}

export class Rows {
  total: number | null = null;
  /** What the server said of each column. */
  readonly heads = new Map<string, Head>();
  private readonly failures = new Map<number, unknown>();
  private pages = new Map<number, TableAnswer>();
  private readonly asked = new Map<number, AbortController>();
  private stale = new Set<number>();

  /** `address` answers rows for `offset`, `limit` and `count`; `changed` is called when some have come. */
  constructor(
    readonly address: string,
    private readonly changed: () => void,
    private readonly before: Rows | null = null,
  ) {}

  /** Why a page is missing; null where none is. */
  get failure(): unknown {
    return [...this.failures.values()][0] ?? null;
  }

  get loadedCount(): number {
    let count = 0;
    for (const page of this.pages.values()) count += page.rows.uid.length;
    return count;
  }

  /** Take an answer that is there already. */
  take(answer: TableAnswer): void {
    if (answer.total !== null) this.total = answer.total;
    this.pages.set(Math.floor(answer.offset / PAGE), answer);
    for (const { key, label, kind, fact, goal } of answer.columns)
      this.heads.set(key, { key, label, kind, fact, goal });
  }

  /** The row at a place; what stood there before while it is on its way, null if nothing did. */
  at(index: number): Row | null {
    const page = this.pages.get(Math.floor(index / PAGE));
    if (!page) return this.before?.at(index) ?? null;
    const place = index % PAGE;
    const { rows } = page;
    const uid = rows.uid[place];
    if (uid === undefined) return null;
    return {
      uid,
      name: rows.name[place] ?? "",
      displayName: rows.display_name[place] ?? "",
      state: rows.state[place] ?? "",
      slot: rows.slot[place] ?? 1,
      entity: rows.entity[place] ?? "",
      project: rows.project[place] ?? "",
      value: (key) => page.columns.find((column) => column.key === key)?.values[place] ?? null,
    };
  }

  /** The values of a column that are loaded. */
  *values(key: string): Iterable<Value> {
    for (const page of this.pages.values()) {
      yield* (page.columns.find((column) => column.key === key)?.values ?? []) as Value[];
    }
  }

  /**
   * Fetch the rows from one place up to another, where they are missing or old. What is out of sight is not waited for;
   * what failed is fetched again after a refresh.
   */
  want(from: number, to: number): void {
    const first = Math.floor(Math.max(from, 0) / PAGE);
    const last = Math.floor(Math.max(to - 1, from, 0) / PAGE);
    for (const [number, controller] of this.asked) if (number < first || number > last) controller.abort();
    for (let number = first; number <= last; number += 1) {
      const known = (this.pages.has(number) || this.failures.has(number)) && !this.stale.has(number);
      if (!known && !this.isBeyond(number) && !this.asked.has(number)) void this.fetch(number);
    }
  }

  /** Everything may have changed: fetch again what is looked at, and keep showing the old until it is there. */
  refresh(): void {
    this.stale = new Set([...this.pages.keys(), ...this.failures.keys()]);
  }

  /** Change what is shown of a run at once; the next refresh brings what the server made of it. */
  edit(uid: string, key: string, value: unknown): void {
    for (const page of this.pages.values()) {
      const place = page.rows.uid.indexOf(uid);
      if (place < 0) continue;
      if (key === NAME) page.rows.display_name[place] = String(value);
      const column = page.columns.find((one) => one.key === key);
      if (column) column.values[place] = value;
    }
  }

  abort(): void {
    for (const controller of this.asked.values()) controller.abort();
  }

  private isBeyond(number: number): boolean {
    return this.total !== null && number > 0 && number * PAGE >= this.total;
  }

  private async fetch(number: number): Promise<void> {
    const controller = new AbortController();
    this.asked.set(number, controller);
    const url = new URL(this.address, document.baseURI);
    url.searchParams.set("offset", String(number * PAGE));
    url.searchParams.set("limit", String(PAGE));
    const counts = this.total === null || this.stale.has(number);
    url.searchParams.set("count", String(counts));
    try {
      this.take((await getJson(url.href, controller.signal)) as TableAnswer);
      this.stale.delete(number);
      this.failures.delete(number);
      for (const beyond of this.failures.keys()) if (this.isBeyond(beyond)) this.failures.delete(beyond);
    } catch (error) {
      if (!isAbort(error)) {
        this.failures.set(number, error);
        this.stale.delete(number);
      }
    } finally {
      this.asked.delete(number);
    }
    this.changed();
  }
}
