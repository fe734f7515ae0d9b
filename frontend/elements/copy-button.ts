/**
 * Copy a text, and say so.
 *
 *     <copy-button text="carnet-…"><button class="button only quiet small" aria-label="Copy">…</button></copy-button>
 *     <copy-button from="snippet-1">…</copy-button>
 *
 * Attributes: `text`, what to copy; or `from`, the id of an element whose text is copied; without both, the code block
 * that holds the button is copied. Events: `copied`.
 */
import { copyText } from "../clipboard";
import { define, sprite } from "../lit";

const SAID_MILLISECONDS = 1600;

export class CopyButton extends HTMLElement {
  private icon: string | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  connectedCallback(): void {
    this.addEventListener("click", this);
  }

  disconnectedCallback(): void {
    this.removeEventListener("click", this);
    clearTimeout(this.timer);
  }

  handleEvent(): void {
    void this.copy();
  }

  async copy(): Promise<void> {
    const done = await copyText(this.getAttribute("text") ?? this.source?.textContent.trim() ?? "");
    if (done) this.dispatchEvent(new CustomEvent("copied", { bubbles: true }));
    this.say(done);
  }

  private get source(): Element | null {
    const id = this.getAttribute("from");
    return id ? document.getElementById(id) : (this.closest(".code")?.querySelector("pre") ?? null);
  }

  private say(done: boolean): void {
    const button = this.querySelector("button");
    const use = this.querySelector("use");
    this.dataset["said"] = done ? "Copied" : "Not copied: select the text and press Ctrl C";
    this.icon ??= use?.getAttribute("href") ?? null;
    use?.setAttribute("href", `${sprite()}#i-${done ? "check" : "warn"}`);
    if (button && !button.dataset["label"]) button.dataset["label"] = button.getAttribute("aria-label") ?? "";
    button?.setAttribute("aria-label", this.dataset["said"]);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      delete this.dataset["said"];
      if (this.icon) use?.setAttribute("href", this.icon);
      if (button?.dataset["label"]) button.setAttribute("aria-label", button.dataset["label"]);
    }, SAID_MILLISECONDS);
  }
}

define("copy-button", CopyButton);
