import { describe, expect, it, test } from "vitest";
import { airyLogRange, airyRange, durationTicks, linearTicks, logTicks } from "./ticks";

describe("linear ticks", () => {
  test.each([
    [0, 120_000, [0, 25_000, 50_000, 75_000, 100_000]],
    [40, 85, [40, 50, 60, 70, 80]],
    [0, 1, [0, 0.25, 0.5, 0.75, 1]],
    [-3, 3, [-2, 0, 2]],
    [0.7, 0.72, [0.7, 0.705, 0.71, 0.715, 0.72]],
  ])("from %d to %d", (low, high, ticks) => {
    expect(linearTicks(low, high)).toEqual(ticks);
  });

  it("gives at most as many as fit, for any range", () => {
    for (let power = -12; power < 15; power += 1) {
      for (const span of [1, 1.7, 3.3, 9.9]) {
        const ticks = linearTicks(span * 0.31 * 10 ** power, span * 10 ** power);
        expect(ticks.length).toBeGreaterThanOrEqual(2);
        expect(ticks.length).toBeLessThanOrEqual(5);
      }
    }
  });

  it("survives a range of one value", () => {
    expect(linearTicks(3, 3)).toEqual([3]);
  });
});

describe("logarithmic ticks", () => {
  it("stand at 1, 3 and 10", () => {
    expect(logTicks(0.3, 30)).toEqual([0.3, 1, 3, 10, 30]);
  });
  it("stand at powers of ten when there are many decades", () => {
    expect(logTicks(1e-8, 1)).toEqual([1e-8, 1e-6, 1e-4, 1e-2, 1].map((tick) => expect.closeTo(tick, 12) as number));
  });
  it("become linear within one decade", () => {
    expect(logTicks(4, 6)).toEqual([4, 4.5, 5, 5.5, 6]);
  });
  it("never include zero", () => {
    expect(logTicks(0, 10)).toEqual([]);
  });
});

test("ticks of time stand at whole hours", () => {
  expect(durationTicks(0, 30_000)).toEqual([0, 7200, 14_400, 21_600, 28_800]);
});

test("ranges have air, but not below zero for what is never negative", () => {
  expect(airyRange(0.01, 1)).toEqual([0, 1.0594]);
  expect(airyRange(5, 5)).toEqual([4.5, 5.5]);
  expect(airyRange(0, 0)).toEqual([-1, 1]);
  expect(airyLogRange(10, 10)).toEqual([5, 20]);
  expect(airyLogRange(0, 10)).toEqual([0.1, 10]);
});
