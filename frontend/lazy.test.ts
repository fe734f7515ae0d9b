import { expect, it, vi } from "vitest";
import { settle, show } from "./elements/settle";
import { lazily } from "./lazy";

it("fetches the code of an element once, when the first one appears, however deep", async () => {
  const [here, later, never] = [vi.fn(), vi.fn(), vi.fn()].map((load) => load.mockResolvedValue(undefined));
  await show("<p><here-one></here-one></p>");
  lazily({
    "here-one": here as () => Promise<unknown>,
    "later-one": later as () => Promise<unknown>,
    "never-one": never as () => Promise<unknown>,
  });
  expect([here, later].map((load) => load?.mock.calls.length)).toEqual([1, 0]);
  await show("<div><p><later-one></later-one></p><later-one></later-one></div>");
  document.body.append(document.createElement("later-one"), document.createElement("here-one"));
  await settle();
  expect([here, later, never].map((load) => load?.mock.calls.length)).toEqual([1, 1, 0]);
});
