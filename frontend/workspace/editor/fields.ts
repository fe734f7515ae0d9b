/**
 * What can be set of a panel, told as data: one list of groups per kind, drawn by `<panel-editor>`.
 *
 * A field reads and writes one key of the stored `config`, or of our `x` when its name begins with `x.`. A value that is
 * as it would be by itself is not stored.
 */
import type { PanelSpec } from "../../panels/data";

export type Choice = readonly [value: string, label: string];

interface Common {
  /** The key of `config` (`groupBy`) or of ours (`x.width`). */
  name: string;
  label: string;
  help?: string;
  /** Shown only then. */
  when?: (panel: PanelSpec) => boolean;
}

export type Field =
  /** `stored` says how a choice is written where it is not by its own word. */
  | (Common & {
      kind: "choice";
      choices: readonly Choice[];
      initial: string;
      stored?: Readonly<Record<string, unknown>>;
    })
  | (Common & { kind: "select"; choices: readonly Choice[]; initial: string; takesKey?: boolean })
  | (Common & { kind: "switch"; on: string; initial: boolean; onValue?: unknown })
  | (Common & { kind: "number"; placeholder: string; min?: number; max?: number; step?: number })
  | (Common & { kind: "range"; low: string; high: string })
  | (Common & { kind: "weight"; initial: number })
  | (Common & { kind: "text"; placeholder: string; isCode?: boolean })
  | (Common & { kind: "prose"; placeholder: string })
  | (Common & { kind: "words"; placeholder: string })
  /** Which runs are drawn: those with the best value of a metric, instead of the first of the list. */
  | (Common & { kind: "rule" })
  /** Metrics, several or one; `stores` says how a key is written. */
  | (Common & { kind: "keys"; isMany: boolean; kinds: readonly KeyKind[]; stores: Stores; takesRegex?: boolean });

export type KeyKind = "run" | "config" | "summary";
/** `plain`: `loss`; `prefixed`: `summary:loss`; `group`: `lr.value`, `group`; `columns`: `{"accessor": "config:lr"}`. */
export type Stores = "plain" | "prefixed" | "group" | "columns";

export interface Group {
  title: string;
  isOpen?: boolean;
  fields: readonly Field[];
  /** What is set, in a few words, while the group is folded. */
  told: (panel: PanelSpec) => string;
}

export interface Kind {
  viewType: string;
  label: string;
  icon: string;
  /** What it is for, in a few words. */
  about: string;
  /** The config of a new one. */
  initial: Record<string, unknown>;
  /** The keys a new one needs before it can be drawn. */
  needsKeys: boolean;
  groups: readonly Group[];
}

export function read(panel: PanelSpec, name: string): unknown {
  return name.startsWith("x.") ? panel.x?.[name.slice(2)] : panel.config[name];
}

/** Set keys of a panel; undefined takes a key away. */
export function write(panel: PanelSpec, changes: Readonly<Record<string, unknown>>): PanelSpec {
  let [config, x] = [panel.config, panel.x];
  for (const [name, value] of Object.entries(changes)) {
    if (name.startsWith("x.")) x = put(x ?? {}, name.slice(2), value);
    else config = put(config, name, value);
  }
  return { ...panel, config, ...(x ? { x } : {}) };
}

function put(bag: Record<string, unknown>, name: string, value: unknown): Record<string, unknown> {
  const rest = Object.fromEntries(Object.entries(bag).filter(([key]) => key !== name));
  return value === undefined ? rest : { ...rest, [name]: value };
}

/** Which runs a panel draws, where it says so itself. */
export interface Rule {
  key: string;
  value: "best" | "last" | "min" | "max";
}

export function rule(panel: PanelSpec): Rule | null {
  const stored = panel.x?.["rule"] as Partial<Rule> | undefined;
  return stored?.key ? { key: stored.key, value: stored.value ?? "best" } : null;
}

export function text(panel: PanelSpec, name: string): string {
  const value = read(panel, name);
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}

export function list(panel: PanelSpec, name: string): string[] {
  const value = read(panel, name);
  if (typeof value === "string") return value ? [value] : [];
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}

/** Words parted by commas, empty ones left out. */
export function words(...parts: (string | false | undefined)[]): string {
  return parts.filter(Boolean).join(", ");
}

/** "60 to auto", or nothing. */
export function rangeWords(panel: PanelSpec, axis: string, low: string, high: string): string {
  const [from, to] = [text(panel, low), text(panel, high)];
  return from || to ? `${axis} ${from || "auto"} to ${to || "auto"}` : "";
}

export function label(choices: readonly Choice[], value: string): string {
  return choices.find(([one]) => one === value)?.[1] ?? value;
}
