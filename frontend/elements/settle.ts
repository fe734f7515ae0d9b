/** For tests: put markup into the page and wait until it stands still. */

/** Show markup in an empty page and return its first element. */
export async function show<T extends HTMLElement>(markup: string): Promise<T> {
  const box = document.createElement("div");
  box.innerHTML = markup; // eslint-disable-line no-restricted-syntax -- the test's own markup
  document.body.replaceChildren(...box.childNodes); // connected with their children, as in a browser
  await settle();
  return document.body.firstElementChild as T;
}

/** Let timers of zero, microtasks and Lit's updates run. */
export async function settle(milliseconds = 0): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}
