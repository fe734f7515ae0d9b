/** Draws laid lines with uPlot, in the look of Carnet: hairlines, round ticks, every bucket from its min to its max. */
import uPlot from "uplot";
import { colour, numeric } from "../theme";
import { xAxis, yAxis } from "./axes";
import { extent, lastIndex, type Cell, type Line, type Lines } from "./lines";
import { airyLogRange, airyRange } from "./ticks";

export interface PlotOptions {
  log: boolean;
  /** What x counts: steps, or seconds. */
  axis: "step" | "duration";
  running: boolean;
  /** Panels with the same word share their crosshair. */
  sync: string;
  slot: (line: Line, index: number) => { slot: number; dash: number };
  onCursor: (plot: Plot) => void;
  onZoom: (plot: Plot) => void;
}

const DASHES: Record<number, number[]> = { 2: [6, 3], 3: [2, 3] };

/** One drawing. It keeps its canvas while only the values change. */
export class Plot {
  readonly chart: uPlot;
  private zoomed = false;

  constructor(
    readonly host: HTMLElement,
    private lines: Lines,
    readonly options: PlotOptions,
  ) {
    this.chart = new uPlot(this.settings(), this.columns(), host);
  }

  /** Show new values. False if the lines are others than before, so that a new plot is needed. */
  update(lines: Lines): boolean {
    const names = (all: Lines) => all.lines.map((line) => `${line.series.key}${line.smoothed ? "~" : ""}`).join("\n");
    if (names(lines) !== names(this.lines)) return false;
    this.lines = lines;
    this.chart.setData(this.columns(), !this.zoomed);
    if (this.zoomed) this.chart.redraw();
    return true;
  }

  get shown(): Lines {
    return this.lines;
  }

  /** The drawn range of x, or null when all of it is drawn. */
  get zoom(): [number, number] | null {
    const { min, max } = this.chart.scales["x"] ?? {};
    return this.zoomed && typeof min === "number" && typeof max === "number" ? [min, max] : null;
  }

  get cursorIndex(): number | null {
    return this.chart.cursor.idx ?? null;
  }

  resize(width: number, height: number): void {
    if (width > 0 && height > 0 && (width !== this.chart.width || height !== this.chart.height)) {
      this.chart.setSize({ width, height });
    }
  }

  repaint(): void {
    this.chart.redraw(true, true);
  }

  /** Move the crosshair to a neighbouring step. */
  step(by: number): void {
    const last = this.lines.x.length - 1;
    const index = Math.min(Math.max((this.cursorIndex ?? (by > 0 ? -1 : last + 1)) + by, 0), last);
    const left = this.chart.valToPos(this.lines.x[index] ?? 0, "x");
    this.chart.setCursor({ left, top: this.chart.over.clientHeight / 2 });
  }

  /** Zoom about the middle: 0.5 is nearer, 2 is farther. */
  zoomBy(factor: number): void {
    const { min, max } = this.chart.scales["x"] ?? {};
    if (typeof min !== "number" || typeof max !== "number") return;
    const half = ((max - min) / 2) * factor;
    const middle = (min + max) / 2;
    this.setZoom(middle - half, middle + half);
  }

  resetZoom(): void {
    this.zoomed = false;
    this.chart.setData(this.columns(), true);
    this.options.onZoom(this);
  }

  destroy(): void {
    this.chart.destroy();
  }

  private setZoom(from: number, to: number): void {
    const first = this.lines.x[0] ?? 0;
    const last = this.lines.x[this.lines.x.length - 1] ?? 1;
    if (from <= first && to >= last) {
      this.resetZoom();
      return;
    }
    this.zoomed = true;
    this.chart.setScale("x", { min: Math.max(from, first), max: Math.min(to, last) });
    this.options.onZoom(this);
  }

  private columns(): uPlot.AlignedData {
    const rows: Cell[][] = [];
    for (const line of this.lines.lines) {
      rows.push(line.values);
      if (line.smoothed) rows.push(line.smoothed);
    }
    return [this.lines.x, ...rows];
  }

  private settings(): uPlot.Options {
    const { options } = this;
    return {
      width: Math.max(this.host.clientWidth, 40),
      height: Math.max(this.host.clientHeight, 40),
      padding: [8, 12, 0, 2],
      legend: { show: false },
      scales: {
        x: { time: false, range: (_, low, high) => (low === high ? [low, low + 1] : [low, high]) },
        // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- 3 is logarithmic, 1 linear
        y: { distr: options.log ? 3 : 1, range: () => this.range() },
      },
      axes: [xAxis(options.axis), yAxis(options.log)],
      series: [{}, ...this.lines.lines.flatMap((_, index) => this.pens(index))],
      focus: { alpha: numeric("--chart-line-dim", 0.22) },
      cursor: {
        y: false,
        points: { size: 8, width: 2, stroke: () => colour("--surface"), fill: (plot, at) => this.penColour(plot, at) },
        drag: { x: true, y: false, dist: 6, setScale: false },
        focus: { prox: this.lines.lines.length > 1 ? 16 : -1 },
        bind: { dblclick: () => () => (this.resetZoom(), null) },
        ...(options.sync ? { sync: { key: options.sync, scales: ["x", null], setSeries: false } } : {}),
      },
      hooks: {
        setCursor: [() => options.onCursor(this)],
        setSelect: [(plot) => this.select(plot)],
        draw: [(plot) => this.drawEnds(plot)],
      },
    };
  }

  private select(plot: uPlot): void {
    const { left, width } = plot.select;
    if (width < 6) return;
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    this.setZoom(plot.posToVal(left, "x"), plot.posToVal(left + width, "x"));
  }

  private range(): [number, number] {
    const all = this.lines.x.length - 1;
    const [from, to] = this.zoomed ? (this.chart.series[0]?.idxs ?? [0, all]) : [0, all];
    const found = extent(this.lines.lines, from, to);
    if (this.options.log) return found ? airyLogRange(...found) : [0.1, 10];
    return found ? airyRange(...found) : [0, 1];
  }

  /** A line is one pen; a smoothed line is two: the raw values faintly behind, the smoothed ones on top. */
  private pens(index: number): uPlot.Series[] {
    const line = () => this.lines.lines[index] as Line;
    const { slot, dash } = this.options.slot(line(), index);
    const token = `--series-${slot}`;
    const pattern = DASHES[dash];
    const base: uPlot.Series = { points: { show: false }, spanGaps: false, ...(pattern ? { dash: pattern } : {}) };
    const paths = envelope(line);
    const width = numeric("--chart-line", 1.5);
    if (!line().smoothed) return [{ ...base, stroke: () => colour(token), width, paths, label: line().series.key }];
    const faint = numeric("--chart-raw", 0.28);
    return [
      { ...base, stroke: () => colour(token, faint), width: 1, paths, label: `${line().series.key} raw` },
      { ...base, stroke: () => colour(token), width, label: line().series.key },
    ];
  }

  private penColour(plot: uPlot, at: number): string {
    const stroke = plot.series[at]?.stroke;
    return typeof stroke === "function" ? (stroke(plot, at) as string) : "";
  }

  /** A lone point is a dot; a running line ends in one. */
  private drawEnds(plot: uPlot): void {
    const { ctx } = plot;
    this.lines.lines.forEach((line, index) => {
      const cells = line.smoothed ?? line.values;
      const at = lastIndex(cells);
      const alone = line.values.filter((cell) => cell !== null && cell !== undefined).length === 1;
      const step = this.lines.x[at];
      if (step === undefined || (!alone && !this.options.running)) return;
      const { min, max } = plot.scales["x"] ?? {};
      if (step < (min ?? -Infinity) || step > (max ?? Infinity)) return;
      ctx.save();
      ctx.beginPath();
      ctx.fillStyle = colour(`--series-${this.options.slot(line, index).slot}`);
      const size = (alone ? 4 : 3) * devicePixelRatio;
      ctx.arc(plot.valToPos(step, "x", true), plot.valToPos(cells[at] as number, "y", true), size, 0, 2 * Math.PI);
      ctx.fill();
      ctx.restore();
    });
  }
}

/** Draw the line, and at each bucket a stroke from its lowest to its highest value, so that no spike is lost. */
function envelope(line: () => Line): uPlot.Series.PathBuilder {
  const straight = uPlot.paths.linear?.();
  return (plot, at, from, to) => {
    const paths = straight?.(plot, at, from, to) ?? null;
    if (!paths?.stroke) return paths;
    const stroke = paths.stroke as Path2D;
    const { values, low, high } = line();
    const steps = plot.data[0];
    for (let index = from; index <= to; index += 1) {
      const least = low[index];
      const most = high[index];
      if (least === null || least === undefined || most === null || most === undefined) continue;
      const alone = isGap(values, index - 1) && isGap(values, index + 1);
      if (most === least && !alone) continue;
      const x = plot.valToPos(steps[index] as number, "x", true);
      stroke.moveTo(x, plot.valToPos(least, "y", true));
      stroke.lineTo(alone && most === least ? x + 0.1 : x, plot.valToPos(most, "y", true));
    }
    return paths;
  };
}

function isGap(cells: readonly Cell[], index: number): boolean {
  return cells[index] === null || index < 0 || index >= cells.length;
}
