/** Draws a dot for each run, by two of its values, coloured by a third, by group or as the run is everywhere. */
import { html, nothing, render, type TemplateResult } from "lit";
import { axisValue } from "../chart/axes";
import { Sheet } from "../chart/sheet";
import { extentOf } from "../chart/strokes";
import { airyLogRange, airyRange } from "../chart/ticks";
import * as format from "../format";
import { properties } from "../lit";
import { colour, numeric } from "../theme";
import type { Axis, PanelData } from "./data";
import { made } from "./made";
import { paintOf, swatchOf } from "./marks";
import type { Pen, PenContext, PenModule } from "./pens";
import { PointTip, type TipRow } from "./point-tip";
import { placeOf, shadeOf, STEPS, type Stop } from "./ramp";
import { type Cell, csvOf, ranged, tableOf } from "./words";
import { type Range, zoomed } from "./zoom";

export interface Track {
  how: "min" | "max" | "mean";
  x: Float64Array;
  y: Float64Array;
}

/** y = intercept + slope · x, over logarithms to ten where an axis is one. */
export interface Fit {
  slope: number;
  intercept: number;
  r2: number;
  count: number;
}

/** Of a category the numbers count its names; `groups` are places in the panel's marks, -1 for none. */
export interface PointsBody {
  x: Axis;
  y: Axis;
  z: Axis | null;
  xs: Float64Array;
  ys: Float64Array;
  zs: Float64Array | null;
  slots: Float64Array;
  groups: Float64Array;
  x_names: string[];
  y_names: string[];
  z_names: string[];
  runs: string[];
  labels: string[];
  addresses: string[];
  gradient: Stop[];
  tracks: Track[];
  fit: Fit | null;
}

const NEAR = 14; // CSS pixels from a dot at which it is meant
const CLICK = 4; // CSS pixels that a click may move
const TRACKS = { min: "lowest so far", max: "highest so far", mean: "mean so far" };

class ScatterPen implements Pen {
  private readonly plot = made("div", "pen-plot no-crosshair");
  private readonly foot = made("div", "pen-foot");
  private readonly tip: PointTip;
  private sheet: Sheet | null = null;
  private data: PanelData | null = null;
  private range: Range | null = null;
  private front: string | null = null;
  private near = -1;
  private pressed: { x: number; y: number } | null = null;

  constructor(
    private readonly host: HTMLElement,
    private readonly context: PenContext,
  ) {
    host.classList.add("pen-column");
    host.append(this.plot, this.foot);
    this.tip = new PointTip(this.plot);
    this.plot.addEventListener("pointerdown", this.press);
    this.plot.addEventListener("click", this.click);
    this.plot.addEventListener("pointerleave", this.leave);
  }

  show(data: PanelData): void {
    const before = this.data ? bodyOf(this.data) : null;
    const body = bodyOf(data);
    this.data = data;
    this.near = -1;
    this.writeFoot();
    if (this.sheet && before && isAlike(before, body)) this.sheet.setRanges(...this.ranges());
    else this.rebuild();
  }

  resize(width: number, height: number): void {
    this.sheet?.resize(width, height - this.foot.offsetHeight);
  }

  repaint(): void {
    this.writeFoot();
    this.sheet?.redraw(true);
  }

  highlight(mark: string | null): void {
    if (mark === this.front) return;
    this.front = mark;
    this.sheet?.redraw();
  }

  look(range: Range | null): void {
    this.range = range;
    this.sheet?.setRanges(...this.ranges());
  }

  zoomBy(factor: number): void {
    if (!this.sheet || !this.data) return;
    this.context.look(zoomed(this.sheet.range, this.wholeX(), factor));
  }

  /** From dot to dot by x. */
  step(by: 1 | -1): string {
    if (!this.data || !this.sheet) return "";
    const { xs } = bodyOf(this.data);
    const order = [...xs.keys()].sort((a, b) => (xs[a] as number) - (xs[b] as number));
    const here = this.near < 0 ? (by > 0 ? -1 : order.length) : order.indexOf(this.near);
    const next = order[Math.min(Math.max(here + by, 0), order.length - 1)];
    if (next === undefined) return "";
    this.meet(next);
    return `${bodyOf(this.data).labels[next] ?? ""}: ${this.rows(next)
      .map((row) => `${row.name} ${row.value ?? ""}`)
      .join(", ")}`;
  }

  destroy(): void {
    this.sheet?.destroy();
    this.tip.destroy();
    render(nothing, this.foot);
    this.plot.remove();
    this.foot.remove();
    this.host.classList.remove("pen-column");
  }

  private readonly press = (event: PointerEvent) => (this.pressed = { x: event.clientX, y: event.clientY });

  private readonly click = (event: MouseEvent) => {
    const { pressed } = this;
    const isStill = pressed && Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) <= CLICK;
    const address = this.data && this.near >= 0 ? bodyOf(this.data).addresses[this.near] : undefined;
    if (isStill && address) this.context.open(address);
  };

  private readonly leave = () => this.meet(-1);

  private rebuild(): void {
    this.sheet?.destroy();
    const body = bodyOf(this.data as PanelData);
    this.sheet = new Sheet(this.plot, ...this.ranges(), {
      x: { kind: body.x.kind, isLog: body.x.is_log, names: body.x_names },
      y: { kind: body.y.kind, isLog: body.y.is_log, names: body.y_names },
      sync: "",
      draw: (sheet) => this.draw(sheet),
      snap: (at) => at,
      pointed: (sheet) => this.meet(this.nearest(sheet)),
      selected: (range) => this.context.look(range),
    });
  }

  private wholeX(): [number, number] {
    const body = bodyOf(this.data as PanelData);
    return rangeOf(body.x, body.xs, body.x_names);
  }

  /** Zoomed in x, the y axis fits what is left. */
  private ranges(): [[number, number], [number, number]] {
    const body = bodyOf(this.data as PanelData);
    if (!this.range) return [this.wholeX(), rangeOf(body.y, body.ys, body.y_names)];
    const [low, high] = this.range;
    const inside = body.ys.filter(
      (_, index) => (body.xs[index] as number) >= low && (body.xs[index] as number) <= high,
    );
    return [[low, high], rangeOf(body.y, inside.length ? inside : body.ys, body.y_names)];
  }

  private draw(sheet: Sheet): void {
    if (!this.data) return;
    const { context } = sheet;
    const body = bodyOf(this.data);
    const paints = paintsOf(this.data);
    const isFront = frontOf(this.data, this.front);
    const size = (body.xs.length > 2000 ? 2 : body.xs.length > 300 ? 2.5 : 3.5) * devicePixelRatio;
    const dim = numeric("--chart-line-dim", 0.22);
    const dot = (index: number, radius: number) => {
      context.fillStyle = paints[index] as string;
      context.beginPath();
      context.arc(sheet.px(body.xs[index] as number), sheet.py(body.ys[index] as number), radius, 0, 2 * Math.PI);
      context.fill();
    };
    context.globalAlpha = isFront ? dim : body.xs.length > 2000 ? 0.6 : 0.9;
    for (let index = 0; index < body.xs.length; index += 1) if (!isFront?.(index)) dot(index, size);
    context.globalAlpha = 1;
    if (isFront) for (let index = 0; index < body.xs.length; index += 1) if (isFront(index)) dot(index, size * 1.2);
    if (this.near >= 0 && this.near < body.xs.length) this.ring(sheet, body, size);
    for (const track of body.tracks) this.drawTrack(sheet, track);
    if (body.fit) this.drawFit(sheet, body, body.fit);
  }

  private ring(sheet: Sheet, body: PointsBody, size: number): void {
    const { context } = sheet;
    context.strokeStyle = colour("--ink");
    context.lineWidth = 1.5 * devicePixelRatio;
    context.beginPath();
    const [x, y] = [sheet.px(body.xs[this.near] as number), sheet.py(body.ys[this.near] as number)];
    context.arc(x, y, size + 2 * devicePixelRatio, 0, 2 * Math.PI);
    context.stroke();
  }

  /** Stairs for the lowest and the highest so far, a plain line for the mean. */
  private drawTrack(sheet: Sheet, { how, x, y }: Track): void {
    const { context } = sheet;
    context.beginPath();
    for (let index = 0; index < x.length; index += 1) {
      const at = sheet.px(x[index] as number);
      if (how !== "mean" && index) context.lineTo(at, sheet.py(y[index - 1] as number));
      context.lineTo(at, sheet.py(y[index] as number));
    }
    stroke(context, colour("--ink-2"), 1.25, how === "mean" ? [2, 3] : []);
  }

  private drawFit(sheet: Sheet, { x, y }: PointsBody, { slope, intercept }: Fit): void {
    const { context } = sheet;
    const [low, high] = sheet.range;
    const at = (value: number) => {
      const fitted = intercept + slope * (x.is_log ? Math.log10(value) : value);
      return sheet.py(y.is_log ? 10 ** fitted : fitted);
    };
    context.beginPath();
    context.moveTo(sheet.px(low), at(low));
    context.lineTo(sheet.px(high), at(high));
    stroke(context, colour("--ink-2"), 1.5, [5, 4]);
  }

  private nearest(sheet: Sheet): number {
    const { pointer } = sheet;
    if (!pointer || !this.data) return -1;
    const { xs, ys } = bodyOf(this.data);
    let [best, least] = [-1, NEAR * NEAR];
    const [left, top] = [pointer.left, pointer.top];
    for (let index = 0; index < xs.length; index += 1) {
      const place = sheet.placeOf(xs[index] as number, ys[index] as number);
      const distance = (place.left - left) ** 2 + (place.top - top) ** 2;
      if (distance < least) [best, least] = [index, distance];
    }
    return best;
  }

  private meet(index: number): void {
    if (index === this.near || !this.data || !this.sheet) return;
    this.near = index;
    const body = bodyOf(this.data);
    this.plot.toggleAttribute("data-near", index >= 0);
    this.sheet.redraw();
    if (index < 0) {
      this.tip.hide();
      this.context.point(null);
      return;
    }
    const { over } = this.sheet;
    const { left, top } = this.sheet.placeOf(body.xs[index] as number, body.ys[index] as number);
    const group = this.data.marks[body.groups[index] as number];
    this.tip.show(
      { left: left + over.offsetLeft, top: top + over.offsetTop },
      [body.labels[index] ?? "", group?.label ?? ""],
      this.rows(index),
    );
    this.context.point(group ? group.id : `run:${body.runs[index] ?? ""}`);
  }

  private rows(index: number): TipRow[] {
    const body = bodyOf(this.data as PanelData);
    const rows = [
      { name: body.y.label, value: written(body.y, body.ys[index], body.y_names), isStrong: true },
      { name: body.x.label, value: written(body.x, body.xs[index], body.x_names) },
    ];
    if (body.z && body.zs) rows.push({ name: body.z.label, value: written(body.z, body.zs[index], body.z_names) });
    return rows;
  }

  private writeFoot(): void {
    const data = this.data as PanelData;
    const body = bodyOf(data);
    const tracks = body.tracks.map((track) => html`<span>${TRACKS[track.how]}</span>`);
    const names = `${body.y.label} against ${body.x.label}`;
    const axes = names === data.title ? nothing : html`<span class="push faint">${names}</span>`;
    render(html`${body.zs && body.z ? rampLegend(body) : groupLegend(data)}${tracks}${axes}`, this.foot);
  }
}

function stroke(context: CanvasRenderingContext2D, paint: string, width: number, dash: number[]): void {
  context.strokeStyle = paint;
  context.lineWidth = width * devicePixelRatio;
  context.setLineDash(dash.map((part) => part * devicePixelRatio));
  context.stroke();
  context.setLineDash([]);
}

function groupLegend(data: PanelData): unknown {
  if (!data.marks.length) return nothing;
  return html`<span class="legend"
    >${data.marks.map((mark) => html`<span>${swatchOf(mark)}${mark.label}</span>`)}</span
  >`;
}

function rampLegend(body: PointsBody): TemplateResult {
  const axis = body.z as Axis;
  const [low, high] = zRange(body);
  const parts = Array.from({ length: STEPS }, (_, step) => shadeOf((step + 0.5) / STEPS, body.gradient));
  return html`<span>${axis.label}</span><span class="num">${written(axis, low, body.z_names)}</span
    ><span class="ramp mini">${parts.map((paint) => html`<span ${properties({ background: paint })}></span>`)}</span
    ><span class="num">${written(axis, high, body.z_names)}</span>`;
}

/** The colour of each dot: by its third value, its group, or as its run is coloured everywhere. */
export function paintsOf(data: PanelData): string[] {
  const body = bodyOf(data);
  const { zs, z, gradient } = body;
  if (zs && z) {
    const range = zRange(body);
    return Array.from(zs, (value) =>
      Number.isFinite(value) ? shadeOf(placeOf(value, range, z.is_log), gradient) : colour("--ink-off"),
    );
  }
  return Array.from(body.slots, (slot, index) => {
    const group = data.marks[body.groups[index] as number];
    return group ? paintOf(group) : colour(`--series-${slot}`);
  });
}

function zRange({ z, zs }: PointsBody): [number, number] {
  const [low, high] = extentOf([zs], 0, Infinity, z?.is_log) ?? [Infinity, -Infinity];
  return [z?.low ?? low, z?.high ?? high];
}

/** Which dots are in front: those of a run or a group; null when none is asked for, or it is not here. */
function frontOf(data: PanelData, front: string | null): ((index: number) => boolean) | null {
  if (front === null) return null;
  const body = bodyOf(data);
  const group = data.marks.findIndex((mark) => mark.id === front);
  if (group >= 0) return (index) => body.groups[index] === group;
  const uid = front.startsWith("run:") ? front.slice(4) : "";
  return body.runs.includes(uid) ? (index) => body.runs[index] === uid : null;
}

/** All of the values with a little air, within what a person set; a category shows all of its names. */
export function rangeOf(axis: Axis, values: Float64Array, names: readonly string[]): [number, number] {
  if (axis.kind === "category") return [-0.5, Math.max(names.length - 0.5, 0.5)];
  const [low, high] = extentOf([values], 0, Infinity) ?? (axis.is_log ? [1, 10] : [0, 1]);
  const fitted = axis.is_log ? airyLogRange(low, high) : airyRange(low, high);
  const range: [number, number] = [axis.low ?? fitted[0], axis.high ?? fitted[1]];
  return range[0] < range[1] ? range : [range[0], range[0] + (Math.abs(range[0]) || 1)];
}

function isAlike(a: PointsBody, b: PointsBody): boolean {
  const same = (one: Axis, other: Axis) =>
    one.key === other.key && one.kind === other.kind && one.is_log === other.is_log;
  return (
    same(a.x, b.x) &&
    same(a.y, b.y) &&
    String(a.x_names) === String(b.x_names) &&
    String(a.y_names) === String(b.y_names)
  );
}

function written(axis: Axis, value: number | undefined, names: readonly string[]): string {
  if (value === undefined || Number.isNaN(value)) return format.MISSING;
  return axis.kind === "category" ? (names[value] ?? format.MISSING) : axisValue(axis.kind, value);
}

const bodyOf = (data: PanelData) => data.body as PointsBody;

export const make: PenModule["make"] = (host, context) => new ScatterPen(host, context);
export const isEmpty = (data: PanelData): boolean => !(data.body as PointsBody | null)?.xs.length;

export function table(data: PanelData): TemplateResult {
  const [heads, rows] = cellsOf(data);
  return tableOf(heads, rows);
}

export function csv(data: PanelData): string {
  const [heads, rows] = cellsOf(data);
  return csvOf(heads, rows);
}

export function told(data: PanelData): string {
  const body = bodyOf(data);
  const runs = `${format.count(body.xs.length)} ${body.xs.length === 1 ? "run" : "runs"}`;
  const span = (axis: Axis, values: Float64Array) =>
    axis.kind === "number" ? `${axis.label} ${ranged(values)}` : axis.label;
  return `${data.title}, ${runs}, ${span(body.y, body.ys)}, ${span(body.x, body.xs)}. T shows a table.`;
}

function cellsOf(data: PanelData): [string[], Cell[][]] {
  const body = bodyOf(data);
  const cell = (axis: Axis, values: Float64Array, names: readonly string[], index: number): Cell =>
    axis.kind === "number" ? values[index] : written(axis, values[index], names);
  const heads = ["Run", ...(data.marks.length ? ["Group"] : []), body.x.label, body.y.label];
  if (body.z) heads.push(body.z.label);
  const rows = body.labels.map((text, index) => {
    const row: Cell[] = [{ text, address: body.addresses[index] ?? null }];
    if (data.marks.length) row.push(data.marks[body.groups[index] as number]?.label ?? "");
    row.push(cell(body.x, body.xs, body.x_names, index), cell(body.y, body.ys, body.y_names, index));
    if (body.z && body.zs) row.push(cell(body.z, body.zs, body.z_names, index));
    return row;
  });
  return [heads, rows];
}
