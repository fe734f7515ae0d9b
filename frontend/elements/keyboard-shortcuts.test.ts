import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { settle, show } from "./settle";
import "./keyboard-shortcuts";

const PAGE = `<div><a href="#home" data-go="h">Home</a><input data-page-filter>
  <table data-rows><tr><td><a class="row-link" href="#1">1</a></td></tr><tr><td><a class="row-link" href="#2">2</a></td></tr></table>
  <keyboard-shortcuts></keyboard-shortcuts></div>`;
const press = (key: string, target: EventTarget = document.body) =>
  target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));

beforeEach(() => localStorage.clear());
afterEach(() => document.querySelector("keyboard-shortcuts")?.remove());

it("goes to a page by two letters", async () => {
  await show(PAGE);
  const went = vi.fn((event: Event) => event.preventDefault());
  document.querySelector("a")?.addEventListener("click", went);
  press("h");
  expect(went).not.toHaveBeenCalled();
  press("g");
  press("h");
  expect(went).toHaveBeenCalled();
});

it("moves through rows and to the filter", async () => {
  await show(PAGE);
  press("j");
  press("j");
  expect(document.activeElement?.textContent).toBe("2");
  press("k");
  expect(document.activeElement?.textContent).toBe("1");
  press("/");
  expect(document.activeElement?.tagName).toBe("INPUT");
});

it("does nothing while one types", async () => {
  await show(PAGE);
  press("?", document.querySelector("input")!);
  await settle();
  expect(document.querySelector("dialog")).toBeNull();
});

it("lists the keys, and the places this page leads to", async () => {
  await show(PAGE);
  press("?");
  await settle();
  expect(document.querySelector("dialog")?.textContent).toContain("Home");
});

it("keeps single keys off where they were switched off, but still lists them", async () => {
  localStorage.setItem("carnet.single-keys", "off");
  await show(PAGE);
  press("/");
  expect(document.activeElement?.tagName).not.toBe("INPUT");
  press("?");
  await settle();
  expect(document.querySelector("dialog")).not.toBeNull();
});
