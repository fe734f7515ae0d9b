/**
 * Read the console of a run: a million lines, live, searchable; only what is on the screen is in the page.
 *
 *     <console-log src="/api/v1/…/console" live="run.12" running name="brisk-heron-148" total="18427">
 *       <pre>the last lines, as the server wrote them</pre>
 *     </console-log>
 *     <console-log src="…" tail="6" total="18427"></console-log>      the last six lines, for an overview
 *
 * Attributes: `src` answers {total, lines: [{n, t, level, text}], first_error, counts} for `?after=<n>&limit=500&level=&q=`
 * (lines after line n; lines count from zero, people from one); `live`, the group that refreshes it; `running`; `total`, if
 * known; `tail`, show only so many lines and no bar. The address `#L6198` opens that line.
 * Keys: `E` first error, `F3` and `Shift F3` hits, `J` and `K` mark the next line or the one before, `End` follow. Events: `line-picked` {n}.
 */
import { html, nothing, type TemplateResult } from "lit";
import { isAbort, sentence } from "../api";
import { pieces, plainText } from "../console/ansi";
import type { Fold } from "../console/folds";
import { LineStore, type LogLine, MatchList } from "../console/lines";
import { splitAt } from "../console/marks";
import { rowAt, scrollTopOf, type Sheet, sheetHeight, topOf, visibleRows, ROW } from "../console/sheet";
import * as format from "../format";
import { onChange } from "../live";
import { define, icon, PageElement, properties, type PropertyValues } from "../lit";
import "./copy-button";

const SPARE_ROWS = 30;
const SEARCH_PAUSE_MILLISECONDS = 250;

type Level = "" | "warning" | "error";

export class ConsoleLog extends PageElement {
  static override properties = {
    src: {},
    live: {},
    name: {},
    running: { type: Boolean },
    total: { type: Number },
    tail: { type: Number },
    words: { state: true },
    level: { state: true },
    onlyMatches: { state: true },
    following: { state: true },
    arrived: { state: true },
    target: { state: true },
    hit: { state: true },
    first: { state: true },
    failure: { state: true },
    ready: { state: true },
  };

  declare src: string;
  declare live: string;
  declare name: string;
  declare running: boolean;
  declare total: number;
  declare tail: number;
  declare words: string;
  declare level: Level;
  declare onlyMatches: boolean;
  declare following: boolean;
  /** Lines that came since the reader scrolled away from the end. */
  declare arrived: number;
  declare target: number | null;
  declare hit: number;
  declare first: number;
  declare failure: string;
  declare ready: boolean;

  private store = new LineStore("");
  private found: MatchList | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private stop: (() => void) | null = null;
  /** Where the element itself scrolled to: anything else was the reader. */
  private expected = 0;
  private scrolledTo = 0;
  private loadingMore = false;

  constructor() {
    super();
    Object.assign(this, { src: "", live: "", name: "", running: false, total: 0, tail: 0, words: "", level: "" });
    Object.assign(this, {
      onlyMatches: false,
      following: true,
      arrived: 0,
      target: null,
      hit: -1,
      first: 0,
      failure: "",
      ready: false,
    });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.stop = onChange((change) => this.live && change.group === this.live && void this.freshen());
    window.addEventListener("hashchange", () => this.followHash(), { signal: this.life.signal });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stop?.();
    clearTimeout(this.timer);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("src")) void this.begin();
  }

  protected override updated(): void {
    if (this.following && !this.filtered && !this.tail) this.toEnd();
  }

  protected override render(): TemplateResult {
    if (this.tail)
      return html`<div class="console well" role="log" aria-live="off" aria-label=${this.label} tabindex="0">
        ${this.tailRows()}
      </div>`;
    return html`${this.bar()}
      <div class="logwrap">
        <div
          class="console"
          role="log"
          aria-live="off"
          aria-label=${this.label}
          tabindex="0"
          @scroll=${() => this.scrolled()}
          @keydown=${(event: KeyboardEvent) => this.typed(event)}
        >
          ${this.content()}
        </div>
        ${this.pausedBar()}
      </div>
      ${this.foot()}`;
  }

  // ---- what is shown

  private get label(): string {
    return `Console of ${this.name || "the run"}`;
  }

  private get filtered(): boolean {
    return Boolean(this.level) || (this.onlyMatches && Boolean(this.words));
  }

  private bar(): TemplateResult {
    const { counts } = this.store;
    return html`<div class="logbar">
      <div class="search log-search">
        ${icon("search")}<input
          class="input small"
          type="search"
          placeholder="Find in the log"
          aria-label="Find in the log"
          data-page-filter
          .value=${this.words}
          @input=${(event: Event) => this.typeWords(event)}
          @keydown=${(event: KeyboardEvent) => this.searchKey(event)}
        />
        <span class="hits num" role="status">${this.hitText()}</span>
      </div>
      <span class="row joined">
        ${this.tool("up", "Hit before, Shift F3", () => void this.nextHit(-1))}
        ${this.tool("down", "Next hit, F3", () => void this.nextHit(1))}</span
      >
      <button
        type="button"
        class="button small quiet"
        aria-pressed=${String(this.onlyMatches)}
        @click=${() => this.setOnlyMatches(!this.onlyMatches)}
      >
        Only matching lines
      </button>
      <span class="vr"></span>
      <span class="segmented" role="group" aria-label="Level">
        ${this.levelButton("", "All")} ${this.levelButton("warning", "Warnings", counts.warning)}
        ${this.levelButton("error", "Errors", counts.error)}</span
      >
      <button
        type="button"
        class="button small"
        ?disabled=${this.store.firstError === null}
        @click=${() => this.toFirstError()}
      >
        ${icon("warn")}First error <kbd>E</kbd>
      </button>
    </div>`;
  }

  private tool(name: string, label: string, act: () => void): TemplateResult {
    return html`<button type="button" class="button only quiet small" title=${label} aria-label=${label} @click=${act}>
      ${icon(name)}
    </button>`;
  }

  private levelButton(level: Level, word: string, count?: number): TemplateResult {
    return html`<button type="button" aria-pressed=${String(this.level === level)} @click=${() => this.setLevel(level)}>
      ${word} ${count === undefined ? nothing : html`<span class="faint num">${format.count(count)}</span>`}
    </button>`;
  }

  private content(): TemplateResult {
    if (this.failure && !this.ready) return this.message("The console could not be read", this.failure, true);
    if (!this.ready)
      return html`${[1, 2, 3, 4, 5, 6, 7, 8].map((row) => html`<div class="l"><span class="ln"></span><time></time><span class="skeleton" ${properties({ "--w": `${30 + ((row * 37) % 50)}%` })}></span></div>`)}`;
    if (!this.store.total)
      return this.message(
        this.running ? "Nothing was printed yet" : "This run printed nothing",
        this.running
          ? "Lines appear here as the script prints them."
          : "What a script prints to its console appears here.",
      );
    if (this.filtered) return this.matchingRows();
    return this.windowRows();
  }

  private message(title: string, detail: string, broken = false): TemplateResult {
    return html`<div class="empty">
      <h3>${title}</h3>
      <p>${detail}</p>
      ${broken ? html`<button type="button" class="button small" @click=${() => void this.begin()}>Try again</button>` : nothing}
    </div>`;
  }

  /** The rows about the visible ones, at their place in a sheet as tall as the log. */
  private windowRows(): TemplateResult {
    const { rows } = this.store;
    const { sheet } = this;
    const from = Math.max(this.first - SPARE_ROWS, 0);
    const to = Math.min(this.first + visibleRows(sheet) + SPARE_ROWS, sheet.rows);
    const shown: TemplateResult[] = [];
    for (let row = from; row < to; row += 1) shown.push(this.row(rows.lineOf(row)));
    const top = topOf({ from, to, first: this.first }, this.scrolledTo, sheet);
    return html`<div class="log-sheet" ${properties({ "block-size": `${sheetHeight(sheet)}px` })}>
      <div class="log-rows" ${properties({ translate: `0 ${top}px` })}>${shown}</div>
    </div>`;
  }

  private row(n: number): TemplateResult {
    const fold = this.store.rows.foldAt(n);
    if (fold) return this.foldRow(fold);
    const line = this.store.line(n);
    return line
      ? this.lineRow(line)
      : html`<div class="l"><span class="ln">${n + 1}</span><time></time><span class="skeleton"></span></div>`;
  }

  private foldRow(fold: Fold): TemplateResult {
    const last = plainText(this.store.line(fold.to)?.text ?? "").trim();
    return html`<button type="button" class="logfold" aria-expanded="false" @click=${() => this.unfold(fold)}>
      ${icon("right", "small")} <span class="mono cut">${last}</span
      ><span
        >${format.count(fold.to - fold.from + 1)} updates of one line, ${format.count(fold.from + 1)} to
        ${format.count(fold.to + 1)}</span
      >
    </button>`;
  }

  private lineRow(line: LogLine): TemplateResult {
    const isTarget = this.target === line.n;
    const moment = new Date(line.t);
    return html`<div class="l" data-level=${line.level === "info" ? nothing : line.level} ?data-target=${isTarget}>
      <a
        class="ln"
        tabindex="-1"
        href="#L${line.n + 1}"
        title="Link to line ${line.n + 1}"
        @click=${(event: Event) => this.pick(event, line.n)}
        >${line.n + 1}</a
      >
      <time datetime=${line.t} title=${Number.isNaN(moment.getTime()) ? "" : format.exact(moment)}
        >${Number.isNaN(moment.getTime()) ? "" : format.clock(moment)}</time
      >
      <span
        >${pieces(line.text).map((piece) => (piece.look ? html`<span class=${piece.look}>${this.marked(piece.text, isTarget)}</span>` : this.marked(piece.text, isTarget)))}</span
      >${isTarget ? this.lineTools(line) : nothing}
    </div>`;
  }

  /** What one does with the line that is marked. */
  private lineTools(line: LogLine): TemplateResult {
    const label = `Copy link to line ${format.count(line.n + 1)}`;
    const address = new URL(`#L${line.n + 1}`, location.href).href;
    return html`<span class="linetools"
      ><copy-button text=${address}
        ><button type="button" class="button only quiet small" title=${label} aria-label=${label}>
          ${icon("link")}
        </button></copy-button
      ></span
    >`;
  }

  private marked(text: string, isTarget: boolean): TemplateResult | string {
    if (!this.words) return text;
    const parts = splitAt(text, this.words);
    return parts.length === 1
      ? text
      : html`${parts.map((part, index) => (index % 2 ? html`<mark ?data-now=${isTarget}>${part}</mark>` : part))}`;
  }

  private matchingRows(): TemplateResult {
    const list = this.found;
    if (!list) return html``;
    if (!list.lines.length) {
      return html`<div class="empty">
        <h3>No line matches</h3>
        <p>${format.count(this.store.total)} lines are there without the filter.</p>
        <button type="button" class="button small" @click=${() => this.clearFilter()}>Show all lines</button>
      </div>`;
    }
    return html`${list.lines.map((line) => this.lineRow(line))}
    ${list.complete ? nothing : html`<button type="button" class="logfold" @click=${() => void this.moreMatches()}>${icon("down", "small")}More matching lines</button>`}`;
  }

  private tailRows(): TemplateResult {
    const from = Math.max(this.store.total - this.tail, 0);
    const rows: TemplateResult[] = [];
    for (let n = from; n < this.store.total; n += 1) rows.push(this.row(n));
    if (!rows.length && this.ready)
      return html`<p class="faint console-none">
        ${this.running ? "Nothing was printed yet." : "This run printed nothing."}
      </p>`;
    return html`${rows.length ? rows : Array.from({ length: this.tail }, () => html`<div class="l"></div>`)}`;
  }

  private pausedBar(): TemplateResult | typeof nothing {
    if (this.following || this.filtered || !this.store.total) return nothing;
    const line = this.store.rows.lineOf(this.lastVisibleRow);
    const below = Math.max(this.store.total - line - 1, 0);
    if (!below && !this.arrived) return nothing;
    const came = this.arrived ? `, ${format.count(this.arrived)} came since you scrolled` : "";
    return html`<div class="bulkbar tailbar">
      ${icon(this.running ? "pause" : "down")}
      <span
        ><b class="strong"
          >${this.running ? `Paused at line ${format.count(line + 1)}.` : `Line ${format.count(line + 1)}.`}</b
        >
        <span class="muted num">${format.count(below)} lines below${came}.</span></span
      >
      <hr />
      <button type="button" class="button small primary" @click=${() => this.follow()}>
        ${this.running ? "Follow again" : "To the end"} <kbd>End</kbd>
      </button>
    </div>`;
  }

  private foot(): TemplateResult {
    const { rows, total } = this.store;
    const last = this.store.line(total - 1);
    const range = this.filtered
      ? `${format.count(this.found?.lines.length ?? 0)} of ${format.count(this.found?.total ?? 0)} matching lines`
      : total
        ? `Lines ${format.count(rows.lineOf(this.first) + 1)} to ${format.count(Math.min(rows.lineOf(this.lastVisibleRow) + 1, total))} of ${format.count(total)}`
        : "";
    return html`<div class="logfoot faint xs num">
      <span>${range}</span
      >${this.failure && this.ready ? html`<span class="warn-text">${this.failure}</span>` : nothing}
      <span class="push">${last ? `Last line ${format.clock(new Date(last.t))}` : ""}</span>
    </div>`;
  }

  // ---- where one is

  private get pane(): HTMLElement | null {
    return this.querySelector<HTMLElement>(".console");
  }

  private get sheet(): Sheet {
    return { rows: this.store.rows.rowCount(this.store.total), pane: this.pane?.clientHeight || 600 };
  }

  private get lastVisibleRow(): number {
    const { sheet } = this;
    return Math.min(this.first + visibleRows(sheet) - 1, Math.max(sheet.rows - 1, 0));
  }

  private scrolled(): void {
    const pane = this.pane;
    if (!pane) return;
    if (this.filtered) {
      if (pane.scrollTop + pane.clientHeight > pane.scrollHeight - 400) void this.moreMatches();
      return;
    }
    const atEnd = pane.scrollTop + pane.clientHeight >= pane.scrollHeight - ROW;
    const byReader = Math.abs(pane.scrollTop - this.expected) > 1;
    if (byReader) this.following = atEnd;
    if (atEnd) this.arrived = 0;
    this.scrolledTo = pane.scrollTop;
    this.first = rowAt(pane.scrollTop, this.sheet);
    void this.fill();
  }

  private scrollToRow(row: number): void {
    const pane = this.pane;
    if (!pane) return;
    pane.scrollTop = scrollTopOf(row, this.sheet);
    this.expected = pane.scrollTop;
    this.scrolledTo = pane.scrollTop;
    this.first = rowAt(pane.scrollTop, this.sheet);
  }

  private toEnd(): void {
    const pane = this.pane;
    if (!pane) return;
    const end = pane.scrollHeight - pane.clientHeight;
    if (Math.abs(pane.scrollTop - end) < 1) return;
    pane.scrollTop = end;
    this.expected = pane.scrollTop;
  }

  private follow(): void {
    this.following = true;
    this.arrived = 0;
    this.target = null;
    this.toEnd();
  }

  /** Show a line in the middle of the pane and mark it. */
  private async jump(n: number): Promise<void> {
    this.level = "";
    this.onlyMatches = false;
    this.following = false;
    this.target = n;
    await this.updateComplete;
    const half = Math.floor(visibleRows(this.sheet) / 2);
    await this.attempt((signal) => this.store.need(n - half, n + half, signal));
    const fold = this.store.rows.foldAt(n);
    if (fold) this.store.rows.open(fold);
    this.requestUpdate();
    await this.updateComplete;
    this.scrollToRow(Math.max(this.store.rows.rowOf(n) - half, 0));
    void this.fill();
  }

  private pick(event: Event, n: number): void {
    event.preventDefault();
    history.replaceState(history.state, "", `#L${n + 1}`);
    this.dispatchEvent(new CustomEvent("line-picked", { bubbles: true, detail: { n } }));
    if (this.filtered) void this.jump(n);
    else {
      this.target = n;
      this.following = false;
    }
  }

  /** Move the mark by a line. */
  private mark(by: number): void {
    const from = this.target ?? this.store.rows.lineOf(this.first) - by;
    const line = Math.min(Math.max(from + by, 0), this.store.total - 1);
    history.replaceState(history.state, "", `#L${line + 1}`);
    void this.jump(line);
  }

  private followHash(): boolean {
    const wanted = /^#L(\d+)$/.exec(location.hash)?.[1];
    if (wanted && !this.tail) void this.jump(Math.max(Number(wanted) - 1, 0));
    return Boolean(wanted);
  }

  private unfold(fold: Fold): void {
    this.store.rows.open(fold);
    this.following = false;
    this.requestUpdate();
  }

  // ---- data

  private async begin(): Promise<void> {
    this.store = new LineStore(this.src);
    this.store.total = this.total;
    this.ready = false;
    this.failure = "";
    await this.attempt((signal) => this.store.freshen(signal));
    if (this.failure) return;
    this.ready = true;
    await this.attempt((signal) =>
      this.store.need(
        this.store.total - Math.max(this.tail, visibleRows(this.sheet) + SPARE_ROWS),
        this.store.total - 1,
        signal,
      ),
    );
    this.requestUpdate();
    await this.updateComplete;
    if (!this.followHash() && !this.running && !this.tail) this.following = false;
    void this.fill();
  }

  private async freshen(): Promise<void> {
    const came = (await this.attempt((signal) => this.store.freshen(signal))) ?? 0;
    if (!this.following) this.arrived += came;
    if (this.filtered && this.found?.complete) await this.search();
    this.requestUpdate();
  }

  /** Fetch the windows about the visible rows; what folds above must not move what is read. */
  private async fill(): Promise<void> {
    const { rows } = this.store;
    const anchor = rows.lineOf(this.first);
    const last = rows.lineOf(
      Math.min(this.first + visibleRows(this.sheet) + SPARE_ROWS, rows.rowCount(this.store.total)),
    );
    const came = await this.attempt((signal) =>
      this.store.need(rows.lineOf(Math.max(this.first - SPARE_ROWS, 0)), last, signal),
    );
    if (!came) return;
    const moved = rows.rowOf(anchor);
    this.requestUpdate();
    await this.updateComplete;
    if (moved !== this.first && !this.following) this.scrollToRow(moved);
  }

  private async attempt<T>(act: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
    try {
      const result = await act(this.life.signal);
      this.failure = "";
      return result;
    } catch (error) {
      if (!isAbort(error)) this.failure = sentence(error);
      return undefined;
    }
  }

  // ---- finding

  private typeWords(event: Event): void {
    this.words = (event.target as HTMLInputElement).value;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.search(), SEARCH_PAUSE_MILLISECONDS);
  }

  private async search(): Promise<void> {
    this.hit = -1;
    const filter = { ...(this.level ? { level: this.level } : {}), ...(this.words ? { q: this.words } : {}) };
    const list = new MatchList(this.src, filter);
    if (this.words || this.level) await this.attempt((signal) => list.more(signal));
    this.found = this.words || this.level ? list : null;
    this.requestUpdate();
  }

  private async moreMatches(): Promise<void> {
    const list = this.found;
    if (!list || list.complete || this.loadingMore) return;
    this.loadingMore = true;
    await this.attempt((signal) => list.more(signal));
    this.loadingMore = false;
    this.requestUpdate();
  }

  private async nextHit(by: number): Promise<void> {
    const list = this.found;
    if (!list?.lines.length || !this.words) return;
    if (this.hit + by >= list.lines.length) await this.moreMatches();
    const count = list.lines.length;
    this.hit = this.hit < 0 ? (by > 0 ? 0 : count - 1) : (this.hit + by + count) % count;
    const line = list.lines[this.hit];
    if (line) await this.jump(line.n);
  }

  private hitText(): string {
    if (!this.words || !this.found) return "";
    const { total } = this.found;
    if (!total) return "none";
    return this.hit < 0 ? format.count(total) : `${format.count(this.hit + 1)} of ${format.count(total)}`;
  }

  private setLevel(level: Level): void {
    this.level = level;
    this.target = null;
    void this.search();
  }

  private setOnlyMatches(only: boolean): void {
    this.onlyMatches = only;
    if (!only) this.following = false;
  }

  private clearFilter(): void {
    this.level = "";
    this.words = "";
    this.found = null;
    this.onlyMatches = false;
  }

  private toFirstError(): void {
    if (this.store.firstError !== null) void this.jump(this.store.firstError);
  }

  private searchKey(event: KeyboardEvent): void {
    if (event.key === "Enter") void this.nextHit(event.shiftKey ? -1 : 1);
    else if (event.key === "F3") this.typed(event);
    else if (event.key === "Escape" && this.words) this.clearFilter();
    else return;
    event.preventDefault();
  }

  private typed(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "F3") void this.nextHit(event.shiftKey ? -1 : 1);
    else if (event.key === "End") this.follow();
    else if (event.key === "e") this.toFirstError();
    else if (event.key === "j") this.mark(1);
    else if (event.key === "k") this.mark(-1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

define("console-log", ConsoleLog);
