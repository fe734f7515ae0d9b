/** The menu of a column: which value it shows, its order, its place. */
import { getJson, isAbort, withParameters } from "../api";
import * as format from "../format";
import { type MenuLine, openMenu, refillMenu } from "../workspace/menu";
import { type Fact, FACTS, type Head, longTitle, NAME, withFact } from "./columns";
import { join } from "./view";

const WORDS: Readonly<Record<Fact, string>> = { last: "Last", min: "Minimum", max: "Maximum", best: "Best" };

export interface ColumnActs {
  /** The columns shown. */
  columns: readonly string[];
  /** How the table is ordered by this column. */
  direction: "asc" | "desc" | "";
  isPinned: boolean;
  isGroupable: boolean;
  /** Answers aggregates of columns over all matching runs, for `?columns=`. */
  groupsUrl: string;
  workspace: string;
  show: (key: string) => void;
  toggleStep: () => void;
  sort: (descends: boolean) => void;
  filter: () => void;
  group: () => void;
  pin: () => void;
  move: (by: -1 | 1) => void;
  hide: () => void;
}

type Ends = Partial<Record<Fact, number>>;

export function openHeadMenu(anchor: HTMLElement, head: Head, acts: ColumnActs): void {
  const menu = openMenu(anchor, longTitle(head), lines(head, acts, {}));
  if (head.kind !== "number") return;
  const asking = new AbortController();
  menu.addEventListener("toggle", (event) => {
    if (event.newState === "closed") asking.abort();
  });
  void ends(head, acts.groupsUrl, asking.signal).then((found) => {
    if (found && menu.isConnected) refillMenu(menu, lines(head, acts, found));
  });
}

function lines(head: Head, acts: ColumnActs, found: Ends): MenuLine[] {
  const isName = head.key === NAME;
  return [
    ...(head.kind === "number" ? values(head, acts, found) : []),
    { label: "Sort ascending", icon: "asc", isOn: acts.direction === "asc", act: () => acts.sort(false) },
    { label: "Sort descending", icon: "desc", isOn: acts.direction === "desc", act: () => acts.sort(true) },
    { label: "Filter by this value", icon: "filter", act: acts.filter },
    ...(acts.isGroupable ? [{ label: "Group by this value", icon: "group", act: acts.group }] : []),
    ...(head.kind === "number" && acts.workspace
      ? [{ label: "Draw as a panel", icon: "chart", act: () => location.assign(acts.workspace) }]
      : []),
    ...(isName
      ? []
      : [
          "rule" as const,
          { label: acts.isPinned ? "Unpin column" : "Pin column", icon: "pin", act: acts.pin },
          { label: "Move to the left", icon: "arrow-left", act: () => acts.move(-1) },
          { label: "Move to the right", icon: "arrow-right", act: () => acts.move(1) },
          { label: "Hide column", icon: "eye-off", act: acts.hide },
        ]),
  ];
}

function values(head: Head, acts: ColumnActs, found: Ends): MenuLine[] {
  const best = head.goal === "min" ? "lowest is best" : "highest is best";
  const step = withFact(head, `${head.fact}_step`);
  return [
    { heading: "Value shown" },
    ...FACTS.map((fact) => ({
      label: WORDS[fact],
      end: fact === "best" ? best : found[fact] === undefined ? "" : format.number(found[fact]),
      isOn: head.fact === fact,
      act: () => acts.show(withFact(head, fact)),
    })),
    "rule",
    {
      label: `Show step of ${WORDS[head.fact as Fact].toLowerCase()}`,
      icon: "clock",
      isOn: acts.columns.includes(step),
      act: acts.toggleStep,
    },
    "rule",
  ];
}

/** Ask for the ends of a metric over all matching runs: the least minimum, the greatest maximum, the best last value. */
async function ends(head: Head, groupsUrl: string, signal: AbortSignal): Promise<Ends | null> {
  const columns = (["last", "min", "max"] as const).map((fact) => withFact(head, fact));
  const url = withParameters(groupsUrl, { group: "run:state", columns: join(columns) });
  try {
    const answer = (await getJson(url, signal)) as { columns: { fact: string; min: unknown[]; max: unknown[] }[] };
    const end = (fact: Fact, way: "min" | "max") => {
      const all = answer.columns.find((column) => column.fact === fact)?.[way] ?? [];
      const numbers = all.filter((value): value is number => typeof value === "number");
      return numbers.length ? { [fact]: Math[way](...numbers) } : {};
    };
    return { ...end("last", head.goal ?? "max"), ...end("min", "min"), ...end("max", "max") };
  } catch (error) {
    if (isAbort(error)) return null;
    return {};
  }
}
