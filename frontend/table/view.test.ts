import { expect, it } from "vitest";
import { both, join, readView, split, writeView } from "./view";

const USUAL = ["run:state", "metric:loss:best"];

it("stands in the address and comes back from it", () => {
  const view = {
    words: "ema heron",
    filters: { "config:lr": { $gt: 0.1 } },
    order: ["-metric:val/acc:max"],
    columns: ["metric:a,b\\c:max", "run:tags"],
    group: ["config:lr"],
    pinned: ["run:tags"],
  };
  expect(readView(writeView(view, USUAL), USUAL)).toEqual(view);
});

it("says nothing of what is as usual", () => {
  expect(writeView(readView("", USUAL), USUAL)).toBe("");
});

it("takes a filter that cannot be read for none: the server has said where the trouble is", () => {
  expect(readView("?filters={", USUAL).filters).toEqual({});
  expect(readView("?filters=[1]", USUAL).filters).toEqual({});
});

it("escapes commas and backslashes", () => {
  const names = ["a,b", "c\\", "d\\,e", "f"];
  expect(split(join(names))).toEqual(names);
});

it("puts filters together without empty ones", () => {
  expect(both({}, { a: 1 })).toEqual({ a: 1 });
  expect(both({ a: 1 }, { b: 2 })).toEqual({ $and: [{ a: 1 }, { b: 2 }] });
});
