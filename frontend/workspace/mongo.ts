/** The filters of a run set in the language of the API (docs/api/filters), as apps/panels/filters.py reads them. */
import type { Key, RunSet } from "./document";
import { targetOf } from "./runs";

type Filter = Record<string, unknown>;

const OPERATORS: Readonly<Record<string, string>> = {
  "=": "$eq",
  "!=": "$ne",
  "<=": "$lte",
  ">=": "$gte",
  "<": "$lt",
  ">": "$gt",
  IN: "$in",
  NIN: "$nin",
  REGEX: "$regex",
  "~": "$regex",
  MATCHES: "$regex",
};

/** Return one filter for conditions and search together; null for none. */
export function mongoOf(runSet: RunSet): Filter | null {
  const { filters } = runSet;
  const conditions = Array.isArray(filters) ? filters : (filters as { filters?: unknown } | undefined)?.filters;
  const parts = [flat(Array.isArray(conditions) ? (conditions as Filter[]) : []), searched(runSet)].filter(
    (part) => part !== null,
  );
  return parts.length > 1 ? { $and: parts } : (parts[0] ?? null);
}

/** AND binds tighter than OR; what is switched off counts as absent. */
function flat(entries: readonly Filter[]): Filter | null {
  const alternatives: Filter[][] = [[]];
  for (const entry of entries) {
    const condition = Array.isArray(entry["filters"]) ? flat(entry["filters"] as Filter[]) : leaf(entry);
    if (!condition) continue;
    if (entry["connector"] === "OR" && alternatives.at(-1)?.length) alternatives.push([]);
    alternatives.at(-1)?.push(condition);
  }
  const found = alternatives
    .filter((part) => part.length)
    .map((part) => (part.length > 1 ? { $and: part } : (part[0] as Filter)));
  return found.length > 1 ? { $or: found } : (found[0] ?? null);
}

function leaf(entry: Filter): Filter | null {
  if (entry["disabled"]) return null;
  const target = targetOf(entry["key"] as Key);
  const operator = typeof entry["op"] === "string" ? entry["op"] : "=";
  const { value } = entry;
  if (operator === "WITHINSECONDS") {
    return { [target]: { $gte: new Date(Date.now() - Number(value) * 1000).toISOString() } };
  }
  const isList = operator === "IN" || operator === "NIN";
  return { [target]: { [OPERATORS[operator] ?? "$eq"]: isList && !Array.isArray(value) ? [value] : value } };
}

function searched({ search }: RunSet): Filter | null {
  const query = search?.query?.trim();
  if (!query) return null;
  const pattern = search?.isRegex ? query : query.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return { $or: [{ displayName: { $regex: pattern } }, { name: { $regex: pattern } }] };
}
