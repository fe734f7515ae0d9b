/** Fetch the code of an element when the first one appears in the page. */

export type Loaders = Record<string, () => Promise<unknown>>;

/** Watch the page for elements named in `loaders`, now and later. */
export function lazily(loaders: Loaders): void {
  const waiting = new Map(Object.entries(loaders));
  const look = () => {
    for (const [name, load] of waiting) {
      if (!document.querySelector(name)) continue;
      waiting.delete(name);
      void load();
    }
    if (!waiting.size) watcher.disconnect();
  };
  const watcher = new MutationObserver(look);
  watcher.observe(document.documentElement, { childList: true, subtree: true });
  look();
}
