/** Keys of runs as people read them, and the sheet in which they choose one. */
import { html } from "lit";
import "../elements/key-picker";
import type { Key } from "./document";
import { openSheet } from "./menu";

/** The facts of a run that are no config and no metric, by their stored names. */
export const RUN_KEYS: Readonly<Record<string, string>> = {
  displayName: "Name",
  state: "State",
  group: "Group",
  jobType: "Job type",
  username: "Owner",
  tags: "Tags",
  createdAt: "Created",
  duration: "Duration",
  host: "Host",
  sweep: "Sweep",
  name: "Id",
};

export function titleOfKey({ section, name }: Key): string {
  if (section === "run") return RUN_KEYS[name] ?? name;
  return section === "config" ? bare(name) : name;
}

/** A config key without the `value` that the client puts after its first part. */
export function bare(name: string): string {
  return name.replace(/^([^.]+)\.value(?=\.|$)/, "$1");
}

const SIGNS: Readonly<Record<string, string>> = {
  "=": "is",
  "!=": "is not",
  "<=": "≤",
  ">=": "≥",
  "<": "<",
  ">": ">",
  IN: "is one of",
  NIN: "is none of",
  REGEX: "matches",
  "~": "matches",
};

/** A stored condition as a sentence: `lr ≤ 0.1`, `created within 7 d`. */
export function sentenceOf(condition: Record<string, unknown>): string {
  if (Array.isArray(condition["filters"])) {
    const inner = condition["filters"] as Record<string, unknown>[];
    return inner
      .map((one, index) => (index ? `${one["connector"] === "OR" ? "or" : "and"} ` : "") + sentenceOf(one))
      .join(" ");
  }
  const key = condition["key"] as Key | string | undefined;
  const name = typeof key === "string" ? key : key ? titleOfKey(key) : "?";
  const operator = typeof condition["op"] === "string" ? condition["op"] : "=";
  const value = condition["value"];
  if (operator === "WITHINSECONDS") return `${name.toLowerCase()} within ${span(Number(value))}`;
  const text = Array.isArray(value) ? value.map(said).join(", ") : said(value);
  return `${name} ${SIGNS[operator] ?? operator} ${text}`;
}

function said(value: unknown): string {
  if (value === null || value === undefined) return "missing";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function span(seconds: number): string {
  const units: [number, string][] = [
    [86_400, "d"],
    [3_600, "h"],
    [60, "m"],
  ];
  const [size, unit] = units.find(([size]) => seconds >= size && seconds % size === 0) ?? [1, "s"];
  return `${seconds / size} ${unit}`;
}

export interface KeyMenuOptions {
  kinds: readonly ("run" | "config" | "summary")[];
  chosen: readonly Key[];
  /** Which facts of runs are offered; all where nobody says. */
  among?: readonly string[];
  /** Several, in an order. */
  isMany?: boolean;
  /** What choosing nothing is called. */
  none?: string;
  choose: (keys: Key[]) => void;
}

/** Let a person choose keys in a sheet under a button. */
export function keyMenu(anchor: HTMLElement, label: string, src: string, options: KeyMenuOptions): void {
  const chosen = (event: Event) => {
    const { keys, isDone } = (event as CustomEvent<{ keys: Key[]; isDone: boolean }>).detail;
    options.choose(keys);
    if (isDone) sheet.hidePopover();
  };
  const sheet = openSheet(
    anchor,
    label,
    html`<key-picker
      .src=${src}
      .heading=${label}
      .kinds=${options.kinds}
      .chosen=${options.chosen}
      ?many=${options.isMany}
      .among=${options.among ?? null}
      .none=${options.none ?? ""}
      @keys-chosen=${chosen}
    ></key-picker>`,
  );
}
