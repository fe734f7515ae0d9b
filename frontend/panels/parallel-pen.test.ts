import { render } from "lit";
import { beforeEach, expect, it } from "vitest";
import type { Dimension } from "./dimensions";
import { csv, isEmpty, make, table, told } from "./parallel-pen";
import { context, panel, textOf } from "./pen-sample";

const dimension = (label: string, values: number[], more: Partial<Dimension> = {}): Dimension => ({
  axis: { key: label, label, kind: "number", unit: "", is_log: false, low: null, high: null },
  values: Float64Array.from(values),
  names: [],
  is_inverted: false,
  key: ["config", label],
  column: { accessor: `config:${label}` },
  ...more,
});
const names = dimension("opt", [0, 1, 0], { names: ["adam", "sgd"] });
names.axis.kind = "category";
const data = () =>
  panel("parallel", {
    dimensions: [dimension("lr", [0, 5, 10]), names, dimension("acc", [1, 2, NaN])],
    ...{ slots: Float64Array.of(1, 2, 3), runs: ["1", "2", "3"], labels: ["a", "b", "c"] },
    ...{ addresses: ["/a", "/b", "/c"], gradient: [] },
  });

let host: HTMLElement;
beforeEach(() => {
  host = document.createElement("div");
  document.body.replaceChildren(host);
});

function draw() {
  const asked = context();
  const pen = make(host, asked);
  pen.show(data());
  pen.resize(600, 300);
  const name = (at: number) => host.querySelectorAll<HTMLElement>(".pname")[at] as HTMLElement;
  const press = (at: number, key: string, shiftKey = false) =>
    name(at).dispatchEvent(new KeyboardEvent("keydown", { key, shiftKey, bubbles: true }));
  const foot = () => host.querySelector(".pen-foot")?.textContent.replace(/\s+/g, " ").trim();
  return { pen, asked, name, press, foot };
}
const drag = (at: number, from: number, to: number) => {
  host.querySelectorAll(".phit")[at]?.dispatchEvent(new PointerEvent("pointerdown", { clientY: from, bubbles: true }));
  window.dispatchEvent(new PointerEvent("pointermove", { clientY: to }));
  window.dispatchEvent(new PointerEvent("pointerup", { clientY: to }));
};

it("counts the runs within a brush, and takes it back by a click", () => {
  const { foot } = draw();
  expect(foot()).toBe("Drag on an axis to narrow, drag its name to move it.");
  drag(0, 26, 160);
  expect(foot()).toBe("2 of 3 runs brushed.Use as filter Clear");
  drag(2, 26, 290);
  expect(foot()).toBe("1 of 3 runs brushed.Use as filter Clear");
  drag(2, 100, 101);
  expect(foot()).toBe("2 of 3 runs brushed.Use as filter Clear");
});

it("hands brushes over as conditions of a run set", () => {
  draw();
  const heard: object[] = [];
  document.body.addEventListener("panel-filter", (event) => heard.push((event as CustomEvent<object>).detail), {
    once: true,
  });
  drag(0, 26, 158);
  drag(1, 26, 60);
  host.querySelector("button.small")?.dispatchEvent(new Event("click"));
  expect(heard).toEqual([
    {
      filters: {
        filterFormat: "filterV2",
        filters: [
          { key: { section: "config", name: "lr" }, op: ">=", value: 5, disabled: false },
          { key: { section: "config", name: "lr" }, op: "<=", value: 10, disabled: false, connector: "AND" },
          { key: { section: "config", name: "opt" }, op: "IN", value: ["sgd"], disabled: false, connector: "AND" },
        ],
      },
    },
  ]);
});

it("moves an axis by keyboard and keeps the order", () => {
  const { press, asked, name } = draw();
  press(0, "ArrowRight");
  expect(name(0).textContent.trim()).toBe("opt");
  expect(asked.change).toHaveBeenCalledWith({
    columns: [{ accessor: "config:opt" }, { accessor: "config:lr" }, { accessor: "config:acc" }],
  });
});

it("moves an axis by dragging its name", () => {
  const { asked, name } = draw();
  name(2).dispatchEvent(new PointerEvent("pointerdown", { clientX: 536, bubbles: true }));
  window.dispatchEvent(new PointerEvent("pointermove", { clientX: 60 }));
  window.dispatchEvent(new PointerEvent("pointerup", { clientX: 60 }));
  expect([0, 1, 2].map((at) => name(at).textContent.trim())).toEqual(["acc", "lr", "opt"]);
  expect(asked.change).toHaveBeenCalledOnce();
});

it("turns an axis over and brushes by keyboard", () => {
  const { press, asked, foot } = draw();
  press(0, "Enter");
  expect(asked.change.mock.calls[0]?.[0]).toEqual({
    columns: [{ accessor: "config:lr", inverted: true }, { accessor: "config:opt" }, { accessor: "config:acc" }],
  });
  press(0, "ArrowUp");
  expect(foot()).toContain("2 of 3 runs brushed.");
  press(0, "ArrowDown", true);
  expect(foot()).toContain("1 of 3 runs brushed.");
  press(0, "Delete");
  expect(foot()).toContain("Drag on an axis");
});

it("keeps its brushes when data are refreshed", () => {
  const { pen, foot } = draw();
  drag(0, 26, 160);
  pen.show(data());
  expect(foot()).toContain("2 of 3 runs brushed.");
});

it("says the same as a table, as CSV and in a sentence", () => {
  render(table(data()), host);
  expect(textOf(host)).toEqual(["Run | lr | opt | acc", "a | 0 | adam | 1", "b | 5 | sgd | 2", "c | 10 | adam | –"]);
  expect(csv(data())).toBe("Run,lr,opt,acc\na,0,adam,1\nb,5,sgd,2\nc,10,adam,\n");
  expect(told(data())).toBe("loss, 3 runs along lr, opt, acc. T shows a table.");
  expect(isEmpty(panel("parallel", null))).toBe(true);
});
