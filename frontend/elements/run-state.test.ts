import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { tellChange } from "../live";
import { settle, show } from "./settle";
import "./run-state";

const RUN = `<run-state run="12" live="project.3.runs" src="/run"><span class="state" data-state="running">Running</span></run-state>`;
const shown = () => document.querySelector<HTMLElement>(".state");
const told = { group: "project.3.runs", name: "run.state_changed", ids: [11, 12] };

beforeEach(() =>
  vi.stubGlobal(
    "fetch",
    vi.fn(() => Promise.resolve(new Response('{"state": "finished"}'))),
  ),
);
afterEach(() => vi.unstubAllGlobals());

it("asks for the state when its run changes, and shows it", async () => {
  await show(RUN);
  tellChange(told);
  await settle(5);
  expect(shown()?.dataset["state"]).toBe("finished");
  expect(shown()?.textContent).toBe("Finished");
  expect(shown()?.getAttribute("role")).toBe("status");
});

it("needs no asking when the change says it", async () => {
  await show(RUN);
  tellChange({ ...told, state: "failed" });
  expect(shown()?.textContent).toBe("Failed");
  expect(fetch).not.toHaveBeenCalled();
});

it("does not listen to other runs, groups and changes", async () => {
  await show(RUN);
  tellChange({ ...told, ids: [13] });
  tellChange({ ...told, group: "project.4.runs" });
  tellChange({ ...told, name: "run.ticked" });
  expect(fetch).not.toHaveBeenCalled();
});

it("keeps what it shows when the server fails", async () => {
  vi.mocked(fetch).mockResolvedValue(new Response("", { status: 500 }));
  await show(RUN);
  tellChange(told);
  await settle(5);
  expect(shown()?.textContent).toBe("Running");
});

it("stops listening when it leaves", async () => {
  const element = await show(RUN);
  element.remove();
  tellChange(told);
  expect(fetch).not.toHaveBeenCalled();
});
