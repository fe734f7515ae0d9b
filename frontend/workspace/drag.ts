/** Panels under the pointer: dragged by their head, sized by their corner. What it means is decided on letting go. */
import type { PanelSection } from "../elements/panel-section";
import type { Layout } from "./document";
import { movePanel } from "./edits";
import { clamp, COLUMNS, place, ROW_PIXELS } from "./layout";

const LEAST_TRAVEL = 5;
const GAP = 14;

interface Held {
  id: string;
  at: Layout;
  x: number;
  y: number;
  isSizing: boolean;
  box: HTMLElement;
  hasMoved: boolean;
}

/** Where a dragged panel would come to stand in a section that flows. */
interface Target {
  section: PanelSection;
  before: string | null;
}

export class PanelDrag {
  private held: Held | null = null;
  private target: Target | null = null;
  private line: HTMLElement | null = null;

  constructor(
    private readonly host: PanelSection,
    life: AbortSignal,
  ) {
    host.addEventListener("pointerdown", (event) => this.down(event), { signal: life });
  }

  private down(event: PointerEvent): void {
    const target = event.target as Element;
    const box = target.closest<HTMLElement>(".panel-place");
    const isSizing = target.matches(".panel-corner");
    if (!box || event.button !== 0 || !(isSizing || isHandle(event, target))) return;
    const id = box.dataset["panel"] ?? "";
    const at = place(this.host.section, this.host.panels).find((one) => one.panel.__id__ === id)?.at;
    if (!at) return;
    this.held = { id, at, x: event.clientX, y: event.clientY, isSizing, box, hasMoved: false };
    const life = new AbortController();
    const { signal } = life;
    const end = (isDone: boolean) => {
      life.abort();
      this.end(isDone);
    };
    document.addEventListener("pointermove", (moved) => this.move(moved), { signal });
    document.addEventListener("pointerup", () => end(true), { signal });
    document.addEventListener("pointercancel", () => end(false), { signal });
    document.addEventListener("keydown", (key) => key.key === "Escape" && end(false), { signal });
    if (isSizing || event.pointerType !== "mouse") event.preventDefault();
  }

  private move(event: PointerEvent): void {
    const { held } = this;
    if (!held) return;
    const [dx, dy] = [event.clientX - held.x, event.clientY - held.y];
    if (!held.hasMoved && Math.hypot(dx, dy) < LEAST_TRAVEL) return;
    if (!held.hasMoved) document.documentElement.dataset["dragging"] = held.isSizing ? "size" : "move";
    held.hasMoved = true;
    event.preventDefault();
    const column = this.columnPixels();
    if (held.isSizing) {
      const size = { w: held.at.w + Math.round(dx / column), h: held.at.h + Math.round(dy / ROW_PIXELS) };
      this.host.moving = { id: held.id, at: clamp({ ...held.at, ...size }) };
      return;
    }
    held.box.style.setProperty("translate", `${dx}px ${dy}px`);
    held.box.dataset["held"] = "";
    const over = this.sectionUnder(event);
    if (over === this.host && over.section.type === "grid") {
      this.target = null;
      this.mark(null);
      const at = clamp({
        ...held.at,
        x: held.at.x + Math.round(dx / column),
        y: held.at.y + Math.round(dy / ROW_PIXELS),
      });
      this.gridAt = at;
    } else {
      this.gridAt = null;
      this.target = over && { section: over, before: this.beforeWhom(over, event) };
      this.mark(this.target, event);
    }
  }

  private gridAt: Layout | null = null;

  private end(isDone: boolean): void {
    const { held, target, gridAt, host } = this;
    const wanted = host.moving?.at;
    [this.held, this.target, this.gridAt] = [null, null, null];
    delete document.documentElement.dataset["dragging"];
    this.mark(null);
    host.moving = null;
    if (!held) return;
    held.box.style.removeProperty("translate");
    delete held.box.dataset["held"];
    if (!isDone || !held.hasMoved) return;
    swallowClick();
    if (held.isSizing && wanted) host.layOut(held.id, wanted, "resizing a panel");
    else if (gridAt) host.layOut(held.id, gridAt, "moving a panel");
    else if (target) {
      const edit = movePanel(held.id, target.section.sectionId, target.before);
      host.tell("workspace-edit", { edit, label: "moving a panel" });
    }
  }

  private columnPixels(): number {
    const grid = this.host.querySelector<HTMLElement>(".panel-places");
    return ((grid?.clientWidth ?? 960) + GAP) / COLUMNS;
  }

  private sectionUnder(event: PointerEvent): PanelSection | null {
    const sections = [...document.querySelectorAll<PanelSection>("panel-section")];
    return sections.find((section) => contains(section.getBoundingClientRect(), event)) ?? null;
  }

  /** The panel before which the pointer is, in reading order; null: after all. */
  private beforeWhom(section: PanelSection, event: PointerEvent): string | null {
    const boxes = [...section.querySelectorAll<HTMLElement>(".panel-place")].filter((box) => box !== this.held?.box);
    for (const box of boxes) {
      const { top, bottom, left, width } = box.getBoundingClientRect();
      if (event.clientY < top) return box.dataset["panel"] ?? null;
      if (event.clientY <= bottom && event.clientX < left + width / 2) return box.dataset["panel"] ?? null;
    }
    return null;
  }

  /** Show where the panel would go. */
  private mark(target: Target | null, event?: PointerEvent): void {
    this.line?.remove();
    this.line = null;
    if (!target || !event) return;
    const boxes = [...target.section.querySelectorAll<HTMLElement>(".panel-place")].filter(
      (box) => box !== this.held?.box,
    );
    const next = boxes.find((box) => box.dataset["panel"] === target.before);
    const beside = (next ?? boxes.at(-1))?.getBoundingClientRect();
    if (!beside) return;
    this.line = document.createElement("div");
    this.line.className = "drop-line";
    const left = next ? beside.left - GAP / 2 : beside.right + GAP / 2;
    this.line.style.setProperty("inset", `${beside.top}px auto auto ${left - 1}px`);
    this.line.style.setProperty("block-size", `${beside.height}px`);
    document.body.append(this.line);
  }
}

/** A mouse takes the head of a panel; a finger scrolls there, and takes the grip. */
function isHandle(event: PointerEvent, target: Element): boolean {
  if (target.closest(".panel-grip")) return true;
  if (event.pointerType !== "mouse" || !target.closest(".panel > header")) return false;
  return !target.closest("button, a, input, .menu") && !target.closest("[popover]");
}

function contains(box: DOMRect, { clientX, clientY }: PointerEvent): boolean {
  return clientX >= box.left && clientX <= box.right && clientY >= box.top && clientY <= box.bottom;
}

/** Letting go is no click. */
function swallowClick(): void {
  const stop = (event: Event) => event.stopPropagation();
  document.addEventListener("click", stop, { capture: true, once: true });
  setTimeout(() => document.removeEventListener("click", stop, { capture: true }), 0);
}
