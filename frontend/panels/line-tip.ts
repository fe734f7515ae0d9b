/** What stands under the crosshair of a line panel: dots on the lines, and beside the pointer who has which value. */
import { axisValue } from "../chart/axes";
import type { Sheet } from "../chart/sheet";
import { nearestIndex } from "../chart/strokes";
import * as format from "../format";
import type { LinesBody, Mark, PanelData, PanelLine } from "./data";
import { made } from "./made";
import { labelOf, paintOf, swatchOf } from "./marks";

const MOST_HITS = 12;
const BESIDE = 14;
const EDGE = 8;

interface Hit {
  line: PanelLine;
  mark: Mark;
  index: number;
  value: number;
}

export class LineTip {
  /** The x that is told. */
  at: number | null = null;
  /** The mark whose line is nearest to the pointer. */
  near: string | null = null;
  spoken = "";
  private readonly box = made("div", "chart-tip");
  private readonly dots = made("div", "chart-dots");

  constructor(private readonly host: HTMLElement) {
    this.box.hidden = true;
  }

  show(sheet: Sheet, data: PanelData, at: number): void {
    this.host.append(this.dots, this.box);
    this.at = at;
    const body = data.body as LinesBody;
    const { hits, ended } = hitsAt(data, at);
    const nearest = nearestHit(sheet, hits);
    this.near = nearest?.mark.id ?? null;
    const told = around(hits, nearest, mostOf(body));
    const decimals = format.sharedDecimals(hits.map((hit) => hit.value));
    const withKey = new Set(body.lines.map((line) => line.key)).size > 1;
    const x = nearest?.line.x[nearest.index] ?? at;
    const head = made("div", "when");
    head.append(made("span", "", body.x.kind === "step" ? `step ${format.count(x)}` : axisValue(body.x.kind, x)));
    this.box.toggleAttribute("data-single", hits.length < 2);
    this.box.replaceChildren(head, ...told.flatMap((hit) => row(hit, hit === nearest, decimals, withKey)));
    if (hits.length > told.length) this.box.append(made("div", "more", `${hits.length - told.length} more`));
    if (!hits.length) this.box.append(made("div", "more", "no value here"));
    else if (ended) this.box.append(made("div", "more", ended === 1 ? "1 ended earlier" : `${ended} ended earlier`));
    this.box.hidden = this.dots.hidden = false;
    this.putDots(sheet, told);
    this.place(sheet);
    const names = told.slice(0, 3).map((hit) => `${labelOf(hit.mark, hit.line, withKey)} ${format.number(hit.value)}`);
    this.spoken = `${head.textContent}: ${names.join(", ")}`;
  }

  hide(): void {
    this.at = this.near = null;
    this.box.hidden = this.dots.hidden = true;
  }

  destroy(): void {
    this.box.remove();
    this.dots.remove();
  }

  private putDots(sheet: Sheet, hits: readonly Hit[]): void {
    const { offsetLeft, offsetTop } = sheet.over;
    this.dots.replaceChildren(
      ...hits.map((hit) => {
        const dot = made("i");
        const { left, top } = sheet.placeOf(hit.line.x[hit.index] as number, hit.value);
        dot.style.setProperty("background", hit.line.colour ?? paintOf(hit.mark));
        dot.style.setProperty("translate", `${left + offsetLeft}px ${top + offsetTop}px`);
        return dot;
      }),
    );
  }

  /** Beside the pointer, never on it: to its right if the page has room there. */
  private place(sheet: Sheet): void {
    const { left = 0, top = 0 } = sheet.pointer ?? {};
    const x = left + sheet.over.offsetLeft;
    const room = document.documentElement.clientWidth - this.host.getBoundingClientRect().left - EDGE;
    const fits = x + BESIDE + this.box.offsetWidth <= room;
    const lowest = this.host.clientHeight - this.box.offsetHeight;
    this.box.style.setProperty("inset-inline-start", `${fits ? x + BESIDE : x - BESIDE - this.box.offsetWidth}px`);
    this.box.style.setProperty("inset-block-start", `${Math.max(4, Math.min(top - 24, lowest))}px`);
  }
}

/** The lines that have a value at `at`, highest first, and how many ended before. */
export function hitsAt(data: PanelData, at: number): { hits: Hit[]; ended: number } {
  const hits: Hit[] = [];
  let ended = 0;
  for (const line of (data.body as LinesBody).lines) {
    const mark = data.marks[line.mark];
    const last = line.x[line.x.length - 1];
    if (!mark || last === undefined) continue;
    const index = nearestIndex(line.x, at);
    if (at > last + spacing(line.x) / 2) ended += 1;
    else if (at >= (line.x[0] as number) - spacing(line.x) / 2 && Number.isFinite(line.y[index]))
      hits.push({ line, mark, index, value: line.y[index] as number });
  }
  hits.sort((a, b) => b.value - a.value);
  return { hits, ended };
}

/** At most `most` of the hits: those around the nearest one, in their order. */
export function around<T>(hits: readonly T[], nearest: T | null, most: number): readonly T[] {
  const middle = nearest === null ? 0 : hits.indexOf(nearest);
  const start = Math.max(0, Math.min(middle - Math.floor(most / 2), hits.length - most));
  return hits.slice(start, start + most);
}

function mostOf(body: LinesBody): number {
  if (body.tooltip === "single") return 1;
  return body.tooltip === "all_runs" ? 60 : MOST_HITS;
}

function spacing(x: Float64Array): number {
  return x.length > 1 ? ((x[x.length - 1] as number) - (x[0] as number)) / (x.length - 1) : 0;
}

function nearestHit(sheet: Sheet, hits: readonly Hit[]): Hit | null {
  const top = sheet.pointer?.top ?? 0;
  let best: Hit | null = null;
  let least = Infinity;
  for (const hit of hits) {
    const distance = Math.abs(sheet.placeOf(0, hit.value).top - top);
    if (distance < least) [best, least] = [hit, distance];
  }
  return best;
}

function row(hit: Hit, isNear: boolean, decimals: number, withKey: boolean): HTMLElement[] {
  const { line, mark, index, value } = hit;
  const entry = made("div", "hit");
  entry.toggleAttribute("data-near", isNear);
  const name = made("span", "cut", labelOf(mark, line, withKey));
  if (mark.run_count > 1) name.append(made("span", "faint", ` ${format.count(mark.run_count)} runs`));
  entry.append(swatchOf(mark, line.colour), name, made("b", "", format.number(value, decimals)));
  const more = line.hint ? filled(line.hint, hit) : isNear ? spread(line, index) : "";
  return more ? [entry, made("div", "range", more)] : [entry];
}

function spread(line: PanelLine, index: number): string {
  const low = line.low?.[index];
  const high = line.high?.[index];
  if (low === undefined || high === undefined || !Number.isFinite(low) || low === high) return "";
  return `${format.number(low)} to ${format.number(high)}`;
}

/** Fill the part of a legend that belongs to the crosshair: `${x}: ${y} (${original})`. */
export function filled(hint: string, { line, index }: { line: PanelLine; index: number }): string {
  const values: Record<string, number | undefined> = {
    x: line.x[index],
    y: line.y[index],
    mean: line.y[index],
    original: (line.original ?? line.y)[index],
    min: (line.low ?? line.y)[index],
    max: (line.high ?? line.y)[index],
  };
  return hint.replace(/\$\{(\w+)\}/g, (whole, name: string) => (name in values ? format.number(values[name]) : whole));
}
