/**
 * The bar over the charts: which view, what is searched, the x axis, smoothing, auto-refresh, add a panel.
 *
 *     <workspace-bar></workspace-bar>   .state .words .refreshing .drawnAt .keys
 *
 * Properties: `state` (frontend/workspace/state.ts) and `revision`, its count of changes; `words`, what panels are searched by; `keys`, the address of keys;
 * `refreshing`; `drawnAt`, when charts were last fresh. Events: `workspace-edit` {edit, label, merge}; `panels-searched`
 * {words}; `refresh-switched` {isOn}; `panel-wanted` {section: null, anchor}; `views-wanted` {anchor}; `view-command` {command};
 * `runs-wanted` on narrow screens.
 */
import { html, nothing, type TemplateResult } from "lit";
import * as format from "../format";
import { define, icon, PageElement, properties } from "../lit";
import { settingsOf, weightOf } from "../workspace/document";
import * as edits from "../workspace/edits";
import { keyMenu } from "../workspace/keys";
import { openMenu } from "../workspace/menu";
import type { Kept, WorkspaceState } from "../workspace/state";

const AXES: readonly (readonly [string, string])[] = [
  ["_step", "Step"],
  ["_runtime", "Time since start"],
  ["_absolute_runtime", "Time by the clock"],
  ["_timestamp", "Wall time"],
];
const SMOOTHINGS: readonly (readonly [string, string])[] = [
  ["exponentialTimeWeighted", "Exponential, by distance in x"],
  ["exponential", "Exponential"],
  ["gaussian", "Gaussian"],
  ["average", "Running average"],
];
const STRONGEST = 0.99;
const WIDEST = 100;
const USUAL = "exponentialTimeWeighted";

const SAID: Record<Kept, string> = {
  saved: "",
  waiting: "saving …",
  saving: "saving …",
  edited: "edited",
  local: "changed for you only",
  overtaken: "not saved",
  failed: "not saved",
};

export class WorkspaceBar extends PageElement {
  static override properties = {
    state: { attribute: false },
    revision: { attribute: false },
    words: { attribute: false },
    refreshing: { attribute: false },
    drawnAt: { attribute: false },
    keys: { attribute: false },
    tick: { state: true },
  };

  declare state: WorkspaceState | null;
  declare revision: number;
  declare words: string;
  declare refreshing: boolean;
  declare drawnAt: number;
  declare keys: string;
  declare tick: number;

  private timer: ReturnType<typeof setInterval> | undefined;

  constructor() {
    super();
    Object.assign(this, { state: null, revision: 0, words: "", refreshing: true, drawnAt: 0, keys: "", tick: 0 });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.timer = setInterval(() => !document.hidden && (this.tick += 1), 1000);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.timer);
  }

  protected override render(): TemplateResult | typeof nothing {
    const { state } = this;
    if (!state) return nothing;
    return html`<div class="toolbar" role="toolbar" aria-label="Workspace">
      <button
        type="button"
        class="button only quiet runs-open"
        title="Runs"
        aria-label="Runs"
        @click=${() => this.tell("runs-wanted")}
      >
        ${icon("list")}
      </button>
      <button
        type="button"
        class="button quiet saved"
        title="Saved views"
        @click=${(event: Event) => this.tell("views-wanted", { anchor: event.currentTarget })}
      >
        <span class="strong cut">${state.view.name}</span>${icon("down", "end")}
      </button>
      ${this.keptWords(state)}
      <span class="push"></span>
      <div class="search">
        ${icon("search")}<input
          class="input"
          type="search"
          placeholder="Find a panel"
          aria-label="Find a panel"
          title="Words, or a regular expression"
          .value=${this.words}
          @input=${(event: Event) => this.tell("panels-searched", { words: (event.target as HTMLInputElement).value })}
        />
      </div>
      ${this.axis(state)} ${this.smoothing(state)}
      <span class="vr"></span>
      <label class="switch"
        ><input
          type="checkbox"
          role="switch"
          .checked=${this.refreshing}
          @change=${(event: Event) => this.tell("refresh-switched", { isOn: (event.target as HTMLInputElement).checked })}
        /><span>Auto-refresh</span></label
      >
      <span class="faint num xs nowrap age">${this.age()}</span>
      <button
        type="button"
        class="button primary"
        @click=${(event: Event) => this.tell("panel-wanted", { section: null, anchor: event.currentTarget })}
      >
        ${icon("plus")}<span>Add panel</span>
      </button>
    </div>`;
  }

  /** How the document stands, and what can be done about it. */
  private keptWords(state: WorkspaceState): TemplateResult {
    const isEdited = state.kept === "edited" || (state.kept === "local" && !state.view.is_personal);
    return html`<span class="badge bare" role="status">${SAID[state.kept]}</span> ${
        state.kept === "edited"
          ? html`<button
              type="button"
              class="button small"
              @click=${() => this.tell("view-command", { command: "save" })}
            >
              Save
            </button>`
          : nothing
      }
      ${
        isEdited
          ? html`<button
              type="button"
              class="button quiet small"
              @click=${() => this.tell("view-command", { command: "reset" })}
            >
              Reset
            </button>`
          : nothing
      }`;
  }

  private axis(state: WorkspaceState): TemplateResult {
    const axis = settingsOf(state.spec).xAxis ?? "_step";
    const title = AXES.find(([key]) => key === axis)?.[1] ?? axis;
    return html`<button
      type="button"
      class="select soft axis"
      title="What all charts are drawn along"
      @click=${this.chooseAxis}
    >
      <span class="cut">x: ${title}</span>${icon("down")}
    </button>`;
  }

  private readonly chooseAxis = (event: Event): void => {
    const anchor = event.currentTarget as HTMLElement;
    const now = this.state ? (settingsOf(this.state.spec).xAxis ?? "_step") : "";
    const choose = (xAxis: string) =>
      this.edit(edits.changeSettings({ xAxis, xAxisActive: xAxis !== "_step" }), "the x axis");
    openMenu(anchor, "x axis", [
      ...AXES.map(([key, label]) => ({ label, isOn: key === now, act: () => choose(key) })),
      ...(AXES.some(([key]) => key === now) ? [] : [{ label: now, isOn: true, act: () => choose(now) }]),
      "rule",
      {
        label: "Another metric …",
        act: () =>
          requestAnimationFrame(() =>
            keyMenu(anchor, "x axis", this.keys, {
              kinds: ["summary"],
              chosen: [],
              choose: ([key]) => key && choose(key.name),
            }),
          ),
      },
    ]);
  };

  private smoothing(state: WorkspaceState): TemplateResult {
    const { smoothingType = "none" } = settingsOf(state.spec);
    const type = smoothingType === "none" ? USUAL : smoothingType;
    const isShare = type.startsWith("exponential");
    const most = isShare ? STRONGEST : WIDEST;
    const weight = smoothingType === "none" ? 0 : Math.min(weightOf(state.spec), most);
    return html`<span class="row smoothing">
      <button type="button" class="plainbutton muted" title="How lines are smoothed" @click=${this.chooseSmoothing}>
        Smoothing
      </button>
      <input
        class="slider"
        type="range"
        min="0"
        max=${most}
        step=${isShare ? "0.01" : "1"}
        aria-label="Smoothing"
        .value=${String(weight)}
        ${properties({ "--at": `${(weight / most) * 100}%` })}
        @input=${(event: Event) => this.smooth(type, Number((event.target as HTMLInputElement).value))}
      />
      <span class="num">${isShare ? weight.toFixed(2) : weight}</span>
    </span>`;
  }

  private smooth(type: string, weight: number): void {
    this.edit(edits.smooth(type, weight), "smoothing", "smoothing");
  }

  private readonly chooseSmoothing = (event: Event): void => {
    const spec = this.state?.spec;
    if (!spec) return;
    const now = settingsOf(spec).smoothingType ?? "none";
    const usual = (type: string) => (type.startsWith("exponential") ? 0.6 : 5);
    const weight = weightOf(spec);
    const fits = (type: string) => (type.startsWith("exponential") ? weight > 0 && weight < 1 : weight >= 1);
    openMenu(event.currentTarget as HTMLElement, "Smoothing", [
      { label: "None", isOn: now === "none", act: () => this.smooth("none", 0) },
      ...SMOOTHINGS.map(([type, label]) => ({
        label,
        isOn: type === now,
        act: () => this.smooth(type, fits(type) ? weight : usual(type)),
      })),
      "rule",
      {
        label: "Group in charts as the run list",
        isOn: settingsOf(spec).useRunsTableGroupingInPanels !== false,
        act: () =>
          this.edit(
            edits.changeSettings({
              useRunsTableGroupingInPanels: settingsOf(spec).useRunsTableGroupingInPanels === false,
            }),
            "grouping in charts",
          ),
      },
      {
        label: "Cut outliers",
        isOn: settingsOf(spec).ignoreOutliers === true,
        act: () =>
          this.edit(edits.changeSettings({ ignoreOutliers: !settingsOf(spec).ignoreOutliers }), "cutting outliers"),
      },
    ]);
  };

  /** How old the charts are: `4 s ago`. */
  private age(): string {
    if (!this.drawnAt || this.tick < 0) return "";
    const seconds = Math.max(Math.round((Date.now() - this.drawnAt) / 1000), 0);
    return seconds < 60 ? `${seconds} s ago` : format.ago(new Date(this.drawnAt));
  }

  private edit(edit: edits.Edit, label: string, merge = ""): void {
    this.tell("workspace-edit", { edit, label, merge });
  }

  private tell(name: string, detail: unknown = null): void {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
  }
}

define("workspace-bar", WorkspaceBar);
