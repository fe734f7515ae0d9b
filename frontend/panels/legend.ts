/** The legend of a panel: whom its colours stand for. A click brings one to the front, another lets it go. */
import { html, nothing, type TemplateResult } from "lit";
import * as format from "../format";
import { properties } from "../lit";
import type { Mark } from "./data";

const MOST = 12;

export function legend(
  marks: readonly Mark[],
  front: string | null,
  choose: (mark: string | null) => void,
): TemplateResult {
  return html`<div class="legend panel-legend">
    ${marks
      .slice(0, MOST)
      .map(
        (mark) =>
          html`<button
            type="button"
            aria-pressed=${front === null ? nothing : String(front === mark.id)}
            @click=${() => choose(front === mark.id ? null : mark.id)}
          >
            ${swatch(mark)}${mark.label}
            ${mark.id.startsWith("group:") ? html`<span class="faint num">${runs(mark.run_count)}</span>` : nothing}
          </button>`,
      )}
    ${marks.length > MOST ? html`<span class="faint">${format.count(marks.length - MOST)} more</span>` : nothing}
  </div>`;
}

function swatch(mark: Mark): TemplateResult {
  const own: Record<string, string> = mark.colour ? { "--c": mark.colour } : {};
  return html`<span
    class="swatch line"
    data-series=${mark.colour ? nothing : mark.slot}
    data-dash=${mark.dash > 1 && !mark.colour ? mark.dash : nothing}
    ${properties(own)}
  ></span>`;
}

function runs(count: number): string {
  return count === 1 ? "1 run" : `${format.count(count)} runs`;
}
