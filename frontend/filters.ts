/**
 * Conditions on runs: the list that the filter builder edits (the client's filterV2), and the filter language of the API.
 *
 * In a list every entry says how it is joined to what stands before it; AND binds tighter than OR. Groups are one level deep.
 */

/** What a condition is about: `{section: "config", name: "lr"}`; of a metric the name ends in `:max` or the like. */
export interface FilterKey {
  section: string;
  name: string;
}

export interface Condition {
  key: FilterKey;
  op: Operator;
  value: unknown;
  disabled: boolean;
  connector: Connector;
}

export interface ConditionGroup {
  filters: Condition[];
  connector: Connector;
}

export type Connector = "AND" | "OR";
export type Entry = Condition | ConditionGroup;
export type Operator = "=" | "!=" | "<=" | ">=" | "<" | ">" | "IN" | "NIN" | "WITHINSECONDS" | "REGEX";
export type Mongo = Record<string, unknown>;

const MONGO: Readonly<Record<Operator, string>> = {
  "=": "$eq",
  "!=": "$ne",
  "<=": "$lte",
  ">=": "$gte",
  "<": "$lt",
  ">": "$gt",
  IN: "$in",
  NIN: "$nin",
  WITHINSECONDS: "$within",
  REGEX: "$regex",
};
const OPERATORS = Object.fromEntries(Object.entries(MONGO).map(([op, name]) => [name, op])) as Record<string, Operator>;

/** How comparisons are said. */
export const WORDS: Readonly<Record<Operator, string>> = {
  "=": "is",
  "!=": "is not",
  IN: "is one of",
  NIN: "is none of",
  "<=": "≤",
  ">=": "≥",
  "<": "<",
  ">": ">",
  WITHINSECONDS: "within",
  REGEX: "matches",
};

export function isGroup(entry: Entry): entry is ConditionGroup {
  return "filters" in entry;
}

/** Return the filter of a list; `{}` for none. What is switched off counts as absent. */
export function toMongo(entries: readonly Entry[]): Mongo {
  const alternatives: Mongo[][] = [[]];
  for (const entry of entries) {
    const part = isGroup(entry) ? toMongo(entry.filters) : entry.disabled ? {} : ofCondition(entry);
    if (!Object.keys(part).length) continue;
    if (entry.connector === "OR" && alternatives.at(-1)?.length) alternatives.push([]);
    alternatives.at(-1)?.push(part);
  }
  return joined(
    "$or",
    alternatives.filter((parts) => parts.length).map((parts) => joined("$and", parts)),
  );
}

/** Return the list of a filter, or null for one that no list can say. */
export function fromMongo(filter: Mongo): Entry[] | null {
  const alternatives = branches(filter, "$or");
  const found: Entry[] = [];
  for (const [number, alternative] of alternatives.entries()) {
    for (const [place, part] of branches(alternative, "$and").entries()) {
      const entry = ofPart(part, number && !place ? "OR" : "AND");
      if (!entry) return null;
      found.push(entry);
    }
  }
  return found;
}

/** Return what a key is called in the filter language. */
export function targetOf({ section, name }: FilterKey): string {
  return section === "run" ? name : `${section}:${name}`;
}

/** Read `config:lr`, `config.lr`, `state`. */
export function keyOf(target: string): FilterKey {
  const found = /^(run|config|summary|metric|summary_metrics)[.:](.+)$/s.exec(target);
  if (!found) return { section: "run", name: target };
  const [, section = "", name = ""] = found;
  if (section === "config") return { section, name: name.replace(/^([^.]+)\.value(?=\.|$)/, "$1") };
  if (section === "metric") return { section, name: name.replace(/\.((?:last|min|max|best)(?:_step)?)$/, ":$1") };
  return { section: section === "summary_metrics" ? "summary" : section, name };
}

/** Whether a condition says anything yet: without a value it is still being written. */
export function isComplete(entry: Entry): boolean {
  if (isGroup(entry)) return entry.filters.some(isComplete);
  if (Array.isArray(entry.value)) return entry.value.length > 0;
  return entry.value !== "" && entry.value !== undefined;
}

function ofCondition({ key, op, value }: Condition): Mongo {
  const target = targetOf(key);
  if (op === "=") return { [target]: value };
  const many = op === "IN" || op === "NIN";
  return { [target]: { [MONGO[op]]: many && !Array.isArray(value) ? [value] : value } };
}

function joined(word: "$and" | "$or", parts: Mongo[]): Mongo {
  return parts.length > 1 ? { [word]: parts } : (parts[0] ?? {});
}

/** Take apart what an object joins: by `$or` or by `$and`, also where several keys stand side by side. */
function branches(filter: Mongo, word: "$or" | "$and"): Mongo[] {
  const entries = Object.entries(filter);
  if (entries.length === 1 && entries[0]?.[0] === word && Array.isArray(entries[0][1])) return entries[0][1] as Mongo[];
  return word === "$and" && entries.length !== 1 ? entries.map(([key, value]) => ({ [key]: value })) : [filter];
}

function ofPart(part: Mongo, connector: Connector): Entry | null {
  const [first, ...more] = Object.entries(part);
  if (!first || more.length) return null;
  const [target, value] = first;
  if (target === "$or" || target === "$and") return ofGroup(part, connector);
  if (target.startsWith("$")) return null;
  const compared = comparison(value);
  return compared && { key: keyOf(target), ...compared, disabled: false, connector };
}

function ofGroup(part: Mongo, connector: Connector): ConditionGroup | null {
  const inner = fromMongo(part);
  return inner && !inner.some(isGroup) ? { filters: inner as Condition[], connector } : null;
}

function comparison(value: unknown): { op: Operator; value: unknown } | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return { op: "=", value };
  const [first, ...more] = Object.entries(value);
  const op = first && OPERATORS[first[0]];
  return op && !more.length ? { op, value: first[1] } : null;
}
