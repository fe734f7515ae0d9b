/**
 * Ask before a form is sent that removes something for good or touches others.
 *
 *     <confirm-dialog>
 *       <form method="post" action="…">… <button class="button danger">Delete 3 runs</button></form>
 *       <dialog class="dialog" aria-labelledby="t"><header><h2 id="t">Delete 3 runs?</h2></header> …
 *         <footer><button class="button" value="keep" autofocus>Keep them</button>
 *                 <button class="button danger primary" value="confirm">Delete 3 runs</button></footer></dialog>
 *     </confirm-dialog>
 *
 * The form inside is held back until the button with the value `confirm` is pressed; focus starts on the harmless one.
 * A dialog with an input `data-expects="name"` needs that name typed. Without script the form is sent directly.
 */
import { define } from "../lit";

export class ConfirmDialog extends HTMLElement {
  private held: { form: HTMLFormElement; submitter: HTMLElement | null } | null = null;
  private sending = false;

  connectedCallback(): void {
    this.addEventListener("submit", this);
    this.addEventListener("click", this);
    this.addEventListener("input", this);
  }

  handleEvent(event: Event): void {
    if (event.type === "submit") this.hold(event as SubmitEvent);
    else if (event.type === "input") this.check();
    else this.answer(event);
  }

  private get dialog(): HTMLDialogElement | null {
    return this.querySelector("dialog");
  }

  private hold(event: SubmitEvent): void {
    const form = event.target as HTMLFormElement;
    if (this.sending || !this.dialog || form.closest("dialog")) return;
    event.preventDefault();
    event.stopPropagation();
    this.held = { form, submitter: event.submitter };
    this.check();
    this.dialog.showModal();
  }

  private answer(event: Event): void {
    const dialog = this.dialog;
    const button = (event.target as Element).closest<HTMLButtonElement>("dialog button");
    if (event.target === dialog) dialog?.close();
    if (!button || !dialog) return;
    event.preventDefault();
    dialog.close();
    if (button.value === "confirm") this.send();
  }

  private send(): void {
    if (!this.held) return;
    const { form, submitter } = this.held;
    this.sending = true;
    form.requestSubmit(submitter instanceof HTMLElement && form.contains(submitter) ? submitter : null);
    this.sending = false;
    this.held = null;
  }

  /** Some things are only confirmed by their name. */
  private check(): void {
    const input = this.querySelector<HTMLInputElement>("dialog input[data-expects]");
    const confirm = this.querySelector<HTMLButtonElement>('dialog button[value="confirm"]');
    if (input && confirm) confirm.disabled = input.value.trim() !== input.dataset["expects"];
  }
}

define("confirm-dialog", ConfirmDialog);
