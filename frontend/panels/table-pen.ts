/** Shows a table that a run logged: sorted by its heads, searched, read on as one scrolls. */
import { html, nothing, render, type TemplateResult } from "lit";
import * as format from "../format";
import { icon } from "../lit";
import type { Mark, PanelData } from "./data";
import type { MediaItem } from "./media-pen";
import type { Pen, PenContext, PenModule } from "./pens";
import { csvOf, tableOf } from "./words";

type Cell = string | number | boolean | null | MediaItem;

interface Body {
  columns: string[];
  rows: Cell[][];
  offset: number;
  matching_count: number;
  row_count: number;
  sort: number | null;
  is_descending: boolean;
  search: string;
  step: number;
  runs: Mark[];
}

const WINDOW = 100;
const AHEAD_PIXELS = 400;
const PAUSE_MILLISECONDS = 250;

class TablePen implements Pen {
  private rows: Cell[][] = [];
  private data: PanelData | null = null;
  private waitsFor = -1;
  private later: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly host: HTMLElement,
    private readonly context: PenContext,
  ) {
    host.classList.add("pen-scroll");
    host.addEventListener("scroll", this.scrolled, { passive: true });
  }

  show(data: PanelData): void {
    const body = bodyOf(data);
    this.rows = body.offset > 0 && body.offset === this.rows.length ? [...this.rows, ...body.rows] : [...body.rows];
    this.data = data;
    this.waitsFor = -1;
    this.draw(body);
  }

  resize(): void {
    this.scrolled();
  }

  repaint(): void {} // colours are the page's

  highlight(): void {} // one run is shown

  destroy(): void {
    clearTimeout(this.later);
    this.host.removeEventListener("scroll", this.scrolled);
    render(nothing, this.host);
    this.host.classList.remove("pen-scroll");
  }

  private readonly scrolled = (): void => {
    const { host, data } = this;
    if (!data || host.scrollTop + host.clientHeight < host.scrollHeight - AHEAD_PIXELS) return;
    const body = bodyOf(data);
    const next = this.rows.length;
    if (next >= body.matching_count || this.waitsFor === next) return;
    this.waitsFor = next;
    this.ask(body, { offset: next });
  };

  private ask(body: Body, changed: Record<string, unknown>): void {
    const sort = body.sort === null ? null : body.columns[body.sort];
    const now = { sort, descending: body.is_descending, search: body.search, limit: WINDOW, offset: 0 };
    this.context.ask({ table: { ...now, ...changed } });
  }

  private sortBy(body: Body, column: number): void {
    const isSorted = body.sort === column;
    this.host.scrollTop = 0;
    if (isSorted && body.is_descending) this.ask(body, { sort: null, descending: false });
    else this.ask(body, { sort: body.columns[column], descending: isSorted });
  }

  private findSoon(body: Body, search: string): void {
    clearTimeout(this.later);
    this.later = setTimeout(() => this.ask(body, { search }), PAUSE_MILLISECONDS);
  }

  private draw(body: Body): void {
    const numbers = body.columns.map((_, column) => this.rows.some((row) => typeof row[column] === "number"));
    render(
      html`<div class="pen-bar row">
          <input
            class="input small"
            type="search"
            placeholder="Filter rows"
            aria-label="Filter rows"
            .value=${body.search}
            @input=${(event: Event) => this.findSoon(body, (event.target as HTMLInputElement).value)}
          />
          ${body.runs.length > 1 ? this.runPicker(body) : nothing}
          <span class="push faint xs num">${counted(body)}</span>
        </div>
        <table class="table dense">
          <thead>
            <tr>
              ${body.columns.map((name, column) => this.head(body, name, column, numbers[column] ?? false))}
            </tr>
          </thead>
          <tbody>
            ${this.rows.map(
              (row) =>
                html`<tr>
                  ${row.map((cell, column) => html`<td class=${numbers[column] ? "n" : ""}>${shown(cell)}</td>`)}
                </tr>`,
            )}
          </tbody>
        </table>
        <p class="faint xs pen-foot num">
          ${body.matching_count ? `Rows 1 to ${format.count(this.rows.length)} of ${format.count(body.matching_count)}, read as you scroll` : `No row holds “${body.search}”.`}
        </p>`,
      this.host,
    );
  }

  private head(body: Body, name: string, column: number, isNumber: boolean): TemplateResult {
    const isSorted = body.sort === column;
    const direction = isSorted ? (body.is_descending ? "descending" : "ascending") : nothing;
    return html`<th scope="col" class=${isNumber ? "n" : ""} aria-sort=${direction}>
      <button type="button" class="headsort" @click=${() => this.sortBy(body, column)}>
        ${name}${isSorted ? icon(body.is_descending ? "arrow-down" : "arrow-up", "small") : nothing}
      </button>
    </th>`;
  }

  private runPicker(body: Body): TemplateResult {
    const drawn = this.data?.marks[0]?.run;
    return html`<select
      class="select small"
      aria-label="Run"
      @change=${(event: Event) => this.context.ask({ run: (event.target as HTMLSelectElement).value, table: null })}
    >
      ${body.runs.map((mark) => html`<option value=${mark.run ?? ""} ?selected=${mark.run === drawn}>${mark.label}</option>`)}
    </select>`;
  }
}

function counted(body: Body): string {
  const all = format.count(body.row_count);
  return body.matching_count === body.row_count ? `${all} rows` : `${format.count(body.matching_count)} of ${all} rows`;
}

function shown(cell: Cell): unknown {
  if (cell === null) return format.MISSING;
  if (typeof cell === "number") return format.number(cell);
  if (typeof cell !== "object") return String(cell);
  if (cell.kind !== "image" || !cell.address) {
    return cell.address
      ? html`<a class="link" href=${cell.address} target="_blank" rel="noopener">${cell.name}</a>`
      : cell.name;
  }
  return html`<img class="cellpic" loading="lazy" src=${cell.address} alt=${cell.caption || cell.name} />`;
}

const bodyOf = (data: PanelData) => data.body as Body;
const plain = (cell: Cell) =>
  cell !== null && typeof cell === "object" ? cell.name : typeof cell === "boolean" ? String(cell) : cell;
const list = (data: PanelData) => bodyOf(data).rows.map((row) => row.map(plain));

export const isReadable = true;
export const make: PenModule["make"] = (host, context) => new TablePen(host, context);
export const isEmpty = (data: PanelData): boolean => !data.body;
export const table = (data: PanelData): TemplateResult => tableOf(bodyOf(data).columns, list(data));
export const csv = (data: PanelData): string => csvOf(bodyOf(data).columns, list(data));
export const told = (data: PanelData): string =>
  `${data.title}, a table of ${format.count(bodyOf(data).row_count)} rows and ${bodyOf(data).columns.length} columns.`;
