import { afterEach, expect, test, vi } from "vitest";
import { offerSteps, shareStep, stepOf } from "../panels/steps";
import { StepSlider } from "./step-slider";

const panel = {};

afterEach(() => {
  document.body.replaceChildren();
  shareStep("w", null);
  offerSteps("w", panel, null);
  vi.useRealTimers();
});

async function slider(): Promise<StepSlider> {
  const element = new StepSlider();
  element.word = "w";
  document.body.append(element);
  await element.updateComplete;
  return element;
}

test("is nothing as long as no panel has several steps", async () => {
  expect((await slider()).querySelector("input")).toBeNull();
});

test("arrows go to the neighbouring step that was logged; at the end panels follow what comes", async () => {
  offerSteps("w", panel, [0, 10, 400]);
  const element = await slider();
  expect(element.textContent).toContain("step 400 of 400");
  const [before, after] = element.querySelectorAll("button");
  before?.click();
  await element.updateComplete;
  expect(stepOf("w")).toBe(10);
  expect(element.textContent).toContain("step 10 of 400");
  after?.click();
  await element.updateComplete;
  expect(stepOf("w")).toBeNull();
});

test("while it moves it waits a little before all panels follow", async () => {
  vi.useFakeTimers();
  offerSteps("w", panel, [0, 10, 400]);
  const element = await slider();
  const input = element.querySelector("input") as HTMLInputElement;
  input.value = "0";
  input.dispatchEvent(new Event("input"));
  expect(stepOf("w")).toBeNull();
  vi.runAllTimers();
  expect(stepOf("w")).toBe(0);
});
