/**
 * The document of a workspace as the official client stores it (docs/panels.md), and how its parts are read.
 *
 * It is one immutable tree: an edit (frontend/workspace/edits.ts) returns a new one and keeps every key it does not know.
 */
import type { PanelScene, PanelSpec } from "../panels/data";

export type Bag = Record<string, unknown>;

export interface Layout {
  x: number;
  y: number;
  w: number;
  h: number;
}

export interface Section extends Bag {
  __id__?: string;
  name: string;
  isOpen?: boolean;
  pinned?: boolean;
  type?: "flow" | "grid";
  /** 0: in the order of the list; 1: by name. */
  sorted?: number;
  flowConfig?: Bag & { columnsPerPage?: number; boxHeight?: number };
  localPanelSettings?: Settings;
  panels: PanelSpec[];
  isPanelsAuto?: boolean;
}

export interface Settings extends Bag {
  xAxis?: string;
  smoothingType?: string;
  smoothingWeight?: number;
  smoothingActive?: boolean;
  xAxisActive?: boolean;
  ignoreOutliers?: boolean;
  useRunsTableGroupingInPanels?: boolean;
  maxRuns?: number;
}

/** A key of a run: `{section: "config", name: "lr"}`. */
export interface Key {
  section: string;
  name: string;
}

export interface SortKey {
  key: Key;
  ascending: boolean;
}

/** An entry names a run, or a group and the runs in it. */
export type Chosen = string | { value: string; children?: Chosen[] };

export interface RunSet extends Bag {
  id: string;
  search?: { query?: string; isRegex?: boolean };
  filters?: unknown;
  grouping?: Key[];
  sort?: { keys: SortKey[] };
  /** `root` 1: all but those in `tree`; 0: none but those. */
  selections?: { root: number; bounds: unknown[]; tree: Chosen[] };
  pinnedRunIds?: string[];
  baselineRunId?: string;
}

export interface Spec extends Bag {
  section: Bag & {
    settings?: Settings;
    panelBankConfig?: Bag & { sections: Section[]; settings?: Bag };
    runSets?: RunSet[];
    customRunColors?: Record<string, string>;
  };
  /** What only Carnet knows. */
  x?: Bag & { removed?: string[]; left_out?: number; smoothingWeight?: number; value?: ValueChoice };
}

/** The one value beside each run: a key, and which of its values. */
export interface ValueChoice {
  key: string;
  kind: "last" | "min" | "max" | "best";
}

export const DEFAULT_RUNS = 10;
const NEWEST_FIRST: SortKey[] = [{ key: { section: "run", name: "createdAt" }, ascending: false }];

export function sectionsOf(spec: Spec): Section[] {
  return spec.section.panelBankConfig?.sections ?? [];
}

/** The sections as they are shown: pinned ones first, empty ones left out. */
export function shownSections(spec: Spec): Section[] {
  const showsEmpty = Boolean(spec.section.panelBankConfig?.settings?.["showEmptySections"]);
  const all = sectionsOf(spec).filter((section) => showsEmpty || section.panels.length || !section.isPanelsAuto);
  return [...all.filter((section) => section.pinned), ...all.filter((section) => !section.pinned)];
}

/** The panels of a section in the order in which they are shown. */
export function shownPanels(section: Section): PanelSpec[] {
  if (section.sorted !== 1) return section.panels;
  return [...section.panels].sort((a, b) => titleOf(a).localeCompare(titleOf(b), undefined, { numeric: true }));
}

export function settingsOf(spec: Spec): Settings {
  return spec.section.settings ?? {};
}

export function runSetOf(spec: Spec): RunSet {
  return spec.section.runSets?.[0] ?? { id: "runs" };
}

export function coloursOf(spec: Spec): Record<string, string> {
  return spec.section.customRunColors ?? {};
}

export function sortOf(runSet: RunSet): SortKey[] {
  return runSet.sort?.keys.length ? runSet.sort.keys : NEWEST_FIRST;
}

export function limitOf(spec: Spec): number {
  return settingsOf(spec).maxRuns ?? DEFAULT_RUNS;
}

/** The weight of smoothing with its fraction, which the client's integer field has no room for. */
export function weightOf(spec: Spec): number {
  return spec.x?.smoothingWeight ?? settingsOf(spec).smoothingWeight ?? 0;
}

/** The keys that a panel draws. */
export function keysOf(panel: PanelSpec): string[] {
  const { metrics, mediaKeys, tableKey, xAxis, yAxis } = panel.config;
  const lists = [metrics, mediaKeys].flatMap((list): unknown[] => (Array.isArray(list) ? list : []));
  const scattered = panel.viewType === "Scatter Plot" ? [xAxis, yAxis] : [];
  return [...lists, tableKey, ...scattered].filter((key): key is string => typeof key === "string" && key !== "");
}

/** What a panel is called before its data has come. */
export function titleOf(panel: PanelSpec): string {
  const { chartTitle, value, targetKey } = panel.config;
  if (typeof chartTitle === "string" && chartTitle) return chartTitle;
  if (panel.viewType === "Markdown Panel" && typeof value === "string") return value.split("\n")[0] ?? "";
  if (typeof targetKey === "string") return targetKey;
  return keysOf(panel).join(", ") || panel.viewType;
}

/** Find a panel anywhere by its id. */
export function findPanel(spec: Spec, id: string): { section: Section; panel: PanelSpec; index: number } | null {
  for (const section of sectionsOf(spec)) {
    const index = section.panels.findIndex((panel) => panel.__id__ === id);
    const panel = section.panels[index];
    if (panel) return { section, panel, index };
  }
  return null;
}

/** The document with this panel alone: what it is drawn from, as it is on screen, saved or not. */
export function partOf(spec: Spec, id: string): Spec | null {
  const found = findPanel(spec, id);
  if (!found) return null;
  const { settings = {}, runSets = [], customRunColors = {} } = spec.section;
  const sections = [{ ...found.section, panels: [found.panel] }];
  const section = { settings, runSets: runSets.map(drawnFrom) as RunSet[], customRunColors };
  const weight = spec.x?.smoothingWeight;
  return {
    section: { ...section, panelBankConfig: { sections } },
    ...(weight === undefined ? {} : { x: { smoothingWeight: weight } }),
  };
}

/** What search over panels finds: words in any order, or a regular expression between slashes. */
export function panelSearch(text: string): (panel: PanelSpec) => boolean {
  const words = text.trim();
  if (!words) return () => true;
  const pattern = regex(words);
  if (pattern) return (panel) => [titleOf(panel), ...keysOf(panel)].some((name) => pattern.test(name));
  const wanted = words.toLowerCase().split(/\s+/);
  return (panel) => {
    const name = [titleOf(panel), ...keysOf(panel)].join(" ").toLowerCase();
    return wanted.every((word) => name.includes(word));
  };
}

/** Words with signs that only expressions have are read as one; what does not parse is taken literally. */
function regex(words: string): RegExp | null {
  const between = /^\/(.+)\/$/.exec(words)?.[1];
  const written = between ?? (/[\^$*+?()[\]{}|\\]/.test(words) ? words : null);
  if (!written) return null;
  try {
    return new RegExp(written, "i");
  } catch {
    return null;
  }
}

/**
 * What all panels of a section are drawn from. The parts of a run set that only lists show are left out; the run list is
 * the legend.
 */
export function sceneOf(spec: Spec, section: Section, src: string): PanelScene {
  const settings: Settings = { ...settingsOf(spec), smoothingWeight: weightOf(spec), suppressLegends: true };
  const local = section.localPanelSettings ?? {};
  if (local.xAxisActive && local.xAxis) settings.xAxis = local.xAxis;
  if (local.smoothingActive) {
    settings.smoothingType = local.smoothingType ?? "exponential";
    settings.smoothingWeight = localWeight(section);
  }
  return { src, run_sets: (spec.section.runSets ?? []).map(drawnFrom), settings, colours: coloursOf(spec) };
}

export function localWeight(section: Section): number {
  const own = (section["x"] as Bag | undefined)?.["smoothingWeight"];
  return typeof own === "number" ? own : (section.localPanelSettings?.smoothingWeight ?? 0);
}

function drawnFrom(runSet: RunSet): Bag {
  const shownOnly = new Set(["runFeed", "expandedRowAddresses"]);
  return Object.fromEntries(Object.entries(runSet).filter(([name]) => !shownOnly.has(name)));
}
