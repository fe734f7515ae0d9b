import { beforeEach, expect, it } from "vitest";
import { show } from "./settle";
import type { FileTree } from "./file-tree";
import "./file-tree";

const PAGE = `<file-tree name="t"><input><nav class="tree"><ul>
  <li><details open><summary><span class="name">eval</span></summary><ul>
    <li><a href="#1"><span class="name">confusion.png</span></a></li><li><a href="#2"><span class="name">per_class.csv</span></a></li></ul></details></li>
  <li><a href="#3"><span class="name">train.py</span></a></li></ul></nav></file-tree>`;
const press = (key: string) =>
  document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
const here = () => document.activeElement?.querySelector(".name")?.textContent;

beforeEach(() => sessionStorage.clear());

it("moves by arrows, into folders and out", async () => {
  const tree = await show<FileTree>(PAGE);
  tree.querySelector("summary")?.focus();
  press("ArrowDown");
  expect(here()).toBe("confusion.png");
  press("ArrowLeft");
  expect(here()).toBe("eval");
  press("ArrowLeft");
  expect(tree.querySelector("details")?.open).toBe(false);
  press("ArrowDown");
  expect(here()).toBe("train.py");
  press("Home");
  press("ArrowRight");
  expect(tree.querySelector("details")?.open).toBe(true);
});

it("finds files by their path and hides folders without any", async () => {
  const tree = await show<FileTree>(PAGE);
  tree.find("eval csv");
  const shown = [...tree.querySelectorAll<HTMLElement>("li:not([hidden]) > a")].filter(
    (link) => !link.closest("li[hidden]"),
  );
  expect(shown.map((link) => link.textContent)).toEqual(["per_class.csv"]);
  tree.find("train");
  expect(tree.querySelector("details")?.closest("li")?.hidden).toBe(true);
  tree.find("");
  expect(tree.querySelectorAll("li[hidden]")).toHaveLength(0);
});

it("remembers what was closed", async () => {
  sessionStorage.setItem("carnet.tree.t", '["eval"]');
  const tree = await show<FileTree>(PAGE);
  expect(tree.querySelector("details")?.open).toBe(false);
});
