/** A chart in words: its tooltip, its table, its CSV. */
import { html, type TemplateResult } from "lit";
import type { Series } from "../api";
import { csvField } from "../csv";
import * as format from "../format";
import type { Line } from "./lines";
import type { Plot } from "./plot";

const MOST_HITS = 12;
const BESIDE = 14;

interface TipOptions {
  axis: "step" | "duration";
  slot: (line: Line, index: number) => { slot: number; dash: number };
}

interface Hit {
  line: Line;
  index: number;
  value: number;
}

/** Fill and place the tooltip: step, lines by value, the nearest one strong; beside the pointer, never on it. */
export function tip(box: HTMLElement, plot: Plot, at: number, options: TipOptions): void {
  const { lines, x } = plot.shown;
  const hits: Hit[] = lines
    .map((line, index) => ({ line, index, value: (line.smoothed ?? line.values)[at] as number }))
    .filter((hit) => Number.isFinite(hit.value))
    .sort((a, b) => b.value - a.value);
  const step = x[at] ?? 0;
  const head = element("div", "when");
  head.append(element("span", "", options.axis === "duration" ? format.duration(step) : `step ${format.count(step)}`));
  const nearest = nearestHit(plot, hits);
  const decimals = format.sharedDecimals(hits.map((hit) => hit.value));
  box.toggleAttribute("data-single", hits.length < 2);
  const rows = hits.slice(0, MOST_HITS).flatMap((hit) => row(hit, at, hit === nearest, decimals, options));
  box.replaceChildren(head, ...rows);
  if (hits.length > MOST_HITS) box.append(element("div", "more", `${hits.length - MOST_HITS} more`));
  if (!hits.length) box.append(element("div", "more", "no value at this step"));
  place(box, plot);
}

/** The same numbers as a table; extremes of a bucket stand beside its value. */
export function table(series: readonly Series[], axis: "step" | "duration"): TemplateResult {
  const steps = [...new Set(series.flatMap((one) => [...one.x]))].sort((a, b) => a - b);
  const cells = series.map((one) => new Map([...one.x].map((step, index) => [step, index])));
  const decimals = series.map((one) => format.sharedDecimals([...one.y].filter(Number.isFinite)));
  return html`<div class="table-scroll" tabindex="0" role="region" aria-label="Values">
    <table class="table dense">
      <thead>
        <tr>
          <th class="n">${axis === "duration" ? "Time" : "Step"}</th>
          ${series.map(
            (one) =>
              html`<th class="n">${one.label}</th>
                ${
                  one.min
                    ? html`<th class="n">min</th>
                        <th class="n">max</th>`
                    : ""
                }`,
          )}
        </tr>
      </thead>
      <tbody>
        ${steps.map(
          (step) =>
            html`<tr>
              <td class="n faint">${axis === "duration" ? format.duration(step) : format.count(step)}</td>
              ${series.map((one, at) => {
                const index = cells[at]?.get(step);
                const written = (column: Float64Array | null) =>
                  html`<td class="n">${index === undefined ? "" : format.number(column?.[index], decimals[at])}</td>`;
                return html`${written(one.y)}${one.min ? html`${written(one.min)}${written(one.max)}` : ""}`;
              })}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** Write columns as CSV: key, step, value, min, max. */
export function toCsv(series: readonly Series[]): string {
  const rows = series.flatMap((one) =>
    [...one.x].map((step, index) =>
      [csvField(one.key), step, one.y[index], one.min?.[index] ?? "", one.max?.[index] ?? ""].join(","),
    ),
  );
  return ["key,step,value,min,max", ...rows].join("\n") + "\n";
}

function row(hit: Hit, at: number, near: boolean, decimals: number, options: TipOptions): HTMLElement[] {
  const { slot, dash } = options.slot(hit.line, hit.index);
  const line = element("div", "hit");
  line.toggleAttribute("data-near", near);
  const swatch = element("span", "swatch");
  swatch.dataset["series"] = String(slot);
  if (dash > 1) swatch.dataset["dash"] = String(dash);
  line.append(
    swatch,
    element("span", "cut", hit.line.series.label),
    element("b", "", format.number(hit.value, decimals)),
  );
  const low = hit.line.low[at];
  const high = hit.line.high[at];
  if (!near || typeof low !== "number" || typeof high !== "number" || low === high) return [line];
  return [line, element("div", "range", `${format.number(low)} to ${format.number(high)}`)];
}

function nearestHit(plot: Plot, hits: readonly Hit[]): Hit | null {
  const top = plot.chart.cursor.top ?? 0;
  let best: Hit | null = null;
  let least = Infinity;
  for (const hit of hits) {
    const distance = Math.abs(plot.chart.valToPos(hit.value, "y") - top);
    if (distance < least) [best, least] = [hit, distance];
  }
  return best;
}

function place(box: HTMLElement, plot: Plot): void {
  const over = plot.chart.over;
  const x = (plot.chart.cursor.left ?? 0) + over.offsetLeft;
  const fits = x + BESIDE + box.offsetWidth <= plot.host.clientWidth;
  const left = fits ? x + BESIDE : Math.max(x - BESIDE - box.offsetWidth, -box.offsetWidth / 3);
  box.style.setProperty("inset-inline-start", `${left}px`);
  box.style.setProperty("inset-block-start", "4px");
}

function element(tag: string, name: string, text = ""): HTMLElement {
  const made = document.createElement(tag);
  if (name) made.className = name;
  made.textContent = text;
  return made;
}
