import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { html } from "lit";
import { tellChange } from "../live";
import { offerAction } from "../panels/actions";
import type { PanelData, PanelSpec } from "../panels/data";
import { PENS } from "../panels/pens";
import type { PenContext, PenModule } from "../panels/pens";
import type { PanelView } from "./panel-view";
import { settle } from "./settle";

interface Asked {
  panel: PanelSpec;
  low: number | null;
  high: number | null;
}

const asked: Asked[] = [];
const shown: PanelData[] = [];
const looked: unknown[] = [];
let context: PenContext;
let answer: (panel: PanelSpec) => Promise<PanelData>;

vi.mock("../panels/data", () => ({
  panelData: (panel: PanelSpec, _: unknown, ask: Omit<Asked, "panel">) => {
    asked.push({ panel, low: ask.low, high: ask.high });
    return answer(panel);
  },
}));
vi.mock("../chart/nearby", () => ({
  whenNear: (_: Element, listener: (near: boolean) => void) => {
    listener(true);
    return () => undefined;
  },
}));
vi.stubGlobal("requestAnimationFrame", (run: () => void) => queueMicrotask(run)); // a turn each, at once
await import("./panel-view");

const body = { x: { key: "_step", kind: "step" }, lines: [1] };
const data = (more: object = {}): PanelData => ({
  ...{ kind: "line", title: "loss", treatment: [], marks: [], body, notes: [], run_count: 2, drawn_count: 2 },
  ...{ step_last: null, is_active: false },
  ...more,
});
const text = () => document.body.textContent.replace(/\s+/g, " ").trim();

async function open(more: object = {}): Promise<PanelView> {
  const view = document.createElement("panel-view");
  Object.assign(view, {
    panel: { __id__: "1", viewType: "Run History Line Plot", config: { metrics: ["loss"] } },
    scene: { src: "/x", run_sets: [], settings: {} },
    ...more,
  });
  document.body.append(view);
  await settle(5);
  return view;
}
const press = (key: string) =>
  document.querySelector(".panel")?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));

beforeEach(() => {
  asked.length = shown.length = looked.length = 0;
  answer = () => Promise.resolve(data());
  PENS["line"] = () =>
    Promise.resolve({
      make: (_, given) => {
        context = given;
        return {
          show: (one) => shown.push(one),
          look: (range) => looked.push(range),
          resize: () => undefined,
          repaint: () => undefined,
          highlight: () => undefined,
          destroy: () => undefined,
        };
      },
      table: () =>
        html`<table>
          <td>the table</td>
        </table>`,
      csv: () => "",
      told: () => "loss, 2 runs",
      isEmpty: (one) => !(one.body as typeof body).lines.length,
    });
});
afterEach(() => document.body.replaceChildren());

it("draws with the pen of its kind, under the key as title, with what is done to the values", async () => {
  answer = () => Promise.resolve(data({ treatment: ["log", "smoothed 0.6"] }));
  await open();
  expect(shown).toHaveLength(1);
  expect(text()).toContain("loss log, smoothed 0.6");
  expect(document.querySelector("[role=img]")?.getAttribute("aria-label")).toBe("loss, 2 runs");
});

it("tells the reason of a broken panel and lets one try again", async () => {
  const notes = [{ code: "bad_pattern", sentence: "The pattern “(” cannot be used.", keys: [], run_count: 0 }];
  answer = () => Promise.resolve(data({ kind: "error", title: "", body: null, notes }));
  await open();
  expect(document.querySelector("[role=alert]")?.textContent).toContain("The pattern “(” cannot be used.");
  answer = () => Promise.resolve(data());
  document.querySelector<HTMLElement>("[role=alert] button")?.click();
  await settle(5);
  expect(shown).toHaveLength(1);
});

it("keeps a kind from a newer version apart", async () => {
  const notes = [{ code: "unknown_kind", sentence: "This version draws no Holograms.", keys: [], run_count: 0 }];
  answer = () => Promise.resolve(data({ kind: "unknown", title: "Hologram", body: null, notes }));
  await open();
  expect(text()).toContain("This version draws no Holograms.");
});

it("takes neither data nor pen of an answer for what is no longer asked", async () => {
  const view = await open();
  const line = view.words;
  let arrive: (module: PenModule) => void = () => undefined;
  PENS["bar"] = () => new Promise((resolve) => (arrive = resolve));
  answer = () => Promise.resolve(data({ kind: "bar" }));
  view.panel = { __id__: "1", viewType: "Bar Chart", config: {} };
  await settle(5);
  answer = () => new Promise(() => undefined);
  view.panel = { __id__: "1", viewType: "Run History Line Plot", config: {} };
  await settle(5);
  arrive({ ...(line as PenModule), told: () => "bars" });
  await settle(40);
  expect(view.data?.kind).toBe("line");
  expect(view.words).toBe(line);
});

it("says why nothing is drawn", async () => {
  answer = () => Promise.resolve(data({ body: { ...body, lines: [] }, drawn_count: 0 }));
  await open();
  expect(text()).toContain("No run is shown");
});

it("keeps the old drawing when a refresh fails", async () => {
  const view = await open();
  answer = () => Promise.reject(new Error("lost"));
  view.refresh();
  await settle(5);
  expect(document.querySelector("[role=img]")).not.toBeNull();
  expect(text()).toContain("Not refreshed:");
});

it("follows changes of its group only while it is told to", async () => {
  const view = await open({ live: "project.3.runs", refreshing: false });
  asked.length = 0;
  tellChange({ group: "project.3.runs", name: "run.changed" });
  await settle(5);
  expect(asked).toHaveLength(0);
  view.refreshing = true;
  vi.spyOn(Date, "now").mockReturnValue(Date.now() + 5000);
  tellChange({ group: "project.4.runs", name: "run.changed" });
  tellChange({ group: "project.3.runs", name: "run.changed" });
  tellChange({ group: "project.3.runs", name: "run.changed" });
  await settle(5);
  expect(asked).toHaveLength(1);
});

it("asks finer data of a range, together with its neighbours on the same axis, and comes back at once", async () => {
  await open({ sync: "val" });
  await open({ sync: "val" });
  const other = await open({ sync: "train" });
  await document.querySelector("panel-view")!.updateComplete;
  asked.length = 0;
  context.look([0, 1]); // that of the last one made: "train"
  await settle(5);
  expect(asked).toHaveLength(1);
  expect(other.range).toEqual([0, 1]);
  expect(text()).toContain("steps 0 to 1");
  press("0");
  await settle(5);
  const [first] = asked;
  expect([first?.low, first?.high]).toEqual([-0.05, 1.05]);
});

it("zooms those of one word and axis together", async () => {
  const first = await open({ sync: "val" });
  const second = await open({ sync: "val" });
  context.look([10, 20]);
  await settle(5);
  expect([first.range, second.range]).toEqual([
    [10, 20],
    [10, 20],
  ]);
  const third = await open({ sync: "val" });
  expect(third.range).toEqual([10, 20]);
  asked.length = 0;
  context.look(null);
  await settle(5);
  expect([first.range, second.range, third.range]).toEqual([null, null, null]);
});

it("changes its panel unless who keeps it takes the change over", async () => {
  const view = await open();
  view.change({ yLogScale: true });
  await settle(5);
  expect(asked.at(-1)?.panel.config).toEqual({ metrics: ["loss"], yLogScale: true });
  view.addEventListener("panel-change", (event) => event.preventDefault());
  view.change({ yLogScale: false });
  expect(view.panel?.config["yLogScale"]).toBe(true);
});

it("shows its table by key, and actions that others add in its menu", async () => {
  const act = vi.fn();
  const take = offerAction({ name: "edit", label: "Edit", icon: "edit", key: "e", rank: 10, act });
  await open();
  expect(document.querySelector(".menu-item")).toBeNull();
  document.querySelector(".menu")?.dispatchEvent(Object.assign(new Event("beforetoggle"), { newState: "open" }));
  const items = [...document.querySelectorAll(".menu-item")].map((item) => item.textContent.trim());
  expect(items[0]).toMatch(/^Edit/);
  press("e");
  expect(act).toHaveBeenCalledOnce();
  take();
  press("t");
  await settle(5);
  expect(text()).toContain("the table");
});
