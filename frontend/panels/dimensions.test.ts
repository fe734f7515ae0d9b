import { expect, it } from "vitest";
import { type Dimension, filtersOf, moved, placeOn, valueOn } from "./dimensions";

const dimension = (more: Partial<Dimension> = {}, axis = {}): Dimension => ({
  axis: { key: "lr", label: "lr", kind: "number", unit: "", is_log: false, low: null, high: null, ...axis },
  ...{ values: Float64Array.of(1, 100), names: [], is_inverted: false, key: ["config", "lr"], column: {} },
  ...more,
});

it("places values on plain, logarithmic and turned axes, and back", () => {
  const log = dimension({}, { is_log: true });
  expect(placeOn(dimension(), 50.5)).toBe(0.5);
  expect(placeOn(log, 10)).toBeCloseTo(0.5);
  expect(placeOn(dimension({ is_inverted: true }), 1)).toBe(1);
  for (const one of [dimension(), log, dimension({ is_inverted: true })])
    expect(placeOn(one, valueOn(one, 0.3))).toBeCloseTo(0.3);
});

it("puts the only value in the middle", () => {
  expect(placeOn(dimension({ values: Float64Array.of(3, 3) }), 3)).toBe(0.5);
});

it("moves one place", () => {
  expect(moved([0, 1, 2, 3], 0, 2)).toEqual([1, 2, 0, 3]);
  expect(moved([0, 1, 2, 3], 3, 0)).toEqual([3, 0, 1, 2]);
});

it("writes times as ISO, truth values in both forms, and nothing where filters have no word", () => {
  const brushes = new Map([["lr", [0, 1] as [number, number]]]);
  const at = (found: object | null) => (found as { filters: { value: unknown }[] }).filters.map((one) => one.value);
  expect(at(filtersOf([dimension({}, { kind: "time" })], brushes))[1]).toBe("1970-01-01T00:00:01.000Z");
  const truths = dimension({ names: ["false", "true"] }, { kind: "category" });
  expect(at(filtersOf([truths], brushes))).toEqual([["false", "true", false, true]]);
  expect(filtersOf([dimension({ key: null })], brushes)).toBeNull();
});

it("asks for the number that was logged, not for what single precision made of it", () => {
  const single = dimension({ values: Float64Array.of(Math.fround(0.1), Math.fround(0.7)) });
  const brush = new Map([["lr", [valueOn(single, 0), valueOn(single, 1)] as [number, number]]]);
  const { filters } = filtersOf([single], brush) as { filters: { value: number }[] };
  expect(filters.map((one) => one.value)).toEqual([0.1, 0.7]);
});
