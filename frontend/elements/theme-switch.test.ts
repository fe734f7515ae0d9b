import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { show } from "./settle";
import "./theme-switch";

const PAGE = `<theme-switch><form method="post" action="/settings/theme"><button name="theme" value="">System</button>
  <button name="theme" value="dark">Dark</button></form></theme-switch>`;

beforeEach(() =>
  vi.stubGlobal(
    "fetch",
    vi.fn(() => Promise.resolve(new Response())),
  ),
);
afterEach(() => {
  vi.unstubAllGlobals();
  delete document.documentElement.dataset["theme"];
});

it("changes the page at once and tells the server", async () => {
  await show(PAGE);
  document.querySelector<HTMLElement>("[value=dark]")?.click();
  expect(document.documentElement.dataset["theme"]).toBe("dark");
  expect(document.querySelector("[value=dark]")?.getAttribute("aria-pressed")).toBe("true");
  const [url, init] = vi.mocked(fetch).mock.calls[0]!;
  expect(String(url)).toContain("/settings/theme");
  expect(String(init?.body as URLSearchParams)).toBe("theme=dark");
});

it("follows the system again", async () => {
  document.documentElement.dataset["theme"] = "dark";
  await show(PAGE);
  document.querySelector<HTMLElement>('[value=""]')?.click();
  expect(document.documentElement.hasAttribute("data-theme")).toBe(false);
});
