/** What our Lit elements share: they render into the page itself, so that one style sheet serves all. */
import { LitElement, type PropertyValues } from "lit";
import { Directive, directive, type ElementPart, PartType, type PartInfo } from "lit/directive.js";
import { html, noChange, type TemplateResult } from "lit";

/** An element that renders in the page and replaces what the server drew in its place. */
export abstract class PageElement extends LitElement {
  /** Aborted when the element leaves the page. */
  protected life = new AbortController();

  override connectedCallback(): void {
    if (this.life.signal.aborted) this.life = new AbortController();
    super.connectedCallback();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.life.abort();
  }

  protected override createRenderRoot(): HTMLElement {
    this.replaceChildren();
    return this;
  }
}

/** Register an element once, even if two bundles bring it. */
export function define(name: string, element: CustomElementConstructor): void {
  if (!customElements.get(name)) customElements.define(name, element);
}

class Properties extends Directive {
  constructor(part: PartInfo) {
    super(part);
    if (part.type !== PartType.ELEMENT) throw new Error("properties() belongs inside a tag.");
  }

  override render(properties: Record<string, string>): unknown {
    return properties && noChange; // eslint-disable-line @typescript-eslint/no-unnecessary-condition -- update() does it
  }

  override update(part: ElementPart, [properties]: [Record<string, string>]): unknown {
    const { style } = part.element as HTMLElement | SVGElement;
    for (const [name, value] of Object.entries(properties)) style.setProperty(name, value);
    return noChange;
  }
}

/** Set style properties from script, where the content security policy refuses style attributes. */
export const properties = directive(Properties);

/** Draw an icon of the sprite. */
export function icon(name: string, kind = ""): TemplateResult {
  return html`<svg class="icon ${kind}" aria-hidden="true"><use href="${sprite()}#i-${name}"></use></svg>`;
}

/** The address of the sprite, told by the page (`<meta name="sprite">`). */
export function sprite(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="sprite"]')?.content ?? "/static/icons/icons.svg";
}

let counter = 0;

/** An id that no other element of the page has. */
export function freshId(prefix: string): string {
  counter += 1;
  return `${prefix}-${counter}`;
}

export type { PropertyValues };
