/**
 * Choose the colour of a run or group: one of the twelve that colour-blind people can tell apart, or any other.
 *
 *     <colour-picker></colour-picker>   .slotNumber = 3   .colour = null
 *
 * Events: `colour-chosen` {colour}, null for the one it has by itself.
 */
import { html, type TemplateResult } from "lit";
import { define, icon, PageElement } from "../lit";
import { paletteColours } from "../theme";

export class ColourPicker extends PageElement {
  static override properties = { slotNumber: { attribute: false }, colour: { attribute: false } };
  declare slotNumber: number;
  declare colour: string | null;

  constructor() {
    super();
    Object.assign(this, { slotNumber: 1, colour: null });
  }

  protected override render(): TemplateResult {
    const palette = paletteColours();
    const own = (this.slotNumber - 1) % palette.length;
    const chosen = this.colour ?? palette[own];
    return html`<div class="colours" role="group" aria-label="Colours">
        ${palette.map(
          (colour, index) =>
            html`<button
              type="button"
              class="swatch"
              data-series=${index + 1}
              aria-pressed=${String(colour === chosen)}
              aria-label="Colour ${index + 1}"
              title="Colour ${index + 1}"
              @click=${() => this.choose(index === own ? null : colour)}
            ></button>`,
        )}
      </div>
      <label class="row xs"
        ><input
          type="color"
          .value=${chosen ?? "#000000"}
          @change=${(event: Event) => this.choose((event.target as HTMLInputElement).value)}
        />Any other</label
      >
      <button type="button" class="menu-item" @click=${() => this.choose(null)}>
        ${icon("undo")}The colour it has by itself
      </button>`;
  }

  private choose(colour: string | null): void {
    this.colour = colour;
    this.dispatchEvent(new CustomEvent("colour-chosen", { bubbles: true, detail: { colour } }));
  }
}

define("colour-picker", ColourPicker);
