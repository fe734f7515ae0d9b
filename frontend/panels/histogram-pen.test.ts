import { render } from "lit";
import { expect, it } from "vitest";
import { csv, type HistogramBody, isEmpty, levelsOf, table, told } from "./histogram-pen";
import { panel, textOf } from "./pen-sample";

const axis = (key: string) => ({
  key,
  label: key,
  kind: "step" as const,
  unit: "",
  is_log: false,
  low: null,
  high: null,
});
const body = (more: Partial<HistogramBody> = {}): HistogramBody => ({
  x: axis("_step"),
  y: axis("weights"),
  steps: Float64Array.of(0, 10),
  step_ends: Float64Array.of(5, 10),
  merged: Float64Array.of(2, 1),
  edges: Float64Array.of(-1, 0, 1),
  counts: Float64Array.of(4, 0, 1, 99),
  value_count: 100,
  ...more,
});

it("colours by the mean of what a column holds, and leaves empty cells open", () => {
  // means are 2, 0, 1 and 99: the roots of their shares, times seven steps, rounded up
  expect([...levelsOf(body())]).toEqual([1, 0, 1, 7]);
  expect([...levelsOf(body({ counts: Float64Array.of(100, 0, 0, 50) }))]).toEqual([7, 0, 0, 7]);
});

it("says the same as a table", () => {
  const host = document.createElement("div");
  render(table(panel("histogram", body())), host);
  expect(textOf(host)).toEqual([
    "Step | Histograms | Values | Lowest | Highest | Most between",
    "0 | 2 | 4 | −1 | 0 | −1 to 0",
    "10 | 1 | 100 | −1 | 1 | 0 to 1",
  ]);
});

it("writes every cell that holds something", () => {
  expect(csv(panel("histogram", body()))).toBe("step,step_end,from,to,count\n0,5,-1,0,4\n10,10,-1,0,1\n10,10,0,1,99\n");
});

it("is told in a sentence", () => {
  expect(told(panel("histogram", body(), { title: "weights" }))).toBe(
    "weights, histograms of a, steps 0 to 10, values −1 to 1. T shows a table.",
  );
});

it("is empty where nothing was read", () => {
  expect(isEmpty(panel("histogram", null))).toBe(true);
  expect(isEmpty(panel("histogram", body()))).toBe(false);
});
