/** Draws lines over steps, time or another metric: every bucket from its least to its greatest value. */
import { Sheet } from "../chart/sheet";
import { stack } from "../chart/stack";
import {
  extentOf,
  indexRange,
  nearestIndex,
  lengthOf,
  traceBand,
  traceExtremes,
  traceLine,
  traceLone,
} from "../chart/strokes";
import { airyLogRange, airyRange } from "../chart/ticks";
import { numeric } from "../theme";
import type { LinesBody, PanelData, PanelLine } from "./data";
import { LineTip } from "./line-tip";
import { csv, table, told } from "./line-words";
import { dashOf, paintOf } from "./marks";
import type { Pen, PenContext, PenModule } from "./pens";
import { type Range, zoomed } from "./zoom";

const FEW_POINTS = 24; // pixels that a point has around it before it is drawn as a dot of its own
const AREA = 0.55; // opacity of stacked areas
const MOST_LINES_WITH_DOTS = 40;
const PART = 8; // points of a stroke

type Place = "" | "front" | "back";

class LinePen implements Pen {
  private sheet: Sheet | null = null;
  private data: PanelData | null = null;
  private lines: readonly PanelLine[] = [];
  private readonly tip: LineTip;
  private range: Range | null = null;
  private front: string | null = null;
  private isHovered = false;
  private pointed: string | null = null;

  constructor(
    private readonly host: HTMLElement,
    private readonly context: PenContext,
  ) {
    this.tip = new LineTip(host);
    host.addEventListener("pointerenter", this.enter);
    host.addEventListener("pointerleave", this.leave);
  }

  show(data: PanelData): void {
    const before = this.data && axesOf(this.data);
    this.data = data;
    this.lines = drawnLines(bodyOf(data));
    if (this.sheet && before === axesOf(data)) this.sheet.setRanges(...this.ranges());
    else this.rebuild();
    if (this.tip.at !== null && this.sheet) this.tip.show(this.sheet, data, this.tip.at);
  }

  resize(width: number, height: number): void {
    this.sheet?.resize(width, height);
  }

  repaint(): void {
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
    if (this.sheet) this.context.look(zoomed(this.sheet.range, this.whole(), factor));
  }

  step(by: 1 | -1): string {
    const longest = this.lines.reduce<PanelLine | null>((a, b) => (a && a.x.length >= b.x.length ? a : b), null);
    if (!this.sheet || !longest?.x.length || !this.data) return "";
    const [low, high] = this.sheet.range;
    const here = this.tip.at === null ? (by > 0 ? low : high) : this.tip.at;
    const index = nearestIndex(longest.x, here) + (this.tip.at === null ? 0 : by);
    const next = longest.x[Math.min(Math.max(index, 0), longest.x.length - 1)] as number;
    const at = Math.min(Math.max(next, low), high);
    this.sheet.pointAt(at);
    this.tip.show(this.sheet, this.data, at);
    return this.tip.spoken;
  }

  destroy(): void {
    this.sheet?.destroy();
    this.tip.destroy();
    this.host.removeEventListener("pointerenter", this.enter);
    this.host.removeEventListener("pointerleave", this.leave);
  }

  private readonly enter = () => (this.isHovered = true);

  private readonly leave = () => {
    this.isHovered = false;
    this.tip.hide();
    this.point(null);
  };

  private point(mark: string | null): void {
    if (mark === this.pointed) return;
    this.pointed = mark;
    this.context.point(mark);
  }

  private rebuild(): void {
    this.sheet?.destroy();
    const { x, y } = bodyOf(this.data as PanelData);
    this.sheet = new Sheet(this.host, ...this.ranges(), {
      x: { kind: x.kind, isLog: x.is_log },
      y: { kind: "number", isLog: y.is_log },
      sync: this.context.sync && `${this.context.sync} ${x.key}`,
      draw: (sheet) => this.draw(sheet),
      snap: (at) => this.snap(at),
      pointed: (sheet, at) => this.hover(sheet, at),
      selected: (range) => this.context.look(range),
    });
  }

  private hover(sheet: Sheet, at: number | null): void {
    if (!this.isHovered || !this.data) return;
    if (at === null) this.tip.hide();
    else this.tip.show(sheet, this.data, at);
    this.point(this.tip.near);
  }

  private snap(at: number): number {
    let best = at;
    let least = Infinity;
    for (const line of this.lines) {
      const x = line.x[nearestIndex(line.x, at)];
      if (x !== undefined && Math.abs(x - at) < least) [best, least] = [x, Math.abs(x - at)];
    }
    return best;
  }

  /** All of x that is drawn, or that a person set. */
  private whole(): [number, number] {
    const { x } = bodyOf(this.data as PanelData);
    const columns = this.lines.map((line) => line.x);
    const [low, high] = extentOf(columns, 0, Infinity, x.is_log) ?? [1, 2];
    const [first, last] = [x.low ?? low, x.high ?? high];
    if (first < last) return [first, last];
    return x.is_log ? [first / 2, first * 2] : [first - 0.5, first + 0.5];
  }

  private ranges(): [[number, number], [number, number]] {
    const x: [number, number] = this.range ? [this.range[0], this.range[1]] : this.whole();
    return [x, this.yRange(x)];
  }

  /** The range of y fits what is drawn between the edges of x, spikes included, unless a person set it. */
  private yRange([low, high]: [number, number]): [number, number] {
    const { y, plot } = bodyOf(this.data as PanelData);
    let [least, most] = [Infinity, -Infinity];
    for (const line of this.lines) {
      const [from, to] = within(line.x, low, high);
      const found = extentOf([line.y, line.low, line.high, line.original], from, to, y.is_log);
      if (found) [least, most] = [Math.min(least, found[0]), Math.max(most, found[1])];
    }
    if (least > most) [least, most] = y.is_log ? [1, 1] : [0, 1];
    if (plot === "pct-area") return [0, 100];
    const fitting = y.is_log ? airyLogRange(least, most) : airyRange(plot === "line" ? least : 0, most);
    const [bottom, top] = [y.is_log && (y.low ?? 1) <= 0 ? fitting[0] : (y.low ?? fitting[0]), y.high ?? fitting[1]];
    return bottom < top ? [bottom, top] : [bottom, bottom + (Math.abs(bottom) || 1)];
  }

  private draw(sheet: Sheet): void {
    if (!this.data) return;
    const front = this.front === null ? -1 : this.data.marks.findIndex((mark) => mark.id === this.front);
    const rest = this.lines.filter((line) => line.mark !== front);
    const order = bodyOf(this.data).plot === "line" ? rest.toReversed() : rest; // the first of the list lies on top
    for (const line of order) this.drawLine(sheet, line, front < 0 ? "" : "back");
    for (const line of this.lines) if (line.mark === front) this.drawLine(sheet, line, "front");
  }

  private drawLine(sheet: Sheet, line: PanelLine, place: Place): void {
    const data = this.data as PanelData;
    const mark = data.marks[line.mark];
    if (!mark) return;
    const { context, px, py } = sheet;
    const { y, plot } = bodyOf(data);
    const [from, to] = indexRange(line.x, ...sheet.range);
    const shown = { from, to, isLog: y.is_log };
    const dim = (place === "back" ? numeric("--chart-line-dim", 0.22) : 1) * (line.is_behind ? rawStrength() : 1);
    context.strokeStyle = context.fillStyle = line.colour ?? paintOf(mark);
    context.lineJoin = "round";
    if (line.is_band && line.low && line.high) {
      const band = new Path2D();
      const floor = y.is_log ? sheet.yRange[0] : -Infinity;
      traceBand(band, { x: line.x, low: line.low, high: line.high }, px, py, { from, to, floor });
      context.globalAlpha = (plot === "line" ? numeric("--chart-band", 0.16) : AREA) * dim;
      context.fill(band);
    }
    if (line.original) {
      const raw = new Path2D();
      traceLine(raw, { x: line.x, y: line.original }, px, py, shown);
      if (!line.is_band) spread(raw, line, sheet, shown);
      stroke(context, raw, { width: 1, alpha: rawStrength() * dim });
    }
    const look = { width: widthOf(line, place), alpha: dim };
    if (line.stroke !== "points") drawStroke(sheet, line, { ...look, dash: dashOf(mark, line) }, shown);
    context.globalAlpha = dim;
    this.drawDots(sheet, line, [from, to], mark.state === "running" && !line.is_behind);
  }

  /** A lone point is a dot; so is each of few, and the end of a run that goes on. */
  private drawDots(sheet: Sheet, line: PanelLine, [from, to]: [number, number], isActive: boolean): void {
    const { context, frame } = sheet;
    const hasRoom = (to - from) * FEW_POINTS * devicePixelRatio < frame.width;
    const isSparse = !line.low && !line.is_behind && hasRoom && this.lines.length <= MOST_LINES_WITH_DOTS;
    const dot = (index: number, size: number) => {
      const value = line.y[index];
      if (value === undefined || !Number.isFinite(value)) return;
      context.beginPath();
      context.arc(sheet.px(line.x[index] as number), sheet.py(value), size * devicePixelRatio, 0, 2 * Math.PI);
      context.fill();
    };
    if (line.stroke === "points" || isSparse || line.x.length === 1) {
      const size = line.x.length === 1 ? 4 : line.stroke === "points" ? 2.5 : 2;
      for (let index = from; index <= to; index += 1) dot(index, size);
    }
    const last = line.x.length - 1;
    if (isActive && to === last) dot(last, 3);
  }
}

interface Drawn {
  from: number;
  to: number;
  isLog: boolean;
}

/** The line itself, from its least to its greatest values. */
function drawStroke(sheet: Sheet, line: PanelLine, look: Look & { dash: number[] }, shown: Drawn): void {
  const { context, px, py } = sheet;
  const isDashed = look.dash.length > 0;
  const hasExtremes = !line.is_band && !line.original;
  if (isDashed) {
    const whole = new Path2D(); // a gap between dashes must swallow neither a spike nor a lone value
    traceLone(whole, line, px, py, shown);
    if (hasExtremes) spread(whole, line, sheet, shown);
    stroke(context, whole, { ...look, dash: [] });
  }
  let begun = 0;
  for (const part of look.alpha < 1 && !isDashed ? [shown] : parts(shown)) {
    const path = new Path2D();
    traceLine(path, line, px, py, part);
    if (hasExtremes && !isDashed) spread(path, line, sheet, part);
    stroke(context, path, { ...look, begun });
    if (isDashed) begun += lengthOf(line, px, py, part);
  }
}

/** A processor fills short strokes in a third of the time; they meet unseen by their round ends, unless these shine through. */
function parts(shown: Drawn): Drawn[] {
  const count = Math.max(1, Math.ceil((shown.to - shown.from) / PART));
  return Array.from({ length: count }, (_, index) => {
    const from = shown.from + index * PART;
    return { ...shown, from, to: Math.min(from + PART, shown.to) };
  });
}

function spread(path: Path2D, line: PanelLine, { px, py }: Sheet, shown: { from: number; to: number; isLog: boolean }) {
  if (line.low && line.high) traceExtremes(path, { x: line.x, low: line.low, high: line.high }, px, py, shown);
}

interface Look {
  width: number;
  alpha: number;
  dash?: number[];
  /** How long the line is before, in pixels of the canvas. */
  begun?: number;
}

function stroke(context: CanvasRenderingContext2D, path: Path2D, { width, alpha, dash = [], begun = 0 }: Look): void {
  context.globalAlpha = alpha;
  context.lineWidth = width * devicePixelRatio;
  context.lineCap = dash.length ? "butt" : "round"; // round ends would fill the gaps, and cost twice as much
  context.setLineDash(dash.map((part) => part * devicePixelRatio));
  context.lineDashOffset = begun;
  context.stroke(path);
  context.setLineDash([]);
}

function widthOf(line: PanelLine, place: Place): number {
  if (line.width) return line.width;
  if (line.is_behind) return 1;
  return place === "front" ? numeric("--chart-line-focus", 2.25) : numeric("--chart-line", 1.5);
}

function rawStrength(): number {
  return numeric("--chart-raw", 0.28);
}

/** The lines as drawn: those of an area chart stand on one another. */
function drawnLines(body: LinesBody): readonly PanelLine[] {
  if (body.plot === "line") return body.lines;
  const layers = stack(body.lines, body.plot === "pct-area");
  return body.lines.map((line, index) => {
    const { x, low, high } = layers[index] as { x: Float64Array; low: Float64Array; high: Float64Array };
    return { ...line, x, y: high, low, high, original: null, is_band: true };
  });
}

function bodyOf(data: PanelData): LinesBody {
  return data.body as LinesBody;
}

/** What a drawing must be made anew for. */
function axesOf(data: PanelData): string {
  const { x, y } = bodyOf(data);
  return JSON.stringify([x.key, x.kind, x.is_log, y.is_log]);
}

function within(x: Float64Array, low: number, high: number): [number, number] {
  const from = nearestIndex(x, low);
  const to = nearestIndex(x, high);
  return [(x[from] ?? 0) < low ? from + 1 : from, (x[to] ?? 0) > high ? to - 1 : to];
}

export const make: PenModule["make"] = (host, context) => new LinePen(host, context);
export const isEmpty = (data: PanelData): boolean =>
  !bodyOf(data).lines.some((line) => line.y.some((value) => Number.isFinite(value)));
export { csv, table, told };
