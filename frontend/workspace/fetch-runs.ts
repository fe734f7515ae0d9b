/** Asks the server for the rows of a run list. */
import { getJson, withParameters } from "../api";
import type { Value } from "../format";
import { sortOf } from "./document";
import { mongoOf } from "./mongo";
import { type Answer, type Ask, targetOf } from "./runs";

interface RawRow {
  uid: string;
  name: string;
  display_name: string;
  state: string;
  slot: number;
  tags: string[];
  values: Record<string, Value>;
}

/** Return what asks at the address of a project's runs; `page` is that of the project. */
export function runsFrom(src: string, page: string): Ask {
  return async ({ runSet, value, limit }, signal): Promise<Answer> => {
    const order = sortOf(runSet)
      .map(({ key, ascending }) => (ascending ? "+" : "-") + targetOf(key))
      .join(",");
    const filters = mongoOf(runSet);
    const url = withParameters(src, {
      filters: filters && JSON.stringify(filters),
      order,
      keys: value?.key,
      limit,
    });
    const answer = (await getJson(url, signal)) as { items: RawRow[] };
    const runs = answer.items.map((row) => ({
      uid: row.uid,
      name: row.name,
      label: row.display_name,
      state: row.state,
      slot: row.slot,
      tags: row.tags,
      address: `${page}/runs/${encodeURIComponent(row.name)}`,
      value: value ? row.values[value.key] : null,
    }));
    return { runs, groups: [], total: runs.length, runCount: runs.length, allCount: runs.length };
  };
}
