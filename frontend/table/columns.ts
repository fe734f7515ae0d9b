/** Columns of the run table: how they are called, what they show, how wide they are. */

export type Fact = "last" | "min" | "max" | "best";
export const FACTS: readonly Fact[] = ["last", "min", "max", "best"];

/** What the server says of a column. */
export interface Head {
  key: string;
  label: string;
  kind: "text" | "state" | "time" | "seconds" | "user" | "tags" | "number" | "step" | "value";
  fact: string;
  goal: "min" | "max" | null;
}

export const NAME = "run:displayName";

const WIDTHS: Readonly<Record<string, number>> = {
  text: 150,
  state: 104,
  time: 92,
  seconds: 116,
  user: 116,
  tags: 150,
  number: 112,
  step: 112,
  value: 104,
};
export const NARROWEST = 56;
export const WIDEST = 640;

/** Own columns of a run, for menus that need no answer of the server. */
export const RUN_COLUMNS: Readonly<Record<string, readonly [string, Head["kind"]]>> = {
  displayName: ["Name", "text"],
  name: ["Id", "text"],
  state: ["State", "state"],
  createdAt: ["Created", "time"],
  heartbeatAt: ["Last sign of life", "time"],
  duration: ["Duration", "seconds"],
  username: ["User", "user"],
  group: ["Group", "text"],
  jobType: ["Job type", "text"],
  tags: ["Tags", "tags"],
  notes: ["Notes", "text"],
  host: ["Host", "text"],
  sweep: ["Sweep", "text"],
  commit: ["Commit", "text"],
};

/** Read the name of a column as the server would; what best means is known once it has answered. */
export function headOf(key: string): Head {
  const [section = "", ...rest] = key.split(":");
  if (section === "run") {
    const [label, kind] = RUN_COLUMNS[rest[0] ?? ""] ?? [key, "text"];
    return { key, label, kind, fact: "", goal: null };
  }
  if (section !== "metric") return { key, label: rest.join(":"), kind: "value", fact: "", goal: null };
  const fact = rest.length > 1 ? (rest.at(-1) ?? "last") : "last";
  const label = rest.length > 1 ? rest.slice(0, -1).join(":") : (rest[0] ?? "");
  return { key, label, kind: fact.endsWith("_step") ? "step" : "number", fact, goal: null };
}

export function isNumeric(head: Head): boolean {
  return head.kind === "number" || head.kind === "step" || head.kind === "seconds" || head.kind === "value";
}

/** Return the column of the same metric with another value shown. */
export function withFact(head: Head, fact: string): string {
  return `metric:${head.label}:${fact}`;
}

/** What stands after the name of a metric in its head. */
export function factWords(head: Head): string {
  return head.kind === "step" ? "" : head.fact;
}

/** The words of a head. */
export function title(head: Head): string {
  return head.kind === "step" ? `step of ${head.fact.replace("_step", "")}` : head.label;
}

/** The name of a column in full, for tooltips and readers. */
export function longTitle(head: Head): string {
  if (head.kind === "step") return `${head.label}, step of ${head.fact.replace("_step", "")}`;
  if (head.fact === "best") return `${head.label}, best: the ${head.goal === "min" ? "lowest" : "highest"}`;
  return head.fact ? `${head.label}, ${head.fact}` : head.label;
}

export function usualWidth(head: Head): number {
  const words = title(head).length * 7 + factWords(head).length * 7 + 36;
  return Math.min(Math.max(WIDTHS[head.kind] ?? 110, isNumeric(head) ? words : 0), 230);
}
