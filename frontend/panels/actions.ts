/**
 * What the menu of a panel offers. `<panel-view>` brings the first few; whoever edits, copies or exports panels adds
 * its own, once, when its code is loaded:
 *
 *     offerAction({ name: "edit", label: "Edit", icon: "edit", key: "e", rank: 10, act: (view) => openEditor(view) });
 */
import type { PanelView } from "../elements/panel-view";

export interface PanelAction {
  name: string;
  label: string | ((view: PanelView) => string);
  /** An icon of the sprite. */
  icon: string | ((view: PanelView) => string);
  /** The key that does the same while the panel has the focus, one lower-case letter. */
  key?: string;
  /** Where in the menu: 10 changes the panel, 20 its look, 30 copies it, 40 takes it away as a file, 90 deletes it. */
  rank: number;
  when?: (view: PanelView) => boolean;
  /** A switch: whether it is on. */
  isOn?: (view: PanelView) => boolean;
  act: (view: PanelView) => void;
}

const actions = new Map<string, PanelAction>();
const listeners = new Set<() => void>();

/** Add an action to the menus of all panels, or replace the one of the same name. Returns the way to take it back. */
export function offerAction(action: PanelAction): () => void {
  actions.set(action.name, action);
  for (const listener of listeners) listener();
  return () => {
    if (actions.get(action.name) === action) actions.delete(action.name);
    for (const listener of listeners) listener();
  };
}

/** The actions that make sense for a panel, in the order of its menu. */
export function actionsOf(view: PanelView): PanelAction[] {
  return [...actions.values()].filter((one) => one.when?.(view) ?? true).sort((a, b) => a.rank - b.rank);
}

/** Call when actions come or go. Returns the way to stop. */
export function onActions(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
