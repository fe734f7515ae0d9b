import { afterEach, expect, test, vi } from "vitest";
import { drawnFile } from "./exports";

const PANEL = { __id__: "p", viewType: "Run History Line Plot", config: { metrics: ["loss"] } };
const SCENE = { src: "/api/v1/projects/a/b/panel-data", run_sets: [{ id: "r" }], settings: {} };

function answers(...bodies: object[]): ReturnType<typeof vi.fn> {
  const fetched = vi.fn();
  for (const body of bodies) fetched.mockResolvedValueOnce(new Response(JSON.stringify(body), { status: 200 }));
  vi.stubGlobal("fetch", fetched);
  return fetched;
}

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("asks until the file is there", async () => {
  vi.useFakeTimers();
  const fetched = answers(
    { uid: "1", state: "waiting", url: null },
    { uid: "1", state: "running", url: null },
    { uid: "1", state: "done", url: "/blobs/x" },
  );
  const file = drawnFile(PANEL, SCENE, "svg", { range: [1, 5] });
  await vi.runAllTimersAsync();
  expect(await file).toBe("/blobs/x");
  const sent = JSON.parse((fetched.mock.calls[0]?.[1] as RequestInit).body as string) as object;
  expect(sent).toMatchObject({ panel: PANEL, form: "svg", low: 1, high: 5, run_sets: [{ id: "r" }] });
  expect(fetched.mock.calls[2]?.[0]).toBe("/api/v1/projects/a/b/panel-exports/1");
});

test("tells the server's reason", async () => {
  answers({ uid: "1", state: "failed", url: null, error: "A panel of the kind “table” is no drawing." });
  await expect(drawnFile(PANEL, SCENE, "png")).rejects.toThrow("is no drawing");
});
