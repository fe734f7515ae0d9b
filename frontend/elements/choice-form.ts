/**
 * Send a form as soon as its choice is made. Without script its button sends it.
 *
 *     <choice-form><form method="post" action="…"><select name="role">…</select><button class="button small">Change</button></form></choice-form>
 */
import { define } from "../lit";

export class ChoiceForm extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("change", this);
    for (const button of this.querySelectorAll("button")) button.hidden = true;
  }

  disconnectedCallback(): void {
    this.removeEventListener("change", this);
  }

  handleEvent(event: Event): void {
    (event.target as HTMLInputElement | HTMLSelectElement).form?.requestSubmit();
  }
}

define("choice-form", ChoiceForm);
