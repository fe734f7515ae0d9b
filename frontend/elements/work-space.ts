/**
 * The page of a workspace: runs on the left, charts on the right, one document behind both.
 *
 *     <work-space class="workspace" from="workspace-state">…the frame that the server drew…</work-space>
 *     <script type="application/json" id="workspace-state">{"view", "entity", "project", "live", "value", "addresses"}</script>
 *
 * Every change comes as an event `workspace-edit` {edit, label, merge} from an element below, or as `panel-change` from a
 * panel, and goes through the state (frontend/workspace/state.ts), which saves and undoes.
 * Keys: Ctrl Z takes the last change back, Ctrl Shift Z makes it again. `#panel=<id>` opens a panel enlarged.
 */
import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import * as format from "../format";
import { onChange } from "../live";
import { define, icon, PageElement } from "../lit";
import type { PanelData, PanelScene, PanelSpec } from "../panels/data";
import { offerCommands } from "../workspace/commands";
import * as edits from "../workspace/edits";
import { readList, runsFrom } from "../workspace/fetch-runs";
import * as documents from "../workspace/document";
import { type Given, Keeper, readGiven } from "../workspace/keeper";
import * as menus from "../workspace/menus";
import { RunPages } from "../workspace/runs";
import { WorkspaceState } from "../workspace/state";
import type { PanelEditor } from "./panel-editor";
import type { PanelView } from "./panel-view";
import type { ToastList } from "./toast-list";
import "./panel-section";
import "./run-list";
import "./workspace-bar";

void import("../panels/line-pen"); // most panels are lines: fetched while the first data are asked for

const REFRESH_RUNS = 2000;
const STORED_SWITCH = "carnet.auto-refresh";

export class WorkSpace extends PageElement {
  static override properties = {
    from: {},
    words: { state: true },
    refreshing: { state: true },
    highlight: { state: true },
    drawnAt: { state: true },
    areRunsOpen: { state: true },
    editing: { state: true },
  };

  declare from: string;
  declare words: string;
  declare refreshing: boolean;
  declare highlight: string | null;
  declare drawnAt: number;
  declare areRunsOpen: boolean;
  declare editing: { panel: PanelSpec; sectionId: string | null; isNew: boolean } | null;

  private given: Given | null = null;
  private state: WorkspaceState | null = null;
  private pages: RunPages | null = null;
  private keeper: Keeper | null = null;
  private readonly scenes = new Map<string, { key: string; scene: PanelScene }>();
  private sceneTurn = 0;
  private runsTimer: ReturnType<typeof setTimeout> | undefined;
  private stops: (() => void)[] = [];

  constructor() {
    super();
    const refreshing = localStorage.getItem(STORED_SWITCH) !== "off";
    Object.assign(this, {
      from: "",
      words: "",
      refreshing,
      highlight: null,
      drawnAt: 0,
      areRunsOpen: false,
      editing: null,
    });
  }

  override connectedCallback(): void {
    if (!this.given) this.begin();
    super.connectedCallback();
    const { signal } = this.life;
    document.addEventListener("keydown", (event) => this.typed(event), { signal });
    window.addEventListener("hashchange", () => this.followHash(), { signal });
    window.addEventListener("beforeunload", (event) => this.keeper?.warn(event), { signal });
    this.listen();
    this.stops = [
      offerCommands(this),
      onChange((change) => change.group === this.given?.live && this.runsChanged()),
      onChange((change) => this.keeper?.heard(change)),
    ];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const stop of this.stops) stop();
    clearTimeout(this.runsTimer);
  }

  /** What the page knows: state, addresses, what may be done. For menus. */
  get facts(): { given: Given; state: WorkspaceState } {
    return { given: this.given as Given, state: this.state as WorkspaceState };
  }

  protected override firstUpdated(): void {
    this.followHash();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { state, given, pages } = this;
    if (!state || !given || !pages) return nothing;
    const runSet = documents.runSetOf(state.spec);
    const value = state.spec.x?.value ?? (given.value.key ? given.value : null);
    pages.show(runSet, value);
    return html`<aside class="runlist" aria-label="Runs" ?data-open=${this.areRunsOpen}>
        <run-list
          .runSet=${runSet}
          .value=${value}
          .limit=${documents.limitOf(state.spec)}
          .colours=${documents.coloursOf(state.spec)}
          .pages=${pages}
          .facts=${given.facts}
          .highlight=${this.highlight}
        ></run-list>
        <button
          type="button"
          class="button only quiet small runs-close"
          aria-label="Close the runs"
          @click=${() => (this.areRunsOpen = false)}
        >
          ${icon("x")}
        </button>
      </aside>
      <div class="scrim" ?hidden=${!this.areRunsOpen} @click=${() => (this.areRunsOpen = false)}></div>
      <div class="canvas">
        <workspace-bar
          .state=${state}
          .revision=${state.revision}
          .words=${this.words}
          .refreshing=${this.refreshing}
          .drawnAt=${this.drawnAt}
          .keys=${given.addresses.keys}
        ></workspace-bar>
        ${this.banner(state)} ${this.sections(state, given)}
      </div>
      <panel-editor
        .panel=${this.editing?.panel ?? null}
        .isNew=${this.editing?.isNew ?? false}
        .scene=${this.editingScene()}
        .keys=${given.addresses.keys}
      ></panel-editor>`;
  }

  private banner(state: WorkspaceState): TemplateResult | typeof nothing {
    if (state.kept === "overtaken") {
      return html`<div class="banner warn" role="alert">
        ${icon("warn")}<span>${state.trouble}</span>
        <span class="actions">
          <button type="button" class="button small" @click=${() => void state.open(state.view.slug)}>
            Show the saved one
          </button>
          <button type="button" class="button small" @click=${() => void state.save({ force: true })}>
            Keep this one
          </button>
        </span>
      </div>`;
    }
    if (state.kept !== "failed") return nothing;
    return html`<div class="banner bad" role="alert">
      ${icon("warn")}<span>Not saved: ${state.trouble} What you changed is still here.</span>
      <span class="actions"
        ><button type="button" class="button small" @click=${() => void state.save()}>Try again</button></span
      >
    </div>`;
  }

  private sections(state: WorkspaceState, given: Given): TemplateResult {
    const fits = documents.panelSearch(this.words);
    const isSearched = this.words.trim() !== "";
    const all = documents.shownSections(state.spec).map((section) => ({
      section,
      panels: documents.shownPanels(section).filter(fits),
    }));
    const found = isSearched ? all.filter(({ panels }) => panels.length) : all;
    if (!found.length) return this.nothing(isSearched, all.flatMap(({ section }) => section.panels).length);
    return html`${repeat(
      found,
      ({ section }) => edits.sectionId(section),
      ({ section, panels }) =>
        html`<panel-section
          .section=${section}
          .panels=${panels}
          .scene=${this.sceneOf(section)}
          .live=${given.live}
          .refreshing=${this.refreshing}
          .highlight=${this.highlight}
          .isSearched=${isSearched}
        ></panel-section>`,
    )}
    ${
      state.spec.x?.left_out
        ? html`<p class="faint xs leftout">
            ${format.count(state.spec.x.left_out)} more keys have no panel by themselves. Find one by its key with “Add
            panel”.
          </p>`
        : nothing
    }`;
  }

  private nothing(isSearched: boolean, count: number): TemplateResult {
    if (isSearched) {
      return html`<div class="card">
        <div class="empty">
          <h3>No panel has “${this.words}” in its title or keys</h3>
          <p>${format.count(count)} panels are there without the search.</p>
          <button type="button" class="button" @click=${() => (this.words = "")}>Show all panels</button>
        </div>
      </div>`;
    }
    const hasRuns = Boolean(this.pages?.isReady && this.pages.allCount);
    return html`<div class="card">
      <div class="empty">
        ${icon("chart")}
        <h3>${hasRuns ? "No metrics yet" : "No runs yet"}</h3>
        <p>
          ${
            hasRuns
              ? "A chart appears here for every number that a script logs, within a few seconds."
              : "Point a script at this project. The first points appear here within a few seconds."
          }
        </p>
        <a class="button" href=${this.given?.addresses.project ?? "/"}>How to log to it</a>
      </div>
    </div>`;
  }

  /** The same object as long as what is drawn is the same, so that panels ask only when they must. */
  private sceneOf(section: documents.Section): PanelScene {
    const { state, given } = this.facts;
    const scene = documents.sceneOf(state.spec, section, given.addresses.data);
    const id = edits.sectionId(section);
    const key = `${this.sceneTurn} ${JSON.stringify(scene)}`;
    const known = this.scenes.get(id);
    if (known?.key === key) return known.scene;
    this.scenes.set(id, { key, scene });
    return scene;
  }

  private editingScene(): PanelScene | null {
    const { editing, state } = this;
    if (!editing || !state) return null;
    const sections = documents.sectionsOf(state.spec);
    const section = sections.find((one) => edits.sectionId(one) === editing.sectionId) ?? sections[0];
    return this.sceneOf(section ?? { name: "", panels: [] });
  }

  // ---- beginning

  private begin(): void {
    this.given = readGiven(this.from);
    if (!this.given) return;
    const { addresses, view } = this.given;
    this.state = new WorkspaceState(view, addresses.views, sessionStorage);
    this.pages = new RunPages(runsFrom(addresses.runs), readList(this.given.list));
    this.keeper = new Keeper(this.given, this.state);
    this.state.addEventListener("change", () => this.requestUpdate());
    this.pages.addEventListener("change", () => this.requestUpdate());
  }

  private listen(): void {
    const { signal } = this.life;
    const on = <T>(name: string, act: (detail: T, event: CustomEvent<T>) => void) =>
      this.addEventListener(name, (event) => act((event as CustomEvent<T>).detail, event as CustomEvent<T>), {
        signal,
      });
    on<{ edit: edits.Edit; label: string; merge?: string }>("workspace-edit", ({ edit, label, merge }) =>
      this.edit(edit, label, merge),
    );
    on<{ panel: PanelSpec }>("panel-change", ({ panel }, event) => {
      event.preventDefault();
      this.edit(edits.editPanel(panel), `changing ${documents.titleOf(panel)}`, `panel ${panel.__id__}`);
    });
    on<{ command: string; id: string; view: PanelView }>("panel-command", (detail) => menus.panelCommand(this, detail));
    on<{ panel: PanelSpec }>("panel-applied", ({ panel }) => this.applied(panel));
    on("editor-closed", () => (this.editing = null));
    on<{ mark: string | null }>("mark-pointed", ({ mark }) => (this.highlight = mark));
    on<{ data: PanelData }>("panel-drawn", () => (this.drawnAt = Date.now()));
    on<{ words: string }>("panels-searched", ({ words }) => (this.words = words));
    on<{ isOn: boolean }>("refresh-switched", ({ isOn }) => this.switchRefresh(isOn));
    on<{ section: documents.Section | null; anchor?: HTMLElement }>("panel-wanted", ({ section, anchor }, event) =>
      menus.addPanel(this, section, anchor ?? (event.target as HTMLElement)),
    );
    on<{ section: documents.Section; anchor: HTMLElement }>("section-menu", ({ section, anchor }) =>
      menus.sectionMenu(this, section, anchor),
    );
    on<{ anchor: HTMLElement }>("views-wanted", ({ anchor }) => void menus.viewMenu(this, anchor));
    on<{ command: "save" | "reset" }>("view-command", ({ command }) => menus.viewCommand(this, command));
    on<{ anchor: HTMLElement; conditions: Record<string, unknown>[] }>("filters-wanted", ({ anchor, conditions }) =>
      menus.filterSheet(this, anchor, conditions),
    );
    on("runs-wanted", () => (this.areRunsOpen = true));
    this.addEventListener("toggle", (event) => this.enlarged(event), { signal, capture: true });
  }

  // ---- changes

  /** Change the document; what takes something away offers to take that back. */
  edit(edit: edits.Edit, label: string, merge = ""): void {
    this.state?.edit(edit, label, merge);
  }

  /** Say what was done, with a way back. */
  say(text: string, withUndo = false): void {
    const toasts = document.querySelector<ToastList>("toast-list");
    const undo = { label: "Undo", act: () => void this.state?.undo() };
    toasts?.say(text, withUndo ? undo : undefined);
  }

  /** Open the editor for a panel, or for one that is not there yet. */
  openEditor(panel: PanelSpec, sectionId: string | null, isNew: boolean): void {
    this.editing = { panel, sectionId, isNew };
    void import("./panel-editor").then(async () => {
      await this.updateComplete;
      this.querySelector<PanelEditor>("panel-editor")?.open();
    });
  }

  private applied(panel: PanelSpec): void {
    const title = documents.titleOf(panel);
    if (this.editing?.isNew) {
      this.edit(edits.addPanel(this.editing.sectionId, panel), `adding ${title}`);
      void this.reveal(panel.__id__);
    } else this.edit(edits.editPanel(panel), `editing ${title}`);
  }

  private typed(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== "z") return;
    if (target.closest("input:not([type=range], [type=checkbox]), textarea, [contenteditable], dialog")) return;
    event.preventDefault();
    const label = event.shiftKey ? this.state?.redo() : this.state?.undo();
    if (label) this.say(event.shiftKey ? `Done again: ${label}.` : `Taken back: ${label}.`);
  }

  // ---- what changes by itself

  private runsChanged(): void {
    if (!this.refreshing) return;
    this.runsTimer ??= setTimeout(() => {
      this.runsTimer = undefined;
      this.pages?.refresh();
      void this.keeper?.lookForKeys();
    }, REFRESH_RUNS);
  }

  private switchRefresh(isOn: boolean): void {
    this.refreshing = isOn;
    localStorage.setItem(STORED_SWITCH, isOn ? "on" : "off");
    if (!isOn) return;
    this.sceneTurn += 1;
    this.pages?.refresh();
  }

  // ---- links to panels

  private followHash(): void {
    const id = /^#panel=(.+)$/.exec(location.hash)?.[1];
    if (id) void this.reveal(decodeURIComponent(id), true);
  }

  /** Bring a panel into view, open its section, and enlarge it if wanted. */
  async reveal(id: string, isEnlarged = false): Promise<void> {
    const found = this.state && documents.findPanel(this.state.spec, id);
    if (!found) {
      if (isEnlarged) this.say("The panel of this link is not in this workspace.");
      return;
    }
    this.words = "";
    if (found.section.isOpen === false) {
      this.edit(edits.changeSection(edits.sectionId(found.section), { isOpen: true }), `opening ${found.section.name}`);
    }
    await this.updateComplete;
    await new Promise((done) => setTimeout(done, 60)); // sections draw after the page
    const place = this.querySelector<HTMLElement>(`.panel-place[data-panel="${CSS.escape(id)}"]`);
    place?.scrollIntoView({ block: isEnlarged ? "center" : "nearest" });
    if (!isEnlarged) return;
    for (let tries = 0; tries < 40; tries += 1) {
      const view = place?.querySelector<PanelView>("panel-view");
      if (view?.data) {
        if (!view.isEnlarged) view.enlarge();
        return;
      }
      await new Promise((done) => setTimeout(done, 50));
    }
  }

  /** The address names the panel that is enlarged. */
  private enlarged(event: ToggleEvent): void {
    const frame = event.target as HTMLElement;
    if (!frame.matches(".panel") || frame.closest("dialog")) return;
    const id = frame.closest<HTMLElement>(".panel-place")?.dataset["panel"];
    const address = new URL(location.href);
    address.hash = event.newState === "open" && id ? `panel=${encodeURIComponent(id)}` : "";
    history.replaceState(history.state, "", address);
  }
}

define("work-space", WorkSpace);
