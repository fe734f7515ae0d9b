/** Cells of the run table: a value as its column shows it, and what a group says in its place. */
import { html, nothing, type TemplateResult } from "lit";
import * as format from "../format";
import type { Value } from "../format";
import { isNumeric, type Head } from "./columns";
import type { Aggregate } from "./groups";

const SLOTS = 12;

export type Shown = TemplateResult | string | typeof nothing;

/** Write a value; `decimals` are those that the rows of its column share. */
export function cell(head: Head, value: unknown, decimals: number): Shown {
  if (value === null || value === undefined || (Array.isArray(value) && !value.length)) {
    return isNumeric(head) ? html`<span class="none">${format.MISSING}</span>` : nothing;
  }
  const word = value as string; // of the kinds below that are texts
  switch (head.kind) {
    case "state":
      return html`<span class="state" data-state=${word}>${format.capital(word)}</span>`;
    case "user":
      return html`<span class="row tight"
        ><span class="avatar small" data-avatar=${avatarOf(word)} aria-hidden="true">${initials(word)}</span
        ><span class="cut">${word}</span></span
      >`;
    case "time":
      return html`<time datetime=${word} title=${format.exact(new Date(word))}>${format.ago(new Date(word))}</time>`;
    case "seconds":
      return format.duration(Number(value));
    case "step":
      return format.count(Number(value));
    case "tags":
      return html`<span class="row tight"
        >${(value as string[]).map((tag) => html`<span class="chip">${tag}</span>`)}</span
      >`;
    case "text":
      return html`<span class="cut" title=${word}>${word}</span>`;
    default:
      return measured(value, decimals);
  }
}

/** What a group shows of a column: the end or the mean that belongs to it, a range, or how many values there are. */
export function summary(head: Head, aggregate: Aggregate | null, decimals: number): Shown {
  if (!aggregate) return nothing;
  const { min, max, mean, distinct } = aggregate;
  switch (head.kind) {
    case "number":
      return end(head, aggregate) === null ? nothing : format.number(end(head, aggregate), decimals);
    case "seconds":
      return mean === null ? nothing : `mean ${format.duration(mean)}`;
    case "value":
      if (min !== null && max !== null && distinct <= 2) {
        return min === max ? format.number(min) : `${format.number(min)} … ${format.number(max)}`;
      }
      return distinct ? `${format.count(distinct)} ${distinct === 1 ? "value" : "values"}` : nothing;
    case "user":
      return distinct > 1 ? `${format.count(distinct)} people` : nothing;
    default:
      return nothing;
  }
}

/** The value of a group by which it is compared: the least of minima, the greatest of maxima, the mean of last values. */
export function end(head: Head, { min, max, mean }: Aggregate): number | string | null {
  if (head.fact === "last") return mean;
  return head.fact === "min" || (head.fact === "best" && head.goal === "min") ? min : max;
}

/** `2 running, 497 finished, 13 other`. */
export function stateWords(states: Readonly<Record<string, number>>): string {
  const { running = 0, finished = 0, ...rest } = states;
  const others = Object.values(rest).reduce((sum, count) => sum + count, 0);
  const parts: [number, string][] = [
    [running, "running"],
    [finished, "finished"],
    [others, "other"],
  ];
  return parts
    .filter(([count]) => count)
    .map(([count, word]) => `${format.count(count)} ${word}`)
    .join(", ");
}

/** The colour and dash of a run, by its slot. */
export function series(slot: number): { colour: number; dash: number } {
  return { colour: ((slot - 1) % SLOTS) + 1, dash: Math.min(Math.floor((slot - 1) / SLOTS) + 1, 3) };
}

export function said(value: unknown): string {
  if (value === null || value === undefined) return "none";
  return typeof value === "string" ? value : typeof value === "number" ? format.number(value) : JSON.stringify(value);
}

function measured(value: unknown, decimals: number): Shown {
  if (typeof value === "boolean") return String(value);
  if (typeof value === "string" && !["NaN", "Infinity", "-Infinity"].includes(value)) {
    return html`<span class="cut" title=${value}>${value}</span>`;
  }
  const text = format.number(value as Value, decimals);
  return typeof value === "string" ? html`<span class="bad-text">${text}</span>` : text;
}

function initials(name: string): string {
  const parts = name.split(/[\s._-]+/).filter(Boolean);
  const [first = "", second = ""] = parts;
  return (second ? first.charAt(0) + second.charAt(0) : first.slice(0, 2)).toUpperCase();
}

function avatarOf(name: string): number {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973;
  return (sum % 8) + 1;
}
