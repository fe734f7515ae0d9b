import { afterEach, expect, it, vi } from "vitest";
import type { ToastList } from "./toast-list";
import "./toast-list";

afterEach(() => vi.useRealTimers());

it("lets go what was said after a while, or when dismissed", () => {
  vi.useFakeTimers();
  document.body.innerHTML = '<toast-list><div class="toast">Saved <button data-dismiss>x</button></div></toast-list>';
  const list = document.querySelector<ToastList>("toast-list")!;
  list.say("Published");
  expect(list.children).toHaveLength(2);
  list.querySelector("button")?.click();
  expect(list.textContent).toBe("Published");
  vi.advanceTimersByTime(9000);
  expect(list.children).toHaveLength(0);
});

it("offers ways on beside what was said: a page to open, something to take back", () => {
  document.body.innerHTML = "<toast-list></toast-list>";
  const list = document.querySelector<ToastList>("toast-list")!;
  const act = vi.fn();
  list.say("Added to Herons.", { label: "Open", href: "/w?nw=h" }, { label: "Undo", act });
  expect(list.querySelector("a")?.getAttribute("href")).toBe("/w?nw=h");
  list.querySelector("button")?.click();
  expect(act).toHaveBeenCalledOnce();
  expect(list.children).toHaveLength(0);
});
