import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { RunsChosen } from "../runs/chosen";
import { settle, show } from "./settle";
import "./run-actions";
import "./toast-list";

const SRC = "/api/v1/projects/northlight/digits/runs";
const PLAN = {
  run_count: 3,
  metric_count: 42,
  file_count: 18,
  file_bytes: 1_200_000_000,
  running_count: 1,
  held_count: 0,
  conflict_count: 1,
  conflicts: [{ uid: "1", name: "seed", display_name: "Seed", free_name: "seed-2" }],
  gaining_count: 2,
  losing_count: 0,
  becomes_public: false,
  was_public: false,
  changes_team: true,
};
const TARGETS = {
  items: [{ entity: "vision", project: "moons", visibility: "team" }],
  homes: ["bob", "northlight"],
};

let asked: { method: string; url: string; body: Record<string, unknown> }[] = [];
let answers: Record<string, unknown[]> = {};

beforeEach(async () => {
  asked = [];
  HTMLDialogElement.prototype.showModal = function (this: HTMLDialogElement) {
    this.open = true;
  };
  vi.stubGlobal("fetch", (url: string, init: RequestInit = {}) => {
    const path = new URL(url, "http://carnet").pathname;
    const body = typeof init.body === "string" ? (JSON.parse(init.body) as Record<string, unknown>) : {};
    asked.push({ method: init.method ?? "GET", url: path, body });
    const told = answers[path]?.shift() ?? {};
    const status = (told as { refused?: number }).refused ?? 200;
    return Promise.resolve(new Response(JSON.stringify(told), { status }));
  });
  await show(
    `<run-actions src="${SRC}" place="northlight/digits" tags="best,paper"></run-actions><toast-list></toast-list>`,
  );
});

afterEach(() => vi.unstubAllGlobals());

async function choose(chosen: Partial<RunsChosen>): Promise<void> {
  const detail = { uids: ["1", "2", "3"], count: 3, ...chosen };
  document.body.dispatchEvent(new CustomEvent("runs-chosen", { bubbles: true, detail }));
  await rest();
}

async function rest(): Promise<void> {
  for (let round = 0; round < 6; round += 1) await settle();
}

function press(text: string): void {
  const found = [...document.querySelectorAll("button")].find((button) =>
    button.textContent.replace(/\s+/g, " ").includes(text),
  );
  expect(found, `no button “${text}” in ${words()}`).toBeDefined();
  found?.click();
}

const words = () => (document.querySelector("dialog")?.textContent ?? "").replace(/\s+/g, " ").trim();
const toast = () => (document.querySelector("toast-list")?.textContent ?? "").trim();

it("says what would go before it deletes, and takes it back", async () => {
  answers = {
    [`${SRC}.delete`]: [
      { ...PLAN, batch: null },
      { ...PLAN, batch: "77" },
    ],
    [`${SRC}.restore`]: [{ run_count: 3 }],
  };
  const changed = vi.fn();
  document.addEventListener("runs-changed", changed);
  await choose({ action: "delete" });
  expect(words()).toContain("Their 42 metrics, 18 files (1.2 GB) and console logs go to the trash for 30 days.");
  expect(asked[0]?.body).toEqual({ uids: ["1", "2", "3"], dry_run: true });
  press("Delete 3 runs");
  await rest();
  expect(document.querySelector("dialog")).toBeNull();
  expect(toast()).toContain("3 runs moved to the trash");
  press("Undo");
  await rest();
  expect(asked.at(-1)).toEqual({ method: "POST", url: `${SRC}.restore`, body: { batch: "77" } });
  expect(toast()).toContain("3 runs are back.");
  expect(changed).toHaveBeenCalledTimes(2);
});

it("moves only after the dry run was seen, as was chosen", async () => {
  answers = {
    [`${SRC}.targets`]: [TARGETS],
    [`${SRC}.move`]: [
      { state: "planned", job: null, plan: PLAN },
      { state: "running", job: 5, moved: null },
    ],
    [`${SRC}.move/5`]: [{ state: "done", job: 5, moved: { moved_count: 3 } }],
  };
  await choose({ action: "move", uids: null, filters: { tags: "x" }, except: ["9"], count: 3 });
  press("vision/moons");
  await rest();
  expect(words()).toContain("1 id is taken in vision/moons: seed");
  expect(words()).toContain("2 people will see them who cannot now.");
  expect(words()).toContain("1 is running");
  document.querySelectorAll<HTMLInputElement>("input[name=conflicts]")[1]?.click();
  await rest();
  vi.useFakeTimers();
  press("Move 3 runs");
  await vi.advanceTimersByTimeAsync(3000);
  vi.useRealTimers();
  const move = asked.filter(({ url }) => url === `${SRC}.move`).at(-1);
  expect(move?.body).toEqual({
    filters: { tags: "x" },
    search: "",
    except: ["9"],
    target: "vision/moons",
    conflicts: "rename",
  });
  expect(toast()).toContain("3 runs moved to vision/moons");
});

it("offers to make a project that is not there, in one's own teams only", async () => {
  answers = {
    [`${SRC}.targets`]: [TARGETS, TARGETS],
    [`${SRC}.move`]: [{ state: "planned", job: null, plan: { ...PLAN, conflict_count: 0, conflicts: [] } }],
  };
  await choose({ action: "move" });
  const input = document.querySelector<HTMLInputElement>("#move-target")!;
  input.value = "stars";
  input.dispatchEvent(new Event("input"));
  await rest();
  const made = [...document.querySelectorAll('[role="option"]')].map((option) => option.textContent.trim());
  expect(made.map((text) => text.replace(/\s+/g, " "))).toEqual([
    "vision/moonsteam",
    "Create northlight/stars",
    "Create bob/stars",
  ]);
  press("Create northlight/stars");
  await rest();
  expect(asked.find(({ method }) => method === "PUT")?.url).toBe("/api/v1/projects/northlight/stars");
  expect(words()).toContain("northlight/stars");
});

it("shows a refusal where it belongs, and changes nothing", async () => {
  answers = { [`${SRC}.delete`]: [{ refused: 403, detail: "You may not delete run here." }] };
  await choose({ action: "delete" });
  expect(document.querySelector("[role=alert]")?.textContent).toContain("You may not delete run here.");
  expect([...document.querySelectorAll("button")].at(-1)?.disabled).toBe(true);
});

it("gathers tags to add and to remove", async () => {
  answers = { [`${SRC}.tags`]: [{ run_count: 2, undo: "5" }] };
  await choose({ action: "tag" });
  const input = document.querySelector<HTMLInputElement>("#tags-add")!;
  input.value = "new, other";
  input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", cancelable: true }));
  await rest();
  document.querySelectorAll(".field")[1]?.querySelector<HTMLButtonElement>("button.chip")?.click();
  await rest();
  document.querySelector("form")?.dispatchEvent(new Event("submit", { cancelable: true }));
  await rest();
  expect(asked[0]?.body).toEqual({ uids: ["1", "2", "3"], add: ["new", "other"], remove: ["best"] });
  expect(toast()).toContain("The tags of 2 runs are changed");
});
