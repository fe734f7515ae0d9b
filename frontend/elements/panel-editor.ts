/**
 * Set a panel: how it would look on the left, what can be set on the right. Nothing changes before Apply.
 *
 *     <panel-editor></panel-editor>   .panel .scene .keys     then  editor.open()
 *
 * Properties: `panel`, what is edited (`isNew`, whether it is not in the page yet); `scene`, what it is drawn from; `keys`,
 * the address of the keys to choose from. Events: `panel-applied` {panel}; `editor-closed`.
 * What can be set is told by frontend/workspace/editor/kinds.ts; kinds that are not told there show their stored settings.
 */
import { html, nothing, type TemplateResult } from "lit";
import { define, icon, PageElement, properties, type PropertyValues } from "../lit";
import type { PanelData, PanelScene, PanelSpec } from "../panels/data";
import { type Choice, type Field, type Group, type Kind, read, rule, text, write } from "../workspace/editor/fields";
import { chosenKeys, storedKeys } from "../workspace/editor/keys";
import { KINDS, kindOf } from "../workspace/editor/kinds";
import type { Key } from "../workspace/document";
import { keyMenu, titleOfKey } from "../workspace/keys";
import { openMenu } from "../workspace/menu";
import "./key-picker";
import { summary } from "../workspace/editor/summary";
import "./panel-view";

const SETTLE = 250;
const RULES: readonly Choice[] = [
  ["best", "best first"],
  ["last", "by its last value"],
  ["max", "highest first"],
  ["min", "lowest first"],
];

type Of<K extends Field["kind"]> = Extract<Field, { kind: K }>;

export class PanelEditor extends PageElement {
  static override properties = {
    panel: { attribute: false },
    scene: { attribute: false },
    keys: { attribute: false },
    isNew: { attribute: false },
    draft: { state: true },
    shown: { state: true },
    past: { state: true },
    drawn: { state: true },
  };

  declare panel: PanelSpec | null;
  declare scene: PanelScene | null;
  declare keys: string;
  declare isNew: boolean;
  /** The panel with the changes of the form. */
  declare draft: PanelSpec | null;
  /** What the preview draws: the draft a moment later. */
  declare shown: PanelSpec | null;
  declare past: PanelSpec[];
  declare drawn: PanelData | null;

  private settling: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    Object.assign(this, {
      panel: null,
      scene: null,
      keys: "",
      isNew: false,
      draft: null,
      shown: null,
      past: [],
      drawn: null,
    });
  }

  /** Show the dialog for `panel`. */
  open(): void {
    [this.draft, this.shown, this.past, this.drawn] = [this.panel, this.panel, [], null];
    void this.updateComplete.then(() => this.querySelector("dialog")?.showModal());
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (!changed.has("draft") || !this.draft || this.draft === this.shown) return;
    clearTimeout(this.settling);
    this.settling = setTimeout(() => (this.shown = this.draft), SETTLE);
  }

  protected override render(): TemplateResult | typeof nothing {
    const { draft } = this;
    if (!draft) return nothing;
    const kind = kindOf(draft.viewType);
    return html`<dialog
      class="dialog large paneleditor"
      aria-labelledby="panel-editor-title"
      @close=${() => this.closed()}
      @panel-change=${(event: CustomEvent<{ panel: PanelSpec }>) => this.changedInside(event)}
      @panel-drawn=${(event: CustomEvent<{ data: PanelData }>) => (this.drawn = event.detail.data)}
    >
      <header>
        <h2 id="panel-editor-title">${this.isNew ? "Add panel" : "Edit panel"}</h2>
        <button
          type="button"
          class="select soft small"
          title="Kind of panel"
          @click=${(event: Event) => this.chooseKind(event)}
        >
          ${icon(kind?.icon ?? "chart", "small")}${kind?.label ?? draft.viewType}${icon("down")}
        </button>
        <span class="push row tight">
          ${
            this.past.length
              ? html`<button
                  type="button"
                  class="button only quiet small"
                  title="Undo"
                  aria-label="Undo"
                  @click=${() => this.undo()}
                >
                  ${icon("undo")}
                </button>`
              : nothing
          }
          ${
            this.isTouched
              ? html`<button type="button" class="button quiet small" @click=${() => this.reset()}>Reset</button>`
              : nothing
          }
          <button
            type="button"
            class="button only quiet small"
            title="Close"
            aria-label="Close"
            @click=${() => this.cancel()}
          >
            ${icon("x")}
          </button>
        </span>
      </header>
      <div class="editcols">
        <div class="preview">${this.preview(kind)}</div>
        <div class="options">${kind ? kind.groups.map((group) => this.group(group)) : this.unknown(draft)}</div>
      </div>
      <footer>
        <span class="muted push0">${this.isTouched ? "Changes show in the preview only." : ""}</span
        ><span class="push"></span>
        <button type="button" class="button" @click=${() => this.cancel()}>Cancel</button>
        <button type="button" class="button primary" @click=${() => this.apply()}>
          ${this.isNew ? "Add" : "Apply"}
        </button>
      </footer>
    </dialog>`;
  }

  private preview(kind: Kind | null): TemplateResult {
    const isEmpty = kind?.needsKeys && this.shown && !hasKeys(kind, this.shown);
    if (isEmpty) {
      return html`<section class="panel ghost">
        <div class="empty">
          ${icon(kind.icon)}
          <p>${kind.about}. Choose a key on the right to see it here.</p>
        </div>
      </section>`;
    }
    return html`<panel-view
        class="previewpanel"
        .panel=${this.shown}
        .scene=${this.scene}
        .refreshing=${false}
      ></panel-view>
      ${this.note()}`;
  }

  private note(): TemplateResult | typeof nothing {
    const { drawn } = this;
    if (!drawn?.marks.length) return nothing;
    const groups = drawn.marks.filter((mark) => mark.run === null).length;
    const what = groups
      ? `${drawn.marks.reduce((sum, mark) => sum + (mark.run_count || 1), 0)} runs in ${groups} ${groups === 1 ? "group" : "groups"}.`
      : `${drawn.drawn_count} of ${drawn.run_count} runs.`;
    return html`<div class="previewnote">
        <span class="row xs muted">${icon("info", "small")}<span>${what}</span></span>
      </div>
      ${summary(drawn)}`;
  }

  private unknown(draft: PanelSpec): TemplateResult {
    return html`<details class="opts-group" open>
      <summary>
        ${icon("right", "small")}
        <h3>Settings</h3>
      </summary>
      <div class="body">
        <p class="muted">Panels of the kind “${draft.viewType}” are set by program. This is what is stored.</p>
        <pre class="code-block xs">${JSON.stringify(draft.config, null, 2)}</pre>
      </div>
    </details>`;
  }

  private group(group: Group): TemplateResult {
    const draft = this.draft as PanelSpec;
    const fields = group.fields.filter((field) => field.when?.(draft) ?? true);
    return html`<details class="opts-group" ?open=${group.isOpen ?? false}>
      <summary>
        ${icon("right", "small")}
        <h3>${group.title}</h3>
        <span class="set cut">${group.told(draft)}</span>
      </summary>
      <div class="body">${fields.map((field) => this.field(field))}</div>
    </details>`;
  }

  private field(field: Field): TemplateResult {
    const isTall = field.kind === "keys" && field.isMany;
    const control = this.control(field);
    if (isTall) return html`<div class="optkeys">${control}</div>`;
    return html`<div class="opt ${field.kind === "prose" ? "tall" : ""}">
      <span class="name">${field.label}</span>
      <div class="row">${control}${field.help ? html`<span class="faint xs">${field.help}</span>` : nothing}</div>
    </div>`;
  }

  private control(field: Field): TemplateResult {
    switch (field.kind) {
      case "choice":
        return this.choice(field);
      case "select":
        return this.select(field);
      case "switch":
        return this.switch(field);
      case "number":
        return this.number(field.name, field.label, field.placeholder, field);
      case "range":
        return html`${this.number(field.low, `${field.label}, from`, "auto")}<span class="faint">to</span
          >${this.number(field.high, `${field.label}, to`, "auto")}`;
      case "weight":
        return this.weight(field);
      case "text":
        return this.text(field);
      case "prose":
        return html`<textarea
          class="input"
          rows="12"
          aria-label=${field.label}
          placeholder=${field.placeholder}
          .value=${text(this.draft as PanelSpec, field.name)}
          @input=${(event: Event) => this.set({ [field.name]: valueOf(event) }, field.name)}
        ></textarea>`;
      case "words":
        return this.expressions(field);
      case "rule":
        return this.rule(field);
      case "keys":
        return field.isMany ? this.manyKeys(field) : this.oneKey(field);
    }
  }

  private choice(field: Of<"choice">): TemplateResult {
    const stored = read(this.draft as PanelSpec, field.name);
    const now =
      Object.entries(field.stored ?? {}).find(([, value]) => value === stored)?.[0] ??
      (typeof stored === "string" ? stored : field.initial);
    return html`<span class="segmented" role="group" aria-label=${field.label}>
      ${field.choices.map(
        ([value, title]) =>
          html`<button type="button" aria-pressed=${String(value === now)} @click=${() => this.choose(field, value)}>
            ${title}
          </button>`,
      )}
    </span>`;
  }

  private choose(field: Of<"choice"> | Of<"select">, value: string): void {
    const stored = field.kind === "choice" ? field.stored?.[value] : undefined;
    this.set({ [field.name]: stored ?? (value === "" || value === field.initial ? undefined : value) });
  }

  private select(field: Of<"select">): TemplateResult {
    const now = text(this.draft as PanelSpec, field.name) || field.initial;
    const known: Choice[] = [...field.choices];
    if (!known.some(([value]) => value === now)) known.push([now, now]);
    const changed = (event: Event) => {
      const value = valueOf(event);
      if (value === "other-key") this.chooseAxisKey(event.target as HTMLElement, field);
      else this.choose(field, value);
    };
    return html`<select class="select soft small" aria-label=${field.label} @change=${changed}>
      ${known.map(([value, title]) => html`<option value=${value} ?selected=${value === now}>${title}</option>`)}
      ${field.takesKey ? html`<option value="other-key">Another metric …</option>` : nothing}
    </select>`;
  }

  private chooseAxisKey(anchor: HTMLElement, field: Of<"select">): void {
    this.requestUpdate();
    this.openKeys(anchor, field.label, ["summary"], [], ([key]) => key && this.set({ [field.name]: key.name }));
  }

  private switch(field: Of<"switch">): TemplateResult {
    const stored = read(this.draft as PanelSpec, field.name);
    const isOn =
      field.onValue === undefined ? ((stored as boolean | undefined) ?? field.initial) : stored === field.onValue;
    const toggled = (event: Event) => {
      const wanted = (event.target as HTMLInputElement).checked;
      if (field.onValue !== undefined) this.set({ [field.name]: wanted ? field.onValue : undefined });
      else this.set({ [field.name]: wanted === field.initial ? undefined : wanted });
    };
    return html`<label class="switch xs"
      ><input type="checkbox" role="switch" .checked=${isOn} @change=${toggled} /><span>${field.on}</span></label
    >`;
  }

  private number(
    name: string,
    label: string,
    placeholder: string,
    limits: { min?: number; max?: number } = {},
  ): TemplateResult {
    const given = (event: Event) => {
      const written = valueOf(event).trim().replace("−", "-");
      const value = written === "" ? undefined : Number(written);
      if (value !== undefined && !Number.isFinite(value)) return;
      const { min = -Infinity, max = Infinity } = limits;
      this.set({ [name]: value === undefined ? undefined : Math.min(Math.max(value, min), max) }, name);
    };
    return html`<input
      class="input small tiny num"
      inputmode="decimal"
      aria-label=${label}
      placeholder=${placeholder}
      .value=${text(this.draft as PanelSpec, name)}
      @change=${given}
    />`;
  }

  private weight(field: Of<"weight">): TemplateResult {
    const type = text(this.draft as PanelSpec, "smoothingType");
    const isShare = type.startsWith("exponential");
    const most = isShare ? 0.999 : 100;
    const now = Number(read(this.draft as PanelSpec, field.name) ?? (isShare ? field.initial : 5));
    return html`<input
        class="slider"
        type="range"
        min="0"
        max=${most}
        step=${isShare ? "0.001" : "1"}
        aria-label=${field.label}
        .value=${String(now)}
        ${properties({ "--at": `${(now / most) * 100}%`, "inline-size": "160px" })}
        @input=${(event: Event) => this.set({ [field.name]: Number(valueOf(event)) }, field.name)}
      /><span class="num">${isShare ? now.toFixed(2) : now}</span>`;
  }

  private text(field: Of<"text">): TemplateResult {
    return html`<input
      class="input small ${field.isCode ? "mono" : ""}"
      aria-label=${field.label}
      placeholder=${field.placeholder}
      .value=${text(this.draft as PanelSpec, field.name)}
      @input=${(event: Event) => this.set({ [field.name]: valueOf(event) || undefined }, field.name)}
    />`;
  }

  private expressions(field: Of<"words">): TemplateResult {
    const stored = read(this.draft as PanelSpec, field.name);
    const first = Array.isArray(stored) ? String(stored[0] ?? "") : "";
    return html`<input
      class="input small mono"
      aria-label=${field.label}
      placeholder=${field.placeholder}
      .value=${first}
      @change=${(event: Event) => this.set({ [field.name]: valueOf(event) ? [valueOf(event)] : undefined }, field.name)}
    />`;
  }

  private rule(field: Of<"rule">): TemplateResult {
    const draft = this.draft as PanelSpec;
    const stored = rule(draft);
    const choose = (event: Event) =>
      this.openKeys(event.currentTarget as HTMLElement, "The best by", ["summary"], [], ([key]) => {
        if (key) this.set({ [field.name]: { ...(draft.x?.["rule"] as object | undefined), key: key.name } });
      });
    if (!stored) {
      return html`<span class="xs">The first of the list</span>
        <button type="button" class="chip dashed" @click=${choose}>${icon("plus")}The best by a metric</button>`;
    }
    return html`${this.keyChip({ section: "summary", name: stored.key }, () => this.set({ [field.name]: undefined }))}
      <select
        class="select soft small"
        aria-label="Which value of ${stored.key}"
        @change=${(event: Event) => this.set({ [field.name]: { ...(draft.x?.["rule"] as object), value: valueOf(event) } })}
      >
        ${RULES.map(([value, title]) => html`<option value=${value} ?selected=${value === stored.value}>${title}</option>`)}
      </select>`;
  }

  private manyKeys(field: Of<"keys">): TemplateResult {
    const draft = this.draft as PanelSpec;
    const isPattern = field.takesRegex && draft.config["useMetricRegex"] === true;
    const pattern = html`<label class="switch xs"
      ><input
        type="checkbox"
        role="switch"
        .checked=${Boolean(isPattern)}
        @change=${(event: Event) => this.usePattern((event.target as HTMLInputElement).checked)}
      /><span>All keys that match an expression</span></label
    >`;
    if (isPattern) {
      return html`<input
          class="input small mono"
          aria-label="Regular expression"
          placeholder="^val/acc"
          .value=${text(draft, "metricRegex")}
          @input=${(event: Event) => this.set({ metricRegex: valueOf(event) }, "metricRegex")}
        />${pattern}`;
    }
    const chosen = chosenKeys(draft, field);
    return html`${
        chosen.length
          ? html`<div class="row wrap chips">
              ${chosen.map((key, index) =>
                this.keyChip(key, () =>
                  this.setKeys(
                    field,
                    chosen.filter((_, at) => at !== index),
                  ),
                ),
              )}
            </div>`
          : nothing
      }
      <key-picker
        inline
        many
        .heading=${field.label}
        .src=${this.keys}
        .kinds=${field.kinds}
        .chosen=${chosen}
        @keys-chosen=${(event: CustomEvent<{ keys: Key[] }>) => this.setKeys(field, event.detail.keys)}
      ></key-picker>
      ${field.takesRegex ? pattern : nothing}`;
  }

  private oneKey(field: Of<"keys">): TemplateResult {
    const chosen = chosenKeys(this.draft as PanelSpec, field);
    return html`${chosen.map((key) => this.keyChip(key, () => this.setKeys(field, [])))}
      <button
        type="button"
        class="chip dashed"
        @click=${(event: Event) =>
          this.openKeys(event.currentTarget as HTMLElement, field.label, field.kinds, chosen, (keys) =>
            this.setKeys(field, keys),
          )}
      >
        ${icon(chosen.length ? "swap" : "plus")}${chosen.length ? "Another" : "Key"}
      </button>`;
  }

  private keyChip(key: Key, remove: () => void): TemplateResult {
    const title = titleOfKey(key);
    return html`<span class="chip mono" title=${title}
      ><span class="cut">${title}</span
      ><button type="button" aria-label="Remove ${title}" @click=${remove}>${icon("x")}</button></span
    >`;
  }

  private openKeys(
    anchor: HTMLElement,
    label: string,
    kinds: readonly string[],
    chosen: readonly Key[],
    choose: (keys: Key[]) => void,
  ): void {
    keyMenu(anchor, label, this.keys, { kinds: kinds as ("run" | "config" | "summary")[], chosen, choose });
  }

  private setKeys(field: Of<"keys">, keys: readonly Key[]): void {
    this.set({ [field.name]: storedKeys(this.draft as PanelSpec, field, keys) });
  }

  private usePattern(isOn: boolean): void {
    const first = chosenText(this.draft as PanelSpec);
    this.set(
      isOn
        ? { useMetricRegex: true, metricRegex: text(this.draft as PanelSpec, "metricRegex") || first }
        : { useMetricRegex: undefined },
    );
  }

  private chooseKind(event: Event): void {
    openMenu(
      event.currentTarget as HTMLElement,
      "Kind of panel",
      KINDS.map((kind) => ({
        label: kind.label,
        icon: kind.icon,
        isOn: kind.viewType === this.draft?.viewType,
        act: () => this.become(kind),
      })),
    );
  }

  /** Take another kind, with the keys that both kinds have. */
  private become(kind: Kind): void {
    const draft = this.draft as PanelSpec;
    if (kind.viewType === draft.viewType) return;
    const { metrics, chartTitle } = draft.config;
    const kept = {
      ...("metrics" in kind.initial && metrics ? { metrics } : {}),
      ...(chartTitle ? { chartTitle } : {}),
    };
    this.take({ ...draft, viewType: kind.viewType, config: { ...kind.initial, ...kept } });
  }

  private changedInside(event: CustomEvent<{ panel: PanelSpec }>): void {
    event.preventDefault();
    event.stopPropagation();
    this.take(event.detail.panel);
  }

  private lastMerge = "";

  private set(changes: Record<string, unknown>, merge = ""): void {
    this.take(write(this.draft as PanelSpec, changes), merge);
  }

  private take(panel: PanelSpec, merge = ""): void {
    if (!merge || merge !== this.lastMerge) this.past = [...this.past, this.draft as PanelSpec];
    this.lastMerge = merge;
    this.draft = panel;
  }

  private undo(): void {
    const before = this.past.at(-1);
    if (!before) return;
    this.past = this.past.slice(0, -1);
    this.lastMerge = "";
    this.draft = before;
  }

  private reset(): void {
    this.take(this.panel as PanelSpec);
  }

  private get isTouched(): boolean {
    return JSON.stringify(this.draft) !== JSON.stringify(this.panel);
  }

  private apply(): void {
    this.dispatchEvent(new CustomEvent("panel-applied", { bubbles: true, detail: { panel: this.draft } }));
    this.querySelector("dialog")?.close();
  }

  private cancel(): void {
    this.querySelector("dialog")?.close();
  }

  private closed(): void {
    clearTimeout(this.settling);
    this.draft = null;
    this.dispatchEvent(new CustomEvent("editor-closed", { bubbles: true }));
  }
}

function valueOf(event: Event): string {
  return (event.target as HTMLInputElement).value;
}

function hasKeys(kind: Kind, panel: PanelSpec): boolean {
  if (panel.config["useMetricRegex"] === true) return Boolean(panel.config["metricRegex"]);
  const expressions = panel.config["expressions"];
  if (Array.isArray(expressions) && expressions.length) return true;
  const fields = kind.groups
    .flatMap((group) => group.fields)
    .filter((field) => field.kind === "keys" && field.name !== "groupBy");
  return fields.some((field) => field.kind === "keys" && chosenKeys(panel, field).length > 0);
}

function chosenText(panel: PanelSpec): string {
  const { metrics } = panel.config;
  return Array.isArray(metrics) && typeof metrics[0] === "string" ? `^${metrics[0]}$` : "";
}

define("panel-editor", PanelEditor);
