/**
 * Show, while a name is typed, the address that it will stand in.
 *
 *     <address-preview for="id_name">https://carnet.example.org/<b>northlight</b></address-preview>
 *
 * The text of the `<b>` follows the field `for`; blanks show as dashes, since names have none.
 */
import { define } from "../lit";

export class AddressPreview extends HTMLElement {
  private field: HTMLInputElement | null = null;
  private readonly follow = (): void => {
    const shown = this.querySelector("b");
    if (shown) shown.textContent = this.field?.value.trim().replace(/\s+/g, "-") || "…";
  };

  connectedCallback(): void {
    this.field = document.getElementById(this.getAttribute("for") ?? "") as HTMLInputElement | null;
    this.field?.addEventListener("input", this.follow);
    this.follow();
  }

  disconnectedCallback(): void {
    this.field?.removeEventListener("input", this.follow);
  }
}

define("address-preview", AddressPreview);
