/** The conditions of a workspace's run set, put together in a sheet; what is complete counts at once. */
import { html } from "lit";
import "../elements/filter-builder";
import { type Entry, isComplete } from "../filters";
import { openSheet } from "./menu";

export interface FilterAddresses {
  /** Answers the columns that a condition can be on. */
  columns: string;
  /** Answers how many runs match. */
  rows: string;
}

/** Let a person change the conditions. `apply` hears of each change that says something. */
export function openFilterSheet(
  anchor: HTMLElement,
  { columns, rows }: FilterAddresses,
  conditions: readonly Record<string, unknown>[],
  apply: (conditions: Record<string, unknown>[]) => void,
): void {
  let known = JSON.stringify(conditions);
  const changed = (event: CustomEvent<{ filters: Entry[] }>) => {
    const complete = event.detail.filters.filter(isComplete);
    if (JSON.stringify(complete) === known) return;
    known = JSON.stringify(complete);
    apply(complete as unknown as Record<string, unknown>[]);
  };
  openSheet(
    anchor,
    "Filter",
    html`<filter-builder
      .value=${conditions}
      .columnsUrl=${columns}
      .countUrl=${rows}
      @filter-changed=${changed}
    ></filter-builder>`,
    "filtersheet",
  );
}
