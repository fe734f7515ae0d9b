/** The menus of the page of a workspace: views, sections, panels to add, filters. */
import { html } from "lit";
import { getJson, sentence } from "../api";
import { copyText } from "../clipboard";
import type { PanelView } from "../elements/panel-view";
import type { WorkSpace } from "../elements/work-space";
import type { PanelSpec } from "../panels/data";
import { findPanel, localWeight, type Section, sectionsOf, titleOf } from "./document";
import * as edits from "./edits";
import { KINDS } from "./editor/kinds";
import { columnsOf, rowsOf } from "./layout";
import { type MenuLine, openMenu, openSheet } from "./menu";
import { keyMenu } from "./keys";
import { OWN, type View } from "./state";
import { openTargets } from "./targets";

// ---- panels

export function panelCommand(
  page: WorkSpace,
  { command, id, view }: { command: string; id: string; view: PanelView },
): void {
  const found = findPanel(page.facts.state.spec, id);
  if (!found) return;
  const title = titleOf(found.panel);
  if (command === "edit") page.openEditor(found.panel, edits.sectionId(found.section), false);
  else if (command === "duplicate") {
    const copyId = edits.newId();
    page.edit(edits.duplicatePanel(id, copyId), `duplicating ${title}`);
    void page.reveal(copyId);
  } else if (command === "link") {
    const personal = "It opens the panel in each reader's own workspace";
    void copyLink(page, `panel=${encodeURIComponent(id)}`, personal);
  } else if (command === "remove") {
    if (view.isEnlarged) view.enlarge();
    page.edit(edits.removePanel(id), `removing ${title}`);
    page.say(`${title} removed.`, true);
  } else if (command === "move") moveMenu(page, id, view);
  else if (command === "send") sendMenu(page, id, view);
}

function sendMenu(page: WorkSpace, id: string, view: PanelView): void {
  const anchor = view.querySelector<HTMLElement>(".panel-more") ?? view;
  const saveAsNew = () => askName(page, anchor, "Name of the view", "", (name) => saveAs(page, name));
  requestAnimationFrame(() => void openTargets(page, id, anchor, saveAsNew));
}

/** Copy the address of this page, `hash` in it. Who opens a personal one sees something else: `personal` says what. */
async function copyLink(page: WorkSpace, hash: string, personal: string): Promise<void> {
  const address = new URL(location.href);
  address.hash = hash;
  const isCopied = await copyText(address.href);
  if (!isCopied) page.say("The browser does not let this page copy. Copy its address instead.");
  else
    page.say(
      page.facts.state.view.is_personal ? `Link copied. ${personal}; save a view to share yours.` : "Link copied.",
    );
}

function moveMenu(page: WorkSpace, id: string, view: PanelView): void {
  const { spec } = page.facts.state;
  const anchor = view.querySelector<HTMLElement>(".panel-more") ?? view;
  const here = findPanel(spec, id);
  if (!here) return;
  const ids = here.section.panels.map((panel) => panel.__id__);
  const home = edits.sectionId(here.section);
  const step = (label: string, icon: string, before: string | null | undefined): MenuLine[] =>
    before === undefined
      ? []
      : [{ label, icon, act: () => page.edit(edits.movePanel(id, home, before), "moving a panel") }];
  requestAnimationFrame(() =>
    openMenu(anchor, "Move the panel", [
      ...step("To the front", "up", here.index > 0 ? ids[0] : undefined),
      ...step("One forward", "arrow-left", here.index > 0 ? ids[here.index - 1] : undefined),
      ...step("One back", "arrow-right", here.index < ids.length - 1 ? (ids[here.index + 2] ?? null) : undefined),
      { heading: "To another section" },
      ...sectionsOf(spec)
        .filter((section) => section !== here.section)
        .map((section) => ({
          label: section.name,
          act: () =>
            page.edit(
              edits.movePanel(id, edits.sectionId(section), section.panels[0]?.__id__ ?? null),
              `moving a panel to ${section.name}`,
            ),
        })),
      {
        label: "A new section …",
        icon: "plus",
        act: () =>
          askName(page, anchor, "Name of the section", "", (name) => {
            page.edit((before) => {
              const made = edits.addSection(name)(before);
              const first = sectionsOf(made)[0];
              return first ? edits.movePanel(id, edits.sectionId(first), null)(made) : made;
            }, `moving a panel to ${name}`);
          }),
      },
    ]),
  );
}

/** Offer all kinds of panels; kinds that need a key open the editor. */
export function addPanel(page: WorkSpace, section: Section | null, anchor: HTMLElement): void {
  const sectionId = section && edits.sectionId(section);
  const button = anchor.matches("button")
    ? anchor
    : (anchor.querySelector<HTMLElement>(".section-tools button") ?? anchor);
  openMenu(button, "Add a panel", [
    ...KINDS.map((kind) => ({
      label: kind.label,
      icon: kind.icon,
      end: kind.about,
      act: () => {
        const panel: PanelSpec = {
          __id__: edits.newId(),
          viewType: kind.viewType,
          config: { ...kind.initial },
          layout: { x: 0, y: 0, w: 8, h: 6 },
        };
        page.openEditor(panel, sectionId, true);
      },
    })),
    "rule",
    {
      label: "A new section …",
      icon: "plus",
      act: () =>
        askName(page, button, "Name of the section", "", (name) => page.edit(edits.addSection(name), `adding ${name}`)),
    },
  ]);
}

// ---- sections

export function sectionMenu(page: WorkSpace, section: Section, anchor: HTMLElement): void {
  const id = edits.sectionId(section);
  const change = (changes: Partial<Section>, label: string) => page.edit(edits.changeSection(id, changes), label);
  const local = section.localPanelSettings ?? {};
  const columns = columnsOf(section);
  const rows = rowsOf(section);
  openMenu(anchor, `Section ${section.name}`, [
    {
      label: "Rename …",
      icon: "edit",
      act: () =>
        askName(page, anchor, "Name of the section", section.name, (name) => change({ name }, "renaming a section")),
    },
    {
      label: section.pinned ? "Unpin" : "Pin to the top",
      icon: "pin",
      act: () => change({ pinned: !section.pinned }, "pinning a section"),
    },
    {
      label: "Sort panels by name",
      icon: "sort",
      isOn: section.sorted === 1,
      act: () => change({ sorted: section.sorted === 1 ? 0 : 1 }, "sorting panels"),
    },
    { label: "Move up", icon: "up", act: () => page.edit(edits.moveSection(id, -1), "moving a section") },
    { label: "Move down", icon: "down", act: () => page.edit(edits.moveSection(id, 1), "moving a section") },
    { heading: "Columns" },
    ...[1, 2, 3, 4, 6].map((count) => ({
      label: count === 1 ? "1 column" : `${count} columns`,
      isOn: section.type !== "grid" && count === columns,
      act: () => page.edit(edits.changeFlow(id, count, rows), "the columns"),
    })),
    {
      label: "Placed freely",
      isOn: section.type === "grid",
      act: () => page.edit(edits.layOut(id, new Map()), "placing panels freely"),
    },
    { heading: "Only in this section" },
    {
      label: local.smoothingActive ? "Smooth as the rest" : "Smooth by itself",
      icon: "sigma",
      isOn: local.smoothingActive === true,
      act: () =>
        page.edit(
          local.smoothingActive
            ? edits.smoothSection(id, "", 0)
            : edits.smoothSection(id, "exponentialTimeWeighted", localWeight(section) || 0.6),
          "smoothing a section",
        ),
    },
    {
      label: local.xAxisActive ? "x axis as the rest" : "x axis …",
      icon: "chart",
      isOn: local.xAxisActive === true,
      act: () =>
        local.xAxisActive
          ? page.edit(edits.changeLocal(id, { xAxisActive: false }), "the x axis")
          : axisMenu(page, id, anchor),
    },
    "rule",
    {
      label: "Remove the section",
      icon: "trash",
      isBad: true,
      act: () => {
        page.edit(edits.removeSection(id), `removing ${section.name}`);
        page.say(`${section.name} and its ${section.panels.length} panels removed.`, true);
      },
    },
  ]);
}

function axisMenu(page: WorkSpace, id: string, anchor: HTMLElement): void {
  const choose = (xAxis: string) =>
    page.edit(edits.changeLocal(id, { xAxis, xAxisActive: true }), "the x axis of a section");
  requestAnimationFrame(() =>
    openMenu(anchor, "x axis of the section", [
      { label: "Step", act: () => choose("_step") },
      { label: "Time since start", act: () => choose("_runtime") },
      { label: "Wall time", act: () => choose("_timestamp") },
      {
        label: "Another metric …",
        act: () =>
          requestAnimationFrame(() =>
            keyMenu(anchor, "x axis", page.facts.given.addresses.keys, {
              kinds: ["summary"],
              chosen: [],
              choose: ([key]) => key && choose(key.name),
            }),
          ),
      },
    ]),
  );
}

// ---- views

export async function viewMenu(page: WorkSpace, anchor: HTMLElement): Promise<void> {
  const { given, state } = page.facts;
  const answer = await getJson(given.addresses.views).catch(() => ({ items: [] }));
  const views = (answer as { items: View[] }).items;
  const own = { slug: OWN, name: views.find((view) => view.is_personal)?.name ?? "My workspace" };
  const shared = views.filter((view) => !view.is_personal);
  const { view } = state;
  openMenu(anchor, "Views", [
    { label: own.name, icon: "user", isOn: view.is_personal, act: () => void show(page, OWN) },
    ...(shared.length ? [{ heading: "Saved views" }] : []),
    ...shared.map((one) => ({
      label: one.name,
      end: one.owner ?? "",
      isOn: one.slug === view.slug,
      act: () => void show(page, one.slug),
    })),
    "rule" as const,
    ...(given.may_save
      ? [
          {
            label: "Save as new view …",
            icon: "plus",
            act: () => askName(page, anchor, "Name of the view", "", (name) => saveAs(page, name)),
          },
        ]
      : []),
    {
      label: "Copy link to this view",
      icon: "link",
      act: () => void copyLink(page, "", "Others see their own workspace there"),
    },
    ...(view.may_edit && !view.is_personal
      ? [
          {
            label: "Rename …",
            icon: "edit",
            act: () => askName(page, anchor, "Name of the view", view.name, (name) => state.rename(name)),
          },
          { label: "Delete this view", icon: "trash", isBad: true, act: () => void remove(page) },
        ]
      : []),
  ]);
}

export function viewCommand(page: WorkSpace, command: "save" | "reset"): void {
  const { state } = page.facts;
  if (command === "save") void state.save().then((isSaved) => isSaved && page.say(`${state.view.name} saved for all.`));
  else {
    state.reset();
    page.say("Back to the saved view.", true);
  }
}

async function show(page: WorkSpace, slug: string): Promise<void> {
  const { given, state } = page.facts;
  try {
    if (state.kept === "waiting") await state.save();
    await state.open(slug);
    history.pushState(null, "", slug === OWN ? given.addresses.page : `${given.addresses.page}?nw=${slug}`);
  } catch (error) {
    page.say(sentence(error));
  }
}

async function saveAs(page: WorkSpace, name: string): Promise<void> {
  const { given, state } = page.facts;
  const view = await state.saveAs(name);
  history.pushState(null, "", `${given.addresses.page}?nw=${view.slug}`);
  page.say(`${view.name} saved. All who see the project find it under the name of the view.`);
}

async function remove(page: WorkSpace): Promise<void> {
  const { state, given } = page.facts;
  const { name } = state.view;
  await state.remove();
  await state.open(OWN);
  history.replaceState(null, "", given.addresses.page);
  page.say(`${name} deleted.`);
}

/** Ask for a name in a sheet under a button. */
function askName(
  page: WorkSpace,
  anchor: HTMLElement,
  label: string,
  before: string,
  act: (name: string) => void | Promise<void>,
): void {
  requestAnimationFrame(() => {
    const submit = async (event: SubmitEvent) => {
      event.preventDefault();
      const form = event.target as HTMLFormElement;
      const name = ((new FormData(form).get("name") as string | null) ?? "").trim();
      if (!name) return;
      try {
        await act(name);
        sheet.hidePopover();
      } catch (error) {
        page.say(sentence(error));
      }
    };
    const sheet = openSheet(
      anchor,
      label,
      html`<form class="nameform" @submit=${submit}>
        <label class="field"
          ><span>${label}</span><input class="input" name="name" maxlength="128" required autofocus .value=${before}
        /></label>
        <button class="button primary small">Save</button>
      </form>`,
    );
    sheet.querySelector<HTMLInputElement>("input")?.select();
  });
}

// ---- filters

export function filterSheet(page: WorkSpace, anchor: HTMLElement, conditions: Record<string, unknown>[]): void {
  void import("./filter-sheet").then(({ openFilterSheet }) =>
    openFilterSheet(anchor, page.facts.given.addresses, conditions, (filters) =>
      page.edit(edits.filterRuns(filters), "the filter", "filter"),
    ),
  );
}
