import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { PanelSpec } from "../panels/data";
import type { PanelEditor } from "./panel-editor";
import { settle, show } from "./settle";

vi.mock("./panel-view", () => ({}));
await import("./panel-editor");

const line: PanelSpec = {
  __id__: "p1",
  viewType: "Run History Line Plot",
  config: { metrics: ["val/acc"], strange: { kept: 1 } },
  x: { odd: true },
};

let editor: PanelEditor;
let applied: PanelSpec[];
const labelled = (label: string) => editor.querySelector<HTMLElement>(`[aria-label="${label}"]`);
const button = (text: string, within = "") =>
  [...editor.querySelectorAll<HTMLElement>(`${within} button`)].find((one) => one.textContent.trim() === text);
const told = (title: string) =>
  [...editor.querySelectorAll(".opts-group")]
    .find((group) => group.querySelector("h3")?.textContent === title)
    ?.querySelector(".set")?.textContent;

async function open(panel: PanelSpec): Promise<void> {
  editor = await show<PanelEditor>("<panel-editor></panel-editor>");
  Object.assign(editor, { panel, keys: "/keys", scene: null });
  applied = [];
  editor.addEventListener("panel-applied", (event) =>
    applied.push((event as CustomEvent<{ panel: PanelSpec }>).detail.panel),
  );
  editor.open();
  await settle(5);
}

beforeEach(async () => {
  const items = ["val/acc", "val/loss"].map((key) => ({ key, types: ["number"], run_count: 3 }));
  vi.stubGlobal(
    "fetch",
    vi.fn(() => Promise.resolve(new Response(JSON.stringify({ items, total: 2 })))),
  );
  HTMLDialogElement.prototype.showModal = function () {
    this.setAttribute("open", "");
  };
  HTMLDialogElement.prototype.close = function () {
    this.removeAttribute("open");
    this.dispatchEvent(new Event("close"));
  };
  await open(line);
});
afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

it("changes nothing before Apply, and keeps what it does not know", async () => {
  const low = labelled("y range, from");
  Object.assign(low as object, { value: "60" });
  low?.dispatchEvent(new Event("change"));
  await settle(5);
  expect(applied).toEqual([]);
  expect(told("Axes")).toBe("y 60 to auto, linear");
  button("Apply")?.click();
  expect(applied).toEqual([{ ...line, config: { ...line.config, yAxisMin: 60 }, x: { odd: true } }]);
});

it("gives up what was changed on Cancel", async () => {
  button("Log")?.click();
  await settle(5);
  button("Cancel")?.click();
  expect(applied).toEqual([]);
});

it("writes switches as the client does, and takes them away again", async () => {
  button("Log")?.click();
  await settle(5);
  button("Apply")?.click();
  expect(applied[0]?.config["yLogScale"]).toBe(true);
  await open({ ...line, config: { ...line.config, yLogScale: true } });
  button("Linear")?.click();
  await settle(5);
  button("Apply")?.click();
  expect(applied[0]?.config).not.toHaveProperty("yLogScale");
});

it("takes one step back, and all of them by Reset", async () => {
  button("Median")?.click();
  await settle(5);
  button("± 1 sd")?.click();
  await settle(5);
  expect(told("Grouping")).toContain("median, ± 1 sd");
  labelled("Undo")?.click();
  await settle(5);
  expect(told("Grouping")).toContain("median, range");
  button("Reset")?.click();
  await settle(5);
  expect(told("Grouping")).toContain("mean, range");
});

it("chooses metrics from those that are logged", async () => {
  labelled("val/loss")?.click();
  await settle(5);
  button("Apply")?.click();
  expect(applied[0]?.config["metrics"]).toEqual(["val/acc", "val/loss"]);
});

it("shows the stored settings of kinds that it cannot set", async () => {
  await open({ __id__: "v", viewType: "Vega2", config: { panelDefId: "wandb/scatter/v0" } });
  expect(editor.textContent).toContain("are set by program");
  expect(editor.textContent).toContain("wandb/scatter/v0");
});

it("asks for a key before it draws a new panel", async () => {
  await open({ __id__: "n", viewType: "Scatter Plot", config: {} });
  expect(editor.querySelector(".ghost")?.textContent).toContain("Choose a key on the right");
});
