import { expect, it } from "vitest";
import type { PanelSpec } from "../panels/data";
import type { Layout, Section } from "./document";
import { arrange, clamp, place } from "./layout";

const panel = (id: string, layout?: Layout, viewType = "Run History Line Plot"): PanelSpec => ({
  __id__: id,
  viewType,
  config: {},
  ...(layout ? { layout } : {}),
});
const section = (type: "flow" | "grid", columnsPerPage = 3): Section => ({
  name: "val",
  type,
  flowConfig: { columnsPerPage, boxHeight: 300 },
  panels: [],
});
const at = (placed: ReturnType<typeof place>) => placed.map(({ at: { x, y, w, h } }) => [x, y, w, h]);

it("lets panels flow in columns", () => {
  const panels = ["a", "b", "c", "d"].map((id) => panel(id));
  expect(at(place(section("flow"), panels))).toEqual([
    [0, 0, 8, 6],
    [8, 0, 8, 6],
    [16, 0, 8, 6],
    [0, 6, 8, 6],
  ]);
  expect(at(place(section("flow", 2), panels)).slice(0, 3)).toEqual([
    [0, 0, 12, 6],
    [12, 0, 12, 6],
    [0, 6, 12, 6],
  ]);
});

it("gives a row of its own to what needs the width", () => {
  const panels = [panel("a"), panel("m", undefined, "Media Browser"), panel("b")];
  expect(at(place(section("flow"), panels))).toEqual([
    [0, 0, 8, 6],
    [0, 6, 24, 10],
    [0, 16, 8, 6],
  ]);
});

it("moves down what would lie on another", () => {
  const same = { x: 0, y: 0, w: 8, h: 6 };
  expect(at(place(section("grid"), [panel("a", same), panel("b", same), panel("c", { ...same, x: 8 })]))).toEqual([
    [0, 0, 8, 6],
    [0, 6, 8, 6],
    [8, 0, 8, 6],
  ]);
});

it("lets the others give way to the one that is put somewhere", () => {
  const placed = place(section("grid"), [
    panel("a", { x: 0, y: 0, w: 8, h: 6 }),
    panel("b", { x: 8, y: 0, w: 8, h: 6 }),
  ]);
  expect(at(arrange(placed, "b", { x: 4, y: 0, w: 8, h: 6 }))).toEqual([
    [0, 6, 8, 6],
    [4, 0, 8, 6],
  ]);
});

it("keeps places within the columns and readable", () => {
  expect(clamp({ x: 30, y: -2, w: 60, h: 1 })).toEqual({ x: 0, y: 0, w: 24, h: 3 });
  expect(clamp({ x: 22, y: 1, w: 8, h: 6 })).toEqual({ x: 16, y: 1, w: 8, h: 6 });
});
