import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { tellChange } from "../live";
import { settle, show } from "./settle";
import type { LinePanel } from "./line-panel";
import "./panel-grid";

let keys: unknown;

beforeEach(() => {
  keys = { keys: ["val/acc", "loss", { key: "val/loss" }] };
  vi.stubGlobal(
    "IntersectionObserver",
    class {
      observe() {}
      unobserve() {}
    },
  );
  vi.stubGlobal(
    "fetch",
    vi.fn(() => Promise.resolve(new Response(JSON.stringify(keys)))),
  );
});
afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

const open = async (attributes: string, inside = "") => {
  await show(`<panel-grid src="/columns" ${attributes}>${inside}</panel-grid>`);
  await settle(10);
};
const sections = () => [...document.querySelectorAll("h2")].map((head) => head.textContent);
const panels = () => [...document.querySelectorAll<LinePanel>("line-panel")].map((panel) => panel.heading);

it("lays out charts in sections, those without a prefix first", async () => {
  await open('keys-src="/keys" series="4"');
  expect(sections()).toEqual(["charts", "val"]);
  expect(panels()).toEqual(["loss", "val/acc", "val/loss"]);
  expect(document.querySelector<LinePanel>("line-panel")?.series).toBe(4);
});

it("draws the keys that the server wrote into the page", async () => {
  await open("", '<ul><li data-key="a/b">a/b 0.4</li></ul>');
  expect(panels()).toEqual(["a/b"]);
  expect(document.querySelector("li")).toBeNull();
});

it("takes panels of several keys as the server composes them", async () => {
  keys = { panels: [{ keys: ["gpu.0", "gpu.1"], heading: "GPU", unit: "%", section: "system" }] };
  await open('keys-src="/keys" series="4"');
  expect(sections()).toEqual(["system"]);
  expect(document.querySelector<LinePanel>("line-panel")?.series).toBe(1);
});

it("adds a chart when the run logs a new key", async () => {
  await open('keys-src="/keys" live="run.1"');
  keys = { keys: ["val/acc", "loss", "val/loss", "lr"] };
  const kept = document.querySelector("line-panel");
  tellChange({ group: "run.1", name: "run.history" });
  await settle(10);
  expect(panels()).toContain("lr");
  expect(document.querySelector("line-panel")).toBe(kept);
});

it("finds charts while typing, and says how many are hidden", async () => {
  await open('keys-src="/keys"');
  const input = document.querySelector<HTMLInputElement>("input[type=search]")!;
  input.value = "acc";
  input.dispatchEvent(new Event("input"));
  await settle();
  expect(panels()).toEqual(["val/acc"]);
  input.value = "zzz";
  input.dispatchEvent(new Event("input"));
  await settle();
  expect(document.querySelector(".empty")?.textContent).toContain("3 charts are there without the filter");
});

it("teaches the next step where nothing is logged", async () => {
  keys = { keys: [] };
  await open('keys-src="/keys"');
  expect(document.querySelector(".empty")?.textContent).toContain("No metrics yet");
});
