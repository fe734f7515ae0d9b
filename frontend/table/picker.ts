/** A sheet in which columns are found among thousands and chosen. */
import { html, nothing, type TemplateResult } from "lit";
import { getJson, isAbort, sentence, withParameters } from "../api";
import * as format from "../format";
import { icon } from "../lit";
import { openSheet, refillSheet } from "../workspace/menu";
import type { Head } from "./columns";

export interface Choice extends Head {
  types: string[];
  run_count: number | null;
}

export interface Picking {
  label: string;
  /** Answers {"items", "total"} for `?search=`. */
  src: string;
  /** Whether a choice stands for something chosen. */
  isChosen: (choice: Choice) => boolean;
  /** In which order the kinds of columns stand. */
  sections?: readonly string[];
  offers?: (choice: Choice) => boolean;
  /** Called with a choice; the sheet stays open. */
  toggle: (choice: Choice) => void;
  /** Close after one choice. */
  once?: boolean;
  /** What stands above the search. */
  head?: () => TemplateResult | typeof nothing;
}

const PAUSE = 120;
const SECTIONS = ["run", "metric", "config", "summary"];
const TITLES: Readonly<Record<string, string>> = {
  run: "Run",
  metric: "Metrics",
  config: "Config",
  summary: "Summary",
};

export function openPicker(anchor: HTMLElement, picking: Picking): void {
  let found: Choice[] = [];
  let total = 0;
  let words = "";
  let failure = "";
  let controller = new AbortController();
  let timer = 0;

  const load = async () => {
    controller.abort();
    controller = new AbortController();
    try {
      const answer = (await getJson(withParameters(picking.src, { search: words }), controller.signal)) as {
        items: Choice[];
        total: number;
      };
      found = answer.items.filter((choice) => picking.offers?.(choice) ?? true);
      total = answer.total - (answer.items.length - found.length);
      failure = "";
    } catch (error) {
      if (isAbort(error)) return;
      failure = sentence(error);
    }
    draw();
  };
  const typed = (event: Event) => {
    words = (event.target as HTMLInputElement).value;
    clearTimeout(timer);
    timer = window.setTimeout(() => void load(), PAUSE);
  };
  const pick = (choice: Choice) => {
    picking.toggle(choice);
    if (picking.once) sheet.hidePopover();
    else draw();
  };
  const line = (choice: Choice) =>
    html`<button
      type="button"
      class="menu-item"
      role="menuitemcheckbox"
      aria-checked=${String(picking.isChosen(choice))}
      @click=${() => pick(choice)}
    >
      <span class="tickbox">${picking.isChosen(choice) ? icon("check", "small") : nothing}</span
      ><span class="cut" title=${choice.label}>${choice.label}</span
      >${choice.run_count === null ? nothing : html`<span class="end num">${format.count(choice.run_count)}</span>`}
    </button>`;
  const content = () => html`
    ${picking.head?.() ?? nothing}
    <div class="search">
      ${icon("search")}<input
        class="input small"
        type="search"
        placeholder="Search columns"
        aria-label="Search columns"
        autocomplete="off"
        autofocus
        @input=${typed}
      />
    </div>
    <div class="pickerlist">
      ${failure ? html`<p class="faint xs">${failure}</p>` : nothing}
      ${(picking.sections ?? SECTIONS).map((section) => {
        const own = found.filter((choice) => choice.key.startsWith(`${section}:`));
        return own.length
          ? html`<div class="menu-label">${TITLES[section]}</div>
              ${own.map(line)}`
          : nothing;
      })}
      ${
        total > found.length
          ? html`<p class="faint xs pickernote">${format.count(total - found.length)} more. Search to find them.</p>`
          : nothing
      }
      ${!found.length && words && !failure ? html`<p class="faint xs pickernote">No column is called so.</p>` : nothing}
    </div>
  `;
  const draw = () => {
    refillSheet(sheet, content());
  };
  const sheet = openSheet(anchor, picking.label, content(), "columnsheet");
  void load();
}
