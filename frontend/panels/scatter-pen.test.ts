import { render } from "lit";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { context, mark, panel, textOf } from "./pen-sample";
import type { PointsBody } from "./scatter-pen";

interface FakeSheet {
  ranges: [[number, number], [number, number]];
  pointer: { left: number; top: number } | null;
  options: { pointed: (sheet: unknown, at: number | null) => void; selected: (range: [number, number] | null) => void };
}
const sheets: FakeSheet[] = [];

/** A sheet of a hundred by a hundred pixels that draws nothing. */
vi.mock("../chart/sheet", () => ({
  Sheet: class {
    pointer: FakeSheet["pointer"] = null;
    over = { offsetLeft: 0, offsetTop: 0 };
    ranges: FakeSheet["ranges"];
    constructor(
      _: unknown,
      x: [number, number],
      y: [number, number],
      readonly options: FakeSheet["options"],
    ) {
      this.ranges = [x, y];
      sheets.push(this);
    }
    get range() {
      return this.ranges[0];
    }
    setRanges(x: [number, number], y: [number, number]) {
      this.ranges = [x, y];
    }
    placeOf(x: number, y: number) {
      const [[left, right], [bottom, top]] = this.ranges;
      return { left: ((x - left) / (right - left)) * 100, top: ((top - y) / (top - bottom)) * 100 };
    }
    redraw() {}
    resize() {}
    destroy() {}
  },
}));
const { csv, isEmpty, make, paintsOf, rangeOf, table, told } = await import("./scatter-pen");

const axis = (label: string, more = {}) => ({
  ...{ key: label, label, kind: "number" as const, unit: "", is_log: false, low: null, high: null },
  ...more,
});
const body = (more: Partial<PointsBody> = {}): PointsBody => ({
  ...{ x: axis("lr"), y: axis("acc"), z: null, zs: null, gradient: [], tracks: [], fit: null },
  ...{ xs: Float64Array.of(0, 5, 10), ys: Float64Array.of(1, 2, 3), slots: Float64Array.of(1, 2, 3) },
  ...{ groups: Float64Array.of(-1, -1, -1), x_names: [], y_names: [], z_names: [] },
  ...{ runs: ["1", "2", "3"], labels: ["a", "b", "c"], addresses: ["/a", "/b", "/c"] },
  ...more,
});
const data = (more: Partial<PointsBody> = {}, marks = [] as ReturnType<typeof mark>[]) =>
  panel("scatter", body(more), { marks, title: "acc against lr" });

let host: HTMLElement;
beforeEach(() => {
  host = document.createElement("div");
  document.body.replaceChildren(host);
});
afterEach(() => (sheets.length = 0));

function draw(given = data()) {
  const asked = context();
  const pen = make(host, asked);
  pen.show(given);
  const sheet = sheets[0] as FakeSheet;
  const point = (left: number, top: number) => {
    sheet.pointer = { left, top };
    sheet.options.pointed(sheet, 0);
  };
  return { pen, asked, sheet, point };
}

it("tells the dot under the pointer and opens its run by a click", () => {
  const { asked, point } = draw();
  const { left, top } = { left: 50, top: 50 };
  point(left, top);
  expect(host.querySelector(".chart-tip")?.textContent).toBe("bacc2lr5");
  expect(asked.point).toHaveBeenLastCalledWith("run:2");
  const plot = host.querySelector(".pen-plot");
  plot?.dispatchEvent(new PointerEvent("pointerdown", { clientX: 9, clientY: 9 }));
  plot?.dispatchEvent(new MouseEvent("click", { clientX: 9, clientY: 10 }));
  expect(asked.open).toHaveBeenCalledWith("/b");
});

it("opens nothing where the pointer was dragged, or far from every dot", () => {
  const { asked, point } = draw();
  point(50, 50);
  const plot = host.querySelector(".pen-plot");
  plot?.dispatchEvent(new PointerEvent("pointerdown", { clientX: 9, clientY: 9 }));
  plot?.dispatchEvent(new MouseEvent("click", { clientX: 40, clientY: 9 }));
  point(25, 95);
  plot?.dispatchEvent(new PointerEvent("pointerdown", { clientX: 9, clientY: 9 }));
  plot?.dispatchEvent(new MouseEvent("click", { clientX: 9, clientY: 9 }));
  expect(asked.open).not.toHaveBeenCalled();
  expect(asked.point).toHaveBeenLastCalledWith(null);
});

it("goes from dot to dot by keyboard, in the order of x", () => {
  const { pen } = draw(data({ xs: Float64Array.of(10, 0, 5) }));
  expect(pen.step?.(1)).toBe("b: acc 2, lr 0");
  expect(pen.step?.(1)).toBe("c: acc 3, lr 5");
  expect(pen.step?.(-1)).toBe("b: acc 2, lr 0");
});

it("fits y to the dots that are left when it looks at a range of x", () => {
  const { pen, sheet, asked } = draw();
  pen.look?.([4, 10]);
  expect(sheet.ranges[0]).toEqual([4, 10]);
  expect(sheet.ranges[1][0]).toBeGreaterThan(1.5);
  sheet.options.selected([1, 2]);
  expect(asked.look).toHaveBeenCalledWith([1, 2]);
});

it("shows all names of a category, and what a person set", () => {
  expect(rangeOf(axis("t", { kind: "category" }), Float64Array.of(0), ["a", "b", "c"])).toEqual([-0.5, 2.5]);
  expect(rangeOf(axis("t", { low: 1 }), Float64Array.of(0, 2), [])[0]).toBe(1);
  expect(rangeOf(axis("t", { is_log: true }), Float64Array.of(), [])[0]).toBeGreaterThan(0);
});

it("colours by a third value, by group, or as runs are", () => {
  const gradient = [
    { at: 0, colour: "#000000" },
    { at: 1, colour: "#ffffff" },
  ];
  const zs = Float64Array.of(1, 2, 3);
  expect(paintsOf(data({ z: axis("t"), zs, gradient }))).toEqual([
    "rgb(0, 0, 0)",
    "rgb(128, 128, 128)",
    "rgb(255, 255, 255)",
  ]);
  const groups = [mark("t: 1", { id: "group:1:1", colour: "#112233" })];
  expect(paintsOf(data({ groups: Float64Array.of(0, 0, 0) }, groups))[2]).toBe("#112233");
});

it("says the same as a table, as CSV and in a sentence", () => {
  const given = data({
    z: axis("opt", { kind: "category" }),
    zs: Float64Array.of(0, 1, NaN),
    z_names: ["adam", "sgd"],
  });
  render(table(given), host);
  expect(textOf(host)).toEqual(["Run | lr | acc | opt", "a | 0 | 1 | adam", "b | 5 | 2 | sgd", "c | 10 | 3 | –"]);
  expect(host.querySelector("td a")?.getAttribute("href")).toBe("/a");
  expect(csv(given)).toBe("Run,lr,acc,opt\na,0,1,adam\nb,5,2,sgd\nc,10,3,–\n");
  expect(told(given)).toBe("acc against lr, 3 runs, acc from 1 to 3, lr from 0 to 10. T shows a table.");
  expect(isEmpty(panel("scatter", null))).toBe(true);
});
