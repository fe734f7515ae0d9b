import { describe, expect, it } from "vitest";
import { type Condition, type Entry, fromMongo, isComplete, keyOf, toMongo } from "./filters";

function condition(name: string, op: Condition["op"], value: unknown, more: Partial<Condition> = {}): Condition {
  return { key: { section: "run", name }, op, value, disabled: false, connector: "AND", ...more };
}

describe("toMongo", () => {
  it("writes one condition plainly", () => {
    expect(toMongo([condition("state", "=", "finished")])).toEqual({ state: "finished" });
    expect(toMongo([condition("createdAt", "WITHINSECONDS", 60)])).toEqual({ createdAt: { $within: 60 } });
    expect(toMongo([condition("state", "IN", "failed")])).toEqual({ state: { $in: ["failed"] } });
  });

  it("binds AND tighter than OR", () => {
    const list = [condition("a", "=", 1), condition("b", ">", 2), condition("c", "=", 3, { connector: "OR" })];
    expect(toMongo(list)).toEqual({ $or: [{ $and: [{ a: 1 }, { b: { $gt: 2 } }] }, { c: 3 }] });
  });

  it("leaves out what is switched off, and groups that say nothing", () => {
    const off = condition("a", "=", 1, { disabled: true });
    expect(toMongo([off, { filters: [off], connector: "AND" }])).toEqual({});
    expect(toMongo([off, condition("b", "=", 2, { connector: "OR" })])).toEqual({ b: 2 });
  });

  it("names metrics by what is shown of them", () => {
    const key = { section: "metric", name: "val/acc:max" };
    expect(toMongo([condition("", ">=", 0.5, { key })])).toEqual({ "metric:val/acc:max": { $gte: 0.5 } });
  });
});

describe("fromMongo", () => {
  const lists: [string, Entry[]][] = [
    ["nothing", []],
    ["one", [condition("tags", "=", "ema")]],
    ["missing", [condition("group", "=", null)]],
    ["several", [condition("a", "=", 1), condition("b", "NIN", ["x", 2]), condition("c", "REGEX", "^a")]],
    ["alternatives", [condition("a", "=", 1), condition("b", "=", 2), condition("c", "<=", 3, { connector: "OR" })]],
    [
      "a group",
      [
        condition("a", "=", 1),
        { filters: [condition("b", "=", 2), condition("c", "=", 3, { connector: "OR" })], connector: "AND" },
      ],
    ],
  ];
  it.each(lists)("undoes toMongo: %s", (_, list) => {
    expect(fromMongo(toMongo(list))).toEqual(list);
  });

  it("reads several keys side by side as AND", () => {
    expect(fromMongo({ "config.lr": 0.1, state: { $ne: "failed" } })).toEqual([
      condition("", "=", 0.1, { key: { section: "config", name: "lr" } }),
      condition("state", "!=", "failed"),
    ]);
  });

  it("returns null for what no list can say", () => {
    expect(fromMongo({ $not: { state: "failed" } })).toBeNull();
    expect(fromMongo({ "config.lr": { $gt: 1, $lt: 2 } })).toBeNull();
    expect(fromMongo({ a: { $exists: true } })).toBeNull();
  });
});

describe("keyOf", () => {
  it("reads both ways of writing", () => {
    expect(keyOf("config.lr.value")).toEqual({ section: "config", name: "lr" });
    expect(keyOf("metric.val/acc.max")).toEqual({ section: "metric", name: "val/acc:max" });
    expect(keyOf("summary_metrics.a.b")).toEqual({ section: "summary", name: "a.b" });
    expect(keyOf("run:state")).toEqual({ section: "run", name: "state" });
  });
});

it("knows a condition that is still being written", () => {
  expect(isComplete(condition("a", "=", ""))).toBe(false);
  expect(isComplete(condition("a", "=", null))).toBe(true);
  expect(isComplete(condition("a", "IN", []))).toBe(false);
});
