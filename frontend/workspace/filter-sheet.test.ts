import { afterEach, expect, test, vi } from "vitest";
import type { Entry } from "../filters";
import { openFilterSheet } from "./filter-sheet";

afterEach(() => document.body.replaceChildren());

const condition = (value: unknown): Entry => ({
  key: { section: "config", name: "lr" },
  op: "=",
  value: value as never,
  disabled: false,
  connector: "AND",
});

test("what says something is applied, and once", () => {
  HTMLElement.prototype.showPopover = vi.fn();
  const anchor = document.body.appendChild(document.createElement("button"));
  const apply = vi.fn();
  openFilterSheet(anchor, { columns: "/columns", rows: "/rows" }, [], apply);
  const builder = document.querySelector("filter-builder") as HTMLElement;
  const tell = (filters: Entry[]) => builder.dispatchEvent(new CustomEvent("filter-changed", { detail: { filters } }));
  tell([condition("")]);
  expect(apply).not.toHaveBeenCalled();
  tell([condition(0.1)]);
  tell([condition(0.1)]);
  expect(apply).toHaveBeenCalledExactlyOnceWith([condition(0.1)]);
});
