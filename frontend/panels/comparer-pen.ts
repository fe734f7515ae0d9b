/** Shows runs side by side: a row for each key, a column for each run; what differs is marked. */
import { html, nothing, render, type TemplateResult } from "lit";
import * as format from "../format";
import type { PanelData } from "./data";
import type { Pen, PenContext, PenModule } from "./pens";
import { type Cell, csvOf, tableOf } from "./words";

interface Row {
  section: string;
  key: string;
  values: (string | number | boolean | null)[];
  differs: boolean;
}

interface Body {
  rows: Row[];
  differing_count: number;
  is_only_differing: boolean;
}

class ComparerPen implements Pen {
  private search = "";
  private data: PanelData | null = null;

  constructor(
    private readonly host: HTMLElement,
    private readonly context: PenContext,
  ) {
    host.classList.add("pen-scroll");
  }

  show(data: PanelData): void {
    this.data = data;
    this.draw();
  }

  resize(): void {} // the page lays it out

  repaint(): void {} // colours are the page's

  highlight(): void {} // columns stay where they are

  destroy(): void {
    render(nothing, this.host);
    this.host.classList.remove("pen-scroll");
  }

  private draw(): void {
    const { data } = this;
    if (!data) return;
    const body = bodyOf(data);
    const words = this.search.toLowerCase();
    const rows = body.rows.filter((row) => row.key.toLowerCase().includes(words));
    render(
      html`<div class="pen-bar row">
          <input
            class="input small"
            type="search"
            placeholder="Find a key"
            aria-label="Find a key"
            .value=${this.search}
            @input=${(event: Event) => this.find((event.target as HTMLInputElement).value)}
          />
          <label class="row xs"
            ><input
              type="checkbox"
              .checked=${body.is_only_differing}
              @change=${() => this.context.change({ diffOnly: body.is_only_differing ? undefined : "split" })}
            />Only what differs</label
          >
          <span class="push faint xs num">${format.count(body.differing_count)} differ</span>
        </div>
        <table class="table dense compared">
          <thead>
            <tr>
              <th scope="col">Key</th>
              ${data.marks.map(
                (mark) =>
                  html`<th scope="col" class="n">
                    <span class="swatch" data-series=${mark.slot}></span>
                    <a class="cut" href=${mark.address ?? nothing} title=${mark.label}>${mark.label}</a>
                  </th>`,
              )}
            </tr>
          </thead>
          ${sections(rows).map(
            ([section, some]) =>
              html`<tbody>
                <tr>
                  <th class="sub" scope="rowgroup" colspan=${data.marks.length + 1}>${section}</th>
                </tr>
                ${some.map(line)}
              </tbody>`,
          )}
        </table>
        ${rows.length ? nothing : html`<p class="muted">No key holds “${this.search}”.</p>`}`,
      this.host,
    );
  }

  private find(words: string): void {
    this.search = words;
    this.draw();
  }
}

function line(row: Row): TemplateResult {
  return html`<tr ?data-differs=${row.differs}>
    <th scope="row" class="mono cut" title=${row.key}>${row.key}</th>
    ${row.values.map((value) => html`<td class="n">${written(value)}</td>`)}
  </tr>`;
}

function written(value: Row["values"][number]): string {
  if (value === null) return format.MISSING;
  return typeof value === "number" ? format.number(value) : String(value);
}

function sections(rows: readonly Row[]): [string, Row[]][] {
  const found = new Map<string, Row[]>();
  for (const row of rows) found.set(row.section, [...(found.get(row.section) ?? []), row]);
  return [...found];
}

const bodyOf = (data: PanelData) => data.body as Body;
const heads = (data: PanelData) => ["Section", "Key", ...data.marks.map((mark) => mark.label)];
const list = (data: PanelData): Cell[][] =>
  bodyOf(data).rows.map((row) => [
    row.section,
    row.key,
    ...row.values.map((value) => (typeof value === "boolean" ? String(value) : value)),
  ]);

export const isReadable = true;
export const make: PenModule["make"] = (host, context) => new ComparerPen(host, context);
export const isEmpty = (data: PanelData): boolean => !(data.body as Body | null)?.rows.length;
export const table = (data: PanelData): TemplateResult => tableOf(heads(data), list(data));
export const csv = (data: PanelData): string => csvOf(heads(data), list(data));
export const told = (data: PanelData): string =>
  `${format.count(data.marks.length)} runs compared, ${format.count(bodyOf(data).differing_count)} keys differ.`;
