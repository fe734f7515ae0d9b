import { expect, it } from "vitest";
import { tellChange } from "../live";
import { show } from "./settle";
import "./run-state";

const RUN =
  '<run-state run="12" live="project.3.runs"><span class="state" data-state="running">Running</span></run-state>';
const shown = () => document.querySelector<HTMLElement>(".state");

it("changes with its run", async () => {
  await show(RUN);
  tellChange({ group: "project.3.runs", name: "run.finished", run: 12, state: "finished" });
  expect(shown()?.dataset["state"]).toBe("finished");
  expect(shown()?.textContent).toBe("Finished");
  expect(shown()?.getAttribute("role")).toBe("status");
});

it("does not listen to other runs and groups", async () => {
  await show(RUN);
  tellChange({ group: "project.3.runs", name: "run.finished", run: 13, state: "finished" });
  tellChange({ group: "project.4.runs", name: "run.finished", run: 12, state: "finished" });
  expect(shown()?.textContent).toBe("Running");
});

it("stops listening when it leaves", async () => {
  const element = await show(RUN);
  const state = shown();
  element.remove();
  tellChange({ group: "project.3.runs", name: "run.failed", run: 12, state: "failed" });
  expect(state?.textContent).toBe("Running");
});
