import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Change } from "../live";
import type { LiveSource } from "./live-source";
import "./live-source";

class FakeSocket extends EventTarget {
  static all: FakeSocket[] = [];
  constructor(readonly url: URL) {
    super();
    FakeSocket.all.push(this);
  }
  close(code = 1006) {
    this.dispatchEvent(Object.assign(new Event("close"), { code }));
  }
  say(message: unknown) {
    this.dispatchEvent(
      new MessageEvent("message", { data: typeof message === "string" ? message : JSON.stringify(message) }),
    );
  }
  open() {
    this.dispatchEvent(new Event("open"));
  }
}

const heard: Change[] = [];
const hear = (event: Event) => heard.push((event as CustomEvent<Change>).detail);
const last = () => FakeSocket.all.at(-1)!;
let element: LiveSource;

beforeEach(async () => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", FakeSocket);
  FakeSocket.all = [];
  heard.length = 0;
  document.addEventListener("carnet:changed", hear);
  document.body.innerHTML = '<live-source groups="run.12 user.7"></live-source>';
  element = document.querySelector("live-source")!;
  await vi.advanceTimersByTimeAsync(0);
});
afterEach(() => {
  element.remove();
  document.removeEventListener("carnet:changed", hear);
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("while the socket is up", () => {
  it("joins its groups", () => {
    expect(last().url.pathname + last().url.search).toBe("/ws/live?group=run.12&group=user.7");
    expect(last().url.protocol).toMatch(/^ws/);
  });

  it("tells the page within a second, and merges what repeats", async () => {
    last().open();
    for (const version of [1, 2, 3]) last().say({ group: "run.12", type: "run.ticked", ids: [version], version });
    await vi.advanceTimersByTimeAsync(1000);
    expect(heard).toEqual([{ group: "run.12", name: "run.ticked", ids: [1, 2, 3], version: 3 }]);
  });

  it("looks once when the server says that nothing is missed from here on", async () => {
    last().open();
    last().say({ type: "live.ready" });
    await vi.advanceTimersByTimeAsync(1000);
    expect(heard).toEqual(expect.arrayContaining([{ group: "run.12", name: "ready" }, { group: "user.7", name: "ready" }])); // prettier-ignore
  });

  it("does not come back where it is refused", async () => {
    last().close(4404);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(FakeSocket.all).toHaveLength(1);
    expect(heard).toEqual([]);
  });

  it("ignores what it does not understand", async () => {
    last().open();
    last().say("not json");
    last().say({ hello: 1 });
    await vi.advanceTimersByTimeAsync(1000);
    expect(heard).toEqual([]);
  });
});

describe("while it is down", () => {
  it("tries again after 1, 2, 4 … seconds, 30 at most", async () => {
    const pauses = [1, 2, 4, 8, 16, 30, 30];
    for (const pause of pauses) {
      const before = FakeSocket.all.length;
      last().close();
      await vi.advanceTimersByTimeAsync(pause * 1000 - 100);
      expect(FakeSocket.all.length).toBe(before);
      await vi.advanceTimersByTimeAsync(200);
      expect(FakeSocket.all.length).toBe(before + 1);
    }
  });

  it("says so, but not for a blip", async () => {
    last().close();
    await vi.advanceTimersByTimeAsync(0);
    expect(element.textContent).not.toContain("paused");
    await vi.advanceTimersByTimeAsync(1100);
    last().close();
    await vi.advanceTimersByTimeAsync(0);
    expect(element.textContent.replace(/\s+/g, " ")).toContain(
      "Live updates are paused. Trying again in 2 s; nothing is lost.",
    );
  });

  it("looks by polling until it is up again, then once more", async () => {
    last().close();
    await vi.advanceTimersByTimeAsync(1100);
    last().close();
    await vi.advanceTimersByTimeAsync(10_500);
    expect(heard.filter((change) => change.name === "poll").map((change) => change.group)).toContain("run.12");
    last().open();
    last().say({ type: "live.ready" });
    heard.length = 0;
    await vi.advanceTimersByTimeAsync(30_000);
    expect(new Set(heard.map((change) => change.name))).toEqual(new Set(["reconnected"]));
  });
});
