/** Shows one large number, or one for each group. */
import { html, nothing, render, type TemplateResult } from "lit";
import * as format from "../format";
import { properties } from "../lit";
import type { Mark, PanelData } from "./data";
import type { Pen, PenContext, PenModule } from "./pens";
import { type Cell, csvOf, named, significant, tableOf } from "./words";

/** `mark` is null for a number of all runs; `holder` is the run whose extreme it is. */
export interface Scalar {
  mark: number | null;
  key: string;
  value: number;
  spread: number | null;
  low: number | null;
  high: number | null;
  count: number;
  holder: Mark | null;
}

export interface ScalarsBody {
  numbers: Scalar[];
  unit: string;
  has_keys: boolean;
}

class ScalarPen implements Pen {
  private data: PanelData | null = null;
  private front: string | null = null;

  constructor(
    private readonly host: HTMLElement,
    private readonly context: PenContext,
  ) {}

  show(data: PanelData): void {
    this.data = data;
    this.draw();
  }

  resize(): void {} // laid out by the style sheet

  repaint(): void {} // coloured by the style sheet

  highlight(mark: string | null): void {
    this.front = mark;
    this.draw();
  }

  destroy(): void {
    render(nothing, this.host);
  }

  private draw(): void {
    if (!this.data) return;
    const { numbers } = bodyOf(this.data);
    const decimals = format.sharedDecimals(numbers.map(({ value, spread }) => significant(value, spread)));
    render(
      html`<div
        class="scalars"
        data-count=${numbers.length === 1 ? "one" : "many"}
        tabindex="0"
        role="region"
        aria-label="Values"
      >
        ${numbers.map((number) => this.number(number, decimals))}
      </div>`,
      this.host,
    );
  }

  private number(number: Scalar, decimals: number): TemplateResult {
    const data = this.data as PanelData;
    const { unit, has_keys } = bodyOf(data);
    const mark = number.mark === null ? null : (data.marks[number.mark] ?? null);
    const digits = bodyOf(data).numbers.length > 1 || number.spread !== null ? decimals : undefined;
    return html`<div
      class="scalar"
      data-series=${mark && !mark.colour ? mark.slot : nothing}
      ?data-front=${mark !== null && mark.id === this.front}
      ${properties({ "--c": mark?.colour ?? "" })}
      @pointerenter=${() => mark && this.context.point(mark.id)}
      @pointerleave=${() => this.context.point(null)}
    >
      <p class="figure num">
        ${format.number(number.value, digits)}${unit ? html`<span class="unit">&thinsp;${unit}</span>` : nothing}
        ${number.spread === null ? nothing : html`<span class="spread">±&nbsp;${format.number(number.spread, digits)}</span>`}
      </p>
      <p class="whose">
        ${mark ? html`<span class="swatch"></span>${nameOf(mark)}` : nothing}
        ${has_keys ? html`<span>${number.key}</span>` : nothing} ${number.holder ? nameOf(number.holder) : nothing}
        ${number.low === null ? nothing : html`<span class="num">${format.number(number.low)} to ${format.number(number.high)}</span>`}
        ${number.count > 1 ? html`<span class="faint num">${format.count(number.count)} runs</span>` : nothing}
      </p>
    </div>`;
  }
}

function nameOf(mark: Mark): TemplateResult {
  return mark.address
    ? html`<a class="cut" href=${mark.address}>${mark.label}</a>`
    : html`<span class="cut">${mark.label}</span>`;
}

const bodyOf = (data: PanelData) => data.body as ScalarsBody;

export const make: PenModule["make"] = (host, context) => new ScalarPen(host, context);
export const isReadable = true;
export const isEmpty = (data: PanelData): boolean => !bodyOf(data).numbers.length;

export function table(data: PanelData): TemplateResult {
  return tableOf(HEADS, cellsOf(data));
}

export function csv(data: PanelData): string {
  return csvOf(HEADS, cellsOf(data));
}

export function told(data: PanelData): string {
  const { numbers, unit } = bodyOf(data);
  const said = numbers.slice(0, 3).map((number) => {
    const mark = number.mark === null ? undefined : data.marks[number.mark];
    return `${number.key} ${format.number(number.value)}${unit && ` ${unit}`}${mark ? ` of ${mark.label}` : ""}`;
  });
  return `${said.join(", ")}${numbers.length > 3 ? ` and ${numbers.length - 3} more` : ""}. T shows a table.`;
}

const HEADS = ["Name", "Key", "Value", "Spread", "Lowest", "Highest", "Runs"];

function cellsOf(data: PanelData): Cell[][] {
  return bodyOf(data).numbers.map((number) => [
    number.mark === null ? "All runs" : named(data.marks[number.mark]),
    number.key,
    number.value,
    number.spread,
    number.low,
    number.high,
    number.count,
  ]);
}
