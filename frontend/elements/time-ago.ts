/**
 * Show a time in the zone of its reader and keep it true: "6 h ago" grows, "running 6 h 12 m" counts on.
 *
 *     <time-ago format="ago"><time datetime="2026-11-20T09:02:00+00:00">6 h ago</time></time-ago>
 *
 * Attributes: `format` ago, when, since or clock; `until`, an instant at which `since` stops.
 */
import * as format from "../format";
import { define } from "../lit";

const SHOWN = {
  ago: (moment: Date, now: Date) => format.ago(moment, now),
  when: (moment: Date, now: Date) => format.when(moment, now),
  since: (moment: Date, now: Date) => format.duration(Math.max((now.getTime() - moment.getTime()) / 1000, 0)),
  clock: (moment: Date) => format.clock(moment),
} as const;

const shown = new Set<TimeAgo>();
let timer: ReturnType<typeof setInterval> | null = null;

export class TimeAgo extends HTMLElement {
  static readonly observedAttributes = ["format", "until"];

  connectedCallback(): void {
    shown.add(this);
    timer ??= setInterval(() => {
      for (const one of shown) one.show();
    }, 10_000);
    this.show();
  }

  disconnectedCallback(): void {
    shown.delete(this);
    if (!shown.size && timer) {
      clearInterval(timer);
      timer = null;
    }
  }

  attributeChangedCallback(): void {
    if (this.isConnected) this.show();
  }

  show(now = new Date()): void {
    const time = this.querySelector("time");
    const moment = new Date(time?.dateTime ?? "");
    if (!time || Number.isNaN(moment.getTime())) return;
    const until = new Date(this.getAttribute("until") ?? "");
    const write = SHOWN[(this.getAttribute("format") ?? "ago") as keyof typeof SHOWN];
    const text = write(moment, Number.isNaN(until.getTime()) ? now : until);
    if (time.textContent !== text) time.textContent = text;
    time.title = format.exact(moment);
  }
}

define("time-ago", TimeAgo);
