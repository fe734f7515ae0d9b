/**
 * Hang a menu under its button: placed beside it, moved through by arrow keys, closed after a choice.
 *
 *     <menu-button><button popovertarget="m" aria-label="More actions">…</button>
 *       <div class="menu" id="m" popover role="menu"><a class="menu-item" role="menuitem" href="…">…</a></div></menu-button>
 */
import { define } from "../lit";
import { hangMenu } from "../menus";

export class MenuButton extends HTMLElement {
  private hung = false;

  connectedCallback(): void {
    const button = this.querySelector<HTMLElement>("[popovertarget]");
    const menu = this.querySelector<HTMLElement>("[popover]");
    if (!button || !menu || this.hung) return;
    this.hung = true;
    hangMenu(button, menu);
  }
}

define("menu-button", MenuButton);
