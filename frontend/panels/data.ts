/**
 * Resolved panels (docs/panels.md): what the server worked out once for browser, figures and LaTeX alike.
 *
 * Panels that ask in the same moment over the same run sets share one request.
 */
import { ApiError, postForFrame } from "../api";
import type { Value } from "../format";

/** Whom a line, bar or dot stands for: a run or a group of runs. */
export interface Mark {
  id: string;
  label: string;
  slot: number;
  dash: number;
  colour: string | null;
  run: string | null;
  address: string | null;
  state: string | null;
  run_count: number;
  values: Record<string, unknown>;
}

export interface Axis {
  key: string;
  label: string;
  kind: "step" | "duration" | "time" | "number" | "category";
  unit: string;
  is_log: boolean;
  low: number | null;
  high: number | null;
}

/** `low` and `high` are extremes of buckets, or the band of a group; `original` is what was smoothed. */
export interface PanelLine {
  mark: number;
  key: string;
  x: Float64Array;
  y: Float64Array;
  low: Float64Array | null;
  high: Float64Array | null;
  original: Float64Array | null;
  is_band: boolean;
  /** One of the runs that a group's line stands for. */
  is_behind: boolean;
  count: number;
  nonfinite_count: number;
  last: Value;
  /** The name of the run, where it is one of a group's. */
  run: string;
  /** What a person chose for this line alone. */
  label: string;
  colour: string | null;
  width: number | null;
  stroke: "" | "solid" | "dashed" | "dotted" | "dotdash" | "dotdotdash" | "points";
  /** A part of the legend that only the tooltip shows, with `${x}`, `${y}` and `${original}` to fill. */
  hint: string;
}

export interface LinesBody {
  x: Axis;
  y: Axis;
  lines: PanelLine[];
  plot: "line" | "stacked-area" | "pct-area";
  /** How many lines the tooltip names. */
  tooltip: "default" | "single" | "all_runs";
  /** Where the legend stands; empty: the run list is the legend. */
  legend: "" | "north" | "south" | "east" | "west";
}

export interface PanelNote {
  code: string;
  sentence: string;
  keys: string[];
  run_count: number;
  run_sets: string[];
}

/** A resolved panel; `kind` names the shape of `body`. Kind "error" has its reason in `notes`. */
export interface PanelData {
  kind: string;
  title: string;
  treatment: string[];
  marks: Mark[];
  body: unknown;
  notes: PanelNote[];
  run_count: number;
  drawn_count: number;
  step_last: number | null;
  is_active: boolean;
}

/** A panel as stored (protocol of the official client). */
export interface PanelSpec {
  __id__: string;
  viewType: string;
  config: Record<string, unknown>;
  layout?: { x: number; y: number; w: number; h: number };
  isAuto?: boolean;
  x?: Record<string, unknown>;
}

/** What all panels of a page or section share. */
export interface PanelScene {
  /** The address that resolves panels: /api/v1/projects/{entity}/{project}/panel-data. */
  src: string;
  run_sets: unknown[];
  settings: Record<string, unknown>;
  colours?: Record<string, string>;
}

export interface PanelAsk {
  points?: number;
  low?: number | null;
  high?: number | null;
  signal?: AbortSignal | null;
}

const GATHER_MILLISECONDS = 12;
const PANELS_PER_REQUEST = 6; // so that the first of many panels need not wait for the last

interface Asked {
  panel: PanelSpec;
  resolve: (data: PanelData) => void;
  reject: (error: unknown) => void;
  left: boolean;
}

const batches = new Map<string, Asked[]>();

/** Resolve one panel, together with whoever asks now. Rejects with ApiError, or an AbortError when no longer wanted. */
export function panelData(panel: PanelSpec, scene: PanelScene, ask: PanelAsk = {}): Promise<PanelData> {
  const { points = 300, low = null, high = null, signal = null } = ask;
  const { src, ...shared } = scene;
  const name = JSON.stringify([src, shared, points, low, high]);
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(gone());
      return;
    }
    const asked: Asked = { panel, resolve, reject, left: false };
    const leave = () => {
      asked.left = true;
      reject(gone());
    };
    signal?.addEventListener("abort", leave, { once: true });
    const waiting = batches.get(name);
    if (waiting) waiting.push(asked);
    else {
      batches.set(name, [asked]);
      setTimeout(() => send(name, src, { ...shared, points, low, high }), GATHER_MILLISECONDS);
    }
  });
}

function send(name: string, src: string, shared: object): void {
  const asked = (batches.get(name) ?? []).filter((one) => !one.left);
  batches.delete(name);
  for (let start = 0; start < asked.length; start += PANELS_PER_REQUEST) {
    void fetchSome(asked.slice(start, start + PANELS_PER_REQUEST), src, shared);
  }
}

async function fetchSome(asked: Asked[], src: string, shared: object): Promise<void> {
  try {
    const answer = (await postForFrame(src, { ...shared, panels: asked.map((one) => one.panel) })) as {
      panels: PanelData[];
    };
    asked.forEach((one, place) => {
      const data = answer.panels[place];
      if (data) one.resolve(data);
      else one.reject(new ApiError("The server left this panel out.", 0, "left_out"));
    });
  } catch (error) {
    for (const one of asked) one.reject(error);
  }
}

function gone(): DOMException {
  return new DOMException("No longer needed.", "AbortError");
}
