import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { RunSet, Spec } from "../workspace/document";
import type { Edit } from "../workspace/edits";
import { pinId } from "../workspace/edits";
import { type Answer, RunPages } from "../workspace/runs";
import type { RunList } from "./run-list";
import { settle, show } from "./settle";

vi.stubGlobal(
  "ResizeObserver",
  class {
    observe() {}
    disconnect() {}
  },
);
await import("./run-list");

const runs = Array.from({ length: 14 }, (_, number) => ({
  id: `run:${number}`,
  uid: String(number),
  name: `r${number}`,
  label: `heron-${number}`,
  state: number ? "finished" : "running",
  slot: (number % 12) + 1,
  dash: number < 12 ? 1 : 2,
  address: `/northlight/digits/runs/r${number}`,
  value: 80 + number / 10,
}));
const page: Answer = { runs, groups: [], pinned: [], total: 14, runCount: 14, allCount: 20 };

let list: RunList;
let edits: { edit: Edit; label: string }[];
const rows = () => [...list.querySelectorAll("ul.runs > li")];
const swatch = (row: number) => rows()[row]?.querySelector<HTMLElement>(".swatch");
const after = (runSet: RunSet) => {
  const spec: Spec = { section: { runSets: [runSet] } };
  return edits.reduce((one, { edit }) => edit(one), spec).section;
};

async function open(runSet: RunSet = { id: "runs" }, answer = page): Promise<void> {
  list = await show<RunList>("<run-list></run-list>");
  const pages = new RunPages(() => new Promise(() => undefined), answer);
  pages.show(runSet, null);
  edits = [];
  list.addEventListener("workspace-edit", (event) =>
    edits.push((event as CustomEvent<{ edit: Edit; label: string }>).detail),
  );
  Object.assign(list, {
    runSet,
    pages,
    value: { key: "val/acc", kind: "max" },
    facts: { entity: "northlight", project: "digits", table: "/table", keys: "/keys" },
  });
  await settle();
  await list.updateComplete;
}

beforeEach(() => open());
afterEach(() => document.body.replaceChildren());

it("shows which runs are drawn, and says how many", () => {
  expect(rows()).toHaveLength(14);
  expect(rows().filter((row) => row.querySelector('[aria-pressed="true"]'))).toHaveLength(10);
  expect(list.querySelector(".runlist-head")?.textContent).toContain("10 of 14 drawn");
  expect(list.querySelector("footer")?.textContent).toContain("14 of 20 runs");
  expect(rows()[0]?.textContent.replace(/\s+/g, " ")).toContain("heron-0");
  expect(rows()[0]?.querySelector(".v")?.textContent).toBe("80.0");
});

it("hides a run by its swatch, by Space, and shows it again", () => {
  swatch(1)?.click();
  expect(after({ id: "runs" }).runSets?.[0]?.selections).toMatchObject({ root: 1, tree: ["r1"] });
  rows()[1]?.dispatchEvent(new KeyboardEvent("keydown", { key: " ", bubbles: true }));
  expect(after({ id: "runs" }).runSets?.[0]?.selections?.tree).toEqual([]);
});

it("draws a run beyond the limit beside those that are drawn", () => {
  swatch(12)?.click();
  const section = after({ id: "runs" });
  expect(section.runSets?.[0]?.selections?.root).toBe(0);
  expect(section.runSets?.[0]?.selections?.tree).toHaveLength(11);
  expect(section.runSets?.[0]?.selections?.tree).toContain("r12");
  expect(section.settings?.maxRuns).toBe(11);
});

it("shows all and hides all by the box at its head", async () => {
  const box = () => list.querySelector<HTMLInputElement>(".runlist-head .check");
  box()?.dispatchEvent(new Event("change"));
  expect(after({ id: "runs" }).runSets?.[0]?.selections).toMatchObject({ root: 0, tree: [] });
  await open({ id: "runs", selections: { root: 0, bounds: [], tree: ["r1"] } });
  expect(box()?.indeterminate).toBe(true);
  box()?.dispatchEvent(new Event("change"));
  expect(after({ id: "runs" }).runSets?.[0]?.selections).toMatchObject({ root: 1, tree: [] });
});

it("pins the run of a row by P", () => {
  rows()[2]?.dispatchEvent(new KeyboardEvent("keydown", { key: "p", bubbles: true }));
  expect(after({ id: "runs" }).runSets?.[0]?.pinnedRunIds).toEqual([pinId("northlight", "digits", "r2")]);
});

it("says which run the pointer is on", () => {
  const marks: unknown[] = [];
  list.addEventListener("mark-pointed", (event) => marks.push((event as CustomEvent<{ mark: unknown }>).detail.mark));
  rows()[3]?.dispatchEvent(new Event("pointerover", { bubbles: true }));
  expect(marks).toEqual(["run:3"]);
});

it("writes conditions as sentences that can be taken away", async () => {
  const filters = {
    filterFormat: "filterV2",
    filters: [
      { key: { section: "run", name: "createdAt" }, op: "WITHINSECONDS", value: 604_800 },
      { key: { section: "config", name: "lr" }, op: "<=", value: 0.1, connector: "AND" },
    ],
  };
  await open({ id: "runs", filters });
  const chips = [...list.querySelectorAll(".chip.condition")].map((chip) => chip.textContent.trim());
  expect(chips).toEqual(["created within 7 d", "lr ≤ 0.1"]);
  list.querySelector<HTMLElement>('[aria-label="Remove created within 7 d"]')?.click();
  const left = after({ id: "runs", filters }).runSets?.[0]?.filters as { filters: unknown[] };
  expect(left.filters).toHaveLength(1);
});

it("says that nothing matches, and how many are there without", async () => {
  const filters = {
    filterFormat: "filterV2",
    filters: [{ key: { section: "run", name: "state" }, op: "=", value: "x" }],
  };
  await open({ id: "runs", filters }, { ...page, runs: [], total: 0, runCount: 0 });
  expect(list.querySelector(".runs-none")?.textContent.replace(/\s+/g, " ")).toContain(
    "No run matches. 20 are there without.",
  );
});

it("shows groups with their counts and colours", async () => {
  const groups = [
    {
      id: "group:runs:[4]",
      values: ["4"],
      label: "temperature: 4",
      count: 13,
      slot: 3,
      dash: 1,
      value: 81.5,
      isShown: true,
    },
  ];
  const grouping = [{ section: "config", name: "temperature.value" }];
  await open({ id: "runs", grouping }, { ...page, runs: [], groups, total: 1 });
  expect(rows()[0]?.textContent.replace(/\s+/g, " ")).toContain("temperature: 4 13");
  expect(list.querySelector(".runlist-head")?.textContent).toContain("1 of 1 groups drawn");
  swatch(0)?.click();
  expect(after({ id: "runs", grouping }).runSets?.[0]?.selections?.tree).toEqual([{ value: "4", children: [] }]);
});
