/**
 * Draws parallel coordinates: an axis for each value, a line for each run.
 *
 * Drag along an axis to brush it, drag its name to move it. On a name: `← →` move the axis, `↑ ↓` its lower and with
 * Shift its upper edge, `Enter` turns it over, `Delete` takes the brush away. Sends `panel-filter` {filters}: the
 * brushes as conditions of a run set.
 */
import { html, nothing, render, type TemplateResult } from "lit";
import { axisValue } from "../chart/axes";
import { durationTicks, linearTicks, logTicks, timeTicks } from "../chart/ticks";
import * as format from "../format";
import { properties } from "../lit";
import { colour, numeric } from "../theme";
import { type Brush, type Dimension, filtersOf, isWithin, moved, placeOn, rangeOn, valueOn } from "./dimensions";
import type { PanelData } from "./data";
import { made } from "./made";
import type { Pen, PenContext, PenModule } from "./pens";
import { PointTip } from "./point-tip";
import { shadeOf, type Stop } from "./ramp";
import { type Cell, csvOf, tableOf } from "./words";

export interface CoordinatesBody {
  dimensions: Dimension[];
  slots: Float64Array;
  runs: string[];
  labels: string[];
  addresses: string[];
  gradient: Stop[];
}

const LEAST_DRAG = 4; // CSS pixels
const NEAR = 8;
const STEP = 0.05; // of an axis, by keyboard
const NAME_HEIGHT = 26;
const EDGE = 10;
const LEFT = 44;
const RIGHT = 64;
const AXIS_WIDTH = 84; // between axes, at least

class ParallelPen implements Pen {
  private readonly plot = made("div", "pen-plot parallel-plot");
  private readonly canvas = made("canvas");
  private readonly over = made("div", "parallel-axes");
  private readonly foot = made("div", "pen-foot");
  private readonly tip: PointTip;
  private data: PanelData | null = null;
  private readonly brushes = new Map<string, Brush>();
  private order: number[] = [];
  private front: string | null = null;
  private near = -1;
  private width = 0;
  private height = 0;

  constructor(
    private readonly host: HTMLElement,
    private readonly context: PenContext,
  ) {
    host.classList.add("pen-column");
    this.plot.append(this.canvas, this.over);
    host.append(this.plot, this.foot);
    this.tip = new PointTip(this.plot);
    this.plot.addEventListener("pointermove", this.hover);
    this.plot.addEventListener("pointerleave", this.leave);
    this.plot.addEventListener("click", this.click);
  }

  show(data: PanelData): void {
    this.data = data;
    const { dimensions } = bodyOf(data);
    this.order = dimensions.map((_, index) => index);
    for (const key of this.brushes.keys())
      if (!dimensions.some((dimension) => dimension.axis.key === key)) this.brushes.delete(key);
    this.resize(this.host.clientWidth, this.host.clientHeight);
  }

  resize(width: number, height: number): void {
    if (this.data) this.writeFoot(); // the plot has the room that it leaves
    const least = (this.order.length - 1) * AXIS_WIDTH + LEFT + RIGHT;
    [this.width, this.height] = [Math.max(width, least), Math.max(height - this.foot.offsetHeight, 40)];
    this.plot.toggleAttribute("data-wide", this.width > width);
    for (const part of [this.canvas, this.over]) part.style.setProperty("inline-size", `${this.width}px`);
    this.canvas.width = Math.round(this.width * devicePixelRatio);
    this.canvas.height = Math.round(this.height * devicePixelRatio);
    this.draw();
  }

  repaint(): void {
    this.draw();
  }

  highlight(mark: string | null): void {
    this.front = mark;
    this.paint();
  }

  destroy(): void {
    this.tip.destroy();
    render(nothing, this.over);
    render(nothing, this.foot);
    this.plot.remove();
    this.foot.remove();
    this.host.classList.remove("pen-column");
  }

  private get dimensions(): Dimension[] {
    const { dimensions } = bodyOf(this.data as PanelData);
    return this.order.map((index) => dimensions[index] as Dimension);
  }

  /** Room for half of the outer names, and for the ticks of the last axis. */
  private xOf(place: number): number {
    return LEFT + ((this.width - LEFT - RIGHT) * place) / Math.max(this.order.length - 1, 1);
  }

  private yOf(dimension: Dimension, value: number): number {
    return NAME_HEIGHT + (1 - placeOn(dimension, value)) * (this.height - NAME_HEIGHT - EDGE);
  }

  private valueAt(dimension: Dimension, y: number): number {
    const place = 1 - (y - NAME_HEIGHT) / (this.height - NAME_HEIGHT - EDGE);
    return valueOn(dimension, Math.min(Math.max(place, 0), 1));
  }

  private draw(): void {
    if (!this.data || !this.width) return;
    render(html`${this.dimensions.map((dimension, place) => this.axis(dimension, place))}`, this.over);
    this.writeFoot();
    this.paint();
  }

  private axis(dimension: Dimension, place: number): TemplateResult {
    const { axis } = dimension;
    const brush = this.brushes.get(axis.key);
    const x = `${this.xOf(place)}px`;
    const height = `${this.height - NAME_HEIGHT - EDGE}px`;
    return html`<div class="paxis" ${properties({ "inset-inline-start": x })}>
      <button
        type="button"
        class="pname"
        title="${axis.label}. Drag to move; Enter turns it over."
        aria-label=${this.spoken(dimension, brush)}
        @pointerdown=${(event: PointerEvent) => this.dragName(event, place)}
        @keydown=${(event: KeyboardEvent) => this.typed(event, dimension, place)}
      >
        ${axis.label}
      </button>
      <span class="pline" ${properties({ "inset-block-start": `${NAME_HEIGHT}px`, "block-size": height })}></span>
      ${ticksOn(dimension, this.height).map(
        (tick) =>
          html`<span class="ptick num" ${properties({ "inset-block-start": `${this.yOf(dimension, tick)}px` })}
            >${written(dimension, tick)}</span
          >`,
      )}
      ${brush ? this.brushOf(dimension, brush) : nothing}
      <span
        class="phit"
        ${properties({ "inset-block-start": `${NAME_HEIGHT}px`, "block-size": height })}
        @pointerdown=${(event: PointerEvent) => this.dragBrush(event, dimension)}
      ></span>
    </div>`;
  }

  private brushOf(dimension: Dimension, [low, high]: Brush): TemplateResult {
    const [a, b] = [this.yOf(dimension, low), this.yOf(dimension, high)];
    const [top, size] = [Math.min(a, b), Math.max(Math.abs(a - b), 4)];
    return html`<span
      class="pbrush"
      ${properties({ "inset-block-start": `${top}px`, "block-size": `${size}px` })}
    ></span>`;
  }

  private spoken(dimension: Dimension, brush: Brush | undefined): string {
    const { axis } = dimension;
    if (!brush) return `${axis.label}, not brushed. Up and down narrow it, left and right move it.`;
    return `${axis.label}, from ${written(dimension, brush[0])} to ${written(dimension, brush[1])}`;
  }

  private writeFoot(): void {
    const body = bodyOf(this.data as PanelData);
    const total = body.runs.length;
    const brushed = this.brushed();
    const count = brushed.reduce((sum, is) => sum + Number(is), 0);
    const filters = this.brushes.size ? filtersOf(this.dimensions, this.brushes) : null;
    const hint = "Drag on an axis to narrow, drag its name to move it.";
    render(
      html`<span class="num" role="status"
          >${this.brushes.size ? `${format.count(count)} of ${format.count(total)} runs brushed.` : hint}</span
        >${
          this.brushes.size
            ? html`${filters ? html`<button type="button" class="button quiet small" @click=${() => this.filter(filters)}>Use as filter</button>` : nothing}
                <button type="button" class="button quiet small" @click=${() => this.clear()}>Clear</button>`
            : nothing
        }`,
      this.foot,
    );
  }

  private brushed(): boolean[] {
    const body = bodyOf(this.data as PanelData);
    const all = body.dimensions.flatMap((dimension) => {
      const brush = this.brushes.get(dimension.axis.key);
      return brush ? [{ dimension, brush }] : [];
    });
    return body.runs.map((_, run) => all.every(({ dimension, brush }) => isWithin(dimension.values[run], brush)));
  }

  private paint(): void {
    const context = this.canvas.getContext("2d");
    if (!context || !this.data || !this.width) return;
    const body = bodyOf(this.data);
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    context.clearRect(0, 0, this.width, this.height);
    context.lineJoin = "round";
    const brushed = this.brushed();
    const front = body.runs.findIndex((uid) => `run:${uid}` === this.front);
    const hasFront = front >= 0 || this.near >= 0;
    const few = body.runs.length < 60 ? 1.2 : 1;
    const dim = numeric("--chart-line-dim", 0.22);
    const faint = colour("--ink-3");
    const shades = this.shades();
    for (let run = 0; run < body.runs.length; run += 1)
      if (!brushed[run]) this.line(context, run, faint, few, hasFront ? dim * 0.7 : 0.3);
    const isAll = !this.brushes.size;
    for (let run = 0; run < body.runs.length; run += 1)
      if (brushed[run]) this.line(context, run, shades[run] as string, few, hasFront ? dim : isAll ? 0.6 : 0.9);
    for (const run of [front, this.near])
      if (run >= 0) this.line(context, run, shades[run] as string, numeric("--chart-line-focus", 2.25), 1);
    context.globalAlpha = 1;
  }

  /** By the value of the last axis; brushed ones in one colour, unless a gradient was chosen. */
  private shades(): string[] {
    const body = bodyOf(this.data as PanelData);
    const last = this.dimensions[this.order.length - 1] as Dimension;
    const accent = colour("--series-1");
    return body.runs.map((_, run) => {
      if (this.brushes.size && !body.gradient.length) return accent;
      const value = last.values[run] as number;
      return Number.isFinite(value) ? shadeOf(rangePlace(last, value), body.gradient) : colour("--ink-3");
    });
  }

  private line(context: CanvasRenderingContext2D, run: number, paint: string, width: number, alpha: number): void {
    context.strokeStyle = paint;
    context.lineWidth = width;
    context.globalAlpha = alpha;
    context.beginPath();
    let before: { x: number; y: number } | null = null;
    this.dimensions.forEach((dimension, place) => {
      const value = dimension.values[run] as number;
      if (!Number.isFinite(value)) {
        before = null;
        return;
      }
      const here = { x: this.xOf(place), y: this.yOf(dimension, value) };
      if (before) {
        const middle = (before.x + here.x) / 2;
        context.bezierCurveTo(middle, before.y, middle, here.y, here.x, here.y);
      } else context.moveTo(here.x, here.y);
      before = here;
    });
    context.stroke();
  }

  private dragBrush(event: PointerEvent, dimension: Dimension): void {
    const box = this.over.getBoundingClientRect();
    const start = event.clientY - box.top;
    const key = dimension.axis.key;
    follow(
      event,
      (moving) => {
        const end = moving.clientY - box.top;
        if (Math.abs(end - start) < LEAST_DRAG) return;
        this.setBrush(key, [this.valueAt(dimension, start), this.valueAt(dimension, end)]);
      },
      (ended) => {
        if (Math.abs(ended.clientY - box.top - start) < LEAST_DRAG && this.brushes.delete(key)) this.draw();
      },
    );
  }

  private setBrush(key: string, [a, b]: Brush): void {
    this.brushes.set(key, a < b ? [a, b] : [b, a]);
    this.tip.hide();
    this.draw();
  }

  private dragName(event: PointerEvent, place: number): void {
    const box = this.over.getBoundingClientRect();
    const start = event.clientX;
    let here = place;
    follow(
      event,
      (moving) => {
        if (Math.abs(moving.clientX - start) < LEAST_DRAG) return;
        const width = this.xOf(1) - this.xOf(0) || 1;
        const wanted = Math.round((moving.clientX - box.left - this.xOf(0)) / width);
        const there = Math.min(Math.max(wanted, 0), this.order.length - 1);
        if (there === here) return;
        this.order = moved(this.order, here, there);
        here = there;
        this.draw();
      },
      () => here !== place && this.keep(),
    );
  }

  private typed(event: KeyboardEvent, dimension: Dimension, place: number): void {
    const across: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1 };
    const along: Record<string, number> = { ArrowUp: STEP, ArrowDown: -STEP };
    const by = across[event.key];
    const step = along[event.key];
    if (by !== undefined) this.move(place, place + by);
    else if (step !== undefined) this.nudge(dimension, step, event.shiftKey);
    else if (event.key === "Delete" || event.key === "Backspace") this.clear(dimension.axis.key);
    else if (event.key === "Enter") this.turnOver(dimension);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private move(from: number, to: number): void {
    if (to < 0 || to >= this.order.length) return;
    this.order = moved(this.order, from, to);
    this.draw();
    this.over.querySelectorAll<HTMLElement>(".pname")[to]?.focus();
    this.keep();
  }

  /** Move the edge of a brush that is lower on the screen, or the upper one. */
  private nudge(dimension: Dimension, step: number, isUpper: boolean): void {
    const [low, high] = this.brushes.get(dimension.axis.key) ?? rangeOn(dimension);
    const edges = [placeOn(dimension, low), placeOn(dimension, high)].sort((a, b) => a - b) as [number, number];
    const index = isUpper ? 1 : 0;
    edges[index] = Math.min(Math.max(edges[index] + step, isUpper ? edges[0] : 0), isUpper ? 1 : edges[1]);
    this.setBrush(dimension.axis.key, [valueOn(dimension, edges[0]), valueOn(dimension, edges[1])]);
  }

  private turnOver(dimension: Dimension): void {
    const columns = this.dimensions.map((one) =>
      one === dimension ? { ...one.column, inverted: !one.is_inverted } : one.column,
    );
    this.context.change({ columns });
  }

  private keep(): void {
    this.context.change({ columns: this.dimensions.map((dimension) => dimension.column) });
  }

  private clear(key?: string): void {
    if (key === undefined) this.brushes.clear();
    else this.brushes.delete(key);
    this.draw();
  }

  private filter(filters: object): void {
    this.host.dispatchEvent(new CustomEvent("panel-filter", { bubbles: true, detail: { filters } }));
  }

  private readonly hover = (event: PointerEvent) => {
    if (event.buttons || !this.data) return;
    const box = this.over.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    this.meet(this.nearest(x, y), x, y);
  };

  private readonly leave = () => this.meet(-1, 0, 0);

  private readonly click = (event: MouseEvent) => {
    if ((event.target as Element).closest(".phit, .pname")) return;
    const address = this.near >= 0 ? bodyOf(this.data as PanelData).addresses[this.near] : undefined;
    if (address) this.context.open(address);
  };

  /** The brushed line that passes nearest, by its straight course between two axes. */
  private nearest(x: number, y: number): number {
    const body = bodyOf(this.data as PanelData);
    const width = this.xOf(1) - this.xOf(0);
    const place = Math.min(Math.max(Math.floor((x - this.xOf(0)) / width), 0), this.order.length - 2);
    const [left, right] = [this.dimensions[place], this.dimensions[place + 1]];
    if (!left || !right) return -1;
    const share = Math.min(Math.max((x - this.xOf(place)) / width, 0), 1);
    const eased = easing(share);
    const brushed = this.brushed();
    let [best, least] = [-1, NEAR];
    for (let run = 0; run < body.runs.length; run += 1) {
      const [a, b] = [left.values[run] as number, right.values[run] as number];
      if (!brushed[run] || !Number.isFinite(a) || !Number.isFinite(b)) continue;
      const from = this.yOf(left, a);
      const distance = Math.abs(from + (this.yOf(right, b) - from) * eased - y);
      if (distance < least) [best, least] = [run, distance];
    }
    return best;
  }

  private meet(run: number, left: number, top: number): void {
    if (!this.data || (run === this.near && run < 0)) return;
    const isNew = run !== this.near;
    this.near = run;
    if (isNew) this.paint();
    const body = bodyOf(this.data);
    this.plot.toggleAttribute("data-near", run >= 0);
    if (run < 0) this.tip.hide();
    else {
      const rows = this.dimensions.map((dimension) => ({
        name: dimension.axis.label,
        value: written(dimension, dimension.values[run]),
      }));
      this.tip.show({ left, top }, [body.labels[run] ?? ""], rows);
    }
    if (isNew) this.context.point(run < 0 ? null : `run:${body.runs[run] ?? ""}`);
  }
}

/** How far up a curve between two axes is, `share` of the way: the cubic with level ends, solved for its x. */
function easing(share: number): number {
  let [low, high] = [0, 1];
  for (let round = 0; round < 12; round += 1) {
    const t = (low + high) / 2;
    const x = 1.5 * t * (1 - t) ** 2 + 1.5 * t ** 2 * (1 - t) + t ** 3;
    if (x < share) low = t;
    else high = t;
  }
  const t = (low + high) / 2;
  return 3 * t ** 2 * (1 - t) + t ** 3;
}

/** Follow a pointer until it is let go. */
function follow(event: PointerEvent, move: (event: PointerEvent) => void, end: (event: PointerEvent) => void): void {
  event.preventDefault();
  (event.currentTarget as HTMLElement).focus();
  const done = (last: PointerEvent) => {
    removeEventListener("pointermove", move);
    removeEventListener("pointerup", done);
    removeEventListener("pointercancel", done);
    end(last);
  };
  addEventListener("pointermove", move);
  addEventListener("pointerup", done);
  addEventListener("pointercancel", done);
}

/** Where a value stands from least to most, whichever way its axis is turned. */
function rangePlace(dimension: Dimension, value: number): number {
  const place = placeOn(dimension, value);
  return dimension.is_inverted ? 1 - place : place;
}

/** Every value where few differ, else round ticks. */
function ticksOn(dimension: Dimension, height: number): number[] {
  const { axis, names } = dimension;
  const most = Math.max(2, Math.min(6, Math.floor(height / 34)));
  const distinct = [...new Set(dimension.values)].filter(Number.isFinite).sort((a, b) => a - b);
  if (axis.kind === "category") {
    const every = Math.max(1, Math.ceil(names.length / Math.max(most, Math.floor(height / 16))));
    return names.map((_, index) => index).filter((index) => index % every === 0);
  }
  if (distinct.length <= most) return distinct;
  const [low, high] = rangeOn(dimension);
  if (axis.is_log) return logTicks(low, high, most);
  if (axis.kind === "duration") return durationTicks(low, high, most);
  return axis.kind === "time" ? timeTicks(low, high, 3) : linearTicks(low, high, most);
}

function written({ axis, names }: Dimension, value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return format.MISSING;
  if (axis.kind === "category") return names[Math.round(value)] ?? format.MISSING;
  if (axis.kind === "time") return format.when(new Date(value * 1000));
  return axisValue(axis.kind, Number(value.toPrecision(4)));
}

const bodyOf = (data: PanelData) => data.body as CoordinatesBody;

export const make: PenModule["make"] = (host, context) => new ParallelPen(host, context);
export const isReadable = true;
export const isEmpty = (data: PanelData): boolean => !(data.body as CoordinatesBody | null)?.runs.length;

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
  const names = body.dimensions.map((dimension) => dimension.axis.label).join(", ");
  return `${data.title}, ${format.count(body.runs.length)} runs along ${names}. T shows a table.`;
}

function cellsOf(data: PanelData): [string[], Cell[][]] {
  const { dimensions, labels, addresses } = bodyOf(data);
  const rows = labels.map((text, run): Cell[] => [
    { text, address: addresses[run] ?? null },
    ...dimensions.map((dimension) =>
      dimension.axis.kind === "number" ? dimension.values[run] : written(dimension, dimension.values[run]),
    ),
  ]);
  return [["Run", ...dimensions.map((dimension) => dimension.axis.label)], rows];
}
