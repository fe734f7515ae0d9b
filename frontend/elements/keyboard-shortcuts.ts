/**
 * Reach everything by keyboard: `?` lists the keys, `G` then a letter goes to a page, `/` to the filter of the page,
 * `J` and `K` through the rows of a list.
 *
 *     <keyboard-shortcuts></keyboard-shortcuts>
 *
 * Links with `data-go="h"` are reached by `G H`; the field with `data-page-filter` by `/`; the rows of a list with
 * `data-rows` by `J`, `K`. Single keys are off when `<html data-single-keys="off">` or when switched off in the dialog
 * (kept in this browser); `?` alone stays. Elements announce their own keys with `data-keys="F" data-keys-do="Enlarge a panel"`.
 */
import { html, type TemplateResult } from "lit";
import { define, PageElement } from "../lit";

const STORED = "carnet.single-keys";
const PATIENCE_MILLISECONDS = 1200;

const GENERAL: readonly (readonly [string, string])[] = [
  ["?", "Show this list"],
  ["Ctrl K", "Search or jump to"],
  ["/", "Filter of the page"],
  ["J", "Next row"],
  ["K", "Row before"],
  ["Enter", "Open the row"],
  ["Esc", "Close what is on top"],
];
const PANEL: readonly (readonly [string, string])[] = [
  ["F", "Enlarge a chart"],
  ["T", "Show it as a table"],
  ["← →", "Move the crosshair"],
  ["+ −", "Zoom"],
  ["0", "Show all of it"],
];
const LOG: readonly (readonly [string, string])[] = [
  ["E", "First error"],
  ["F3", "Next hit"],
  ["Shift F3", "Hit before"],
  ["J", "Mark the next line"],
  ["K", "Mark the line before"],
  ["End", "Follow again"],
];

export class KeyboardShortcuts extends PageElement {
  static override properties = { open: { state: true }, single: { state: true } };
  declare open: boolean;
  declare single: boolean;

  private going = 0;

  constructor() {
    super();
    this.open = false;
    this.single = document.documentElement.dataset["singleKeys"] !== "off" && localStorage.getItem(STORED) !== "off";
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("keydown", (event) => this.typed(event), { signal: this.life.signal });
    document.addEventListener(
      "click",
      (event) => {
        if ((event.target as Element).closest("[data-opens-shortcuts]")) this.show();
      },
      { signal: this.life.signal },
    );
  }

  show(): void {
    this.open = true;
    void this.updateComplete.then(() => this.querySelector("dialog")?.showModal());
  }

  protected override render(): TemplateResult {
    if (!this.open) return html``;
    return html`<dialog class="dialog shortcuts" aria-labelledby="shortcuts-title" @close=${() => (this.open = false)}>
      <header><h2 id="shortcuts-title">Keyboard</h2></header>
      <div class="body">
        ${section("Everywhere", GENERAL)} ${section("Go to", this.places())} ${section("Charts", PANEL)}
        ${section("Logs", LOG)}
      </div>
      <footer>
        <label class="switch"
          ><input
            type="checkbox"
            role="switch"
            .checked=${this.single}
            @change=${(event: Event) => this.toggle(event)}
          />Single keys</label
        >
        <span class="push"></span>
        <form method="dialog"><button class="button" autofocus>Close</button></form>
      </footer>
    </dialog>`;
  }

  private places(): [string, string][] {
    const seen = new Map<string, string>();
    for (const link of document.querySelectorAll<HTMLAnchorElement>("a[data-go]")) {
      const letter = link.dataset["go"]?.toUpperCase();
      const name = link.getAttribute("aria-label") ?? link.dataset["goName"] ?? link.firstChild?.textContent ?? "";
      if (letter && !seen.has(letter)) seen.set(letter, name.trim());
    }
    return [...seen].map(([letter, name]) => [`G ${letter}`, name]);
  }

  private toggle(event: Event): void {
    this.single = (event.target as HTMLInputElement).checked;
    localStorage.setItem(STORED, this.single ? "on" : "off");
  }

  private typed(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
    if (event.key === "?") {
      event.preventDefault();
      this.show();
      return;
    }
    if (!this.single || document.querySelector("dialog[open]")) return;
    const key = event.key.toLowerCase();
    const goes = Date.now() - this.going < PATIENCE_MILLISECONDS;
    this.going = 0;
    if (goes) this.go(event, key);
    else if (key === "g") this.going = Date.now();
    else if (key === "/") this.focusFilter(event);
    else if (key === "j" || key === "k") this.moveRow(event, key === "j" ? 1 : -1);
  }

  private go(event: KeyboardEvent, key: string): void {
    const link = document.querySelector<HTMLAnchorElement>(`a[data-go="${CSS.escape(key)}"]`);
    if (!link) return;
    event.preventDefault();
    link.click();
  }

  private focusFilter(event: KeyboardEvent): void {
    const field = document.querySelector<HTMLInputElement>("[data-page-filter]");
    if (!field) return;
    event.preventDefault();
    field.focus();
    field.select();
  }

  private moveRow(event: KeyboardEvent, by: number): void {
    const links = [...document.querySelectorAll<HTMLElement>("[data-rows] :is(tr, li):not([hidden]) a.row-link")];
    if (!links.length) return;
    const here = document.activeElement?.closest("tr, li");
    const at = links.findIndex((link) => link.closest("tr, li") === here);
    event.preventDefault();
    links[Math.min(Math.max(at + by, 0), links.length - 1)]?.focus();
  }
}

/** Whether a key typed now is a shortcut: single keys are on, and nobody writes or answers a question. */
export function isShortcut(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return false;
  const isOn = document.documentElement.dataset["singleKeys"] !== "off" && localStorage.getItem(STORED) !== "off";
  return isOn && !document.querySelector("dialog[open], [popover]:popover-open");
}

function isTyping(event: KeyboardEvent): boolean {
  const target = event.target as HTMLElement;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

function section(title: string, keys: readonly (readonly [string, string])[]): TemplateResult {
  if (!keys.length) return html``;
  return html`<section>
    <h3>${title}</h3>
    <dl class="keys">
      ${keys.map(
        ([press, does]) =>
          html`<div>
            <dt>${press.split(" ").map((key) => html`<kbd>${key}</kbd>`)}</dt>
            <dd>${does}</dd>
          </div>`,
      )}
    </dl>
  </section>`;
}

define("keyboard-shortcuts", KeyboardShortcuts);
