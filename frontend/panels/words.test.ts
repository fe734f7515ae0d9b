import { expect, it } from "vitest";
import { csvOf, ranged, significant } from "./words";

it("writes numbers as they were logged, though they travelled in single precision", () => {
  expect(csvOf(["a"], [[Math.fround(0.1)], [Math.fround(3e-4)], [0.123456789012], [NaN], [1e300]])).toBe(
    "a\n0.1\n0.0003\n0.123456789012\n\n1e+300\n",
  );
});

it("quotes what needs it, and gives a spreadsheet no formula", () => {
  expect(csvOf(["a,b"], [['say "x"'], ["=1+1"], [{ text: "run", address: "/r" }], [null]])).toBe(
    `"a,b"\n"say ""x"""\n'=1+1\nrun\n\n`,
  );
  expect(csvOf(["-a"], [["\r=1+1"], ["@now"], [-5]])).toBe(`'-a\n"'\r=1+1"\n'@now\n-5\n`);
});

it("tells a range, and keeps the digits that a spread leaves", () => {
  expect(ranged([3, NaN, 1])).toBe("from 1 to 3");
  expect(ranged([2])).toBe("2");
  expect(ranged([])).toBe("");
  expect(significant(81.5123, 0.77)).toBe(81.51);
  expect(significant(198.81, 14.2)).toBe(199);
  expect(significant(5.25, 0)).toBe(5.25);
});
