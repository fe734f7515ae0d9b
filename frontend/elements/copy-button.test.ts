import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { settle, show } from "./settle";
import type { CopyButton } from "./copy-button";
import "./copy-button";

const BUTTON = '<button aria-label="Copy"><svg><use href="#i-copy"></use></svg></button>';

beforeEach(() => vi.stubGlobal("navigator", { clipboard: { writeText: vi.fn(() => Promise.resolve()) } }));
afterEach(() => vi.unstubAllGlobals());

const copied = () => vi.mocked(navigator.clipboard.writeText).mock.calls;

it("copies its text and says so", async () => {
  const element = await show<CopyButton>(`<copy-button text="carnet-1">${BUTTON}</copy-button>`);
  const heard = vi.fn();
  element.addEventListener("copied", heard);
  element.querySelector("button")?.click();
  await settle();
  expect(copied()).toEqual([["carnet-1"]]);
  expect(heard).toHaveBeenCalled();
  expect(element.querySelector("button")?.getAttribute("aria-label")).toBe("Copied");
});

it("copies the text of another element, or of the code around it", async () => {
  await show(`<div class="code"><pre>pip install wandb\n</pre><copy-button>${BUTTON}</copy-button></div><code id="s">abc</code>
    <copy-button from="s">${BUTTON}</copy-button>`);
  for (const button of document.querySelectorAll("button")) button.click();
  await settle();
  expect(copied()).toEqual([["pip install wandb"], ["abc"]]);
});

it("says what to do where the browser refuses", async () => {
  vi.mocked(navigator.clipboard.writeText).mockRejectedValue(new Error("no"));
  document.execCommand = vi.fn(() => false);
  const element = await show<CopyButton>(`<copy-button text="x">${BUTTON}</copy-button>`);
  element.querySelector("button")?.click();
  await settle();
  expect(element.dataset["said"]).toMatch(/select the text/);
});
