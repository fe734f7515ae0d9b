/** Shows a person's text. The server has cleaned it, and the content security policy runs nothing in it. */
import { html, type TemplateResult } from "lit";
import type { PanelData } from "./data";
import type { Pen, PenModule } from "./pens";
import { csvOf } from "./words";

class MarkdownPen implements Pen {
  constructor(private readonly host: HTMLElement) {
    host.classList.add("pen-scroll", "prose");
  }

  show(data: PanelData): void {
    this.host.replaceChildren(...nodesOf(data));
  }

  resize(): void {} // the page lays it out

  repaint(): void {} // colours are the page's

  highlight(): void {} // no run is shown

  destroy(): void {
    this.host.replaceChildren();
    this.host.classList.remove("pen-scroll", "prose");
  }
}

export const isReadable = true;
export const make: PenModule["make"] = (host) => new MarkdownPen(host);
export const isEmpty = (data: PanelData): boolean => !(data.body as { html: string } | null)?.html;
export const table = (data: PanelData): TemplateResult => html`<div class="prose">${text(data)}</div>`;
export const csv = (data: PanelData): string => csvOf(["text"], [[text(data)]]);
export const told = (data: PanelData): string => text(data).slice(0, 500);

/** Parsed apart from the page: nothing loads or runs until it is put in. */
function nodesOf(data: PanelData): ChildNode[] {
  const { html: markup } = data.body as { html: string };
  return [...new DOMParser().parseFromString(markup, "text/html").body.childNodes];
}

const text = (data: PanelData): string => nodesOf(data).reduce((all, node) => all + (node.textContent ?? ""), "");
