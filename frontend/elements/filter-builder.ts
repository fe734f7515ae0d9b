/**
 * Put conditions on runs together; what they say is a sentence, and how many runs match follows while it is built.
 *
 *     <filter-builder></filter-builder>   .value = [{key, op, value, disabled, connector} | {filters, connector}]
 *
 * Properties: `value` (frontend/filters.ts), `columnsUrl` (answers {"items", "total"} for `?search=`), `countUrl` (answers
 * {"total"} for `?filters=`; left out, nothing is counted), `all`, the number of runs without conditions.
 * Events: `filter-changed` {filters} when something that matters changed.
 */
import { html, nothing, type TemplateResult } from "lit";
import { getJson, isAbort, sentence, withParameters } from "../api";
import {
  type Condition,
  type ConditionGroup,
  type Connector,
  type Entry,
  type FilterKey,
  isComplete,
  isGroup,
  type Operator,
  toMongo,
  WORDS,
} from "../filters";
import * as format from "../format";
import { define, icon, PageElement, type PropertyValues } from "../lit";
import { type Choice, openPicker } from "../table/picker";
import { headOf, longTitle } from "../table/columns";
import { openMenu } from "../workspace/menu";

const PAUSE = 250;
const DAY = 86_400;
const STATES = ["running", "finished", "failed", "crashed", "killed", "pending", "preempting", "preempted"];
const TAG_WORDS: Partial<Record<Operator, string>> = { "=": "contains", "!=": "lacks" };
const TIME_WORDS: Partial<Record<Operator, string>> = { ">=": "since", "<=": "until" };
const TEXT: readonly Operator[] = ["=", "!=", "IN", "NIN", "REGEX"];
const ANY: readonly Operator[] = ["=", "!=", "IN", "NIN", "<=", ">=", "REGEX"];
const NUMBER: readonly Operator[] = ["<=", ">=", "=", "!=", "IN", "NIN"];

export class FilterBuilder extends PageElement {
  static override properties = {
    value: { attribute: false },
    columnsUrl: { attribute: false },
    countUrl: { attribute: false },
    all: { attribute: false },
    total: { state: true },
    failure: { state: true },
  };

  declare value: Entry[];
  declare columnsUrl: string;
  declare countUrl: string;
  declare all: number | null;
  declare total: number | null;
  declare failure: string;

  private timer = 0;
  private asking = new AbortController();

  constructor() {
    super();
    this.value = [];
    this.columnsUrl = "";
    this.countUrl = "";
    this.all = null;
    this.total = null;
    this.failure = "";
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.timer);
    this.asking.abort();
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has("value")) this.count();
  }

  protected override render(): TemplateResult {
    return html`<div class="filter" role="group" aria-label="Filter">
      ${this.value.length ? nothing : html`<p class="faint xs">All runs are shown. Add a condition to narrow them.</p>`}
      ${this.value.map((entry, place) => (isGroup(entry) ? this.group(entry, place) : this.clause(entry, [place])))}
      ${this.failure ? html`<p class="bad-text xs" role="alert">${this.failure}</p>` : nothing}
      <footer>
        <button
          type="button"
          class="button quiet small"
          @click=${(event: Event) => this.add(event.currentTarget as HTMLElement)}
        >
          ${icon("plus")}Add condition
        </button>
        <button
          type="button"
          class="button quiet small"
          @click=${(event: Event) => this.addGroup(event.currentTarget as HTMLElement)}
        >
          ${icon("group")}Add group
        </button>
        <span class="push faint num xs nowrap" aria-live="polite">${this.said()}</span>
        <button type="button" class="button small" ?disabled=${!this.value.length} @click=${() => this.change([])}>
          Clear
        </button>
      </footer>
    </div>`;
  }

  private said(): string {
    if (this.total === null) return "";
    const all = this.all === null || this.all < this.total ? "" : ` of ${format.count(this.all)}`;
    return `${format.count(this.total)}${all} runs`;
  }

  // ---- one condition

  private group(group: ConditionGroup, place: number): TemplateResult {
    const either = group.filters.some((condition) => condition.connector === "OR");
    return html`<div class="clause groupclause">
        ${this.joint(group.connector, [place])}
        <span class="muted">${either ? "any of" : "all of"}</span>
        <button
          type="button"
          class="button only quiet small"
          title="Remove the group"
          aria-label="Remove the group"
          @click=${() => this.drop([place])}
        >
          ${icon("x")}
        </button>
      </div>
      <div class="clause-group">
        ${group.filters.map((condition, inner) => this.clause(condition, [place, inner]))}
        <div>
          <button
            type="button"
            class="button quiet small"
            @click=${(event: Event) => this.add(event.currentTarget as HTMLElement, place)}
          >
            ${icon("plus")}Add to this group
          </button>
        </div>
      </div>`;
  }

  private clause(condition: Condition, place: number[]): TemplateResult {
    const name = nameOf(condition.key);
    return html`<div class="clause" ?data-off=${condition.disabled}>
      ${this.joint(condition.connector, place)}
      <button
        type="button"
        class="select soft"
        aria-label="Field: ${name}"
        title=${name}
        @click=${(event: Event) => this.pickKey(event.currentTarget as HTMLElement, place)}
      >
        <span class="cut">${name}</span>${icon("down")}
      </button>
      <select
        class="select"
        aria-label="Comparison"
        @change=${(event: Event) => this.compare(place, (event.target as HTMLSelectElement).value as Operator)}
      >
        ${operatorsOf(condition).map((op) => html`<option value=${op} ?selected=${op === condition.op}>${wordOf(condition.key, op)}</option>`)}
      </select>
      ${this.operand(condition, place)}
      <button
        type="button"
        class="button only quiet small"
        title="Remove"
        aria-label="Remove ${name}"
        @click=${() => this.drop(place)}
      >
        ${icon("x")}
      </button>
    </div>`;
  }

  /** “Where” before the first one, then “and” or “or”, which a press turns round. */
  private joint(connector: Connector, place: number[]): TemplateResult {
    if (place.at(-1) === 0) return html`<span class="join">${place.length > 1 ? "" : "Where"}</span>`;
    const word = connector === "OR" ? "or" : "and";
    const turn = () => this.edit(place, { connector: connector === "OR" ? "AND" : "OR" });
    return html`<button
      type="button"
      class="join link"
      title="Turn “${word}” into “${word === "or" ? "and" : "or"}”"
      @click=${turn}
    >
      ${word}
    </button>`;
  }

  private operand(condition: Condition, place: number[]): TemplateResult {
    const { key, op, value } = condition;
    if (isState(key) && op !== "REGEX") return this.states(condition, place);
    if (op === "WITHINSECONDS") {
      const unit = spanUnit(Number(value));
      const amount = Number(value) / unit;
      const set = (count: number, size: number) => this.edit(place, { value: Math.max(count, 0) * size });
      return html`<span class="spanvalue"
        ><input
          class="input"
          type="number"
          min="1"
          aria-label="How many"
          .value=${String(amount || "")}
          @change=${(event: Event) => set(Number((event.target as HTMLInputElement).value), unit)}
        />
        <select
          class="select"
          aria-label="Unit"
          @change=${(event: Event) => set(amount, Number((event.target as HTMLSelectElement).value))}
        >
          ${[
            [DAY, "days"],
            [3600, "hours"],
            [60, "minutes"],
            [1, "seconds"],
          ].map(([size, word]) => html`<option value=${size as number} ?selected=${size === unit}>${word}</option>`)}
        </select></span
      >`;
    }
    const written = Array.isArray(value) ? value.map(text).join(", ") : text(value);
    return html`<input
      class="input"
      aria-label="Value of ${nameOf(key)}"
      autocomplete="off"
      placeholder=${op === "IN" || op === "NIN" ? "a, b, c" : ""}
      .value=${written}
      @change=${(event: Event) => this.edit(place, { value: valueOf((event.target as HTMLInputElement).value, op, key) })}
    />`;
  }

  private states({ op, value }: Condition, place: number[]): TemplateResult {
    const chosen = (Array.isArray(value) ? value : value ? [value] : []) as string[];
    const many = op === "IN" || op === "NIN";
    const pick = (state: string) => {
      const others = chosen.filter((one) => one !== state);
      const next = chosen.includes(state) ? others : [...chosen, state];
      this.edit(place, { value: many ? next : state });
    };
    const open = (event: Event) =>
      openMenu(
        event.currentTarget as HTMLElement,
        "State",
        STATES.map((state) => ({ label: format.capital(state), isOn: chosen.includes(state), act: () => pick(state) })),
      );
    const [first] = chosen;
    return html`<button type="button" class="select soft" aria-label="States" @click=${open}>
      ${first ? html`<span class="row tight"><span class="state" data-state=${first}>${format.capital(first)}</span>${chosen.length > 1 ? html`<span class="faint">+${chosen.length - 1}</span>` : nothing}</span>` : html`<span class="faint">Choose</span>`}${icon("down")}
    </button>`;
  }

  // ---- changes

  private pickKey(anchor: HTMLElement, place: number[]): void {
    const old = this.at(place);
    this.choose(anchor, (key) => this.edit(place, old && kindOf(old.key) === kindOf(key) ? { key } : fresh(key)));
  }

  private add(anchor: HTMLElement, group?: number): void {
    this.choose(anchor, (key) => {
      const entry = { ...fresh(key), disabled: false, connector: "AND" } as Condition;
      if (group === undefined) this.change([...this.value, entry]);
      else this.change(this.value.map((one, place) => (place === group && isGroup(one) ? grown(one, entry) : one)));
    });
  }

  private addGroup(anchor: HTMLElement): void {
    this.choose(anchor, (key) => {
      const filters = [{ ...fresh(key), disabled: false, connector: "AND" } as Condition];
      this.change([...this.value, { filters, connector: "AND" }]);
    });
  }

  private choose(anchor: HTMLElement, use: (key: FilterKey) => void): void {
    openPicker(anchor, {
      label: "Filter by",
      src: this.columnsUrl,
      isChosen: () => false,
      toggle: (choice) => use(keyOfChoice(choice)),
      once: true,
    });
  }

  private compare(place: number[], op: Operator): void {
    const old = this.at(place);
    if (!old) return;
    const many: unknown[] = Array.isArray(old.value) ? old.value : [old.value].filter((one) => one !== "");
    const isList = op === "IN" || op === "NIN";
    const value = isList ? many : op === "WITHINSECONDS" ? 30 * DAY : (many[0] ?? "");
    this.edit(place, { op, value });
  }

  private at([place = 0, inner]: number[]): Condition | null {
    const entry = this.value[place];
    if (!entry) return null;
    if (isGroup(entry)) return inner === undefined ? null : (entry.filters[inner] ?? null);
    return entry;
  }

  private edit([place = 0, inner]: number[], change: Partial<Condition>): void {
    this.change(
      this.value.map((entry, number) => {
        if (number !== place) return entry;
        if (!isGroup(entry) || inner === undefined) return { ...entry, ...change };
        return { ...entry, filters: entry.filters.map((one, at) => (at === inner ? { ...one, ...change } : one)) };
      }),
    );
  }

  private drop([place = 0, inner]: number[]): void {
    const left = this.value.map((entry, number) =>
      number === place && isGroup(entry) && inner !== undefined
        ? { ...entry, filters: entry.filters.filter((_, at) => at !== inner) }
        : entry,
    );
    this.change(
      left.filter((entry, number) =>
        inner === undefined ? number !== place : !isGroup(entry) || entry.filters.length,
      ),
    );
  }

  private change(value: Entry[]): void {
    const before = JSON.stringify(toMongo(this.value.filter(isComplete)));
    this.value = value;
    const said = value.filter(isComplete);
    if (JSON.stringify(toMongo(said)) === before) return;
    this.dispatchEvent(new CustomEvent("filter-changed", { bubbles: true, detail: { filters: value } }));
  }

  private count(): void {
    clearTimeout(this.timer);
    if (this.countUrl) this.timer = window.setTimeout(() => void this.ask(), PAUSE);
  }

  private async ask(): Promise<void> {
    this.asking.abort();
    this.asking = new AbortController();
    const filters = JSON.stringify(toMongo(this.value.filter(isComplete)));
    try {
      const url = withParameters(this.countUrl, { filters, limit: 0 });
      this.total = ((await getJson(url, this.asking.signal)) as { total: number }).total;
      this.failure = "";
    } catch (error) {
      if (isAbort(error)) return;
      this.total = null;
      this.failure = sentence(error);
    }
  }
}

/** Say a condition: `val/acc, max ≥ 0.8`, `Created within 30 days`. */
export function sayCondition(entry: Entry): string {
  if (isGroup(entry)) {
    return entry.filters
      .map((one, place) => (place ? `${one.connector === "OR" ? "or" : "and"} ` : "") + sayCondition(one))
      .join(" ");
  }
  const { key, op, value } = entry;
  if (op === "WITHINSECONDS") return `${nameOf(key)} within ${spanWords(Number(value))}`;
  const said = Array.isArray(value) ? value.map(text).join(", ") : value === null ? "missing" : text(value);
  return `${nameOf(key)} ${wordOf(key, op)} ${said}`;
}

function nameOf(key: FilterKey): string {
  const head = headOf(`${key.section}:${key.name}`);
  if (key.section === "config" || key.section === "summary") return `${key.section}.${key.name}`;
  return key.section === "run" ? head.label : longTitle(head);
}

function keyOfChoice(choice: Choice): FilterKey {
  const [section = "", ...name] = choice.key.split(":");
  return { section, name: name.join(":") };
}

function kindOf(key: FilterKey): string {
  return key.section === "run" ? headOf(`run:${key.name}`).kind : key.section === "metric" ? "number" : "value";
}

function operatorsOf({ key, op }: Condition): Operator[] {
  const kind = kindOf(key);
  const known: readonly Operator[] =
    kind === "time"
      ? ["WITHINSECONDS", ">=", "<="]
      : kind === "number" || kind === "seconds" || kind === "step"
        ? NUMBER
        : kind === "tags"
          ? ["=", "!=", "REGEX"]
          : kind === "value"
            ? ANY
            : TEXT;
  return known.includes(op) ? [...known] : [...known, op];
}

function wordOf(key: FilterKey, op: Operator): string {
  if (kindOf(key) === "tags") return TAG_WORDS[op] ?? WORDS[op];
  if (kindOf(key) === "time") return TIME_WORDS[op] ?? WORDS[op];
  return WORDS[op];
}

/** A condition that a person goes on to fill in. */
function fresh(key: FilterKey): Pick<Condition, "key" | "op" | "value"> {
  switch (kindOf(key)) {
    case "time":
      return { key, op: "WITHINSECONDS", value: 30 * DAY };
    case "state":
      return { key, op: "IN", value: [] };
    case "number":
    case "seconds":
    case "step":
      return { key, op: ">=", value: "" };
    default:
      return { key, op: "=", value: "" };
  }
}

function grown(group: ConditionGroup, entry: Condition): ConditionGroup {
  const connector: Connector =
    group.filters.length === 1 || group.filters.some((one) => one.connector === "OR") ? "OR" : "AND";
  return { ...group, filters: [...group.filters, { ...entry, connector }] };
}

function isState(key: FilterKey): boolean {
  return key.section === "run" && key.name === "state";
}

/** Read what was typed: numbers, true and false as such where the field may hold them; parts of a list by commas. */
function valueOf(written: string, op: Operator, key: FilterKey): unknown {
  const isText = ["text", "user", "tags"].includes(kindOf(key)) || op === "REGEX";
  const one = (part: string): unknown => {
    const trimmed = part.trim();
    if (isText || trimmed === "") return trimmed;
    if (trimmed === "true" || trimmed === "false") return trimmed === "true";
    return Number.isFinite(Number(trimmed)) ? Number(trimmed) : trimmed;
  };
  if (op === "IN" || op === "NIN")
    return written
      .split(",")
      .map(one)
      .filter((part) => part !== "");
  return one(written);
}

function text(value: unknown): string {
  return typeof value === "string" ? value : value === null || value === undefined ? "" : JSON.stringify(value);
}

function spanUnit(seconds: number): number {
  return [DAY, 3600, 60].find((unit) => seconds >= unit && seconds % unit === 0) ?? 1;
}

function spanWords(seconds: number): string {
  const unit = spanUnit(seconds);
  const word = { [DAY]: "day", 3600: "hour", 60: "minute", 1: "second" }[unit] ?? "second";
  const amount = seconds / unit;
  return `${format.count(amount)} ${word}${amount === 1 ? "" : "s"}`;
}

define("filter-builder", FilterBuilder);
