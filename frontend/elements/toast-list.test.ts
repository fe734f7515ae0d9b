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
