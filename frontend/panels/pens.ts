/**
 * Pens draw resolved panels in the browser: one module per kind, fetched when the first panel of that kind comes near.
 *
 * A pen draws what the server resolved and works nothing out by itself; frame, title, tools, notes, table and waiting
 * belong to `<panel-view>`.
 */
import type { TemplateResult } from "lit";
import type { PanelData } from "./data";

/** What a pen may ask of the panel around it. */
export interface PenContext {
  /** Panels with the same word share crosshair and zoom. */
  sync: string;
  /** Look at a range of x: finer data are asked for; null: all of it again. */
  look: (range: [number, number] | null) => void;
  /** Say which mark (`Mark.id`) is under the pointer, for the run list and the other panels; null: none. */
  point: (mark: string | null) => void;
  /** Open the page of a run. */
  open: (address: string) => void;
  /** Ask anew with other extras (key `x` of the panel) for now, without storing them: a step, a window of a table. */
  ask: (extras: Record<string, unknown>) => void;
  /** Change the stored panel, for controls that a panel shows itself (a step slider, a sorted column). */
  change: (config: Record<string, unknown>) => void;
}

export interface Pen {
  /** Draw, or draw anew with new data; nothing jumps. */
  show: (data: PanelData) => void;
  resize: (width: number, height: number) => void;
  /** The theme changed. */
  repaint: () => void;
  /** Bring one mark to the front, the others back; null: all alike. */
  highlight: (mark: string | null) => void;
  /** Look at a range of x with what is there, before finer data come; null: at all of it. */
  look?: (range: readonly [number, number] | null) => void;
  /** Move the crosshair by keyboard; returns what is said of the place. */
  step?: (by: 1 | -1) => string;
  /** Zoom about the middle: 0.5 is nearer, 2 is farther. */
  zoomBy?: (factor: number) => void;
  destroy: () => void;
}

export interface PenModule {
  make: (host: HTMLElement, context: PenContext) => Pen;
  /** The same numbers as a table (`T`). */
  table: (data: PanelData) => TemplateResult;
  csv: (data: PanelData) => string;
  /** The text alternative: keys, number of runs, range. */
  told: (data: PanelData) => string;
  /** Whether there is nothing to draw: then the notes say why. */
  isEmpty?: (data: PanelData) => boolean;
  /** The drawing is text and controls that people read and use, and no picture. */
  isReadable?: boolean;
}

/** Pens by `PanelData.kind`. */
export const PENS: Record<string, () => Promise<PenModule>> = {
  bar: () => import("./bar-pen"),
  code: () => import("./code-pen"),
  comparer: () => import("./comparer-pen"),
  histogram: () => import("./histogram-pen"),
  line: () => import("./line-pen"),
  markdown: () => import("./markdown-pen"),
  media: () => import("./media-pen"),
  parallel: () => import("./parallel-pen"),
  scalar: () => import("./scalar-pen"),
  scatter: () => import("./scatter-pen"),
  table: () => import("./table-pen"),
};
