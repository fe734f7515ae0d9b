/** Draws histograms over steps: a heat map, step by value, darker where more values lie. */
import type { TemplateResult } from "lit";
import { Sheet } from "../chart/sheet";
import * as format from "../format";
import type { Axis, PanelData } from "./data";
import { made } from "./made";
import type { Pen, PenContext, PenModule } from "./pens";
import { PointTip, type TipRow } from "./point-tip";
import { rampColour, STEPS } from "./ramp";
import { csvOf, tableOf } from "./words";
import { type Range, zoomed } from "./zoom";

/** Column n holds the histograms of `steps[n]` to `step_ends[n]`; `counts` lie column by column, as sums. */
export interface HistogramBody {
  x: Axis;
  y: Axis;
  steps: Float64Array;
  step_ends: Float64Array;
  merged: Float64Array;
  edges: Float64Array;
  counts: Float64Array;
  value_count: number;
}

interface Cell {
  column: number;
  bin: number;
}

class HistogramPen implements Pen {
  private readonly plot = made("div", "pen-plot");
  private readonly foot = made("div", "pen-foot");
  private readonly tip: PointTip;
  private sheet: Sheet | null = null;
  private body: HistogramBody | null = null;
  private levels = new Uint8Array();
  private range: Range | null = null;
  private at: number | null = null;
  private isHovered = false;

  constructor(
    private readonly host: HTMLElement,
    private readonly context: PenContext,
  ) {
    host.classList.add("pen-column");
    host.append(this.plot, this.foot);
    this.tip = new PointTip(this.plot);
    this.plot.addEventListener("pointerenter", this.enter);
    this.plot.addEventListener("pointerleave", this.leave);
  }

  show(data: PanelData): void {
    this.body = data.body as HistogramBody;
    this.levels = levelsOf(this.body);
    this.writeFoot();
    if (this.sheet) this.sheet.setRanges(...this.ranges());
    else this.sheet = this.make(this.body);
  }

  resize(width: number, height: number): void {
    this.sheet?.resize(width, height - this.foot.offsetHeight);
  }

  repaint(): void {
    this.writeFoot();
    this.sheet?.redraw(true);
  }

  highlight(): void {} // one run is drawn

  look(range: Range | null): void {
    this.range = range;
    if (this.body) this.sheet?.setRanges(...this.ranges());
  }

  zoomBy(factor: number): void {
    if (!this.sheet || !this.body) return;
    this.context.look(zoomed(this.sheet.range, wholeOf(this.body), factor));
  }

  step(by: 1 | -1): string {
    if (!this.body || !this.sheet) return "";
    const here = this.at === null ? (by > 0 ? -1 : this.body.steps.length) : columnAt(this.body, this.at);
    const column = Math.min(Math.max(here + by, 0), this.body.steps.length - 1);
    this.at = this.body.steps[column] as number;
    this.sheet.pointAt(this.at);
    return spoken(this.body, column);
  }

  destroy(): void {
    this.sheet?.destroy();
    this.tip.destroy();
    this.plot.remove();
    this.foot.remove();
    this.host.classList.remove("pen-column");
  }

  private readonly enter = () => (this.isHovered = true);

  private readonly leave = () => {
    this.isHovered = false;
    this.tip.hide();
  };

  private make(body: HistogramBody): Sheet {
    return new Sheet(this.plot, ...this.ranges(), {
      x: { kind: body.x.kind, isLog: false },
      y: { kind: "number", isLog: false },
      sync: this.context.sync && `${this.context.sync} ${body.x.key}`,
      draw: (sheet) => this.draw(sheet),
      snap: (at) => at,
      pointed: (sheet, at) => this.hover(sheet, at),
      selected: (range) => this.context.look(range),
    });
  }

  private ranges(): [[number, number], [number, number]] {
    const { edges } = this.body as HistogramBody;
    const x = this.range ? ([...this.range] as [number, number]) : wholeOf(this.body as HistogramBody);
    return [x, [edges[0] as number, edges[edges.length - 1] as number]];
  }

  /** Cells of one colour are one path. Places are whole pixels, so that neighbours leave no seam. */
  private draw(sheet: Sheet): void {
    const { body, levels } = this;
    if (!body) return;
    const bins = body.edges.length - 1;
    const bottom = Array.from(body.edges, (edge) => Math.round(sheet.py(edge)));
    const paths = Array.from({ length: STEPS + 1 }, () => new Path2D());
    for (let column = 0; column < body.steps.length; column += 1) {
      const left = Math.round(sheet.px(body.steps[column] as number));
      const right = Math.max(Math.round(sheet.px(endOf(body, column))), left + 1);
      for (let bin = 0; bin < bins; bin += 1) {
        const level = levels[column * bins + bin] as number;
        const top = bottom[bin + 1] as number;
        if (level) paths[level]?.rect(left, top, right - left, (bottom[bin] as number) - top);
      }
    }
    paths.forEach((path, level) => {
      if (!level) return;
      sheet.context.fillStyle = rampColour((level - 0.5) / STEPS);
      sheet.context.fill(path);
    });
  }

  private hover(sheet: Sheet, at: number | null): void {
    const { pointer } = sheet;
    if (at === null || !pointer || !this.body) {
      this.tip.hide();
      return;
    }
    this.at = at;
    if (!this.isHovered) return;
    const [low, high] = sheet.yRange;
    const value = high - ((high - low) * pointer.top) / Math.max(sheet.over.clientHeight, 1);
    const cell = { column: columnAt(this.body, at), bin: binAt(this.body, value) };
    const place = { left: pointer.left + sheet.over.offsetLeft, top: pointer.top + sheet.over.offsetTop };
    this.tip.show(place, [stepsOf(this.body, cell.column)], [rowOf(this.body, cell, this.levels)]);
  }

  private writeFoot(): void {
    const { body } = this;
    if (!body) return;
    const ramp = made("span", "ramp mini");
    for (let level = 0; level < STEPS; level += 1) {
      const part = made("span");
      part.style.setProperty("background", rampColour((level + 0.5) / STEPS));
      ramp.append(part);
    }
    const most = `many, of ${short(body.value_count)} values`;
    this.foot.replaceChildren(made("span", "", "few"), ramp, made("span", "num", most));
  }
}

/** Colour steps of all cells: 0 for none, by the root of the mean count, so that thin tails are seen. */
export function levelsOf(body: HistogramBody): Uint8Array<ArrayBuffer> {
  const bins = body.edges.length - 1;
  const mean = (index: number) => (body.counts[index] as number) / (body.merged[Math.floor(index / bins)] ?? 1);
  let most = 0;
  for (let index = 0; index < body.counts.length; index += 1) most = Math.max(most, mean(index));
  return Uint8Array.from(body.counts, (count, index) =>
    count > 0 ? Math.max(1, Math.ceil(Math.sqrt(mean(index) / most) * STEPS)) : 0,
  );
}

/** Where a column ends: where the next begins; the last is as wide as they usually are. */
function endOf(body: HistogramBody, column: number): number {
  const next = body.steps[column + 1];
  if (next !== undefined) return next;
  const last = body.step_ends[column] as number;
  const count = body.merged.reduce((sum, merged) => sum + merged, 0);
  return last + (count > 1 ? Math.max((last - (body.steps[0] as number)) / (count - 1), 1) : 1);
}

function wholeOf(body: HistogramBody): [number, number] {
  return [body.steps[0] as number, endOf(body, body.steps.length - 1)];
}

function columnAt(body: HistogramBody, at: number): number {
  let column = 0;
  while (column + 1 < body.steps.length && (body.steps[column + 1] as number) <= at) column += 1;
  return column;
}

function binAt({ edges }: HistogramBody, value: number): number {
  const [low, high] = [edges[0] as number, edges[edges.length - 1] as number];
  const bin = Math.floor(((value - low) / (high - low)) * (edges.length - 1));
  return Math.min(Math.max(bin, 0), edges.length - 2);
}

function stepsOf(body: HistogramBody, column: number): string {
  const [first, last] = [body.steps[column] as number, body.step_ends[column] as number];
  if (first === last) return `step ${format.count(first)}`;
  return `steps ${format.count(first)} to ${format.count(last)}, ${format.count(body.merged[column])} histograms`;
}

function rowOf(body: HistogramBody, { column, bin }: Cell, levels: Uint8Array): TipRow {
  const bins = body.edges.length - 1;
  const name = `${format.number(body.edges[bin])} to ${format.number(body.edges[bin + 1])}`;
  const level = levels[column * bins + bin] as number;
  const swatch = made("span", "swatch");
  if (level) swatch.style.setProperty("--c", rampColour((level - 0.5) / STEPS));
  return { name, value: format.number(body.counts[column * bins + bin]), swatch };
}

function spoken(body: HistogramBody, column: number): string {
  const { from, to, total } = spanOf(body, column);
  return `${stepsOf(body, column)}: ${short(total)} values ${format.number(from)} to ${format.number(to)}`;
}

/** From where to where a column holds values, where most of them lie, and how many there are. */
function spanOf(
  body: HistogramBody,
  column: number,
): { from: number; to: number; most: [number, number]; total: number } {
  const bins = body.edges.length - 1;
  const counts = body.counts.subarray(column * bins, (column + 1) * bins);
  const held = [...counts.keys()].filter((bin) => (counts[bin] as number) > 0);
  const first = held[0] ?? 0;
  const last = held[held.length - 1] ?? bins - 1;
  const top = held.reduce((best, bin) => ((counts[bin] as number) > (counts[best] as number) ? bin : best), first);
  const edge = (bin: number) => body.edges[bin] as number;
  return {
    from: edge(first),
    to: edge(last + 1),
    most: [edge(top), edge(top + 1)],
    total: counts.reduce((sum, count) => sum + count, 0),
  };
}

/** `1.28 M`, `980`. */
function short(count: number): string {
  if (count >= 1e6) return `${(count / 1e6).toPrecision(3)} M`;
  return format.count(Math.round(count));
}

const bodyOf = (data: PanelData) => data.body as HistogramBody | null;

export const make: PenModule["make"] = (host, context) => new HistogramPen(host, context);

export const isEmpty = (data: PanelData): boolean => !bodyOf(data)?.steps.length;

export function table(data: PanelData): TemplateResult {
  const body = bodyOf(data) as HistogramBody;
  const rows = Array.from(body.steps, (step, column) => {
    const { from, to, most, total } = spanOf(body, column);
    return [step, body.merged[column], total, from, to, `${format.number(most[0])} to ${format.number(most[1])}`];
  });
  return tableOf(["Step", "Histograms", "Values", "Lowest", "Highest", "Most between"], rows);
}

export function csv(data: PanelData): string {
  const body = bodyOf(data) as HistogramBody;
  const bins = body.edges.length - 1;
  const rows = Array.from(body.counts, (count, index) => {
    const column = Math.floor(index / bins);
    const bin = index % bins;
    return [body.steps[column], body.step_ends[column], body.edges[bin], body.edges[bin + 1], count];
  }).filter((row) => row[4]);
  return csvOf(["step", "step_end", "from", "to", "count"], rows);
}

export function told(data: PanelData): string {
  const body = bodyOf(data) as HistogramBody;
  const last = body.steps.length - 1;
  const steps = `steps ${format.count(body.steps[0])} to ${format.count(body.step_ends[last])}`;
  const edges = `values ${format.number(body.edges[0])} to ${format.number(body.edges[body.edges.length - 1])}`;
  return `${data.title}, histograms of ${data.marks[0]?.label ?? "a run"}, ${steps}, ${edges}. T shows a table.`;
}
