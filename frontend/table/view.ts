/** What a table shows, as its address carries it: `?q=&filters=&order=&columns=&group=`. */
import type { Mongo } from "../filters";

export interface View {
  words: string;
  filters: Mongo;
  /** Names of columns, `-` before those that descend. */
  order: string[];
  columns: string[];
  /** Names of columns, outermost first. */
  group: string[];
  /** Columns beside the name that stay when the table is moved sideways. */
  pinned: string[];
}

/** Read the view of an address; `usual` columns where it names none. */
export function readView(query: string, usual: readonly string[]): View {
  const asked = new URLSearchParams(query);
  const columns = split(asked.get("columns"));
  return {
    words: asked.get("q") ?? "",
    filters: parsed(asked.get("filters")),
    order: split(asked.get("order")),
    columns: columns.length ? columns : [...usual],
    group: split(asked.get("group")),
    pinned: split(asked.get("pinned")),
  };
}

/** Write a view as a query, without what is as usual. */
export function writeView(view: View, usual: readonly string[]): string {
  const query = new URLSearchParams();
  if (view.words) query.set("q", view.words);
  if (Object.keys(view.filters).length) query.set("filters", JSON.stringify(view.filters));
  if (view.order.length) query.set("order", join(view.order));
  if (join(view.columns) !== join(usual)) query.set("columns", join(view.columns));
  if (view.group.length) query.set("group", join(view.group));
  if (view.pinned.length) query.set("pinned", join(view.pinned));
  const text = query.toString();
  return text && `?${text}`;
}

/** Join names by commas; a comma or backslash inside one is written with a backslash. */
export function join(names: readonly string[]): string {
  return names.map((name) => name.replace(/[\\,]/g, "\\$&")).join(",");
}

export function split(text: string | null): string[] {
  const parts: string[] = [];
  let part = "";
  let isEscaped = false;
  for (const letter of text ?? "") {
    if (!isEscaped && letter === "\\") isEscaped = true;
    else if (!isEscaped && letter === ",") {
      parts.push(part);
      part = "";
    } else {
      part += letter;
      isEscaped = false;
    }
  }
  return [...parts, part].filter(Boolean);
}

/** Put two filters together. */
export function both(one: Mongo, other: Mongo): Mongo {
  const parts = [one, other].filter((filter) => Object.keys(filter).length);
  return parts.length > 1 ? { $and: parts } : (parts[0] ?? {});
}

function parsed(text: string | null): Mongo {
  try {
    const found: unknown = JSON.parse(text ?? "{}");
    return typeof found === "object" && found !== null && !Array.isArray(found) ? (found as Mongo) : {};
  } catch {
    return {};
  }
}
