/**
 * Jump anywhere: Ctrl or Cmd K, a few letters, Enter.
 *
 *     <command-palette src="/search">
 *       <a href="/settings/tokens" data-icon="key">Create a token</a> …        commands, shown last
 *     </command-palette>
 *
 * Attributes: `src` answers {"groups": [{"label": "Runs", "items": [{"title", "url", "icon"?, "state"?, "detail"?, "when"?}]}]}
 * for `?q=`; without words it may answer what was used lately. Commands are the links inside; those whose words match are
 * listed last, all of them for ">". Opens on Ctrl/Cmd K and for elements with `data-opens-palette`.
 * Keys: arrows, Enter opens, Ctrl Enter in a new tab, Esc closes.
 */
import { html, nothing, type TemplateResult } from "lit";
import { getJson, isAbort, sentence, withParameters } from "../api";
import { define, icon, PageElement } from "../lit";
import { splitAt } from "../console/marks";

interface Item {
  title: string;
  url: string;
  icon?: string;
  state?: string;
  detail?: string;
  when?: string;
}

interface Group {
  label: string;
  items: Item[];
}

const PAUSE_MILLISECONDS = 120;

export class CommandPalette extends PageElement {
  static override properties = {
    src: {},
    open: { state: true },
    words: { state: true },
    groups: { state: true },
    active: { state: true },
    failure: { state: true },
  };

  declare src: string;
  declare open: boolean;
  declare words: string;
  declare groups: Group[];
  declare active: number;
  declare failure: string;

  private commands: Item[] = [];
  private waiting: AbortController | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    Object.assign(this, { src: "/search", open: false, words: "", groups: [], active: 0, failure: "" });
  }

  override connectedCallback(): void {
    if (!this.hasUpdated) this.commands = [...this.querySelectorAll("a")].map(readCommand);
    super.connectedCallback();
    const { signal } = this.life;
    document.addEventListener("keydown", (event) => this.summoned(event), { signal });
    document.addEventListener(
      "click",
      (event) => (event.target as Element).closest("[data-opens-palette]") && this.show(),
      { signal },
    );
  }

  show(): void {
    this.open = true;
    this.active = 0;
    void this.updateComplete.then(() => {
      const dialog = this.querySelector("dialog");
      if (!dialog?.open) dialog?.showModal();
      this.querySelector("input")?.select();
    });
    void this.search();
  }

  protected override render(): TemplateResult | typeof nothing {
    if (!this.open) return nothing;
    const groups = this.listed();
    const items = groups.flatMap((group) => group.items);
    return html`<dialog
      class="palette"
      aria-label="Search or jump to"
      @close=${() => (this.open = false)}
      @click=${(event: Event) => this.clicked(event)}
    >
      <div class="palette-input">
        ${icon("search")}<input
          type="text"
          role="combobox"
          aria-expanded="true"
          aria-controls="palette-list"
          aria-autocomplete="list"
          aria-activedescendant=${items.length ? `palette-${this.active}` : nothing}
          aria-label="Search or jump to"
          placeholder="Search or jump to"
          autocomplete="off"
          spellcheck="false"
          .value=${this.words}
          @input=${(event: Event) => this.typeWords(event)}
          @keydown=${(event: KeyboardEvent) => this.typed(event, items)}
        /><kbd>Esc</kbd>
      </div>
      <div class="palette-list" id="palette-list" role="listbox" aria-label="Results">
        ${this.failure ? html`<p class="palette-note bad-text" role="alert">${this.failure}</p>` : nothing}
        ${!items.length && !this.failure ? html`<p class="palette-note">Nothing is called “${this.words}”, or you may not see it.</p>` : nothing}
        ${this.rows(groups)}
      </div>
      <div class="palette-foot">
        <span><kbd>Enter</kbd>open</span><span><kbd>Ctrl</kbd><kbd>Enter</kbd>new tab</span
        ><span><kbd>&gt;</kbd>commands</span>
      </div>
    </dialog>`;
  }

  private rows(groups: readonly Group[]): TemplateResult[] {
    let at = -1;
    return groups.map((group) => {
      const options = group.items.map((item) => this.option(item, (at += 1)));
      return html`<div role="group" aria-label=${group.label}>
        <div class="menu-label" aria-hidden="true">${group.label}</div>
        ${options}
      </div>`;
    });
  }

  private option(item: Item, at: number): TemplateResult {
    const isActive = at === this.active;
    return html`<a
      class="menu-item"
      id="palette-${at}"
      role="option"
      tabindex="-1"
      aria-selected=${String(isActive)}
      ?data-active=${isActive}
      href=${item.url}
      @pointermove=${() => (this.active = at)}
    >
      ${item.state ? html`<span class="state glyph" data-state=${item.state} title=${item.state}>${item.state}</span>` : icon(item.icon ?? "right")}
      <span class="cut">${strong(item.title, this.plainWords)}</span>
      <span class="end num"
        >${item.detail ?? ""}${item.when ? html`<span class="when">${item.when}</span>` : nothing}</span
      ></a
    >`;
  }

  /** What the server found, then the commands that match. */
  private listed(): Group[] {
    const wanted = this.plainWords.toLowerCase().split(/\s+/).filter(Boolean);
    const only = this.words.startsWith(">");
    const commands = this.commands.filter((command) =>
      wanted.every((word) => command.title.toLowerCase().includes(word)),
    );
    const found = only ? [] : this.groups.filter((group) => group.items.length);
    return commands.length ? [...found, { label: "Do", items: commands }] : found;
  }

  private get plainWords(): string {
    return this.words.replace(/^>\s*/, "").trim();
  }

  private summoned(event: KeyboardEvent): void {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (this.open) this.querySelector("dialog")?.close();
    else this.show();
  }

  private clicked(event: Event): void {
    if (event.target === event.currentTarget || (event.target as Element).closest("a"))
      this.querySelector("dialog")?.close();
  }

  private typeWords(event: Event): void {
    this.words = (event.target as HTMLInputElement).value;
    this.active = 0;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.search(), PAUSE_MILLISECONDS);
  }

  private typed(event: KeyboardEvent, items: readonly Item[]): void {
    const last = items.length - 1;
    const next = {
      ArrowDown: this.active + 1,
      ArrowUp: this.active - 1,
      PageDown: this.active + 8,
      PageUp: this.active - 8,
    }[event.key];
    if (next !== undefined) {
      event.preventDefault();
      const round = event.key.startsWith("Arrow")
        ? (next + items.length) % (items.length || 1)
        : Math.min(Math.max(next, 0), last);
      this.active = Math.max(round, 0);
      void this.updateComplete.then(() => this.querySelector("[data-active]")?.scrollIntoView({ block: "nearest" }));
    } else if (event.key === "Enter") {
      event.preventDefault();
      const link = this.querySelector<HTMLAnchorElement>("a[data-active]");
      if (event.ctrlKey || event.metaKey) window.open(link?.href, "_blank", "noopener");
      else link?.click();
    }
  }

  private async search(): Promise<void> {
    this.waiting?.abort();
    const waiting = (this.waiting = new AbortController());
    if (this.words.startsWith(">")) return;
    try {
      const answer = (await getJson(withParameters(this.src, { q: this.plainWords }), waiting.signal)) as {
        groups?: Group[];
      };
      this.groups = answer.groups ?? [];
      this.failure = "";
    } catch (error) {
      if (!isAbort(error)) this.failure = sentence(error);
    }
  }
}

function readCommand(link: HTMLAnchorElement): Item {
  return {
    title: link.textContent.trim(),
    url: link.getAttribute("href") ?? "#",
    icon: link.dataset["icon"] ?? "right",
  };
}

function strong(title: string, words: string): TemplateResult {
  if (!words) return html`${title}`;
  return html`${splitAt(title, words).map((part, index) => (index % 2 ? html`<b class="strong">${part}</b>` : part))}`;
}

define("command-palette", CommandPalette);
