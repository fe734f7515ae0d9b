/**
 * Send a panel elsewhere: the sheet of targets that the server lists, and what is said afterwards.
 *
 * What is sent is the panel as it is on screen, with what it is drawn from, so that neither an automatic panel nor changes
 * that nobody saved must be saved first. It keeps one id over all tries: the server adds it once.
 */
import { html, nothing, type TemplateResult } from "lit";
import { ApiError, getJson, sendJson, sentence } from "../api";
import type { PanelView } from "../elements/panel-view";
import type { ToastAction, ToastList } from "../elements/toast-list";
import type { WorkSpace } from "../elements/work-space";
import { icon } from "../lit";
import { findPanel, partOf, type Spec, titleOf } from "./document";
import { newId } from "./edits";
import { openSheet, refillSheet } from "./menu";
import { OWN } from "./state";

export interface Target {
  id: string;
  name: string;
  owner: string;
  address: string;
}

export interface TargetGroup {
  kind: string;
  heading: string;
  note: string;
  items: Target[];
}

interface Landed {
  name: string;
  address: string;
  version: number;
  is_new: boolean;
}

/** A panel on its way. */
interface Parcel {
  title: string;
  view: string;
  panel: string;
  document: Spec;
  target: { kind: string; id: string };
  id: string;
}

const MANY = 7; // more of them are searched
const LABEL = "Add the panel to";

/** Let a person choose where a panel is added to; `saveAsNew` where there is nowhere yet. */
export async function openTargets(
  page: WorkSpace,
  id: string,
  anchor: HTMLElement,
  saveAsNew: () => void,
): Promise<void> {
  const { given, state } = page.facts;
  let kinds: TargetGroup[];
  try {
    ({ kinds } = (await getJson(given.addresses.targets)) as { kinds: TargetGroup[] });
  } catch (error) {
    page.say(sentence(error));
    return;
  }
  const groups = others(kinds, state.view.is_personal ? OWN : state.view.slug);
  const choose = (group: TargetGroup, target: Target) => {
    const view = anchor.closest<PanelView>("panel-view");
    if (view?.isEnlarged) view.enlarge(); // it covers what is said
    void chosen(page, id, group.kind, target);
  };
  const search = (words: string) => refillSheet(sheet, list(groups, words, choose, search));
  const content = groups.length ? list(groups, "", choose, search) : none(given.may_save, saveAsNew);
  const sheet = openSheet(anchor, LABEL, content, "targetsheet");
}

/** The targets without the view that is shown; kinds of which nothing is left are left out. */
export function others(groups: readonly TargetGroup[], here: string): TargetGroup[] {
  return groups
    .map((group) => ({
      ...group,
      items: group.kind === "view" ? group.items.filter((target) => target.id !== here) : group.items,
    }))
    .filter((group) => group.items.length > 0);
}

/** The targets with every word in their name or their owner's. */
export function found(groups: readonly TargetGroup[], words: string): TargetGroup[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (target: Target) =>
    wanted.every((word) => `${target.name} ${target.owner}`.toLowerCase().includes(word));
  return groups
    .map((group) => ({ ...group, items: group.items.filter(fits) }))
    .filter((group) => group.items.length > 0);
}

/** Send a panel, and say where it stands with ways to look at it and to take it back. */
export async function send(parcel: Parcel, addresses: { send: string; undo: string }): Promise<void> {
  const { title, target, id, ...source } = parcel;
  try {
    const landed = (await sendJson("POST", addresses.send, { ...source, target, id })) as Landed;
    say(
      `${title} added to ${landed.name}.`,
      { label: "Open", href: landed.address },
      { label: "Undo", act: () => void takeBack(parcel, landed, addresses.undo) },
    );
  } catch (error) {
    const again = { label: "Try again", act: () => void send(parcel, addresses) };
    say(sentence(error), mayPass(error) ? again : undefined);
  }
}

async function takeBack({ title, target, id }: Parcel, { name, version }: Landed, address: string): Promise<void> {
  try {
    await sendJson("POST", address, { target, id, version });
    say(`${title} taken out of ${name} again.`);
  } catch (error) {
    say(sentence(error));
  }
}

/** Whether the same request may succeed later: nobody knows whether one without an answer arrived. */
function mayPass(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status === 429 || error.status >= 500);
}

async function chosen(page: WorkSpace, id: string, kind: string, target: Target): Promise<void> {
  const { state, given } = page.facts;
  const document = partOf(state.spec, id);
  const panel = findPanel(state.spec, id)?.panel;
  if (!document || !panel) {
    page.say("The panel is not in this view any more.");
    return;
  }
  const parcel = { title: titleOf(panel), view: state.view.slug, panel: id, document, id: newId() };
  await send({ ...parcel, target: { kind, id: target.id } }, given.addresses);
}

function say(text: string, ...actions: (ToastAction | undefined)[]): void {
  document.querySelector<ToastList>("toast-list")?.say(text, ...actions);
}

// ---- what the sheet shows

function list(
  groups: readonly TargetGroup[],
  words: string,
  choose: (group: TargetGroup, target: Target) => void,
  search: (words: string) => void,
): TemplateResult {
  const count = groups.reduce((sum, group) => sum + group.items.length, 0);
  const left = found(groups, words);
  const first = left[0];
  const typed = (event: KeyboardEvent) => {
    if (event.key === "Home" || event.key === "End") event.stopPropagation(); // within the words
    if (event.key === "Enter" && first?.items[0]) {
      event.preventDefault();
      (event.target as Element).closest("[popover]")?.querySelector<HTMLElement>(".menu-item")?.click();
    }
  };
  return html`${
      count > MANY
        ? html`<div class="menu-search">
            <div class="search">
              ${icon("search")}
              <input
                class="input"
                type="search"
                placeholder="Find a view"
                aria-label="Find a view"
                autocomplete="off"
                @input=${(event: Event) => search((event.target as HTMLInputElement).value)}
                @keydown=${typed}
              />
            </div>
          </div>`
        : nothing
    }
    <div class="targets-list" role=${left.length ? "menu" : nothing} aria-label=${left.length ? LABEL : nothing}>
      ${left.map(
        (group) =>
          html`<div class="menu-label">${group.heading}</div>
            ${group.items.map((target) => item(target, () => choose(group, target)))}`,
      )}
    </div>
    ${left.length ? nothing : html`<p class="targets-none" role="status">Nothing here is called “${words.trim()}”.</p>`}
    ${left.map((group) => (group.note ? html`<p class="targets-note">${group.note}</p>` : nothing))}`;
}

function item(target: Target, act: () => void): TemplateResult {
  return html`<button type="button" class="menu-item" role="menuitem" title=${target.name} @click=${act}>
    <span class="cut">${target.name}</span
    >${target.owner ? html`<span class="end cut">${target.owner}</span>` : nothing}
  </button>`;
}

function none(maySave: boolean, saveAsNew: () => void): TemplateResult {
  const save = (event: Event) => {
    (event.target as Element).closest<HTMLElement>("[popover]")?.hidePopover();
    saveAsNew();
  };
  return html`<div class="targets-none">
    <b>${maySave ? "No other view yet" : "No other view that you may add to"}</b>
    <p>
      ${
        maySave
          ? "A panel can be added to any saved view. Save what you see as the first one."
          : "Members who may edit save views for all who see the project."
      }
    </p>
    ${maySave ? html`<button type="button" class="button small" @click=${save}>Save as new view …</button>` : nothing}
  </div>`;
}
