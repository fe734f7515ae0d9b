import { render } from "lit";
import { expect, it } from "vitest";
import { type Bar, type BarsBody, csv, isEmpty, make, rangeOf, table, told } from "./bar-pen";
import { context, mark, panel, textOf } from "./pen-sample";

const axis = { key: "loss", label: "loss", kind: "number" as const, unit: "", is_log: false, low: null, high: null };
const bar = (value: number, more: Partial<Bar> = {}): Bar => ({
  ...{ mark: 0, key: "loss", value, low: null, high: null, spread: null, count: 1 },
  ...{ box: null, density_at: null, density: null },
  ...more,
});
const body = (bars: Bar[], more: Partial<BarsBody> = {}): BarsBody => ({
  ...{ axis, bars, plot: "bar", area: "none", is_vertical: false, has_keys: false },
  ...more,
});
const box = { low: 1, lower: 2, median: 3, upper: 4, high: 5, outliers: Float64Array.of(9), outlier_count: 1 };
const groups = [
  mark("t: 4", { id: "group:1:4", run_count: 3, slot: 3, address: null }),
  mark("t: 2", { id: "group:1:2", run_count: 2, address: null }),
];

function draw(data = panel("bar", body([bar(10), bar(5)]))) {
  const host = document.createElement("div");
  document.body.replaceChildren(host);
  const given = context();
  const pen = make(host, given);
  pen.show(data);
  return { host, pen, given };
}
const place = (element: Element | null, name: string) => (element as HTMLElement).style.getPropertyValue(name);

it("lets bars begin at zero, and everything else fit", () => {
  expect(rangeOf(body([bar(80), bar(82)]))[0]).toBe(0);
  expect(rangeOf(body([bar(-3), bar(82)]))[0]).toBeLessThan(-3);
  expect(rangeOf(body([bar(-3), bar(-2)]))[1]).toBe(0);
  expect(rangeOf(body([bar(80), bar(82)], { plot: "dots" }))[0]).toBeGreaterThan(79);
  expect(rangeOf(body([bar(3, { box })], { plot: "boxplot" }))[1]).toBeGreaterThan(9);
  expect(rangeOf(body([bar(5)], { plot: "dots", axis: { ...axis, low: 1, high: 7 } }))).toEqual([1, 7]);
  expect(rangeOf(body([bar(0)]))).toEqual([0, 1]);
});

it("draws each bar from zero to its value, with its name and its value", () => {
  const { host } = draw();
  const bars = [...host.querySelectorAll(".bar")];
  expect(bars.map((one) => place(one, "--from"))).toEqual(["0.000%", "0.000%"]);
  const [long, short] = bars.map((one) => parseFloat(place(one, "--to"))) as [number, number];
  expect(long / short).toBeCloseTo(2);
  expect(host.querySelector<HTMLAnchorElement>(".name a")?.getAttribute("href")).toBe("/t/p/runs/a");
  expect([...host.querySelectorAll(".value")].map((one) => one.textContent.trim())).toEqual(["10", "5"]);
});

it("shows whiskers and no more digits than a spread leaves", () => {
  const value = bar(198.8123, { low: 184.6, high: 213, spread: 14.2345, count: 3 });
  const { host } = draw(panel("bar", body([value], { area: "stddev" }), { marks: groups }));
  expect(host.querySelector(".whisker")).not.toBeNull();
  expect(host.querySelector(".value")?.textContent.trim()).toBe("199\u00a0± 14");
  expect(host.querySelector(".name")?.textContent.replace(/\s+/g, " ").trim()).toBe("t: 43");
});

it("draws boxes with their outliers, and violins", () => {
  const { host } = draw(panel("bar", body([bar(3, { box })], { plot: "boxplot" })));
  expect(host.querySelectorAll(".box, .median, .whisker, .outlier")).toHaveLength(4);
  const wide = bar(3, { box, density_at: Float64Array.of(1, 3, 5), density: Float64Array.of(0, 1, 0) });
  const violin = draw(panel("bar", body([wide], { plot: "violin" }))).host;
  expect(violin.querySelector(".violin path")?.getAttribute("d")).toMatch(/^M.*Z$/);
});

it("brings a mark to the front and tells which is under the pointer", () => {
  const data = panel("bar", body([bar(7), bar(3, { mark: 1 })]), { marks: groups });
  const { host, pen, given } = draw(data);
  pen.highlight("group:1:2");
  expect([...host.querySelectorAll(".bar-row")].map((row) => row.hasAttribute("data-front"))).toEqual([false, true]);
  pen.highlight("run:elsewhere");
  expect(host.querySelector("[data-dimmed]")).toBeNull();
  host.querySelector(".bar-row")?.dispatchEvent(new Event("pointermove"));
  expect(given.point).toHaveBeenCalledWith("group:1:4");
});

it("says the same as a table, as CSV and in a sentence", () => {
  const bars = [
    bar(7, { low: 6, high: 8, spread: 1, count: 3 }),
    bar(3, { mark: 1, low: 3, high: 3, spread: 0, count: 2 }),
  ];
  const data = panel("bar", body(bars, { area: "stddev" }), { marks: groups });
  const host = document.createElement("div");
  render(table(data), host);
  expect(textOf(host)).toEqual([
    "Name | Key | Value | Runs | From | To",
    "t: 4 | loss | 7 | 3 | 6 | 8",
    "t: 2 | loss | 3 | 2 | 3 | 3",
  ]);
  expect(csv(data)).toBe("Name,Key,Value,Runs,From,To\nt: 4,loss,7,3,6,8\nt: 2,loss,3,2,3,3\n");
  expect(told(data)).toBe("loss, 2 groups, from 3 to 7. T shows a table.");
  expect(isEmpty(panel("bar", body([])))).toBe(true);
});
