import { describe, expect, it } from "vitest";
import { readColumns } from "../api";
import { extent, lastIndex, layLines } from "./lines";
import { smooth } from "./smoothing";

const read = (series: object[]) => readColumns({ step_last: 3, state: "running", series }).series;

describe("laying lines", () => {
  it("joins steps; a step of another line is no gap, a NaN is", () => {
    const lines = layLines(
      read([
        { key: "a", x: [0, 1, 3], y: [1, "NaN", 3] },
        { key: "b", x: [0, 2], y: [5, 6] },
      ]),
    );
    expect(lines.x).toEqual([0, 1, 2, 3]);
    expect(lines.lines[0]?.values).toEqual([1, null, undefined, 3]);
    expect(lines.lines[1]?.values).toEqual([5, undefined, 6, undefined]);
    expect(lines.notFinite).toBe(1);
  });

  it("keeps a spike of one step in the extent, though the mean hides it", () => {
    const { lines } = layLines(read([{ key: "a", x: [0, 100], y: [1, 1.2], min: [0.9, 1], max: [1.1, 50] }]));
    expect(extent(lines, 0, 1)).toEqual([0.9, 50]);
  });

  it("counts what a logarithmic axis cannot show", () => {
    const lines = layLines(read([{ key: "a", x: [0, 1, 2], y: [0, -1, 2] }]), { log: true });
    expect(lines.notPositive).toBe(2);
    expect(lines.lines[0]?.values).toEqual([null, null, 2]);
  });

  it("has no extent without values", () => {
    const { lines } = layLines(read([{ key: "a", x: [0], y: ["Infinity"] }]));
    expect(extent(lines, 0, 0)).toBeNull();
    expect(lastIndex(lines[0]?.values ?? [])).toBe(-1);
  });
});

describe("smoothing", () => {
  const x = Float64Array.from({ length: 100 }, (_, index) => index);

  it("leaves a constant line alone from its first point on", () => {
    const smoothed = smooth(x, new Float64Array(100).fill(3), 0.9);
    expect(smoothed.every((value) => Math.abs(value - 3) < 1e-9)).toBe(true);
  });
  it("draws nearer to a jump the longer it lasts", () => {
    const y = Float64Array.from(x, (step) => (step < 50 ? 0 : 1));
    const smoothed = smooth(x, y, 0.95);
    expect(smoothed[50]).toBeLessThan(0.5);
    expect(smoothed[99]).toBeGreaterThan(0.9);
  });
  it("steps over what is not a number", () => {
    const smoothed = smooth(Float64Array.of(0, 1, 2), Float64Array.of(1, NaN, 1), 0.5);
    expect([...smoothed]).toEqual([1, NaN, 1]);
  });
});
