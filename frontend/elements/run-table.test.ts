import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { RunsChosen } from "../runs/chosen";
import { RunTable } from "./run-table";
import { settle, show } from "./settle";

const TOTAL = 10_000;
let asked: URL[] = [];
let sent: { method: string; url: string; body: string }[] = [];

function answer(url: URL): unknown {
  const offset = Number(url.searchParams.get("offset"));
  const limit = Number(url.searchParams.get("limit") ?? 100);
  const places = Array.from({ length: Math.min(limit, TOTAL - offset) }, (_, place) => offset + place);
  const text = (letter: string) => places.map((place) => `${letter}${place}`);
  const columns = (url.searchParams.get("columns") ?? "").split(",").filter(Boolean);
  return {
    offset,
    total: TOTAL,
    rows: {
      uid: text("u"),
      name: text("r"),
      display_name: text("heron-"),
      state: places.map(() => "finished"),
      slot: places.map((place) => place + 1),
      entity: places.map(() => "e"),
      project: places.map(() => "p"),
    },
    columns: columns.map((key) => ({
      key,
      label: key.split(":")[1],
      kind: key.startsWith("metric:") ? "number" : "text",
      fact: key.split(":")[2] ?? "",
      goal: null,
      values: places.map((place) => (key.startsWith("metric:") ? place / 10 : "x")),
    })),
  };
}

beforeEach(() => {
  asked = [];
  sent = [];
  vi.stubGlobal("fetch", (address: string, init: RequestInit = {}) => {
    const url = new URL(address, location.href);
    if (init.method) sent.push({ method: init.method, url: url.pathname, body: init.body as string });
    else asked.push(url);
    return Promise.resolve(new Response(JSON.stringify(answer(url))));
  });
  history.replaceState(null, "", "/e/p/table");
  localStorage.clear();
});
afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

async function table(): Promise<RunTable> {
  const usual = ["run:state", "metric:acc:max", "run:notes"];
  const addresses = {
    page: "/e/p/table",
    project: "/e/p",
    workspace: "",
    rows: "/t",
    groups: "/g",
    columns: "/c",
    csv: "/csv",
    parquet: "/q",
    runs: "/runs",
  };
  const state = {
    entity: "e",
    project: "p",
    live: "project.1.runs",
    all: TOTAL,
    usual,
    may: { edit: true, delete: true },
    first: null,
    addresses,
  };
  const script = document.createElement("script");
  script.type = "application/json";
  script.id = "table-state";
  script.textContent = JSON.stringify(state);
  const box = await show<HTMLElement>('<div><div id="place"></div></div>');
  box.append(script);
  const element = new RunTable();
  element.setAttribute("from", "table-state");
  element.from = "table-state";
  box.append(element);
  await settle(20);
  return element;
}

it("t11: holds a handful of rows of ten thousand, and fetches those in sight", async () => {
  const element = await table();
  const rows = element.querySelectorAll("tbody tr[data-line]");
  expect(rows.length).toBeGreaterThan(5);
  expect(rows.length).toBeLessThan(100);
  expect(element.querySelector("table")?.getAttribute("aria-rowcount")).toBe(String(TOTAL + 1));
  expect(element.querySelector(".tablebar")?.textContent).toContain("10 000 runs".replace(" ", "\u2009"));
});

it("t12: one box chooses all that match and says how many are not loaded", async () => {
  const element = await table();
  const told: RunsChosen[] = [];
  element.addEventListener("runs-chosen", (event) => told.push((event as CustomEvent<RunsChosen>).detail));
  const all = element.querySelector<HTMLInputElement>("thead .check");
  all?.click();
  await settle();
  const bar = element.querySelector(".bulkbar");
  expect(bar?.textContent.replace(/\u2009/g, " ")).toContain("All 10 000 matching runs");
  expect(bar?.textContent.replace(/\u2009/g, " ")).toContain("9 900 not loaded yet");
  element.querySelector<HTMLInputElement>('[data-line="2"] .check')?.click();
  await settle();
  [...(bar?.querySelectorAll("button") ?? [])].find((button) => button.textContent.includes("Move"))?.click();
  expect(told).toEqual([{ action: "move", filters: {}, search: "", uids: null, except: ["u2"], count: TOTAL - 1 }]);
});

it("chooses a range with Shift", async () => {
  const element = await table();
  element.querySelector<HTMLInputElement>('[data-line="1"] .check')?.click();
  await settle();
  element
    .querySelector<HTMLInputElement>('[data-line="4"] .check')
    ?.dispatchEvent(new MouseEvent("click", { bubbles: true, shiftKey: true }));
  await settle();
  expect(element.querySelector(".bulkbar")?.textContent).toContain("4 runs");
});

it("z19: the head says which value is shown", async () => {
  const element = await table();
  const head = [...element.querySelectorAll("th")].find((one) => one.textContent.includes("acc"));
  expect(head?.querySelector(".how")?.textContent).toBe("max");
});

it("renames a run in place, and sends what was written", async () => {
  const element = await table();
  const cell = element.querySelector<HTMLElement>('[data-line="3"] td.name');
  cell?.dispatchEvent(new MouseEvent("dblclick", { bubbles: true }));
  await settle();
  const field = element.querySelector<HTMLInputElement>("input.celledit");
  expect(field?.value).toBe("heron-3");
  if (field) field.value = "better name";
  field?.dispatchEvent(new FocusEvent("blur"));
  await settle(5);
  expect(sent).toEqual([{ method: "PATCH", url: "/runs/r3", body: JSON.stringify({ display_name: "better name" }) }]);
  expect(element.querySelector('[data-line="3"] td.name')?.textContent).toContain("better name");
});

it("reads the view from the address, and asks for it", async () => {
  history.replaceState(
    null,
    "",
    `/e/p/table?order=-metric:acc:max&q=ema&filters=${encodeURIComponent('{"run:state":"failed"}')}`,
  );
  const element = await table();
  const { searchParams } = asked[0] as URL;
  expect(searchParams.get("order")).toBe("-metric:acc:max");
  expect(searchParams.get("search")).toBe("ema");
  expect(searchParams.get("filters")).toBe('{"run:state":"failed"}');
  expect(element.querySelector('th[aria-sort="descending"]')?.textContent).toContain("acc");
  expect(element.querySelector(".filterchips")?.textContent).toContain("State is failed");
});

it("keys move, choose and are left alone while one writes", async () => {
  const element = await table();
  const press = (key: string, on: EventTarget = document.body) =>
    on.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  press("j");
  press("j");
  await settle();
  expect(element.querySelector("tr[data-cursor]")?.getAttribute("data-line")).toBe("1");
  press("x");
  await settle();
  expect(element.querySelector(".bulkbar")?.textContent).toContain("1 run");
  press("k", element.querySelector("input[type=search]") as HTMLInputElement);
  await settle();
  expect(element.querySelector("tr[data-cursor]")?.getAttribute("data-line")).toBe("1");
});
