import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Condition, Entry } from "../filters";
import { type FilterBuilder, sayCondition } from "./filter-builder";
import { settle, show } from "./settle";

const state: Condition = {
  key: { section: "run", name: "state" },
  op: "IN",
  value: ["finished", "failed"],
  disabled: false,
  connector: "AND",
};
const acc: Condition = {
  key: { section: "metric", name: "val/acc:max" },
  op: ">=",
  value: 0.5,
  disabled: false,
  connector: "AND",
};
let urls: string[] = [];

beforeEach(() => {
  urls = [];
  vi.stubGlobal("fetch", (url: string) => {
    urls.push(url);
    return Promise.resolve(new Response(JSON.stringify({ total: 12, items: [] })));
  });
});
afterEach(() => vi.unstubAllGlobals());

async function built(value: Entry[]): Promise<{ builder: FilterBuilder; told: Entry[][] }> {
  const builder = await show<FilterBuilder>("<filter-builder></filter-builder>");
  const told: Entry[][] = [];
  builder.addEventListener("filter-changed", (event) => {
    told.push((event as CustomEvent<{ filters: Entry[] }>).detail.filters);
  });
  Object.assign(builder, { value, columnsUrl: "http://x/columns", countUrl: "http://x/table", all: 40 });
  await settle();
  return { builder, told };
}

it("shows conditions as a sentence, and how many runs match", async () => {
  const { builder } = await built([state, acc]);
  const names = [...builder.querySelectorAll("button.select .cut")].map((name) => name.textContent);
  expect(names).toContain("val/acc, max");
  expect(builder.querySelector(".join")?.textContent).toBe("Where");
  await settle(300);
  expect(builder.querySelector("footer")?.textContent).toContain("12 of 40 runs");
  expect(new URL(urls[0] ?? "").searchParams.get("filters")).toContain("$gte");
});

it("tells a change of value, and reads numbers as numbers", async () => {
  const { builder, told } = await built([acc]);
  const field = builder.querySelector<HTMLInputElement>("input.input");
  if (field) field.value = "0.75";
  field?.dispatchEvent(new Event("change"));
  expect((told[0]?.[0] as Condition).value).toBe(0.75);
});

it("keeps a text a text where the field holds texts", async () => {
  const { builder, told } = await built([{ ...acc, key: { section: "run", name: "group" }, op: "=", value: "" }]);
  const field = builder.querySelector<HTMLInputElement>("input.input");
  if (field) field.value = "7";
  field?.dispatchEvent(new Event("change"));
  expect((told[0]?.[0] as Condition).value).toBe("7");
});

it("turns and into or, removes, and clears", async () => {
  const { builder, told } = await built([state, acc]);
  builder.querySelector<HTMLButtonElement>("button.join")?.click();
  await settle();
  expect((told[0]?.[1] as Condition).connector).toBe("OR");
  builder.querySelector<HTMLButtonElement>('[aria-label^="Remove State"]')?.click();
  await settle();
  expect(builder.value).toHaveLength(1);
  builder.querySelector<HTMLButtonElement>("footer .button:last-child")?.click();
  expect(told.at(-1)).toEqual([]);
});

it("does not tell of a condition that says nothing yet", async () => {
  const { builder, told } = await built([{ ...acc, value: "" }]);
  builder.querySelector<HTMLButtonElement>('[aria-label^="Remove val"]')?.click();
  expect(told).toHaveLength(0);
});

it("says conditions in words", () => {
  expect(sayCondition(state)).toBe("State is one of finished, failed");
  expect(
    sayCondition({ ...acc, key: { section: "run", name: "createdAt" }, op: "WITHINSECONDS", value: 86_400 * 30 }),
  ).toBe("Created within 30 days");
  expect(sayCondition({ ...acc, key: { section: "run", name: "tags" }, op: "=", value: "ema" })).toBe(
    "Tags contains ema",
  );
  expect(sayCondition({ filters: [state, { ...acc, connector: "OR" }], connector: "AND" })).toBe(
    "State is one of finished, failed or val/acc, max ≥ 0.5",
  );
});
