import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError, columns, getJson, readColumns, withParameters } from "./api";

const answer = (body: unknown, init: ResponseInit = {}) => new Response(JSON.stringify(body), init);
const asked = () => vi.mocked(fetch).mock.calls.map(([url]) => new URL(String(url)));

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("fetch", vi.fn());
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("columns", () => {
  it("asks once for all who ask in the same moment", async () => {
    vi.mocked(fetch).mockImplementation((url) =>
      Promise.resolve(
        answer({
          state: "running",
          series: (new URL(String(url)).searchParams.get("keys") ?? "")
            .split(",")
            .map((key) => ({ key, x: [0], y: [1] })),
        }),
      ),
    );
    const both = Promise.all([
      columns("/c?run=1", ["a"], { points: 500 }),
      columns("/c?run=1", ["b", "a"], { points: 500 }),
    ]);
    await vi.advanceTimersByTimeAsync(50);
    const [first, second] = await both;
    expect(asked()).toHaveLength(1);
    expect(asked()[0]?.search).toBe("?run=1&keys=a%2Cb&points=500");
    expect(first.series.map((series) => series.key)).toEqual(["a"]);
    expect(second.series.map((series) => series.key)).toEqual(["b", "a"]);
  });

  it("escapes commas in keys", async () => {
    vi.mocked(fetch).mockResolvedValue(answer({ series: [] }));
    const one = columns("/c", ["a,b"]);
    await vi.advanceTimersByTimeAsync(50);
    await one;
    expect(asked()[0]?.searchParams.get("keys")).toBe("a\\,b");
  });

  it("does not ask for somebody who left", async () => {
    const leaving = new AbortController();
    const one = columns("/c", ["a"], { signal: leaving.signal });
    leaving.abort();
    await expect(one).rejects.toHaveProperty("name", "AbortError");
    await vi.advanceTimersByTimeAsync(50);
    expect(fetch).not.toHaveBeenCalled();
  });

  it("gives everybody the server's sentence when it refuses", async () => {
    vi.mocked(fetch).mockImplementation(() =>
      Promise.resolve(answer({ detail: "No such run.", code: "gone" }, { status: 410 })),
    );
    const one = columns("/c", ["a"]).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(50);
    expect(await one).toMatchObject({ message: "No such run.", status: 410, code: "gone" });
  });
});

describe("one request", () => {
  it("waits as long as a busy server asks for", async () => {
    vi.mocked(fetch)
      .mockResolvedValueOnce(answer({}, { status: 503, headers: { "Retry-After": "2" } }))
      .mockResolvedValueOnce(answer({ fine: true }));
    const one = getJson("/x");
    await vi.advanceTimersByTimeAsync(1900);
    expect(fetch).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(200);
    expect(await one).toEqual({ fine: true });
  });

  it("says so when the network is silent", async () => {
    vi.mocked(fetch).mockRejectedValue(new TypeError("Failed to fetch"));
    await expect(getJson("/x")).rejects.toThrow(ApiError);
  });

  it("speaks plainly about errors without words", async () => {
    vi.mocked(fetch).mockResolvedValue(new Response("<h1>", { status: 404 }));
    await expect(getJson("/x")).rejects.toThrow("There is nothing at this address, or you may not see it.");
  });
});

it("reads words for what is not finite as gaps, and counts them", () => {
  const [series] = readColumns({
    series: [{ key: "a", x: [0, 1, 2, 3], y: [1, "NaN", "-Infinity", null], max: [2, 2, 2, 2] }],
  }).series;
  expect([...(series?.y ?? [])]).toEqual([1, NaN, NaN, NaN]);
  expect(series?.notFinite).toBe(2);
  expect(series?.min).toBeNull();
});

it("adds parameters to an address that has some", () => {
  expect(new URL(withParameters("/a?b=1", { c: "x,y", d: null })).search).toBe("?b=1&c=x%2Cy");
});
