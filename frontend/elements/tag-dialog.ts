/**
 * Add tags to runs and remove tags from them. Made by `<run-actions>`.
 *
 * Properties: `src`, `chosen`, `tags` in use. Sends: `runs-done` {said, undo}.
 */
import { html, nothing, type TemplateResult } from "lit";
import { sendJson, sentence } from "../api";
import { define, icon, PageElement } from "../lit";
import { runs, type RunsChosen, selectionOf } from "../runs/chosen";
import { TopLayer } from "../runs/top-layer";

const MOST_OFFERED = 12;
type Side = "add" | "remove";

export class TagDialog extends PageElement {
  static override properties = {
    added: { state: true },
    removed: { state: true },
    failure: { state: true },
    isBusy: { state: true },
  };

  declare added: readonly string[];
  declare removed: readonly string[];
  declare failure: string;
  declare isBusy: boolean;
  src = "";
  place = "";
  tags: string[] = [];
  chosen!: RunsChosen;
  private readonly layer = new TopLayer(this);

  constructor() {
    super();
    this.added = [];
    this.removed = [];
    this.failure = "";
    this.isBusy = false;
  }

  protected override render(): TemplateResult {
    const isEmpty = !this.added.length && !this.removed.length;
    return html`<dialog class="dialog" aria-labelledby="tag-runs">
      <form method="dialog" @submit=${this.send}>
        <header><h2 id="tag-runs">Change the tags of ${runs(this.chosen.count)}</h2></header>
        <div class="body">
          ${this.field("add", "Add", "What a run has already stays.")} ${this.field("remove", "Remove", "")}
          ${this.failure ? html`<p class="bad-text" role="alert">${this.failure}</p>` : nothing}
        </div>
        <footer>
          <button type="button" class="button" @click=${() => this.layer.close()}>Cancel</button>
          <button class="button primary" ?disabled=${isEmpty || this.isBusy}>Tag ${runs(this.chosen.count)}</button>
        </footer>
      </form>
    </dialog>`;
  }

  private field(side: Side, label: string, help: string): TemplateResult {
    const given = this.given(side);
    const offered = this.tags.filter((tag) => !this.added.includes(tag) && !this.removed.includes(tag));
    return html`<div class="field">
      <label for="tags-${side}">${label}</label>
      <div class="input tokens-input">
        ${given.map((tag) => this.chip(side, tag))}
        <input
          id="tags-${side}"
          ?data-first=${side === "add"}
          maxlength="64"
          autocomplete="off"
          placeholder=${given.length ? "" : "Type a tag and press Enter"}
          @keydown=${(event: KeyboardEvent) => this.typed(event, side)}
          @blur=${(event: Event) => this.take(side, event.target as HTMLInputElement)}
        />
      </div>
      ${
        offered.length
          ? html`<div class="row wrap tight" aria-label="Tags in use">
              ${offered
                .slice(0, MOST_OFFERED)
                .map(
                  (tag) =>
                    html`<button type="button" class="chip" @click=${() => this.put(side, [...given, tag])}>
                      ${icon(side === "add" ? "plus" : "minus", "small")}${tag}
                    </button>`,
                )}
            </div>`
          : nothing
      }
      ${help ? html`<span class="help">${help}</span>` : nothing}
    </div>`;
  }

  private chip(side: Side, tag: string): TemplateResult {
    const left = this.given(side).filter((other) => other !== tag);
    return html`<span class="chip"
      >${tag}<button
        type="button"
        class="plainbutton"
        aria-label="Take out ${tag}"
        @click=${() => this.put(side, left)}
      >
        ${icon("x", "small")}
      </button></span
    >`;
  }

  private given(side: Side): readonly string[] {
    return side === "add" ? this.added : this.removed;
  }

  private put(side: Side, tags: readonly string[]): void {
    if (side === "add") this.added = tags;
    else this.removed = tags;
  }

  private typed(event: KeyboardEvent, side: Side): void {
    const input = event.target as HTMLInputElement;
    const given = this.given(side);
    if ((event.key === "Enter" || event.key === ",") && input.value.trim()) {
      event.preventDefault();
      this.take(side, input);
    } else if (event.key === "Backspace" && !input.value && given.length) this.put(side, given.slice(0, -1));
  }

  /** Make chips of what was typed. */
  private take(side: Side, input: HTMLInputElement): void {
    const words = input.value.split(",").map((word) => word.trim());
    const others = new Set([...this.added, ...this.removed]);
    this.put(side, [...this.given(side), ...new Set(words.filter((word) => word && !others.has(word)))]);
    input.value = "";
  }

  private readonly send = async (event: Event): Promise<void> => {
    event.preventDefault();
    this.isBusy = true;
    try {
      const body = { ...selectionOf(this.chosen), add: this.added, remove: this.removed };
      const answer = (await sendJson("POST", `${this.src}.tags`, body, this.life.signal)) as {
        run_count: number;
        undo: string | null;
      };
      const said = answer.run_count ? `The tags of ${runs(answer.run_count)} are changed` : "No tag had to change";
      const undo = answer.undo ? { path: ".tags.undo", body: { undo: answer.undo } } : undefined;
      this.dispatchEvent(new CustomEvent("runs-done", { detail: { said, undo } }));
      this.layer.close();
    } catch (error) {
      this.failure = sentence(error);
      this.isBusy = false;
    }
  };
}

define("tag-dialog", TagDialog);
