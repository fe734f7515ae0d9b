/**
 * Choose the step that all media panels of a section show; hidden as long as no panel of the section has media.
 *
 *     <step-slider word="media"></step-slider>
 *
 * Attribute: `word`, what the panels share as `sync`. Arrows go to the neighbouring step that somebody logged.
 */
import { html, nothing, type TemplateResult } from "lit";
import * as format from "../format";
import { define, icon, PageElement, type PropertyValues } from "../lit";
import { onSteps, shareStep, stepOf, stepsOf } from "../panels/steps";

const PAUSE_MILLISECONDS = 120; // while the slider moves

export class StepSlider extends PageElement {
  static override properties = { word: {}, steps: { state: true }, step: { state: true } };

  declare word: string;
  declare steps: readonly number[];
  declare step: number | null;

  private stop: (() => void) | null = null;
  private later: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    Object.assign(this, { word: "", steps: [], step: null });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stop?.();
    this.stop = null;
    clearTimeout(this.later);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("word") && this.stop) return;
    this.stop?.();
    this.stop = this.word ? onSteps(this.word, () => this.read()) : null;
    this.read();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { steps } = this;
    if (steps.length < 2) return nothing;
    const place = this.place;
    const said = `step ${format.count(steps[place])} of ${format.count(steps[steps.length - 1])}`;
    return html`<div class="stepper">
      ${this.arrow("arrow-left", "Step before", place - 1)}
      <input
        class="slider"
        type="range"
        min="0"
        max=${steps.length - 1}
        .value=${String(place)}
        aria-label="Step of the media panels"
        aria-valuetext=${said}
        @input=${(event: Event) => this.goSoon(Number((event.target as HTMLInputElement).value))}
      />
      ${this.arrow("arrow-right", "Step after", place + 1)}
      <span class="num">${said}</span>
    </div>`;
  }

  private arrow(name: string, label: string, to: number): TemplateResult {
    return html`<button
      type="button"
      class="button only quiet small"
      title=${label}
      aria-label=${label}
      ?disabled=${to < 0 || to >= this.steps.length}
      @click=${() => this.go(to)}
    >
      ${icon(name)}
    </button>`;
  }

  /** The place of the step, or of the last one before it. */
  private get place(): number {
    const { step, steps } = this;
    if (step === null) return steps.length - 1;
    return Math.max(
      steps.findLastIndex((one) => one <= step),
      0,
    );
  }

  private read(): void {
    this.steps = stepsOf(this.word);
    this.step = stepOf(this.word);
  }

  private goSoon(place: number): void {
    this.step = this.steps[place] ?? null;
    clearTimeout(this.later);
    this.later = setTimeout(() => this.go(place), PAUSE_MILLISECONDS);
  }

  /** At the last step panels go on with what comes. */
  private go(place: number): void {
    shareStep(this.word, place === this.steps.length - 1 ? null : (this.steps[place] ?? null));
  }
}

define("step-slider", StepSlider);
