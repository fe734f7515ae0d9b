/**
 * Show the state of a run by shape and word, and change it when the run does.
 *
 *     <run-state run="12" live="project.3.runs"><span class="state" data-state="running">Running</span></run-state>
 *
 * Attributes: `live`, the group that tells; `run`, which run of that group (its id in the change), if there are several.
 * A change that carries `state` is shown; the end of a run is said to screen readers once.
 */
import { onChange, type Change } from "../live";
import { define } from "../lit";

const WORDS: Record<string, string> = {
  pending: "Pending",
  running: "Running",
  finished: "Finished",
  failed: "Failed",
  crashed: "Crashed",
  killed: "Killed",
  preempting: "Preempting",
  preempted: "Preempted",
};
const ENDS = new Set(["finished", "failed", "crashed", "killed"]);

export class RunState extends HTMLElement {
  private stop: (() => void) | null = null;

  connectedCallback(): void {
    this.stop = onChange((change) => this.hear(change));
  }

  disconnectedCallback(): void {
    this.stop?.();
  }

  private hear(change: Change): void {
    const run = this.getAttribute("run");
    const state = change["state"];
    if (change.group !== this.getAttribute("live") || typeof state !== "string") return;
    if (run && String(change["run"]) !== run) return;
    this.show(state);
  }

  show(state: string): void {
    const shown = this.querySelector<HTMLElement>(".state");
    if (!shown || shown.dataset["state"] === state) return;
    shown.dataset["state"] = state;
    shown.textContent = WORDS[state] ?? state;
    if (shown.title) shown.title = shown.textContent;
    if (ENDS.has(state)) shown.setAttribute("role", "status");
    this.dispatchEvent(new CustomEvent("state-changed", { bubbles: true, detail: { state } }));
  }
}

define("run-state", RunState);
