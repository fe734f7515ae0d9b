import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Key } from "../workspace/document";
import type { KeyPicker } from "./key-picker";
import { settle, show } from "./settle";

await import("./key-picker");

const asked: string[] = [];
let picker: KeyPicker;
let chosen: { keys: Key[]; isDone: boolean }[];
const option = (label: string) => picker.querySelector<HTMLInputElement>(`.option [aria-label="${label}"]`);

async function open(properties: Partial<KeyPicker>): Promise<void> {
  picker = await show<KeyPicker>("<key-picker></key-picker>");
  chosen = [];
  picker.addEventListener("keys-chosen", (event) =>
    chosen.push((event as CustomEvent<{ keys: Key[]; isDone: boolean }>).detail),
  );
  Object.assign(picker, { src: "/keys", ...properties });
  await settle(10);
}

beforeEach(() => {
  asked.length = 0;
  vi.stubGlobal(
    "fetch",
    vi.fn((url: string) => {
      asked.push(url);
      const isConfig = url.includes("section=config");
      const items = isConfig
        ? [{ key: "optimizer.name", run_count: null }]
        : [
            { key: "val/acc", run_count: 10 },
            { key: "val/f1", run_count: 0 },
          ];
      return Promise.resolve(new Response(JSON.stringify({ items, total: isConfig ? 1 : 42 })));
    }),
  );
});
afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

it("offers keys with how many runs log them, and says that there are more", async () => {
  await open({ kinds: ["summary"] });
  expect(picker.textContent.replace(/\s+/g, " ")).toContain("10 runs");
  expect(picker.textContent).toContain("not logged");
  expect(picker.querySelector(".picker-foot")?.textContent).toContain("2 of 42 keys: type to find more");
});

it("asks the server for what is typed, and marks it in what it finds", async () => {
  await open({ kinds: ["summary"] });
  const field = picker.querySelector("input");
  Object.assign(field as object, { value: "acc" });
  field?.dispatchEvent(new Event("input"));
  await settle(200);
  expect(asked.at(-1)).toContain("search=acc");
  expect(picker.querySelector("mark")?.textContent).toBe("acc");
});

it("chooses one key and is done", async () => {
  await open({ kinds: ["summary"] });
  option("val/acc")?.click();
  expect(chosen).toEqual([{ keys: [{ section: "summary", name: "val/acc" }], isDone: true }]);
});

it("chooses several in their order, and lets them go again", async () => {
  await open({ kinds: ["config", "run"], many: true, chosen: [{ section: "run", name: "state" }] });
  option("optimizer.name")?.click();
  expect(chosen[0]).toEqual({
    keys: [
      { section: "run", name: "state" },
      { section: "config", name: "optimizer.value.name" },
    ],
    isDone: false,
  });
  await settle(5);
  option("State")?.click();
  expect(chosen[1]?.keys).toEqual([{ section: "config", name: "optimizer.value.name" }]);
});

it("is worked by keyboard", async () => {
  await open({ kinds: ["summary"] });
  const field = picker.querySelector("input");
  field?.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true }));
  await settle(5);
  field?.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
  expect(chosen[0]?.keys).toEqual([{ section: "summary", name: "val/f1" }]);
});
