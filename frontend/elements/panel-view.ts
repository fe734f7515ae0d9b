/**
 * Show one panel over run sets: its frame, title, tools, waiting, errors, notes and table; a pen draws what is inside.
 *
 *     <panel-view live="project.3.runs" sync="section val"></panel-view>   .panel = PanelSpec   .scene = PanelScene
 *
 * Properties: `panel` and `scene` (frontend/panels/data.ts); `highlight`, a mark's id to bring to the front;
 * `refreshing`, whether changes are followed; `told`, codes of notes that the page around says already ("limited").
 * Attributes: `sync`, panels with the same word share crosshair and zoom; `live`, the group whose changes are followed,
 * at most once a second.
 * Keys: `F` enlarge, `T` table, `← →` crosshair, `+ −` zoom, `0` all, and those of the menu (frontend/panels/actions.ts).
 * Events: `panel-change` {panel}, cancelable: who keeps panels takes it and gives the panel back, else the change is
 * local to the page; `mark-pointed` {mark}; `panel-drawn` {data}.
 * Only panels near the visible part of the page ask and draw. What was drawn stays until new data are there.
 */
import { html, nothing, type TemplateResult } from "lit";
import { axisValue } from "../chart/axes";
import { whenNear } from "../chart/nearby";
import { turn } from "../chart/turns";
import { sentence } from "../api";
import { onChange } from "../live";
import { define, freshId, icon, PageElement, type PropertyValues } from "../lit";
import { hangMenu } from "../menus";
import { actionsOf, offerAction, onActions, type PanelAction } from "../panels/actions";
import { type Axis, panelData, type PanelData, type PanelScene, type PanelSpec } from "../panels/data";
import { legend } from "../panels/legend";
import { type Pen, type PenModule, PENS } from "../panels/pens";
import { onZoom, type Range, shareZoom, zoomOf } from "../panels/zoom";
import { onThemeChange } from "../theme";

const POINTS_STEP = 100;
const MOST_POINTS = 1500;
const LEAST_PAUSE = 1000;
const MARGIN = 0.05; // of the range on each side, so that lines go on to the edges

export class PanelView extends PageElement {
  static override properties = {
    panel: { attribute: false },
    scene: { attribute: false },
    highlight: { attribute: false },
    refreshing: { type: Boolean, attribute: false },
    told: { attribute: false },
    sync: {},
    live: {},
    data: { state: true },
    failure: { state: true },
    asTable: { state: true },
    isEnlarged: { state: true },
    front: { state: true },
    range: { state: true },
  };

  declare panel: PanelSpec | null;
  declare scene: PanelScene | null;
  declare highlight: string | null;
  declare refreshing: boolean;
  declare told: readonly string[];
  declare sync: string;
  declare live: string;
  /** What is drawn now. */
  declare data: PanelData | null;
  declare failure: string;
  declare asTable: boolean;
  declare isEnlarged: boolean;
  /** The mark that was chosen in the legend. */
  declare front: string | null;
  /** The range of x that is looked at; null: all of it. */
  declare range: Range | null;

  private readonly menuId = freshId("panel-menu");
  private extras: Record<string, unknown> = {};
  private module: PenModule | null = null;
  private pen: Pen | null = null;
  private penHost: HTMLElement | null = null;
  private whole: PanelData | null = null; // what is drawn of all of x, to come back to at once
  private near = false;
  private hasFoot = false;
  private hasMenu = false;
  private stale = true;
  private askedAt = 0;
  private later: ReturnType<typeof setTimeout> | undefined;
  private waiting: AbortController | null = null;
  private resizer: ResizeObserver | null = null;
  private zoomWord = "";
  private stopZoom: (() => void) | null = null;
  private stops: (() => void)[] = [];

  constructor() {
    super();
    Object.assign(this, { panel: null, scene: null, highlight: null, refreshing: true, told: [], sync: "", live: "" });
    Object.assign(this, { data: null, failure: "", asTable: false, isEnlarged: false, front: null, range: null });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.stops = [
      whenNear(this, (near) => this.setNear(near)),
      onChange((change) => this.live && this.refreshing && change.group === this.live && this.refreshSoon()),
      onThemeChange(() => this.pen?.repaint()),
      onActions(() => this.requestUpdate()),
    ];
    this.resizer = new ResizeObserver(() => this.fit());
    this.resizer.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const stop of this.stops) stop();
    this.stopZoom?.();
    this.stopZoom = null;
    this.zoomWord = "";
    clearTimeout(this.later);
    this.resizer?.disconnect();
    this.waiting?.abort();
    this.erase();
  }

  /** The title as shown. */
  get heading(): string {
    return this.data?.title || wantedTitle(this.panel);
  }

  /** The code that draws this kind, once it is there. */
  get words(): PenModule | null {
    return this.module;
  }

  /** Ask for the data anew, now or when the panel comes near. */
  refresh(): void {
    this.stale = true;
    this.whole = null;
    if (this.near) void this.load();
  }

  /** Change keys of the stored panel's config. */
  change(config: Record<string, unknown>): void {
    if (!this.panel) return;
    const panel = { ...this.panel, config: { ...this.panel.config, ...config } };
    const event = new CustomEvent("panel-change", { bubbles: true, cancelable: true, detail: { panel } });
    if (this.dispatchEvent(event)) this.panel = panel;
  }

  /** Lift the panel into the top layer, or put it back; its place in the page is kept. */
  enlarge(): void {
    const frame = this.frame;
    if (!frame) return;
    if (this.isEnlarged) {
      frame.hidePopover();
      return;
    }
    this.style.setProperty("min-block-size", `${this.offsetHeight}px`);
    frame.setAttribute("popover", "auto");
    frame.showPopover();
    frame.focus();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("panel") && !changed.has("scene")) return;
    this.hasFoot = false;
    this.refresh();
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has("highlight") || changed.has("front")) this.pen?.highlight(this.highlight ?? this.front);
    this.draw();
  }

  protected override firstUpdated(): void {
    const menu = this.querySelector<HTMLElement>(".menu");
    const button = this.querySelector<HTMLElement>(".panel-more");
    if (menu && button) hangMenu(button, menu);
    this.frame?.addEventListener("toggle", (event) => {
      this.isEnlarged = event.newState === "open";
      if (!this.isEnlarged) this.frame?.removeAttribute("popover");
      requestAnimationFrame(() => this.fit());
    });
  }

  protected override render(): TemplateResult {
    return html`<section
      class="panel"
      tabindex="0"
      aria-label=${this.heading || "Panel"}
      @keydown=${(event: KeyboardEvent) => this.typed(event)}
    >
      <header>
        <h3 class="cut" title=${this.heading}>${this.heading}</h3>
        <span class="unit cut">${this.treatment()}</span>
        <div class="panel-tools">
          <button
            type="button"
            class="button only quiet small"
            title=${this.isEnlarged ? "Close, Esc" : "Enlarge, F"}
            aria-label=${this.isEnlarged ? "Close" : "Enlarge"}
            @click=${() => this.enlarge()}
          >
            ${icon(this.isEnlarged ? "x" : "expand")}
          </button>
          <button
            type="button"
            class="button only quiet small panel-more"
            title="Panel menu"
            aria-label="Panel menu of ${this.heading}"
            popovertarget=${this.menuId}
          >
            ${icon("more")}
          </button>
        </div>
      </header>
      <div class="chart-box" ?data-table=${this.asTable} aria-busy=${String(!this.data && !this.failure)}>
        ${this.body()}
      </div>
      ${this.legend()} ${this.footer()}
      <p class="sr-only" aria-live="polite"></p>
      <div
        class="menu"
        id=${this.menuId}
        popover
        role="menu"
        aria-label="Panel menu"
        @beforetoggle=${(event: ToggleEvent) => event.newState === "open" && this.fillMenu()}
      >
        ${this.hasMenu ? actionsOf(this).map((action) => this.menuItem(action)) : nothing}
      </div>
    </section>`;
  }

  private body(): TemplateResult {
    const { data } = this;
    if (this.failure && !data) return this.message("This panel could not be drawn", this.failure, true);
    if (!data) return skeleton();
    if (data.kind === "error") return this.message("This panel could not be drawn", this.reason(), true);
    if (!(data.kind in PENS)) return this.message("This panel is not drawn here", this.reason());
    if (!this.module) return skeleton();
    if (this.module.isEmpty?.(data)) return this.message(...this.emptiness(data));
    if (this.asTable) return this.module.table(data);
    const { isReadable } = this.module;
    return html`<div
      class="plot-box"
      role=${isReadable ? nothing : "img"}
      aria-label=${isReadable ? nothing : this.module.told(data)}
    ></div>`;
  }

  private reason(): string {
    return this.data?.notes.map((note) => note.sentence).join(" ") ?? "";
  }

  private emptiness(data: PanelData): [string, string] {
    if (!data.run_count) return ["No run matches", "The filters of the run sets leave no run."];
    if (!data.drawn_count) return ["No run is shown", "Switch runs on in the list to draw them."];
    const reasons = data.notes.filter((note) => note.code !== "limited").map((note) => note.sentence);
    if (data.is_active && !reasons.length) return ["No points yet", "The first points appear here within a second."];
    return ["Nothing to draw", reasons.join(" ") || "Choose a metric for this panel."];
  }

  private message(title: string, detail: string, isBroken = false): TemplateResult {
    return html`<div class="chart-message" role=${isBroken ? "alert" : "status"}>
      <b class=${isBroken ? "bad" : ""}>${title}</b><span>${detail}</span>
      ${isBroken ? html`<button type="button" class="button small" @click=${() => this.refresh()}>Try again</button>` : nothing}
    </div>`;
  }

  private legend(): TemplateResult | typeof nothing {
    const { data } = this;
    const isWanted = (data?.body as { legend?: string } | null)?.legend;
    if (!data || !isWanted || this.asTable || !isDrawn(this)) return nothing;
    return legend(data.marks, this.front, (mark) => (this.front = mark));
  }

  private footer(): TemplateResult | typeof nothing {
    const { data } = this;
    const notes = data && isDrawn(this) ? this.untold(data) : [];
    if (this.failure && data) notes.push(`Not refreshed: ${this.failure}`);
    this.hasFoot ||= notes.length > 0; // once it has a foot it keeps it: nothing jumps
    return this.hasFoot ? html`<footer>${notes.map((note) => html`<span>${note}</span>`)}</footer>` : nothing;
  }

  private untold(data: PanelData): string[] {
    return data.notes.filter((note) => !this.told.includes(note.code)).map((note) => note.sentence);
  }

  /** The menu is made when it is first opened: half of what a panel consists of is its menu. */
  private fillMenu(): void {
    this.hasMenu = true;
    this.requestUpdate();
    this.performUpdate();
  }

  private menuItem(action: PanelAction): TemplateResult {
    const isOn = action.isOn?.(this);
    const text = (part: PanelAction["label"]) => (typeof part === "string" ? part : part(this));
    const end = isOn ? icon("check") : action.key ? html`<kbd>${action.key.toUpperCase()}</kbd>` : nothing;
    return html`<button
      type="button"
      class="menu-item"
      role=${isOn === undefined ? "menuitem" : "menuitemcheckbox"}
      aria-checked=${isOn === undefined ? nothing : String(isOn)}
      @click=${() => action.act(this)}
    >
      ${icon(text(action.icon))}${text(action.label)}${end === nothing ? nothing : html`<span class="end">${end}</span>`}
    </button>`;
  }

  /** What is done to the values, named beside the title. */
  private treatment(): string {
    if (!this.data) return this.failure ? "" : "loading";
    return [...this.data.treatment, this.zoomText()].filter(Boolean).join(", ");
  }

  private zoomText(): string {
    const axis = this.axis;
    if (!this.range || !axis || !isDrawn(this)) return "";
    const [low, high] = this.range.map((at) => axisValue(axis.kind, axis.kind === "step" ? Math.round(at) : at));
    return `${axis.kind === "step" ? "steps " : ""}${low} to ${high}`;
  }

  private get axis(): Axis | null {
    return (this.data?.body as { x?: Axis } | null)?.x ?? null;
  }

  private get frame(): HTMLElement | null {
    return this.querySelector<HTMLElement>(":scope > .panel");
  }

  private setNear(near: boolean): void {
    this.near = near;
    this.toggleAttribute("data-seen", near); // what waits out of sight does not move
    if (!near) this.waiting?.abort();
    else if (this.stale) void this.load();
    else this.draw();
  }

  /** Ask for something else of the panel for now: nothing of it is stored. */
  private askWith(extras: Record<string, unknown>): void {
    this.extras = { ...this.extras, ...extras };
    this.refresh();
  }

  private get asked(): PanelSpec | null {
    const { panel, extras } = this;
    return panel && Object.keys(extras).length ? { ...panel, x: { ...panel.x, ...extras } } : panel;
  }

  private refreshSoon(): void {
    this.stale = true;
    this.whole = null;
    clearTimeout(this.later);
    const wait = this.askedAt + LEAST_PAUSE - Date.now();
    this.later = setTimeout(() => this.near && void this.load(), Math.max(wait, 0));
  }

  private async load(): Promise<void> {
    const { asked: panel, scene, range } = this;
    if (!panel || !scene) return;
    this.waiting?.abort();
    const waiting = (this.waiting = new AbortController());
    this.askedAt = Date.now();
    try {
      const data = await panelData(panel, scene, { ...this.ask(), signal: waiting.signal });
      const module = (await PENS[data.kind]?.()) ?? null;
      await turn(waiting.signal); // an answer for what is no longer asked brings neither its data nor its pen
      this.module = module;
      if (!range) this.whole = data;
      if (data.kind !== this.data?.kind) this.erase();
      [this.data, this.failure, this.stale] = [data, "", false];
      this.joinZoom();
      this.dispatchEvent(new CustomEvent("panel-drawn", { bubbles: true, detail: { data } }));
    } catch (error) {
      if (!waiting.signal.aborted) this.failure = sentence(error);
    }
  }

  private ask(): { points: number; low: number | null; high: number | null } {
    const width = Math.ceil((this.clientWidth || 300) / POINTS_STEP) * POINTS_STEP;
    const points = Math.min(width, MOST_POINTS);
    if (!this.range) return { points, low: null, high: null };
    const margin = (this.range[1] - this.range[0]) * MARGIN;
    return { points, low: this.range[0] - margin, high: this.range[1] + margin };
  }

  /** Look at a range of x as the others of the same word do, who may have done so before this panel came near. */
  private joinZoom(): void {
    const word = this.sync && this.axis ? `${this.sync} ${this.axis.key}` : "";
    if (word === this.zoomWord) return;
    this.stopZoom?.();
    this.stopZoom = word ? onZoom(word, this.heardZoom) : null;
    this.zoomWord = word;
    const others = word ? zoomOf(word) : null;
    if (others) this.setRange(others);
  }

  private readonly heardZoom = (range: Range | null): void => this.setRange(range);

  private look(range: Range | null): void {
    this.setRange(range);
    if (this.zoomWord) shareZoom(this.zoomWord, range, this.heardZoom);
  }

  private setRange(range: Range | null): void {
    this.range = range;
    if (!range && this.whole) {
      this.waiting?.abort();
      [this.data, this.stale] = [this.whole, false];
    } else {
      this.stale = true;
      if (this.near) void this.load();
    }
    this.pen?.look?.(range);
  }

  private draw(): void {
    const host = this.querySelector<HTMLElement>(".plot-box");
    if (!host || !this.data || !this.module || !this.near) {
      if (!host) this.erase();
      return;
    }
    if (host !== this.penHost) {
      this.erase();
      this.penHost = host;
      this.resizer?.observe(host); // notes and legends take room from it
      this.pen = this.module.make(host, {
        sync: this.sync,
        look: (range) => this.look(range),
        point: (mark) => this.dispatchEvent(new CustomEvent("mark-pointed", { bubbles: true, detail: { mark } })),
        open: (address) => location.assign(address),
        ask: (extras) => this.askWith(extras),
        change: (config) => this.change(config),
      });
      this.drawn = null;
    }
    if (this.drawn === this.data) return;
    this.drawn = this.data;
    this.pen?.look?.(this.range);
    this.pen?.show(this.data);
    this.pen?.highlight(this.highlight ?? this.front);
  }

  private drawn: PanelData | null = null;

  private erase(): void {
    this.pen?.destroy();
    this.pen = this.penHost = this.drawn = null;
  }

  private fit(): void {
    if (this.penHost) this.pen?.resize(this.penHost.clientWidth, this.penHost.clientHeight);
  }

  private typed(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if ((event.target as Element).closest(".menu, input, select, textarea, [contenteditable]")) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const own: Record<string, () => void> = {
      ArrowLeft: () => this.speak(this.pen?.step?.(-1)),
      ArrowRight: () => this.speak(this.pen?.step?.(1)),
      "+": () => this.pen?.zoomBy?.(0.5),
      "-": () => this.pen?.zoomBy?.(2),
      "0": () => this.look(null),
    };
    const action = actionsOf(this).find((one) => one.key === key);
    const act = own[key] ?? (action && (() => action.act(this)));
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  private speak(text: string | undefined): void {
    const line = this.querySelector("p[aria-live]");
    if (line && text) line.textContent = text;
  }
}

/** The title before the server has told it. */
function wantedTitle(panel: PanelSpec | null): string {
  const { chartTitle, metrics } = panel?.config ?? {};
  if (typeof chartTitle === "string" && chartTitle) return chartTitle;
  return Array.isArray(metrics) ? metrics.join(", ") : "";
}

function skeleton(): TemplateResult {
  return html`<div class="chart-wait"><i></i><i></i><i></i><span class="skeleton"></span></div>`;
}

function isDrawn(view: PanelView): boolean {
  return Boolean(view.data && view.data.kind in PENS && view.words && !view.words.isEmpty?.(view.data));
}

offerAction({
  name: "table",
  label: (view) => (view.asTable ? "Show as chart" : "Show as table"),
  icon: (view) => (view.asTable ? "chart" : "table"),
  key: "t",
  rank: 20,
  when: (view) => Boolean(view.words),
  act: (view) => (view.asTable = !view.asTable),
});
offerAction({
  name: "enlarge",
  label: (view) => (view.isEnlarged ? "Close" : "Enlarge"),
  icon: "expand",
  key: "f",
  rank: 21,
  act: (view) => view.enlarge(),
});
offerAction({
  name: "log-y",
  label: "Log y axis",
  icon: "chart",
  rank: 22,
  when: (view) => view.data?.kind === "line",
  isOn: (view) => Boolean(view.panel?.config["yLogScale"]),
  act: (view) => view.change({ yLogScale: !view.panel?.config["yLogScale"] }),
});
offerAction({
  name: "csv",
  label: "Download as CSV",
  icon: "download",
  rank: 40,
  when: isDrawn,
  act: (view) => {
    if (view.data && view.words) save(view.words.csv(view.data), `${view.heading.replace(/[^\w.-]+/g, "-")}.csv`);
  },
});

function save(text: string, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

define("panel-view", PanelView);

declare global {
  interface HTMLElementTagNameMap {
    "panel-view": PanelView;
  }
}
