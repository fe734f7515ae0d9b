/**
 * A sheet of squared paper: axes, ranges, crosshair and selection by uPlot; whoever holds it draws the lines itself.
 *
 * Path not taken: uPlot's own series. They need one common x, which runs along wall time do not have: a hundred runs
 * of three hundred points each would become three million cells.
 */
import uPlot from "uplot";
import { type AxisKind, xAxis, yAxis } from "./axes";

export interface SheetAxis {
  kind: AxisKind;
  isLog: boolean;
  /** What a category counts, from 0. */
  names?: readonly string[];
}

export interface SheetOptions {
  x: SheetAxis;
  y: SheetAxis;
  /** Sheets with the same word share their crosshair. */
  sync: string;
  /** Draw, within the frame; called whenever the sheet is clean again. */
  draw: (sheet: Sheet) => void;
  /** The crosshair moved; `at` is its x, null when it left. */
  pointed: (sheet: Sheet, at: number | null) => void;
  /** Where the crosshair comes to stand for a pointer at `x`. */
  snap: (x: number) => number;
  /** A range was drawn with the pointer; null: a double click asks for all of it. */
  selected: (range: [number, number] | null) => void;
}

const LEAST_DRAG = 6;
const isMove = (type: string) => type === "mousemove" || type === "mouseleave";

export class Sheet {
  private readonly chart: uPlot;
  private isPressed = false; // the edges of a selection lie where the pointer is, the crosshair on a point

  constructor(
    readonly host: HTMLElement,
    private x: [number, number],
    private y: [number, number],
    private readonly options: SheetOptions,
  ) {
    this.chart = new uPlot(this.settings(), [this.x, this.y], host);
    this.over.addEventListener("pointerdown", () => (this.isPressed = true));
    addEventListener("pointerup", this.release);
  }

  private readonly release = () => (this.isPressed = false);

  get context(): CanvasRenderingContext2D {
    return this.chart.ctx;
  }

  /** The frame in pixels of the canvas. */
  get frame(): { left: number; top: number; width: number; height: number } {
    return this.chart.bbox;
  }

  get over(): HTMLElement {
    return this.chart.over;
  }

  get range(): [number, number] {
    return this.x;
  }

  get yRange(): [number, number] {
    return this.y;
  }

  /** From values to pixels of the canvas. */
  readonly px = (value: number): number => this.chart.valToPos(value, "x", true);
  readonly py = (value: number): number => this.chart.valToPos(value, "y", true);

  /** From values to CSS pixels within `over`. */
  placeOf(x: number, y: number): { left: number; top: number } {
    return { left: this.chart.valToPos(x, "x"), top: this.chart.valToPos(y, "y") };
  }

  get pointer(): { left: number; top: number } | null {
    const { left = -1, top = -1 } = this.chart.cursor;
    return left < 0 ? null : { left, top };
  }

  /** Show other ranges, and draw anew. */
  setRanges(x: [number, number], y: [number, number]): void {
    [this.x, this.y] = [x, y];
    this.chart.setData([x, y], true);
  }

  /** Draw anew; `axes` too when their colours changed. */
  redraw(axes = false): void {
    this.chart.redraw(false, axes);
  }

  pointAt(x: number): void {
    this.chart.setCursor({ left: this.chart.valToPos(x, "x"), top: this.chart.over.clientHeight / 2 });
  }

  resize(width: number, height: number): void {
    if (width > 0 && height > 0 && (width !== this.chart.width || height !== this.chart.height)) {
      this.chart.setSize({ width, height });
    }
  }

  destroy(): void {
    removeEventListener("pointerup", this.release);
    this.chart.destroy();
  }

  private settings(): uPlot.Options {
    const { options } = this;
    const scale = (axis: SheetAxis, range: () => [number, number]): uPlot.Scale => ({
      time: false,
      // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- 3 is logarithmic, 1 linear
      distr: axis.isLog ? 3 : 1,
      range,
    });
    return {
      width: Math.max(this.host.clientWidth, 40),
      height: Math.max(this.host.clientHeight, 40),
      padding: [8, 12, 0, 2],
      legend: { show: false },
      scales: { x: scale(options.x, () => this.x), y: scale(options.y, () => this.y) },
      axes: [
        xAxis(options.x.kind, options.x.isLog, options.x.names),
        yAxis(options.y.isLog, options.y.kind, options.y.names),
      ],
      series: [{}, { show: true, stroke: "transparent", width: 0, points: { show: false }, paths: () => null }],
      cursor: {
        y: false,
        points: { show: false },
        drag: { x: true, y: false, dist: LEAST_DRAG, setScale: false },
        move: (plot, left, top) => {
          if (left < 0 || this.isPressed) return [left, top];
          return [plot.valToPos(options.snap(plot.posToVal(left, "x")), "x"), top];
        },
        bind: { dblclick: () => () => (options.selected(null), null) },
        ...(options.sync
          ? { sync: { key: options.sync, scales: ["x", null], setSeries: false, filters: { pub: isMove } } }
          : {}),
      },
      hooks: {
        setCursor: [
          (plot) =>
            options.pointed(this, (plot.cursor.left ?? -1) < 0 ? null : plot.posToVal(plot.cursor.left as number, "x")),
        ],
        setSelect: [(plot) => this.select(plot)],
        draw: [() => this.paint()],
      },
    };
  }

  private paint(): void {
    if (!this.chart as boolean) return; // uPlot draws once while it is made
    const { context, frame } = this;
    context.save();
    context.beginPath();
    context.rect(frame.left, frame.top, frame.width, frame.height);
    context.clip();
    this.options.draw(this);
    context.restore();
  }

  private select(plot: uPlot): void {
    const { left, width } = plot.select;
    if (width < LEAST_DRAG) return;
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    this.options.selected([plot.posToVal(left, "x"), plot.posToVal(left + width, "x")]);
  }
}
