/** What stands beside the pointer over a point, a bar or a cell: a head, and what is known of it. */
import { made } from "./made";

const BESIDE = 14;

export interface TipRow {
  swatch?: HTMLElement;
  name: string;
  value?: string;
  isStrong?: boolean;
}

export class PointTip {
  private readonly box = made("div", "chart-tip");

  constructor(private readonly host: HTMLElement) {
    this.box.hidden = true;
    this.box.toggleAttribute("data-single", true);
  }

  /** Show rows beside a place of the host, in CSS pixels. */
  show(at: { left: number; top: number }, head: readonly string[], rows: readonly TipRow[], more = ""): void {
    const when = made("div", "when");
    when.append(...head.filter(Boolean).map((text) => made("span", "", text)));
    this.box.replaceChildren(...(head.some(Boolean) ? [when] : []), ...rows.map(rowOf));
    if (more) this.box.append(made("div", "more", more));
    if (!this.box.isConnected) this.host.append(this.box);
    this.box.hidden = false;
    this.place(at);
  }

  hide(): void {
    this.box.hidden = true;
  }

  destroy(): void {
    this.box.remove();
  }

  private place({ left, top }: { left: number; top: number }): void {
    const { clientWidth, clientHeight } = this.host;
    const fits = left + BESIDE + this.box.offsetWidth <= Math.max(clientWidth, 1);
    const start = fits ? left + BESIDE : Math.max(left - BESIDE - this.box.offsetWidth, -this.box.offsetWidth / 3);
    this.box.style.setProperty("inset-inline-start", `${start}px`);
    const lowest = clientHeight - this.box.offsetHeight;
    this.box.style.setProperty("inset-block-start", `${Math.max(4, Math.min(top - 24, lowest))}px`);
  }
}

function rowOf({ swatch, name, value, isStrong }: TipRow): HTMLElement {
  const row = made("div", "hit");
  row.toggleAttribute("data-near", isStrong ?? false);
  row.append(swatch ?? made("span"), made("span", "cut", name), made("b", "", value ?? ""));
  return row;
}
