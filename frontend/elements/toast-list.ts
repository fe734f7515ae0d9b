/**
 * Say in a corner what just happened; what is said goes after eight seconds, or when dismissed.
 *
 *     <toast-list role="status"><div class="toast">3 runs moved to the trash <button data-dismiss>…</button></div></toast-list>
 *
 * A toast with a link or another button (Open, Undo) stays while the pointer or the focus is on it.
 */
import { define } from "../lit";

const STAYS_MILLISECONDS = 8000;

/** Something to do about what was said: Undo, or a page to open. */
export type ToastAction = { label: string; act: () => void } | { label: string; href: string };

export class ToastList extends HTMLElement {
  connectedCallback(): void {
    for (const toast of this.querySelectorAll<HTMLElement>(".toast")) this.expire(toast);
    this.addEventListener("click", (event) => {
      if ((event.target as Element).closest("[data-dismiss]")) (event.target as Element).closest(".toast")?.remove();
    });
  }

  /** Say something. */
  say(text: string, ...actions: (ToastAction | undefined)[]): void {
    const toast = document.createElement("div");
    toast.className = "toast";
    const words = document.createElement("span");
    words.textContent = text;
    toast.append(words);
    for (const action of actions) if (action) toast.append("href" in action ? link(action) : button(action));
    this.append(toast);
    this.expire(toast);
  }

  private expire(toast: HTMLElement): void {
    setTimeout(() => {
      if (toast.matches(":hover, :focus-within")) this.expire(toast);
      else toast.remove();
    }, STAYS_MILLISECONDS);
  }
}

function link({ label, href }: { label: string; href: string }): HTMLAnchorElement {
  const made = document.createElement("a");
  made.className = "button quiet small";
  made.dataset["dismiss"] = "";
  made.textContent = label;
  made.href = href;
  return made;
}

function button({ label, act }: { label: string; act: () => void }): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button quiet small";
  made.dataset["dismiss"] = "";
  made.textContent = label;
  made.addEventListener("click", act);
  return made;
}

define("toast-list", ToastList);
