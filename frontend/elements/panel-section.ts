/**
 * One section of a workspace: its head, and its panels where they stand.
 *
 *     <panel-section></panel-section>   .section .panels .scene .live .refreshing .highlight
 *
 * Properties: `section` (frontend/workspace/document.ts); `panels`, those that search leaves; `scene`, what they are drawn
 * from; `live` and `refreshing` as of `<panel-view>`. Events: `workspace-edit` {edit, label}; `panel-wanted` {section},
 * `section-menu` {section, anchor}. Panels are dragged by their head, sized by their lower corner; by keyboard with Alt and
 * arrows, sized with Alt, Shift and arrows. Far panels are nothing but a place of their size.
 */
import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import * as format from "../format";
import { define, icon, PageElement, properties, type PropertyValues } from "../lit";
import type { PanelScene, PanelSpec } from "../panels/data";
import { type Layout, type Section, titleOf } from "../workspace/document";
import { PanelDrag } from "../workspace/drag";
import * as edits from "../workspace/edits";
import { arrange, columnsOf, place, type Placed, rowsOf } from "../workspace/layout";
import "./panel-view";
import "./step-slider";

const NEAR = "1200px 0px";
const TOLD = ["limited"]; // the run list says how many are drawn

export class PanelSection extends PageElement {
  static override properties = {
    section: { attribute: false },
    panels: { attribute: false },
    scene: { attribute: false },
    highlight: { attribute: false },
    live: { attribute: false },
    refreshing: { attribute: false },
    isSearched: { attribute: false },
    near: { state: true },
    moving: { state: true },
  };

  declare section: Section;
  declare panels: readonly PanelSpec[];
  declare scene: PanelScene | null;
  declare highlight: string | null;
  declare live: string;
  declare refreshing: boolean;
  declare isSearched: boolean;
  /** Ids of the panels that exist. */
  declare near: ReadonlySet<string>;
  /** A panel under way and where it would come to stand. */
  declare moving: { id: string; at: Layout } | null;

  private observer: IntersectionObserver | null = null;
  private readonly observed = new Map<Element, string>();

  constructor() {
    super();
    Object.assign(this, { panels: [], scene: null, highlight: null, live: "", refreshing: true, isSearched: false });
    Object.assign(this, { near: new Set(), moving: null, section: { name: "", panels: [] } });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const root = this.closest(".canvas");
    this.observer = new IntersectionObserver((entries) => this.sawNear(entries), { root, rootMargin: NEAR });
    new PanelDrag(this, this.life.signal);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.observer?.disconnect();
    this.observed.clear();
    this.near = new Set();
  }

  get sectionId(): string {
    return edits.sectionId(this.section);
  }

  /** Where the panels stand now. */
  get placed(): Placed[] {
    const { moving } = this;
    const placed = place(this.section, this.panels);
    return moving ? arrange(placed, moving.id, moving.at) : placed;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has("highlight")) {
      for (const view of this.querySelectorAll("panel-view")) view.highlight = this.highlight;
    }
    this.watchPlaces();
  }

  protected override render(): TemplateResult {
    const { section } = this;
    const isOpen = this.isSearched || section.isOpen !== false;
    return html`<details class="section" ?open=${isOpen} @toggle=${(event: ToggleEvent) => this.toggled(event)}>
        <summary>
          ${icon("right", "small")}
          <h2>${section.name || "Charts"}</h2>
          <span class="count">${format.count(this.panels.length)}</span>
          ${section.pinned ? html`<span class="faint" title="Pinned">${icon("pin", "small")}</span>` : nothing}
          ${this.localWords()}
        </summary>
        ${isOpen ? this.places() : nothing}
      </details>
      <div class="section-tools row tight">
        <step-slider word=${`section ${this.sectionId}`}></step-slider>
        ${this.tool("plus", `Add a panel to ${section.name}`, () => this.tell("panel-wanted", { section }))}
        ${this.tool("more", `Section ${section.name}`, (event) => this.tell("section-menu", { section, anchor: event.currentTarget }))}
      </div>`;
  }

  private tool(name: string, label: string, act: (event: Event) => void): TemplateResult {
    return html`<button type="button" class="button only quiet small" title=${label} aria-label=${label} @click=${act}>
      ${icon(name)}
    </button>`;
  }

  /** What the section does otherwise than the rest. */
  private localWords(): TemplateResult | typeof nothing {
    const { xAxisActive, xAxis, smoothingActive } = this.section.localPanelSettings ?? {};
    const words = [xAxisActive ? `x: ${xAxis ?? ""}` : "", smoothingActive ? "smoothed by itself" : ""].filter(Boolean);
    return words.length ? html`<span class="unit">${words.join(", ")}</span>` : nothing;
  }

  private places(): TemplateResult {
    if (!this.panels.length) {
      return html`<div class="section-none">
        <span class="muted">No panels yet.</span>
        <button type="button" class="button small" @click=${() => this.tell("panel-wanted", { section: this.section })}>
          ${icon("plus")}Add panel
        </button>
      </div>`;
    }
    const { section } = this;
    const isFree = section.type === "grid" || this.moving !== null;
    return html`<div
      class="panel-places"
      ?data-free=${isFree}
      data-columns=${columnsOf(section)}
      ${properties({ "--columns": String(columnsOf(section)), "--rows": String(rowsOf(section)) })}
    >
      ${repeat(
        this.placed,
        ({ panel }) => panel.__id__,
        (placed) => this.place(placed),
      )}
    </div>`;
  }

  private place({ panel, at }: Placed): TemplateResult {
    const id = panel.__id__;
    return html`<div
      class="panel-place"
      data-panel=${id}
      ?data-moving=${this.moving?.id === id}
      ?data-wide=${at.w >= 24}
      ${properties({ "--x": String(at.x + 1), "--y": String(at.y + 1), "--w": String(at.w), "--h": String(at.h) })}
      @keydown=${(event: KeyboardEvent) => this.typed(event, panel)}
    >
      ${this.near.has(id) ? this.view(panel) : far(panel)}
      <span class="panel-grip" title="Drag to move" aria-hidden="true">${icon("drag", "small")}</span>
      <span class="panel-corner" title="Drag to resize" aria-hidden="true"></span>
    </div>`;
  }

  private view(panel: PanelSpec): TemplateResult {
    return html`<panel-view
      id="panel-${panel.__id__}"
      .panel=${panel}
      .scene=${this.scene}
      .sync=${`section ${this.sectionId}`}
      .live=${this.live}
      .refreshing=${this.refreshing}
      .told=${TOLD}
    ></panel-view>`;
  }

  private toggled(event: ToggleEvent): void {
    const isOpen = event.newState === "open";
    if (this.isSearched || isOpen === (this.section.isOpen !== false)) return;
    const label = isOpen ? `opening ${this.section.name}` : `folding ${this.section.name}`;
    this.tell("workspace-edit", {
      edit: edits.changeSection(this.sectionId, { isOpen }),
      label,
      merge: `fold ${this.sectionId}`,
    });
  }

  // ---- near and far

  private watchPlaces(): void {
    const places = new Set<Element>(this.querySelectorAll(".panel-place"));
    for (const element of this.observed.keys()) {
      if (places.has(element)) continue;
      this.observer?.unobserve(element);
      this.observed.delete(element);
    }
    for (const element of places) {
      if (this.observed.has(element)) continue;
      this.observed.set(element, (element as HTMLElement).dataset["panel"] ?? "");
      this.observer?.observe(element);
    }
  }

  private sawNear(entries: readonly IntersectionObserverEntry[]): void {
    const near = new Set(this.near);
    for (const { target, isIntersecting } of entries) {
      const id = (target as HTMLElement).dataset["panel"] ?? "";
      if (isIntersecting) near.add(id);
      else if (!target.contains(document.activeElement) && !target.querySelector("[popover]:popover-open"))
        near.delete(id);
    }
    this.near = near;
  }

  // ---- moving and sizing by keyboard

  private typed(event: KeyboardEvent, panel: PanelSpec): void {
    if (!event.altKey || !event.key.startsWith("Arrow") || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key] ?? [
      0, 0,
    ];
    if (event.shiftKey) this.resizeBy(panel, dx as number, dy as number);
    else if (this.section.type === "grid") this.moveBy(panel, dx as number, dy as number);
    else this.stepBy(panel, (dx as number) + (dy as number) * columnsOf(this.section));
    void this.updateComplete.then(() => this.querySelector<HTMLElement>(`#panel-${panel.__id__} > .panel`)?.focus());
  }

  private resizeBy(panel: PanelSpec, dx: number, dy: number): void {
    const at = place(this.section, this.panels).find((one) => one.panel === panel)?.at;
    if (at) this.layOut(panel.__id__, { ...at, w: at.w + dx * 2, h: at.h + dy }, "resizing a panel");
  }

  private moveBy(panel: PanelSpec, dx: number, dy: number): void {
    const at = place(this.section, this.panels).find((one) => one.panel === panel)?.at;
    if (at) this.layOut(panel.__id__, { ...at, x: at.x + dx * 2, y: at.y + dy }, "moving a panel");
  }

  private stepBy(panel: PanelSpec, by: number): void {
    const ids = this.panels.map((one) => one.__id__);
    const at = ids.indexOf(panel.__id__);
    const to = Math.min(Math.max(at + by, 0), ids.length - 1);
    if (to === at) return;
    const before = ids[to > at ? to + 1 : to] ?? null;
    this.tell("workspace-edit", {
      edit: edits.movePanel(panel.__id__, this.sectionId, before),
      label: "moving a panel",
    });
  }

  /** Put a panel at a place of its own; the others give way. */
  layOut(id: string, at: Layout, label: string): void {
    const placed = arrange(place(this.section, this.panels), id, at);
    const places = new Map(placed.map((one) => [one.panel.__id__, one.at]));
    this.tell("workspace-edit", { edit: edits.layOut(this.sectionId, places), label, merge: `${label} ${id}` });
  }

  /** Say something to the page. */
  tell(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
  }
}

/** A panel that is too far away to exist. */
function far(panel: PanelSpec): TemplateResult {
  return html`<section class="panel">
    <header><h3 class="cut">${titleOf(panel)}</h3></header>
    <div class="chart-box">
      <div class="chart-wait"><i></i><i></i><i></i></div>
    </div>
  </section>`;
}

define("panel-section", PanelSection);
