import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { tellChange } from "../live";
import { settle, show } from "./settle";
import { mend } from "./live-region";

const parse = (markup: string) => new DOMParser().parseFromString(markup, "text/html").body;

beforeEach(() =>
  vi.stubGlobal(
    "fetch",
    vi.fn(() => Promise.resolve(new Response("<ul><li>one</li><li>two</li></ul>"))),
  ),
);
afterEach(() => vi.unstubAllGlobals());

it("fetches its piece again when its group changes", async () => {
  const region = await show('<live-region src="/piece" live="run.1"><ul><li>one</li></ul></live-region>');
  const kept = region.querySelector("li");
  tellChange({ group: "run.2", name: "x" });
  tellChange({ group: "run.1", name: "x" });
  await settle(5);
  expect(fetch).toHaveBeenCalledTimes(1);
  expect(region.textContent).toBe("onetwo");
  expect(region.querySelector("li")).toBe(kept);
});

it("listens to the changes it names, and to polling", async () => {
  await show('<live-region src="/piece" live="run.1" names="run.finished"></live-region>');
  tellChange({ group: "run.1", name: "run.history" });
  expect(fetch).not.toHaveBeenCalled();
  tellChange({ group: "run.1", name: "poll" });
  expect(fetch).toHaveBeenCalled();
});

it("keeps what is shown when the server fails", async () => {
  vi.mocked(fetch).mockResolvedValue(new Response("", { status: 500 }));
  const region = await show('<live-region src="/piece" live="run.1"><p>old</p></live-region>');
  tellChange({ group: "run.1", name: "x" });
  await settle(5);
  expect(region.textContent).toBe("old");
});

it("touches only what differs", () => {
  const old = parse('<p class="a">x</p><b>y</b><i>z</i>');
  const paragraph = old.firstElementChild;
  expect(mend(old, parse('<p class="b">x</p><u>y</u>'))).toBe(true);
  expect(old.innerHTML).toBe('<p class="b">x</p><u>y</u>');
  expect(old.firstElementChild).toBe(paragraph);
  expect(mend(old, parse('<p class="b">x</p><u>y</u>'))).toBe(false);
});
