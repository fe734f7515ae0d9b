/** Shows the code of two runs side by side or in one column; equal stretches are folded. */
import { html, nothing, render, type TemplateResult } from "lit";
import * as format from "../format";
import type { PanelData } from "./data";
import type { Pen, PenContext, PenModule } from "./pens";
import { csvOf, tableOf } from "./words";

interface CodeLine {
  sign: " " | "-" | "+" | "…";
  left: number | null;
  right: number | null;
  text: string;
  count: number;
}

interface Body {
  path: string;
  paths: string[];
  lines: CodeLine[];
  is_split: boolean;
  added_count: number;
  removed_count: number;
}

type Pair = [CodeLine | null, CodeLine | null];

class CodePen implements Pen {
  constructor(
    private readonly host: HTMLElement,
    private readonly context: PenContext,
  ) {
    host.classList.add("pen-scroll");
  }

  show(data: PanelData): void {
    const body = bodyOf(data);
    render(
      html`<div class="pen-bar row">
          <select
            class="select small"
            aria-label="File"
            @change=${(event: Event) => this.context.ask({ path: (event.target as HTMLSelectElement).value })}
          >
            ${body.paths.map((path) => html`<option value=${path} ?selected=${path === body.path}>${path.replace(/^code\//, "")}</option>`)}
          </select>
          <span class="good num xs">+${format.count(body.added_count)}</span>
          <span class="bad num xs">−${format.count(body.removed_count)}</span>
          <button
            type="button"
            class="button quiet small push"
            @click=${() => this.context.change({ diff: body.is_split ? "unified" : "split" })}
          >
            ${body.is_split ? "In one column" : "Side by side"}
          </button>
        </div>
        <table class="codediff mono">
          <thead class="sr-only">
            <tr>
              ${data.marks.map((mark) => html`<th scope="col" colspan="2">${mark.label}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${body.is_split ? pairs(body.lines).map(split) : body.lines.map(unified)}
          </tbody>
        </table>
        ${body.lines.length ? nothing : html`<p class="muted">This file is empty in both runs.</p>`}`,
      this.host,
    );
  }

  resize(): void {} // the page lays it out

  repaint(): void {} // colours are the page's

  highlight(): void {} // two runs are always shown

  destroy(): void {
    render(nothing, this.host);
    this.host.classList.remove("pen-scroll");
  }
}

function unified(line: CodeLine): TemplateResult {
  if (line.sign === "…") return fold(line);
  return html`<tr data-sign=${line.sign}>
    <td class="no">${line.left ?? ""}</td>
    <td class="no">${line.right ?? ""}</td>
    <td class="line" colspan="2"><span aria-hidden="true">${line.sign}</span> ${line.text}</td>
  </tr>`;
}

function split([left, right]: Pair): TemplateResult {
  const any = left ?? right;
  if (any?.sign === "…") return fold(any);
  return html`<tr>
    <td class="no">${left?.left ?? ""}</td>
    <td class="line" data-sign=${left?.sign ?? "none"}>${left?.text ?? ""}</td>
    <td class="no">${right?.right ?? ""}</td>
    <td class="line" data-sign=${right?.sign ?? "none"}>${right?.text ?? ""}</td>
  </tr>`;
}

function fold(line: CodeLine): TemplateResult {
  return html`<tr class="fold">
    <td colspan="4">${format.count(line.count)} equal lines</td>
  </tr>`;
}

/** Put removed lines beside the added ones that follow them. */
export function pairs(lines: readonly CodeLine[]): Pair[] {
  const found: Pair[] = [];
  let removed: CodeLine[] = [];
  let added: CodeLine[] = [];
  const settle = () => {
    for (let at = 0; at < Math.max(removed.length, added.length); at += 1) {
      found.push([removed[at] ?? null, added[at] ?? null]);
    }
    [removed, added] = [[], []];
  };
  for (const line of lines) {
    if (line.sign === "-") removed.push(line);
    else if (line.sign === "+") added.push(line);
    else {
      settle();
      found.push([line, line]);
    }
  }
  settle();
  return found;
}

const bodyOf = (data: PanelData) => data.body as Body;
const list = (data: PanelData) => bodyOf(data).lines.map((line) => [line.sign, line.left, line.right, line.text]);
const HEADS = ["Sign", "Left", "Right", "Line"];

export const isReadable = true;
export const make: PenModule["make"] = (host, context) => new CodePen(host, context);
export const isEmpty = (data: PanelData): boolean => !data.body;
export const table = (data: PanelData): TemplateResult => tableOf(HEADS, list(data));
export const csv = (data: PanelData): string => csvOf(HEADS, list(data));
export const told = (data: PanelData): string =>
  `${bodyOf(data).path}: ${bodyOf(data).added_count} lines added, ${bodyOf(data).removed_count} removed.`;
