/**
 * Choose where runs go, see what that would do, and move them. Made by `<run-actions>`.
 *
 * Properties: `src`, `place`, `chosen`. Sends: `runs-done` {said}. Nothing moves before the last button is pressed; many
 * runs move as a job of the server, which goes on when the dialog is closed.
 */
import { html, nothing, type TemplateResult } from "lit";
import { getJson, isAbort, sendJson, sentence, withParameters } from "../api";
import * as format from "../format";
import { define, icon, PageElement } from "../lit";
import { runs, type RunsChosen, selectionOf, some } from "../runs/chosen";
import { inhabitants, type MovePlan } from "../runs/plan";
import { TopLayer } from "../runs/top-layer";

interface Target {
  entity: string;
  project: string;
  visibility: string;
}

interface Going {
  state: string;
  job: number | null;
  plan: MovePlan | null;
  moved: { moved_count: number; kept_count: number; held_count: number } | null;
  refusal: string;
}

type Choice = "keep" | "rename";

const PAUSE = 150;
const POLL = 700;

export class MoveDialog extends PageElement {
  static override properties = {
    words: { state: true },
    offered: { state: true },
    homes: { state: true },
    target: { state: true },
    plan: { state: true },
    choice: { state: true },
    failure: { state: true },
    busy: { state: true },
    active: { state: true },
  };

  declare words: string;
  declare offered: Target[] | null;
  declare homes: string[];
  declare target: string;
  declare plan: MovePlan | null;
  declare choice: Choice;
  declare failure: string;
  declare busy: string;
  declare active: number;
  src = "";
  place = "";
  tags: string[] = [];
  chosen!: RunsChosen;
  private readonly layer = new TopLayer(this);
  private asking: AbortController | null = null;
  private typing: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.words = "";
    this.offered = null;
    this.homes = [];
    this.target = "";
    this.plan = null;
    this.choice = "keep";
    this.failure = "";
    this.busy = "";
    this.active = 0;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.find();
  }

  protected override render(): TemplateResult {
    return html`<dialog class="dialog moving" aria-labelledby="move-runs">
      <header><h2 id="move-runs">Move ${runs(this.plan?.run_count ?? this.chosen.count)}</h2></header>
      <div class="body">
        ${this.target ? this.destination() : this.picker()}
        <div class="stack" aria-live="polite">
          ${this.target && !this.plan && !this.failure ? skeleton() : nothing}
          ${this.plan ? this.summary(this.plan) : nothing}
          ${
            this.busy
              ? html`<div class="stack tight">
                  <progress class="progress"></progress>
                  <p class="muted">${this.busy}</p>
                </div>`
              : nothing
          }
          ${this.failure ? html`<p class="bad-text" role="alert">${this.failure}</p>` : nothing}
        </div>
      </div>
      <footer>
        <button type="button" class="button" @click=${() => this.layer.close()}>
          ${this.busy ? "Close" : this.chosen.count === 1 ? "Keep it here" : "Keep them here"}
        </button>
        ${this.confirm()}
      </footer>
    </dialog>`;
  }

  private confirm(): TemplateResult {
    const count = this.plan ? this.goingCount(this.plan) : 0;
    return html`<button
      type="button"
      class="button primary"
      ?disabled=${!count || this.busy !== ""}
      @click=${() => void this.move()}
    >
      ${count ? `Move ${runs(count)}` : "Move"}
    </button>`;
  }

  private goingCount(plan: MovePlan): number {
    return plan.run_count - plan.held_count - (this.choice === "keep" ? plan.conflict_count : 0);
  }

  // Where to

  private picker(): TemplateResult {
    const options = this.options();
    return html`<div class="field">
      <label for="move-target">To which project</label>
      <input
        class="input"
        id="move-target"
        role="combobox"
        aria-expanded="true"
        aria-controls="move-targets"
        aria-activedescendant=${options.length ? `move-target-${this.active}` : nothing}
        data-first
        autocomplete="off"
        placeholder="Find a project, or name a new one"
        .value=${this.words}
        @input=${this.typed}
        @keydown=${(event: KeyboardEvent) => this.step(event, options)}
      />
      <div class="targets" id="move-targets" role="listbox" aria-label="Projects you may write to">
        ${options.map((option, index) => this.option(option, index))}
        ${this.offered && !options.length ? html`<p class="palette-note">No project of yours is called so.</p>` : nothing}
        ${this.offered ? nothing : skeleton()}
      </div>
      <span class="help">Only projects that you may log to and edit are shown.</span>
    </div>`;
  }

  private options(): (Target & { isNew: boolean })[] {
    const found = (this.offered ?? []).map((target) => ({ ...target, isNew: false }));
    return [...found, ...this.newOnes(found)];
  }

  /** Offer to make what was typed: `vision/moons` there, `moons` in the same team first. */
  private newOnes(found: readonly Target[]): (Target & { isNew: boolean })[] {
    const words = this.words.trim();
    const [first = "", rest] = words.includes("/") ? words.split(/\/(.*)/s) : ["", words];
    const project = (rest ?? "").trim();
    const here = this.place.split("/")[0] ?? "";
    const homes = this.homes.filter((home) => !first || home === first.trim());
    const isThere = (entity: string) =>
      found.some((target) => target.entity === entity && target.project === project) ||
      this.place === `${entity}/${project}`;
    return project
      ? [...homes]
          .sort((one, other) => Number(other === here) - Number(one === here))
          .filter((entity) => !isThere(entity))
          .slice(0, 3)
          .map((entity) => ({ entity, project, visibility: "", isNew: true }))
      : [];
  }

  private option(option: Target & { isNew: boolean }, index: number): TemplateResult {
    return html`<button
      type="button"
      class="menu-item"
      role="option"
      tabindex="-1"
      id="move-target-${index}"
      aria-selected=${index === this.active}
      ?data-active=${index === this.active}
      @click=${() => void this.choose(option)}
    >
      ${icon(option.isNew ? "plus" : "move")}<span class="cut"
        >${option.isNew ? "Create " : nothing}<span class="muted">${option.entity}/</span>${option.project}</span
      ><span class="end">${option.visibility}</span>
    </button>`;
  }

  private readonly typed = (event: Event): void => {
    this.words = (event.target as HTMLInputElement).value;
    this.active = 0;
    clearTimeout(this.typing);
    this.typing = setTimeout(() => void this.find(), PAUSE);
  };

  private step(event: KeyboardEvent, options: (Target & { isNew: boolean })[]): void {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by && options.length) {
      event.preventDefault();
      this.active = (this.active + by + options.length) % options.length;
      this.querySelector(`#move-target-${this.active}`)?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter" && options[this.active]) {
      event.preventDefault();
      void this.choose(options[this.active] as Target & { isNew: boolean });
    }
  }

  private async find(): Promise<void> {
    this.asking?.abort();
    const asking = (this.asking = new AbortController());
    this.life.signal.addEventListener("abort", () => asking.abort(), { once: true });
    try {
      const search = this.words.replaceAll("/", " ").trim();
      const answer = await getJson(withParameters(`${this.src}.targets`, { search }), asking.signal);
      const { items, homes } = answer as { items: Target[]; homes: string[] };
      this.offered = items;
      this.homes = homes;
    } catch (error) {
      if (!isAbort(error)) this.failure = sentence(error);
    }
  }

  private async choose({ entity, project, isNew }: Target & { isNew: boolean }): Promise<void> {
    this.failure = "";
    this.target = `${entity}/${project}`;
    try {
      if (isNew) {
        const address = `/api/v1/projects/${encodeURIComponent(entity)}/${encodeURIComponent(project)}`;
        await sendJson("PUT", address, {}, this.life.signal);
      }
      const answer = (await this.send({ dry_run: true })) as Going;
      this.plan = answer.plan;
    } catch (error) {
      if (!isAbort(error)) this.failure = sentence(error);
    }
  }

  // What it would do

  private destination(): TemplateResult {
    return html`<div class="row destination">
      ${icon("move")}<b class="strong cut" title=${this.target}>${this.target}</b>
      ${this.busy ? nothing : html`<button type="button" class="link push" @click=${this.again}>Choose another</button>`}
    </div>`;
  }

  private readonly again = (): void => {
    this.target = "";
    this.plan = null;
    this.failure = "";
    void this.find();
  };

  private summary(plan: MovePlan): TemplateResult {
    const files = plan.file_count ? `, ${some(plan.file_count, "file")} (${format.bytes(plan.file_bytes)})` : "";
    const metrics = plan.metric_count ? `, ${some(plan.metric_count, "metric")}` : "";
    return html`<p>
        <b class="strong">${runs(plan.run_count)}</b>${metrics}${files}. Old addresses lead to the new ones.
      </p>
      ${plan.conflict_count ? this.conflicts(plan) : nothing}
      <ul class="consequences">
        ${consequences(plan, this.target).map(([kind, said]) => html`<li>${icon(kind)}<span>${said}</span></li>`)}
      </ul>`;
  }

  private conflicts(plan: MovePlan): TemplateResult {
    const [first] = plan.conflicts;
    const names = plan.conflicts.slice(0, 3).map((conflict) => conflict.name);
    const more = plan.conflict_count > names.length ? " …" : "";
    const example = first ? `“${first.name}” becomes “${first.free_name}”; the old id leads to it.` : "";
    return html`<div class="takenids" role="radiogroup" aria-labelledby="taken-ids">
      <p id="taken-ids">
        ${some(plan.conflict_count, "id is", "ids are")} taken in ${this.target}: ${names.join(", ")}${more}
      </p>
      <div class="choices">
        ${this.radio("keep", plan.conflict_count === 1 ? "Keep that run here" : "Keep those runs here", "")}
        ${this.radio("rename", plan.conflict_count === 1 ? "Give it a new id" : "Give them new ids", example)}
      </div>
    </div>`;
  }

  private radio(choice: Choice, label: string, sub: string): TemplateResult {
    return html`<label
      ><input
        type="radio"
        name="conflicts"
        .checked=${this.choice === choice}
        @change=${() => (this.choice = choice)}
      /><span>${label}${sub ? html`<span class="sub">${sub}</span>` : nothing}</span></label
    >`;
  }

  // Moving

  private async move(): Promise<void> {
    this.failure = "";
    this.busy = `Moving ${runs(this.plan ? this.goingCount(this.plan) : 0)}. All of them change place at once.`;
    try {
      let going = (await this.send({ conflicts: this.choice })) as Going;
      while (going.job !== null && (going.state === "waiting" || going.state === "running")) {
        await new Promise((resolve) => setTimeout(resolve, POLL));
        going = (await getJson(`${this.src}.move/${going.job}`, this.life.signal)) as Going;
      }
      if (!going.moved) throw new Error(going.refusal);
      this.done(going.moved.moved_count);
    } catch (error) {
      if (isAbort(error)) return;
      this.busy = "";
      this.failure = error instanceof Error && error.name === "Error" ? error.message : sentence(error);
    }
  }

  private done(count: number): void {
    const said = `${runs(count)} moved to ${this.target}`;
    this.dispatchEvent(new CustomEvent("runs-done", { detail: { said } }));
    this.layer.close();
  }

  private send(more: Record<string, unknown>): Promise<unknown> {
    const body = { ...selectionOf(this.chosen), target: this.target, ...more };
    return sendJson("POST", `${this.src}.move`, body, this.life.signal);
  }
}

/** What a move means for others, each with its icon. */
function consequences(plan: MovePlan, target: string): [string, string][] {
  const said: [string, string][] = [...inhabitants(plan)];
  if (plan.running_count) {
    const are = plan.running_count === 1 ? "is" : "are";
    said.push(["clock", `${format.count(plan.running_count)} ${are} running; scripts that log go on without a break.`]);
  }
  if (plan.held_count) {
    const stay = plan.held_count === 1 ? "running run stays" : "running runs stay";
    said.push(["lock", `${format.count(plan.held_count)} ${stay} here: whoever logs there may not log to ${target}.`]);
  }
  return said;
}

function skeleton(): TemplateResult {
  return html`<p aria-label="One moment"><span class="skeleton"></span></p>`;
}

define("move-dialog", MoveDialog);
