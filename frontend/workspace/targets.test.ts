import { afterEach, beforeEach, expect, it, vi } from "vitest";
import "../elements/toast-list";
import type { WorkSpace } from "../elements/work-space";
import type { Spec } from "./document";
import { found, openTargets, others, send, type TargetGroup } from "./targets";

const target = (id: string, name: string, owner = "lea") => ({ id, name, owner, address: `/w?nw=${id}` });
const views = (...items: TargetGroup["items"]): TargetGroup => ({
  kind: "view",
  heading: "Views of this project",
  note: "A view draws its panels with its own runs.",
  items,
});
const ADDRESSES = { targets: "/targets", send: "/send", undo: "/undo" };
const spec: Spec = {
  section: {
    panelBankConfig: {
      sections: [
        {
          name: "val",
          panels: [{ __id__: "p", viewType: "Run History Line Plot", config: { metrics: ["val/loss"] } }],
        },
      ],
    },
  },
};

let sent: { url: string; body: Record<string, unknown> | null }[] = [];
let answers: { status: number; body: unknown }[] = [];

beforeEach(() => {
  HTMLElement.prototype.showPopover = vi.fn();
  HTMLElement.prototype.hidePopover = vi.fn();
  [sent, answers] = [[], []];
  document.body.innerHTML = "<button>Menu</button><toast-list></toast-list>";
  vi.stubGlobal(
    "fetch",
    vi.fn((url: string, init: RequestInit) => {
      sent.push({
        url,
        body: typeof init.body === "string" ? (JSON.parse(init.body) as Record<string, unknown>) : null,
      });
      const next = answers.shift();
      if (!next) return Promise.reject(new TypeError("no network"));
      return Promise.resolve(
        new Response(next.status === 204 ? null : JSON.stringify(next.body), { status: next.status }),
      );
    }),
  );
});
afterEach(() => {
  document.body.innerHTML = "";
  vi.unstubAllGlobals();
});

const toast = () => document.querySelector("toast-list")?.lastElementChild as HTMLElement;
const press = (label: string) =>
  [...document.querySelectorAll<HTMLElement>("button")]
    .filter((one) => one.textContent.trim() === label)
    .at(-1)
    ?.click();
const settled = () => new Promise((done) => setTimeout(done, 0));

function page({ maySave = true, slug = "mine" } = {}): WorkSpace {
  const view = { slug, is_personal: slug === "mine" };
  const facts = { given: { addresses: ADDRESSES, may_save: maySave }, state: { spec, view } };
  return { facts, say: vi.fn() } as unknown as WorkSpace;
}

async function opened(groups: TargetGroup[], options = {}, saveAsNew = vi.fn()): Promise<HTMLElement> {
  answers.unshift({ status: 200, body: { kinds: groups } });
  await openTargets(page(options), "p", document.querySelector("button") as HTMLElement, saveAsNew);
  return [...document.querySelectorAll<HTMLElement>(".targetsheet")].at(-1) as HTMLElement;
}

it("leaves out the view that is shown, and kinds of which nothing is left", () => {
  const groups = [views(target("mine", "My workspace", "")), { ...views(target("mine", "Findings")), kind: "draft" }];
  expect(others(groups, "mine").map((group) => group.kind)).toEqual(["draft"]);
  expect(others(groups, "herons")).toHaveLength(2);
});

it("finds targets by words of their name or their owner", () => {
  const groups = [views(target("a", "Smooth herons"), target("b", "Smooth wrens", "bob"))];
  expect(found(groups, "smooth BOB")[0]?.items.map((one) => one.id)).toEqual(["b"]);
  expect(found(groups, "owl")).toEqual([]);
});

it("sends the panel as it is on screen, and says where it stands", async () => {
  answers = [{ status: 201, body: { name: "Herons", address: "/w?nw=h#panel=x", version: 2, is_new: true } }];
  const sheet = await opened([views(target("mine", "My workspace", ""), target("h", "Herons"))]);
  expect([...sheet.querySelectorAll(".menu-item")].map((one) => one.textContent.trim())).toEqual(["Heronslea"]);
  sheet.querySelector<HTMLElement>(".menu-item")?.click();
  await settled();
  expect(sent[1]).toMatchObject({
    url: "/send",
    body: { view: "mine", panel: "p", target: { kind: "view", id: "h" } },
  });
  expect((sent[1]?.body?.["document"] as Spec).section.panelBankConfig?.sections[0]?.panels).toHaveLength(1);
  expect(toast().textContent).toContain("val/loss added to Herons.");
  expect(toast().querySelector("a")?.getAttribute("href")).toBe("/w?nw=h#panel=x");
});

it("takes it back at the version that was answered", async () => {
  answers = [
    { status: 201, body: { name: "Herons", address: "/w", version: 7, is_new: true } },
    { status: 204, body: null },
  ];
  const parcel = { title: "val/loss", view: "mine", panel: "p", document: spec, id: "new1" };
  await send({ ...parcel, target: { kind: "view", id: "h" } }, ADDRESSES);
  press("Undo");
  await settled();
  expect(sent[1]).toEqual({ url: "/undo", body: { target: { kind: "view", id: "h" }, id: "new1", version: 7 } });
  expect(toast().textContent).toBe("val/loss taken out of Herons again.");
});

it("tries again under the same id, so that the panel is there once", async () => {
  const parcel = { title: "val/loss", view: "mine", panel: "p", document: spec, id: "new1" };
  await send({ ...parcel, target: { kind: "view", id: "h" } }, ADDRESSES);
  answers = [{ status: 200, body: { name: "Herons", address: "/w", version: 2, is_new: false } }];
  press("Try again");
  await settled();
  expect(sent.map((one) => one.body?.["id"])).toEqual(["new1", "new1"]);
  expect(toast().textContent).toContain("added to Herons.");
});

it("tells a refusal in the server's words and offers no second try", async () => {
  answers = [{ status: 403, body: { detail: "You may not edit run here." } }];
  const parcel = { title: "val/loss", view: "mine", panel: "p", document: spec, id: "new1" };
  await send({ ...parcel, target: { kind: "view", id: "h" } }, ADDRESSES);
  expect(toast().textContent).toBe("You may not edit run here.");
});

it("offers to save a view where there is none, to those who may", async () => {
  const saveAsNew = vi.fn();
  const sheet = await opened([views(target("mine", "My workspace", ""))], {}, saveAsNew);
  expect(sheet.textContent).toContain("No other view yet");
  sheet.querySelector("button")?.click();
  expect(saveAsNew).toHaveBeenCalledOnce();
  const readers = await opened([], { maySave: false });
  expect(readers.querySelector("button")).toBeNull();
});

it("searches where targets are many", async () => {
  const many = Array.from({ length: 9 }, (_, at) => target(`v${at}`, `View ${at}`));
  const sheet = await opened([views(...many)]);
  const input = sheet.querySelector("input") as HTMLInputElement;
  input.value = "view 7";
  input.dispatchEvent(new Event("input"));
  expect([...sheet.querySelectorAll(".menu-item .cut")].map((one) => one.textContent)).toEqual(["View 7", "lea"]);
  input.value = "owl";
  input.dispatchEvent(new Event("input"));
  expect(sheet.textContent).toContain("Nothing here is called “owl”.");
});
