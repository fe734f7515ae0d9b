/**
 * Filter the rows of a list while typing.
 *
 *     <filter-list for="projects" rows="tbody tr"><input class="input" type="search" aria-label="Find a project"></filter-list>
 *     <table id="projects">…<tr data-words="tinyvit distill">…</table> <p data-filter-empty="projects" hidden>…</p>
 *
 * Attributes: `for`, the id of the list; `rows`, which of its elements are filtered (`li, tbody tr`). A row matches when
 * all words typed are in its text or in `data-words`. `[data-filter-count=<id>]` shows how many are left,
 * `[data-filter-empty=<id>]` appears when none is. Esc empties the field. Rows added later are filtered too.
 */
import * as format from "../format";
import { define } from "../lit";

export class FilterList extends HTMLElement {
  private watcher: MutationObserver | null = null;
  private watched: HTMLElement | null = null;

  connectedCallback(): void {
    this.addEventListener("input", this);
    this.addEventListener("keydown", this);
    if (this.input?.value) this.filter();
  }

  disconnectedCallback(): void {
    this.watcher?.disconnect();
    this.watched = null;
  }

  handleEvent(event: Event): void {
    if (event.type === "input") this.filter();
    else if ((event as KeyboardEvent).key === "Escape" && this.input?.value) {
      this.input.value = "";
      this.filter();
      event.stopPropagation();
    }
  }

  filter(): void {
    this.watch();
    const words = (this.input?.value ?? "").toLowerCase().split(/\s+/).filter(Boolean);
    let left = 0;
    for (const row of this.rows) {
      const text = `${row.textContent} ${row.dataset["words"] ?? ""}`.toLowerCase();
      const hide = !words.every((word) => text.includes(word));
      if (row.hidden !== hide) row.hidden = hide; // setting it again would wake the watcher again
      if (!hide) left += 1;
    }
    this.tell(left, words.length > 0);
  }

  /** Filter what is added or refreshed in the list from now on; the list may have come after this element. */
  private watch(): void {
    const list = this.list;
    if (!list || list === this.watched) return;
    this.watcher?.disconnect();
    this.watcher = new MutationObserver(() => this.filter());
    this.watcher.observe(list, { childList: true, subtree: true, characterData: true, attributeFilter: ["hidden"] });
    this.watched = list;
  }

  private tell(left: number, filtered: boolean): void {
    const id = this.getAttribute("for") ?? "";
    for (const place of document.querySelectorAll<HTMLElement>(`[data-filter-count="${id}"]`)) {
      place.textContent = filtered ? `${format.count(left)} of ${format.count(this.rows.length)}` : format.count(left);
    }
    for (const place of document.querySelectorAll<HTMLElement>(`[data-filter-empty="${id}"]`))
      place.hidden = left > 0 || !filtered;
  }

  private get input(): HTMLInputElement | null {
    return this.querySelector("input");
  }

  private get list(): HTMLElement | null {
    return document.getElementById(this.getAttribute("for") ?? "");
  }

  private get rows(): HTMLElement[] {
    return [...(this.list?.querySelectorAll<HTMLElement>(this.getAttribute("rows") ?? "li, tbody tr") ?? [])];
  }
}

define("filter-list", FilterList);
