import { expect, it } from "vitest";
import { settle } from "../elements/settle";
import type { RunSet } from "./document";
import { type Answer, type Asked, drawnRuns, type GroupRow, PAGE, RunPages, type RunRow, Shown } from "./runs";

const run = (number: number): RunRow => ({
  id: `run:${number}`,
  uid: String(number),
  name: `r${number}`,
  label: `heron-${number}`,
  state: "finished",
  slot: 1,
  dash: 1,
  address: `/runs/r${number}`,
  value: number,
});
const group = (value: string, count: number): GroupRow => ({
  id: `group:${value}`,
  values: [value],
  label: value,
  count,
  slot: 2,
  dash: 1,
  value: 1,
  isShown: true,
});
const answer = (changes: Partial<Answer>): Answer => ({
  runs: [],
  groups: [],
  pinned: [],
  total: 0,
  runCount: 0,
  allCount: 0,
  ...changes,
});
const newest: RunSet = { id: "runs" };
const byModel: RunSet = { id: "runs", grouping: [{ section: "config", name: "model.value" }] };

/** 10,000 runs, 500 in each of 20 groups. */
function many(asked: Asked[]) {
  return (wanted: Asked): Promise<Answer> => {
    asked.push(wanted);
    const { offset, limit, within, runSet } = wanted;
    if (runSet.grouping?.length && !within) {
      const groups = Array.from({ length: 20 }, (_, number) => group(`m${number}`, 500));
      return Promise.resolve(answer({ groups, total: 20, runCount: 10_000, allCount: 10_000 }));
    }
    const total = within ? 500 : 10_000;
    const runs = Array.from({ length: Math.min(limit, total - offset) }, (_, place) => run(offset + place));
    return Promise.resolve(answer({ runs, total, runCount: 10_000, allCount: 10_000 }));
  };
}

it("asks for the pages somebody looks at, and for each once", async () => {
  const asked: Asked[] = [];
  const pages = new RunPages(many(asked));
  pages.show(newest, null);
  await settle();
  expect(pages.length).toBe(10_000);
  expect(pages.lines(5_000, 5_003).map((line) => line.kind)).toEqual(["waiting", "waiting", "waiting"]);
  pages.lines(5_000, 5_003);
  await settle();
  expect(pages.lines(5_000, 5_002)).toMatchObject([{ run: { name: "r5000" } }, { run: { name: "r5001" } }]);
  expect(asked.map(({ offset }) => offset)).toEqual([0, 5_000]);
});

it("begins with the page that stands in the document", async () => {
  const asked: Asked[] = [];
  const pages = new RunPages(many(asked), answer({ runs: [run(1)], total: 1, runCount: 1, allCount: 3 }));
  pages.show(newest, null);
  await settle();
  expect([asked.length, pages.length, pages.allCount, pages.isReady]).toEqual([0, 1, 3, true]);
  pages.show({ ...newest, search: { query: "x" } }, null);
  await settle();
  expect(asked).toHaveLength(1);
});

it("asks anew only when the answer could be another", async () => {
  const asked: Asked[] = [];
  const pages = new RunPages(many(asked));
  pages.show(newest, null);
  pages.show({ ...newest, selections: { root: 0, bounds: [], tree: [] } }, null);
  await settle();
  expect(asked).toHaveLength(1);
  pages.show(newest, { key: "loss", kind: "min" });
  await settle();
  expect(asked).toHaveLength(2);
});

it("opens groups in place", async () => {
  const asked: Asked[] = [];
  const pages = new RunPages(many(asked));
  pages.show(byModel, null);
  await settle();
  expect(pages.length).toBe(20);
  pages.toggle(["m1"]);
  await settle();
  expect(pages.length).toBe(520);
  expect(asked.at(-1)?.within).toEqual(["m1"]);
  expect(pages.lines(0, 3)).toMatchObject([
    { kind: "group" },
    { kind: "group", isOpen: true },
    { kind: "run", depth: 1 },
  ]);
  pages.toggle(["m1"]);
  expect(pages.length).toBe(20);
});

it("asks for groups page by page as they come into sight", async () => {
  const asked: Asked[] = [];
  const pages = new RunPages((wanted) => {
    asked.push(wanted);
    if (wanted.within) return Promise.resolve(answer({ runs: [run(1), run(2)], total: 2 }));
    const groups = Array.from({ length: Math.min(PAGE, 250 - wanted.offset) }, (_, place) =>
      group(`m${wanted.offset + place}`, 2),
    );
    return Promise.resolve(answer({ groups, total: 250, runCount: 500, allCount: 500 }));
  });
  pages.show(byModel, null);
  await settle();
  expect([pages.length, pages.groupCount]).toEqual([250, 250]);
  expect(pages.lines(249, 251)).toEqual([{ kind: "waiting", depth: 0 }]);
  pages.toggle(["m1"]);
  await settle();
  expect(asked.map(({ offset, within }) => [offset, within])).toEqual([
    [0, null],
    [200, null],
    [0, ["m1"]],
  ]);
  pages.toggle(["m240"]);
  await settle();
  expect(pages.length).toBe(254);
  expect(pages.lines(1, 5)).toMatchObject([{ isOpen: true }, { run: { name: "r1" } }, { depth: 1 }, { isOpen: false }]);
  expect(pages.lines(242, 245)).toMatchObject([{ group: { values: ["m240"] } }, { depth: 1 }, { depth: 1 }]);
  expect(pages.lines(253, 254)).toMatchObject([{ group: { values: ["m249"] } }]);
});

it("makes only the lines that are in sight", async () => {
  const asked: Asked[] = [];
  const pages = new RunPages(many(asked));
  pages.show(byModel, null);
  await settle();
  pages.toggle(["m1"]);
  await settle();
  pages.lines(0, 20);
  expect(asked.map(({ offset }) => offset)).toEqual([0, 0]);
  expect(pages.lines(450, 451)).toEqual([{ kind: "waiting", depth: 1 }]);
  expect(asked.at(-1)).toMatchObject({ offset: 400, within: ["m1"] });
});

it("lets pinned runs stand before all others", () => {
  const pages = new RunPages(
    () => new Promise(() => undefined),
    answer({ runs: [run(1)], pinned: [run(7)], total: 1, runCount: 2, allCount: 2 }),
  );
  pages.show(newest, null);
  expect(pages.lines(0, 9)).toMatchObject([{ run: { name: "r7" } }, { run: { name: "r1" } }]);
  expect(pages.length).toBe(2);
});

it("says why nothing came, and asks again when told to", async () => {
  let isDown = true;
  const pages = new RunPages(() =>
    isDown ? Promise.reject(new Error("no")) : Promise.resolve(answer({ runs: [run(1)], total: 1 })),
  );
  pages.show(newest, null);
  await settle();
  expect(pages.failure).not.toBe("");
  isDown = false;
  pages.refresh();
  await settle();
  expect([pages.failure, pages.length]).toEqual(["", 1]);
});

it("asks once for a page that fails, says so until it is there, and asks again when told to", async () => {
  const asked: number[] = [];
  let isDown = true;
  const pages = new RunPages((wanted) => {
    asked.push(wanted.offset);
    return isDown && wanted.offset === PAGE ? Promise.reject(new Error("no")) : many([])(wanted);
  });
  pages.addEventListener("change", () => pages.lines(PAGE, PAGE + 3)); // as the list redraws
  pages.show(newest, null);
  await settle(5);
  expect(asked).toEqual([0, PAGE]);
  pages.lines(2 * PAGE, 2 * PAGE + 3);
  await settle(5);
  expect(asked).toEqual([0, PAGE, 2 * PAGE]);
  expect(pages.failure).not.toBe("");
  isDown = false;
  pages.refresh();
  await settle(5);
  expect(asked.slice(3).sort()).toEqual([0, PAGE, 2 * PAGE]);
  expect(pages.lines(PAGE, PAGE + 1)).toMatchObject([{ run: { name: "r100" } }]);
  expect(pages.failure).toBe("");
});

it("knows who is shown", () => {
  const open = new Shown({
    id: "",
    selections: { root: 1, bounds: [], tree: ["r1", { value: "adam", children: [] }] },
  });
  expect([open.run(run(1)), open.run(run(2)), open.run(run(3), ["adam"])]).toEqual([false, true, false]);
  const fixed = new Shown({ id: "", selections: { root: 0, bounds: [], tree: ["r1"] } });
  expect([fixed.run(run(1)), fixed.run(run(2)), fixed.isAll, fixed.isNone]).toEqual([true, false, false, false]);
});

it("draws the first that are shown, and pinned ones whatever is hidden", () => {
  const shown = new Shown({ id: "", selections: { root: 1, bounds: [], tree: ["r0", "r2"] } });
  const runs = [0, 1, 2, 3, 4].map(run);
  expect(drawnRuns(runs, shown, new Set(["r2"]), 3).map(({ name }) => name)).toEqual(["r1", "r2", "r3"]);
  expect(PAGE).toBeGreaterThan(10);
});
