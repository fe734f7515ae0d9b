/** The look of marks: their colour, dash and swatch, the same in every pen. */
import { colour } from "../theme";
import type { Mark, PanelLine } from "./data";

const ROUNDS: Record<number, number[]> = { 2: [6, 3], 3: [2, 3] };
const STROKES: Record<string, number[]> = {
  solid: [],
  dashed: [6, 3],
  dotted: [1.5, 3],
  dotdash: [1.5, 3, 6, 3],
  dotdotdash: [1.5, 3, 1.5, 3, 6, 3],
};

/** The colour of a mark for a canvas. */
export function paintOf(mark: Mark): string {
  return mark.colour ?? colour(`--series-${mark.slot}`);
}

/** The dashes of a line in CSS pixels: what a person chose, else by how often the palette came round. */
export function dashOf(mark: Mark, line?: PanelLine): number[] {
  return (line?.stroke ? STROKES[line.stroke] : undefined) ?? (mark.colour ? [] : (ROUNDS[mark.dash] ?? []));
}

/** The name of a line: its mark, and its key where several are drawn. */
export function labelOf(mark: Mark, line: PanelLine, withKey: boolean): string {
  return line.label || (withKey ? `${mark.label} ${line.key}` : mark.label);
}

/** A square in the colour of a mark, for legends and tooltips. */
export function swatchOf(mark: Mark, own: string | null = null): HTMLElement {
  const swatch = document.createElement("span");
  swatch.className = "swatch";
  const chosen = own ?? mark.colour;
  if (chosen) swatch.style.setProperty("--c", chosen);
  else {
    swatch.dataset["series"] = String(mark.slot);
    if (mark.dash > 1) swatch.dataset["dash"] = String(mark.dash);
  }
  return swatch;
}
