import { describe, expect, it, test } from "vitest";
import cases from "../../tests/panels/around_cases.json";
import { partOf, sceneOf, type Section, sectionsOf, type Spec } from "./document";

describe("the corpus shared with the server", () => {
  test.each(cases.map((one) => [one.name, one] as const))("what is around a panel: %s", (_, one) => {
    const scene = sceneOf(one.spec, one.section, "/data");
    const { suppressLegends, ...settings } = scene.settings;
    expect([settings, suppressLegends]).toEqual([one.settings, true]);
  });
});

describe("the part of a document that draws one panel", () => {
  const panel = (id: string) => ({ __id__: id, viewType: "Markdown Panel", config: { value: id } });
  const local = { xAxis: "epoch", xAxisActive: true };
  const spec: Spec = {
    vizExpanded: false,
    section: {
      settings: { xAxis: "_step", smoothingWeight: 1 },
      runSets: [{ id: "runs", grouping: [], runFeed: { columnOrder: ["summary:acc"] } }],
      customRunColors: { r1: "#ff0000" },
      panelBankConfig: {
        sections: [
          { name: "train", panels: [panel("a")] },
          { name: "val", localPanelSettings: local, panels: [panel("b"), panel("c")] },
        ],
      },
    },
    x: { smoothingWeight: 0.6, removed: ["loss"] },
  };

  it("holds the panel alone, in its section, and draws it as the whole does", () => {
    const part = partOf(spec, "c") as Spec;
    const [section] = sectionsOf(part) as [Section];
    expect(sectionsOf(part)).toHaveLength(1);
    expect(section.panels).toEqual([panel("c")]);
    expect(sceneOf(part, section, "/data")).toEqual(sceneOf(spec, sectionsOf(spec)[1] as Section, "/data"));
    expect(part.x).toEqual({ smoothingWeight: 0.6 });
  });

  it("is nothing for a panel that is not there", () => {
    expect(partOf(spec, "absent")).toBeNull();
  });
});
