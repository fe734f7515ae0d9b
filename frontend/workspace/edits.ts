/**
 * Pure edits of a workspace's document: each returns a new document and leaves what it does not know as it was.
 *
 * Automatic panels are worked out by the server for every key that no panel draws. One that a person changes or moves
 * becomes theirs (`isAuto: false`), as do those before it, so that the order stays; one that is removed leaves its keys
 * in `x.removed`.
 */
import type { PanelSpec } from "../panels/data";
import {
  type Bag,
  type Chosen,
  coloursOf,
  findPanel,
  type Key,
  keysOf,
  type Layout,
  type RunSet,
  runSetOf,
  type Section,
  sectionsOf,
  type Settings,
  settingsOf,
  shownPanels,
  type SortKey,
  type Spec,
  type ValueChoice,
} from "./document";
import { place } from "./layout";

export type Edit = (spec: Spec) => Spec;

const LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";

/** A new id of the kind that the client makes. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(10));
  return [...bytes].map((byte) => LETTERS[byte % LETTERS.length]).join("");
}

// ---- panels

export function addPanel(sectionId: string | null, panel: PanelSpec): Edit {
  return (spec) => {
    const sections = sectionsOf(spec);
    const target = sections.find((section) => idOf(section) === sectionId) ?? sections[0];
    if (!target) return addSection("Charts", [panel])(spec);
    return mapSection(idOf(target), (section) => ({ ...section, isOpen: true, panels: [panel, ...section.panels] }))(
      spec,
    );
  };
}

export function editPanel(panel: PanelSpec): Edit {
  return (spec) =>
    onPanel(spec, panel.__id__, (section, index) => {
      const before = section.panels[index];
      const panels = pinned(section.panels, index).map((one, at) => (at === index ? { ...panel, isAuto: false } : one));
      const dropped = before?.isAuto ? keysOf(before).filter((key) => !keysOf(panel).includes(key)) : [];
      return { panels, removed: dropped };
    });
}

export function removePanel(id: string): Edit {
  return (spec) =>
    onPanel(spec, id, (section, index) => ({
      panels: section.panels.filter((_, at) => at !== index),
      removed: section.isPanelsAuto || section.panels[index]?.isAuto ? keysOf(section.panels[index] as PanelSpec) : [],
    }));
}

/** Put a copy beside a panel; `id` is that of the copy. */
export function duplicatePanel(id: string, copyId: string): Edit {
  return (spec) =>
    onPanel(spec, id, (section, index) => {
      const panels = pinned(section.panels, index);
      const copy = { ...structuredClone(panels[index] as PanelSpec), __id__: copyId, isAuto: false };
      if (copy.layout) copy.layout = { ...copy.layout, y: copy.layout.y + copy.layout.h };
      return { panels: [...panels.slice(0, index + 1), copy, ...panels.slice(index + 1)], removed: [] };
    });
}

/** Move a panel before another of any section; `beforeId` null: to the end of it. */
export function movePanel(id: string, sectionId: string, beforeId: string | null): Edit {
  return (spec) => {
    const taken = findPanel(spec, id)?.panel;
    if (!taken || id === beforeId) return spec;
    return mapSections(spec, (section) => {
      const stays = shownPanels(section).filter((panel) => panel.__id__ !== id);
      if (idOf(section) !== sectionId) {
        return stays.length === section.panels.length ? section : { ...section, panels: stays };
      }
      const found = stays.findIndex((panel) => panel.__id__ === beforeId);
      const at = found < 0 ? stays.length : found;
      const panels = [...stays.slice(0, at), { ...taken, isAuto: false }, ...stays.slice(at)];
      return { ...section, sorted: 0, panels: pinned(panels, Math.max(at, indexOf(section, id))) };
    });
  };
}

/** Give panels places of their own; a section that flowed becomes a grid with its panels where they stood. */
export function layOut(sectionId: string, places: ReadonlyMap<string, Layout>): Edit {
  return mapSection(sectionId, (section) => {
    const placed = place(section, shownPanels(section));
    const panels = placed.map(({ panel, at }) => {
      const layout = places.get(panel.__id__) ?? at;
      return { ...panel, layout, isAuto: false };
    });
    return { ...section, type: "grid", sorted: 0, panels };
  });
}

// ---- sections

export function addSection(name: string, panels: PanelSpec[] = []): Edit {
  return (spec) => {
    const made: Section = { __id__: newId(), name, isOpen: true, pinned: false, type: "flow", sorted: 0, panels };
    return withSections(spec, [made, ...sectionsOf(spec)]);
  };
}

export function changeSection(id: string, changes: Partial<Section>): Edit {
  return mapSection(id, (section) => ({ ...section, ...changes }));
}

export function changeLocal(id: string, changes: Settings, more: Bag = {}): Edit {
  return mapSection(id, (section) => ({
    ...section,
    localPanelSettings: { ...section.localPanelSettings, ...changes },
    x: { ...(section["x"] as Bag | undefined), ...more },
  }));
}

/** How many columns a flow has, and how high its boxes are (in rows of the grid). */
export function changeFlow(id: string, columns: number, rows: number): Edit {
  return mapSection(id, (section) => ({
    ...section,
    type: "flow",
    flowConfig: { ...section.flowConfig, columnsPerPage: columns, boxHeight: rows * 50 },
  }));
}

export function moveSection(id: string, by: -1 | 1): Edit {
  return (spec) => {
    const sections = [...sectionsOf(spec)];
    const at = sections.findIndex((section) => idOf(section) === id);
    const [moved] = at < 0 ? [] : sections.splice(at, 1);
    if (!moved) return spec;
    sections.splice(Math.min(Math.max(at + by, 0), sections.length), 0, moved);
    return withSections(spec, sections);
  };
}

export function removeSection(id: string): Edit {
  return (spec) => {
    const sections = sectionsOf(spec);
    const gone = sections.find((section) => idOf(section) === id);
    const comeBack = (gone?.panels ?? []).filter((panel) => gone?.isPanelsAuto ?? panel.isAuto);
    const rest = sections.filter((section) => section !== gone);
    return withRemoved(withSections(spec, rest), comeBack.flatMap(keysOf));
  };
}

// ---- settings

export function changeSettings(changes: Settings): Edit {
  return (spec) => ({ ...spec, section: { ...spec.section, settings: { ...settingsOf(spec), ...changes } } });
}

/** Smooth all panels; the client's field takes whole numbers, ours the fraction. */
export function smooth(type: string, weight: number): Edit {
  return (spec) => {
    const smoothingActive = type !== "none" && weight > 0;
    const wire = {
      smoothingType: smoothingActive ? type : "none",
      smoothingWeight: Math.round(weight),
      smoothingActive,
    };
    return withOwn(changeSettings(wire)(spec), { smoothingWeight: weight });
  };
}

export function smoothSection(id: string, type: string, weight: number): Edit {
  const isOn = type !== "";
  const wire = { smoothingActive: isOn, smoothingType: type || "none", smoothingWeight: Math.round(weight) };
  return changeLocal(id, wire, { smoothingWeight: weight });
}

export function chooseValue(value: ValueChoice): Edit {
  return (spec) => withOwn(spec, { value });
}

// ---- the run set

export function changeRunSet(changes: Partial<RunSet>): Edit {
  return (spec) => {
    const [first, ...rest] = spec.section.runSets ?? [];
    const changed = { ...(first ?? runSetOf(spec)), ...changes };
    return { ...spec, section: { ...spec.section, runSets: [changed, ...rest] } };
  };
}

export function searchRuns(query: string, isRegex = false): Edit {
  return (spec) => changeRunSet({ search: { ...runSetOf(spec).search, query, isRegex } })(spec);
}

export function filterRuns(filters: unknown[]): Edit {
  return changeRunSet({ filters: { filterFormat: "filterV2", filters } });
}

export function sortRuns(keys: SortKey[]): Edit {
  return changeRunSet({ sort: { keys } });
}

export function groupRuns(grouping: Key[]): Edit {
  return changeRunSet({ grouping, expandedRowAddresses: [], selections: { root: 1, bounds: [], tree: [] } });
}

/** Show or hide one run, known by its name. */
export function toggleRun(name: string): Edit {
  return (spec) => {
    const { root, tree } = selectionOf(spec);
    const rest = tree.filter((one) => one !== name);
    return select(root, rest.length === tree.length ? [...tree, name] : rest)(spec);
  };
}

/** Show or hide a group of a grouping, known by its values, outermost first. */
export function toggleGroup(values: readonly string[]): Edit {
  return (spec) => {
    const { root, tree } = selectionOf(spec);
    const entry = values.reduceRight<Chosen | null>(
      (inner, value) => (inner === null ? { value, children: [] } : { value, children: [inner] }),
      null,
    );
    const text = JSON.stringify(entry);
    const rest = tree.filter((one) => JSON.stringify(one) !== text);
    return select(root, rest.length === tree.length && entry ? [...tree, entry] : rest)(spec);
  };
}

/** Show exactly these runs from now on; new ones do not join. */
export function showOnly(names: readonly string[]): Edit {
  return select(0, [...names]);
}

export function showAll(): Edit {
  return select(1, []);
}

export function hideAll(): Edit {
  return select(0, []);
}

export function colourRun(name: string, colour: string | null): Edit {
  return (spec) => {
    const others = without(coloursOf(spec), name) as Record<string, string>;
    return { ...spec, section: { ...spec.section, customRunColors: colour ? { ...others, [name]: colour } : others } };
  };
}

/** The key under which the client keeps the colour of a group. */
export function groupColourKey(runSetId: string, grouping: readonly Key[], values: readonly string[]): string {
  const parts = grouping.map(({ section, name }, at) => ({
    kind: "group",
    key: `${section}:${name}`,
    value: values[at] ?? "",
  }));
  return `run-color-group:${encodeURIComponent(JSON.stringify(runSetId))}:${encodeURIComponent(JSON.stringify(parts))}`;
}

/** The id under which the client pins a run. */
export function pinId(entity: string, project: string, run: string): string {
  return encode(`Run:v1:${run}:${project}:${entity}`);
}

/** The name of the run behind such an id. */
export function pinName(id: string): string {
  try {
    return decode(id).split(":")[2] ?? "";
  } catch {
    return "";
  }
}

const MOST_PINS = 20;

/** Pin a run, or let it go; the baseline is always pinned. */
export function togglePin(id: string): Edit {
  return (spec) => {
    const { pinnedRunIds = [], baselineRunId } = runSetOf(spec);
    const rest = pinnedRunIds.filter((one) => one !== id);
    const isPinned = rest.length !== pinnedRunIds.length;
    const pins = isPinned ? rest : [...rest, id].slice(-MOST_PINS);
    if (isPinned && baselineRunId === id) {
      return setRunSet(spec, { ...without(runSetOf(spec), "baselineRunId"), pinnedRunIds: pins } as RunSet);
    }
    return changeRunSet({ pinnedRunIds: pins })(spec);
  };
}

/** Compare all runs with this one, or with none. */
export function toggleBaseline(id: string): Edit {
  return (spec) => {
    const { pinnedRunIds = [], baselineRunId, ...rest } = runSetOf(spec);
    if (baselineRunId === id) return setRunSet(spec, { ...rest, pinnedRunIds });
    const pins = [id, ...pinnedRunIds.filter((one) => one !== id)].slice(0, MOST_PINS);
    return changeRunSet({ baselineRunId: id, pinnedRunIds: pins })(spec);
  };
}

// ---- how it is done

function idOf(section: Section): string {
  return section.__id__ ?? section.name;
}

export { idOf as sectionId };

function indexOf(section: Section, panelId: string): number {
  return section.panels.findIndex((panel) => panel.__id__ === panelId);
}

/** Make the panels up to `index` a person's own, so that they stay where they are. */
function pinned(panels: readonly PanelSpec[], index: number): PanelSpec[] {
  return panels.map((panel, at) => (at <= index && panel.isAuto ? { ...panel, isAuto: false } : panel));
}

function onPanel(
  spec: Spec,
  id: string,
  change: (section: Section, index: number) => { panels: PanelSpec[]; removed: string[] },
): Spec {
  let removed: string[] = [];
  const changed = mapSections(spec, (section) => {
    const sorted = { ...section, panels: shownPanels(section) };
    const index = indexOf(sorted, id);
    if (index < 0) return section;
    const result = change(sorted, index);
    removed = result.removed;
    return { ...section, panels: result.panels };
  });
  return withRemoved(changed, removed);
}

function mapSection(id: string, change: (section: Section) => Section): Edit {
  return (spec) => mapSections(spec, (section) => (idOf(section) === id ? change(section) : section));
}

function mapSections(spec: Spec, change: (section: Section) => Section): Spec {
  return withSections(spec, sectionsOf(spec).map(change));
}

function withSections(spec: Spec, sections: Section[]): Spec {
  return { ...spec, section: { ...spec.section, panelBankConfig: { ...spec.section.panelBankConfig, sections } } };
}

function withOwn(spec: Spec, changes: Bag): Spec {
  return { ...spec, x: { ...spec.x, ...changes } };
}

function withRemoved(spec: Spec, keys: readonly string[]): Spec {
  if (!keys.length) return spec;
  return withOwn(spec, { removed: [...new Set([...(spec.x?.removed ?? []), ...keys])] });
}

function selectionOf(spec: Spec): { root: number; tree: Chosen[] } {
  const { root = 1, tree = [] } = runSetOf(spec).selections ?? {};
  return { root, tree };
}

function select(root: number, tree: Chosen[]): Edit {
  return (spec) => changeRunSet({ selections: { bounds: [], ...runSetOf(spec).selections, root, tree } })(spec);
}

function setRunSet(spec: Spec, runSet: RunSet): Spec {
  const [, ...rest] = spec.section.runSets ?? [];
  return { ...spec, section: { ...spec.section, runSets: [runSet, ...rest] } };
}

function without<T extends object>(bag: T, name: string): Partial<T> {
  return Object.fromEntries(Object.entries(bag).filter(([key]) => key !== name)) as Partial<T>;
}

function encode(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

function decode(text: string): string {
  return new TextDecoder().decode(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)));
}
