import { expect, it } from "vitest";
import { stack } from "./stack";

const f = (...values: number[]) => Float64Array.from(values);
const edges = (layers: ReturnType<typeof stack>) => layers.map(({ low, high }) => [[...low], [...high]]);

it("stacks lines in their order, straight between points and nothing outside", () => {
  const layers = stack([
    { x: f(0, 2), y: f(1, 3) },
    { x: f(1, 2), y: f(5, 5) },
  ]);
  expect([...(layers[0]?.x ?? [])]).toEqual([0, 1, 2]);
  expect(edges(layers)).toEqual([
    [
      [0, 0, 0],
      [1, 2, 3],
    ],
    [
      [1, 2, 3],
      [1, 7, 8],
    ],
  ]);
});

it("shows shares of the sum; gaps and negative values add nothing", () => {
  const layers = stack(
    [
      { x: f(0, 1, 2), y: f(1, NaN, -4) },
      { x: f(0, 1, 2), y: f(3, 2, 0) },
    ],
    true,
  );
  expect(edges(layers)).toEqual([
    [
      [0, 0, 0],
      [25, 0, 0],
    ],
    [
      [25, 0, 0],
      [100, 100, 0],
    ],
  ]);
});
