import { afterEach, expect, test, vi } from "vitest";
import { make as makeCode, pairs } from "./code-pen";
import { make as makeComparer } from "./comparer-pen";
import { make as makeMarkdown } from "./markdown-pen";
import { isEmpty, make as makeMedia } from "./media-pen";
import { context, mark, panel } from "./pen-sample";
import { offerSteps, onSteps, shareStep, stepOf, stepsOf } from "./steps";
import { make as makeTable } from "./table-pen";

const MARKUP = "<img src=x onerror=alert(1)>";
const host = () => document.body.appendChild(document.createElement("div"));

afterEach(() => {
  document.body.replaceChildren();
  vi.useRealTimers();
});

const item = { kind: "image", address: "/blobs/a", name: "a.png", caption: MARKUP, width: 28, height: 28, layers: [] };
const row = { mark: 0, key: "pics", step: 5, is_earlier: false, items: [item], item_count: 1 };
const media = (rows: object[], step = 5) =>
  panel("media", { steps: Float64Array.of(0, 5), step, rows, column_count: 4, mode: "gallery" });

test("media of each run stand beside its name, captions are text", () => {
  const box = host();
  makeMedia(box, { ...context(), sync: "a" }).show(media([row]));
  expect(box.querySelectorAll("img")).toHaveLength(1);
  expect(box.querySelector("figcaption")?.textContent).toBe(MARKUP);
});

test("a file that is not there yet leaves no broken picture", () => {
  const box = host();
  makeMedia(box, { ...context(), sync: "a" }).show(media([{ ...row, items: [{ ...item, address: null }] }]));
  expect(box.querySelector("img")).toBeNull();
  expect(box.textContent).toContain("not there yet");
});

test("j09 moving the step of a section asks every media panel of it for that step", () => {
  const [one, two, other] = [context(), context(), context()];
  const pens = [one, two].map((its) => makeMedia(host(), { ...its, sync: "section m" }));
  const apart = makeMedia(host(), { ...other, sync: "section n" });
  for (const pen of [...pens, apart]) pen.show(media([row]));
  expect(stepsOf("section m")).toEqual([0, 5]);
  shareStep("section m", 0);
  expect(one.ask).toHaveBeenCalledExactlyOnceWith({ step: 0 });
  expect(two.ask).toHaveBeenCalledExactlyOnceWith({ step: 0 });
  expect(other.ask).not.toHaveBeenCalled();
  for (const pen of [...pens, apart]) pen.destroy();
  expect(stepsOf("section m")).toEqual([]);
  expect(stepOf("section m")).toBeNull();
});

test("steps that are offered are heard of until one stops to listen", () => {
  const heard = vi.fn();
  const stop = onSteps("w", heard);
  offerSteps("w", stop, [3, 1]);
  stop();
  offerSteps("w", stop, null);
  expect(heard).toHaveBeenCalledTimes(1);
});

test("a panel without media is empty", () => {
  expect(isEmpty(media([]))).toBe(true);
});

const body = {
  columns: ["id", "label"],
  rows: [
    [1, MARKUP],
    [2, null],
  ],
  offset: 0,
  matching_count: 4,
  row_count: 9,
  sort: null,
  is_descending: false,
  search: "",
  step: 3,
  runs: [],
};

test("a table shows its window, sorts by its heads and searches after a pause", () => {
  vi.useFakeTimers();
  const [box, its] = [host(), context()];
  const pen = makeTable(box, its);
  pen.show(panel("table", body));
  expect(box.textContent).toContain("4 of 9 rows");
  expect(box.querySelector("img")).toBeNull();
  box.querySelectorAll<HTMLElement>(".headsort")[1]?.click();
  expect(its.ask).toHaveBeenLastCalledWith({ table: expect.objectContaining({ sort: "label", offset: 0 }) as object });
  const search = box.querySelector("input") as HTMLInputElement;
  search.value = "fox";
  search.dispatchEvent(new Event("input"));
  vi.runAllTimers();
  expect(its.ask).toHaveBeenLastCalledWith({ table: expect.objectContaining({ search: "fox" }) as object });
});

test("the next window of a table goes on where the last ended", () => {
  const box = host();
  const pen = makeTable(box, context());
  pen.show(panel("table", body));
  pen.show(panel("table", { ...body, offset: 2, rows: [[3, "c"]] }));
  expect(box.querySelectorAll("tbody tr")).toHaveLength(3);
  pen.show(panel("table", { ...body, rows: [[9, "z"]] }));
  expect(box.querySelectorAll("tbody tr")).toHaveLength(1);
});

test("runs are compared by section, what differs is marked, keys are found", () => {
  const rows = [
    { section: "Config", key: "lr", values: [0.1, 0.2], differs: true },
    { section: "Summary", key: "acc", values: [0.5, null], differs: true },
    { section: "Summary", key: "same", values: [true, true], differs: false },
  ];
  const [box, its] = [host(), context()];
  const data = panel(
    "comparer",
    { rows, differing_count: 2, is_only_differing: false },
    { marks: [mark("a"), mark("b")] },
  );
  makeComparer(box, its).show(data);
  expect(box.querySelectorAll("tr[data-differs]")).toHaveLength(2);
  const search = box.querySelector<HTMLInputElement>("input[type=search]") as HTMLInputElement;
  search.value = "ac";
  search.dispatchEvent(new Event("input"));
  expect([...box.querySelectorAll("tbody th.mono")].map((cell) => cell.textContent)).toEqual(["acc"]);
  box.querySelector<HTMLInputElement>("input[type=checkbox]")?.click();
  expect(its.change).toHaveBeenCalledWith({ diffOnly: "split" });
});

const line = (sign: string, text: string) => ({ sign, left: 1, right: 1, text, count: 0 }) as never;

test("removed lines stand beside the added ones that follow them", () => {
  const found = pairs([line(" ", "a"), line("-", "b"), line("-", "c"), line("+", "d"), line(" ", "e")]);
  expect(found.map(([left, right]) => [left?.text ?? null, right?.text ?? null])).toEqual([
    ["a", "a"],
    ["b", "d"],
    ["c", null],
    ["e", "e"],
  ]);
});

test("code is text, and another file is asked for without storing it", () => {
  const [box, its] = [host(), context()];
  const diff = { path: "code/a.py", paths: ["code/a.py", "code/b.py"], lines: [line("+", MARKUP)], is_split: false };
  makeCode(box, its).show(panel("code", { ...diff, added_count: 1, removed_count: 0 }));
  expect(box.querySelector("img")).toBeNull();
  const choice = box.querySelector("select") as HTMLSelectElement;
  choice.value = "code/b.py";
  choice.dispatchEvent(new Event("change"));
  expect(its.ask).toHaveBeenCalledWith({ path: "code/b.py" });
});

test("text comes as the server cleaned it", () => {
  const box = host();
  makeMarkdown(box, context()).show(panel("markdown", { html: "<h3>Hello</h3>", is_cut: false }));
  expect(box.querySelector("h3")?.textContent).toBe("Hello");
});
