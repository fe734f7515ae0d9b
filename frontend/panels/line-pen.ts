/** Draws lines over steps, time or another metric: every bucket from its least to its greatest value. */
import { extentOf, indexRange, nearestIndex, traceBand, traceLine } from "../chart/strokes";
import { Sheet } from "../chart/sheet";
import { airyLogRange, airyRange } from "../chart/ticks";
import { numeric } from "../theme";
import type { LinesBody, PanelData, PanelLine } from "./data";
import { csv, table, told } from "./line-words";
import { LineTip } from "./line-tip";
import { dashOf, paintOf } from "./marks";
import type { Pen, PenContext, PenModule } from "./pens";
import type { Range } from "./zoom";

const FEW_POINTS = 24; // pixels that a point has around it before it is drawn as a dot of its own

class LinePen implements Pen {
  private sheet: Sheet | null = null;
  private data: PanelData | null = null;
  private tip: LineTip;
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
    const before = this.data ? bodyOf(this.data) : null;
    this.data = data;
    const { x, y } = bodyOf(data);
    const isSame = before && before.x.kind === x.kind && before.x.is_log === x.is_log && before.y.is_log === y.is_log;
    if (this.sheet && isSame && before.x.key === x.key) this.sheet.setRanges(...this.ranges());
    else this.rebuild();
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
    if (!this.sheet) return;
    const [low, high] = this.sheet.range;
    const half = ((high - low) / 2) * factor;
    const middle = (low + high) / 2;
    const whole = this.whole();
    const isAll = middle - half <= whole[0] && middle + half >= whole[1];
    this.context.look(isAll ? null : [Math.max(middle - half, whole[0]), Math.min(middle + half, whole[1])]);
  }

  step(by: 1 | -1): string {
    const longest = this.lines.reduce<PanelLine | null>((a, b) => (a && a.x.length >= b.x.length ? a : b), null);
    if (!this.sheet || !longest?.x.length || !this.data) return "";
    const [low, high] = this.sheet.range;
    const at = this.tip.at ?? (by > 0 ? low : high);
    const here = nearestIndex(longest.x, at);
    const next = longest.x[Math.min(Math.max(here + by, 0), longest.x.length - 1)] ?? at;
    this.sheet.pointAt(Math.min(Math.max(next, low), high));
    this.tip.show(this.sheet, this.data, next);
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

  private get lines(): readonly PanelLine[] {
    return this.data ? bodyOf(this.data).lines : [];
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
    if (!this.isHovered || at === null || !this.data) {
      if (this.isHovered) this.tip.hide();
      return;
    }
    this.tip.show(sheet, this.data, at);
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

  private whole(): [number, number] {
    const { x, lines } = bodyOf(this.data as PanelData);
    const found = extentOf(
      lines.map((line) => line.x),
      0,
      Infinity,
      x.is_log,
    );
    const [low, high] = found ?? [0, 1];
    return low === high ? (x.is_log ? [low / 2, low * 2] : [low, low + 1]) : [x.low ?? low, x.high ?? high];
  }

  private ranges(): [[number, number], [number, number]] {
    const x: [number, number] = this.range ? [...this.range] : this.whole();
    return [x, this.yRange(x)];
  }

  private yRange([low, high]: [number, number]): [number, number] {
    const { y } = bodyOf(this.data as PanelData);
    let found: [number, number] | null = null;
    for (const line of this.lines) {
      const [from, to] = within(line.x, low, high);
      const here = extentOf([line.y, line.low, line.high, line.original], from, to, y.is_log);
      if (here) found = found ? [Math.min(found[0], here[0]), Math.max(found[1], here[1])] : here;
    }
    const [least, most] = y.is_log ? airyLogRange(...(found ?? [1, 1])) : airyRange(...(found ?? [0, 1]));
    const fixed: [number, number] = [y.low ?? least, y.high ?? most];
    return fixed[0] < fixed[1] ? fixed : [fixed[0], fixed[0] + (Math.abs(fixed[0]) || 1)];
  }

  private draw(sheet: Sheet): void {
    if (!this.data) return;
    const { lines } = bodyOf(this.data);
    const front = this.front === null ? null : this.data.marks.findIndex((mark) => mark.id === this.front);
    const hasFront = front !== null && front >= 0;
    for (const line of lines) if (!hasFront || line.mark !== front) this.drawLine(sheet, line, hasFront ? "back" : "");
    if (hasFront) for (const line of lines) if (line.mark === front) this.drawLine(sheet, line, "front");
  }

  private drawLine(sheet: Sheet, line: PanelLine, place: "" | "front" | "back"): void {
    const data = this.data as PanelData;
    const { context } = sheet;
    const mark = data.marks[line.mark];
    if (!mark) return;
    const isLog = bodyOf(data).y.is_log;
    const [from, to] = indexRange(line.x, ...sheet.range);
    const shown = { from, to, isLog };
    const strength = place === "back" ? numeric("--chart-line-dim", 0.22) : 1;
    const width =
      line.width ?? (place === "front" ? numeric("--chart-line-focus", 2.25) : numeric("--chart-line", 1.5));
    context.strokeStyle = context.fillStyle = line.colour ?? paintOf(mark);
    context.lineJoin = context.lineCap = "round";
    if (line.is_band && line.low && line.high) {
      const band = new Path2D();
      const floor = isLog ? sheet.yRange[0] : -Infinity;
      traceBand(band, { x: line.x, low: line.low, high: line.high }, sheet.px, sheet.py, { from, to, floor });
      context.globalAlpha = numeric("--chart-band", 0.16) * strength;
      context.fill(band);
    }
    const extremes = line.is_band ? {} : { low: line.low, high: line.high };
    if (line.original) {
      const raw = new Path2D();
      traceLine(raw, { x: line.x, y: line.original, ...extremes }, sheet.px, sheet.py, shown);
      this.stroke(context, raw, 1, numeric("--chart-raw", 0.28) * strength, []);
    }
    const path = new Path2D();
    traceLine(path, { x: line.x, y: line.y, ...(line.original ? {} : extremes) }, sheet.px, sheet.py, shown);
    if (line.stroke !== "points") this.stroke(context, path, width, strength, dashOf(mark, line));
    this.drawDots(sheet, line, [from, to], strength);
  }

  private stroke(context: CanvasRenderingContext2D, path: Path2D, width: number, alpha: number, dash: number[]): void {
    context.globalAlpha = alpha;
    context.lineWidth = width * devicePixelRatio;
    context.setLineDash(dash.map((part) => part * devicePixelRatio));
    context.stroke(path);
    context.setLineDash([]);
  }

  /** A lone point is a dot; so is each of few, and the end of a run that goes on. */
  private drawDots(sheet: Sheet, line: PanelLine, [from, to]: [number, number], strength: number): void {
    const { context, frame } = sheet;
    const mark = this.data?.marks[line.mark];
    const isSparse =
      line.stroke === "points" || (!line.low && (to - from) * FEW_POINTS * devicePixelRatio < frame.width);
    const isActive = mark?.state === "running";
    context.globalAlpha = strength;
    const dot = (index: number, size: number) => {
      const value = line.y[index] as number;
      if (!Number.isFinite(value)) return;
      context.beginPath();
      context.arc(sheet.px(line.x[index] as number), sheet.py(value), size * devicePixelRatio, 0, 2 * Math.PI);
      context.fill();
    };
    if (isSparse) for (let index = from; index <= to; index += 1) dot(index, line.x.length === 1 ? 4 : 2);
    const last = line.x.length - 1;
    if (isActive && last >= 0 && to === last) dot(last, 3);
  }
}

function bodyOf(data: PanelData): LinesBody {
  return data.body as LinesBody;
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
