import { expect, it } from "vitest";
import type { PanelSpec } from "../panels/data";
import { findPanel, type Section, sectionsOf, type Spec } from "./document";
import * as edits from "./edits";

const panel = (id: string, isAuto = true): PanelSpec => ({
  __id__: id,
  viewType: "Run History Line Plot",
  config: { metrics: [`val/${id}`] },
  layout: { x: 0, y: 0, w: 8, h: 6 },
  isAuto,
});

function spec(): Spec {
  return {
    vizExpanded: false,
    strange: { kept: true },
    section: {
      name: "",
      settings: { xAxis: "_step", maxRuns: 10, unheard: 1 },
      panelBankConfig: {
        state: 1,
        sections: [
          {
            __id__: "s1",
            name: "val",
            type: "flow",
            isPanelsAuto: true,
            panels: [panel("a"), panel("b"), panel("c")],
            odd: 7,
          },
          { __id__: "s2", name: "train", type: "grid", panels: [panel("d", false)] },
        ],
      },
      runSets: [{ id: "runs", name: "Runs", enabled: true, runFeed: { columnOrder: ["summary:acc"] } }],
      customRunColors: {},
    },
  };
}

const ids = (one: Spec, at = 0) => (sectionsOf(one)[at] as Section).panels.map((each) => each.__id__);
const autos = (one: Spec, at = 0) => (sectionsOf(one)[at] as Section).panels.map((each) => each.isAuto);

it("keeps what it does not know, and the document it began from", () => {
  const before = spec();
  const text = JSON.stringify(before);
  const after = edits.removePanel("b")(edits.smooth("gaussian", 2.5)(edits.toggleRun("r1")(before)));
  expect(JSON.stringify(before)).toBe(text);
  expect(after["strange"]).toEqual({ kept: true });
  expect(after.section.settings?.["unheard"]).toBe(1);
  expect(sectionsOf(after)[0]?.["odd"]).toBe(7);
  expect(after.section.runSets?.[0]?.["runFeed"]).toEqual({ columnOrder: ["summary:acc"] });
});

it("makes an edited panel a person's own, with those before it, so that the order stays", () => {
  const after = edits.editPanel({ ...panel("b"), config: { metrics: ["val/b"], yLogScale: true } })(spec());
  expect(autos(after)).toEqual([false, false, true]);
  expect(after.x?.removed).toBeUndefined();
});

it("remembers the key of an automatic panel that draws another one now, or is gone", () => {
  const other = edits.editPanel({ ...panel("a"), config: { metrics: ["val/else"] } })(spec());
  expect(other.x?.removed).toEqual(["val/a"]);
  const gone = edits.removePanel("c")(other);
  expect(gone.x?.removed).toEqual(["val/a", "val/c"]);
  expect(ids(gone)).toEqual(["a", "b"]);
});

it("puts a copy beside its panel", () => {
  const after = edits.duplicatePanel("b", "copy")(spec());
  expect(ids(after)).toEqual(["a", "b", "copy", "c"]);
  expect(findPanel(after, "copy")?.panel.isAuto).toBe(false);
});

it("moves panels within and between sections", () => {
  expect(ids(edits.movePanel("c", "s1", "a")(spec()))).toEqual(["c", "a", "b"]);
  expect(autos(edits.movePanel("a", "s1", null)(spec()))).toEqual([false, false, false]);
  const across = edits.movePanel("a", "s2", "d")(spec());
  expect([ids(across), ids(across, 1)]).toEqual([
    ["b", "c"],
    ["a", "d"],
  ]);
});

it("turns a flow into a grid when a panel gets a size of its own", () => {
  const after = edits.layOut("s1", new Map([["a", { x: 0, y: 0, w: 16, h: 8 }]]))(spec());
  const section = sectionsOf(after)[0] as Section;
  expect(section.type).toBe("grid");
  expect(section.panels.map((each) => each.layout)).toEqual([
    { x: 0, y: 0, w: 16, h: 8 },
    { x: 8, y: 0, w: 8, h: 6 },
    { x: 16, y: 0, w: 8, h: 6 },
  ]);
});

it("keeps the fraction of smoothing beside the client's whole number", () => {
  const after = edits.smooth("exponentialTimeWeighted", 0.6)(spec());
  expect(after.section.settings).toMatchObject({ smoothingWeight: 1, smoothingActive: true });
  expect(after.x?.smoothingWeight).toBe(0.6);
  expect(edits.smooth("exponentialTimeWeighted", 0)(after).section.settings?.smoothingType).toBe("none");
});

it("shows and hides runs in open and in fixed selections", () => {
  const hidden = edits.toggleRun("r1")(spec());
  expect(hidden.section.runSets?.[0]?.selections).toMatchObject({ root: 1, tree: ["r1"] });
  expect(edits.toggleRun("r1")(hidden).section.runSets?.[0]?.selections?.tree).toEqual([]);
  expect(edits.showOnly(["r2"])(hidden).section.runSets?.[0]?.selections).toMatchObject({ root: 0, tree: ["r2"] });
});

it("names a group by its values, outermost first", () => {
  const after = edits.toggleGroup(["adam", "0.1"])(spec());
  const entry = { value: "adam", children: [{ value: "0.1", children: [] }] };
  expect(after.section.runSets?.[0]?.selections?.tree).toEqual([entry]);
  expect(edits.toggleGroup(["adam", "0.1"])(after).section.runSets?.[0]?.selections?.tree).toEqual([]);
});

it("pins runs as the client does, the baseline always among them", () => {
  const id = edits.pinId("team", "proj", "r1");
  expect(atob(id)).toBe("Run:v1:r1:proj:team");
  expect(edits.pinName(id)).toBe("r1");
  const based = edits.toggleBaseline(id)(spec());
  expect(based.section.runSets?.[0]).toMatchObject({ baselineRunId: id, pinnedRunIds: [id] });
  const released = edits.togglePin(id)(based);
  expect(released.section.runSets?.[0]).not.toHaveProperty("baselineRunId");
  expect(released.section.runSets?.[0]?.pinnedRunIds).toEqual([]);
});

it("writes the colour of a group under the client's key", () => {
  const key = edits.groupColourKey("runs", [{ section: "config", name: "model.value.name" }], ["resnet"]);
  const [word, id, parts] = key.split(":");
  expect([word, decodeURIComponent(id ?? "")]).toEqual(["run-color-group", '"runs"']);
  expect(JSON.parse(decodeURIComponent(parts ?? ""))).toEqual([
    { kind: "group", key: "config:model.value.name", value: "resnet" },
  ]);
});

it("removes a section with the panels that would come back", () => {
  const after = edits.removeSection("s1")(spec());
  expect(sectionsOf(after).map((section) => section.name)).toEqual(["train"]);
  expect(after.x?.removed).toEqual(["val/a", "val/b", "val/c"]);
});
