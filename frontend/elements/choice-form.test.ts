import { expect, it, vi } from "vitest";
import { show } from "./settle";
import "./choice-form";

const FORM =
  '<choice-form><form><select name="role"><option>member</option><option>viewer</option></select><button>Change</button></form></choice-form>';

it("hides its button and sends the form when a choice is made", async () => {
  await show(FORM);
  const sent = vi.fn((event: Event) => event.preventDefault());
  document.querySelector("form")!.addEventListener("submit", sent);
  expect(document.querySelector("button")!.hidden).toBe(true);
  const select = document.querySelector("select")!;
  select.value = "viewer";
  select.dispatchEvent(new Event("change", { bubbles: true }));
  expect(sent).toHaveBeenCalledOnce();
});
