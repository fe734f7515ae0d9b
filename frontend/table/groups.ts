/** Groups of runs as lines: a head each, below it the runs of an open one, or the groups of the next level. */
import { getJson, isAbort } from "../api";
import type { Mongo } from "../filters";
import type { Head } from "./columns";
import { Rows } from "./rows";

export const FIRST_ROWS = 9; // of a group; the rest on demand
const MOST_GROUPS = 500;

/** An answer of `…/table/groups`. */
interface GroupsAnswer {
  by: Head;
  total: number;
  groups: { value: unknown[]; filters: Mongo[]; count: number[]; states: Record<string, number>[] };
  columns: (Head & Record<"count" | "distinct" | "min" | "max" | "mean", unknown[]>)[];
}

/** One column over a group. */
export interface Aggregate {
  count: number;
  distinct: number;
  min: number | string | null;
  max: number | string | null;
  mean: number | null;
}

export interface Group {
  /** The values of this group and of those around it, as one text: what is open is remembered by it. */
  id: string;
  by: Head;
  value: unknown;
  /** Narrows all matching runs to those of the group. */
  filters: Mongo;
  count: number;
  states: Record<string, number>;
  depth: number;
  aggregate: (key: string) => Aggregate | null;
  rows: Rows | null;
  inner: GroupLevel | null;
  isWhole: boolean;
}

export type Line =
  | { kind: "row"; rows: Rows; index: number; depth: number; group: Group | null }
  | { kind: "group"; group: Group }
  | { kind: "more"; group: Group; hidden: number }
  | { kind: "wait"; depth: number };

/** How a level asks: for groups by a column within a filter, for rows within one. */
export interface Asking {
  groups: (by: string, filters: Mongo) => string;
  rows: (filters: Mongo) => string;
  changed: () => void;
}

export class GroupLevel {
  groups: Group[] | null = null;
  total = 0;
  failure: unknown = null;
  private readonly controller = new AbortController();

  constructor(
    private readonly asking: Asking,
    private readonly by: readonly string[],
    private readonly filters: Mongo[] = [],
    private readonly opened = new Set<string>(),
    private readonly parent = "",
    private readonly before: GroupLevel | null = null,
  ) {
    void this.fetch();
  }

  get depth(): number {
    return this.filters.length;
  }

  abort(): void {
    this.controller.abort();
    for (const group of this.groups ?? []) {
      group.rows?.abort();
      group.inner?.abort();
    }
  }

  /** Fetch again; what was open stays open and keeps its rows until new ones are there. */
  again(): GroupLevel {
    this.abort();
    return new GroupLevel(
      this.asking,
      this.by,
      this.filters,
      this.opened,
      this.parent,
      this.groups ? this : this.before,
    );
  }

  isOpen(group: Group): boolean {
    return this.opened.has(group.id);
  }

  toggle(group: Group, open = !this.isOpen(group)): void {
    if (open) this.opened.add(group.id);
    else this.opened.delete(group.id);
    if (open) this.fill(group);
    this.asking.changed();
  }

  /** All lines, in order. */
  lines(): Line[] {
    const shown = this.groups ?? this.before?.groups;
    if (!shown) return [{ kind: "wait", depth: this.depth }];
    return shown.flatMap((group) => [{ kind: "group" as const, group }, ...(this.isOpen(group) ? inside(group) : [])]);
  }

  /** The level in which a group stands. */
  levelOf(group: Group): GroupLevel | null {
    const own = this.groups ?? this.before?.groups ?? [];
    if (own.includes(group)) return this;
    for (const one of own) {
      const found = one.inner?.levelOf(group);
      if (found) return found;
    }
    return null;
  }

  /** The filter that all runs of a group meet, those of the groups around it included. */
  filtersOf(group: Group): Mongo {
    const level = this.levelOf(group);
    return within([...(level?.filters ?? []), group.filters]);
  }

  private fill(group: Group): void {
    const filters = [...this.filters, group.filters];
    const [, ...deeper] = this.by;
    if (deeper.length) group.inner ??= new GroupLevel(this.asking, deeper, filters, this.opened, group.id);
    else group.rows ??= new Rows(this.asking.rows(within(filters)), this.asking.changed);
  }

  private async fetch(): Promise<void> {
    const url = new URL(this.asking.groups(this.by[0] ?? "", within(this.filters)), document.baseURI);
    url.searchParams.set("limit", String(MOST_GROUPS));
    try {
      const answer = (await getJson(url.href, this.controller.signal)) as GroupsAnswer;
      this.take(answer);
    } catch (error) {
      if (isAbort(error)) return;
      this.failure = error;
    }
    this.asking.changed();
  }

  private take(answer: GroupsAnswer): void {
    const known = new Map((this.before?.groups ?? []).map((group) => [group.id, group]));
    this.total = answer.total;
    this.groups = answer.groups.value.map((value, place) => {
      const id = `${this.parent}\u0000${JSON.stringify(value)}`;
      const old = known.get(id);
      const group: Group = {
        id,
        by: answer.by,
        value,
        filters: answer.groups.filters[place] ?? {},
        count: answer.groups.count[place] ?? 0,
        states: answer.groups.states[place] ?? {},
        depth: this.depth,
        aggregate: (key) => aggregate(answer, key, place),
        rows: null,
        inner: old?.inner?.again() ?? null,
        isWhole: old?.isWhole ?? false,
      };
      if (old?.rows)
        group.rows = new Rows(
          this.asking.rows(within([...this.filters, group.filters])),
          this.asking.changed,
          old.rows,
        );
      return group;
    });
    if (!this.before && !this.depth) for (const group of this.groups.slice(0, 3)) this.opened.add(group.id);
    for (const group of this.groups) if (this.isOpen(group)) this.fill(group);
  }
}

function inside(group: Group): Line[] {
  if (group.inner) return group.inner.lines();
  const { rows } = group;
  if (!rows) return [{ kind: "wait", depth: group.depth }];
  const shown = group.isWhole || group.count <= FIRST_ROWS + 1 ? group.count : FIRST_ROWS;
  const lines: Line[] = Array.from({ length: shown }, (_, index) => ({
    kind: "row" as const,
    rows,
    index,
    depth: group.depth + 1,
    group,
  }));
  return shown < group.count ? [...lines, { kind: "more", group, hidden: group.count - shown }] : lines;
}

function within(filters: readonly Mongo[]): Mongo {
  return filters.length > 1 ? { $and: [...filters] } : (filters[0] ?? {});
}

function aggregate(answer: GroupsAnswer, key: string, place: number): Aggregate | null {
  const column = answer.columns.find((one) => one.key === key);
  if (!column) return null;
  return {
    count: column.count[place] as number,
    distinct: column.distinct[place] as number,
    min: column.min[place] as number | string | null,
    max: column.max[place] as number | string | null,
    mean: column.mean[place] as number | null,
  };
}
