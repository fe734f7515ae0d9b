import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { tellChange } from "../live";
import { settle, show } from "./settle";

const plots = vi.hoisted(() => [] as { lines: unknown; updates: number }[]);

vi.mock("../chart/plot", () => ({
  Plot: class {
    updates = 0;
    zoom = null;
    cursorIndex = null;
    chart = { cursor: {} };
    constructor(
      readonly host: HTMLElement,
      public lines: unknown,
      readonly options: object,
    ) {
      plots.push(this);
    }
    update(lines: unknown) {
      this.lines = lines;
      this.updates += 1;
      return true;
    }
    destroy() {}
    resize() {}
    repaint() {}
  },
}));
vi.mock("../chart/nearby", () => ({
  whenNear: (_: Element, listener: (near: boolean) => void) => {
    listener(true);
    return () => undefined;
  },
}));
await import("./line-panel");

let body: unknown;
let status = 200;
const text = () => document.querySelector("line-panel")?.textContent.replace(/\s+/g, " ").trim() ?? "";
const open = async (attributes: string) => {
  await show(`<line-panel src="/columns" ${attributes}></line-panel>`);
  await settle(40);
};

beforeEach(() => {
  plots.length = 0;
  status = 200;
  body = { state: "running", series: [{ key: "loss", x: [0, 1, 2], y: [3, 2, 1.5], count: 3, last: 1.5 }] };
  vi.stubGlobal(
    "fetch",
    vi.fn(() => Promise.resolve(new Response(JSON.stringify(body), { status }))),
  );
});
afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

it("draws its key, and shows name, treatment and last value", async () => {
  await open('key="loss" unit="nats" smoothing="0.85" log');
  expect(plots).toHaveLength(1);
  expect(text()).toContain("loss nats, log, smoothed 0.85 1.5");
  expect(document.querySelector("[role=img]")?.getAttribute("aria-label")).toContain(
    "loss: from 1.5 to 3, last 1.5, 3 points",
  );
});

it("keeps its drawing when new points come", async () => {
  await open('key="loss" live="run.1"');
  body = { state: "running", series: [{ key: "loss", x: [0, 1, 2, 3], y: [3, 2, 1.5, 1.25], count: 4, last: 1.25 }] };
  tellChange({ group: "run.1", name: "run.history" });
  await settle(40);
  expect(plots).toHaveLength(1);
  expect(plots[0]?.updates).toBeGreaterThan(0);
  expect(text()).toContain("1.25");
});

it("keeps old lines when a refresh fails, and says so", async () => {
  await open('key="loss" live="run.1"');
  [body, status] = [{ detail: "The history is busy." }, 500];
  tellChange({ group: "run.1", name: "run.history" });
  await settle(40);
  expect(document.querySelector("[role=img]")).not.toBeNull();
  expect(text()).toContain("Not refreshed: The history is busy.");
});

it("shows an error in its own frame, with a way to try again", async () => {
  [body, status] = [{ detail: "Row 211 ends early." }, 500];
  await open('key="loss"');
  expect(document.querySelector("[role=alert]")?.textContent).toContain("Row 211 ends early.");
  [body, status] = [{ state: "", series: [{ key: "loss", x: [0], y: [1], count: 1, last: 1 }] }, 200];
  document.querySelector<HTMLElement>("[role=alert] button")?.click();
  await settle(40);
  expect(text()).toContain("one point so far");
});

it("tells a key nobody logs from one that has no points yet", async () => {
  body = { state: "finished", series: [] };
  await open('key="val/f1"');
  expect(text()).toContain("This run does not log val/f1");
  body = { state: "running", series: [] };
  await open('key="val/f1"');
  expect(text()).toContain("No points yet");
});

it("counts what it cannot draw", async () => {
  body = { state: "", series: [{ key: "loss", x: [0, 1, 2], y: [1, "NaN", 0], count: 3, last: 0 }] };
  await open('key="loss" log');
  expect(text()).toContain("1 value is NaN or infinite, drawn as gaps");
  expect(text()).toContain("1 value is zero or negative, not on a log axis");
});

it("shows the same numbers as a table", async () => {
  await open('key="loss"');
  document.querySelector(".panel")?.dispatchEvent(new KeyboardEvent("keydown", { key: "t", bubbles: true }));
  await settle(5);
  const rows = [...document.querySelectorAll("tbody tr")].map((row) =>
    [...row.querySelectorAll("td")].map((cell) => cell.textContent),
  );
  expect(rows).toEqual([
    ["0", "3.0"],
    ["1", "2.0"],
    ["2", "1.5"],
  ]);
});

it("takes keys with commas from a list", async () => {
  await open(`keys='["a,b", "c"]'`);
  expect(String(vi.mocked(fetch).mock.calls[0]?.[0])).toContain(encodeURIComponent("a\\,b"));
});
