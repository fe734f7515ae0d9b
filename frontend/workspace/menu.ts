/** Menus and sheets that are made when they are opened, under the button that opens them. */
import { html, nothing, render, type TemplateResult } from "lit";
import { icon } from "../lit";
import { hangMenu } from "../menus";

export interface Entry {
  label: string;
  icon?: string;
  /** Grey, at the end of the line. */
  end?: string;
  /** A choice that is on or off. */
  isOn?: boolean;
  isBad?: boolean;
  act: () => void;
}

export type MenuLine = Entry | { heading: string } | "rule";

/** Open a menu of things to do. It closes after a choice. */
export function openMenu(anchor: HTMLElement, label: string, lines: readonly MenuLine[]): HTMLElement {
  const menu = made("menu", label);
  menu.setAttribute("role", "menu");
  refillMenu(menu, lines);
  open(anchor, menu);
  return menu;
}

/** Draw the lines of an open menu anew, when more is known. */
export function refillMenu(menu: HTMLElement, lines: readonly MenuLine[]): void {
  render(html`${lines.map(line)}`, menu);
}

/** Open a sheet with any content. It closes by Esc, by a click elsewhere, or by `closest("[popover]").hidePopover()`. */
export function openSheet(anchor: HTMLElement, label: string, content: TemplateResult, kind = ""): HTMLElement {
  const sheet = made(`menu sheet ${kind}`, label);
  sheet.setAttribute("role", "dialog");
  render(content, sheet);
  open(anchor, sheet);
  sheet.querySelector<HTMLElement>("[autofocus], input, button")?.focus();
  return sheet;
}

/** Draw the content of an open sheet anew. */
export function refillSheet(sheet: HTMLElement, content: TemplateResult): void {
  render(content, sheet);
}

function made(kind: string, label: string): HTMLElement {
  const box = document.createElement("div");
  box.className = kind.trim();
  box.popover = "auto";
  box.setAttribute("aria-label", label);
  return box;
}

function open(anchor: HTMLElement, box: HTMLElement): void {
  (anchor.closest("[popover], dialog") ?? document.body).append(box); // inside another one, which stays open behind it
  hangMenu(anchor, box);
  box.addEventListener("toggle", (event) => {
    if (event.newState !== "closed") return;
    box.remove();
    if (anchor.isConnected && !document.querySelector("dialog[open], [popover]:popover-open")) anchor.focus();
  });
  box.showPopover();
}

function line(entry: MenuLine): TemplateResult {
  if (entry === "rule") return html`<hr />`;
  if ("heading" in entry) return html`<div class="menu-label">${entry.heading}</div>`;
  return html`<button
    type="button"
    class="menu-item ${entry.isBad ? "bad" : ""}"
    role=${entry.isOn === undefined ? "menuitem" : "menuitemradio"}
    aria-checked=${entry.isOn === undefined ? nothing : String(entry.isOn)}
    @click=${entry.act}
  >
    ${entry.icon ? icon(entry.icon) : nothing}<span class="cut">${entry.label}</span>
    ${entry.end || entry.isOn ? html`<span class="end num">${entry.end ?? ""}${entry.isOn ? icon("check", "small") : nothing}</span>` : nothing}
  </button>`;
}
