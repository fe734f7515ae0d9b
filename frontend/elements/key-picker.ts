/**
 * Find a key among thousands and choose it, or several.
 *
 *     <key-picker many none="Not grouped"></key-picker>   .src .kinds = ["run", "config", "summary"] .chosen = [{section, name}]
 *
 * Properties: `src` answers {"items": [{"key", "types", "run_count"}], "total"} for `?search=`, with `?section=config` keys
 * of configs; `among`, which facts of runs are offered. Attributes: `heading`, `many`, `none` (what choosing nothing
 * is called), `inline` (a part of a form: it stays open, and says how many runs log a key).
 * Events: `keys-chosen` {keys, isDone}.
 */
import { html, nothing, type TemplateResult } from "lit";
import { getJson, isAbort, sentence, withParameters } from "../api";
import * as format from "../format";
import { define, icon, PageElement, type PropertyValues } from "../lit";
import type { Key } from "../workspace/document";
import { bare, RUN_KEYS } from "../workspace/keys";

interface Offered {
  section: string;
  key: string;
  label: string;
  count: number | null;
}

const PAUSE = 120;
const MOST_SHOWN = 100;

export class KeyPicker extends PageElement {
  static override properties = {
    src: { attribute: false },
    kinds: { attribute: false },
    chosen: { attribute: false },
    among: { attribute: false },
    heading: {},
    none: {},
    many: { type: Boolean },
    inline: { type: Boolean },
    words: { state: true },
    offered: { state: true },
    total: { state: true },
    failure: { state: true },
    active: { state: true },
  };

  declare src: string;
  declare kinds: readonly string[];
  declare chosen: readonly Key[];
  declare among: readonly string[] | null;
  declare heading: string;
  declare none: string;
  declare many: boolean;
  declare inline: boolean;
  declare words: string;
  declare offered: Offered[] | null;
  declare total: number;
  declare failure: string;
  declare active: number;

  private typing: ReturnType<typeof setTimeout> | undefined;
  private waiting: AbortController | null = null;

  constructor() {
    super();
    Object.assign(this, {
      src: "",
      kinds: ["summary"],
      chosen: [],
      among: null,
      heading: "",
      none: "",
      many: false,
      inline: false,
    });
    Object.assign(this, { words: "", offered: null, total: 0, failure: "", active: 0 });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.typing);
    this.waiting?.abort();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("src") || changed.has("kinds")) void this.load();
  }

  protected override render(): TemplateResult {
    const offered = this.offered ?? [];
    return html`<div class="picker">
      <div class="picker-input">
        ${icon("search", "small")}<input
          type="search"
          aria-label=${this.heading || "Find a key"}
          placeholder=${this.heading || "Find a key"}
          autocomplete="off"
          spellcheck="false"
          .value=${this.words}
          @input=${(event: Event) => this.type((event.target as HTMLInputElement).value)}
          @keydown=${(event: KeyboardEvent) => this.pressed(event)}
        />
      </div>
      <div class="picker-list" role="group" aria-label=${this.heading || "Keys"}>
        ${this.none && !this.words ? this.noneOption() : nothing}
        ${offered.map((one, index) => this.option(one, index))}
        ${this.offered && !offered.length ? html`<p class="picker-none">No key has “${this.words}” in its name.</p>` : nothing}
        ${this.failure ? html`<p class="picker-none bad-text" role="alert">${this.failure}</p>` : nothing}
      </div>
      <div class="picker-foot">
        <span class="num" role="status">${this.said()}</span>
        ${
          this.many && this.chosen.length && !this.inline
            ? html`<button type="button" class="link push" @click=${() => this.choose([], true)}>Clear</button>`
            : nothing
        }
      </div>
    </div>`;
  }

  private option(one: Offered, index: number): TemplateResult {
    const isOn = this.isChosen(one);
    return html`<label
      class="option"
      ?data-active=${index === this.active}
      ?data-off=${one.count === 0}
      title=${one.section === "run" ? one.label : `${one.section}: ${one.key}`}
    >
      <input
        type=${this.many ? "checkbox" : "radio"}
        class=${this.many ? "check" : "radio"}
        .checked=${isOn}
        aria-label=${one.label}
        @click=${(event: Event) => this.toggle(one, event)}
      />
      <span class="${one.section === "run" ? "" : "mono"} cut">${marked(one.label, this.words)}</span>
      <span class="n">${this.kinds.length > 1 ? sectionWord(one.section) : ""}</span>
      <span class="n"
        >${one.count === null ? "" : one.count ? `${format.count(one.count)} ${one.count === 1 ? "run" : "runs"}` : "not logged"}</span
      >
    </label>`;
  }

  private noneOption(): TemplateResult {
    return html`<label class="option"
      ><input
        type="radio"
        class="radio"
        .checked=${!this.chosen.length}
        aria-label=${this.none}
        @click=${() => this.choose([], true)} /><span>${this.none}</span><span></span><span></span
    ></label>`;
  }

  private said(): string {
    if (!this.offered) return "…";
    return this.total > this.offered.length
      ? `${format.count(this.offered.length)} of ${format.count(this.total)} keys: type to find more`
      : `${format.count(this.total)} ${this.total === 1 ? "key" : "keys"}`;
  }

  private isChosen({ section, key }: Offered): boolean {
    return this.chosen.some((one) => one.section === section && bareOf(one) === key);
  }

  private toggle(one: Offered, event?: Event): void {
    const key: Key = { section: one.section, name: stored(one) };
    if (!this.many) {
      this.choose([key], true);
      return;
    }
    event?.stopPropagation();
    const rest = this.chosen.filter((other) => !(other.section === one.section && bareOf(other) === one.key));
    this.choose(rest.length === this.chosen.length ? [...rest, key] : rest, false);
  }

  private choose(keys: Key[], isDone: boolean): void {
    this.chosen = keys;
    this.dispatchEvent(new CustomEvent("keys-chosen", { bubbles: true, detail: { keys, isDone } }));
  }

  private type(words: string): void {
    this.words = words;
    this.active = 0;
    clearTimeout(this.typing);
    this.typing = setTimeout(() => void this.load(), PAUSE);
  }

  private pressed(event: KeyboardEvent): void {
    const offered = this.offered ?? [];
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) {
      event.preventDefault();
      event.stopPropagation();
      this.active = Math.min(Math.max(this.active + by, 0), offered.length - 1);
      void this.updateComplete.then(() => this.querySelector("[data-active]")?.scrollIntoView({ block: "nearest" }));
    } else if (event.key === "Enter") {
      event.preventDefault();
      const one = offered[this.active];
      if (one) this.toggle(one);
    }
  }

  private async load(): Promise<void> {
    if (!this.src) return;
    this.waiting?.abort();
    const waiting = (this.waiting = new AbortController());
    try {
      const lists = await Promise.all(this.kinds.map((kind) => this.offers(kind, waiting.signal)));
      if (waiting.signal.aborted) return;
      this.offered = lists.flatMap((list) => list.items).slice(0, MOST_SHOWN);
      this.total = lists.reduce((sum, list) => sum + list.total, 0);
      this.failure = "";
    } catch (error) {
      if (!isAbort(error)) this.failure = sentence(error);
    }
  }

  private async offers(kind: string, signal: AbortSignal): Promise<{ items: Offered[]; total: number }> {
    if (kind === "run") {
      const words = this.words.toLowerCase();
      const own = Object.entries(RUN_KEYS).filter(([key]) => this.among?.includes(key) ?? true);
      const all = own.map(([key, label]) => ({ section: "run", key, label, count: null }));
      const items = all.filter((one) => one.label.toLowerCase().includes(words));
      return { items, total: items.length };
    }
    const section = kind === "config" ? "config" : null;
    const url = withParameters(this.src, { search: this.words, section });
    const answer = (await getJson(url, signal)) as {
      items: { key: string; run_count: number | null }[];
      total: number;
    };
    const items = answer.items.map(({ key, run_count }) => ({ section: kind, key, label: key, count: run_count }));
    return { items, total: answer.total };
  }
}

/** Config keys are stored with the client's `value` after their first part. */
function stored({ section, key }: Offered): string {
  if (section !== "config") return key;
  const [first, ...rest] = key.split(".");
  return [first, "value", ...rest].join(".");
}

function bareOf(key: Key): string {
  return key.section === "config" ? bare(key.name) : key.name;
}

function sectionWord(section: string): string {
  return section === "summary" ? "metric" : section;
}

/** The key with the words it was found by marked. */
function marked(label: string, words: string): TemplateResult {
  const word = words.trim().split(/\s+/)[0] ?? "";
  const at = word ? label.toLowerCase().indexOf(word.toLowerCase()) : -1;
  if (at < 0) return html`${label}`;
  return html`${label.slice(0, at)}<mark>${label.slice(at, at + word.length)}</mark>${label.slice(at + word.length)}`;
}

define("key-picker", KeyPicker);
