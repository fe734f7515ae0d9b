import { describe, expect, it } from "vitest";
import { findFolds, lineLook, RowMap } from "./folds";

describe("what is folded", () => {
  it("is the same line again and again", () => {
    const folds = findFolds(["a", "warn", "warn", "warn", "warn", "b"], 100);
    expect(folds).toEqual([{ from: 101, to: 104, look: "warn" }]);
  });
  it("is a progress bar that moves", () => {
    const bar = (done: number) => `loading shards ${done} %|${"█".repeat(done)}| ${done}/9 [00:0${done}]`;
    expect(findFolds([1, 2, 3, 4, 5].map(bar), 0)).toHaveLength(1);
  });
  it("is not a log line whose numbers differ", () => {
    expect(
      findFolds(
        [1, 2, 3, 4, 5].map((epoch) => `epoch ${epoch} loss 0.${epoch}`),
        0,
      ),
    ).toEqual([]);
  });
  it("is not an empty line, and not three of a kind", () => {
    expect(findFolds(["", "", "", "", "", "x", "x", "x"], 0)).toEqual([]);
    expect(lineLook("   ")).toBe("");
  });
});

describe("rows", () => {
  const map = () => {
    const rows = new RowMap();
    rows.learn([{ from: 10, to: 19, look: "a" }], 0, 499);
    rows.learn([{ from: 500, to: 599, look: "b" }], 500, 999);
    return rows;
  };

  it("count what is folded as one", () => {
    expect(map().rowCount(1000)).toBe(1000 - 9 - 99);
  });
  it("and lines find each other", () => {
    const rows = map();
    for (const line of [0, 9, 10, 20, 499, 500, 600, 999]) expect(rows.lineOf(rows.rowOf(line))).toBe(line);
    expect(rows.lineOf(10)).toBe(10);
    expect(rows.lineOf(11)).toBe(20);
    expect(rows.rowOf(15)).toBe(15 - 5);
  });
  it("grow again when a fold is opened", () => {
    const rows = map();
    const fold = rows.foldAt(15);
    if (fold) rows.open(fold);
    expect(rows.foldAt(15)).toBeNull();
    expect(rows.rowCount(1000)).toBe(1000 - 99);
  });
  it("forget what a window said before", () => {
    const rows = map();
    rows.learn([], 0, 499);
    expect(rows.rowCount(1000)).toBe(1000 - 99);
  });
});
