/**
 * Draw metrics of a run as lines that grow while it runs.
 *
 *     <line-panel src="/api/v1/…/history" key="train/loss" series="3" sync="train" live="run.12">
 *       {% include "components/_panel_skeleton.html" with heading="train/loss" %}
 *     </line-panel>
 *
 * Attributes: `src` answers columns (frontend/api.ts); `key`, or `keys` (several, "a,b" or a JSON list); `heading` and
 * `unit` beside it; `series` and `dash`, the slot of the run (several keys take slots from there on); `sync`, panels with
 * the same word share their crosshair; `live`, the group whose changes refresh it; `axis` step or duration; `smoothing`
 * 0…0.999; `log`, a logarithmic y axis; `height` in pixels.
 * Keys: `F` enlarge, `T` table, `← →` crosshair, `+ −` zoom, `0` all. Events: `panel-changed` {heading, log, table}.
 * Only panels near the visible part of the page ask and draw.
 */
import { html, nothing, type TemplateResult } from "lit";
import { columns, isAbort, sentence, type Columns, type Series } from "../api";
import * as format from "../format";
import { type Line, layLines, type Lines } from "../chart/lines";
import { whenNear } from "../chart/nearby";
import { Plot } from "../chart/plot";
import { table, tip, toCsv } from "../chart/words";
import { onChange } from "../live";
import { define, freshId, icon, PageElement, properties, type PropertyValues } from "../lit";
import { hangMenu } from "../menus";
import { onThemeChange } from "../theme";

const POINTS_STEP = 250;
const MOST_POINTS = 1500;
const SLOTS = 12;

export class LinePanel extends PageElement {
  static override properties = {
    src: {},
    key: {},
    keys: {},
    heading: {},
    unit: {},
    series: { type: Number },
    dash: { type: Number },
    sync: {},
    live: {},
    axis: {},
    smoothing: { type: Number },
    log: { type: Boolean, reflect: true },
    height: { type: Number },
    shown: { state: true },
    failure: { state: true },
    asTable: { state: true },
    enlarged: { state: true },
    zoomText: { state: true },
  };

  declare src: string;
  declare key: string;
  declare keys: string;
  declare heading: string;
  declare unit: string;
  declare series: number;
  declare dash: number;
  declare sync: string;
  declare live: string;
  declare axis: "step" | "duration";
  declare smoothing: number;
  declare log: boolean;
  declare height: number;
  declare shown: Columns | null;
  declare failure: string;
  declare asTable: boolean;
  declare enlarged: boolean;
  declare zoomText: string;

  private readonly menuId = freshId("panel-menu");
  private plot: Plot | null = null;
  private near = false;
  private stale = true;
  private waiting: AbortController | null = null;
  private resizer: ResizeObserver | null = null;
  private lines: Lines | null = null;
  private hovered = false;
  private stops: (() => void)[] = [];

  constructor() {
    super();
    Object.assign(this, { src: "", key: "", keys: "", heading: "", unit: "", sync: "", live: "", axis: "step" });
    Object.assign(this, { series: 1, dash: 1, smoothing: 0, log: false, height: 0 });
    Object.assign(this, { shown: null, failure: "", asTable: false, enlarged: false, zoomText: "" });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.stops = [
      whenNear(this, (near) => this.setNear(near)),
      onChange((change) => this.live && change.group === this.live && this.refresh()),
      onThemeChange(() => this.plot?.repaint()),
    ];
    this.resizer = new ResizeObserver(() => this.fit());
    this.resizer.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const stop of this.stops) stop();
    this.resizer?.disconnect();
    this.waiting?.abort();
    this.erase();
  }

  /** Ask for the columns anew, now or when the panel comes near. Old lines stay until the new ones are there. */
  refresh(): void {
    this.stale = true;
    if (this.near) void this.load();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("src") || changed.has("key") || changed.has("keys")) this.refresh();
    if (changed.has("shown") || changed.has("smoothing") || changed.has("log")) {
      const { smoothing, log } = this;
      this.lines = this.shown ? layLines(this.shown.series, { smoothing, log }) : null;
    }
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has("log") || changed.has("asTable")) this.erase();
    this.draw();
  }

  protected override firstUpdated(): void {
    const menu = this.querySelector<HTMLElement>(".menu");
    const button = this.querySelector<HTMLElement>(".panel-more");
    if (menu && button) hangMenu(button, menu);
    const panel = this.querySelector<HTMLElement>(".panel");
    panel?.addEventListener("toggle", (event) => {
      this.enlarged = event.newState === "open";
      if (!this.enlarged) panel.removeAttribute("popover");
      requestAnimationFrame(() => this.fit());
    });
  }

  protected override render(): TemplateResult {
    const name = this.heading || this.names.join(", ");
    return html`<section
      class="panel"
      tabindex="0"
      aria-label=${name}
      @keydown=${(event: KeyboardEvent) => this.typed(event)}
    >
      <header>
        <h3 class="cut" title=${name}>${name}</h3>
        <span class="unit cut">${this.treatment()}</span>
        <span class="push now num">${this.latest()}</span>
        <div class="panel-tools">
          <button
            type="button"
            class="button only quiet small"
            title=${this.enlarged ? "Close, Esc" : "Enlarge, F"}
            aria-label=${this.enlarged ? "Close" : "Enlarge"}
            @click=${() => this.enlarge()}
          >
            ${icon(this.enlarged ? "x" : "expand")}
          </button>
          <button
            type="button"
            class="button only quiet small panel-more"
            title="Panel menu"
            aria-label="Panel menu of ${name}"
            popovertarget=${this.menuId}
          >
            ${icon("more")}
          </button>
        </div>
      </header>
      <div
        class="chart-box"
        ?data-table=${this.asTable}
        ${properties(this.height ? { "--chart-height": `${this.height}px` } : {})}
        aria-busy=${String(!this.shown && !this.failure)}
      >
        ${this.body()}
      </div>
      ${this.footer()}
      <p class="sr-only" aria-live="polite"></p>
      ${this.menu()}
    </section>`;
  }

  private body(): TemplateResult | typeof nothing {
    if (this.failure && !this.shown) return this.message("This chart could not be drawn", this.failure, true);
    if (!this.shown) return skeleton();
    if (!this.hasValues) return this.emptiness();
    if (this.asTable) return table(this.shown.series, this.axis);
    return html`<div
        class="plot-box"
        role="img"
        aria-label=${this.alternative()}
        @pointerenter=${() => (this.hovered = true)}
        @pointerleave=${() => this.leave()}
      ></div>
      <div class="chart-tip" hidden></div>`;
  }

  private footer(): TemplateResult | typeof nothing {
    const notes: string[] = [];
    const bad = this.lines?.notFinite ?? 0;
    if (bad) notes.push(`${format.count(bad)} ${bad === 1 ? "value is" : "values are"} NaN or infinite, drawn as gaps`);
    const low = this.lines?.notPositive ?? 0;
    if (low)
      notes.push(`${format.count(low)} ${low === 1 ? "value is" : "values are"} zero or negative, not on a log axis`);
    if (this.failure && this.shown) notes.push(`Not refreshed: ${this.failure}`);
    return notes.length ? html`<footer>${notes.map((note) => html`<span>${note}</span>`)}</footer>` : nothing;
  }

  private menu(): TemplateResult {
    return html`<div class="menu" id=${this.menuId} popover role="menu" aria-label="Panel menu">
      <button
        type="button"
        class="menu-item"
        role="menuitemcheckbox"
        aria-checked=${String(this.log)}
        @click=${() => this.toggleLog()}
      >
        ${icon("chart")}Log y axis ${this.log ? html`<span class="end">${icon("check")}</span>` : nothing}
      </button>
      <button type="button" class="menu-item" role="menuitem" @click=${() => (this.asTable = !this.asTable)}>
        ${icon(this.asTable ? "chart" : "table")}${this.asTable ? "Show as chart" : "Show as table"}<span class="end"
          ><kbd>T</kbd></span
        >
      </button>
      <button type="button" class="menu-item" role="menuitem" @click=${() => this.enlarge()}>
        ${icon("expand")}Enlarge<span class="end"><kbd>F</kbd></span>
      </button>
      <button type="button" class="menu-item" role="menuitem" @click=${() => this.download()}>
        ${icon("download")}Download as CSV
      </button>
    </div>`;
  }

  private emptiness(): TemplateResult {
    const running = this.shown?.state === "running";
    if (this.lines?.notFinite) return this.message("No value can be drawn", "All values so far are NaN or infinite.");
    if (this.lines?.notPositive)
      return this.message("No value can be drawn", "All values are zero or negative, and the axis is logarithmic.");
    return running
      ? this.message("No points yet", "The first points appear here within a second.")
      : this.message(`This run does not log ${this.names.join(", ")}`, "Nothing was written under this key.");
  }

  private message(title: string, detail: string, broken = false): TemplateResult {
    return html`<div class="chart-message" role=${broken ? "alert" : "status"}>
      <b class=${broken ? "bad" : ""}>${title}</b><span>${detail}</span>
      ${broken ? html`<button type="button" class="button small" @click=${() => this.refresh()}>Try again</button>` : nothing}
    </div>`;
  }

  private get names(): string[] {
    if (this.key) return [this.key];
    return this.keys.startsWith("[") ? (JSON.parse(this.keys) as string[]) : this.keys.split(",").filter(Boolean);
  }

  private get hasValues(): boolean {
    return this.lines?.lines.some((line) => line.values.some((cell) => cell !== null && cell !== undefined)) ?? false;
  }

  /** What is done to the values, named beside the title. */
  private treatment(): string {
    if (this.failure && !this.shown) return "";
    if (!this.shown) return "loading";
    const log = this.log ? "log" : "";
    const smoothed = this.smoothing ? `smoothed ${this.smoothing}` : "";
    const single = this.shown.series.length === 1 && this.shown.series[0]?.count === 1 ? "one point so far" : "";
    return [this.unit, log, smoothed, single, this.zoomText].filter(Boolean).join(", ");
  }

  private latest(): string {
    return this.shown?.series.length === 1 ? format.number(this.shown.series[0]?.last) : "";
  }

  private alternative(): string {
    const parts = (this.shown?.series ?? []).map(spoken);
    return `${parts.slice(0, 6).join("; ")}${parts.length > 6 ? `; ${parts.length - 6} more lines` : ""}. T shows a table.`;
  }

  private slotOf(line: Line, index: number): { slot: number; dash: number } {
    if (line.series.slot !== null) return { slot: line.series.slot, dash: line.series.dash };
    const count = this.series - 1 + (index % SLOTS) + (this.dash - 1) * SLOTS;
    return { slot: (count % SLOTS) + 1, dash: Math.min(Math.floor(count / SLOTS) + 1, 3) };
  }

  private setNear(near: boolean): void {
    this.near = near;
    if (!near) this.waiting?.abort();
    else if (this.stale) void this.load();
    else this.draw();
  }

  private async load(): Promise<void> {
    if (!this.src || !this.names.length) return;
    this.waiting?.abort();
    const waiting = (this.waiting = new AbortController());
    try {
      const width = Math.ceil(((this.clientWidth || 400) * devicePixelRatio) / POINTS_STEP) * POINTS_STEP;
      const points = Math.min(width, MOST_POINTS);
      this.shown = await columns(this.src, this.names, { points, signal: waiting.signal });
      this.failure = "";
      this.stale = false;
    } catch (error) {
      if (!isAbort(error)) this.failure = sentence(error);
    }
  }

  private draw(): void {
    const host = this.querySelector<HTMLElement>(".plot-box");
    if (!host || !this.lines || !this.near) return;
    if (this.plot?.host === host && this.plot.options.running === this.running && this.plot.update(this.lines)) return;
    this.erase();
    this.plot = new Plot(host, this.lines, {
      log: this.log,
      axis: this.axis,
      running: this.running,
      sync: this.sync,
      slot: (line, index) => this.slotOf(line, index),
      onCursor: (plot) => this.showTip(plot),
      onZoom: (plot) => this.tellZoom(plot),
    });
  }

  private get running(): boolean {
    return this.shown?.state === "running";
  }

  private erase(): void {
    this.plot?.destroy();
    this.plot = null;
    this.zoomText = "";
  }

  private fit(): void {
    const host = this.plot?.host;
    if (host) this.plot?.resize(host.clientWidth, host.clientHeight);
  }

  private tellZoom(plot: Plot): void {
    const range = plot.zoom;
    const write = (x: number) => (this.axis === "duration" ? format.duration(x) : format.count(x));
    this.zoomText = range ? `${this.axis === "duration" ? "" : "steps "}${write(range[0])} to ${write(range[1])}` : "";
  }

  /** Dots and tooltip belong to the panel under the pointer; its neighbours show the line only. */
  private showTip(plot: Plot): void {
    const box = this.querySelector<HTMLElement>(".chart-tip");
    if (!box) return;
    const keyboard = this.contains(document.activeElement) && !this.hovered;
    const index = plot.cursorIndex;
    const visible = (this.hovered || keyboard) && index !== null && (plot.chart.cursor.left ?? -1) >= 0;
    this.toggleAttribute("data-hover", visible);
    box.hidden = !visible;
    if (!visible) return;
    tip(box, plot, index, { axis: this.axis, slot: (line, at) => this.slotOf(line, at) });
    if (keyboard) this.speak(plot, index);
  }

  private speak(plot: Plot, index: number): void {
    const line = this.querySelector("p[aria-live]");
    const values = plot.shown.lines.map((one) => `${one.series.label} ${format.number(one.values[index])}`);
    if (line) line.textContent = `step ${format.count(plot.shown.x[index])}: ${values.slice(0, 3).join(", ")}`;
  }

  private leave(): void {
    this.hovered = false;
    this.removeAttribute("data-hover");
    const box = this.querySelector<HTMLElement>(".chart-tip");
    if (box) box.hidden = true;
  }

  private typed(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || (event.target as Element).closest(".menu, input")) return;
    const act = {
      f: () => this.enlarge(),
      t: () => (this.asTable = !this.asTable),
      ArrowLeft: () => this.plot?.step(-1),
      ArrowRight: () => this.plot?.step(1),
      "+": () => this.plot?.zoomBy(0.5),
      "-": () => this.plot?.zoomBy(2),
      "0": () => this.plot?.resetZoom(),
    }[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  private toggleLog(): void {
    this.log = !this.log;
    this.tell();
  }

  private tell(): void {
    const detail = { heading: this.heading, log: this.log, table: this.asTable };
    this.dispatchEvent(new CustomEvent("panel-changed", { bubbles: true, detail }));
  }

  /** Lift the panel into the top layer; its place in the page is kept. */
  private enlarge(): void {
    const panel = this.querySelector<HTMLElement>(".panel");
    if (!panel) return;
    if (this.enlarged) {
      panel.hidePopover();
      return;
    }
    this.style.setProperty("min-block-size", `${this.offsetHeight}px`);
    panel.setAttribute("popover", "auto");
    panel.showPopover();
    panel.focus();
  }

  private download(): void {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([toCsv(this.shown?.series ?? [])], { type: "text/csv" }));
    link.download = `${(this.heading || this.names.join("-")).replace(/[^\w.-]+/g, "-")}.csv`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }
}

function spoken(series: Series): string {
  const finite = [...series.y, ...(series.min ?? []), ...(series.max ?? [])].filter((value) => !Number.isNaN(value));
  const range = finite.length
    ? `from ${format.number(finite.reduce((a, b) => Math.min(a, b)))} to ${format.number(finite.reduce((a, b) => Math.max(a, b)))}`
    : "no value";
  return `${series.label}: ${range}, last ${format.number(series.last)}, ${format.count(series.count)} points`;
}

function skeleton(): TemplateResult {
  return html`<div class="chart-wait"><i></i><i></i><i></i><span class="skeleton"></span></div>`;
}

define("line-panel", LinePanel);
