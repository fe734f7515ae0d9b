/** A dialog over the page: it opens as soon as it is drawn, and takes its element with it when it closes. */
import type { LitElement, ReactiveController } from "lit";

export class TopLayer implements ReactiveController {
  constructor(private readonly host: LitElement) {
    host.addController(this);
  }

  hostUpdated(): void {
    const dialog = this.dialog;
    if (!dialog || dialog.open || !this.host.isConnected) return;
    dialog.addEventListener("close", () => this.host.remove(), { once: true });
    dialog.showModal();
    dialog.querySelector<HTMLElement>("[data-first]")?.focus();
  }

  close(): void {
    this.dialog?.close();
  }

  private get dialog(): HTMLDialogElement | null {
    return this.host.querySelector("dialog");
  }
}
