/**
 * Lay out a chart for every metric, in sections by the first part of its key, and let people find one among hundreds.
 *
 *     <panel-grid src="/api/v1/…/history" keys-src="/api/v1/…/keys" live="run.12" series="3">
 *       <ul class="key-list"><li data-key="train/loss">train/loss <span class="num">0.42</span></li>…</ul>
 *     </panel-grid>
 *
 * Attributes: `src`, `live`, `series`, `dash`, `axis` go to each `<line-panel>`; `keys-src` answers {"panels": [{"keys":
 * ["a"], "heading", "unit", "section"}]} or {"keys": ["train/loss", …]} and is asked again when the group changes, so that
 * new metrics appear; without it the keys are those of the list inside. `page-filter` makes `/` focus the field.
 * Events: those of the panels. Smoothing is kept in the address (`?smoothing=0.6`), so that a view can be sent.
 */
import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { getJson, isAbort, sentence } from "../api";
import * as format from "../format";
import { onChange } from "../live";
import { define, icon, PageElement, properties, type PropertyValues } from "../lit";
import "./line-panel";

interface Panel {
  keys: string[];
  heading: string;
  unit: string;
  section: string;
}

const OTHERS = "charts";
const STRONGEST_SMOOTHING = 0.99;

export class PanelGrid extends PageElement {
  static override properties = {
    src: {},
    keysSrc: { attribute: "keys-src" },
    live: {},
    series: { type: Number },
    dash: { type: Number },
    axis: {},
    pageFilter: { type: Boolean, attribute: "page-filter" },
    panels: { state: true },
    words: { state: true },
    smoothing: { state: true },
    failure: { state: true },
  };

  declare src: string;
  declare keysSrc: string;
  declare live: string;
  declare series: number;
  declare dash: number;
  declare axis: "step" | "duration";
  declare pageFilter: boolean;
  declare panels: Panel[] | null;
  declare words: string;
  declare smoothing: number;
  declare failure: string;

  private stop: (() => void) | null = null;
  private waiting: AbortController | null = null;

  constructor() {
    super();
    Object.assign(this, { src: "", keysSrc: "", live: "", series: 1, dash: 1, axis: "step", pageFilter: false });
    const smoothing = Number(new URLSearchParams(location.search).get("smoothing") ?? 0);
    Object.assign(this, {
      panels: null,
      words: "",
      failure: "",
      smoothing: Math.min(Math.max(smoothing || 0, 0), STRONGEST_SMOOTHING),
    });
  }

  override connectedCallback(): void {
    if (!this.panels) this.panels = this.written();
    super.connectedCallback();
    this.stop = onChange((change) => change.group === this.live && this.live && void this.load());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stop?.();
    this.waiting?.abort();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("keysSrc")) void this.load();
  }

  protected override render(): TemplateResult {
    const found = this.found();
    return html`${this.bar(found.length)} ${this.failure && !this.panels?.length ? this.broken() : nothing}
    ${this.panels && !this.panels.length && !this.failure ? this.waitingForKeys() : nothing}
    ${this.panels?.length && !found.length ? this.nothingFound() : nothing}
    ${repeat(
      bySection(found),
      ([name]) => name,
      ([name, panels]) => this.section(name, panels),
    )}`;
  }

  private bar(found: number): TemplateResult {
    const all = this.panels?.length ?? 0;
    return html`<div class="panel-bar">
      <div class="search">
        ${icon("search")}<input
          class="input"
          type="search"
          placeholder="Find a chart"
          aria-label="Find a chart"
          ?data-page-filter=${this.pageFilter}
          .value=${this.words}
          @input=${(event: Event) => (this.words = (event.target as HTMLInputElement).value)}
        />
      </div>
      <span class="faint xs num" role="status"
        >${this.words ? `${format.count(found)} of ${format.count(all)}` : all ? format.count(all) : ""}</span
      >
      <label class="row push smoothing"
        ><span class="muted">Smoothing</span>
        <input
          class="slider"
          type="range"
          min="0"
          max=${STRONGEST_SMOOTHING}
          step="0.01"
          .value=${String(this.smoothing)}
          ${properties({ "--at": `${(this.smoothing / STRONGEST_SMOOTHING) * 100}%` })}
          @input=${(event: Event) => this.setSmoothing(Number((event.target as HTMLInputElement).value))}
        />
        <span class="num">${this.smoothing.toFixed(2)}</span></label
      >
    </div>`;
  }

  private section(name: string, panels: Panel[]): TemplateResult {
    return html`<details class="section" open>
      <summary>
        ${icon("right", "small")}
        <h2>${name}</h2>
        <span class="count">${format.count(panels.length)}</span>
      </summary>
      <div class="panel-flow">
        ${repeat(
          panels,
          (panel) => panel.keys.join("\n"),
          (panel) => this.panel(panel, name),
        )}
      </div>
    </details>`;
  }

  private panel(panel: Panel, section: string): TemplateResult {
    return html`<line-panel
      .src=${this.src}
      .keys=${JSON.stringify(panel.keys)}
      .heading=${panel.heading}
      .unit=${panel.unit}
      .series=${panel.keys.length > 1 ? 1 : this.series}
      .dash=${panel.keys.length > 1 ? 1 : this.dash}
      .live=${this.live}
      .axis=${this.axis}
      .smoothing=${this.smoothing}
      .sync=${`section ${section}`}
    ></line-panel>`;
  }

  private waitingForKeys(): TemplateResult {
    return html`<div class="card">
      <div class="empty">
        ${icon("chart")}
        <h3>No metrics yet</h3>
        <p>A chart appears here for every number the script logs, within a second.</p>
      </div>
    </div>`;
  }

  private nothingFound(): TemplateResult {
    return html`<div class="card">
      <div class="empty">
        <h3>No chart has “${this.words}” in its name</h3>
        <p>${format.count(this.panels?.length)} charts are there without the filter.</p>
        <button type="button" class="button" @click=${() => (this.words = "")}>Show all charts</button>
      </div>
    </div>`;
  }

  private broken(): TemplateResult {
    return html`<div class="banner bad" role="alert">
      ${icon("warn")}<span>${this.failure}</span>
      <span class="actions"
        ><button type="button" class="button small" @click=${() => this.load()}>Try again</button></span
      >
    </div>`;
  }

  private found(): Panel[] {
    const words = this.words.toLowerCase().split(/\s+/).filter(Boolean);
    return (this.panels ?? []).filter((panel) => {
      const text = `${panel.heading} ${panel.keys.join(" ")}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
  }

  private setSmoothing(value: number): void {
    this.smoothing = value;
    const address = new URL(location.href);
    if (value) address.searchParams.set("smoothing", String(value));
    else address.searchParams.delete("smoothing");
    history.replaceState(history.state, "", address);
  }

  /** The keys that the server wrote into the page. */
  private written(): Panel[] | null {
    const items = [...this.querySelectorAll<HTMLElement>("[data-key]")];
    if (!items.length) return this.keysSrc || this.hasAttribute("keys-src") ? null : [];
    return items.map((item) =>
      toPanel({ keys: [item.dataset["key"] ?? ""], unit: item.dataset["unit"], section: item.dataset["section"] }),
    );
  }

  private async load(): Promise<void> {
    if (!this.keysSrc) return;
    this.waiting?.abort();
    const waiting = (this.waiting = new AbortController());
    try {
      const answer = (await getJson(this.keysSrc, waiting.signal)) as RawKeys;
      this.panels = (
        answer.panels ??
        (answer.keys ?? []).map((key) => (typeof key === "string" ? { keys: [key] } : { keys: [key.key] }))
      ).map(toPanel);
      this.failure = "";
    } catch (error) {
      if (!isAbort(error)) this.failure = sentence(error);
    }
  }
}

interface RawKeys {
  panels?: RawPanel[];
  keys?: (string | { key: string })[];
}

interface RawPanel {
  keys: string[];
  heading?: string | undefined;
  unit?: string | undefined;
  section?: string | undefined;
}

function toPanel(raw: RawPanel): Panel {
  const first = raw.keys[0] ?? "";
  const prefix = first.includes("/") ? first.slice(0, first.indexOf("/")) : "";
  return {
    keys: raw.keys,
    heading: raw.heading ?? raw.keys.join(", "),
    unit: raw.unit ?? "",
    section: (raw.section ?? prefix) || OTHERS,
  };
}

/** Sections in the order of the alphabet, those without a prefix first. */
function bySection(panels: readonly Panel[]): [string, Panel[]][] {
  const sections = Map.groupBy(panels, (panel) => panel.section);
  const rank = (name: string) => (name === OTHERS ? "" : name);
  return [...sections].sort(([a], [b]) => rank(a).localeCompare(rank(b)));
}

define("panel-grid", PanelGrid);
