import { describe, expect, it } from "vitest";
import {
  extentOf,
  indexRange,
  lengthOf,
  nearestIndex,
  traceBand,
  traceExtremes,
  traceLine,
  traceLone,
} from "./strokes";

const f = (...values: number[]) => Float64Array.from(values);
const same = (value: number) => value;

class Steps {
  said: string[] = [];
  moveTo = (x: number, y: number) => this.said.push(`M${Math.round(x)},${Math.round(y)}`);
  lineTo = (x: number, y: number) => this.said.push(`L${Math.round(x)},${Math.round(y)}`);
  closePath = () => this.said.push("Z");
}

const drawn = (trace: (steps: Steps) => void) => {
  const steps = new Steps();
  trace(steps);
  return steps.said.join(" ");
};

describe("a line", () => {
  it("joins its values and breaks at a gap", () => {
    const columns = { x: f(0, 1, 2, 3), y: f(5, 6, NaN, 7) };
    expect(drawn((steps) => traceLine(steps, columns, same, same))).toBe("M0,5 L0,5 L1,6 M3,7 L3,7");
  });

  it("covers each bucket from its least to its greatest value", () => {
    const columns = { x: f(0, 1), low: f(1, 0), high: f(1, 50) };
    expect(drawn((steps) => traceExtremes(steps, columns, same, same))).toBe("M1,0 L1,50");
  });

  it("knows its values without a neighbour, and how long it is without its gaps", () => {
    const columns = { x: f(0, 3, 6, 9, 12), y: f(5, NaN, 0, 4, NaN) };
    const all = { from: 0, to: 4, isLog: false };
    expect(drawn((steps) => traceLone(steps, columns, same, same, all))).toBe("M0,5 L0,5");
    expect(lengthOf(columns, same, same, all)).toBe(5);
    expect(drawn((steps) => traceLone(steps, columns, same, same, { ...all, isLog: true }))).toBe(
      "M0,5 L0,5 M9,4 L9,4",
    );
  });

  it("shows on a log axis the spike of a bucket that reaches below zero", () => {
    const columns = { x: f(0), low: f(-9), high: f(4) };
    expect(drawn((steps) => traceExtremes(steps, columns, same, same, { isLog: true }))).toBe("M0,4 L0,4");
    const value = { x: f(0), y: f(-1) };
    expect(drawn((steps) => traceLine(steps, value, same, same, { isLog: true }))).toBe("");
  });
});

describe("a band", () => {
  it("is one shape for each stretch", () => {
    const steps = new Steps();
    traceBand(steps, { x: f(0, 1, 2, 3, 4), low: f(0, 0, NaN, 2, 2), high: f(1, 1, NaN, 3, 3) }, same, same);
    expect(steps.said.join(" ")).toBe("M0,1 L1,1 L1,0 L0,0 Z M3,3 L4,3 L4,2 L3,2 Z");
  });
});

describe("places", () => {
  it("finds the nearest x", () => {
    expect([-5, 0.4, 0.6, 99].map((at) => nearestIndex(f(0, 1, 2), at))).toEqual([0, 0, 1, 2]);
    expect(nearestIndex(f(), 1)).toBe(-1);
  });

  it("takes one more point at each side of a range", () => {
    expect(indexRange(f(0, 1, 2, 3, 4), 1.5, 2.5)).toEqual([1, 4]);
  });

  it("measures what is drawn, spikes included", () => {
    expect(extentOf([f(1, 2), null, f(0, 90)], 0, Infinity)).toEqual([0, 90]);
    expect(extentOf([f(-1, 0, 3)], 0, 9, true)).toEqual([3, 3]);
    expect(extentOf([f(NaN)], 0, 0)).toBeNull();
  });
});
