import { expect, it } from "vitest";
import { runs, selectionOf } from "./chosen";
import { inhabitants, type MovePlan } from "./plan";

const PLAN: MovePlan = {
  run_count: 3,
  metric_count: 2,
  file_count: 1,
  file_bytes: 5,
  running_count: 0,
  held_count: 0,
  conflict_count: 0,
  conflicts: [],
  gaining_count: 0,
  losing_count: 0,
  becomes_public: false,
  was_public: false,
  changes_team: false,
};

it("names runs by uid, or by what they match", () => {
  expect(selectionOf({ action: "tag", uids: ["1"], filters: { a: 1 }, count: 1 })).toEqual({ uids: ["1"] });
  expect(selectionOf({ action: "tag", uids: null, count: 9, except: ["2"] })).toEqual({
    filters: {},
    search: "",
    except: ["2"],
  });
  expect([runs(1), runs(1284)]).toEqual(["1 run", "1\u2009284 runs"]);
});

it.each([
  [{}, "The same people will see them."],
  [{ becomes_public: true, losing_count: 2 }, "Everybody who reaches this server will see them."],
  [{ gaining_count: 1 }, "1 person will see them who cannot now."],
  [{ was_public: true, losing_count: 2 }, "They will not be public any more. 2 people will not see them any more."],
])("says who will see them: %o", (change, said) => {
  const sentences = inhabitants({ ...PLAN, ...change }).map(([, sentence]) => sentence);
  expect(sentences.join(" ")).toBe(said);
});
