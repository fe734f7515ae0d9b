/** What the preview draws, in figures: one row per line, its last, lowest and highest value. */
import { html, nothing, type TemplateResult } from "lit";
import * as format from "../../format";
import { properties } from "../../lit";
import type { LinesBody, Mark, PanelData, PanelLine } from "../../panels/data";

const MOST_ROWS = 12;

interface Row {
  mark: Mark;
  key: string;
  last: format.Value;
  low: number | null;
  high: number | null;
}

/** Return the table below the preview; nothing for kinds that draw no lines. */
export function summary(data: PanelData): TemplateResult | typeof nothing {
  if (data.kind !== "line") return nothing;
  const { lines } = data.body as LinesBody;
  const rows = lines.flatMap((line) => row(line, data.marks));
  if (!rows.length) return nothing;
  const severalKeys = new Set(rows.map(({ key }) => key)).size > 1;
  const hasGroups = data.marks.some((mark) => mark.run === null);
  const decimals = format.sharedDecimals(rows.map(({ last }) => rounded(last)));
  const shown = rows.slice(0, MOST_ROWS);
  return html`<section class="card">
    <table class="table dense">
      <thead>
        <tr>
          <th>${hasGroups ? "Group" : "Run"}</th>
          ${severalKeys ? html`<th>Key</th>` : nothing} ${hasGroups ? html`<th class="n">Runs</th>` : nothing}
          <th class="n">Last</th>
          <th class="n">Lowest</th>
          <th class="n">Highest</th>
        </tr>
      </thead>
      <tbody>
        ${shown.map(
          ({ mark, key, last, low, high }) =>
            html`<tr>
              <td><span class="swatch" data-series=${mark.slot} ${colouring(mark)}></span>${mark.label}</td>
              ${severalKeys ? html`<td class="mono">${key}</td>` : nothing}
              ${hasGroups ? html`<td class="n">${format.count(mark.run_count)}</td>` : nothing}
              <td class="n">${format.number(rounded(last), decimals)}</td>
              <td class="n">${format.number(low, decimals)}</td>
              <td class="n">${format.number(high, decimals)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
    ${rows.length > MOST_ROWS ? html`<p class="faint xs tablefoot">${format.count(rows.length - MOST_ROWS)} more lines</p>` : nothing}
  </section>`;
}

function row(line: PanelLine, marks: readonly Mark[]): Row[] {
  const mark = marks[line.mark];
  if (!mark) return [];
  const drawn = line.original ?? line.y;
  const [low, high] = [least(line.low ?? drawn, Math.min), least(line.high ?? drawn, Math.max)];
  return [{ mark, key: line.key, last: line.last, low, high }];
}

function least(values: Float64Array, pick: (...values: number[]) => number): number | null {
  const found = values.reduce((best, value) => (Number.isFinite(value) ? pick(best, value) : best), start(pick));
  return Number.isFinite(found) ? found : null;
}

function start(pick: (...values: number[]) => number): number {
  return pick === Math.min ? Infinity : -Infinity;
}

/** Five digits, so that a column of measured values is not as long as its noisiest one. */
function rounded(value: format.Value): format.Value {
  const read = format.parsed(value);
  return read === null || !Number.isFinite(read) ? value : Number(read.toPrecision(4));
}

function colouring(mark: Mark) {
  return properties(mark.colour ? { "--c": mark.colour } : {});
}
