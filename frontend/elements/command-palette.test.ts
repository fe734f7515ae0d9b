import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { settle, show } from "./settle";
import "./command-palette";

const PAGE =
  '<command-palette src="/search"><a href="#tokens" data-icon="key">Create a token</a><a href="#warm">Warm the cache</a></command-palette>';
const FOUND = {
  groups: [
    { label: "Runs", items: [{ title: "long-warmup", url: "#run", state: "finished" }] },
    { label: "Reports", items: [] },
  ],
};
const summon = () => document.dispatchEvent(new KeyboardEvent("keydown", { key: "k", ctrlKey: true }));
const options = () => [...document.querySelectorAll("[role=option] .cut")].map((option) => option.textContent);
const input = () => document.querySelector<HTMLInputElement>("input")!;
const press = (key: string) =>
  input().dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));

async function type(words: string) {
  input().value = words;
  input().dispatchEvent(new Event("input", { bubbles: true }));
  await settle(200);
}

beforeEach(async () => {
  vi.stubGlobal(
    "fetch",
    vi.fn(() => Promise.resolve(new Response(JSON.stringify(FOUND)))),
  );
  await show(PAGE);
  summon();
  await settle(5);
});
afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

it("opens by Ctrl K with what fits best selected, commands last", () => {
  expect(options()).toEqual(["long-warmup", "Create a token", "Warm the cache"]);
  expect(document.querySelector("[aria-selected=true]")?.textContent).toContain("long-warmup");
});

it("asks while typing and marks the words", async () => {
  await type("warm");
  expect(String(vi.mocked(fetch).mock.calls.at(-1)?.[0])).toContain("q=warm");
  expect(options()).toEqual(["long-warmup", "Warm the cache"]);
  expect(document.querySelector("b.strong")?.textContent).toBe("warm");
});

it("shows only commands after >", async () => {
  await type("> token");
  expect(options()).toEqual(["Create a token"]);
});

it("moves by arrows, round the end, and opens by Enter", async () => {
  press("ArrowUp");
  await settle(5);
  const link = document.querySelector<HTMLAnchorElement>("[data-active]")!;
  expect(link.textContent).toContain("Warm the cache");
  const opened = vi.fn((event: Event) => event.preventDefault());
  link.addEventListener("click", opened);
  press("Enter");
  expect(opened).toHaveBeenCalled();
});

it("says so when nothing is found, and when the server fails", async () => {
  vi.mocked(fetch).mockImplementation(() => Promise.resolve(new Response('{"groups": []}')));
  await type("zzz");
  expect(document.querySelector(".palette-note")?.textContent).toContain("Nothing is called “zzz”");
  vi.mocked(fetch).mockImplementation(() =>
    Promise.resolve(new Response('{"detail": "The search is off."}', { status: 500 })),
  );
  await type("yyy");
  expect(document.querySelector(".palette-note")?.textContent).toContain("The search is off.");
});
