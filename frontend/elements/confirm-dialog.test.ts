import { beforeEach, expect, it, vi } from "vitest";
import { show } from "./settle";
import "./confirm-dialog";

const sent = vi.fn((event: Event) => event.preventDefault());
const PAGE = (inside = "") => `<confirm-dialog><form action="/delete"><button class="ask">Delete</button></form>
  <dialog>${inside}<button value="keep">Keep</button><button value="confirm">Delete</button></dialog></confirm-dialog>`;
const press = (selector: string) => document.querySelector<HTMLElement>(selector)?.click();
const dialog = () => document.querySelector("dialog")!;

beforeEach(() => {
  sent.mockClear();
  document.addEventListener("submit", sent);
});

it("asks before it sends", async () => {
  await show(PAGE());
  press(".ask");
  expect(dialog().open).toBe(true);
  expect(sent).not.toHaveBeenCalled();
  press("[value=confirm]");
  expect(dialog().open).toBe(false);
  expect(sent).toHaveBeenCalledTimes(1);
});

it("sends nothing when told to keep", async () => {
  await show(PAGE());
  press(".ask");
  press("[value=keep]");
  expect(dialog().open).toBe(false);
  expect(sent).not.toHaveBeenCalled();
});

it("wants the name typed where the dialog says so", async () => {
  await show(PAGE('<input data-expects="tinyvit">'));
  press(".ask");
  const confirm = document.querySelector<HTMLButtonElement>("[value=confirm]")!;
  expect(confirm.disabled).toBe(true);
  const input = document.querySelector("input")!;
  input.value = " tinyvit ";
  input.dispatchEvent(new Event("input", { bubbles: true }));
  expect(confirm.disabled).toBe(false);
});
