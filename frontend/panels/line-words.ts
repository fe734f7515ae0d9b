/** A line panel in words: its table, its CSV, its text alternative. */
import { html, nothing, type TemplateResult } from "lit";
import { axisValue } from "../chart/axes";
import { extentOf } from "../chart/strokes";
import { csvField } from "../csv";
import * as format from "../format";
import type { LinesBody, PanelData, PanelLine } from "./data";
import { labelOf } from "./marks";

const MOST_ROWS = 2000;
const MOST_COLUMNS = 24;

interface Named {
  line: PanelLine;
  name: string;
}

/** One row for each x and a column for each line; where lines differ in x, one row for each value. */
export function table(data: PanelData): TemplateResult {
  const { x } = data.body as LinesBody;
  const named = namedLines(data);
  const first = named[0]?.line.x;
  const isWide = named.length <= MOST_COLUMNS && named.every(({ line }) => isSame(line.x, first));
  const rows = isWide ? wideRows(named) : longRows(named);
  const heads = isWide ? named.flatMap(columnsOf) : ["Line", "Value", "min", "max"];
  return html`<div class="table-scroll" tabindex="0" role="region" aria-label="Values">
    <table class="table dense">
      <thead>
        <tr>
          <th class="n">${axisName(data)}</th>
          ${heads.map((head) => html`<th class=${head === "Line" ? "" : "n"}>${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.slice(0, MOST_ROWS).map(
          ([at, ...cells]) =>
            html`<tr>
              <td class="n faint">${axisValue(x.kind, at as number)}</td>
              ${cells.map((cell) => (typeof cell === "string" ? html`<td>${cell}</td>` : html`<td class="n">${written(cell)}</td>`))}
            </tr>`,
        )}
      </tbody>
    </table>
    ${rows.length > MOST_ROWS ? html`<p class="muted xs">The first ${format.count(MOST_ROWS)} of ${format.count(rows.length)} rows. The CSV has all of them.</p>` : nothing}
  </div>`;
}

/** Write columns as CSV: line, key, x, value, min, max, original. */
export function csv(data: PanelData): string {
  const { x } = data.body as LinesBody;
  const rows = namedLines(data).flatMap(({ line }) =>
    Array.from(line.x, (at, index) =>
      [
        csvField(line.run || (data.marks[line.mark]?.label ?? "")),
        csvField(line.key),
        at,
        plain(line.y[index]),
        plain(line.low?.[index]),
        plain(line.high?.[index]),
        plain(line.original?.[index]),
      ].join(","),
    ),
  );
  return [`run,key,${csvField(x.key)},value,min,max,original`, ...rows].join("\n") + "\n";
}

/** Keys, number of lines and ranges, in a sentence. */
export function told(data: PanelData): string {
  const { x, lines } = data.body as LinesBody;
  const keys = [...new Set(lines.map((line) => line.key))];
  const finite = extentOf(
    lines.flatMap((line) => [line.y, line.low, line.high]),
    0,
    Infinity,
  );
  const along = extentOf(
    lines.map((line) => line.x),
    0,
    Infinity,
  );
  const isGrouped = data.marks.some((mark) => mark.id.startsWith("group:"));
  const count = `${format.count(data.marks.length)} ${isGrouped ? "groups" : data.marks.length === 1 ? "run" : "runs"}`;
  const parts = [
    `${keys.slice(0, 3).join(", ")}${keys.length > 3 ? ` and ${keys.length - 3} more keys` : ""}, ${count}`,
  ];
  if (finite) parts.push(`from ${format.number(finite[0])} to ${format.number(finite[1])}`);
  if (along)
    parts.push(
      `along ${axisName(data).toLowerCase()} ${axisValue(x.kind, along[0])} to ${axisValue(x.kind, along[1])}`,
    );
  return `${parts.join(", ")}. T shows a table.`;
}

function namedLines(data: PanelData): Named[] {
  const { lines } = data.body as LinesBody;
  const withKey = new Set(lines.map((line) => line.key)).size > 1;
  return lines.flatMap((line) => {
    const mark = data.marks[line.mark];
    return mark ? [{ line, name: labelOf(mark, line, withKey) }] : [];
  });
}

function axisName(data: PanelData): string {
  const { x } = data.body as LinesBody;
  return x.label || x.key;
}

function columnsOf({ line, name }: Named): string[] {
  return line.low ? [name, "min", "max"] : [name];
}

type Row = (number | string | undefined)[];

function wideRows(named: readonly Named[]): Row[] {
  return Array.from(named[0]?.line.x ?? [], (at, index) => [
    at,
    ...named.flatMap(({ line }) => (line.low ? [line.y[index], line.low[index], line.high?.[index]] : [line.y[index]])),
  ]);
}

function longRows(named: readonly Named[]): Row[] {
  return named.flatMap(({ line, name }) =>
    Array.from(line.x, (at, index) => [at, name, line.y[index], line.low?.[index], line.high?.[index]]),
  );
}

function isSame(a: Float64Array, b: Float64Array | undefined): boolean {
  return a === b || (b?.length === a.length && a.every((value, index) => value === b[index]));
}

function written(value: number | undefined): string {
  return value === undefined ? "" : format.number(value);
}

function plain(value: number | undefined): string {
  return value === undefined ? "" : String(value);
}
