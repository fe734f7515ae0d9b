import { render } from "lit";
import { expect, it } from "vitest";
import { context, mark, panel, textOf } from "./pen-sample";
import { csv, isEmpty, make, type Scalar, table, told } from "./scalar-pen";

const number = (value: number, more: Partial<Scalar> = {}): Scalar => ({
  ...{ mark: 0, key: "acc", value, spread: null, low: null, high: null, count: 1, holder: null },
  ...more,
});
const data = (numbers: Scalar[], unit = "") =>
  panel("scalar", { numbers, unit, has_keys: false }, { marks: [mark("a"), mark("b")] });

function shown(given: ReturnType<typeof data>): string[] {
  const host = document.createElement("div");
  make(host, context()).show(given);
  return [...host.querySelectorAll(".scalar")].map((one) => one.textContent.replace(/\s+/g, " ").trim());
}

it("shows one large number with its unit and whose it is", () => {
  expect(shown(data([number(82.66)], "%"))).toEqual(["82.66 % a"]);
});

it("shows a mean with its spread, and the runs it is of", () => {
  expect(shown(data([number(81.5123, { mark: null, spread: 0.7654, count: 12 })]))).toEqual(["81.51 ± 0.77 12 runs"]);
});

it("names the run that holds an extreme", () => {
  expect(shown(data([number(2, { mark: null, count: 3, holder: mark("best") })]))).toEqual(["2 best 3 runs"]);
});

it("shares decimals among groups", () => {
  expect(shown(data([number(8), number(2.5, { mark: 1 })]))).toEqual(["8.0 a", "2.5 b"]);
});

it("says the same as a table, as CSV and in a sentence", () => {
  const given = data([number(8), number(2.5, { mark: null, low: 1, high: 4, count: 2 })], "%");
  const host = document.createElement("div");
  render(table(given), host);
  expect(textOf(host).slice(1)).toEqual(["a | acc | 8.0 | – | – | – | 1", "All runs | acc | 2.5 | – | 1 | 4 | 2"]);
  expect(csv(given)).toContain("All runs,acc,2.5,,1,4,2\n");
  expect(told(given)).toBe("acc 8 % of a, acc 2.5 %. T shows a table.");
  expect(isEmpty(data([]))).toBe(true);
});
