import { expect, it, vi } from "vitest";
import { settle } from "./elements/settle";
import { numeric, onThemeChange } from "./theme";

it("reads a number once for each theme", async () => {
  let value = "0.5";
  const read = vi.fn(() => value);
  vi.stubGlobal("getComputedStyle", () => ({ getPropertyValue: read }));
  onThemeChange(() => undefined);
  expect([numeric("--a", 1), numeric("--a", 1)]).toEqual([0.5, 0.5]);
  value = "";
  expect(numeric("--a", 1)).toBe(0.5);
  expect(read).toHaveBeenCalledTimes(1);
  document.documentElement.dataset["theme"] = "dark";
  await settle();
  expect(numeric("--a", 1)).toBe(1);
  expect(numeric("--a", 2)).toBe(2);
  expect(read).toHaveBeenCalledTimes(2);
});
