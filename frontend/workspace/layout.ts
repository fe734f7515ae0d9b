/** Where panels stand: 24 columns, rows as high as needed; nothing overlaps. */
import type { PanelSpec } from "../panels/data";
import type { Layout, Section } from "./document";

export const COLUMNS = 24;
export const DEFAULT_SIZE = { w: 8, h: 6 };
export const LEAST_SIZE = { w: 4, h: 3 };
export const ROW_PIXELS = 42; // a row and the gap below it: six of them are a panel of the usual height
const BOX_PIXELS = 300; // the client's height of a box, drawn as six rows
const WIDE = new Set(["Media Browser", "Table", "Run Comparer", "Code Comparer", "Parallel Coordinates Plot"]);

export interface Placed {
  panel: PanelSpec;
  at: Layout;
}

/** Place the panels of a section, in the order given. */
export function place(section: Section, panels: readonly PanelSpec[]): Placed[] {
  return section.type === "grid" ? placeFreely(panels) : placeInFlow(section, panels);
}

export function columnsOf(section: Section): number {
  return Math.min(Math.max(section.flowConfig?.columnsPerPage ?? 3, 1), 6);
}

/** How many rows a box of a flow is high. */
export function rowsOf(section: Section): number {
  const pixels = section.flowConfig?.boxHeight ?? BOX_PIXELS;
  return Math.min(Math.max(Math.round((pixels / BOX_PIXELS) * DEFAULT_SIZE.h), LEAST_SIZE.h), 24);
}

/** One after the other, all alike; kinds that need the width take a row of their own. */
function placeInFlow(section: Section, panels: readonly PanelSpec[]): Placed[] {
  const w = COLUMNS / columnsOf(section);
  const h = rowsOf(section);
  let [x, y] = [0, 0];
  return panels.map((panel) => {
    const isWide = WIDE.has(panel.viewType);
    const width = isWide ? COLUMNS : w;
    if (x + width > COLUMNS) [x, y] = [0, y + h];
    const at = { x, y, w: width, h: isWide ? h + 4 : h };
    if (isWide) y += at.h;
    else x += width;
    return { panel, at };
  });
}

/** Where each was put; one that would lie on another moves down until it does not. */
function placeFreely(panels: readonly PanelSpec[]): Placed[] {
  const placed: Placed[] = [];
  const order = [...panels].sort(
    (a, b) => (a.layout?.y ?? 0) - (b.layout?.y ?? 0) || (a.layout?.x ?? 0) - (b.layout?.x ?? 0),
  );
  for (const panel of order) placed.push({ panel, at: settle(clamp(panel.layout), placed) });
  return placed;
}

/** Keep a place within the columns and not smaller than can be read. */
export function clamp(layout: Layout | undefined): Layout {
  const { x = 0, y = 0, w = DEFAULT_SIZE.w, h = DEFAULT_SIZE.h } = layout ?? {};
  const width = Math.min(Math.max(Math.round(w), LEAST_SIZE.w), COLUMNS);
  return {
    x: Math.min(Math.max(Math.round(x), 0), COLUMNS - width),
    y: Math.max(Math.round(y), 0),
    w: width,
    h: Math.max(Math.round(h), LEAST_SIZE.h),
  };
}

function settle(at: Layout, others: readonly Placed[]): Layout {
  let wanted = at;
  for (;;) {
    const under = others.find((one) => overlaps(one.at, wanted));
    if (!under) return wanted;
    wanted = { ...wanted, y: under.at.y + under.at.h };
  }
}

function overlaps(a: Layout, b: Layout): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

/** Put one panel at a place and let the others give way downwards. */
export function arrange(placed: readonly Placed[], id: string, at: Layout): Placed[] {
  const moved = placed.find((one) => one.panel.__id__ === id);
  if (!moved) return [...placed];
  const result: Placed[] = [{ panel: moved.panel, at: clamp(at) }];
  for (const one of placed) if (one !== moved) result.push({ panel: one.panel, at: settle(one.at, result) });
  return placed.map((one) => result.find((other) => other.panel === one.panel) ?? one);
}
