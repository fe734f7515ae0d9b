/**
 * How numbers, sizes and times read: five digits that matter, thin spaces, a true minus, no zero for "nothing".
 *
 * `apps/core/formats.py` says the same on the server; both are held by `tests/core/format_cases.json`.
 */

export const MINUS = "\u2212";
export const THIN = "\u2009";
export const MISSING = "–";

const BIGGEST_PLAIN = 1e6;
const SMALLEST_PLAIN = 1e-3; // so that 0.0003 reads 3.0e-4
const DIGITS = 5;
const BYTE_UNITS = ["B", "kB", "MB", "GB", "TB", "PB"] as const;

/** What JSON answers carry: numbers, and "NaN", "Infinity", "-Infinity" as words. */
export type Value = number | string | null | undefined;

export function parsed(value: Value): number | null {
  if (value === null || value === undefined || value === "") return null;
  if (typeof value === "number") return value;
  if (value === "NaN") return NaN;
  const read = Number(value);
  return Number.isNaN(read) ? null : read;
}

/** Write a measured value: `82.66`, `18 427`, `3.0e-4`, `NaN`. With `decimals`, as many as its column shows. */
export function number(value: Value, decimals?: number): string {
  const read = parsed(value);
  if (read === null) return MISSING;
  if (!Number.isFinite(read)) return Number.isNaN(read) ? "NaN" : `${read < 0 ? MINUS : ""}Inf`;
  const size = Math.abs(read);
  if (size >= BIGGEST_PLAIN || (size > 0 && size < SMALLEST_PLAIN)) return scientific(read);
  return signed(read, decimals === undefined ? plain(size) : size.toFixed(decimals));
}

/** Write a count in full: `1 234 567`. */
export function count(value: number | null | undefined): string {
  return value === null || value === undefined ? MISSING : signed(value, Math.abs(value).toFixed(0));
}

/** The decimals that all rows of a column show: what its longest value needs. */
export function sharedDecimals(values: readonly Value[]): number {
  let most = 0;
  for (const value of values) {
    const size = Math.abs(parsed(value) ?? NaN);
    if (!(size < BIGGEST_PLAIN) || (size > 0 && size < SMALLEST_PLAIN)) continue;
    most = Math.max(most, plain(size).split(".")[1]?.length ?? 0);
  }
  return most;
}

/** Write a label of an axis: `30k`, `1.5M`, `3e-4`; `step` is the distance of the ticks. */
export function tick(value: number, step: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  const sign = value < 0 ? MINUS : "";
  if (size < SMALLEST_PLAIN || size >= 1e15) return sign + trim(size.toExponential(2)).replace("e+", "e");
  for (const [unit, letter] of [
    [1e12, "T"],
    [1e9, "G"],
    [1e6, "M"],
    [1e4, "k"],
  ] as const) {
    const divisor = letter === "k" ? 1e3 : unit;
    if (size >= unit) return sign + (size / divisor).toFixed(decimalsOf(step / divisor)) + letter;
  }
  return sign + size.toFixed(decimalsOf(step));
}

/** Write a size in bytes: `212 kB`, `1.92 TB`. */
export function bytes(value: number | null | undefined): string {
  if (value === null || value === undefined) return MISSING;
  let amount = value;
  let unit = 0;
  while (amount >= 999.5 && unit < BYTE_UNITS.length - 1) {
    amount /= 1000;
    unit += 1;
  }
  return `${trim(fixed(amount, 3))} ${BYTE_UNITS[unit] ?? ""}`;
}

/** Write a length of time by its two largest units: `8 h 41 m`, `3 d 4 h`, `2.8 s`. */
export function duration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined) return MISSING;
  if (seconds < 9.95) return `${trim(Math.max(seconds, 0).toFixed(1))} s`;
  const whole = Math.floor(seconds + 0.5);
  for (const [unit, large, small, name] of [
    [86_400, "d", "h", 3_600],
    [3_600, "h", "m", 60],
    [60, "m", "s", 1],
  ] as const) {
    if (whole < unit) continue;
    const rest = Math.floor((whole % unit) / name);
    return `${Math.floor(whole / unit)} ${large}${rest ? ` ${rest} ${small}` : ""}`;
  }
  return `${whole} s`;
}

/** Write a moment in the zone of the reader: today `15:04`, within a week `Wed 16:20`, else `18 Nov 2026`. */
export function when(moment: Date, now: Date = new Date(), timeZone?: string): string {
  const at = fields(moment, timeZone);
  const today = fields(now, timeZone);
  const days = Math.round(
    (Date.UTC(today.year, today.month, today.day) - Date.UTC(at.year, at.month, at.day)) / 86_400_000,
  );
  if (days === 0) return at.clock;
  if (days > 0 && days < 7) return `${at.weekday} ${at.clock}`;
  return `${at.day} ${at.monthName} ${at.year}`;
}

/** Write how long ago: `now`, `12 m ago`, `6 h ago`, `in 6 d`; after a month the date. */
export function ago(moment: Date, now: Date = new Date(), timeZone?: string): string {
  const passed = (now.getTime() - moment.getTime()) / 1000;
  const seconds = Math.abs(passed);
  if (seconds < 60) return "now";
  for (const [unit, name, limit] of [
    [60, "m", 3_600],
    [3_600, "h", 86_400],
    [86_400, "d", 30 * 86_400],
  ] as const) {
    if (seconds >= limit) continue;
    const amount = `${Math.floor(seconds / unit)} ${name}`;
    return passed < 0 ? `in ${amount}` : `${amount} ago`;
  }
  return when(moment, now, timeZone);
}

/** Write a moment to the second with its zone, for the hover. */
export function exact(moment: Date, timeZone?: string): string {
  const at = fields(moment, timeZone);
  return `${at.day} ${at.monthName} ${at.year}, ${at.clock}:${at.second} ${at.zone}`;
}

/** Write a time of day to the second: `15:04:05`. */
export function clock(moment: Date): string {
  const at = fields(moment);
  return `${at.clock}:${at.second}`;
}

interface Fields {
  year: number;
  month: number;
  day: number;
  monthName: string;
  weekday: string;
  clock: string;
  second: string;
  zone: string;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const clocks = new Map<string, Intl.DateTimeFormat>();

function fields(moment: Date, timeZone?: string): Fields {
  const key = timeZone ?? "";
  let format = clocks.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat("en-GB", {
      ...(timeZone ? { timeZone } : {}),
      year: "numeric",
      month: "numeric",
      day: "numeric",
      weekday: "short",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      hourCycle: "h23",
      timeZoneName: "short",
    });
    clocks.set(key, format);
  }
  const parts = Object.fromEntries(format.formatToParts(moment).map((part) => [part.type, part.value]));
  const month = Number(parts["month"]) - 1;
  return {
    year: Number(parts["year"]),
    month,
    day: Number(parts["day"]),
    monthName: MONTHS[month] ?? "",
    weekday: parts["weekday"] ?? "",
    clock: `${parts["hour"] ?? ""}:${parts["minute"] ?? ""}`,
    second: parts["second"] ?? "",
    zone: parts["timeZoneName"] ?? "",
  };
}

function scientific(value: number): string {
  const [mantissa = "", exponent = ""] = Math.abs(value)
    .toExponential(DIGITS - 1)
    .split("e");
  const [whole = "", rest = ""] = mantissa.split(".");
  return `${value < 0 ? MINUS : ""}${whole}.${rest.replace(/0+$/, "") || "0"}e${Number(exponent)}`;
}

function plain(value: number): string {
  return Number.isInteger(value) ? value.toFixed(0) : trim(fixed(value, DIGITS));
}

function fixed(value: number, digits: number): string {
  const before = value < 1 ? 0 : Math.trunc(value).toFixed(0).length;
  const leading = value >= 1 || value === 0 ? 0 : -Math.floor(Math.log10(value)) - 1;
  return value.toFixed(Math.max(digits - before + leading, 0));
}

function decimalsOf(step: number): number {
  for (let decimals = 0; decimals < 8; decimals += 1) {
    const shifted = step * 10 ** decimals;
    if (Math.abs(shifted - Math.round(shifted)) < 1e-6) return decimals;
  }
  return 8;
}

function trim(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+(?=e|$)/, "") : text;
}

function signed(value: number, text: string): string {
  const [whole = "", rest] = text.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, THIN) + (rest === undefined ? "" : `.${rest}`);
  return value < 0 && /[1-9]/.test(text) ? MINUS + grouped : grouped;
}

/** Begin a word with a capital: `Finished`. */
export function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
