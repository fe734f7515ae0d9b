import { beforeEach, expect, it } from "vitest";
import { show } from "./settle";
import "./address-preview";

const shown = () => document.querySelector("address-preview")!.textContent;

function type(text: string): void {
  const field = document.querySelector("input")!;
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

beforeEach(async () => {
  await show('<input id="name"><address-preview for="name">https://carnet.example.org/<b></b></address-preview>');
});

it("follows the typing", () => {
  expect(shown()).toBe("https://carnet.example.org/…");
  type("northlight");
  expect(shown()).toBe("https://carnet.example.org/northlight");
});

it("shows blanks as dashes and markup as text", () => {
  type(" south light <b> ");
  expect(shown()).toBe("https://carnet.example.org/south-light-<b>");
});
