/** What the menu of a panel offers on the page of a workspace; the page does it (`panel-command`). */
import type { PanelView } from "../elements/panel-view";
import { offerAction, type PanelAction } from "../panels/actions";

export type Command = "edit" | "duplicate" | "move" | "link" | "send" | "remove";

const COMMANDS: readonly (Omit<PanelAction, "act" | "when"> & { name: Command })[] = [
  { name: "edit", label: "Edit", icon: "edit", key: "e", rank: 10 },
  { name: "duplicate", label: "Duplicate", icon: "dup", rank: 11 },
  { name: "move", label: "Move …", icon: "move", rank: 12 },
  { name: "link", label: "Copy link to panel", icon: "link", rank: 30 },
  { name: "send", label: "Add to …", icon: "share", rank: 31 },
  { name: "remove", label: "Remove", icon: "trash", rank: 90 },
];

/** Offer them to all panels within `host`. Returns the way to take them back. */
export function offerCommands(host: HTMLElement): () => void {
  const isOurs = (view: PanelView) => host.contains(view) && !view.closest("dialog");
  const stops = COMMANDS.map((command) =>
    offerAction({
      ...command,
      when: isOurs,
      act: (view) =>
        view.dispatchEvent(
          new CustomEvent("panel-command", {
            bubbles: true,
            detail: { command: command.name, id: view.panel?.__id__, view },
          }),
        ),
    }),
  );
  return () => {
    for (const stop of stops) stop();
  };
}
