import { expect, it } from "vitest";
import { show } from "./settle";
import { hangMenu } from "../menus";

it("moves through its items by arrow keys, round the ends", async () => {
  const root = await show(`<div><button>Menu</button><div popover role="menu"><button role="menuitem">a</button>
    <a role="menuitem" href="#">b</a><button role="menuitem" aria-disabled="true">c</button></div></div>`);
  const button = root.querySelector<HTMLElement>("button")!;
  const menu = root.querySelector<HTMLElement>("[popover]")!;
  hangMenu(button, menu);
  expect(button.getAttribute("aria-haspopup")).toBe("menu");
  const press = (key: string) => menu.dispatchEvent(new KeyboardEvent("keydown", { key, cancelable: true }));
  press("ArrowDown");
  expect(document.activeElement?.textContent).toBe("a");
  press("ArrowDown");
  expect(document.activeElement?.textContent).toBe("b");
  press("ArrowDown");
  expect(document.activeElement?.textContent).toBe("a");
  press("End");
  expect(document.activeElement?.textContent).toBe("b");
});
