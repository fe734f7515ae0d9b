/**
 * Hear what changes on the server, through one socket per page, and tell the page.
 *
 *     <live-source groups="run.12 user.7"></live-source>
 *
 * Attributes: `groups`, words parted by blanks; `src`, the socket (`/ws/live`); `poll`, seconds between looks while the
 * socket is down (10). Events: `carnet:changed` {group, name, ids, …} on the document, merged per group and name and sent after
 * a random 0…1 s, so that a thousand open pages do not ask at the same moment; held back while the page is hidden.
 * Shows "Live updates are paused." with the seconds to the next try when the socket stays down.
 */
import { html, nothing, type TemplateResult } from "lit";
import { type Change, tellChange } from "../live";
import { define, icon, PageElement, type PropertyValues } from "../lit";

const FIRST_PAUSE = 1;
const LONGEST_PAUSE = 30;
const QUIET_TRIES = 1; // a blip needs no banner
const SPREAD_MILLISECONDS = 1000;
const READY = "live.ready"; // the server's word for: from here on nothing is missed
const REFUSED = 4404; // there is nothing to hear, or one may not hear it: trying again would not help

export class LiveSource extends PageElement {
  static override properties = {
    groups: {},
    src: {},
    poll: { type: Number },
    secondsLeft: { state: true },
    tries: { state: true },
  };

  declare groups: string;
  declare src: string;
  declare poll: number;
  declare secondsLeft: number;
  declare tries: number;

  private socket: WebSocket | null = null;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private waiting = new Map<string, Change>();
  private polling: ReturnType<typeof setInterval> | null = null;
  private wasDown = false;

  constructor() {
    super();
    Object.assign(this, { groups: "", src: "/ws/live", poll: 10, secondsLeft: 0, tries: 0 });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("visibilitychange", () => this.catchUp(), { signal: this.life.signal });
    window.addEventListener("online", () => this.connect(), { signal: this.life.signal });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.waiting.clear();
    this.close();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("groups") || changed.has("src")) this.connect();
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.tries <= QUIET_TRIES) return nothing;
    return html`<div class="banner warn live-banner">
      ${icon("warn")}
      <span role="status"
        ><span class="sr-only">Live updates are paused; nothing is lost.</span>
        <span aria-hidden="true"
          >Live updates are paused. ${this.secondsLeft > 0 ? `Trying again in ${this.secondsLeft} s` : "Trying again"};
          nothing is lost.</span
        ></span
      >
      <span class="actions"
        ><button type="button" class="button small" @click=${() => this.connect()}>Try now</button></span
      >
    </div>`;
  }

  private get names(): string[] {
    return this.groups.split(/\s+/).filter(Boolean);
  }

  private connect(): void {
    this.close();
    if (!this.names.length || !this.isConnected) return;
    const address = new URL(this.src, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    for (const group of this.names) address.searchParams.append("group", group);
    const socket = new WebSocket(address);
    this.socket = socket;
    this.secondsLeft = 0;
    socket.addEventListener("open", () => this.opened());
    socket.addEventListener("message", (event) => this.hear(String(event.data)));
    socket.addEventListener("close", (event) => {
      if (socket === this.socket) this.lost((event as Partial<CloseEvent>).code);
    });
  }

  private close(): void {
    const socket = this.socket;
    this.socket = null;
    socket?.close();
    clearTimeout(this.retry);
    this.stopPolling();
  }

  private opened(): void {
    this.tries = 0;
    this.stopPolling();
  }

  /** Try again after 1, 2, 4 … 30 seconds, and look by polling meanwhile. */
  private lost(code?: number): void {
    if (code === REFUSED) {
      this.close();
      return;
    }
    this.wasDown = true;
    this.tries += 1;
    const pause = Math.min(FIRST_PAUSE * 2 ** (this.tries - 1), LONGEST_PAUSE);
    this.secondsLeft = pause;
    this.tick();
    if (!this.polling) this.polling = setInterval(() => this.tellAll("poll"), this.poll * 1000);
  }

  private tick(): void {
    this.retry = setTimeout(() => {
      this.secondsLeft -= 1;
      if (this.secondsLeft > 0) this.tick();
      else this.reconnect();
    }, 1000);
  }

  /** Connect again without stopping the polling: it goes on until the socket is open. */
  private reconnect(): void {
    const polling = this.polling;
    this.polling = null;
    this.connect();
    this.polling = polling;
  }

  private hear(text: string): void {
    const message = read(text);
    if (message?.name === READY) {
      this.tellAll(this.wasDown ? "reconnected" : "ready");
      this.wasDown = false;
    } else if (message?.group) this.tellSoon(message);
  }

  private tellAll(name: string): void {
    for (const group of this.names) this.tellSoon({ group, name });
  }

  private tellSoon(change: Change): void {
    const key = `${change.group} ${change.name}`;
    const before = this.waiting.get(key);
    const ids = [...new Set([...(before?.ids ?? []), ...(change.ids ?? [])])];
    this.waiting.set(key, ids.length ? { ...change, ids } : change);
    if (!before) setTimeout(() => this.tell(key), Math.random() * SPREAD_MILLISECONDS);
  }

  private tell(key: string): void {
    const change = this.waiting.get(key);
    if (!change || document.hidden) return;
    this.waiting.delete(key);
    tellChange(change);
  }

  /** A page that comes back into view hears at once what it slept through. */
  private catchUp(): void {
    if (!document.hidden) for (const key of [...this.waiting.keys()]) this.tell(key);
  }

  private stopPolling(): void {
    if (this.polling) clearInterval(this.polling);
    this.polling = null;
  }
}

/** The server says {"group", "type", "ids", "version"}; the page calls the type a name. */
function read(text: string): Change | null {
  try {
    const { type, ...message } = JSON.parse(text) as Partial<Change> & { type?: string };
    return type ? { ...message, group: message.group ?? "", name: type } : null;
  } catch {
    return null;
  }
}

define("live-source", LiveSource);
