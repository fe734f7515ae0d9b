/** Menus hang under their button: placed, moved through by arrow keys, closed after a choice. */

const GAP = 4;
const EDGE = 8;

/** Let `button` open `menu` (which has the attribute popover). */
export function hangMenu(button: HTMLElement, menu: HTMLElement): void {
  button.setAttribute("aria-haspopup", "menu");
  button.setAttribute("aria-expanded", "false");
  menu.addEventListener("toggle", (event) => {
    const open = event.newState === "open";
    button.setAttribute("aria-expanded", String(open));
    if (!open) return;
    place(button, menu);
    if (!menu.contains(document.activeElement)) items(menu)[0]?.focus(); // a field for words keeps it
  });
  menu.addEventListener("keydown", (event) => move(event, menu));
  menu.addEventListener("click", (event) => {
    const item = (event.target as Element).closest('[role^="menuitem"]');
    if (item?.closest("[popover]") === menu && !item.matches('[role="menuitemcheckbox"]')) menu.hidePopover();
  });
}

function place(button: HTMLElement, menu: HTMLElement): void {
  const from = button.getBoundingClientRect();
  const size = menu.getBoundingClientRect();
  const room = { width: document.documentElement.clientWidth, height: document.documentElement.clientHeight };
  const startsLeft = from.left + size.width <= room.width - EDGE;
  const left = startsLeft ? from.left : Math.max(from.right - size.width, EDGE);
  const below = from.bottom + GAP;
  const top = below + size.height <= room.height - EDGE ? below : Math.max(from.top - GAP - size.height, EDGE);
  menu.style.setProperty("inset", `${top}px auto auto ${left}px`);
}

function move(event: KeyboardEvent, menu: HTMLElement): void {
  if ((event.target as Element).closest("[popover]") !== menu) return; // of a menu inside this one
  const all = items(menu);
  const at = all.indexOf(document.activeElement as HTMLElement);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
  if (next === undefined || !all.length) return;
  event.preventDefault();
  all[(next + all.length) % all.length]?.focus();
}

function items(menu: HTMLElement): HTMLElement[] {
  return [...menu.querySelectorAll<HTMLElement>('[role^="menuitem"]:not([aria-disabled="true"])')];
}
