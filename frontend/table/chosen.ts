/** Which rows are chosen: single ones, whole groups, or all that match but some. */
import type { Mongo } from "../filters";
import type { RunsChosen } from "../runs/chosen";
import type { Group } from "./groups";
import type { Row } from "./rows";
import { both } from "./view";

/** What all rows of the table meet. */
export interface Matching {
  filters?: Mongo;
  search?: string;
}

export class Chosen {
  isAll = false;
  readonly uids = new Map<string, string>(); // uid → name
  readonly except = new Map<string, string>();
  readonly groups = new Map<string, { filters: Mongo; count: number }>();

  has(row: Row, group: Group | null): boolean {
    if (this.except.has(row.uid)) return false;
    return this.isAll || this.uids.has(row.uid) || (group !== null && this.hasGroup(group));
  }

  hasGroup(group: Group): boolean {
    return this.isAll || this.groups.has(group.id);
  }

  choose(row: Row, group: Group | null, on: boolean): void {
    const isCovered = this.isAll || (group !== null && this.hasGroup(group));
    if (on) this.except.delete(row.uid);
    else if (isCovered) this.except.set(row.uid, row.name);
    if (on && !isCovered) this.uids.set(row.uid, row.name);
    else if (!on) this.uids.delete(row.uid);
  }

  chooseGroup(group: Group, filters: Mongo, on: boolean): void {
    if (on) this.groups.set(group.id, { filters, count: group.count });
    else this.groups.delete(group.id);
  }

  chooseAll(on: boolean): void {
    this.clear();
    this.isAll = on;
  }

  clear(): void {
    this.isAll = false;
    this.uids.clear();
    this.except.clear();
    this.groups.clear();
  }

  /** How many are chosen of `total`. */
  count(total: number): number {
    if (this.isAll) return Math.max(total - this.except.size, 0);
    let count = this.uids.size;
    for (const group of this.groups.values()) count += group.count;
    return Math.max(count - this.except.size, 0);
  }

  /** Say which runs are meant, of those that match. */
  told(action: RunsChosen["action"], total: number, { filters = {}, search = "" }: Matching = {}): RunsChosen {
    const count = this.count(total);
    const except = [...this.except.keys()];
    if (this.isAll) return { action, filters, search, uids: null, except, count };
    if (!this.groups.size) return { action, filters, search, uids: [...this.uids.keys()], except: [], count };
    const parts: Mongo[] = [...this.groups.values()].map((group) => group.filters);
    if (this.uids.size) parts.push({ "run:name": { $in: [...this.uids.values()] } });
    return { action, filters: both(filters, { $or: parts }), search, uids: null, except, count };
  }

  /** The filter that means the chosen runs, of those that match `filters`. */
  filter(filters: Mongo): Mongo {
    const told = this.told("tag", 0, { filters });
    const named = told.uids ? { "run:name": { $in: [...this.uids.values()] } } : {};
    const without = this.except.size ? { "run:name": { $nin: [...this.except.values()] } } : {};
    return both(both(told.filters as Mongo, named), without);
  }
}
