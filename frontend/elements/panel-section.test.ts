import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { PanelSpec } from "../panels/data";
import type { Section, Spec } from "../workspace/document";
import type { Edit } from "../workspace/edits";
import type { PanelSection } from "./panel-section";
import { settle, show } from "./settle";

let see: (entries: { target: Element; isIntersecting: boolean }[]) => void;
vi.stubGlobal(
  "IntersectionObserver",
  class {
    constructor(callback: typeof see) {
      see = callback;
    }
    observe() {}
    unobserve() {}
    disconnect() {}
  },
);
vi.mock("./panel-view", () => ({}));
vi.mock("./step-slider", () => ({}));
await import("./panel-section");

const panel = (id: string): PanelSpec => ({ __id__: id, viewType: "Run History Line Plot", config: { metrics: [id] } });
const section = (changes: Partial<Section> = {}): Section => ({
  __id__: "s1",
  name: "val",
  isOpen: true,
  type: "flow",
  panels: ["a", "b", "c"].map(panel),
  ...changes,
});

let element: PanelSection;
let edits: Edit[];
const place = (id: string) => element.querySelector<HTMLElement>(`[data-panel="${id}"]`);
const after = (one: Section): Section => {
  const spec: Spec = { section: { panelBankConfig: { sections: [one] } } };
  return edits.reduce((before, edit) => edit(before), spec).section.panelBankConfig?.sections[0] as Section;
};

async function open(one: Section): Promise<void> {
  element = await show<PanelSection>("<panel-section></panel-section>");
  edits = [];
  element.addEventListener("workspace-edit", (event) => edits.push((event as CustomEvent<{ edit: Edit }>).detail.edit));
  Object.assign(element, { section: one, panels: one.panels, scene: { src: "/data", run_sets: [], settings: {} } });
  await settle(5);
}

beforeEach(() => open(section()));
afterEach(() => document.body.replaceChildren());

it("keeps a place for every panel, and makes those that come near", async () => {
  expect(element.querySelectorAll(".panel-place")).toHaveLength(3);
  expect(element.querySelectorAll("panel-view")).toHaveLength(0);
  expect(place("b")?.textContent).toContain("b");
  see([{ target: place("b") as Element, isIntersecting: true }]);
  await settle(5);
  expect(place("b")?.querySelector("panel-view")).not.toBeNull();
  see([{ target: place("b") as Element, isIntersecting: false }]);
  await settle(5);
  expect(place("b")?.querySelector("panel-view")).toBeNull();
});

it("draws nothing of a folded section, and everything of one that is searched", async () => {
  await open(section({ isOpen: false }));
  expect(element.querySelectorAll(".panel-place")).toHaveLength(0);
  element.isSearched = true;
  await settle(5);
  expect(element.querySelectorAll(".panel-place")).toHaveLength(3);
});

it("moves a panel by Alt and arrows", () => {
  place("a")?.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", altKey: true, bubbles: true }));
  expect(after(section()).panels.map((one) => one.__id__)).toEqual(["b", "a", "c"]);
});

it("sizes a panel by Alt, Shift and arrows", () => {
  const press = { key: "ArrowRight", altKey: true, shiftKey: true, bubbles: true };
  place("a")?.dispatchEvent(new KeyboardEvent("keydown", press));
  const sized = after(section());
  expect([sized.type, sized.panels[0]?.layout?.w]).toEqual(["grid", 10]);
});

it("offers to add a panel where there is none", async () => {
  await open(section({ panels: [] }));
  const wanted: unknown[] = [];
  element.addEventListener("panel-wanted", (event) =>
    wanted.push((event as CustomEvent<{ section: Section }>).detail.section.name),
  );
  element.querySelector<HTMLElement>(".section-none button")?.click();
  expect(wanted).toEqual(["val"]);
});
