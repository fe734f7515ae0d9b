/** For tests: a resolved panel, marks, a context that remembers, and a sheet that only projects. */
import { vi } from "vitest";
import type { Mark, PanelData } from "./data";
import type { PenContext } from "./pens";

export const mark = (label: string, more: Partial<Mark> = {}): Mark => ({
  ...{ id: `run:${label}`, label, slot: 1, dash: 1, colour: null, run: label, address: `/t/p/runs/${label}` },
  ...{ state: "finished", run_count: 1, values: {} },
  ...more,
});

export const panel = (kind: string, body: unknown, more: Partial<PanelData> = {}): PanelData => ({
  ...{ kind, title: "loss", treatment: [], marks: [mark("a")], body, notes: [], run_count: 2, drawn_count: 1 },
  ...{ step_last: null, is_active: false },
  ...more,
});

export const context = () =>
  ({ sync: "", look: vi.fn(), point: vi.fn(), open: vi.fn(), ask: vi.fn(), change: vi.fn() }) satisfies PenContext;

/** The cells of a table that a pen returns, row by row. */
export const textOf = (element: ParentNode): string[] =>
  [...element.querySelectorAll("tr")].map((row) =>
    [...row.children].map((cell) => cell.textContent.trim()).join(" | "),
  );
