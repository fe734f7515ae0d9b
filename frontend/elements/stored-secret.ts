/**
 * Hold back a page that shows a secret once, until the person says that it is stored.
 *
 *     <stored-secret><code>carnet-…</code> <label><input type="checkbox"> I have stored it</label>
 *       <a class="button" href="…" data-done>Done</a></stored-secret>
 *
 * The link `data-done` works once the box is ticked; leaving the page earlier asks first. Copying ticks nothing.
 */
import { define } from "../lit";

export class StoredSecret extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("change", this);
    this.addEventListener("click", this);
    addEventListener("beforeunload", this);
    this.show();
  }

  disconnectedCallback(): void {
    removeEventListener("beforeunload", this);
  }

  handleEvent(event: Event): void {
    if (event.type === "change") this.show();
    else if (this.isStored) return;
    else if (event.type === "beforeunload") event.preventDefault();
    else if ((event.target as Element).closest("[data-done]")) event.preventDefault();
  }

  private get isStored(): boolean {
    return this.querySelector<HTMLInputElement>("input[type=checkbox]")?.checked ?? true;
  }

  private show(): void {
    this.querySelector("[data-done]")?.setAttribute("aria-disabled", String(!this.isStored));
  }
}

define("stored-secret", StoredSecret);
