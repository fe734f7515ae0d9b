/** What pens share to tell a panel in words: a table, CSV, sentences. */
import { html, nothing, type TemplateResult } from "lit";
import { extentOf } from "../chart/strokes";
import { csvField } from "../csv";
import * as format from "../format";
import type { Mark, PanelData } from "./data";

/** A cell: a text stands left, a number right; null is missing; a link opens a run. */
export type Cell = string | number | null | undefined | { text: string; address: string | null };

const MOST_ROWS = 2000;

/** Show rows below their heads; heads of numbers stand right. Decimals are shared within a column. */
export function tableOf(heads: readonly string[], rows: readonly (readonly Cell[])[]): TemplateResult {
  const shown = rows.slice(0, MOST_ROWS);
  const isNumber = heads.map((_, column) => shown.some((row) => typeof row[column] === "number"));
  const decimals = heads.map((_, column) =>
    format.sharedDecimals(shown.map((row) => (typeof row[column] === "number" ? row[column] : null))),
  );
  return html`<div class="table-scroll" tabindex="0" role="region" aria-label="Values">
    <table class="table dense">
      <thead>
        <tr>
          ${heads.map((head, column) => html`<th class=${isNumber[column] ? "n" : ""}>${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${shown.map(
          (row) =>
            html`<tr>
              ${row.map((cell, column) => (isNumber[column] ? html`<td class="n">${written(cell, decimals[column])}</td>` : html`<td>${told(cell)}</td>`))}
            </tr>`,
        )}
      </tbody>
    </table>
    ${rows.length > MOST_ROWS ? html`<p class="muted xs">The first ${format.count(MOST_ROWS)} of ${format.count(rows.length)} rows. The CSV has all of them.</p>` : nothing}
  </div>`;
}

/** Write rows as CSV, every number with all the digits it came with. */
export function csvOf(heads: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [heads, ...rows].map((row) => row.map(quoted).join(",")).join("\n") + "\n";
}

/** A value with the digits that its spread leaves meaning: `81.51 ± 0.77`. */
export function significant(value: number, spread: number | null): number {
  if (!spread) return value;
  return Number(value.toFixed(Math.min(Math.max(0, 1 - Math.floor(Math.log10(spread))), 12)));
}

/** The name of a mark, linked to its run. */
export function named(mark: Mark | undefined): Cell {
  return mark ? { text: mark.label, address: mark.address } : "";
}

/** “4 groups”, “1 run”. */
export function counted(data: PanelData): string {
  const count = data.marks.length;
  const word = data.marks.some((mark) => mark.id.startsWith("group:")) ? "group" : "run";
  return `${format.count(count)} ${word}${count === 1 ? "" : "s"}`;
}

/** “from 0.1 to 2.5”, nothing where there is no number. */
export function ranged(values: Iterable<number>): string {
  const found = extentOf([Float64Array.from(values)], 0, Infinity);
  if (!found) return "";
  const [low, high] = found;
  return low === high ? format.number(low) : `from ${format.number(low)} to ${format.number(high)}`;
}

function written(cell: Cell, decimals: number | undefined): unknown {
  if (typeof cell === "number") return format.number(Number.isNaN(cell) ? null : cell, decimals);
  return cell === null || cell === undefined ? format.MISSING : told(cell);
}

function told(cell: Cell): unknown {
  if (cell === null || cell === undefined) return format.MISSING;
  if (typeof cell === "object") return cell.address ? html`<a href=${cell.address}>${cell.text}</a>` : cell.text;
  return typeof cell === "number" ? format.number(cell) : cell;
}

/** A cell of CSV, in which a spreadsheet finds no formula. */
function quoted(cell: Cell): string {
  if (typeof cell === "number") return Number.isNaN(cell) ? "" : String(single(cell));
  const text = cell === null || cell === undefined ? "" : typeof cell === "object" ? cell.text : cell;
  return csvField(text);
}

/** The shortest number that is the same in single precision, in which most columns travel. */
function single(value: number): number {
  if (Math.fround(value) !== value) return value;
  const short = Number(value.toPrecision(7));
  return Math.fround(short) === value ? short : value;
}
