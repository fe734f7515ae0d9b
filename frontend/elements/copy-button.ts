/**
 * Copy a text, and say so.
 *
 *     <copy-button text="carnet-…"><button class="button only quiet small" aria-label="Copy">…</button></copy-button>
 *     <copy-button from="snippet-1">…</copy-button>
 *
 * Attributes: `text`, what to copy; or `from`, the id of an element whose text is copied; without both, the code block
 * that holds the button is copied. Events: `copied`.
 */
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
    const done = await write(this.getAttribute("text") ?? this.source?.textContent.trim() ?? "");
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

/** Write to the clipboard, also on plain http where the clipboard interface is missing. */
async function write(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return writeBySelection(text);
  }
}

function writeBySelection(text: string): boolean {
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "sr-only";
  document.body.append(area);
  area.select();
  try {
    return document.execCommand("copy"); // eslint-disable-line @typescript-eslint/no-deprecated -- the only way over http
  } finally {
    area.remove();
  }
}

define("copy-button", CopyButton);
