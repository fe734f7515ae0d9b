import { afterEach, expect, it, vi } from "vitest";
import { turn } from "./turns";

afterEach(() => vi.unstubAllGlobals());

it("gives one a frame its turn, first come first, and leaves out who went away", async () => {
  const frames: (() => void)[] = [];
  vi.stubGlobal("requestAnimationFrame", (frame: () => void) => frames.push(frame));
  const done: string[] = [];
  const controllers = ["a", "b", "c"].map((name) => {
    const controller = new AbortController();
    turn(controller.signal).then(
      () => done.push(name),
      (error: unknown) => done.push(`${name} ${(error as DOMException).name}`),
    );
    return controller;
  });
  const frame = async () => {
    frames.splice(0).forEach((run) => run());
    await Promise.resolve();
  };
  expect(frames).toHaveLength(1);
  await frame();
  expect(done).toEqual(["a"]);
  controllers[1]?.abort();
  await frame();
  expect(done).toEqual(["a", "b AbortError", "c"]);
  expect(frames).toHaveLength(0);
});
