/** A condition on runs, put together in a sheet: key, comparison, value. */
import { html } from "lit";
import type { Key } from "./document";
import { keyMenu, titleOfKey } from "./keys";
import { openSheet } from "./menu";

type Condition = Record<string, unknown>;

const OPERATORS: readonly (readonly [string, string])[] = [
  ["=", "is"],
  ["!=", "is not"],
  [">=", "at least"],
  ["<=", "at most"],
  ["IN", "one of"],
  ["REGEX", "matches"],
];

/** Let a person add one condition to those there are. */
export function openFilterSheet(
  anchor: HTMLElement,
  keys: string,
  conditions: readonly Condition[],
  apply: (conditions: Condition[]) => void,
): void {
  keyMenu(anchor, "Filter by", keys, {
    kinds: ["config", "summary", "run"],
    chosen: [],
    choose: ([key]) =>
      key && requestAnimationFrame(() => askValue(anchor, key, (condition) => apply([...conditions, condition]))),
  });
}

function askValue(anchor: HTMLElement, key: Key, add: (condition: Condition) => void): void {
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const [op, written] = [form.get("op") as string, (form.get("value") as string).trim()];
    add({
      key,
      op,
      value: op === "IN" ? written.split(",").map((one) => valueOf(one.trim())) : valueOf(written),
      disabled: false,
      connector: "AND",
    });
    sheet.hidePopover();
  };
  const sheet = openSheet(
    anchor,
    `Filter by ${titleOfKey(key)}`,
    html`<form class="nameform" @submit=${submit}>
      <span class="strong">${titleOfKey(key)}</span>
      <select class="select small" name="op" aria-label="Comparison">
        ${OPERATORS.map(([op, label]) => html`<option value=${op}>${label}</option>`)}
      </select>
      <input class="input small" name="value" aria-label="Value" required autofocus />
      <button class="button primary small">Filter</button>
    </form>`,
  );
}

function valueOf(written: string): unknown {
  if (written === "true" || written === "false") return written === "true";
  const number = Number(written);
  return written !== "" && Number.isFinite(number) ? number : written;
}
