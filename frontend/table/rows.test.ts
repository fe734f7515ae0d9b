import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { settle } from "../elements/settle";
import { Rows, type TableAnswer } from "./rows";

let asked: URL[] = [];
let total = 1000;

function answer(url: URL): TableAnswer {
  const offset = Number(url.searchParams.get("offset"));
  const places = Array.from({ length: Math.min(100, total - offset) }, (_, place) => offset + place);
  const text = (letter: string) => places.map((place) => `${letter}${place}`);
  return {
    offset,
    total: url.searchParams.get("count") === "true" ? total : null,
    rows: {
      uid: text("u"),
      name: text("r"),
      display_name: text("run "),
      state: text(""),
      slot: places,
      entity: text("e"),
      project: text("p"),
    },
    columns: [{ key: "config:lr", label: "lr", kind: "value", fact: "", goal: null, values: places }],
  };
}

beforeEach(() => {
  asked = [];
  total = 1000;
  vi.stubGlobal("fetch", (address: string) => {
    const url = new URL(address);
    asked.push(url);
    return Promise.resolve(new Response(JSON.stringify(answer(url))));
  });
});
afterEach(() => vi.unstubAllGlobals());

it("fetches what is in sight, once, and counts with the first", async () => {
  const changed = vi.fn();
  const rows = new Rows("http://x/table", changed);
  rows.want(0, 1);
  rows.want(0, 30);
  await settle(5);
  rows.want(150, 260);
  await settle(5);
  expect(asked.map((url) => [url.searchParams.get("offset"), url.searchParams.get("count")])).toEqual([
    ["0", "true"],
    ["100", "false"],
    ["200", "false"],
  ]);
  expect(rows.total).toBe(1000);
  expect(rows.at(255)?.name).toBe("r255");
  expect(rows.at(255)?.value("config:lr")).toBe(255);
  expect(rows.at(999)).toBeNull();
  expect(changed).toHaveBeenCalledTimes(3);
});

it("asks for nothing beyond the end", async () => {
  total = 120;
  const rows = new Rows("http://x/table", () => undefined);
  rows.want(0, 10);
  await settle(5);
  rows.want(100, 400);
  await settle(5);
  expect(asked).toHaveLength(2);
});

it("keeps what is shown while it fetches anew", async () => {
  const rows = new Rows("http://x/table", () => undefined);
  rows.want(0, 10);
  await settle(5);
  total = 1001;
  rows.refresh();
  rows.want(0, 10);
  expect(rows.at(3)?.name).toBe("r3");
  await settle(5);
  expect(rows.total).toBe(1001);
  expect(asked).toHaveLength(2);
});

it("shows an edit at once", async () => {
  const rows = new Rows("http://x/table", () => undefined);
  rows.want(0, 10);
  await settle(5);
  rows.edit("u4", "config:lr", "new");
  rows.edit("u4", "run:displayName", "renamed");
  expect(rows.at(4)?.value("config:lr")).toBe("new");
  expect(rows.at(4)?.displayName).toBe("renamed");
});

it("asks once for a page that fails, says so until it is there, and asks again after a refresh", async () => {
  let isDown = true;
  vi.stubGlobal("fetch", (address: string) => {
    const url = new URL(address);
    asked.push(url);
    return Promise.resolve(
      isDown && url.searchParams.get("offset") === "100"
        ? new Response("{}", { status: 404 })
        : new Response(JSON.stringify(answer(url))),
    );
  });
  const rows = new Rows("http://x/table", () => rows.want(0, 150)); // as the table redraws
  rows.want(0, 150);
  await settle(5);
  rows.want(200, 260);
  await settle(5);
  expect(asked.map((url) => url.searchParams.get("offset"))).toEqual(["0", "100", "200"]);
  expect(rows.failure).toBeTruthy();
  isDown = false;
  rows.refresh();
  rows.want(0, 150);
  await settle(5);
  expect(rows.at(120)?.name).toBe("r120");
  expect(rows.failure).toBeNull();
  expect(asked).toHaveLength(5);
});

it("tells a failure and tries again when asked", async () => {
  vi.stubGlobal("fetch", () => Promise.resolve(new Response("{}", { status: 404 })));
  const rows = new Rows("http://x/table", () => undefined);
  rows.want(0, 10);
  await settle(5);
  expect(rows.failure).toBeTruthy();
});
