import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Spec } from "./document";
import { changeSettings, toggleRun } from "./edits";
import { type StoredView, WorkspaceState } from "./state";

const sent: { method: string; url: string; body: Record<string, unknown> | null }[] = [];
let answers: { status: number; body: unknown }[] = [];

const stored = (changes: Partial<StoredView> = {}): StoredView => ({
  uid: "1234567890123",
  slug: "mine",
  name: "My workspace",
  owner: "bob",
  is_personal: true,
  version: 3,
  updated_at: null,
  may_edit: true,
  spec: { section: { settings: {}, runSets: [{ id: "runs" }] } },
  ...changes,
});
const state = (changes: Partial<StoredView> = {}, storage: Storage | null = null) =>
  new WorkspaceState(stored(changes), "/views", storage);
const limit = (spec: Spec) => spec.section.settings?.maxRuns;

beforeEach(() => {
  sent.length = 0;
  answers = [];
  sessionStorage.clear();
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
  vi.stubGlobal(
    "fetch",
    vi.fn((url: string, init: RequestInit) => {
      const body = typeof init.body === "string" ? (JSON.parse(init.body) as Record<string, unknown>) : null;
      sent.push({ method: init.method ?? "GET", url, body });
      const { status, body: answer } = answers.shift() ?? { status: 200, body: stored({ version: 4 }) };
      return Promise.resolve(new Response(JSON.stringify(answer), { status }));
    }),
  );
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function wait(milliseconds: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(milliseconds);
}

it("saves one's own workspace a second after a pause, over the version it began from", async () => {
  const own = state();
  own.edit(changeSettings({ maxRuns: 20 }), "drawing 20");
  await wait(700);
  own.edit(changeSettings({ maxRuns: 30 }), "drawing 30");
  await wait(700);
  expect(sent).toHaveLength(0);
  await wait(400);
  expect(sent).toHaveLength(1);
  expect(sent[0]).toMatchObject({ method: "PUT", url: "/views/mine", body: { version: 3 } });
  expect(limit((sent[0]?.body as { spec: Spec }).spec)).toBe(30);
  expect([own.kept, own.view.version]).toEqual(["saved", 4]);
});

it("saves again what changed while it was saved", async () => {
  const own = state();
  own.edit(changeSettings({ maxRuns: 20 }), "");
  const saving = own.save();
  own.edit(changeSettings({ maxRuns: 30 }), "");
  await saving;
  await wait(1100);
  expect(sent.map((one) => limit((one.body as { spec: Spec }).spec))).toEqual([20, 30]);
  expect(sent[1]?.body?.["version"]).toBe(4);
});

it("takes back and makes again; edits of one kind in a row are one step", () => {
  const own = state();
  own.edit(changeSettings({ maxRuns: 20 }), "drawing 20");
  own.edit(changeSettings({ maxRuns: 21 }), "smoothing", "smoothing");
  own.edit(changeSettings({ maxRuns: 22 }), "smoothing", "smoothing");
  expect([own.undo(), limit(own.spec)]).toEqual(["smoothing", 20]);
  expect([own.undo(), limit(own.spec)]).toEqual(["drawing 20", undefined]);
  expect(own.undo()).toBeNull();
  expect([own.redo(), limit(own.spec)]).toEqual(["drawing 20", 20]);
  own.edit(toggleRun("r1"), "hiding r1");
  expect(own.redo()).toBeNull();
});

it("saves nothing when all is taken back", async () => {
  const own = state();
  own.edit(changeSettings({ maxRuns: 20 }), "");
  own.undo();
  await wait(2000);
  expect(sent).toHaveLength(0);
  expect(own.kept).toBe("saved");
});

it("tells when another window saved meanwhile, and lets the person choose", async () => {
  const own = state();
  answers = [{ status: 409, body: { detail: "Another window of yours saved this workspace meanwhile." } }];
  own.edit(changeSettings({ maxRuns: 20 }), "");
  await wait(1100);
  expect([own.kept, own.trouble]).toEqual(["overtaken", "Another window of yours saved this workspace meanwhile."]);
  own.edit(changeSettings({ maxRuns: 30 }), "");
  await wait(3000);
  expect(sent).toHaveLength(1);
  await own.save({ force: true });
  expect(sent[1]?.body).not.toHaveProperty("version");
  expect(limit((sent[1]?.body as { spec: Spec }).spec)).toBe(30);
});

it("marks a shared view as edited until somebody saves it", async () => {
  const shared = state({ is_personal: false, slug: "abc" });
  shared.edit(changeSettings({ maxRuns: 20 }), "");
  await wait(3000);
  expect([shared.kept, sent.length]).toEqual(["edited", 0]);
  expect(await shared.save()).toBe(true);
  expect([shared.kept, sent[0]?.url]).toEqual(["saved", "/views/abc"]);
});

it("keeps the changes of those who may not save for themselves", async () => {
  const reader = state({ may_edit: false, owner: null, uid: null, version: null });
  reader.edit(changeSettings({ maxRuns: 20 }), "");
  await wait(3000);
  expect([reader.kept, sent.length]).toEqual(["local", 0]);
});

it("keeps unsaved changes of a shared view over a reload, and drops them when the view is another by then", () => {
  const shared = state({ is_personal: false, slug: "abc" }, sessionStorage);
  shared.edit(changeSettings({ maxRuns: 20 }), "");
  const again = state({ is_personal: false, slug: "abc" }, sessionStorage);
  expect([again.kept, limit(again.spec)]).toEqual(["edited", 20]);
  const later = state({ is_personal: false, slug: "abc", version: 9 }, sessionStorage);
  expect([later.kept, limit(later.spec)]).toEqual(["saved", undefined]);
});

it("goes back to the saved view, and that can be taken back too", () => {
  const shared = state({ is_personal: false, slug: "abc" });
  shared.edit(changeSettings({ maxRuns: 20 }), "");
  shared.reset();
  expect([shared.kept, limit(shared.spec)]).toEqual(["saved", undefined]);
  shared.undo();
  expect(limit(shared.spec)).toBe(20);
});

it("goes on in a new view after saving as", async () => {
  const own = state();
  answers = [{ status: 201, body: stored({ slug: "fresh", name: "Sweep", is_personal: false, version: 1 }) }];
  own.edit(changeSettings({ maxRuns: 20 }), "");
  await own.saveAs("Sweep");
  expect(sent[0]).toMatchObject({ method: "POST", url: "/views", body: { name: "Sweep" } });
  expect([own.view.slug, own.view.name, own.kept, limit(own.spec)]).toEqual(["fresh", "Sweep", "saved", 20]);
});

it("follows what another window saved, unless there is something to lose", async () => {
  const own = state();
  answers = [{ status: 200, body: stored({ version: 5, spec: { section: { settings: { maxRuns: 50 } } } }) }];
  await own.heard("1234567890123", 5);
  expect([limit(own.spec), own.view.version]).toEqual([50, 5]);
  own.edit(changeSettings({ maxRuns: 20 }), "");
  await own.heard("1234567890123", 6);
  expect([own.kept, limit(own.spec)]).toEqual(["overtaken", 20]);
});
