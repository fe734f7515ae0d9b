/** Shows media by run: pictures side by side, sound, films, pages in a frame of their own, other files as links. */
import { html, nothing, render, type TemplateResult } from "lit";
import * as format from "../format";
import { icon, properties } from "../lit";
import type { Mark, PanelData } from "./data";
import type { Pen, PenContext, PenModule } from "./pens";
import { offerSteps, onSteps, stepOf } from "./steps";
import { csvOf, named, tableOf } from "./words";

export interface MediaItem {
  kind: "image" | "audio" | "video" | "html" | "file";
  address: string | null;
  name: string;
  caption: string;
  width: number;
  height: number;
  layers: string[];
}

export interface MediaRow {
  mark: number;
  key: string;
  step: number;
  is_earlier: boolean;
  items: MediaItem[];
  item_count: number;
}

export interface MediaBody {
  steps: Float64Array;
  step: number | null;
  rows: MediaRow[];
  column_count: number;
  mode: "gallery" | "grid";
}

class MediaPen implements Pen {
  private readonly stop: () => void;
  private asked: number | null = null;
  private data: PanelData | null = null;

  constructor(
    private readonly host: HTMLElement,
    private readonly context: PenContext,
  ) {
    host.classList.add("pen-scroll");
    this.stop = onSteps(context.sync, () => this.follow());
  }

  show(data: PanelData): void {
    this.data = data;
    offerSteps(this.context.sync, this, bodyOf(data).steps);
    this.draw(null);
    this.follow();
  }

  resize(): void {} // the page lays it out

  repaint(): void {} // colours are the page's

  highlight(mark: string | null): void {
    this.draw(mark);
  }

  destroy(): void {
    this.stop();
    offerSteps(this.context.sync, this, null);
    render(nothing, this.host);
    this.host.classList.remove("pen-scroll");
  }

  /** Show the step of the section, if it is another one. */
  private follow(): void {
    const wanted = stepOf(this.context.sync);
    if (wanted === this.asked) return;
    this.asked = wanted;
    this.context.ask({ step: wanted });
  }

  private draw(front: string | null): void {
    if (this.data) render(rows(this.data, front), this.host);
  }
}

function rows(data: PanelData, front: string | null): TemplateResult {
  const body = bodyOf(data);
  const several = new Set(body.rows.map((row) => row.key)).size > 1;
  const areSingle = body.rows.every((row) => row.items.length === 1);
  return html`<div
    class="imagegrid ${areSingle ? "media-singles" : ""}"
    ${properties({ "--columns": String(body.column_count) })}
  >
    ${body.rows.map((row) => one(row, data.marks[row.mark], several, front))}
  </div>`;
}

function one(row: MediaRow, mark: Mark | undefined, several: boolean, front: string | null): TemplateResult {
  const isBack = front !== null && front !== mark?.id;
  return html`<div class="gridrow" ?data-back=${isBack}>
    <div class="who">
      <span
        class="swatch"
        data-series=${mark?.slot ?? 1}
        data-dash=${mark && mark.dash > 1 ? mark.dash : nothing}
      ></span>
      ${mark?.address ? html`<a class="cut" href=${mark.address} title=${mark.label}>${mark.label}</a>` : mark?.label}
      <span class="num faint ${row.is_earlier ? "warn" : ""}">step ${format.count(row.step)}</span>
      ${several ? html`<span class="num faint cut" title=${row.key}>${row.key}</span>` : nothing}
    </div>
    ${row.items.map(item)}
  </div>`;
}

function item(one: MediaItem): TemplateResult {
  const label = one.caption || one.name;
  return html`<figure class="media-item" data-kind=${one.kind}>
    ${one.address ? shown(one, one.address, label) : html`<span class="media-none faint">not there yet</span>`}
    ${one.caption ? html`<figcaption title=${one.caption}><span class="cut">${one.caption}</span></figcaption>` : nothing}
  </figure>`;
}

function shown(one: MediaItem, address: string, label: string): TemplateResult {
  if (one.kind === "image") {
    return html`<a href=${address} target="_blank" rel="noopener" title="Open the picture">
      <img
        class="thumb"
        loading="lazy"
        decoding="async"
        src=${address}
        alt=${label}
        width=${one.width || nothing}
        height=${one.height || nothing}
        @error=${broken}
      />
    </a>`;
  }
  if (one.kind === "audio") return html`<audio controls preload="none" src=${address} aria-label=${label}></audio>`;
  if (one.kind === "video") {
    return html`<video controls preload="metadata" src=${address} aria-label=${label}></video>`;
  }
  if (one.kind === "html") {
    return html`<iframe sandbox="allow-scripts" loading="lazy" src=${address} title=${label}></iframe>`;
  }
  return html`<a class="link row" href=${address} download
    >${icon("file", "small")}<span class="cut">${one.name}</span></a
  >`;
}

/** A file that is no picture says so in its place. */
function broken(event: Event): void {
  const picture = event.target as HTMLImageElement;
  const said = document.createElement("span");
  said.className = "media-none faint";
  said.textContent = "cannot be shown";
  picture.replaceWith(said);
}

const bodyOf = (data: PanelData) => data.body as MediaBody;

function list(data: PanelData) {
  return bodyOf(data).rows.flatMap((row) =>
    row.items.map((one) => [named(data.marks[row.mark]), row.key, row.step, one.kind, one.name, one.caption]),
  );
}

const HEADS = ["Run", "Key", "Step", "Kind", "File", "Caption"];

export const isReadable = true;
export const make: PenModule["make"] = (host, context) => new MediaPen(host, context);
export const isEmpty = (data: PanelData): boolean => !(data.body as MediaBody | null)?.rows.length;
export const table = (data: PanelData): TemplateResult => tableOf(HEADS, list(data));
export const csv = (data: PanelData): string => csvOf(HEADS, list(data));

export function told(data: PanelData): string {
  const count = bodyOf(data).rows.reduce((sum, row) => sum + row.items.length, 0);
  return `${data.title}, ${format.count(count)} items of ${format.count(data.marks.length)} runs.`;
}
