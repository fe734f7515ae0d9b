/**
 * All runs of a project as a table without an end: rows come as one scrolls, columns are chosen among thousands.
 *
 *     <run-table from="table-state">…first rows, rendered by the server…</run-table>
 *
 * Attribute: `from`, the id of the JSON with addresses, rights, usual columns and first rows (apps/runs/views/table.py).
 * What is shown stands in the address of the page; widths are kept in this browser.
 * Events: `runs-chosen` {action: "move" | "delete" | "tag", filters, uids, except, search, count}, for
 * whoever acts on runs (<run-actions>), whose `runs-changed` fetches anew.
 * Keys: `J` `K` next, previous; `X` choose, Shift `X` a range; `Enter` opens; double click or `F2` edits a name, notes, tags.
 */
import { html, nothing, type TemplateResult } from "lit";
import { getJson, sendJson, sentence, withParameters } from "../api";
import { type Entry, fromMongo, isComplete, type Mongo, toMongo } from "../filters";
import * as format from "../format";
import { define, icon, PageElement, properties } from "../lit";
import { LOOKS, onChange } from "../live";
import { cell, said, series, type Shown, stateWords, summary } from "../table/cells";
import type { RunsChosen } from "../runs/chosen";
import { Chosen } from "../table/chosen";
import {
  factWords,
  type Head,
  headOf,
  isNumeric,
  longTitle,
  NAME,
  NARROWEST,
  title,
  usualWidth,
  WIDEST,
  withFact,
} from "../table/columns";
import { type Group, GroupLevel, type Line } from "../table/groups";
import { openHeadMenu } from "../table/head-menu";
import { type Choice, openPicker } from "../table/picker";
import { type Row, Rows, type TableAnswer } from "../table/rows";
import { both, join, readView, type View, writeView } from "../table/view";
import { openMenu, openSheet } from "../workspace/menu";
import { type FilterBuilder, sayCondition } from "./filter-builder";
import { isShortcut } from "./keyboard-shortcuts";
import type { ToastList } from "./toast-list";

const ROW = 30;
const OVERSCAN = 10;
const NAME_WIDTH = 236;
const PICK_WIDTH = 44;
const MOST_DECIMALS = 4;
const MOST_COMPARED = 60;
const SEARCH_PAUSE = 200;
const LIVE_PAUSE = 2500;
const EDITABLE = new Set([NAME, "run:notes", "run:tags"]);
const GROUPABLE = ["displayName", "name", "state", "username", "group", "jobType", "host", "sweep", "commit"];

interface Facts {
  entity: string;
  project: string;
  live: string;
  all: number;
  usual: string[];
  may: { edit: boolean; delete: boolean };
  first: TableAnswer | null;
  addresses: Record<
    "page" | "project" | "workspace" | "rows" | "groups" | "columns" | "csv" | "parquet" | "runs",
    string
  >;
}

export class RunTable extends PageElement {
  static override properties = { from: {} };

  declare from: string;

  private facts!: Facts;
  private view!: View;
  private rows!: Rows;
  private groups: GroupLevel | null = null;
  private drawn: Line[] | null = null; // of groups, until something changes
  private readonly chosen = new Chosen();
  private entries: Entry[] = []; // as they are being built; the view holds what they say
  private widths: Record<string, number> = {};
  private readonly decimals = new Map<string, number>();
  private window: readonly [number, number] = [0, 60];
  private cursor = -1;
  private anchor = -1;
  private editing: { uid: string; key: string } | null = null;
  private dragged = "";
  private searching = 0;
  private refreshing = 0;
  private stopLive: (() => void) | null = null;
  private readonly narrow = matchMedia("(max-width: 640px)");

  override connectedCallback(): void {
    super.connectedCallback();
    this.facts = JSON.parse(document.getElementById(this.from)?.textContent ?? "{}") as Facts;
    this.widths = stored(this.storageName);
    this.read();
    this.start(this.facts.first);
    const { signal } = this.life;
    addEventListener("popstate", () => this.back(), { signal });
    addEventListener("resize", () => this.look(), { signal });
    document.addEventListener("runs-changed", () => this.acted(), { signal });
    this.narrow.addEventListener("change", () => this.requestUpdate(), { signal });
    document.addEventListener("keydown", (event) => this.typed(event), { signal, capture: true });
    this.stopLive = onChange((change) => {
      if (change.group === this.facts.live || LOOKS.has(change.name)) this.hear();
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stopLive?.();
    this.rows.abort();
    this.groups?.abort();
    clearTimeout(this.refreshing);
    clearTimeout(this.searching);
  }

  protected override updated(): void {
    this.look();
    const edited = this.querySelector<HTMLInputElement>("input.celledit");
    if (edited && document.activeElement !== edited) {
      edited.focus();
      edited.select();
    }
  }

  // ---- what is shown

  private get storageName(): string {
    return `carnet.table.${this.facts.entity}/${this.facts.project}`;
  }

  private read(): void {
    this.view = readView(location.search, this.facts.usual);
    this.entries = fromMongo(this.view.filters) ?? [];
  }

  private back(): void {
    this.read();
    this.start();
  }

  /** Change the view, its address and what is fetched. */
  private show(change: Partial<View>, { isTyped = false } = {}): void {
    this.view = { ...this.view, ...change };
    const address = this.facts.addresses.page + writeView(this.view, this.facts.usual);
    if (isTyped) history.replaceState(null, "", address);
    else history.pushState(null, "", address);
    this.start();
  }

  /** Fetch anew; what was there stays until the new comes. */
  private start(first: TableAnswer | null = null): void {
    const old = (this.rows as Rows | undefined) ?? null;
    old?.abort();
    this.groups?.abort();
    const sameOrder =
      old && new URL(old.address, document.baseURI).search === new URL(this.rowsUrl(), document.baseURI).search;
    this.rows = new Rows(this.rowsUrl(), () => this.arrived(), sameOrder ? old : null);
    if (first) this.rows.take(first);
    else this.rows.total = null;
    this.groups = this.view.group.length ? this.level() : null;
    this.drawn = null;
    this.chosen.clear();
    this.decimals.clear();
    this.cursor = this.anchor = -1;
    this.querySelector(".tablewrap")?.scrollTo({ top: 0 });
    if (!first) this.rows.want(0, 1);
    this.requestUpdate();
  }

  private level(): GroupLevel {
    return new GroupLevel(
      {
        groups: (by, filters) => this.groupsUrl(by, filters),
        rows: (filters) => this.rowsUrl(filters),
        changed: () => this.arrived(),
      },
      this.view.group,
    );
  }

  private arrived(): void {
    this.drawn = null;
    this.requestUpdate();
  }

  private asked(filters: Mongo = {}): Record<string, string> {
    const all = both(this.view.filters, filters);
    return { search: this.view.words, filters: Object.keys(all).length ? JSON.stringify(all) : "" };
  }

  private rowsUrl(filters: Mongo = {}): string {
    const { addresses } = this.facts;
    return withParameters(addresses.rows, {
      ...this.asked(filters),
      columns: join(this.view.columns),
      order: join(this.view.order),
    });
  }

  private groupsUrl(by: string, filters: Mongo): string {
    const asked = {
      ...this.asked(filters),
      group: by,
      columns: join(this.view.columns),
      order: join(this.view.order.slice(0, 1)),
    };
    return withParameters(this.facts.addresses.groups, asked);
  }

  private get total(): number {
    return this.rows.total ?? this.facts.all;
  }

  private get loadedCount(): number {
    if (!this.groups) return this.rows.loadedCount;
    const seen = new Set(this.lines.flatMap((line) => (line.kind === "row" ? [line.rows] : [])));
    return [...seen].reduce((sum, rows) => sum + rows.loadedCount, 0);
  }

  private get lines(): Line[] {
    this.drawn ??= this.groups?.lines() ?? [];
    return this.drawn;
  }

  private get length(): number {
    return this.groups ? this.lines.length : (this.rows.total ?? 0);
  }

  private line(index: number): Line {
    return this.groups
      ? (this.lines[index] ?? { kind: "wait", depth: 0 })
      : { kind: "row", rows: this.rows, index, depth: 0, group: null };
  }

  /** The columns beside the name, pinned ones first; on a phone the one number that matters. */
  private get heads(): Head[] {
    const all = this.view.columns.filter((key) => key !== NAME).map((key) => this.head(key));
    if (this.narrow.matches) {
      const sorted = this.view.order[0]?.replace(/^[-+]/, "");
      const number =
        all.find((head) => head.key === sorted && isNumeric(head)) ?? all.find((head) => head.kind === "number");
      return number ? [number] : all.slice(0, 1);
    }
    const pinned = new Set(this.view.pinned);
    return [...all.filter((head) => pinned.has(head.key)), ...all.filter((head) => !pinned.has(head.key))];
  }

  private head(key: string): Head {
    return this.rows.heads.get(key) ?? headOf(key);
  }

  private width(head: Head): number {
    return this.widths[head.key] ?? usualWidth(head);
  }

  /** Where a pinned column stays; null for one that moves. */
  private place(heads: readonly Head[], at: number): number | null {
    if (this.narrow.matches || !this.view.pinned.includes(heads[at]?.key ?? "")) return null;
    return heads.slice(0, at).reduce((sum, head) => sum + this.width(head), PICK_WIDTH + this.nameWidth);
  }

  private get nameWidth(): number {
    return this.narrow.matches ? 190 : (this.widths[NAME] ?? NAME_WIDTH);
  }

  private direction(key: string): "asc" | "desc" | "" {
    const [first = ""] = this.view.order;
    if (first.replace(/^[-+]/, "") !== key) return "";
    return first.startsWith("-") ? "desc" : "asc";
  }

  /** Decimals that a column shares; found once, so that rows which come later move nothing. */
  private decimalsOf(key: string, rows: Rows): number {
    const known = this.decimals.get(key);
    if (known !== undefined) return known;
    const values = [...rows.values(key)].filter((value) => typeof value === "number");
    const found = Math.min(format.sharedDecimals(values), MOST_DECIMALS);
    if (values.length) this.decimals.set(key, found);
    return found;
  }

  // ---- the window of rows

  /** Find which lines are in sight, and fetch them. */
  private look(): void {
    const box = this.querySelector<HTMLElement>(".tablewrap");
    if (!box) return;
    const from = Math.max(Math.floor(box.scrollTop / ROW) - OVERSCAN, 0);
    const to = Math.min(Math.ceil((box.scrollTop + box.clientHeight) / ROW) + OVERSCAN, this.length);
    if (from !== this.window[0] || to !== this.window[1]) {
      this.window = [from, to];
      this.requestUpdate();
    }
    if (!this.groups) {
      if (this.length) this.rows.want(from, to);
      return;
    }
    const wanted = new Map<Rows, [number, number]>();
    for (let index = from; index < to; index += 1) {
      const line = this.line(index);
      if (line.kind !== "row") continue;
      const [first, last] = wanted.get(line.rows) ?? [line.index, line.index];
      wanted.set(line.rows, [Math.min(first, line.index), Math.max(last, line.index)]);
    }
    for (const [rows, [first, last]] of wanted) rows.want(first, last + 1);
  }

  private hear(): void {
    if (this.refreshing) return;
    this.refreshing = window.setTimeout(
      () => {
        this.refreshing = 0;
        if (this.editing) this.hear();
        else this.refresh();
      },
      LIVE_PAUSE * (0.6 + Math.random() * 0.4),
    );
  }

  /** Something was done to chosen runs: they may be gone, or elsewhere. */
  private acted(): void {
    this.chosen.clear();
    this.refresh();
  }

  /** Fetch what is looked at again, in place: nothing moves but what changed. */
  refresh(): void {
    this.rows.refresh();
    if (this.groups) this.groups = this.groups.again();
    this.drawn = null;
    if (this.groups) this.rows.want(0, 1);
    this.look();
    this.requestUpdate();
  }

  // ---- drawing

  protected override render(): TemplateResult {
    const heads = this.heads;
    return html`${this.bar()}${this.chips()}
      <div class="tablewrap" tabindex="0" role="region" aria-label="Runs" @scroll=${() => this.look()}>
        ${this.table(heads)}${this.nothingHere()}
      </div>
      ${this.bulk()}`;
  }

  private table(heads: readonly Head[]): TemplateResult {
    const [from, to] = [Math.min(this.window[0], this.length), Math.min(Math.max(this.window[1], 0), this.length)];
    const width = heads.reduce((sum, head) => sum + this.width(head), PICK_WIDTH + this.nameWidth);
    const places = Array.from({ length: to - from }, (_, at) => from + at);
    const gap = (height: number) =>
      height > 0
        ? html`<tr class="gap" aria-hidden="true">
            <td colspan=${heads.length + 2} ${properties({ "block-size": `${height}px` })}></td>
          </tr>`
        : nothing;
    return html`<table
      class="table dense runtable"
      aria-rowcount=${this.length + 1}
      ?data-all-selected=${this.chosen.isAll}
      ?data-busy=${this.rows.total === null}
      ${properties({ "inline-size": this.narrow.matches ? "100%" : `${width}px` })}
    >
      <colgroup>
        <col ${properties({ "inline-size": `${PICK_WIDTH}px` })} />
        <col ${properties({ "inline-size": `${this.nameWidth}px` })} />
        ${heads.map((head) => html`<col ${properties({ "inline-size": `${this.width(head)}px` })} />`)}
      </colgroup>
      <thead>
        <tr aria-rowindex="1">
          <th class="pick">
            <input
              type="checkbox"
              class="check"
              aria-label="Choose all matching runs"
              .checked=${this.chosen.isAll}
              .indeterminate=${!this.chosen.isAll && this.chosen.count(this.total) > 0}
              @change=${(event: Event) => this.chooseAll((event.target as HTMLInputElement).checked)}
            />
          </th>
          ${this.headCell(this.head(NAME), null)} ${heads.map((head, at) => this.headCell(head, this.place(heads, at)))}
        </tr>
      </thead>
      <tbody>
        ${gap(from * ROW)}${places.map((index) => this.drawLine(index, heads))}${gap((this.length - to) * ROW)}
      </tbody>
    </table>`;
  }

  private headCell(head: Head, place: number | null): TemplateResult {
    const way = this.direction(head.key);
    const words = head.key === NAME ? "Name" : title(head);
    const classes = [
      head.key === NAME ? "name" : "",
      isNumeric(head) ? "n" : "",
      place === null ? "" : "held",
      this.dragged === head.key ? "dragged" : "",
    ];
    return html`<th
      scope="col"
      class=${classes.filter(Boolean).join(" ")}
      aria-sort=${way === "asc" ? "ascending" : way === "desc" ? "descending" : nothing}
      draggable=${head.key === NAME || this.narrow.matches ? "false" : "true"}
      ${properties({ "inset-inline-start": place === null ? "" : `${place}px` })}
      @dragstart=${(event: DragEvent) => this.drag(event, head.key)}
      @dragover=${(event: DragEvent) => this.dragged && event.preventDefault()}
      @drop=${(event: DragEvent) => this.drop(event, head.key)}
      @dragend=${() => this.drag(null, "")}
    >
      <button
        type="button"
        class="sort"
        title=${longTitle(head)}
        @click=${(event: Event) => this.openHead(event.currentTarget as HTMLElement, head)}
      >
        <span class="cut">${words}</span
        >${factWords(head) ? html`<span class="how">${factWords(head)}</span>` : nothing}${way ? icon(way) : nothing}
      </button>
      <span
        class="grip"
        @pointerdown=${(event: PointerEvent) => this.resize(event, head)}
        @dblclick=${() => this.resetWidth(head.key)}
      ></span>
    </th>`;
  }

  private drawLine(index: number, heads: readonly Head[]): TemplateResult {
    const line = this.line(index);
    if (line.kind === "group") return this.drawGroup(line.group, index, heads);
    if (line.kind === "more") return this.drawMore(line.group, line.hidden, heads.length);
    const row = line.kind === "row" ? line.rows.at(line.index) : null;
    if (!row || line.kind !== "row") return this.skeleton(index, heads);
    return this.drawRow(row, line, index, heads);
  }

  private drawRow(row: Row, line: Line & { kind: "row" }, index: number, heads: readonly Head[]): TemplateResult {
    const isChosen = this.chosen.has(row, line.group);
    const { colour, dash } = series(row.slot);
    const name = this.isEditing(row, NAME)
      ? this.editor(row, line.rows, NAME, row.displayName)
      : html`<a class="plain cut" href=${this.runUrl(row)} title=${row.displayName}>${row.displayName}</a>`;
    return html`<tr
      aria-rowindex=${index + 2}
      data-line=${index}
      aria-selected=${String(isChosen)}
      ?data-cursor=${index === this.cursor}
      @focusin=${() => (this.cursor = index)}
      @dblclick=${(event: Event) => this.editAt(event, row)}
    >
      <td class="pick">
        <input
          type="checkbox"
          class="check"
          aria-label="Choose ${row.displayName}"
          .checked=${isChosen}
          @click=${(event: MouseEvent) => this.pick(index, (event.target as HTMLInputElement).checked, event.shiftKey)}
        />
      </td>
      <td class="name" data-key=${NAME} ${properties({ "--depth": String(line.depth) })}>
        <span class="swatch" data-series=${colour} data-dash=${dash > 1 ? dash : nothing}></span>${name}
      </td>
      ${heads.map((head, at) => this.drawCell(head, row, line, this.place(heads, at)))}
    </tr>`;
  }

  private drawCell(head: Head, row: Row, line: Line & { kind: "row" }, place: number | null): TemplateResult {
    const value = row.value(head.key);
    const isBest = line.group !== null && line.index === 0 && head.kind === "number" && this.direction(head.key) !== "";
    const classes = [
      isNumeric(head) ? "n" : "",
      isBest ? "best" : "",
      ["step", "time"].includes(head.kind) ? "faint" : "",
      place === null ? "" : "held",
    ];
    const shown = this.isEditing(row, head.key)
      ? this.editor(
          row,
          line.rows,
          head.key,
          Array.isArray(value) ? value.join(", ") : ((value as string | null) ?? ""),
        )
      : cell(head, value, this.decimalsOf(head.key, line.rows));
    return html`<td
      class=${classes.filter(Boolean).join(" ")}
      data-key=${head.key}
      ${properties({ "inset-inline-start": place === null ? "" : `${place}px` })}
    >
      ${shown}
    </td>`;
  }

  private drawGroup(group: Group, index: number, heads: readonly Head[]): TemplateResult {
    const level = this.groups?.levelOf(group);
    const isOpen = level?.isOpen(group) ?? false;
    const value = group.value === null ? "none" : said(group.value);
    return html`<tr class="group" data-line=${index} aria-rowindex=${index + 2} ?data-cursor=${index === this.cursor}>
      <td class="pick">
        <input
          type="checkbox"
          class="check"
          aria-label="Choose the group ${value}"
          .checked=${this.chosen.hasGroup(group)}
          @change=${(event: Event) => this.chooseGroup(group, (event.target as HTMLInputElement).checked)}
        />
      </td>
      <td class="name" ${properties({ "--depth": String(group.depth) })}>
        <button type="button" aria-expanded=${String(isOpen)} @click=${() => level?.toggle(group)}>
          ${icon("right", "small")}<span class="faint">${title(group.by)}</span>
          <b class="cut" title=${value}>${value}</b>
        </button>
        <span class="faint num">${format.count(group.count)} ${group.count === 1 ? "run" : "runs"}</span>
      </td>
      ${this.groupCells(group, heads)}
    </tr>`;
  }

  /** Words on states take the place of the columns beside theirs, which have nothing to say of a group. */
  private groupCells(group: Group, heads: readonly Head[]): TemplateResult[] {
    const cells: TemplateResult[] = [];
    for (let at = 0; at < heads.length; at += 1) {
      const head = heads[at] as Head;
      let span = 1;
      let shown: Shown = summary(head, group.aggregate(head.key), this.decimals.get(head.key) ?? MOST_DECIMALS);
      if (head.kind === "state") {
        shown = stateWords(group.states);
        while (["user", "time", "text"].includes(heads[at + span]?.kind ?? "") && this.place(heads, at + span) === null)
          span += 1;
      }
      const isBest = head.kind === "number" && this.direction(head.key) !== "";
      const classes = [isNumeric(head) ? "n" : "", isBest ? "best" : head.kind === "number" ? "" : "faint"];
      const place = this.place(heads, at);
      if (place !== null) classes.push("held");
      cells.push(
        html`<td
          class=${classes.filter(Boolean).join(" ")}
          colspan=${span}
          ${properties({ "inset-inline-start": place === null ? "" : `${place}px` })}
        >
          <span class="cut">${shown}</span>
        </td>`,
      );
      at += span - 1;
    }
    return cells;
  }

  private drawMore(group: Group, hidden: number, columns: number): TemplateResult {
    const open = () => {
      group.isWhole = true;
      this.arrived();
    };
    return html`<tr class="more">
      <td class="pick"></td>
      <td class="name" ${properties({ "--depth": String(group.depth + 1) })}>
        <button type="button" class="link" @click=${open}>Show the other ${format.count(hidden)}</button>
      </td>
      <td colspan=${Math.max(columns, 1)}></td>
    </tr>`;
  }

  private skeleton(index: number, heads: readonly Head[]): TemplateResult {
    return html`<tr class="coming" data-line=${index} aria-rowindex=${index + 2} aria-busy="true">
      <td class="pick"></td>
      <td class="name"><span class="skeleton"></span></td>
      ${heads.map(() => html`<td><span class="skeleton"></span></td>`)}
    </tr>`;
  }

  private nothingHere(): TemplateResult | typeof nothing {
    const failure = this.rows.failure ?? this.groups?.failure;
    if (failure) {
      return html`<div class="banner bad" role="alert">
        ${icon("warn")}<span>${sentence(failure)}</span>
        <span class="actions"
          ><button type="button" class="button small" @click=${() => this.start()}>Try again</button></span
        >
      </div>`;
    }
    if (this.rows.total !== 0) return nothing;
    if (!this.facts.all) {
      return html`<div class="empty">
        <h3>No runs yet</h3>
        <p>Point a script at this project. The first points appear here within a second.</p>
        <a class="button" href=${this.facts.addresses.project}>How to log a run</a>
      </div>`;
    }
    const conditions = this.entries.filter(isComplete);
    return html`<div class="empty">
      <h3>
        ${conditions.length ? `No run matches ${conditions.length === 1 ? "this condition" : `these ${conditions.length} conditions`}` : "No run matches"}
      </h3>
      <p>${format.count(this.facts.all)} runs are there without them.</p>
      <button type="button" class="button" @click=${() => this.clear()}>Show all runs</button>
    </div>`;
  }

  private clear(): void {
    this.entries = [];
    this.show({ filters: {}, words: "" });
  }

  // ---- the bar

  private bar(): TemplateResult {
    const conditions = this.entries.filter(isComplete).length;
    const [order = ""] = this.view.order;
    const key = order.replace(/^[-+]/, "");
    const groups = this.view.group.map((name) => title(this.head(name))).join(", ");
    const total = this.rows.total;
    return html`<div class="tablebar">
      <div class="search">
        ${icon("search")}<input
          class="input"
          type="search"
          data-page-filter
          placeholder="Name, tag or commit"
          aria-label="Find runs by name, tag, group, commit or person"
          .value=${this.view.words}
          @input=${(event: Event) => this.search((event.target as HTMLInputElement).value)}
        /><kbd>/</kbd>
      </div>
      <button
        type="button"
        class="button"
        @click=${(event: Event) => this.openFilter(event.currentTarget as HTMLElement)}
      >
        ${icon("filter")}Filter${conditions ? html` <span class="count">${conditions}</span>` : nothing}
      </button>
      <button
        type="button"
        class="button"
        @click=${(event: Event) => this.openGroups(event.currentTarget as HTMLElement)}
      >
        ${icon("group")}${groups ? `Group: ${groups}` : "Group"}
      </button>
      <button
        type="button"
        class="button"
        @click=${(event: Event) => this.openSort(event.currentTarget as HTMLElement)}
      >
        ${icon("sort")}${key ? `Sort: ${title(this.head(key))}` : "Sort"}
      </button>
      <button
        type="button"
        class="button"
        @click=${(event: Event) => this.openColumns(event.currentTarget as HTMLElement)}
      >
        ${icon("columns")}Columns <span class="count">${this.view.columns.length}</span>
      </button>
      <span class="push faint num nowrap" aria-live="polite"
        >${total === null ? "" : total === this.facts.all ? `${format.count(total)} runs` : `${format.count(total)} of ${format.count(Math.max(this.facts.all, total))} runs`}</span
      >
      <button
        type="button"
        class="button"
        @click=${(event: Event) => this.openExport(event.currentTarget as HTMLElement, this.view.filters)}
      >
        ${icon("download")}Export
      </button>
    </div>`;
  }

  /** The filter as a sentence: each condition can be taken away. */
  private chips(): TemplateResult | typeof nothing {
    const isUnsaid = !this.entries.length && Object.keys(this.view.filters).length > 0;
    const shown = this.entries.filter(isComplete);
    if (!shown.length && !isUnsaid) return nothing;
    const drop = (entry: Entry) => this.filter(this.entries.filter((one) => one !== entry));
    return html`<div class="filterchips" role="list" aria-label="Conditions">
      ${
        isUnsaid
          ? html`<span class="chip" role="listitem"
              ><span class="cut mono">${JSON.stringify(this.view.filters)}</span
              ><button type="button" aria-label="Remove the filter" @click=${() => this.clear()}>
                ${icon("x", "small")}
              </button></span
            >`
          : shown.map(
              (entry, place) =>
                html`${place ? html`<span class="faint xs" aria-hidden="true">${entry.connector === "OR" ? "or" : "and"}</span>` : nothing}<span
                    class="chip"
                    role="listitem"
                    ><span class="cut">${sayCondition(entry)}</span
                    ><button type="button" aria-label="Remove: ${sayCondition(entry)}" @click=${() => drop(entry)}>
                      ${icon("x", "small")}
                    </button></span
                  >`,
            )
      }
    </div>`;
  }

  private search(words: string): void {
    clearTimeout(this.searching);
    this.searching = window.setTimeout(() => this.show({ words }, { isTyped: true }), SEARCH_PAUSE);
  }

  private filter(entries: Entry[]): void {
    this.entries = entries;
    const filters = toMongo(entries.filter(isComplete));
    if (JSON.stringify(filters) === JSON.stringify(this.view.filters)) this.requestUpdate();
    else this.show({ filters });
  }

  private openFilter(anchor: HTMLElement): void {
    const sheet = openSheet(
      anchor,
      "Filter",
      html`<filter-builder
        .value=${this.entries}
        .columnsUrl=${this.facts.addresses.columns}
        .countUrl=${withParameters(this.facts.addresses.rows, { search: this.view.words })}
        .all=${this.facts.all}
        @filter-changed=${(event: CustomEvent<{ filters: Entry[] }>) => this.filter(event.detail.filters)}
      ></filter-builder>`,
      "filtersheet",
    );
    sheet.addEventListener("toggle", (event) => {
      const builder = sheet.querySelector<FilterBuilder>("filter-builder");
      if (event.newState === "closed" && builder) this.entries = builder.value.filter(isComplete);
    });
  }

  private openGroups(anchor: HTMLElement): void {
    const known = (choice: Choice) =>
      choice.key.startsWith("config:") || GROUPABLE.some((name) => choice.key === `run:${name}`);
    const toggle = ({ key }: Choice) => this.group(key);
    openPicker(anchor, {
      label: "Group by",
      src: this.facts.addresses.columns,
      isChosen: ({ key }) => this.view.group.includes(key),
      offers: known,
      toggle,
      head: () =>
        this.view.group.length
          ? html`<div class="pickedlist">
              ${this.view.group.map((key) => html`<span class="chip">${title(this.head(key))}<button type="button" aria-label="Do not group by ${title(this.head(key))}" @click=${() => this.group(key)}>${icon("x", "small")}</button></span>`)}
            </div>`
          : html`<div class="pickedlist">
              <button type="button" class="link xs" @click=${() => this.show({ group: ["run:group", "run:jobType"] })}>
                Group, then job type
              </button>
            </div>`,
    });
  }

  private group(key: string): void {
    const { group } = this.view;
    this.show({ group: group.includes(key) ? group.filter((one) => one !== key) : [...group, key] });
  }

  private openSort(anchor: HTMLElement): void {
    const keys = [NAME, ...this.view.columns.filter((key) => key !== NAME && this.head(key).kind !== "tags")];
    openMenu(anchor, "Sort by", [
      { label: "Newest first", isOn: !this.view.order.length, act: () => this.show({ order: [] }) },
      "rule",
      ...keys.map((key) => {
        const way = this.direction(key);
        const label = key === NAME ? "Name" : longTitle(this.head(key));
        const flipped = way === "desc" || (!way && key === NAME) ? `+${key}` : `-${key}`;
        return {
          label,
          isOn: way !== "",
          end: way === "desc" ? "descending" : way === "asc" ? "ascending" : "",
          act: () => this.show({ order: [flipped] }),
        };
      }),
    ]);
  }

  private openColumns(anchor: HTMLElement): void {
    const find = (choice: Choice) =>
      this.view.columns.find(
        (key) =>
          key === choice.key ||
          (choice.key.startsWith("metric:") && headOf(key).label === choice.label && key.startsWith("metric:")),
      );
    openPicker(anchor, {
      label: "Columns",
      src: this.facts.addresses.columns,
      sections: ["metric", "config", "summary", "run"],
      isChosen: (choice) => find(choice) !== undefined,
      offers: (choice) => choice.key !== NAME,
      toggle: (choice) => {
        const isShown = find(choice) !== undefined;
        const isSame = (key: string) =>
          key === choice.key ||
          (choice.kind === "number" && key.startsWith("metric:") && headOf(key).label === choice.label);
        const added = choice.kind === "number" && choice.goal ? withFact(choice, "best") : choice.key;
        this.show({
          columns: isShown ? this.view.columns.filter((key) => !isSame(key)) : [...this.view.columns, added],
        });
      },
      head: () =>
        html`<div class="pickedlist">
          <span class="faint xs num">${format.count(this.view.columns.length)} columns shown</span
          ><button
            type="button"
            class="link xs push"
            @click=${() => this.show({ columns: [...this.facts.usual], pinned: [] })}
          >
            As usual
          </button>
        </div>`,
    });
  }

  private openExport(anchor: HTMLElement, filters: Mongo): void {
    const { csv, parquet } = this.facts.addresses;
    const columns = join([NAME, "run:name", ...this.view.columns.filter((key) => key !== NAME && key !== "run:name")]);
    const go = (address: string) => () => {
      location.assign(
        withParameters(address, {
          search: this.view.words,
          filters: JSON.stringify(filters),
          columns,
          order: join(this.view.order),
        }),
      );
    };
    openMenu(anchor, "Export", [
      { heading: "These columns, every matching run" },
      { label: "CSV", icon: "table", act: go(csv) },
      { label: "Parquet", icon: "dataset", act: go(parquet) },
    ]);
  }

  private openHead(anchor: HTMLElement, head: Head): void {
    const replace = (to: string) => {
      const moved = (key: string) => (key === head.key ? to : key);
      const order = this.view.order.map((name) =>
        name.replace(/^[-+]/, "") === head.key ? name.charAt(0).replace(/[^-+]/, "+") + to : name,
      );
      this.show({ columns: [...new Set(this.view.columns.map(moved))], pinned: this.view.pinned.map(moved), order });
    };
    const step = withFact(head, `${head.fact}_step`);
    const { columns, pinned } = this.view;
    openHeadMenu(anchor, head, {
      columns,
      direction: this.direction(head.key),
      isPinned: pinned.includes(head.key),
      isGroupable:
        head.key.startsWith("config:") ||
        head.key.startsWith("summary:") ||
        GROUPABLE.some((name) => head.key === `run:${name}`),
      groupsUrl: withParameters(this.facts.addresses.groups, this.asked()),
      workspace: this.facts.addresses.workspace,
      show: replace,
      toggleStep: () => {
        const at = columns.indexOf(head.key) + 1;
        this.show({
          columns: columns.includes(step)
            ? columns.filter((key) => key !== step)
            : [...columns.slice(0, at), step, ...columns.slice(at)],
        });
      },
      sort: (descends) => this.show({ order: [(descends ? "-" : "+") + head.key] }),
      filter: () => this.filterBy(head),
      group: () => this.group(head.key),
      pin: () =>
        this.show({
          pinned: pinned.includes(head.key) ? pinned.filter((key) => key !== head.key) : [...pinned, head.key],
        }),
      move: (by) => this.move(head.key, by),
      hide: () =>
        this.show({
          columns: columns.filter((key) => key !== head.key),
          pinned: pinned.filter((key) => key !== head.key),
        }),
    });
  }

  private filterBy(head: Head): void {
    const [section = "", ...name] = head.key.split(":");
    const isNumber = head.kind === "number" || head.kind === "step" || head.kind === "seconds";
    const op = isNumber ? ">=" : head.kind === "time" ? "WITHINSECONDS" : head.kind === "state" ? "IN" : "=";
    const value = head.kind === "time" ? 30 * 86_400 : head.kind === "state" ? [] : "";
    this.entries = [
      ...this.entries,
      { key: { section, name: name.join(":") }, op, value, disabled: false, connector: "AND" },
    ];
    requestAnimationFrame(() => {
      const button = this.querySelector<HTMLElement>(".tablebar .button");
      if (button) this.openFilter(button);
    });
  }

  // ---- columns by hand

  private move(key: string, by: number): void {
    const columns = [...this.view.columns];
    const at = columns.indexOf(key);
    const to = Math.min(Math.max(at + by, 0), columns.length - 1);
    columns.splice(at, 1);
    columns.splice(to, 0, key);
    this.show({ columns });
  }

  private drag(event: DragEvent | null, key: string): void {
    this.dragged = key;
    event?.dataTransfer?.setData("text/plain", key);
    this.requestUpdate();
  }

  private drop(event: DragEvent, onto: string): void {
    event.preventDefault();
    const key = this.dragged;
    this.dragged = "";
    if (!key || key === onto || onto === NAME) return;
    const columns = this.view.columns.filter((one) => one !== key);
    const wasBefore = this.view.columns.indexOf(key) < this.view.columns.indexOf(onto);
    columns.splice(columns.indexOf(onto) + (wasBefore ? 1 : 0), 0, key);
    this.show({ columns });
  }

  private resize(event: PointerEvent, head: Head): void {
    event.preventDefault();
    event.stopPropagation();
    const grip = event.target as HTMLElement;
    const begun = event.clientX;
    const width = head.key === NAME ? this.nameWidth : this.width(head);
    const moved = (to: PointerEvent) => {
      this.widths = {
        ...this.widths,
        [head.key]: Math.round(Math.min(Math.max(width + to.clientX - begun, NARROWEST), WIDEST)),
      };
      this.requestUpdate();
    };
    grip.setPointerCapture(event.pointerId);
    grip.addEventListener("pointermove", moved);
    grip.addEventListener(
      "pointerup",
      () => {
        grip.removeEventListener("pointermove", moved);
        this.keepWidths();
      },
      { once: true },
    );
  }

  private resetWidth(key: string): void {
    this.widths = Object.fromEntries(Object.entries(this.widths).filter(([name]) => name !== key));
    this.keepWidths();
    this.requestUpdate();
  }

  private keepWidths(): void {
    localStorage.setItem(this.storageName, JSON.stringify(this.widths));
  }

  // ---- choosing

  private pick(index: number, on: boolean, isRange: boolean): void {
    const from = isRange && this.anchor >= 0 ? this.anchor : index;
    for (let at = Math.min(from, index); at <= Math.max(from, index); at += 1) {
      const line = this.line(at);
      const row = line.kind === "row" ? line.rows.at(line.index) : null;
      if (row && line.kind === "row") this.chosen.choose(row, line.group, on);
    }
    this.anchor = this.cursor = index;
    this.requestUpdate();
  }

  private chooseAll(on: boolean): void {
    this.chosen.chooseAll(on);
    this.requestUpdate();
  }

  private chooseGroup(group: Group, on: boolean): void {
    const filters = this.groups?.filtersOf(group) ?? group.filters;
    this.chosen.chooseGroup(group, filters, on);
    this.requestUpdate();
  }

  private bulk(): TemplateResult | typeof nothing {
    const count = this.chosen.count(this.total);
    if (!count) return nothing;
    const { may } = this.facts;
    const unseen = this.chosen.isAll ? Math.max(count - this.loadedCount, 0) : 0;
    const all = this.chosen.isAll && !this.chosen.except.size;
    const act = (action: RunsChosen["action"]) => () => {
      const detail = this.chosen.told(action, this.total, { filters: this.view.filters, search: this.view.words });
      this.dispatchEvent(new CustomEvent<RunsChosen>("runs-chosen", { bubbles: true, detail }));
    };
    const cannotCompare = count > MOST_COMPARED || this.chosen.isAll || this.chosen.groups.size > 0;
    return html`<div class="bulkbar" role="region" aria-label="Chosen runs">
      <span class="num" aria-live="polite"
        ><b class="strong"
          >${all ? `All ${format.count(count)} matching runs` : `${format.count(count)} ${count === 1 ? "run" : "runs"}`}</b
        >
        <span class="muted">selected${unseen ? `, ${format.count(unseen)} not loaded yet` : ""}</span></span
      >
      <button type="button" class="link" @click=${() => this.chooseAll(false)}>Clear</button>
      <hr />
      <button
        type="button"
        class="button quiet"
        ?disabled=${cannotCompare}
        title=${cannotCompare ? `Choose up to ${MOST_COMPARED} single runs to compare them` : "Show only these, with the config values in which they differ"}
        @click=${() => void this.compare()}
      >
        ${icon("chart")}Compare
      </button>
      ${may.edit ? html`<button type="button" class="button quiet" @click=${act("tag")}>${icon("tag")}Tag</button>` : nothing}
      ${may.delete ? html`<button type="button" class="button quiet" @click=${act("move")}>${icon("move")}Move</button>` : nothing}
      <button
        type="button"
        class="button quiet"
        @click=${(event: Event) => this.openExport(event.currentTarget as HTMLElement, this.chosen.filter(this.view.filters))}
      >
        ${icon("download")}Export
      </button>
      ${
        may.delete
          ? html`<hr />
              <button type="button" class="button quiet danger" @click=${act("delete")}>${icon("trash")}Delete</button>`
          : nothing
      }
    </div>`;
  }

  /** Show only the chosen runs, beside the config values in which they differ. */
  private async compare(): Promise<void> {
    const filters = this.chosen.filter(this.view.filters);
    try {
      const known = (await getJson(withParameters(this.facts.addresses.columns, { search: "config:" }))) as {
        items: Choice[];
      };
      const keys = known.items.filter(({ key }) => key.startsWith("config:")).map(({ key }) => key);
      const differing: string[] = [];
      for (let start = 0; start < keys.length; start += MOST_COMPARED) {
        const asked = {
          filters: JSON.stringify(filters),
          columns: join(keys.slice(start, start + MOST_COMPARED)),
          count: "false",
        };
        const answer = (await getJson(withParameters(this.facts.addresses.rows, asked))) as TableAnswer;
        differing.push(...answer.columns.filter(({ values }) => new Set(values).size > 1).map(({ key }) => key));
      }
      const others = this.view.columns.filter((key) => !key.startsWith("config:"));
      this.entries = fromMongo(filters) ?? [];
      this.show({ filters, group: [], words: "", columns: [...differing.slice(0, 30), ...others].slice(0, 60) });
    } catch (error) {
      this.tell(sentence(error));
    }
  }

  // ---- writing in place

  private isEditing(row: Row, key: string): boolean {
    return this.editing?.uid === row.uid && this.editing.key === key;
  }

  private editAt(event: Event, row: Row): void {
    const key = (event.target as Element).closest<HTMLElement>("[data-key]")?.dataset["key"] ?? "";
    if (EDITABLE.has(key)) this.edit(row, key);
  }

  private edit(row: Row, key: string): void {
    if (!this.facts.may.edit) return;
    this.editing = { uid: row.uid, key };
    this.requestUpdate();
  }

  private editor(row: Row, rows: Rows, key: string, value: string): TemplateResult {
    const label = { [NAME]: "Name", "run:notes": "Notes", "run:tags": "Tags, parted by commas" }[key] ?? "";
    const done = (event: Event) => void this.save(row, rows, key, (event.target as HTMLInputElement).value, value);
    const typed = (event: KeyboardEvent) => {
      if (event.key === "Enter") (event.target as HTMLInputElement).blur();
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.editing = null;
      this.requestUpdate();
    };
    return html`<input
      class="input celledit"
      aria-label=${label}
      .value=${value}
      autocomplete="off"
      @blur=${done}
      @keydown=${typed}
      @dblclick=${(event: Event) => event.stopPropagation()}
    />`;
  }

  private async save(row: Row, rows: Rows, key: string, written: string, before: string): Promise<void> {
    if (!this.isEditing(row, key)) return;
    this.editing = null;
    this.requestUpdate();
    const text = written.trim();
    if (text === before || (key === NAME && !text)) return;
    const tags = text
      .split(",")
      .map((tag) => tag.trim())
      .filter(Boolean);
    const [field, value] =
      key === NAME ? ["display_name", text] : key === "run:notes" ? ["notes", text] : ["tags", tags];
    rows.edit(row.uid, key, value);
    try {
      await sendJson("PATCH", `${this.facts.addresses.runs}/${encodeURIComponent(row.name)}`, {
        [field]: value,
      });
    } catch (error) {
      rows.edit(row.uid, key, key === "run:tags" ? row.value(key) : before);
      this.tell(sentence(error));
      this.refresh();
    }
    this.requestUpdate();
  }

  private tell(words: string): void {
    document.querySelector<ToastList>("toast-list")?.say(words);
  }

  // ---- keys

  private typed(event: KeyboardEvent): void {
    if (!isShortcut(event)) return;
    const line = this.line(this.cursor);
    const row = this.cursor >= 0 && line.kind === "row" ? line.rows.at(line.index) : null;
    switch (event.key) {
      case "j":
      case "J":
        this.go(event, 1);
        break;
      case "k":
      case "K":
        this.go(event, -1);
        break;
      case "x":
      case "X":
        if (!row || line.kind !== "row") return;
        event.preventDefault();
        this.pick(this.cursor, event.shiftKey || !this.chosen.has(row, line.group), event.shiftKey);
        break;
      case "F2":
        if (!row) return;
        event.preventDefault();
        this.edit(row, (document.activeElement?.closest<HTMLElement>("[data-key]")?.dataset["key"] ?? "") || NAME);
        break;
      case "Enter":
        if (!row || !(document.activeElement === document.body || document.activeElement?.matches(".tablewrap")))
          return;
        location.assign(this.runUrl(row));
        break;
    }
  }

  private go(event: KeyboardEvent, by: number): void {
    event.preventDefault();
    if (!this.length) return;
    if (this.anchor < 0) this.anchor = this.cursor;
    this.cursor = Math.min(Math.max(this.cursor + by, 0), this.length - 1);
    const box = this.querySelector<HTMLElement>(".tablewrap");
    const top = this.cursor * ROW;
    if (box && top < box.scrollTop) box.scrollTo({ top });
    else if (box && top + 3 * ROW > box.scrollTop + box.clientHeight)
      box.scrollTo({ top: top + 3 * ROW - box.clientHeight });
    this.look();
    this.requestUpdate();
    void this.updateComplete.then(() =>
      this.querySelector<HTMLElement>(`[data-line="${this.cursor}"] .name :is(a, button)`)?.focus({
        preventScroll: true,
      }),
    );
  }

  private runUrl(row: Row): string {
    return `/${encodeURIComponent(row.entity)}/${encodeURIComponent(row.project)}/runs/${encodeURIComponent(row.name)}`;
  }
}

function stored(name: string): Record<string, number> {
  try {
    return JSON.parse(localStorage.getItem(name) ?? "{}") as Record<string, number>;
  } catch {
    return {};
  }
}

define("run-table", RunTable);
