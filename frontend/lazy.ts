/** Fetch the code of an element when the first one appears in the page. */

export type Loaders = Record<string, () => Promise<unknown>>;

/** Watch the page for elements named in `loaders`, now and later. */
export function lazily(loaders: Loaders): void {
  const waiting = new Map(Object.entries(loaders));
  const look = (element: Element) => {
    const names = [...waiting.keys()].join(",");
    if (!names) return;
    const found = element.matches(names) ? [element] : [];
    for (const { localName } of [...found, ...element.querySelectorAll(names)]) {
      void waiting.get(localName)?.();
      waiting.delete(localName);
    }
    if (!waiting.size) watcher.disconnect();
  };
  const watcher = new MutationObserver((changes) => {
    for (const { addedNodes } of changes) for (const node of addedNodes) if (node instanceof Element) look(node);
  });
  watcher.observe(document.documentElement, { childList: true, subtree: true });
  look(document.documentElement);
}
