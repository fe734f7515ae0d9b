import { expect, it } from "vitest";
import { settle, show } from "./settle";
import "./filter-list";

const PAGE = `<filter-list for="list" rows="li"><input></filter-list><span data-filter-count="list">3</span>
  <ul id="list"><li>tinyvit distill</li><li data-words="hospital">tissue-seg</li><li>loader-bench</li></ul><p data-filter-empty="list" hidden>none</p>`;

function type(words: string) {
  const input = document.querySelector("input")!;
  input.value = words;
  input.dispatchEvent(new Event("input", { bubbles: true }));
}
const left = () => [...document.querySelectorAll<HTMLElement>("li:not([hidden])")].map((row) => row.textContent);

it("keeps the rows that have all words", async () => {
  await show(PAGE);
  type("VIT dis");
  expect(left()).toEqual(["tinyvit distill"]);
  expect(document.querySelector("[data-filter-count]")?.textContent).toBe("1 of 3");
});

it("also looks at words that are not shown", async () => {
  await show(PAGE);
  type("hospital");
  expect(left()).toEqual(["tissue-seg"]);
});

it("says when nothing is left, and Esc brings all back", async () => {
  await show(PAGE);
  type("zzz");
  expect(document.querySelector<HTMLElement>("p")?.hidden).toBe(false);
  document.querySelector("input")?.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
  expect(left()).toHaveLength(3);
  expect(document.querySelector<HTMLElement>("p")?.hidden).toBe(true);
});

it("filters rows that come later", async () => {
  await show(PAGE);
  type("tissue");
  const row = document.createElement("li");
  row.textContent = "new row";
  document.querySelector("ul")?.append(row);
  await settle();
  expect(row.hidden).toBe(true);
});
