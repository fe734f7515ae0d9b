/**
 * Keep a piece of a page up to date: when its group changes, fetch the piece again and put it in place.
 *
 *     <live-region src="/team/project/_runs" live="project.3.runs" names="run.started run.finished">…</live-region>
 *
 * Attributes: `src` answers the new content as HTML; `live`, the groups, parted by blanks; `names`, which changes count (all, if missing).
 * What is the same stays as it is; focus and scroll position are kept. Events: `region-changed` after new content.
 */
import { getHtml, isAbort } from "../api";
import { LOOKS, onChange } from "../live";
import { define } from "../lit";

export class LiveRegion extends HTMLElement {
  private stop: (() => void) | null = null;
  private waiting: AbortController | null = null;

  connectedCallback(): void {
    this.stop = onChange((change) => {
      const names = this.getAttribute("names")?.split(/\s+/) ?? [];
      const counts = !names.length || names.includes(change.name) || LOOKS.has(change.name);
      const groups = this.getAttribute("live")?.split(/\s+/) ?? [];
      if (groups.includes(change.group) && counts) void this.refresh();
    });
  }

  disconnectedCallback(): void {
    this.stop?.();
    this.waiting?.abort();
  }

  /** Fetch and show the content anew. A failure leaves what is shown. */
  async refresh(): Promise<void> {
    const src = this.getAttribute("src");
    if (!src) return;
    this.waiting?.abort();
    const waiting = (this.waiting = new AbortController());
    try {
      this.show(await getHtml(src, waiting.signal));
    } catch (error) {
      if (!isAbort(error)) this.dispatchEvent(new CustomEvent("region-failed", { bubbles: true }));
    }
  }

  private show(markup: string): void {
    const fresh = new DOMParser().parseFromString(markup, "text/html").body;
    if (mend(this, fresh)) this.dispatchEvent(new CustomEvent("region-changed", { bubbles: true }));
  }
}

/** Make the children of `old` those of `fresh`, touching only what differs. True if anything did. */
export function mend(old: Element, fresh: Element): boolean {
  let changed = false;
  const news = [...fresh.childNodes];
  news.forEach((node, index) => {
    const there = old.childNodes[index];
    if (!there) {
      old.append(document.importNode(node, true));
      changed = true;
    } else if (!alike(there, node)) {
      there.replaceWith(document.importNode(node, true));
      changed = true;
    } else if (there instanceof Element && node instanceof Element) {
      if (!isAlive(there) && !isSameTime(there, node)) changed = mendElement(there, node) || changed;
    } else if (there.nodeValue !== node.nodeValue) {
      there.nodeValue = node.nodeValue;
      changed = true;
    }
  });
  while (old.childNodes.length > news.length) {
    old.lastChild?.remove();
    changed = true;
  }
  return changed;
}

function mendElement(old: Element, fresh: Element): boolean {
  if (old.isEqualNode(fresh)) return false;
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of [...fresh.attributes])
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  mend(old, fresh);
  return true;
}

function alike(old: Node, fresh: Node): boolean {
  if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName) return false;
  return !(old instanceof Element && fresh instanceof Element) || old.id === fresh.id;
}

/** Elements that draw themselves know better than the server what is inside them. */
function isAlive(element: Element): boolean {
  return "renderRoot" in element;
}

/** A time that the browser moved to the zone of its reader is still the time that the server wrote. */
function isSameTime(old: Element, fresh: Element): boolean {
  if (old.localName !== "time-ago" || old.getAttribute("until") !== fresh.getAttribute("until")) return false;
  return old.querySelector("time")?.dateTime === fresh.querySelector("time")?.dateTime;
}

define("live-region", LiveRegion);
