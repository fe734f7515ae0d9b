/**
 * Show the state of a run by shape and word, and change it when the run does.
 *
 *     <run-state src="/api/v1/projects/…/runs/…" live="run.12"><span class="state" data-state="running">Running</span></run-state>
 *
 * Attributes: `live`, the group that tells; `run`, the id of the run, if the group tells of several; `src`, which answers
 * {"state"}; a change that carries `state` needs no asking. The end of a run is said to screen readers once.
 * Events: `state-changed` {state}.
 */
import { getJson } from "../api";
import { type Change, LOOKS, onChange } from "../live";
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
const STATE_CHANGED = "run.state_changed";

export class RunState extends HTMLElement {
  private stop: (() => void) | null = null;

  connectedCallback(): void {
    this.stop = onChange((change) => this.hear(change));
  }

  disconnectedCallback(): void {
    this.stop?.();
  }

  /** Ask for the state and show it. A failure leaves what is shown. */
  async refresh(): Promise<void> {
    const src = this.getAttribute("src");
    if (!src) return;
    const answer = (await getJson(src).catch(() => ({}))) as { state?: string };
    if (answer.state) this.show(answer.state);
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

  private hear(change: Change): void {
    if (change.group !== this.getAttribute("live")) return;
    const run = this.getAttribute("run");
    if (run && change.ids && !change.ids.includes(Number(run))) return;
    const state = change["state"];
    if (typeof state === "string") this.show(state);
    else if (change.name === STATE_CHANGED || LOOKS.has(change.name)) void this.refresh();
  }
}

define("run-state", RunState);
