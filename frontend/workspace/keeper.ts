/** What the page of a workspace begins with, and what it hears from elsewhere: other windows, new keys. */
import { getJson } from "../api";
import type { ProjectFacts } from "../elements/run-list";
import type { Change } from "../live";
import { sectionsOf, type Spec, type ValueChoice } from "./document";
import type { RawList } from "./fetch-runs";
import type { StoredView, WorkspaceState } from "./state";

export interface Given {
  view: StoredView;
  entity: string;
  project: string;
  /** The group whose changes are followed. */
  live: string;
  may_save: boolean;
  /** The value beside the runs, where nobody chose one. */
  value: ValueChoice;
  /** The first page of the run list. */
  list: RawList;
  addresses: {
    data: string;
    keys: string;
    views: string;
    targets: string;
    send: string;
    undo: string;
    runs: string;
    page: string;
    project: string;
    table: string;
    columns: string;
    rows: string;
  };
  facts: ProjectFacts;
}

const LOOK_EVERY = 10_000;

/** Read what the server wrote into the page; null if it is not there. */
export function readGiven(id: string): Given | null {
  const text = document.getElementById(id)?.textContent;
  if (!text) return null;
  const given = JSON.parse(text) as Given;
  const { entity, project, addresses } = given;
  return { ...given, facts: { entity, project, table: addresses.table, keys: addresses.keys } };
}

export class Keeper {
  private lookedAt = Date.now();

  constructor(
    private readonly given: Given,
    private readonly state: WorkspaceState,
  ) {}

  /** Another window saved a view. */
  heard(change: Change): void {
    const { uid, version } = change;
    if (change.name === "workspace.saved" && typeof uid === "string" && typeof version === "number") {
      void this.state.heard(uid, version);
    }
  }

  /** Keys that were not there before get their panels, at most every ten seconds. */
  async lookForKeys(): Promise<void> {
    if (Date.now() - this.lookedAt < LOOK_EVERY || this.state.isDirty) return;
    this.lookedAt = Date.now();
    const { views } = this.given.addresses;
    const stored = (await getJson(`${views}/${this.state.view.slug}`).catch(() => null)) as StoredView | null;
    if (stored?.version === this.state.view.version && panelIds(stored.spec) !== panelIds(this.state.spec)) {
      this.state.refill(stored.spec);
    }
  }

  /** Leaving loses changes of a shared view that nobody saved. */
  warn(event: BeforeUnloadEvent): void {
    if (this.state.kept === "waiting" || this.state.kept === "saving") {
      void this.state.save({ isLeaving: true });
    }
    if (this.state.kept === "failed") event.preventDefault();
  }
}

function panelIds(spec: Spec): string {
  return sectionsOf(spec)
    .flatMap((section) => section.panels.map((panel) => panel.__id__))
    .join(" ");
}
