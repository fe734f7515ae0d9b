import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { tellChange } from "../live";
import { settle, show } from "./settle";
import type { ConsoleLog } from "./console-log";
import "./console-log";

let texts: string[] = [];
const level = (text: string) => (text.startsWith("Error") ? "error" : "info");

/** Answers as the endpoint does: lines after a line, thinned by level and words. */
function answer(url: string): Response {
  const query = new URL(url).searchParams;
  const after = Number(query.get("after") ?? -1);
  const all = texts.map((text, n) => ({ n, t: "2026-11-20T10:00:00+00:00", level: level(text), text }));
  const found = all.filter(
    (line) => (!query.get("level") || line.level === query.get("level")) && line.text.includes(query.get("q") ?? ""),
  );
  const first = texts.findIndex((text) => level(text) === "error");
  return new Response(
    JSON.stringify({
      total: found.length,
      lines: found.filter((line) => line.n > after).slice(0, 500),
      first_error: first < 0 ? null : first,
      counts: { warning: 0, error: all.filter((line) => line.level === "error").length },
    }),
  );
}

beforeEach(() => {
  texts = Array.from({ length: 1200 }, (_, n) => (n === 700 ? "Error: boom" : `line ${n}`));
  vi.stubGlobal(
    "fetch",
    vi.fn((url: string) => Promise.resolve(answer(url))),
  );
});
afterEach(() => {
  document.body.replaceChildren();
  location.hash = "";
  vi.unstubAllGlobals();
});

const open = async (attributes = "") => {
  const element = await show<ConsoleLog>(`<console-log src="/console" ${attributes}></console-log>`);
  await settle(20);
  return element;
};
const lines = () => [...document.querySelectorAll(".l > span:last-child")].map((line) => line.textContent);
const press = (name: string) =>
  [...document.querySelectorAll("button")].find((button) => button.textContent.includes(name))?.click();

it("keeps only a window of a long log in the page", async () => {
  await open();
  expect(lines().length).toBeGreaterThan(30);
  expect(lines().length).toBeLessThan(200);
  expect(document.querySelector(".logfoot")?.textContent).toContain("of 1\u2009200");
});

it("shows the last lines of an overview", async () => {
  await open('tail="3" total="1200"');
  expect(lines()).toEqual(["line 1197", "line 1198", "line 1199"]);
  expect(document.querySelector(".logbar")).toBeNull();
});

it("jumps to the first error", async () => {
  await open();
  press("First error");
  await settle(20);
  expect(document.querySelector("[data-target]")?.textContent).toContain("Error: boom");
});

it("opens the line of the address", async () => {
  location.hash = "#L701";
  await open();
  await settle(20);
  expect(document.querySelector("[data-target] .ln")?.textContent).toBe("701");
});

it("marks lines by keyboard and offers a link to the marked one", async () => {
  await open();
  location.hash = "#L701";
  await settle(20);
  document.querySelector(".console")?.dispatchEvent(new KeyboardEvent("keydown", { key: "j", bubbles: true }));
  await settle(20);
  expect(document.querySelector("[data-target] .ln")?.textContent).toBe("702");
  expect(document.querySelector("copy-button")?.getAttribute("text")).toMatch(/#L702$/);
});

it("shows only one level", async () => {
  await open();
  press("Errors");
  await settle(20);
  expect(lines()).toEqual(["Error: boom"]);
});

it("adds what is printed, and says how much came while one reads elsewhere", async () => {
  const element = await open('live="run.1" running');
  texts.push("a new line");
  tellChange({ group: "run.1", name: "console" });
  await settle(20);
  expect(document.querySelector(".logfoot")?.textContent).toContain("of 1\u2009201");
  element.following = false;
  element.first = 10;
  texts.push("another", "and another");
  tellChange({ group: "run.1", name: "console" });
  await settle(20);
  expect(document.querySelector(".tailbar")?.textContent).toContain("2 came since you scrolled");
});

it("never turns output into markup", async () => {
  texts = ["<img src=x onerror=alert(1)>"];
  await open();
  expect(document.querySelector("console-log img")).toBeNull();
  expect(lines()).toEqual(["<img src=x onerror=alert(1)>"]);
});

it("tells what to expect where nothing was printed", async () => {
  texts = [];
  await open("running");
  expect(document.querySelector(".empty")?.textContent).toContain("Nothing was printed yet");
});

it("offers to try again when the server fails", async () => {
  vi.mocked(fetch).mockImplementation(() =>
    Promise.resolve(new Response('{"detail": "The log is locked."}', { status: 500 })),
  );
  await open();
  expect(document.querySelector(".empty")?.textContent).toContain("The log is locked.");
});
