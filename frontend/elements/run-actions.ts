/**
 * Open the dialog for what is to be done with chosen runs, and say how it went, with the way back.
 *
 *     <run-actions src="/api/v1/projects/northlight/digits/runs" place="northlight/digits" tags="best,paper"></run-actions>
 *     <button data-run-action="move" data-uid="6603928175544">Move</button>
 *
 * One on a page. Attributes: `src`, where the project's runs are in the API; `place`, how the project is called; `tags`
 * in use there; `reloads`, the page shows one run and is loaded anew where it lives afterwards.
 * Hears: `runs-chosen` (see runs/chosen.ts), and buttons as above. Sends: `runs-changed` {action}, bubbling.
 */
import { sendJson, sentence } from "../api";
import { define } from "../lit";
import { runs, type RunsChosen } from "../runs/chosen";
import type { DeleteDialog } from "./delete-dialog";
import type { MoveDialog } from "./move-dialog";
import type { TagDialog } from "./tag-dialog";
import type { ToastList } from "./toast-list";
import "./delete-dialog";
import "./move-dialog";
import "./tag-dialog";

/** The detail of the event `runs-done` that the dialogs send: what to say, and how to take it back. */
export interface RunsDone {
  said: string;
  undo?: { path: string; body: Record<string, unknown> };
}

const DIALOGS = { move: "move-dialog", delete: "delete-dialog", tag: "tag-dialog" } as const;
type Dialog = MoveDialog | DeleteDialog | TagDialog;

export class RunActions extends HTMLElement {
  private life = new AbortController();

  connectedCallback(): void {
    if (this.life.signal.aborted) this.life = new AbortController();
    const { signal } = this.life;
    document.addEventListener("runs-chosen", (event) => this.open((event as CustomEvent<RunsChosen>).detail), {
      signal,
    });
    document.addEventListener("click", (event) => this.pressed(event), { signal });
  }

  disconnectedCallback(): void {
    this.life.abort();
  }

  /** Open the dialog for some runs. */
  open(chosen: RunsChosen): void {
    if (!(chosen.action in DIALOGS) || chosen.count < 1) return;
    const dialog = document.createElement(DIALOGS[chosen.action]) as Dialog;
    dialog.src = this.getAttribute("src") ?? "";
    dialog.place = this.getAttribute("place") ?? "";
    dialog.tags = (this.getAttribute("tags") ?? "").split(",").filter(Boolean);
    dialog.chosen = chosen;
    dialog.addEventListener("runs-done", (event) => this.done(chosen, (event as CustomEvent<RunsDone>).detail));
    this.append(dialog);
  }

  private pressed(event: Event): void {
    const button = (event.target as Element).closest<HTMLElement>("[data-run-action]");
    const { runAction, uid } = button?.dataset ?? {};
    if (runAction && uid) this.open({ action: runAction as RunsChosen["action"], uids: [uid], count: 1 });
  }

  private done(chosen: RunsChosen, { said, undo }: RunsDone): void {
    this.tell(chosen);
    if (this.hasAttribute("reloads")) {
      location.reload();
      return;
    }
    this.toasts?.say(said, undo && { label: "Undo", act: () => void this.undo(chosen, undo) });
  }

  private async undo(chosen: RunsChosen, { path, body }: NonNullable<RunsDone["undo"]>): Promise<void> {
    try {
      const answer = (await sendJson("POST", `${this.getAttribute("src") ?? ""}${path}`, body)) as {
        run_count: number;
      };
      const back = chosen.action === "delete" ? "back" : "as before";
      this.toasts?.say(`${runs(answer.run_count)} ${answer.run_count === 1 ? "is" : "are"} ${back}.`);
      this.tell(chosen);
    } catch (error) {
      this.toasts?.say(sentence(error));
    }
  }

  private tell({ action }: RunsChosen): void {
    this.dispatchEvent(new CustomEvent("runs-changed", { bubbles: true, detail: { action } }));
  }

  private get toasts(): ToastList | null {
    return document.querySelector<ToastList>("toast-list");
  }
}

define("run-actions", RunActions);
