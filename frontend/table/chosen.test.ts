import { expect, it } from "vitest";
import { Chosen } from "./chosen";
import type { Group } from "./groups";
import type { Row } from "./rows";

function row(number: number): Row {
  const name = `r${number}`;
  return {
    uid: `u${number}`,
    name,
    displayName: name,
    state: "finished",
    slot: 1,
    entity: "e",
    project: "p",
    value: () => null,
  };
}
const group = { id: "a", count: 40, filters: { "run:group": "a" } } as unknown as Group;

it("knows all that match, also what is not loaded, but for those taken out", () => {
  const chosen = new Chosen();
  chosen.chooseAll(true);
  expect(chosen.count(1284)).toBe(1284);
  chosen.choose(row(1), null, false);
  expect(chosen.has(row(1), null)).toBe(false);
  expect(chosen.has(row(2), null)).toBe(true);
  expect(chosen.told("move", 1284, { filters: { state: "finished" }, search: "ema" })).toEqual({
    action: "move",
    filters: { state: "finished" },
    search: "ema",
    uids: null,
    except: ["u1"],
    count: 1283,
  });
  chosen.choose(row(1), null, true);
  expect(chosen.count(1284)).toBe(1284);
});

it("names single rows", () => {
  const chosen = new Chosen();
  chosen.choose(row(1), null, true);
  chosen.choose(row(2), null, true);
  chosen.choose(row(1), null, false);
  expect(chosen.told("tag", 10)).toMatchObject({ uids: ["u2"], except: [], count: 1 });
  expect(chosen.filter({ tags: "ema" })).toEqual({ $and: [{ tags: "ema" }, { "run:name": { $in: ["r2"] } }] });
});

it("means a group by its filter, together with single rows and without those taken out", () => {
  const chosen = new Chosen();
  chosen.chooseGroup(group, group.filters, true);
  chosen.choose(row(7), null, true);
  chosen.choose(row(3), group, false);
  expect(chosen.has(row(4), group)).toBe(true);
  expect(chosen.has(row(3), group)).toBe(false);
  expect(chosen.told("delete", 100, { filters: { tags: "ema" } })).toEqual({
    action: "delete",
    filters: { $and: [{ tags: "ema" }, { $or: [{ "run:group": "a" }, { "run:name": { $in: ["r7"] } }] }] },
    search: "",
    uids: null,
    except: ["u3"],
    count: 40,
  });
});
