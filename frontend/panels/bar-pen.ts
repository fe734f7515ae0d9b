/** Draws bars, dots with ranges, boxes and violins: names left, values right; or upright, names below. */
import { html, nothing, render, type SVGTemplateResult, svg, type TemplateResult } from "lit";
import { airyRange, linearTicks } from "../chart/ticks";
import * as format from "../format";
import { properties } from "../lit";
import type { Axis, Mark, PanelData } from "./data";
import type { Pen, PenContext, PenModule } from "./pens";
import { PointTip, type TipRow } from "./point-tip";
import { type Cell, counted, csvOf, named, ranged, significant, tableOf } from "./words";

export interface Box {
  low: number;
  lower: number;
  median: number;
  upper: number;
  high: number;
  outliers: Float64Array;
  outlier_count: number;
}

/** `low` and `high` are the ends of the whiskers, `spread` the deviation or error that they are. */
export interface Bar {
  mark: number;
  key: string;
  value: number;
  low: number | null;
  high: number | null;
  spread: number | null;
  count: number;
  box: Box | null;
  density_at: Float64Array | null;
  density: Float64Array | null;
}

export interface BarsBody {
  axis: Axis;
  bars: Bar[];
  plot: "bar" | "dots" | "boxplot" | "violin";
  area: string;
  is_vertical: boolean;
  has_keys: boolean;
}

const TICK_WIDTH = 40;

class BarPen implements Pen {
  private readonly tip: PointTip;
  private data: PanelData | null = null;
  private front: string | null = null;

  constructor(
    private readonly host: HTMLElement,
    private readonly context: PenContext,
  ) {
    this.tip = new PointTip(host);
  }

  show(data: PanelData): void {
    this.data = data;
    this.draw();
  }

  /** Laid out by the style sheet, but for how many ticks fit. */
  resize(): void {
    this.draw();
  }

  repaint(): void {} // coloured by the style sheet

  highlight(mark: string | null): void {
    this.front = mark;
    this.draw();
  }

  destroy(): void {
    render(nothing, this.host);
    this.tip.destroy();
  }

  private draw(): void {
    if (!this.data) return;
    const body = bodyOf(this.data);
    const hasFront = this.data.marks.some((mark) => mark.id === this.front);
    const [low, high] = rangeOf(body);
    const ticks = linearTicks(low, high, body.is_vertical ? 4 : this.fitting());
    const along = (value: number) => (value - low) / (high - low);
    const decimals = decimalsOf(body.bars);
    render(
      html`<div
        class="bar-chart"
        ?data-vertical=${body.is_vertical}
        ?data-dimmed=${hasFront}
        tabindex="0"
        role="region"
        aria-label=${told(this.data)}
        ${properties(widthsOf(this.data, decimals))}
        @pointerleave=${() => this.leave()}
      >
        <div class="bar-rows" role="list">
          ${body.bars.map((bar, index) => this.row(bar, index, along, ticks, decimals))}
        </div>
        <div class="bar-scale num" aria-hidden="true">
          <div>
            ${ticks.map((tick) => html`<span ${properties({ "--at": percent(along(tick)) })}>${format.tick(tick, stepOf(ticks))}</span>`)}
          </div>
        </div>
      </div>`,
      this.host,
    );
  }

  private fitting(): number {
    return Math.max(2, Math.min(5, Math.floor(this.host.clientWidth / 2 / TICK_WIDTH)));
  }

  private row(bar: Bar, index: number, along: Along, ticks: readonly number[], decimals: Decimals): TemplateResult {
    const data = this.data as PanelData;
    const body = bodyOf(data);
    const mark = data.marks[bar.mark] as Mark;
    const isSame = body.has_keys && index > 0 && body.bars[index - 1]?.mark === bar.mark;
    const digits = decimals.get(bar.key);
    return html`<div
      class="bar-row"
      role="listitem"
      data-series=${mark.colour ? nothing : mark.slot}
      data-dash=${mark.colour || mark.dash === 1 ? nothing : mark.dash}
      ?data-front=${mark.id === this.front}
      @pointermove=${(event: PointerEvent) => this.hover(event, bar, mark)}
      ${properties({ "--c": mark.colour ?? "" })}
    >
      <span class="name"
        >${isSame ? nothing : label(mark)}${body.has_keys ? html`<span class="faint cut">${bar.key}</span>` : nothing}</span
      >
      <span class="track" aria-hidden="true">
        ${ticks.map((tick) => html`<u ?data-zero=${tick === 0} ${properties({ "--at": percent(along(tick)) })}></u>`)}
        ${shapeOf(bar, body, along)}
      </span>
      <span class="value num"
        >${format.number(valueOf(bar), digits)}<span class="faint">${spreadOf(bar, digits)}</span></span
      >
    </div>`;
  }

  private hover(event: PointerEvent, bar: Bar, mark: Mark): void {
    this.context.point(mark.id);
    const rows = rowsOf(bar);
    if (!rows.length) {
      this.tip.hide();
      return;
    }
    const box = this.host.getBoundingClientRect();
    const count = mark.run_count > 1 || bar.count > 1 ? `${format.count(bar.count)} runs` : "";
    this.tip.show({ left: event.clientX - box.left, top: event.clientY - box.top }, [mark.label, count], rows);
  }

  private leave(): void {
    this.context.point(null);
    this.tip.hide();
  }
}

/** How wide the names and the values are, in characters. */
function widthsOf(data: PanelData, decimals: Decimals): Record<string, string> {
  const { bars, has_keys } = bodyOf(data);
  const names = data.marks.map((mark) => mark.label.length + (mark.run_count > 1 ? 4 : 0));
  const keys = has_keys ? bars.map((bar) => bar.key.length + 2) : [0];
  const values = bars.map((bar) => {
    const digits = decimals.get(bar.key);
    return `${format.number(valueOf(bar), digits)}${spreadOf(bar, digits)}`.length;
  });
  return {
    "--rows": String(bars.length),
    "--name": `${Math.max(...names) * 0.9 + Math.max(...keys) * 0.9 + 1}ch`,
    "--value": `${Math.max(...values) + 1}ch`,
  };
}

const spreadOf = (bar: Bar, digits: number | undefined) =>
  bar.spread === null ? "" : `\u00a0± ${format.number(bar.spread, digits)}`;

type Decimals = ReadonlyMap<string, number>;

/** The decimals that the bars of each metric share. */
function decimalsOf(bars: readonly Bar[]): Decimals {
  const keys = [...new Set(bars.map((bar) => bar.key))];
  const shared = (key: string) =>
    format.sharedDecimals(bars.filter((bar) => bar.key === key).map((bar) => significant(valueOf(bar), bar.spread)));
  return new Map(keys.map((key) => [key, shared(key)]));
}

/** The range of the axis: bars begin at zero, everything else fits. */
export function rangeOf({ axis, bars, plot }: BarsBody): [number, number] {
  const values = bars.flatMap((bar) => [
    ...(bar.box ? [bar.box.low, bar.box.high, ...bar.box.outliers] : [bar.value, bar.low, bar.high]),
    ...(bar.density_at ? [bar.density_at[0], bar.density_at[bar.density_at.length - 1]] : []),
  ]);
  const known = values.filter((value): value is number => typeof value === "number" && Number.isFinite(value));
  const [least, most] = known.length ? [Math.min(...known), Math.max(...known)] : [0, 1];
  const fitted = airyRange(least, most);
  const air = Math.max(Math.abs(least), Math.abs(most)) * 0.04;
  const wanted: [number, number] =
    plot === "bar" ? [least < 0 ? least - air : 0, most > 0 ? most + air : 0] : [fitted[0], fitted[1]];
  const range: [number, number] = [axis.low ?? wanted[0], axis.high ?? wanted[1]];
  return range[0] < range[1] ? range : [range[0], range[0] + (Math.abs(range[0]) || 1)];
}

/** From a value to its place on the axis, 0 to 1. */
type Along = (value: number) => number;

const percent = (place: number): string => `${(place * 100).toFixed(3)}%`;

function shapeOf(bar: Bar, body: BarsBody, along: Along): unknown {
  const place = (value: number) => percent(along(value));
  if (bar.box)
    return [
      body.plot === "violin" ? violin(bar, body.is_vertical, along) : nothing,
      boxOf(bar.box, place, body.plot === "violin"),
    ];
  const ends = bar.low === null || bar.high === null ? null : { "--from": place(bar.low), "--to": place(bar.high) };
  const whisker = ends && bar.low !== bar.high ? html`<b class="whisker" ${properties(ends)}></b>` : nothing;
  if (body.plot === "dots") return html`${whisker}<em class="dot" ${properties({ "--at": place(bar.value) })}></em>`;
  const [from, to] = bar.value < 0 ? [bar.value, 0] : [0, bar.value];
  return html`<i
      class="bar"
      ?data-negative=${bar.value < 0}
      ${properties({ "--from": place(from), "--to": place(to) })}
    ></i
    >${whisker}`;
}

function boxOf(box: Box, place: (value: number) => string, isThin: boolean): TemplateResult {
  return html`<b class="whisker" ${properties({ "--from": place(box.low), "--to": place(box.high) })}></b>
    <i class="box" ?data-thin=${isThin} ${properties({ "--from": place(box.lower), "--to": place(box.upper) })}></i>
    <s class="median" ${properties({ "--at": place(box.median) })}></s>
    ${isThin ? nothing : Array.from(box.outliers, (at) => html`<em class="outlier" ${properties({ "--at": place(at) })}></em>`)}`;
}

/** The outline of a density: as wide as the row where it is densest, along the axis of values. */
function violin(bar: Bar, isVertical: boolean, along: Along): TemplateResult | typeof nothing {
  const { density_at: at, density } = bar;
  if (!at || !density) return nothing;
  const most = Math.max(...density);
  const points = Array.from(at, (value, index) => {
    const place = along(value) * 1000;
    const across = ((density[index] ?? 0) / most) * 48;
    return isVertical ? [50 - across, 1000 - place, 50 + across] : [place, 50 - across, 50 + across];
  });
  const there = points.map((point) => `${point[0]} ${point[1]}`);
  const back = points.map((point) => (isVertical ? `${point[2]} ${point[1]}` : `${point[0]} ${point[2]}`));
  const path: SVGTemplateResult = svg`<path d=${`M${[...there, ...back.reverse()].join("L")}Z`}></path>`;
  const size = isVertical ? "0 0 100 1000" : "0 0 1000 100";
  return html`<svg class="violin" viewBox=${size} preserveAspectRatio="none">${path}</svg>`;
}

function rowsOf(bar: Bar): TipRow[] {
  const told = (name: string, value: number | null): TipRow[] =>
    value === null ? [] : [{ name, value: format.number(value) }];
  if (bar.box) {
    const { box } = bar;
    const outliers = box.outlier_count ? [{ name: "outliers", value: format.count(box.outlier_count) }] : [];
    return [
      ...told("upper whisker", box.high),
      ...told("upper quartile", box.upper),
      ...told("median", box.median),
      ...told("lower quartile", box.lower),
      ...told("lower whisker", box.low),
      ...outliers,
    ];
  }
  return bar.low === null ? [] : [...told("to", bar.high), ...told(bar.key, bar.value), ...told("from", bar.low)];
}

function label(mark: Mark): TemplateResult {
  const name = mark.address
    ? html`<a class="cut" href=${mark.address} title=${mark.label}>${mark.label}</a>`
    : html`<span class="cut" title=${mark.label}>${mark.label}</span>`;
  return html`${name}${mark.run_count > 1 ? html`<span class="faint num">${format.count(mark.run_count)}</span>` : nothing}`;
}

const valueOf = (bar: Bar): number => bar.box?.median ?? bar.value;

function stepOf(ticks: readonly number[]): number {
  return ticks.length > 1 ? (ticks[1] as number) - (ticks[0] as number) : Math.abs(ticks[0] ?? 1);
}

const bodyOf = (data: PanelData) => data.body as BarsBody;

export const make: PenModule["make"] = (host, context) => new BarPen(host, context);
export const isReadable = true;
export const isEmpty = (data: PanelData): boolean => !bodyOf(data).bars.length;

export function table(data: PanelData): TemplateResult {
  const [heads, rows] = cellsOf(data);
  return tableOf(heads, rows);
}

export function csv(data: PanelData): string {
  const [heads, rows] = cellsOf(data);
  return csvOf(heads, rows);
}

export function told(data: PanelData): string {
  const { bars } = bodyOf(data);
  const keys = [...new Set(bars.map((bar) => bar.key))].join(", ");
  const parts = [keys, counted(data), ranged(bars.map(valueOf))].filter(Boolean);
  return `${parts.join(", ")}. T shows a table.`;
}

function cellsOf(data: PanelData): [string[], Cell[][]] {
  const { bars, area, plot } = bodyOf(data);
  const isBox = plot === "boxplot" || plot === "violin";
  const heads = ["Name", "Key", "Value", "Runs"];
  if (isBox) heads.push("Lowest", "Lower quartile", "Median", "Upper quartile", "Highest", "Outliers");
  else if (area !== "none") heads.push("From", "To");
  const rows = bars.map((bar) => {
    const row: Cell[] = [named(data.marks[bar.mark]), bar.key, bar.value, bar.count];
    const { box } = bar;
    if (isBox) row.push(box?.low, box?.lower, box?.median, box?.upper, box?.high, box?.outlier_count);
    else if (area !== "none") row.push(bar.low, bar.high);
    return row;
  });
  return [heads, rows];
}
