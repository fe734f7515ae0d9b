/**
 * The one door to the server's JSON. Columns arrive as typed arrays, every wait can be aborted, errors are sentences.
 *
 * Panels that ask for columns of the same source in the same moment share one request.
 */
import { parsed, type Value } from "./format";
import { readFrame } from "./panels/frame";

/** A refusal in the server's words (problem+json), or the network's silence. */
export class ApiError extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly code = "",
  ) {
    super(message);
    this.name = "ApiError";
  }
}

/** One drawn key: steps rising, values with NaN where nothing can be drawn, `min` and `max` of each bucket. */
export interface Series {
  key: string;
  label: string;
  x: Float64Array;
  y: Float64Array;
  min: Float64Array | null;
  max: Float64Array | null;
  count: number;
  last: Value;
  /** How many buckets were NaN or infinite: told in the footer. */
  notFinite: number;
  slot: number | null;
  dash: number;
}

export interface Columns {
  stepLast: number | null;
  updatedAt: string | null;
  state: string;
  series: Series[];
}

export interface Problem {
  title?: string;
  detail?: string;
  code?: string;
}

const RETRIES = 2;
const LONGEST_PAUSE_SECONDS = 10;
const KEYS_PER_REQUEST = 20;
const GATHER_MILLISECONDS = 15;

/** Fetch JSON. A busy server (429, 503) is asked again when it says so, twice at most. Raises ApiError. */
export async function getJson(url: string, signal?: AbortSignal | null): Promise<unknown> {
  return (await patient(url, { headers: { Accept: "application/json" }, signal: signal ?? null })).json();
}

/** Fetch a piece of a page. */
export async function getHtml(url: string, signal?: AbortSignal | null): Promise<string> {
  const response = await request(url, {
    headers: { Accept: "text/html", "HX-Request": "true" },
    signal: signal ?? null,
  });
  if (!response.ok) throw await problem(response);
  return response.text();
}

/** Send a form's fields with the token that Django asks for. */
export async function post(url: string, fields: Record<string, string>): Promise<Response> {
  const response = await request(url, {
    method: "POST",
    body: new URLSearchParams(fields),
    headers: { Accept: "application/json", "X-CSRFToken": csrfToken() },
  });
  if (!response.ok) throw await problem(response);
  return response;
}

/** Send JSON and read JSON; an answer without content is null. Nothing is sent twice. Raises ApiError. */
export async function sendJson(
  method: "POST" | "PUT" | "PATCH" | "DELETE",
  url: string,
  body?: unknown,
  signal?: AbortSignal | null,
  { keepalive = false }: { keepalive?: boolean } = {},
): Promise<unknown> {
  const response = await request(url, {
    method,
    keepalive,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    headers: { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
    signal: signal ?? null,
  });
  if (!response.ok) throw await problem(response);
  return response.status === 204 ? null : response.json();
}

/** Send JSON and read columns in binary. A busy server is asked again as in `getJson`. Raises ApiError. */
export async function postForFrame(url: string, body: unknown): Promise<unknown> {
  const init = {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
  };
  return readFrame(await (await patient(url, init)).arrayBuffer());
}

/** Fetch the columns of some keys, thinned to about `points` buckets each, together with whoever asks now. */
export function columns(
  src: string,
  keys: readonly string[],
  options: { points?: number; signal?: AbortSignal | null } = {},
): Promise<Columns> {
  const points = options.points ?? 1500;
  const signal = options.signal ?? null;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(aborted());
      return;
    }
    const asked: Asked = { keys, resolve, reject, left: false };
    signal?.addEventListener(
      "abort",
      () => {
        asked.left = true;
        reject(aborted());
        batches.get(name)?.leave();
      },
      { once: true },
    );
    const name = `${points} ${src}`;
    let batch = batches.get(name);
    if (!batch) {
      batch = new Batch(src, points, () => batches.delete(name));
      batches.set(name, batch);
    }
    batch.add(asked);
  });
}

/** Add parameters to an address that may have some already. */
export function withParameters(url: string, parameters: Record<string, string | number | null | undefined>): string {
  const address = new URL(url, document.baseURI);
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== null && value !== undefined && value !== "") address.searchParams.set(name, String(value));
  }
  return address.href;
}

/** Read an answer of the columns endpoint. */
export function readColumns(answer: unknown): Columns {
  const raw = answer as RawColumns;
  return {
    stepLast: raw.step_last ?? null,
    updatedAt: raw.updated_at ?? null,
    state: raw.state ?? "",
    series: (raw.series ?? []).map(readSeries),
  };
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

/** What a person is told about any failure. */
export function sentence(error: unknown): string {
  return error instanceof ApiError ? error.message : "Something went wrong in this page. Reload it to try again.";
}

interface RawColumns {
  step_last?: number | null;
  updated_at?: string | null;
  state?: string;
  series?: RawSeries[];
}

interface RawSeries {
  key: string;
  label?: string;
  x: number[];
  y: Value[];
  min?: Value[] | null;
  max?: Value[] | null;
  count?: number;
  last?: Value;
  slot?: number | null;
  dash?: number;
}

interface Asked {
  keys: readonly string[];
  resolve: (columns: Columns) => void;
  reject: (error: unknown) => void;
  left: boolean;
}

const batches = new Map<string, Batch>();

/** Those who ask for one source within a few milliseconds. */
class Batch {
  private readonly asked: Asked[] = [];
  private readonly controller = new AbortController();
  private sent = false;

  constructor(
    private readonly src: string,
    private readonly points: number,
    private readonly close: () => void,
  ) {
    setTimeout(() => void this.send(), GATHER_MILLISECONDS);
  }

  add(asked: Asked): void {
    this.asked.push(asked);
  }

  /** Stop the request when nobody waits for it any more. */
  leave(): void {
    if (this.sent && this.asked.every((asked) => asked.left)) this.controller.abort();
  }

  private async send(): Promise<void> {
    this.close();
    this.sent = true;
    const waiting = this.asked.filter((asked) => !asked.left);
    const keys = [...new Set(waiting.flatMap((asked) => asked.keys))];
    if (!keys.length) return;
    try {
      const answers = await Promise.all(chunks(keys, KEYS_PER_REQUEST).map((some) => this.fetch(some)));
      const all = new Map(answers.flatMap((answer) => answer.series).map((series) => [series.key, series]));
      for (const asked of waiting) {
        const series = asked.keys.map((key) => all.get(key)).filter((found) => found !== undefined);
        asked.resolve({ ...(answers[0] as Columns), series });
      }
    } catch (error) {
      for (const asked of waiting) asked.reject(error);
    }
  }

  private async fetch(keys: string[]): Promise<Columns> {
    const names = keys.map((key) => key.replace(/[\\,]/g, "\\$&")).join(",");
    const url = withParameters(this.src, { keys: names, points: this.points });
    return readColumns(await getJson(url, this.controller.signal));
  }
}

function readSeries(raw: RawSeries): Series {
  const y = numbers(raw.y);
  return {
    key: raw.key,
    label: raw.label ?? raw.key,
    x: Float64Array.from(raw.x),
    y,
    min: raw.min ? numbers(raw.min) : null,
    max: raw.max ? numbers(raw.max) : null,
    count: raw.count ?? raw.x.length,
    last: raw.last,
    notFinite: raw.y.filter((value) => value !== null && !Number.isFinite(parsed(value) ?? 0)).length,
    slot: raw.slot ?? null,
    dash: raw.dash ?? 1,
  };
}

function numbers(values: readonly Value[]): Float64Array {
  const column = new Float64Array(values.length);
  for (let index = 0; index < values.length; index += 1) {
    const value = parsed(values[index]);
    column[index] = value !== null && Number.isFinite(value) ? value : NaN;
  }
  return column;
}

/** Ask, and ask a busy server again when it says so, twice at most. Raises ApiError. */
async function patient(url: string, init: RequestInit): Promise<Response> {
  for (let attempt = 0; ; attempt += 1) {
    const response = await request(url, init);
    if (response.ok) return response;
    const isBusy = response.status === 429 || response.status === 503;
    if (!isBusy || attempt === RETRIES) throw await problem(response);
    await pause(Number(response.headers.get("Retry-After") ?? 1), init.signal);
  }
}

async function request(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { credentials: "same-origin", ...init });
  } catch (error) {
    if (isAbort(error)) throw error;
    throw new ApiError("The server does not answer. What is shown may be old.", 0, "unreachable");
  }
}

async function problem(response: Response): Promise<ApiError> {
  const body = (await response.json().catch(() => ({}))) as Problem;
  return new ApiError(body.detail ?? body.title ?? statusSentence(response.status), response.status, body.code);
}

function statusSentence(status: number): string {
  if (status === 404) return "There is nothing at this address, or you may not see it.";
  if (status === 401 || status === 403) return "You may not see this. Sign in again, or ask an admin of the team.";
  if (status === 429 || status === 503) return "The server is busy. Nothing is lost; try again in a moment.";
  return `The server answered with an error (${status}). Nothing was changed.`;
}

function pause(seconds: number, signal?: AbortSignal | null): Promise<void> {
  const milliseconds = Math.min(Number.isFinite(seconds) ? seconds : 1, LONGEST_PAUSE_SECONDS) * 1000;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        reject(aborted());
      },
      { once: true },
    );
  });
}

function csrfToken(): string {
  const field = document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]');
  return field?.content ?? "";
}

function aborted(): DOMException {
  return new DOMException("No longer needed.", "AbortError");
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  const parts: T[][] = [];
  for (let start = 0; start < items.length; start += size) parts.push(items.slice(start, start + size));
  return parts;
}
