import { beforeEach, expect, it } from "vitest";
import { show } from "./settle";
import "./stored-secret";

const done = () => document.querySelector<HTMLAnchorElement>("[data-done]")!;
const box = () => document.querySelector<HTMLInputElement>("input")!;

function leave(): boolean {
  return dispatchEvent(new Event("beforeunload", { cancelable: true }));
}

function click(): boolean {
  return done().dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
}

beforeEach(async () => {
  await show(
    '<stored-secret><code>carnet-x</code><input type="checkbox"><a href="#done" data-done>Done</a></stored-secret>',
  );
});

it("holds the page until the secret is said to be stored", () => {
  expect(done().getAttribute("aria-disabled")).toBe("true");
  expect(click()).toBe(false);
  expect(leave()).toBe(false);
});

it("lets go once it is", () => {
  box().checked = true;
  box().dispatchEvent(new Event("change", { bubbles: true }));
  expect(done().getAttribute("aria-disabled")).toBe("false");
  expect(click()).toBe(true);
  expect(leave()).toBe(true);
});

it("does not hold a page it has left", () => {
  document.body.replaceChildren();
  expect(leave()).toBe(true);
});
