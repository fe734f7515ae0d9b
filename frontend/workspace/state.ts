/**
 * What a person sees and does on the page of a workspace: the document, undo and redo, and where it is kept.
 *
 * One's own workspace saves itself a second after a pause; a shared view is marked as edited until somebody saves it.
 * Whoever may not keep one (readers of a public project) changes the page for themselves, until they leave.
 * Events: `change` after every change of anything here.
 */
import { ApiError, getJson, sendJson, sentence } from "../api";
import type { Spec } from "./document";
import type { Edit } from "./edits";

export interface View {
  uid: string | null;
  slug: string;
  name: string;
  owner: string | null;
  is_personal: boolean;
  version: number | null;
  updated_at: string | null;
  may_edit: boolean;
}

export interface StoredView extends View {
  spec: Spec;
}

export type Kept = "saved" | "waiting" | "saving" | "edited" | "local" | "overtaken" | "failed";

export const OWN = "mine";
const PAUSE_MILLISECONDS = 1000;
const SAME_EDIT_MILLISECONDS = 900;
const MOST_STEPS = 100;
const CONFLICT = 409;

interface Step {
  spec: Spec;
  label: string;
}

export class WorkspaceState extends EventTarget {
  spec: Spec;
  view: View;
  kept: Kept = "saved";
  /** Why it could not be saved, in words. */
  trouble = "";
  /** Counts changes, for elements that show this state. */
  revision = 0;

  private saved: Spec;
  private past: Step[] = [];
  private future: Step[] = [];
  private merging = { name: "", at: 0 };
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** `base` is the address of the project's views; `storage` keeps unsaved changes of this tab over a reload. */
  constructor(
    stored: StoredView,
    private readonly base: string,
    private readonly storage: Storage | null = null,
  ) {
    super();
    const { spec, ...view } = stored;
    [this.spec, this.view, this.saved] = [spec, view, spec];
    this.restoreDraft();
  }

  get isDirty(): boolean {
    return this.spec !== this.saved;
  }

  /** Change the document. `label` says what undo takes back; edits of the same `merge` in a row are one step. */
  edit(edit: Edit, label: string, merge = ""): void {
    const next = edit(this.spec);
    if (next === this.spec) return;
    const now = Date.now();
    const isSame = merge !== "" && merge === this.merging.name && now - this.merging.at < SAME_EDIT_MILLISECONDS;
    if (!isSame) this.past = [...this.past, { spec: this.spec, label }].slice(-MOST_STEPS);
    this.merging = { name: merge, at: now };
    this.future = [];
    this.take(next);
  }

  /** Take the last change back. Returns what it was. */
  undo(): string | null {
    const step = this.past.pop();
    if (!step) return null;
    this.future.push({ spec: this.spec, label: step.label });
    this.merging = { name: "", at: 0 };
    this.take(step.spec);
    return step.label;
  }

  redo(): string | null {
    const step = this.future.pop();
    if (!step) return null;
    this.past.push({ spec: this.spec, label: step.label });
    this.take(step.spec);
    return step.label;
  }

  /** Give the changes of a shared view up. They can be had back by undo. */
  reset(): void {
    this.past.push({ spec: this.spec, label: "the reset" });
    this.future = [];
    this.spec = this.saved;
    this.kept = "saved";
    this.dropDraft();
    this.tell();
  }

  /** Save now, over what is stored; `force` also over what somebody else saved meanwhile. */
  async save({ force = false, isLeaving = false } = {}): Promise<boolean> {
    clearTimeout(this.timer);
    const { spec, view } = this;
    const body = { spec, ...(force ? {} : { version: view.version }) };
    this.kept = "saving";
    this.tell();
    try {
      const answer = (await sendJson("PUT", `${this.base}/${view.slug}`, body, null, {
        keepalive: isLeaving,
      })) as StoredView;
      this.written(answer, spec);
      return true;
    } catch (error) {
      this.kept = error instanceof ApiError && error.status === CONFLICT ? "overtaken" : "failed";
      this.trouble = sentence(error);
      this.tell();
      return false;
    }
  }

  /** Save what is shown as a new view for all who see the project, and go on in it. */
  async saveAs(name: string): Promise<View> {
    const { spec } = this;
    const view = viewOf((await sendJson("POST", this.base, { name, spec })) as StoredView);
    this.dropDraft();
    this.view = view;
    [this.past, this.future] = [[], []];
    this.written(view, spec);
    return view;
  }

  /** Give the shared view another name. */
  async rename(name: string): Promise<void> {
    const { version, slug } = this.view;
    this.view = viewOf((await sendJson("PUT", `${this.base}/${slug}`, { name, version })) as StoredView);
    this.tell();
  }

  async remove(): Promise<void> {
    await sendJson("DELETE", `${this.base}/${this.view.slug}`);
    this.dropDraft();
  }

  /** Show another view, or this one as it is stored now. */
  async open(slug: string): Promise<void> {
    const { spec, ...view } = (await getJson(`${this.base}/${slug}`)) as StoredView;
    clearTimeout(this.timer);
    this.dropDraft();
    [this.spec, this.saved, this.view] = [spec, spec, view];
    [this.past, this.future] = [[], []];
    this.kept = "saved";
    this.restoreDraft();
    this.tell();
  }

  /** Another window saved the same view: follow it, unless there is something to lose here. */
  async heard(uid: string, version: number): Promise<void> {
    if (uid !== this.view.uid || version <= (this.view.version ?? 0)) return;
    if (this.kept === "saved") await this.open(this.view.slug);
    else if (this.kept !== "saving") {
      this.kept = "overtaken";
      this.trouble = "This workspace was saved in another window meanwhile. Nothing was overwritten.";
      this.tell();
    }
  }

  /** New automatic panels came: they are no change of a person's. */
  refill(spec: Spec): void {
    if (this.isDirty) return;
    [this.spec, this.saved] = [spec, spec];
    this.tell();
  }

  private take(spec: Spec): void {
    this.spec = spec;
    if (this.kept !== "overtaken") this.kept = this.next();
    clearTimeout(this.timer);
    if (this.kept === "waiting") this.timer = setTimeout(() => void this.save(), PAUSE_MILLISECONDS);
    if (this.kept === "edited" || this.kept === "local") this.keepDraft();
    this.tell();
  }

  private next(): Kept {
    if (!this.isDirty) return "saved";
    if (this.view.is_personal) return this.view.may_edit ? "waiting" : "local";
    return this.view.may_edit ? "edited" : "local";
  }

  private written(view: View, spec: Spec): void {
    this.view = { ...this.view, uid: view.uid, version: view.version, updated_at: view.updated_at, name: view.name };
    this.saved = spec;
    this.trouble = "";
    this.dropDraft();
    this.kept = this.next();
    if (this.kept === "waiting") this.timer = setTimeout(() => void this.save(), PAUSE_MILLISECONDS);
    this.tell();
  }

  private tell(): void {
    this.revision += 1;
    this.dispatchEvent(new Event("change"));
  }

  // ---- unsaved changes of this tab

  private get draftName(): string {
    return `carnet.workspace ${this.base} ${this.view.slug}`;
  }

  private keepDraft(): void {
    try {
      this.storage?.setItem(this.draftName, JSON.stringify({ version: this.view.version, spec: this.spec }));
    } catch {
      this.dropDraft(); // more than the browser keeps: it is lost with the tab, as the mark "edited" says
    }
  }

  private restoreDraft(): void {
    const text = this.storage?.getItem(this.draftName);
    if (!text) return;
    const draft = JSON.parse(text) as { version: number | null; spec: Spec };
    if (draft.version !== this.view.version) {
      this.dropDraft();
      return;
    }
    this.spec = draft.spec;
    this.kept = this.next();
  }

  private dropDraft(): void {
    this.storage?.removeItem(this.draftName);
  }
}

function viewOf(stored: StoredView): View {
  const { uid, slug, name, owner, is_personal, version, updated_at, may_edit } = stored;
  return { uid, slug, name, owner, is_personal, version, updated_at, may_edit };
}
