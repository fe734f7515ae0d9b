/** Keys as panels write them, in each of the ways a field may store them. */
import type { PanelSpec } from "../../panels/data";
import type { Key } from "../document";
import { type Field, list, read, text } from "./fields";

type KeyField = Extract<Field, { kind: "keys" }>;

interface Column {
  accessor: string;
  [more: string]: unknown;
}

export function chosenKeys(panel: PanelSpec, field: KeyField): Key[] {
  if (field.stores === "plain") return list(panel, field.name).map((name) => ({ section: "summary", name }));
  if (field.stores === "prefixed") return list(panel, field.name).map(prefixed);
  if (field.stores === "columns") return columns(panel, field.name).map((column) => prefixed(column.accessor));
  const by = text(panel, field.name);
  if (!by || by === "None") return [];
  return [by.endsWith(".value") || by.includes(".") ? { section: "config", name: by } : { section: "run", name: by }];
}

/** What a field stores for these keys; undefined for none. */
export function storedKeys(panel: PanelSpec, field: KeyField, keys: readonly Key[]): unknown {
  const written = keys.map((key) => writeKey(field, key));
  if (field.stores === "columns") {
    const before = columns(panel, field.name);
    return written.map((accessor) => before.find((one) => one.accessor === accessor) ?? { accessor });
  }
  if (field.isMany) return written;
  return written[0];
}

function writeKey({ stores }: KeyField, { section, name }: Key): string {
  if (stores === "plain") return name;
  if (stores === "group") return name;
  return `${section}:${name}`;
}

function prefixed(written: string): Key {
  const [, section, name] = /^(run|config|summary):(.+)$/.exec(written) ?? [];
  return section && name ? { section, name } : { section: "summary", name: written };
}

function columns(panel: PanelSpec, name: string): Column[] {
  const value = read(panel, name);
  return Array.isArray(value) ? (value as Column[]).filter((one) => typeof one.accessor === "string") : [];
}
