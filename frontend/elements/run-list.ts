/**
 * The runs beside the charts: legend, filter and switch in one.
 *
 *     <run-list></run-list>   .runSet .value .limit .colours .pages (frontend/workspace/runs.ts) .highlight .facts
 *
 * A swatch is the checkbox of its run and its colour; the name opens the run. Events: `workspace-edit` {edit, label, merge}
 * for all that belongs to the document; `mark-pointed` {mark} while the pointer or the focus is on a row.
 * Keys on a row: `Space` shows or hides it, `P` pins it, `J` and `K` move, `Enter` opens. Long lists hold only the rows in sight.
 */
import { html, nothing, type TemplateResult } from "lit";
import { copyText } from "../clipboard";
import * as format from "../format";
import { define, icon, PageElement, properties, type PropertyValues } from "../lit";
import type { Key, RunSet, SortKey, ValueChoice } from "../workspace/document";
import { sortOf } from "../workspace/document";
import * as edits from "../workspace/edits";
import { keyMenu, sentenceOf, titleOfKey } from "../workspace/keys";
import { type MenuLine, openMenu, openSheet } from "../workspace/menu";
import { drawnRuns, type GroupRow, type Line, type RunPages, type RunRow, Shown } from "../workspace/runs";
import "./colour-picker";

const ROW = 30;
const OVERSCAN = 8;
const GROUPED_BY = ["state", "group", "jobType", "username", "tags", "host", "sweep"];
const SEARCH_PAUSE = 200;

/** What the page knows about its project. */
export interface ProjectFacts {
  entity: string;
  project: string;
  /** The address of the page with all columns. */
  table: string;
  /** The address of the keys that can be chosen. */
  keys: string;
}

export class RunList extends PageElement {
  static override properties = {
    runSet: { attribute: false },
    value: { attribute: false },
    limit: { attribute: false },
    colours: { attribute: false },
    pages: { attribute: false },
    facts: { attribute: false },
    highlight: { attribute: false },
    from: { state: true },
    to: { state: true },
  };

  declare runSet: RunSet;
  declare value: ValueChoice | null;
  declare limit: number;
  declare colours: Record<string, string>;
  declare pages: RunPages | null;
  declare facts: ProjectFacts;
  declare highlight: string | null;
  declare from: number;
  declare to: number;

  private typing: ReturnType<typeof setTimeout> | undefined;
  private resizer: ResizeObserver | null = null;
  private shown = new Shown({ id: "" });
  private drawn = new Set<string>();
  private pins = new Set<string>();
  private baseline = "";
  private decimals = 0;

  constructor() {
    super();
    Object.assign(this, { runSet: { id: "runs" }, value: null, limit: 10, colours: {}, pages: null, highlight: null });
    Object.assign(this, { from: 0, to: 60, facts: { entity: "", project: "", table: "", keys: "" } });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resizer?.disconnect();
    this.resizer = null;
    clearTimeout(this.typing);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const pages: RunPages | null | undefined = changed.get("pages");
    if (changed.has("pages")) {
      pages?.removeEventListener("change", this.changed);
      this.pages?.addEventListener("change", this.changed);
    }
    this.shown = new Shown(this.runSet);
    this.pins = new Set((this.runSet.pinnedRunIds ?? []).map(edits.pinName));
    this.baseline = edits.pinName(this.runSet.baselineRunId ?? "");
    const leading = this.pages?.leading ?? [];
    this.drawn = new Set(drawnRuns(leading, this.shown, this.pins, this.limit).map((run) => run.uid));
  }

  protected override firstUpdated(): void {
    const box = this.scroller;
    if (!box) return;
    this.resizer = new ResizeObserver(() => this.measure());
    this.resizer.observe(box);
  }

  protected override render(): TemplateResult {
    const length = this.pages?.length ?? 0;
    const lines = this.pages?.lines(this.from, Math.min(this.to, length)) ?? [];
    this.decimals = format.sharedDecimals(lines.map(roundedValue));
    return html`${this.head()} ${this.columnsHead()}
      <div class="runs-box" tabindex=${length ? nothing : 0} @scroll=${() => this.measure()}>
        <ul
          class="runs"
          data-rows
          ${properties({
            "padding-block-start": `${this.from * ROW + 4}px`,
            "padding-block-end": `${Math.max(length - this.to, 0) * ROW + 4}px`,
          })}
          @keydown=${(event: KeyboardEvent) => this.typed(event)}
          @pointerover=${(event: Event) => this.point(event.target as Element)}
          @pointerleave=${() => this.tellPointed(null)}
          @focusin=${(event: Event) => this.point(event.target as Element)}
          @focusout=${() => this.tellPointed(null)}
        >
          ${lines.map((line) => this.line(line))}
        </ul>
        ${this.nothingFound(length)}
      </div>
      <footer>
        <span class="num">${this.said()}</span><a class="link push" href=${this.facts.table}>Open as table</a>
      </footer>`;
  }

  // ---- head

  private head(): TemplateResult {
    const tool = (name: string, label: string, act: (event: Event) => void, isOn = false) =>
      html`<button
        type="button"
        class="button only quiet small"
        title=${label}
        aria-label=${label}
        aria-pressed=${isOn ? "true" : nothing}
        @click=${act}
      >
        ${icon(name)}
      </button>`;
    const grouping = this.runSet.grouping ?? [];
    return html`<header>
      <div class="row">
        <h2>Runs</h2>
        <span class="faint num">${this.pages?.isReady ? format.count(this.pages.allCount) : ""}</span>
        <span class="push row tight">
          ${tool("group", grouping.length ? `Grouped by ${grouping.map(titleOfKey).join(", ")}` : "Group", this.chooseGroups, grouping.length > 0)}
          ${tool("sort", `Sort: ${sortTitle(sortOf(this.runSet))}`, this.chooseSort)}
          ${tool("columns", "Choose the value shown", this.chooseValue)}
        </span>
      </div>
      <div class="search">
        ${icon("search")}<input
          class="input"
          type="search"
          placeholder="Filter runs"
          aria-label="Filter runs"
          data-page-filter
          .value=${this.runSet.search?.query ?? ""}
          @input=${(event: Event) => this.search((event.target as HTMLInputElement).value)}
        /><kbd>/</kbd>
      </div>
      <div class="row wrap chips">
        ${this.conditions().map(
          (condition, index) =>
            html`<span class="chip condition" title=${sentenceOf(condition)}
              ><span class="cut">${sentenceOf(condition)}</span
              ><button
                type="button"
                aria-label="Remove ${sentenceOf(condition)}"
                @click=${() => this.dropCondition(index)}
              >
                ${icon("x")}
              </button></span
            >`,
        )}
        <button type="button" class="chip dashed" @click=${(event: Event) => this.editFilters(event)}>
          ${icon("plus")}Filter
        </button>
      </div>
    </header>`;
  }

  private columnsHead(): TemplateResult {
    const { shown } = this;
    const pages = this.pages;
    const drawnText = pages?.isGrouped
      ? `${format.count(Math.min(this.limit, pages.groups.filter((group) => group.isShown).length))} of ${format.count(pages.groupCount)} groups drawn`
      : `${format.count(this.drawn.size)} of ${format.count(pages?.runCount ?? 0)} drawn`;
    return html`<div class="runlist-head">
      <input
        type="checkbox"
        class="check"
        aria-label=${shown.isAll ? "Hide all runs" : "Show all runs"}
        title=${shown.isAll ? "Hide all" : "Show all"}
        .checked=${shown.isAll}
        .indeterminate=${!shown.isAll && !shown.isNone}
        @change=${() => this.edit(shown.isAll ? edits.hideAll() : edits.showAll(), shown.isAll ? "hiding all runs" : "showing all runs")}
      />
      <button type="button" class="num plainbutton" title="How many are drawn at most" @click=${this.chooseLimit}>
        ${pages?.isReady ? drawnText : "…"}
      </button>
      ${
        this.value
          ? html`<button
              type="button"
              class="push plainbutton valuehead"
              title="Choose the value shown"
              @click=${this.chooseValue}
            >
              <span class="cut">${this.value.key}</span><span class="faint">${this.value.kind}</span>
            </button>`
          : nothing
      }
    </div>`;
  }

  // ---- rows

  private line(line: Line): TemplateResult {
    if (line.kind === "waiting")
      return html`<li class="waiting" aria-hidden="true"><span class="skeleton"></span></li>`;
    return line.kind === "group"
      ? this.groupLine(line.group, line.isOpen)
      : this.runLine(line.run, line.depth, line.within);
  }

  private runLine(run: RunRow, depth: number, within: readonly string[]): TemplateResult {
    const isShown = this.shown.run(run, within) || this.pins.has(run.name);
    const isDrawn = depth ? isShown : this.drawn.has(run.uid);
    const mark = run.id;
    const isBaseline = run.name === this.baseline;
    return html`<li
      data-mark=${mark}
      data-depth=${depth || nothing}
      ?data-near=${this.highlight === mark}
      aria-current=${isBaseline ? "true" : nothing}
    >
      <button
        type="button"
        class="swatch"
        ${colouring(run.slot, this.colours[run.name])}
        data-series=${run.slot}
        data-dash=${run.dash > 1 ? run.dash : nothing}
        aria-pressed=${String(isDrawn)}
        aria-label="Draw ${run.label}"
        title=${isDrawn ? "Hide from charts" : isShown ? `Not among the first ${this.limit}: click to draw it too` : "Show in charts"}
        @click=${() => this.toggleRun(run, isShown, isDrawn)}
      ></button>
      <a class="plain cut row-link" href=${run.address} title=${run.label}>${run.label}</a>
      ${this.pins.has(run.name) ? html`<span class="pinmark" title=${isBaseline ? "Baseline" : "Pinned"}>${icon(isBaseline ? "star" : "pin", "small")}</span>` : nothing}
      <button
        type="button"
        class="button only quiet small row-more"
        aria-label="More about ${run.label}"
        title="More"
        @click=${(event: Event) => this.runMenu(event.currentTarget as HTMLElement, run)}
      >
        ${icon("more")}
      </button>
      <span class="state glyph" data-state=${run.state} title=${format.capital(run.state)}
        >${format.capital(run.state)}</span
      >
      <span class="num v" title=${this.value ? `${this.value.key}, ${this.value.kind}` : nothing}
        >${format.number(run.value, this.decimals)}</span
      >
    </li>`;
  }

  private groupLine(group: GroupRow, isOpen: boolean): TemplateResult {
    const { isShown } = group;
    const colour = this.colours[this.groupKey(group)];
    return html`<li class="group" data-mark=${group.id} ?data-near=${this.highlight === group.id}>
      <button
        type="button"
        class="swatch"
        ${colouring(group.slot, colour)}
        data-series=${group.slot}
        data-dash=${group.dash > 1 ? group.dash : nothing}
        aria-pressed=${String(isShown)}
        aria-label="Draw ${group.label}"
        title=${isShown ? "Hide from charts" : "Show in charts"}
        @click=${() => this.edit(edits.toggleGroup(group.values), isShown ? `hiding ${group.label}` : `showing ${group.label}`)}
      ></button>
      <button
        type="button"
        class="plainbutton cut row-link"
        aria-expanded=${String(isOpen)}
        title=${group.label}
        @click=${() => this.pages?.toggle(group.values)}
      >
        ${icon(isOpen ? "down" : "right", "small")}<span class="cut">${group.label}</span>
        <span class="faint num">${format.count(group.count)}</span>
      </button>
      <button
        type="button"
        class="button only quiet small row-more"
        aria-label="More about ${group.label}"
        title="More"
        @click=${(event: Event) => this.groupMenu(event.currentTarget as HTMLElement, group)}
      >
        ${icon("more")}
      </button>
      <span></span>
      <span class="num v">${format.number(group.value, this.decimals)}</span>
    </li>`;
  }

  private nothingFound(length: number): TemplateResult | typeof nothing {
    if (this.pages?.failure) {
      return html`<div class="runs-none" role="alert">
        <p class="bad-text">${this.pages.failure}</p>
        <button type="button" class="button small" @click=${() => this.pages?.refresh()}>Try again</button>
      </div>`;
    }
    if (length || !this.pages?.isReady) return nothing;
    const count = this.conditions().length + (this.runSet.search?.query ? 1 : 0);
    if (!count)
      return html`<div class="runs-none"><p>No runs yet. They appear here as soon as a script logs.</p></div>`;
    return html`<div class="runs-none">
      <p>
        ${count === 1 ? "No run matches." : `No run matches these ${count} conditions.`}
        ${format.count(this.pages.allCount)} are there without.
      </p>
      <button
        type="button"
        class="button small"
        @click=${() => this.edit((spec) => edits.filterRuns([])(edits.searchRuns("")(spec)), "showing all runs")}
      >
        Show all runs
      </button>
    </div>`;
  }

  private said(): string {
    const pages = this.pages;
    if (!pages?.isReady) return "";
    const noun = pages.isGrouped ? `${format.count(pages.groupCount)} groups of ` : "";
    return pages.runCount === pages.allCount
      ? `${noun}${format.count(pages.runCount)} runs`
      : `${noun}${format.count(pages.runCount)} of ${format.count(pages.allCount)} runs`;
  }

  // ---- what people do

  private toggleRun(run: RunRow, isShown: boolean, isDrawn: boolean): void {
    if (isShown && !isDrawn) {
      const names = [
        ...(this.pages?.leading ?? []).filter((one) => this.drawn.has(one.uid)).map((one) => one.name),
        run.name,
      ];
      const limit = Math.max(this.limit, names.length);
      this.edit(
        (spec) => edits.changeSettings({ maxRuns: limit })(edits.showOnly(names)(spec)),
        `drawing ${run.label} too`,
      );
      return;
    }
    this.edit(edits.toggleRun(run.name), isShown ? `hiding ${run.label}` : `showing ${run.label}`);
  }

  private runMenu(anchor: HTMLElement, run: RunRow): void {
    const id = edits.pinId(this.facts.entity, this.facts.project, run.name);
    const isBaseline = run.name === this.baseline;
    const isPinned = this.pins.has(run.name);
    openMenu(anchor, `Run ${run.label}`, [
      {
        label: "Show only this run",
        icon: "eye",
        act: () => this.edit(edits.showOnly([run.name]), `showing ${run.label} alone`),
      },
      {
        label: isPinned ? "Unpin" : "Pin: always drawn",
        icon: "pin",
        act: () => this.edit(edits.togglePin(id), `pinning ${run.label}`),
      },
      {
        label: isBaseline ? "No baseline" : "Compare with it: baseline",
        icon: "star",
        act: () => this.edit(edits.toggleBaseline(id), "choosing a baseline"),
      },
      { label: "Colour", icon: "sliders", act: () => this.pickColour(anchor, run.label, run.name, run.slot) },
      "rule",
      { label: "Open the run", icon: "external", act: () => window.open(run.address, "_blank", "noopener") },
      { label: "Copy its name", icon: "copy", act: () => void copyText(run.name) },
    ]);
  }

  private groupMenu(anchor: HTMLElement, group: GroupRow): void {
    openMenu(anchor, `Group ${group.label}`, [
      {
        label: "Colour",
        icon: "sliders",
        act: () => this.pickColour(anchor, group.label, this.groupKey(group), group.slot),
      },
    ]);
  }

  private pickColour(anchor: HTMLElement, label: string, key: string, slot: number): void {
    requestAnimationFrame(() => {
      const choose = (event: Event) => {
        const { colour } = (event as CustomEvent<{ colour: string | null }>).detail;
        this.edit(edits.colourRun(key, colour), `the colour of ${label}`, `colour ${key}`);
      };
      openSheet(
        anchor,
        `Colour of ${label}`,
        html`<colour-picker
          .slotNumber=${slot}
          .colour=${this.colours[key] ?? null}
          @colour-chosen=${choose}
        ></colour-picker>`,
        "narrow",
      );
    });
  }

  private groupKey(group: GroupRow): string {
    return edits.groupColourKey(this.runSet.id, this.runSet.grouping ?? [], group.values);
  }

  private readonly chooseGroups = (event: Event): void => {
    const chosen = this.runSet.grouping ?? [];
    keyMenu(event.currentTarget as HTMLElement, "Group runs by", this.facts.keys, {
      kinds: ["config", "run"],
      among: GROUPED_BY,
      chosen,
      isMany: true,
      none: "Not grouped",
      choose: (grouping) =>
        this.edit(
          edits.groupRuns(grouping),
          grouping.length ? `grouping by ${grouping.map(titleOfKey).join(", ")}` : "ungrouping",
        ),
    });
  };

  private readonly chooseSort = (event: Event): void => {
    const [first] = sortOf(this.runSet);
    const by = (key: Key, ascending: boolean): SortKey[] => [{ key, ascending }];
    const anchor = event.currentTarget as HTMLElement;
    const entry = (label: string, key: Key, ascending: boolean): MenuLine => ({
      label,
      isOn: first?.key.name === key.name && first.key.section === key.section && first.ascending === ascending,
      act: () => this.edit(edits.sortRuns(by(key, ascending)), `sorting: ${label.toLowerCase()}`),
    });
    const value: Key | null = this.value && { section: "summary", name: this.value.key };
    openMenu(anchor, "Sort runs", [
      entry("Newest first", { section: "run", name: "createdAt" }, false),
      entry("Oldest first", { section: "run", name: "createdAt" }, true),
      entry("By name", { section: "run", name: "displayName" }, true),
      entry("Longest first", { section: "run", name: "duration" }, false),
      ...(value
        ? [entry(`${value.name}, highest first`, value, false), entry(`${value.name}, lowest first`, value, true)]
        : []),
      "rule",
      {
        label: "By another key …",
        act: () =>
          requestAnimationFrame(() =>
            keyMenu(anchor, "Sort runs by", this.facts.keys, {
              kinds: ["config", "summary", "run"],
              chosen: first ? [first.key] : [],
              choose: ([key]) => key && this.edit(edits.sortRuns(by(key, false)), `sorting by ${titleOfKey(key)}`),
            }),
          ),
      },
      ...(first
        ? [
            {
              label: "Reverse",
              icon: "swap",
              act: () => this.edit(edits.sortRuns(by(first.key, !first.ascending)), "reversing the order"),
            },
          ]
        : []),
    ]);
  };

  private readonly chooseValue = (event: Event): void => {
    const anchor = event.currentTarget as HTMLElement;
    const kinds: ValueChoice["kind"][] = ["last", "min", "max", "best"];
    const { value } = this;
    openMenu(anchor, "The value beside each run", [
      ...(value
        ? kinds.map((kind): MenuLine => ({
            label: `${value.key}, ${kind}`,
            isOn: value.kind === kind,
            act: () => this.edit(edits.chooseValue({ ...value, kind }), "the value shown"),
          }))
        : []),
      "rule",
      {
        label: "Another key …",
        act: () =>
          requestAnimationFrame(() =>
            keyMenu(anchor, "Value beside each run", this.facts.keys, {
              kinds: ["summary"],
              chosen: value ? [{ section: "summary", name: value.key }] : [],
              choose: ([key]) =>
                key && this.edit(edits.chooseValue({ key: key.name, kind: value?.kind ?? "last" }), "the value shown"),
            }),
          ),
      },
    ]);
  };

  private readonly chooseLimit = (event: Event): void => {
    openMenu(event.currentTarget as HTMLElement, "Drawn at most", [
      { heading: "Drawn at most" },
      ...[5, 10, 20, 50, 100, 200].map((limit) => ({
        label: `${limit} ${this.pages?.isGrouped ? "groups" : "runs"}`,
        isOn: limit === this.limit,
        act: () => this.edit(edits.changeSettings({ maxRuns: limit }), `drawing ${limit}`),
      })),
    ]);
  };

  private conditions(): Condition[] {
    const { filters } = this.runSet;
    const list = Array.isArray(filters) ? filters : (filters as { filters?: unknown } | undefined)?.filters;
    return Array.isArray(list) ? (list as Condition[]) : [];
  }

  private dropCondition(index: number): void {
    const rest = this.conditions().filter((_, at) => at !== index);
    this.edit(edits.filterRuns(rest), "removing a filter");
  }

  private editFilters(event: Event): void {
    this.dispatchEvent(
      new CustomEvent("filters-wanted", {
        bubbles: true,
        detail: { anchor: event.currentTarget, conditions: this.conditions() },
      }),
    );
  }

  private search(query: string): void {
    clearTimeout(this.typing);
    this.typing = setTimeout(() => this.edit(edits.searchRuns(query), "the search", "search"), SEARCH_PAUSE);
  }

  private edit(edit: edits.Edit, label: string, merge = ""): void {
    this.dispatchEvent(new CustomEvent("workspace-edit", { bubbles: true, detail: { edit, label, merge } }));
  }

  private typed(event: KeyboardEvent): void {
    const row = (event.target as Element).closest("li");
    if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
    const isButton = (event.target as Element).matches("button.swatch");
    if (event.key === " " && !isButton) {
      event.preventDefault();
      row.querySelector<HTMLElement>(".swatch")?.click();
    } else if (event.key.toLowerCase() === "p" && row.dataset["mark"]?.startsWith("run:")) {
      const uid = row.dataset["mark"].slice(4);
      const run = this.pages?.lines(this.from, this.to).find((line) => line.kind === "run" && line.run.uid === uid);
      if (run?.kind === "run")
        this.edit(
          edits.togglePin(edits.pinId(this.facts.entity, this.facts.project, run.run.name)),
          `pinning ${run.run.label}`,
        );
    }
  }

  private point(target: Element): void {
    this.tellPointed(target.closest("li")?.dataset["mark"] ?? null);
  }

  private tellPointed(mark: string | null): void {
    if (mark === this.highlight) return;
    this.dispatchEvent(new CustomEvent("mark-pointed", { bubbles: true, detail: { mark } }));
  }

  private get scroller(): HTMLElement | null {
    return this.querySelector<HTMLElement>(".runs-box");
  }

  /** Which rows are in sight. */
  private measure(): void {
    const box = this.scroller;
    if (!box) return;
    this.from = Math.max(Math.floor(box.scrollTop / ROW) - OVERSCAN, 0);
    this.to = Math.ceil((box.scrollTop + box.clientHeight) / ROW) + OVERSCAN;
  }

  private readonly changed = (): void => this.requestUpdate();
}

export type Condition = Record<string, unknown>;

function colouring(slot: number, colour: string | undefined) {
  return properties({ "--c": colour ?? `var(--series-${slot})` });
}

/** The value of a line to four digits: how many decimals it deserves. */
function roundedValue(line: Line): format.Value {
  if (line.kind === "waiting") return null;
  const read = format.parsed(line.kind === "run" ? line.run.value : line.group.value);
  return read === null || !Number.isFinite(read) ? null : Number(read.toPrecision(4));
}

function sortTitle([first]: readonly SortKey[]): string {
  if (!first) return "newest first";
  if (first.key.name === "createdAt") return first.ascending ? "oldest first" : "newest first";
  return `${titleOfKey(first.key)}, ${first.ascending ? "lowest" : "highest"} first`;
}

define("run-list", RunList);
