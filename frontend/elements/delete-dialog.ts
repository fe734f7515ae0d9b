/**
 * Say what goes to the trash, and put it there. Made by `<run-actions>`.
 *
 * Properties: `src`, `chosen`. Sends: `runs-done` {said, undo}.
 */
import { html, nothing, type TemplateResult } from "lit";
import { sendJson, sentence } from "../api";
import * as format from "../format";
import { define, PageElement } from "../lit";
import { runs, type RunsChosen, selectionOf, some } from "../runs/chosen";
import { TopLayer } from "../runs/top-layer";

interface Stored {
  run_count: number;
  metric_count: number;
  file_count: number;
  file_bytes: number;
  batch: string | null;
}

export class DeleteDialog extends PageElement {
  static override properties = { stored: { state: true }, failure: { state: true }, isBusy: { state: true } };

  declare stored: Stored | null;
  declare failure: string;
  declare isBusy: boolean;
  src = "";
  place = "";
  tags: string[] = [];
  chosen!: RunsChosen;
  private readonly layer = new TopLayer(this);

  constructor() {
    super();
    this.stored = null;
    this.failure = "";
    this.isBusy = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.ask();
  }

  protected override render(): TemplateResult {
    const count = this.stored?.run_count ?? this.chosen.count;
    return html`<dialog
      class="dialog"
      role="alertdialog"
      aria-labelledby="delete-runs"
      aria-describedby="delete-runs-body"
    >
      <header><h2 id="delete-runs">Delete ${runs(count)}?</h2></header>
      <div class="body" id="delete-runs-body" aria-live="polite">
        ${this.stored ? html`<p>${losses(this.stored)}</p>` : this.failure ? nothing : skeleton()}
        ${this.failure ? html`<p class="bad-text" role="alert">${this.failure}</p>` : nothing}
      </div>
      <footer>
        <button type="button" class="button" data-first @click=${() => this.layer.close()}>
          ${count === 1 ? "Keep it" : "Keep them"}
        </button>
        <button
          type="button"
          class="button danger primary"
          ?disabled=${!this.stored || this.isBusy || count === 0}
          @click=${() => void this.put()}
        >
          Delete ${runs(count)}
        </button>
      </footer>
    </dialog>`;
  }

  private async ask(): Promise<void> {
    try {
      this.stored = await this.send(true);
    } catch (error) {
      this.failure = sentence(error);
    }
  }

  private async put(): Promise<void> {
    this.isBusy = true;
    try {
      const { run_count, batch } = await this.send(false);
      const undo = batch ? { path: ".restore", body: { batch } } : undefined;
      this.dispatchEvent(
        new CustomEvent("runs-done", { detail: { said: `${runs(run_count)} moved to the trash`, undo } }),
      );
      this.layer.close();
    } catch (error) {
      this.failure = sentence(error);
      this.isBusy = false;
    }
  }

  private async send(isDry: boolean): Promise<Stored> {
    const body = { ...selectionOf(this.chosen), dry_run: isDry };
    return (await sendJson("POST", `${this.src}.delete`, body, this.life.signal)) as Stored;
  }
}

function losses({ run_count, metric_count, file_count, file_bytes }: Stored): string {
  if (!run_count) return "They are in the trash already.";
  const [their, ids] = run_count === 1 ? ["Its", "Its id stays"] : ["Their", "Their ids stay"];
  const files = file_count ? `, ${some(file_count, "file")} (${format.bytes(file_bytes)})` : "";
  return `${their} ${some(metric_count, "metric")}${files} and console logs go to the trash for 30 days. ${ids} reserved.`;
}

function skeleton(): TemplateResult {
  return html`<p aria-label="Counting what would go"><span class="skeleton"></span></p>`;
}

define("delete-dialog", DeleteDialog);
