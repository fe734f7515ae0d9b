/**
 * Choose light, dark or the system's theme; the page changes at once, the choice is sent to the server.
 *
 *     <theme-switch><form method="post" action="/settings/theme">
 *       <div class="segmented" role="group" aria-label="Theme">
 *         <button name="theme" value="" aria-pressed="true">System</button> <button name="theme" value="light">Light</button> …
 *       </div></form></theme-switch>
 *
 * Without script the buttons send the form. Events: `theme-changed` {theme}.
 */
import { post } from "../api";
import { define } from "../lit";

export class ThemeSwitch extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("submit", this);
    this.addEventListener("click", this);
    this.press(document.documentElement.dataset["theme"] ?? "");
  }

  disconnectedCallback(): void {
    this.removeEventListener("submit", this);
    this.removeEventListener("click", this);
  }

  handleEvent(event: Event): void {
    const button = (event.target as Element).closest<HTMLButtonElement>("button[name=theme]");
    if (event.type === "submit") event.preventDefault();
    if (event.type !== "click" || !button) return;
    event.preventDefault();
    this.choose(button.value);
  }

  choose(theme: string): void {
    if (theme) document.documentElement.dataset["theme"] = theme;
    else delete document.documentElement.dataset["theme"];
    this.press(theme);
    this.dispatchEvent(new CustomEvent("theme-changed", { bubbles: true, detail: { theme } }));
    const form = this.querySelector("form");
    if (form?.hasAttribute("action")) void post(form.action, { theme }).catch(() => undefined);
  }

  private press(theme: string): void {
    for (const button of this.querySelectorAll<HTMLButtonElement>("button[name=theme]")) {
      button.setAttribute("aria-pressed", String(button.value === theme));
    }
  }
}

define("theme-switch", ThemeSwitch);
